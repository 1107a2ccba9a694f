import communities.encryption
import django.db.models.deletion
import teams.models.credit_code
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('communities', '0001_initial'),
        ('communities', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='TeamType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=32, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=32, verbose_name='name')),
                ('name_en', models.CharField(max_length=64, verbose_name='English name')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'team type',
                'verbose_name_plural': 'team types',
                'ordering': ['order', 'id'],
                'abstract': False,
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Scene',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=32, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=32, verbose_name='name')),
                ('name_en', models.CharField(max_length=64, verbose_name='English name')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'scene',
                'verbose_name_plural': 'scenes',
                'ordering': ['order', 'id'],
                'abstract': False,
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Field',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=32, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=32, verbose_name='name')),
                ('name_en', models.CharField(max_length=64, verbose_name='English name')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'field of work',
                'verbose_name_plural': 'fields of work',
                'ordering': ['order', 'id'],
                'abstract': False,
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='CooperationMode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=32, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=32, verbose_name='name')),
                ('name_en', models.CharField(max_length=64, verbose_name='English name')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'cooperation mode',
                'verbose_name_plural': 'cooperation modes',
                'ordering': ['order', 'id'],
                'abstract': False,
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='RecruitmentCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('title', models.CharField(max_length=80, verbose_name='title')),
                ('scene', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='teams.scene', verbose_name='scene')),
                ('field', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='teams.field', verbose_name='field of work')),
                ('need', models.TextField(max_length=4000, verbose_name='what residents need')),
                ('budget', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='budget offered (yuan)')),
                ('space', models.CharField(blank=True, max_length=200, verbose_name='space offered')),
                ('opens_on', models.DateField(verbose_name='open from')),
                ('closes_on', models.DateField(verbose_name='open until (last day)')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
            ],
            options={
                'verbose_name': 'recruitment call',
                'verbose_name_plural': 'recruitment calls',
                'indexes': [models.Index(fields=['status', 'closes_on'], name='calls_by_closing_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='call_closes_after_it_opens', violation_error_message='The last day cannot be before the first.'), models.CheckConstraint(condition=models.Q(('budget', None), ('budget__gte', 0), _connector='OR'), name='call_budget_is_not_negative', violation_error_message='The budget cannot be negative.')],
            },
        ),
        migrations.CreateModel(
            name='Admission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='admissions', to='teams.recruitmentcall', verbose_name='recruitment call')),
                ('applicant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='admissions', to=settings.AUTH_USER_MODEL, verbose_name='applicant')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='name of the team')),
                ('kind', models.CharField(blank=True, choices=[('public_body', 'public body'), ('market_entity', 'market entity'), ('social_organisation', 'social organisation'), ('professional', 'professional')], max_length=20, verbose_name='kind of subject')),
                ('standing', models.CharField(blank=True, choices=[('group', 'group'), ('individual', 'individual')], max_length=10, verbose_name='as a group or an individual')),
                ('team_type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='admissions', to='teams.teamtype', verbose_name='team type')),
                ('registration_code', models.CharField(blank=True, max_length=18, validators=[teams.models.credit_code.validate_credit_code], verbose_name='unified social credit code')),
                ('contact_name', communities.encryption.EncryptedField(blank=True, verbose_name='contact person')),
                ('contact_phone', communities.encryption.EncryptedField(blank=True, verbose_name='contact phone')),
                ('introduction', models.TextField(blank=True, max_length=4000, verbose_name='introduction')),
                ('recommendation', models.TextField(blank=True, editable=False, max_length=2000, verbose_name='recommendation')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
                ('submitted_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='handed in at')),
            ],
            options={
                'verbose_name': 'admission',
                'verbose_name_plural': 'admissions',
                'constraints': [models.UniqueConstraint(condition=models.Q(('status__in', ['submitted', 'returned', 'recommended'])), fields=('region', 'name'), name='one_live_admission_per_name', violation_error_message='An application under this name is already under way in this community.'), models.UniqueConstraint(condition=models.Q(('status', 'draft')), fields=('region', 'applicant'), name='one_draft_admission_each', violation_error_message='You have already begun an application in this community.'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'withdrawn']), models.Q(('submitted_at__isnull', False), ('team_type__isnull', False), models.Q(('name', ''), ('kind', ''), ('standing', ''), ('contact_name', ''), ('contact_phone', ''), _connector='OR', _negated=True)), _connector='OR'), name='handed_in_admission_is_complete', violation_error_message='Something is still missing in this application.'), models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'withdrawn']), models.Q(('standing', 'group'), _negated=True), models.Q(('registration_code', ''), _negated=True), _connector='OR'), name='group_has_registration_code', violation_error_message='A group needs its unified social credit code.'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['recommended', 'admitted']), _negated=True), models.Q(('recommendation', ''), _negated=True), _connector='OR'), name='recommended_admission_says_why', violation_error_message='A recommendation needs a text.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='AdmissionDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('admission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='teams.admission', verbose_name='admission')),
                ('upload', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='admission_document', to='communities.upload', verbose_name='file')),
            ],
            options={
                'verbose_name': 'admission document',
                'verbose_name_plural': 'admission documents',
                'ordering': ['id'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='teams.teamtype', verbose_name='team type')),
                ('admission', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='team', to='teams.admission', verbose_name='admission')),
                ('introduction', models.TextField(blank=True, max_length=4000, verbose_name='introduction')),
                ('admitted_at', models.DateTimeField(auto_now_add=True, verbose_name='admitted at')),
            ],
            options={
                'verbose_name': 'team',
                'verbose_name_plural': 'teams',
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'retired'), _negated=True), fields=('region', 'name'), name='one_team_per_name', violation_error_message='This community already has a team of this name.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='TeamContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contacts', to='teams.team', verbose_name='team')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='team_contacts', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('since', models.DateTimeField(auto_now_add=True, verbose_name='since')),
            ],
            options={
                'verbose_name': 'team contact',
                'verbose_name_plural': 'team contacts',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('team', 'user'), name='one_contact_per_person_and_team', violation_error_message='This person is already a contact of this team.')],
                'indexes': [],
            },
        ),
    ]
