from importlib import import_module

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from communities.triggers import append_only


law = import_module("volunteers.migrations.0002_laws").law

SEATS = "SELECT seats FROM volunteers_coursesession WHERE id = NEW.session_id"
NO_SUCH_SEAT = "NEW.seat_number IS NOT NULL AND NEW.seat_number > ({seats})"


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0009_people_are_forgotten'),
        ('volunteers', '0006_attendance'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RewardKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=32, verbose_name='Chinese name')),
                ('name_en', models.CharField(max_length=64, verbose_name='English name')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'kind of reward',
                'verbose_name_plural': 'kinds of reward',
                'ordering': ['order', 'code'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RewardPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caption', models.CharField(blank=True, max_length=80, verbose_name='what it shows')),
                ('caption_en', models.CharField(blank=True, max_length=160, verbose_name='what it shows, in English')),
            ],
            options={
                'verbose_name': 'photo of a reward',
                'verbose_name_plural': 'photos of rewards',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='month')),
                ('vouchers', models.PositiveIntegerField(verbose_name='vouchers')),
                ('points', models.PositiveBigIntegerField(verbose_name='points')),
                ('content', models.JSONField(editable=False, verbose_name='rows of the statement')),
                ('content_hash', models.CharField(editable=False, max_length=64, verbose_name='fingerprint')),
                ('note', models.CharField(blank=True, help_text='For example the number of the transfer.', max_length=200, verbose_name='note')),
                ('at', models.DateTimeField(verbose_name='settled at')),
            ],
            options={
                'verbose_name': 'settlement of a month',
                'verbose_name_plural': 'settlements of months',
            },
        ),
        migrations.AddField(
            model_name='reward',
            name='days_valid',
            field=models.PositiveSmallIntegerField(blank=True, help_text='From the day of redeeming; empty: until the last day above.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(3660)], verbose_name='days that a voucher is valid'),
        ),
        migrations.AddField(
            model_name='reward',
            name='hold_hours',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Empty: it cannot be reserved. Only for a counted stock.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(168)], verbose_name='hours that a piece is held for somebody'),
        ),
        migrations.AddField(
            model_name='reward',
            name='lesson_minutes',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Makes it a course: people redeem a place in one of its classes.', null=True, validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(960)], verbose_name='length of a class in minutes'),
        ),
        migrations.AddField(
            model_name='reward',
            name='limit_per_month',
            field=models.PositiveIntegerField(blank=True, help_text='In a calendar month; empty: no limit.', null=True, verbose_name='limit per person in a month'),
        ),
        migrations.CreateModel(
            name='CourseSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('starts_at', models.DateTimeField(verbose_name='starts at')),
                ('ends_at', models.DateTimeField(editable=False, verbose_name='ends at')),
                ('place', models.CharField(blank=True, help_text="Empty: at the partner's.", max_length=120, verbose_name='place')),
                ('place_en', models.CharField(blank=True, max_length=160, verbose_name='place in English')),
                ('seats', models.PositiveIntegerField(verbose_name='seats')),
                ('cancelled_at', models.DateTimeField(editable=False, null=True, verbose_name='cancelled at')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('reward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='volunteers.reward', verbose_name='course')),
            ],
            options={
                'verbose_name': 'class',
                'verbose_name_plural': 'classes',
                'ordering': ['starts_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CoursePlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seat_number', models.PositiveIntegerField(editable=False, null=True, verbose_name='seat')),
                ('given_back_at', models.DateTimeField(editable=False, null=True, verbose_name='given back at')),
                ('redemption', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='place', to='volunteers.redemption', verbose_name='redemption')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='course_places', to='volunteers.volunteer', verbose_name='volunteer')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='volunteers.coursesession', verbose_name='class')),
            ],
            options={
                'verbose_name': 'place in a class',
                'verbose_name_plural': 'places in classes',
            },
        ),
        migrations.CreateModel(
            name='OfflineUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('key', models.UUIDField(editable=False, unique=True, verbose_name='key of the device')),
                ('found', models.CharField(choices=[('good', 'good'), ('used', 'already used'), ('cancelled', 'cancelled before'), ('lapsed', 'lapsed before')], max_length=10, verbose_name='found')),
                ('presented_at', models.DateTimeField(verbose_name='presented at, by the clock of the device')),
                ('received_at', models.DateTimeField(verbose_name='received at')),
                ('decided_at', models.DateTimeField(editable=False, null=True, verbose_name='decided at')),
                ('clerk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='accepted by')),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offline_uses', to='volunteers.partner', verbose_name='partner')),
                ('redemption', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offline_uses', to='volunteers.redemption', verbose_name='redemption')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'voucher accepted offline',
                'verbose_name_plural': 'vouchers accepted offline',
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(db_index=True, editable=False, max_length=16, verbose_name='status')),
                ('held_until', models.DateTimeField(verbose_name='held until')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='communities.region', verbose_name='region')),
                ('reward', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='volunteers.reward', verbose_name='reward')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reservations', to='volunteers.volunteer', verbose_name='volunteer')),
            ],
            options={
                'verbose_name': 'reservation',
                'verbose_name_plural': 'reservations',
            },
        ),
        migrations.AddField(
            model_name='reward',
            name='kind',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rewards', to='volunteers.rewardkind', verbose_name='kind of reward'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=models.CheckConstraint(condition=models.Q(('hold_hours', None), models.Q(('lesson_minutes', None), ('stock__isnull', False)), _connector='OR'), name='reserved_pieces_are_counted', violation_error_message='Only pieces of a counted stock can be reserved.'),
        ),
        migrations.AddConstraint(
            model_name='reward',
            constraint=models.CheckConstraint(condition=models.Q(('lesson_minutes', None), ('stock', None), _connector='OR'), name='a_course_counts_its_seats', violation_error_message='The seats of a course are those of its classes: leave the stock empty.'),
        ),
        migrations.AddField(
            model_name='rewardphoto',
            name='reward',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='volunteers.reward', verbose_name='reward'),
        ),
        migrations.AddField(
            model_name='rewardphoto',
            name='thumb',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reward_thumb', to='communities.upload', verbose_name='small photo'),
        ),
        migrations.AddField(
            model_name='rewardphoto',
            name='upload',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reward_photo', to='communities.upload', verbose_name='photo'),
        ),
        migrations.AddField(
            model_name='settlement',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by whom'),
        ),
        migrations.AddField(
            model_name='settlement',
            name='partner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='volunteers.partner', verbose_name='partner'),
        ),
        migrations.AddField(
            model_name='settlement',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communities.region', verbose_name='region'),
        ),
        migrations.AddConstraint(
            model_name='coursesession',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='class_ends_after_it_starts', violation_error_message='A class ends after it starts.'),
        ),
        migrations.AddConstraint(
            model_name='coursesession',
            constraint=models.CheckConstraint(condition=models.Q(('seats__gte', 1)), name='class_has_a_seat', violation_error_message='At least one seat.'),
        ),
        migrations.AddConstraint(
            model_name='coursesession',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'planned')), fields=('reward', 'starts_at'), name='one_class_at_a_time', violation_error_message='This course has a class at this time already.'),
        ),
        migrations.AddConstraint(
            model_name='courseplace',
            constraint=models.UniqueConstraint(fields=('session', 'seat_number'), name='one_person_per_seat', violation_error_message='Somebody has just taken this seat; please try again.'),
        ),
        migrations.AddConstraint(
            model_name='courseplace',
            constraint=models.UniqueConstraint(condition=models.Q(('seat_number__isnull', False)), fields=('session', 'volunteer'), name='one_place_each_in_a_class', violation_error_message='You already have a place in this class.'),
        ),
        migrations.AddConstraint(
            model_name='courseplace',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('given_back_at__isnull', False), ('seat_number', None)), models.Q(('given_back_at', None), ('seat_number__gte', 1)), _connector='OR'), name='a_place_is_held_or_given_back', violation_error_message='A place is held until it is given back.'),
        ),
        migrations.AddConstraint(
            model_name='offlineuse',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'received'), models.Q(('found', 'good'), ('status', 'accepted')), models.Q(models.Q(('found', 'good'), _negated=True), models.Q(('status', 'accepted'), _negated=True)), _connector='OR'), name='only_good_vouchers_are_accepted', violation_error_message='A voucher that was not good is a double use.'),
        ),
        migrations.AddConstraint(
            model_name='offlineuse',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('status__in', ['received', 'accepted', 'double'])), models.Q(('decided_at__isnull', False), ('status__in', ['honoured', 'refused'])), _connector='OR'), name='double_use_is_decided_at_a_moment', violation_error_message='A decision has a moment.'),
        ),
        migrations.AddIndex(
            model_name='reservation',
            index=models.Index(condition=models.Q(('status', 'held')), fields=['held_until'], name='reservations_by_end'),
        ),
        migrations.AddConstraint(
            model_name='reservation',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'held')), fields=('volunteer', 'reward'), name='one_reservation_each', violation_error_message='You have already reserved this.'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.UniqueConstraint(fields=('partner', 'month'), name='a_month_is_settled_once', violation_error_message='This month is already settled.'),
        ),
        migrations.AddConstraint(
            model_name='settlement',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='a_month_begins_on_its_first', violation_error_message='A month is named by its first day.'),
        ),
        append_only("volunteers_settlement"),
        law(
            "reservation_is_over",
            table="volunteers_reservation",
            events=["UPDATE"],
            broken="OLD.status <> 'held' AND NEW.status <> OLD.status",
        ),
        law(
            "class_is_full",
            table="volunteers_courseplace",
            events=["INSERT", "UPDATE"],
            broken=NO_SUCH_SEAT.format(seats=f"{SEATS} FOR SHARE"),
            sqlite_broken=NO_SUCH_SEAT.format(seats=SEATS),
        ),
        law(
            "class_seats_are_taken",
            table="volunteers_coursesession",
            events=["UPDATE"],
            broken="EXISTS (SELECT 1 FROM volunteers_courseplace WHERE session_id = NEW.id AND seat_number > NEW.seats)",
        ),
        law(
            "class_is_off",
            table="volunteers_courseplace",
            events=["INSERT"],
            broken="EXISTS (SELECT 1 FROM volunteers_coursesession WHERE id = NEW.session_id AND status <> 'planned')",
        ),
        law(
            "seat_is_given_back",
            table="volunteers_courseplace",
            events=["UPDATE"],
            broken="OLD.seat_number IS NULL AND NEW.seat_number IS NOT NULL",
        ),
        law(
            "double_use_is_decided",
            table="volunteers_offlineuse",
            events=["UPDATE"],
            broken="OLD.status NOT IN ('received', 'double') AND NEW.status <> OLD.status",
        ),
    ]
