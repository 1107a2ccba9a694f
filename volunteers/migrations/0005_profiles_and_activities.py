"""Profiles by the ministry's rules; what activities ask for and how they come again; paid work that is no service."""

from importlib import import_module

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import communities.encryption
from communities.triggers import Statements, check, trigger

law = import_module("volunteers.migrations.0002_laws").law
ACTIVITY = "volunteers_activity"
ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))
STATUS = ("status", models.CharField(db_index=True, editable=False, max_length=16, verbose_name="status"))


def to(model, related_name="+", *, kind=models.ForeignKey, **about):
    return kind(on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to=model, **about)


def region():
    return "region", to("communities.region", "%(class)ss", verbose_name="region")


# Written out because Django would rebuild the table on SQLite, which does not rebuild one that others' triggers read.
COLUMNS = [
    ("risk_note", "text", "text", "''", models.TextField(
        blank=True, help_text="What may happen, and what to bring or wear.", verbose_name="risk note")),
    ("risk_note_en", "text", "text", "''", models.TextField(blank=True, verbose_name="risk note in English")),
    ("needs_insurance", "boolean", "bool", "false", models.BooleanField(
        default=False, help_text="Nobody is checked in whose insurance does not cover the day.",
        verbose_name="insurance required")),
    ("needs_training", "boolean", "bool", "false", models.BooleanField(
        default=False, help_text="Nobody is checked in without training for this kind.",
        verbose_name="training required")),
    ("withdraw_hours", "smallint", "smallint unsigned", "0", models.PositiveSmallIntegerField(
        default=0, help_text="0: until it begins. Later, only staff take somebody off the list.",
        validators=[django.core.validators.MaxValueValidator(336)],
        verbose_name="places given back until (hours before)")),
    ("revision", "integer", "integer unsigned", "0", models.PositiveIntegerField(default=0, editable=False)),
]


def column(name, on_postgres, on_sqlite, default, field):
    add = f"ALTER TABLE {ACTIVITY} ADD COLUMN {name} %s NOT NULL DEFAULT %s"
    there = Statements(
        f"activity.{name}",
        {
            "postgresql": [add % (on_postgres, default), f"ALTER TABLE {ACTIVITY} ALTER COLUMN {name} DROP DEFAULT"],
            "sqlite": [add % (on_sqlite, default.replace("false", "0"))],
        },
        dict.fromkeys(["postgresql", "sqlite"], [f"ALTER TABLE {ACTIVITY} DROP COLUMN {name}"]),
    )
    return migrations.SeparateDatabaseAndState([there], [migrations.AddField("activity", name, field)])


def uncovered(kind):
    """The activity asks for this safeguard, and none of the volunteer's holds on the day (in China) of the check-in."""
    return f"""EXISTS (
        SELECT 1 FROM {ACTIVITY} a WHERE a.id = NEW.activity_id AND a.needs_{kind} AND NOT EXISTS (
            SELECT 1 FROM volunteers_safeguard s WHERE s.volunteer_id = NEW.volunteer_id AND s.kind = '{kind}'
            AND s.status = 'valid' AND (s.for_kind_id IS NULL OR s.for_kind_id = a.kind_id)
            AND DAY BETWEEN s.starts_on AND s.ends_on
        )
    )"""


def safeguard_law(kind):
    return law(
        f"attendance_needs_{kind}",
        table="volunteers_attendance",
        events=["INSERT"],
        broken=uncovered(kind).replace("DAY", "(NEW.started_at AT TIME ZONE 'Asia/Shanghai')::date"),
        sqlite_broken=uncovered(kind).replace("DAY", "date(NEW.started_at, '+8 hours')"),
    )


# Who is still there, or forgot to check out, has only a beginning.
WHILE_PAID = """NEW.status <> 'rejected' AND EXISTS (
    SELECT 1 FROM volunteers_paidwork p WHERE p.volunteer_id = NEW.volunteer_id AND p.status = 'entered'
    AND p.ended_at > NEW.started_at
    AND (p.started_at < NEW.ended_at OR NEW.ended_at IS NULL AND p.started_at <= NEW.started_at)
)"""
WHILE_SERVING = """NEW.status = 'entered' AND EXISTS (
    SELECT 1 FROM volunteers_attendance a WHERE a.volunteer_id = NEW.volunteer_id AND a.status <> 'rejected'
    AND a.started_at < NEW.ended_at
    AND (a.ended_at > NEW.started_at OR a.ended_at IS NULL AND a.started_at >= NEW.started_at)
)"""
# Two who write at once, one the service and one the paid work, wait for each other at the person's row.
IN_LINE = "PERFORM 1 FROM volunteers_volunteer WHERE id = NEW.volunteer_id FOR NO KEY UPDATE;"


