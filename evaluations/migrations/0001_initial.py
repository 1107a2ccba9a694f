import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('communities', '0003_accounts_are_guarded'),
        ('communities', '__first__'),
        ('projects', '0003_poll_laws'),
    ]

    operations = [
        migrations.CreateModel(
            name='Scheme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('version', models.PositiveSmallIntegerField(default=1, editable=False, verbose_name='version')),
                ('previous', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='later', to='evaluations.scheme', verbose_name='previous version')),
                ('full_points', models.DecimalField(decimal_places=2, default=Decimal('100'), max_digits=7, verbose_name='points at full marks')),
                ('at_5a', models.DecimalField(decimal_places=2, default=Decimal('90'), max_digits=7, verbose_name='5A from')),
                ('at_4a', models.DecimalField(decimal_places=2, default=Decimal('80'), max_digits=7, verbose_name='4A from')),
                ('at_3a', models.DecimalField(decimal_places=2, default=Decimal('70'), max_digits=7, verbose_name='3A from')),
                ('at_2a', models.DecimalField(decimal_places=2, default=Decimal('60'), max_digits=7, verbose_name='2A from')),
                ('bonus_cap', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='bonus points at most')),
                ('places', models.PositiveSmallIntegerField(default=2, help_text='Half a unit is rounded up.', validators=[django.core.validators.MaxValueValidator(4)], verbose_name='decimal places')),
                ('round_groups', models.BooleanField(default=True, verbose_name='round the figure of each group')),
                ('round_indicators', models.BooleanField(default=True, verbose_name='round the points of each indicator')),
                ('brand_months', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='months in the brand library')),
            ],
            options={
                'verbose_name': 'scheme',
                'verbose_name_plural': 'schemes',
                'constraints': [models.UniqueConstraint(fields=('region', 'name', 'version'), name='one_scheme_per_version', violation_error_message='There is already a scheme of this name and version.'), models.CheckConstraint(condition=models.Q(('at_2a__gt', 0), ('at_3a__gt', models.F('at_2a')), ('at_4a__gt', models.F('at_3a')), ('at_5a__gt', models.F('at_4a'))), name='thresholds_descend', violation_error_message='The thresholds go down from 5A to 2A and are above 0.'), models.CheckConstraint(condition=models.Q(('at_5a__lte', models.F('full_points'))), name='best_grade_can_be_reached', violation_error_message='5A begins at the points at full marks or below.'), models.CheckConstraint(condition=models.Q(('brand_months__gte', 1), ('places__lte', 4)), name='scheme_rounds_to_four_places', violation_error_message='Totals have four decimal places at most.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Committee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
            ],
            options={
                'verbose_name': 'committee',
                'verbose_name_plural': 'committees',
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'active')), fields=('region',), name='one_active_committee_per_street', violation_error_message='This street already has a committee.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.region', verbose_name='street')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to=settings.AUTH_USER_MODEL, verbose_name='committee member')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='projects.project', verbose_name='project')),
                ('reason', models.TextField(max_length=1000, verbose_name='reason')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by whom')),
                ('at', models.DateTimeField(verbose_name='at')),
            ],
            options={
                'verbose_name': 'recusal',
                'verbose_name_plural': 'recusals',
                'constraints': [models.UniqueConstraint(fields=('user', 'project'), name='recused_once', violation_error_message='This member is already recused from this project.'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='recusal_says_why', violation_error_message='Please give a reason.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='RatingRhythm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='rating_rhythm', to='communities.region', verbose_name='street')),
                ('months', models.PositiveSmallIntegerField(default=6, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(36)], verbose_name='every so many months')),
                ('next_on', models.DateField(verbose_name='next on')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'rating rhythm',
                'verbose_name_plural': 'rating rhythms',
                'constraints': [models.CheckConstraint(condition=models.Q(('months__gte', 1), ('months__lte', 36)), name='rhythm_is_a_month_to_three_years', violation_error_message='A rhythm is between 1 and 36 months.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='EvaluatorGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='evaluations.scheme', verbose_name='scheme')),
                ('code', models.CharField(choices=[('street', 'street'), ('community', 'community representatives'), ('residents', 'resident representatives'), ('third_party', 'third party')], max_length=16, verbose_name='evaluator group')),
                ('weight', models.DecimalField(decimal_places=2, max_digits=5, verbose_name='weight (%)')),
                ('method', models.CharField(choices=[('mean', 'mean'), ('median', 'median'), ('trimmed_mean', 'trimmed mean')], default='mean', max_length=16, verbose_name='method')),
                ('drop_high', models.PositiveSmallIntegerField(default=0, verbose_name='highest marks dropped')),
                ('drop_low', models.PositiveSmallIntegerField(default=0, verbose_name='lowest marks dropped')),
                ('minimum', models.PositiveSmallIntegerField(default=1, verbose_name='fewest marks')),
                ('below_minimum', models.CharField(choices=[('untrimmed', 'count all marks'), ('missing', 'the group gives no figure')], default='untrimmed', max_length=16, verbose_name='with fewer marks')),
            ],
            options={
                'verbose_name': 'evaluator group',
                'verbose_name_plural': 'evaluator groups',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('scheme', 'code'), name='each_group_once', violation_error_message='This group is already in the scheme.'), models.CheckConstraint(condition=models.Q(('weight__gt', 0), ('weight__lte', 100)), name='group_weight_is_a_percentage', violation_error_message='The weight of a group is above 0 and at most 100.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='CommitteeMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('committee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='evaluations.committee', verbose_name='committee')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('group', models.CharField(choices=[('street', 'street'), ('community', 'community representatives'), ('residents', 'resident representatives'), ('third_party', 'third party')], max_length=16, verbose_name='evaluator group')),
                ('since', models.DateField(verbose_name='member since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='member until')),
            ],
            options={
                'verbose_name': 'committee member',
                'verbose_name_plural': 'committee members',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('committee', 'user'), name='one_seat_each', violation_error_message='This person already sits on this committee.'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='term_ends_after_it_begins', violation_error_message='A term does not end before it begins.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='EvaluationRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('starts_on', models.DateField(verbose_name='period from')),
                ('ends_on', models.DateField(verbose_name='period until')),
                ('committee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='evaluations.committee', verbose_name='committee')),
                ('scheme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='evaluations.scheme', verbose_name='scheme')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='marks until')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='published at')),
            ],
            options={
                'verbose_name': 'evaluation round',
                'verbose_name_plural': 'evaluation rounds',
                'indexes': [models.Index(fields=['status', 'closes_at'], name='rounds_by_closing_time')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'cancelled'), _negated=True), fields=('region', 'starts_on', 'ends_on'), name='one_round_per_street_and_period', violation_error_message='This street already has a round for this period.'), models.CheckConstraint(condition=models.Q(('starts_on__lte', models.F('ends_on'))), name='period_ends_after_it_begins', violation_error_message='The period does not end before it begins.'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'cancelled']), models.Q(('closes_at__isnull', False), ('committee__isnull', False), ('scheme__isnull', False)), _connector='OR'), name='open_round_is_complete', violation_error_message='A round needs a committee, a scheme and a closing time before it opens.')],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='evaluations.scheme', verbose_name='scheme')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='evaluations.indicator', verbose_name='belongs to')),
                ('code', models.CharField(max_length=16, verbose_name='indicator number')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('name_en', models.CharField(blank=True, max_length=160, verbose_name='name in English')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('weight', models.DecimalField(decimal_places=2, help_text='Its points at full marks.', max_digits=7, verbose_name='points in the scheme')),
                ('full', models.DecimalField(blank=True, decimal_places=2, help_text='Only for indicators that are marked; empty for headings.', max_digits=7, null=True, verbose_name='full marks')),
                ('kind', models.CharField(choices=[('score', 'scored'), ('bonus', 'bonus'), ('veto', 'veto item')], default='score', max_length=8, verbose_name='kind')),
                ('method', models.CharField(blank=True, choices=[('survey', 'household survey'), ('on_site', 'on site'), ('documents', 'documents')], max_length=16, verbose_name='method')),
                ('guidance', models.TextField(blank=True, max_length=1000, verbose_name='guidance')),
                ('guidance_en', models.TextField(blank=True, max_length=1000, verbose_name='guidance in English')),
                ('evidence_required', models.BooleanField(default=False, verbose_name='evidence needed')),
                ('groups', models.ManyToManyField(blank=True, related_name='indicators', to='evaluations.evaluatorgroup', verbose_name='marked by')),
            ],
            options={
                'verbose_name': 'indicator',
                'verbose_name_plural': 'indicators',
                'ordering': ['order', 'id'],
                'constraints': [models.UniqueConstraint(fields=('scheme', 'code'), name='each_indicator_once', violation_error_message='This number is already taken in the scheme.'), models.CheckConstraint(condition=models.Q(('weight__gte', 0), models.Q(('full', None), ('full__gt', 0), _connector='OR')), name='full_marks_are_positive', violation_error_message='Full marks are above 0, and points are not negative.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='evaluations.evaluationround', verbose_name='evaluation round')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='projects.project', verbose_name='project')),
                ('total', models.DecimalField(decimal_places=4, editable=False, max_digits=12, null=True, verbose_name='total points')),
                ('grade', models.CharField(blank=True, choices=[('1A', '1A'), ('2A', '2A'), ('3A', '3A'), ('4A', '4A'), ('5A', '5A')], editable=False, max_length=2, verbose_name='grade')),
                ('breakdown', models.JSONField(default=dict, editable=False, verbose_name='breakdown')),
                ('input_hash', models.CharField(blank=True, editable=False, max_length=64, verbose_name='input fingerprint')),
                ('scoring_version', models.CharField(blank=True, editable=False, max_length=8, verbose_name='version of the scoring core')),
                ('final_at', models.DateTimeField(editable=False, null=True, verbose_name='final since')),
            ],
            options={
                'verbose_name': 'rating',
                'verbose_name_plural': 'ratings',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['project', 'status'], name='ratings_of_a_project')],
                'constraints': [models.UniqueConstraint(fields=('round', 'project'), name='one_rating_per_round', violation_error_message='This project is already in this round.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'final'), _negated=True), models.Q(('final_at__isnull', False), ('grade__in', ('5A', '4A', '3A', '2A', '1A')), ('total__isnull', False), models.Q(('input_hash', ''), _negated=True)), _connector='OR'), name='final_rating_is_complete', violation_error_message='A grade becomes final only when it has been computed.')],
            },
        ),
        migrations.CreateModel(
            name='BrandListing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('rating', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='listing', to='evaluations.rating', verbose_name='rating')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='projects.project', verbose_name='project')),
                ('grade', models.CharField(choices=[('1A', '1A'), ('2A', '2A'), ('3A', '3A'), ('4A', '4A'), ('5A', '5A')], max_length=2, verbose_name='grade')),
                ('listed_on', models.DateField(verbose_name='listed on')),
                ('until', models.DateField(verbose_name='listed until (last day)')),
            ],
            options={
                'verbose_name': 'brand listing',
                'verbose_name_plural': 'brand library',
                'indexes': [models.Index(fields=['status', 'until'], name='listings_by_last_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('grade__in', ('3A', '4A', '5A'))), name='listed_from_3a', violation_error_message='The brand library lists projects of 3A and better.'), models.CheckConstraint(condition=models.Q(('until__gte', models.F('listed_on'))), name='listing_ends_after_it_begins', violation_error_message='A listing does not end before it begins.'), models.UniqueConstraint(condition=models.Q(('status', 'listed')), fields=('project',), name='one_listing_per_project', violation_error_message='This project is already listed.')],
            },
        ),
        migrations.CreateModel(
            name='ScoreSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('rating', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='evaluations.rating', verbose_name='project in the round')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='evaluations.committeemember', verbose_name='committee member')),
                ('version', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                ('correction_reason', models.TextField(blank=True, max_length=1000, verbose_name='why it was corrected')),
                ('saved_at', models.DateTimeField(editable=False, null=True, verbose_name='saved at')),
                ('submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='submitted at')),
            ],
            options={
                'verbose_name': 'score sheet',
                'verbose_name_plural': 'score sheets',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('rating', 'member', 'version'), name='one_sheet_per_version', violation_error_message='This version of the score sheet already exists.'), models.UniqueConstraint(condition=models.Q(('status', 'draft')), fields=('rating', 'member'), name='one_draft_sheet_each', violation_error_message='This score sheet is already being filled in.'), models.CheckConstraint(condition=models.Q(('version', 1), models.Q(('version__gt', 1), models.Q(('correction_reason', ''), _negated=True)), _connector='OR'), name='correction_says_why', violation_error_message='Please give a reason.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='evaluations.scoresheet', verbose_name='score sheet')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='evaluations.indicator', verbose_name='indicator')),
                ('value', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, verbose_name='mark')),
                ('note', models.TextField(blank=True, max_length=1000, verbose_name='evidence or reason')),
            ],
            options={
                'verbose_name': 'mark',
                'verbose_name_plural': 'marks',
                'ordering': ['indicator__order', 'indicator_id'],
                'constraints': [models.UniqueConstraint(fields=('sheet', 'indicator'), name='one_mark_per_indicator', violation_error_message='This indicator is already marked.'), models.CheckConstraint(condition=models.Q(('value', None), ('value__gte', 0), _connector='OR'), name='mark_is_not_negative', violation_error_message='A mark lies between 0 and the full marks.')],
                'indexes': [],
            },
        ),
    ]
