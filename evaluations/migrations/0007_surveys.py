import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0009_people_are_forgotten'),
        ("evaluations", "0006_announced_rounds"),
        ('projects', '0004_presentations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='evaluatorgroup',
            name='code',
            field=models.CharField(choices=[('street', 'street'), ('community', 'community representatives'), ('residents', 'resident representatives'), ('third_party', 'third party'), ('households', 'surveyed households')], max_length=16, verbose_name='evaluator group'),
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('intro', models.TextField(blank=True, max_length=1000, verbose_name='what households are told first')),
                ('intro_en', models.TextField(blank=True, max_length=1000, verbose_name='the same in English')),
                ('size', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='households to draw')),
                ('substitutes', models.PositiveSmallIntegerField(default=100, validators=[django.core.validators.MaxValueValidator(1000)], verbose_name='substitutes (% of those drawn)')),
                ('visits', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='visits before a household is absent')),
                ('closes_at', models.DateTimeField(blank=True, null=True, verbose_name='answers until')),
                ('seed', models.CharField(blank=True, editable=False, max_length=64, verbose_name='public seed')),
                ('population', models.PositiveIntegerField(editable=False, null=True, verbose_name='households on the list')),
                ('unlisted', models.PositiveIntegerField(editable=False, null=True, verbose_name='residents without household or address')),
                ('frame_hash', models.CharField(blank=True, editable=False, max_length=64, verbose_name='fingerprint of the list')),
                ('asked', models.PositiveIntegerField(editable=False, null=True, verbose_name='households asked')),
                ('answered', models.PositiveIntegerField(editable=False, null=True, verbose_name='households that answered')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed at')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='surveys', to='evaluations.evaluationround', verbose_name='evaluation round')),
            ],
            options={
                'verbose_name': 'household survey',
                'verbose_name_plural': 'household surveys',
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'cancelled'), _negated=True), fields=('round', 'region'), name='one_survey_per_round_and_community', violation_error_message='This community already has a survey for this round.'), models.CheckConstraint(condition=models.Q(('size__gte', 1), ('visits__gte', 1)), name='survey_asks_somebody', violation_error_message='A survey draws at least one household and visits it at least once.'), models.CheckConstraint(condition=models.Q(('status__in', ['planned', 'cancelled']), models.Q(('population__gte', models.F('size')), models.Q(('seed', ''), _negated=True), models.Q(('frame_hash', ''), _negated=True)), _connector='OR'), name='drawn_survey_has_list_and_seed', violation_error_message='A survey is drawn from a list of households, by a seed.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'under_way'), _negated=True), ('closes_at__isnull', False), _connector='OR'), name='survey_under_way_has_an_end', violation_error_message='Say until when answers are taken.'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'closed'), _negated=True), models.Q(('answered__isnull', False), ('asked__isnull', False), ('closed_at__isnull', False)), _connector='OR'), name='closed_survey_is_counted', violation_error_message='A survey is closed with the number of its answers.')],
                'indexes': [models.Index(fields=['status', 'closes_at'], name='surveys_by_end')],
            },
        ),
        migrations.CreateModel(
            name='SurveyFrame',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.TextField(verbose_name='list')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='frames', to='evaluations.survey', verbose_name='household survey')),
            ],
            options={
                'verbose_name': 'list of households',
                'verbose_name_plural': 'lists of households',
                'ordering': ['id'],
                'constraints': [],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='SurveyHousehold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('household', models.CharField(max_length=16, verbose_name='household code')),
                ('grid', models.CharField(blank=True, max_length=32, verbose_name='grid')),
                ('number', models.PositiveIntegerField(verbose_name='place in the draw')),
                ('is_drawn', models.BooleanField(verbose_name='drawn by lot')),
                ('status', models.CharField(choices=[('reserve', 'substitute'), ('open', 'to be visited'), ('answered', 'answered'), ('refused', 'refused'), ('absent', 'not met')], max_length=16, verbose_name='status')),
                ('secret_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('code_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('interviewer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='survey_households', to=settings.AUTH_USER_MODEL, verbose_name='interviewer')),
                ('resident', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.resident', verbose_name='resident')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='households', to='evaluations.survey', verbose_name='household survey')),
            ],
            options={
                'verbose_name': 'drawn household',
                'verbose_name_plural': 'drawn households',
                'ordering': ['survey', 'grid', 'number'],
                'constraints': [models.UniqueConstraint(fields=('survey', 'household'), name='no_household_twice', violation_error_message='This household is already drawn.'), models.UniqueConstraint(fields=('survey', 'grid', 'number'), name='one_household_per_place', violation_error_message='This place in the draw is already taken.'), models.UniqueConstraint(condition=models.Q(('secret_hash', ''), _negated=True), fields=('secret_hash',), name='one_letter_per_secret', violation_error_message='Please print the letter again.'), models.UniqueConstraint(condition=models.Q(('code_hash', ''), _negated=True), fields=('code_hash',), name='one_letter_per_code', violation_error_message='Please print the letter again.')],
                'indexes': [models.Index(fields=['interviewer', 'status'], name='households_of_interviewer')],
            },
        ),
        migrations.CreateModel(
            name='SurveyQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('kind', models.CharField(choices=[('satisfaction', 'satisfaction, five levels'), ('yes_no', 'yes or no'), ('text', 'text')], default='satisfaction', max_length=16, verbose_name='kind')),
                ('text', models.CharField(max_length=200, verbose_name='question')),
                ('text_en', models.CharField(blank=True, max_length=300, verbose_name='question in English')),
                ('per_project', models.BooleanField(default=True, verbose_name='asked of each project')),
                ('indicator', models.ForeignKey(blank=True, help_text='An indicator of the method “household survey” that surveyed households mark.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='evaluations.indicator', verbose_name='counts for the indicator')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='evaluations.survey', verbose_name='household survey')),
            ],
            options={
                'verbose_name': 'survey question',
                'verbose_name_plural': 'survey questions',
                'ordering': ['order', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('indicator', None), models.Q(('per_project', True), models.Q(('kind', 'text'), _negated=True)), _connector='OR'), name='counted_question_is_of_projects', violation_error_message='What counts for an indicator is asked of each project and is no text.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='SurveyAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('grid', models.CharField(blank=True, max_length=32, verbose_name='grid')),
                ('level', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='level')),
                ('text', models.TextField(blank=True, max_length=1000, verbose_name='text')),
                ('project', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='projects.project', verbose_name='project')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluations.survey', verbose_name='household survey')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evaluations.surveyquestion', verbose_name='survey question')),
            ],
            options={
                'verbose_name': 'survey answer',
                'verbose_name_plural': 'survey answers',
                'constraints': [models.CheckConstraint(condition=models.Q(('level', None), models.Q(('level__gte', 1), ('level__lte', 5)), _connector='OR'), name='answer_is_one_of_five_levels', violation_error_message='An answer is one of the five levels.')],
                'indexes': [models.Index(fields=['question', 'project'], name='answers_to_a_question')],
            },
        ),
        migrations.CreateModel(
            name='SurveyResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', models.PositiveIntegerField(null=True, verbose_name='answers')),
                ('share', models.DecimalField(decimal_places=12, max_digits=13, null=True, verbose_name='mean satisfaction')),
                ('mark', models.DecimalField(decimal_places=2, max_digits=7, null=True, verbose_name='mark')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='survey_results', to='evaluations.indicator', verbose_name='indicator')),
                ('rating', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='survey_results', to='evaluations.rating', verbose_name='project in the round')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='evaluations.survey', verbose_name='household survey')),
            ],
            options={
                'verbose_name': 'survey result',
                'verbose_name_plural': 'survey results',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('rating', 'indicator'), name='one_result_per_indicator', violation_error_message='This result is already written.'), models.CheckConstraint(condition=models.Q(models.Q(('answers', None), ('mark', None), ('share', None)), models.Q(('answers__gte', 5), ('mark__gte', 0), ('share__gte', 0), ('share__lte', 1)), _connector='OR'), name='few_answers_are_no_figure', violation_error_message="Fewer than five answers are nobody's figure.")],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='SurveyVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('answered', 'answered'), ('refused', 'refused'), ('absent', 'nobody at home')], max_length=16, verbose_name='outcome')),
                ('on', models.DateField(verbose_name='on')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='interviewer')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='evaluations.surveyhousehold', verbose_name='drawn household')),
            ],
            options={
                'verbose_name': 'visit',
                'verbose_name_plural': 'visits',
                'ordering': ['id'],
                'constraints': [],
                'indexes': [],
            },
        ),
    ]