def never_both(name, *, table, broken):
    return trigger(
        name,
        table=table,
        postgres=("BEFORE INSERT OR UPDATE", f"{IN_LINE} IF {broken} THEN {{refuse}} END IF; RETURN NEW;"),
        sqlite=[f"BEFORE {verb} ON {table} WHEN {broken}" for verb in ("INSERT", "UPDATE")],
        code=name,
    )


PROFILE = [
    ("guardian_agreed_on", models.DateField(editable=False, null=True, verbose_name="guardian agreed on")),
    ("sex", models.CharField(
        blank=True, choices=[("female", "female"), ("male", "male")], max_length=8, verbose_name="sex")),
    ("document_type", models.CharField(blank=True, choices=[
        ("id_card", "resident identity card"),
        ("residence_card", "residence permit for Hong Kong, Macao and Taiwan residents"),
        ("home_return", "mainland travel permit for Hong Kong and Macao residents"),
        ("taiwan", "mainland travel permit for Taiwan residents"),
        ("passport", "passport"),
        ("permanent", "foreign permanent resident ID card"),
        ("residence_permit", "foreigner's residence permit"),
    ], max_length=20, verbose_name="document type")),
    ("document_number", communities.encryption.EncryptedField(blank=True, verbose_name="document number")),
    ("document_index", models.CharField(blank=True, editable=False, max_length=64)),
    ("kinds", models.ManyToManyField(
        blank=True, related_name="volunteers", to="volunteers.activitykind", verbose_name="kinds of service")),
]
GIVEN = ~Q(document_type="") & ~Q(document_number="") & ~Q(document_index="")
OF_PROFILES = [
    models.UniqueConstraint(
        fields=["document_index"], condition=~Q(document_index=""), name="one_volunteer_per_document",
        violation_error_message="This document number cannot be used; please ask your community."),
    models.CheckConstraint(
        condition=Q(document_type="", document_number="", document_index="") | GIVEN,
        name="document_has_type_and_number",
        violation_error_message="A document has a type and a number, or is not given at all."),
    models.CheckConstraint(
        condition=Q(guardian_agreed_on=None) | ~Q(guardian=""), name="a_guardian_who_agreed_is_known",
        violation_error_message="There is no guardian on record."),
]

