import communities.encryption
import communities.models.uploads
import datetime
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, unique=True, verbose_name='division code')),
                ('name', models.CharField(max_length=64, verbose_name='name')),
                ('level', models.CharField(choices=[('city', 'city'), ('district', 'district'), ('street', 'street'), ('community', 'community')], max_length=16, verbose_name='level')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='communities.region')),
            ],
            options={
                'verbose_name': 'region',
                'verbose_name_plural': 'regions',
                'ordering': ['code'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=64, unique=True, verbose_name='user name')),
                ('name', models.CharField(max_length=64, verbose_name='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('phone', communities.encryption.EncryptedField(blank=True, verbose_name='phone')),
                ('phone_index', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('language', models.CharField(blank=True, max_length=8, verbose_name='language')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='joined at')),
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='PhoneCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone_index', models.CharField(max_length=64)),
                ('address_index', models.CharField(blank=True, max_length=64)),
                ('salt', models.CharField(max_length=32)),
                ('code_hash', models.CharField(max_length=64)),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='wrong tries')),
                ('failed', models.BooleanField(default=False, verbose_name='not sent')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('expires_at', models.DateTimeField(verbose_name='good until')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='used or replaced at')),
            ],
            options={
                'verbose_name': 'one-time code',
                'verbose_name_plural': 'one-time codes',
                'indexes': [models.Index(fields=['phone_index', 'at'], name='codes_of_a_phone'), models.Index(fields=['address_index', 'at'], name='codes_of_a_place')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('phone_index',), name='one_open_code_per_phone', violation_error_message='A code was just sent to this phone.'), models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='a_code_is_tried_five_times', violation_error_message='Too many wrong tries. Please ask for a new code.'), models.CheckConstraint(condition=models.Q(('expires_at__lte', django.db.models.expressions.CombinedExpression(models.F('at'), '+', models.Value(datetime.timedelta(seconds=600))))), name='a_code_lives_ten_minutes_at_most', violation_error_message='A code is good for ten minutes at most.')],
            },
        ),
        migrations.CreateModel(
            name='FailureCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('tries', models.PositiveIntegerField(default=0, verbose_name='tries')),
                ('last_at', models.DateTimeField(verbose_name='last try')),
            ],
            options={
                'verbose_name': 'failure count',
                'verbose_name_plural': 'failure counts',
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='RollImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('file_name', models.CharField(max_length=255, verbose_name='file')),
                ('good_count', models.PositiveIntegerField(verbose_name='rows that can be added')),
                ('bad_count', models.PositiveIntegerField(verbose_name='rows with errors')),
                ('payload', communities.encryption.EncryptedField(blank=True, editable=False)),
                ('expires_at', models.DateTimeField(verbose_name='kept until')),
            ],
            options={
                'verbose_name': 'roll import',
                'verbose_name_plural': 'roll imports',
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('signed_in', 'signed in'), ('refused', 'sign-in failed'), ('locked', 'locked for a while'), ('signed_out', 'signed out'), ('session_ended', 'signed out another device'), ('enrolled', 'account made'), ('changed', 'account changed'), ('role_given', 'role given'), ('role_ended', 'role ended'), ('deactivated', 'deactivated'), ('reactivated', 'reactivated'), ('password_link', 'password link made'), ('password_changed', 'password changed'), ('factor_on', 'second factor switched on'), ('factor_off', 'second factor switched off'), ('recovery_codes', 'recovery codes made'), ('consented', 'consented'), ('withdrew', 'withdrew consent'), ('exported', 'exported data')], max_length=32, verbose_name='what')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by whom')),
                ('subject', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='audit_events', to=settings.AUTH_USER_MODEL, verbose_name='about whom')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.region', verbose_name='region')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('detail', models.JSONField(blank=True, default=dict, verbose_name='detail')),
                ('address_index', models.CharField(blank=True, max_length=64, verbose_name='place (fingerprint)')),
                ('account_index', models.CharField(blank=True, max_length=64, verbose_name='account (fingerprint)')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
            ],
            options={
                'verbose_name': 'audit event',
                'verbose_name_plural': 'audit',
                'indexes': [models.Index(fields=['subject', '-id'], name='audit_of_a_person')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(error_messages={'unique': 'This day is already in the calendar.'}, unique=True, verbose_name='day')),
                ('is_working', models.BooleanField(default=False, verbose_name='working day')),
                ('note', models.CharField(blank=True, max_length=64, verbose_name='occasion')),
                ('by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by whom')),
                ('at', models.DateTimeField(auto_now=True, verbose_name='at')),
            ],
            options={
                'verbose_name': 'calendar day',
                'verbose_name_plural': 'working-day calendar',
                'ordering': ['-day'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('kind', models.CharField(choices=[('privacy', 'privacy policy')], max_length=32, verbose_name='what for')),
                ('version', models.CharField(max_length=16, verbose_name='version')),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='given at')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn at')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('user', 'kind', 'version'), name='one_running_consent_each', violation_error_message='You have already agreed to this.'), models.CheckConstraint(condition=models.Q(('withdrawn_at', None), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='consent_is_withdrawn_after_it_was_given', violation_error_message='A consent cannot be withdrawn before it was given.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='DemoPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='demo_person', to=settings.AUTH_USER_MODEL)),
                ('label_zh', models.CharField(max_length=64)),
                ('label_en', models.CharField(max_length=64)),
                ('order', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'demo person',
                'verbose_name_plural': 'demo people',
                'ordering': ['order', 'id'],
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='KeptAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('key', models.CharField(max_length=64)),
                ('fingerprint', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('body', models.JSONField()),
                ('at', models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='one_answer_per_key')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='StatusChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='contenttypes.contenttype')),
                ('object_id', models.PositiveBigIntegerField()),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.region', verbose_name='region')),
                ('old', models.CharField(blank=True, max_length=32, verbose_name='from')),
                ('new', models.CharField(max_length=32, verbose_name='to')),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by whom')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
            ],
            options={
                'verbose_name': 'record entry',
                'verbose_name_plural': 'record',
                'indexes': [models.Index(fields=['content_type', 'object_id'], name='record_of_a_thing')],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='ChannelChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='channel_choice', to=settings.AUTH_USER_MODEL)),
                ('by_sms', models.BooleanField(default=True, verbose_name='by SMS')),
                ('by_email', models.BooleanField(default=True, verbose_name='by e-mail')),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Resident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='residencies', to=settings.AUTH_USER_MODEL, verbose_name='account')),
                ('name', communities.encryption.EncryptedField(verbose_name='name')),
                ('phone', communities.encryption.EncryptedField(blank=True, verbose_name='phone')),
                ('phone_index', models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ('address', communities.encryption.EncryptedField(blank=True, verbose_name='address')),
                ('grid', models.CharField(blank=True, max_length=32, verbose_name='grid')),
                ('household', models.CharField(blank=True, max_length=64, verbose_name='household')),
                ('is_representative', models.BooleanField(default=False, verbose_name='resident representative')),
            ],
            options={
                'verbose_name': 'resident',
                'verbose_name_plural': "residents' roll",
                'constraints': [models.UniqueConstraint(condition=models.Q(models.Q(('phone_index', ''), _negated=True), models.Q(('status__in', ['refused', 'left']), _negated=True)), fields=('region', 'phone_index'), name='one_resident_per_phone', violation_error_message='Somebody on this roll already has this phone number.'), models.UniqueConstraint(condition=models.Q(('status__in', ['refused', 'left']), _negated=True), fields=('region', 'user'), name='one_residency_per_account', violation_error_message='This account is already on this roll.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Reveal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='contenttypes.contenttype', verbose_name='kind of thing')),
                ('object_id', models.PositiveBigIntegerField()),
                ('field', models.CharField(max_length=32, verbose_name='field')),
                ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.region', verbose_name='region')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reveals', to=settings.AUTH_USER_MODEL, verbose_name='by whom')),
                ('purpose', models.TextField(verbose_name='purpose')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
            ],
            options={
                'verbose_name': 'reveal',
                'verbose_name_plural': 'reveals',
                'indexes': [models.Index(fields=['content_type', 'object_id'], name='reveals_of_a_thing')],
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose', ''), _negated=True), name='a_reveal_has_a_purpose', violation_error_message='Say what you need it for.')],
            },
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='second_factor', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('secret', communities.encryption.EncryptedField(verbose_name='secret')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='switched on at')),
                ('last_step', models.BigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'second factor',
                'verbose_name_plural': 'second factors',
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to=settings.AUTH_USER_MODEL)),
                ('code_hash', models.CharField(max_length=64)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'recovery code',
                'verbose_name_plural': 'recovery codes',
                'constraints': [models.UniqueConstraint(fields=('user', 'code_hash'), name='recovery_codes_differ', violation_error_message='This recovery code exists already.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='SignedInDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('agent', models.CharField(blank=True, max_length=200, verbose_name='browser')),
                ('started_at', models.DateTimeField(verbose_name='signed in at')),
                ('seen_at', models.DateTimeField(verbose_name='last seen')),
            ],
            options={
                'verbose_name': 'signed-in device',
                'verbose_name_plural': 'signed-in devices',
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=200, upload_to=communities.models.uploads.random_place, verbose_name='file')),
                ('name', models.CharField(max_length=120, verbose_name='file name')),
                ('kind', models.CharField(choices=[('pdf', 'PDF'), ('jpeg', 'JPEG'), ('png', 'PNG')], max_length=8, verbose_name='kind')),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to=settings.AUTH_USER_MODEL, verbose_name='by whom')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
            ],
            options={
                'verbose_name': 'file',
                'verbose_name_plural': 'files',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['pdf', 'jpeg', 'png'])), name='upload_is_of_a_known_kind', violation_error_message='Only PDF, JPEG and PNG files are accepted.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='RoleAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='role_assignments', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='role_assignments', to='communities.region', verbose_name='region')),
                ('role', models.CharField(choices=[('administrator', 'platform administrator'), ('community_staff', 'community staff'), ('street_staff', 'street staff'), ('observer', 'observer'), ('committee_member', 'committee member'), ('team_contact', 'team contact'), ('resident', 'resident'), ('representative', 'resident representative'), ('volunteer', 'volunteer'), ('partner', 'reward partner')], max_length=32, verbose_name='role')),
                ('ended_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='ended at')),
            ],
            options={
                'verbose_name': 'role',
                'verbose_name_plural': 'roles',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('user', 'region', 'role'), name='one_running_assignment_each', violation_error_message='This person already holds this role there.')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Untold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('change', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='untold', to='communities.statuschange')),
            ],
            options={
                'indexes': [],
                'constraints': [],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.region', verbose_name='region')),
                ('kind', models.CharField(max_length=64, verbose_name='kind')),
                ('change', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='communities.statuschange')),
                ('params', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('url', models.CharField(blank=True, max_length=255)),
                ('key', models.CharField(max_length=128)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read at')),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'indexes': [models.Index(fields=['key'], name='notices_by_key'), models.Index(condition=models.Q(('read_at', None)), fields=['user'], name='unread_notices')],
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='told_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='communities.notice', verbose_name='notice')),
                ('channel', models.CharField(choices=[('sms', 'SMS'), ('email', 'e-mail')], max_length=8, verbose_name='channel')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('status', models.CharField(choices=[('waiting', 'waiting'), ('claimed', 'being sent'), ('sent', 'sent'), ('failed', 'failed')], default='waiting', max_length=8, verbose_name='status')),
                ('due_at', models.DateTimeField(verbose_name='due at')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('error', models.CharField(blank=True, max_length=255, verbose_name='error')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'indexes': [models.Index(condition=models.Q(('status__in', ['waiting', 'claimed'])), fields=['due_at', 'id'], name='deliveries_under_way')],
                'constraints': [models.UniqueConstraint(fields=('notice', 'channel'), name='one_delivery_per_channel')],
            },
        ),
    ]