REPETITION = [
    ID, STATUS,
    ("every", models.CharField(choices=[
        ("day", "every day"), ("week", "every week, on this weekday"),
        ("month_date", "every month, on this date (months without it are passed over)"),
        ("month_weekday", "every month, on this weekday (the second Saturday, the last Sunday …)"),
    ], default="week", max_length=16, verbose_name="how often")),
    ("interval", models.PositiveSmallIntegerField(default=1, validators=[
        django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12),
    ], verbose_name="only each such time (1 to 12)")),
    ("until", models.DateField(verbose_name="until (last day)")),
    ("made_until", models.DateField(editable=False, verbose_name="made until")),
    region(),
    ("pattern", to(
        "volunteers.activity", "repeated_by", kind=models.OneToOneField, editable=False,
        verbose_name="first activity")),
]
SAFEGUARD = [
    ID, STATUS,
    ("kind", models.CharField(
        choices=[("insurance", "insurance"), ("training", "training")], max_length=10, verbose_name="kind")),
    ("title", models.CharField(
        help_text="Insurer and policy number, or course.", max_length=80, verbose_name="policy or course")),
    ("starts_on", models.DateField(verbose_name="first day")),
    ("ends_on", models.DateField(verbose_name="last day")),
    ("for_kind", to(
        "volunteers.activitykind", blank=True, null=True, help_text="Empty: for every kind of activity.",
        verbose_name="training for")),
    region(),
    ("volunteer", to("volunteers.volunteer", "safeguards", verbose_name="volunteer")),
]
PAID_WORK = [
    ID, STATUS,
    ("started_at", models.DateTimeField(verbose_name="starts at")),
    ("ended_at", models.DateTimeField(verbose_name="ends at")),
    ("agreement", models.CharField(
        help_text="Number of the agreement that pays for it, and the team.", max_length=120,
        verbose_name="agreement")),
    ("entered_by", to(settings.AUTH_USER_MODEL, editable=False, verbose_name="by whom")),
    region(),
    ("volunteer", to("volunteers.volunteer", "paid_work", verbose_name="volunteer")),
]
LINK = [
    ID,
    ("secret_hash", models.CharField(editable=False, max_length=64, unique=True)),
    ("made_at", models.DateTimeField(verbose_name="made at")),
    ("volunteer", to("volunteers.volunteer", "calendar_link", kind=models.OneToOneField, verbose_name="volunteer")),
]


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0011_documents_have_their_own_consent"),
        ("volunteers", "0007_rewards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(migrations.AddField("volunteer", name, field) for name, field in PROFILE),
        *(migrations.AddConstraint("volunteer", each) for each in OF_PROFILES),
        *(column(*about) for about in COLUMNS),
        migrations.AddField(
            "activity", "revised_at", models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField("activity", "skills", models.ManyToManyField(
            blank=True, related_name="activities", to="volunteers.skill", verbose_name="skills and languages wanted")),
        migrations.CreateModel("Repetition", REPETITION, {
            "verbose_name": "repetition",
            "verbose_name_plural": "repetitions",
            "constraints": [models.CheckConstraint(
                condition=Q(interval__gte=1, interval__lte=12), name="repeats_each_first_to_twelfth_time",
                violation_error_message="From each time to each twelfth time.")],
        }),
        migrations.AddField("activity", "repetition", to(
            "volunteers.repetition", "activities", editable=False, null=True, verbose_name="repetition")),
        migrations.AddField("activity", "repeats_on", models.DateField(
            editable=False, null=True, verbose_name="day of the repetition")),
        migrations.AddConstraint("activity", models.UniqueConstraint(
            condition=Q(repetition__isnull=False), fields=("repetition", "repeats_on"),
            name="one_activity_per_day_of_a_repetition",
            violation_error_message="The repetition has an activity on this day.")),
        migrations.SeparateDatabaseAndState([], [migrations.AddConstraint("activity", models.CheckConstraint(
            condition=Q(withdraw_hours__gte=0, withdraw_hours__lte=336),
            name="places_are_given_back_within_two_weeks",
            violation_error_message="Places can be given back until at most 336 hours (two weeks) before."))]),
        check(
            "places_are_given_back_within_two_weeks",
            table=ACTIVITY,
            holds="{row}withdraw_hours BETWEEN 0 AND 336",
        ),
        migrations.CreateModel("Safeguard", SAFEGUARD, {
            "verbose_name": "insurance or training",
            "verbose_name_plural": "insurance and training",
            "indexes": [models.Index(fields=["volunteer", "kind", "ends_on"], name="safeguards_of_a_volunteer")],
            "constraints": [
                models.CheckConstraint(
                    condition=Q(ends_on__gte=F("starts_on")), name="safeguard_ends_after_it_starts",
                    violation_error_message="The last day is not before the first."),
                models.CheckConstraint(
                    condition=Q(kind="training") | Q(for_kind=None), name="insurance_is_for_every_kind",
                    violation_error_message="Only training is for one kind of activity; insurance holds for all."),
            ],
        }),
        migrations.CreateModel("PaidWork", PAID_WORK, {
            "verbose_name": "paid work",
            "verbose_name_plural": "paid work",
            "indexes": [models.Index(fields=["volunteer", "started_at"], name="paid_work_of_a_volunteer")],
            "constraints": [
                models.CheckConstraint(
                    condition=Q(ended_at__gt=F("started_at")), name="paid_work_ends_after_it_starts",
                    violation_error_message="The end is after the beginning."),
                models.UniqueConstraint(
                    fields=["volunteer", "started_at", "ended_at"], condition=Q(status="entered"),
                    name="paid_work_is_entered_once", violation_error_message="This is already entered."),
            ],
        }),
        migrations.CreateModel("CalendarLink", LINK, {
            "verbose_name": "calendar link", "verbose_name_plural": "calendar links",
        }),
        safeguard_law("insurance"),
        safeguard_law("training"),
        never_both("service_meets_paid_work", table="volunteers_attendance", broken=WHILE_PAID),
        never_both("paid_work_meets_service", table="volunteers_paidwork", broken=WHILE_SERVING),
        law(
            "paid_work_too_long",
            table="volunteers_paidwork",
            events=["INSERT", "UPDATE"],
            broken="NEW.ended_at - NEW.started_at > interval '24 hours'",
            sqlite_broken="(julianday(NEW.ended_at) - julianday(NEW.started_at)) * 24 > 24.0001",
        ),
    ]
