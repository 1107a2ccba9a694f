"""Whom paid work concerns may object to what a team's contact entered; until staff decide it does not count."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

from communities.triggers import Statements, check

earlier = import_module("volunteers.migrations.0005_profiles_and_activities")

PAID_WORK = "volunteers_paidwork"
COUNTS = "IN ('entered', 'confirmed')"
LAWS = [
    ("service_meets_paid_work", "volunteers_attendance", earlier.WHILE_PAID),
    ("paid_work_meets_service", PAID_WORK, earlier.WHILE_SERVING),
]
# What was entered before: by a team, unless whoever entered it has been staff of the place.
ENTERED_BY_TEAMS = f"""UPDATE {PAID_WORK} SET by_team = true WHERE NOT EXISTS (
    SELECT 1 FROM communities_roleassignment a
    JOIN communities_region held ON held.id = a.region_id
    JOIN communities_region here ON here.id = {PAID_WORK}.region_id
    WHERE a.user_id = {PAID_WORK}.entered_by_id AND a.role = 'community_staff'
    AND substr(here.code, 1, length(held.code)) = held.code
)"""
# Written out because Django would rebuild the table on SQLite, which does not rebuild one that others' triggers read.
ADD = f"ALTER TABLE {PAID_WORK} ADD COLUMN by_team %s NOT NULL DEFAULT %s"
BY_TEAM = Statements(
    "paidwork.by_team",
    {
        "postgresql": [
            ADD % ("boolean", "false"),
            f"ALTER TABLE {PAID_WORK} ALTER COLUMN by_team DROP DEFAULT",
            ENTERED_BY_TEAMS,
        ],
        "sqlite": [ADD % ("bool", "0"), ENTERED_BY_TEAMS],
    },
    dict.fromkeys(["postgresql", "sqlite"], [f"ALTER TABLE {PAID_WORK} DROP COLUMN by_team"]),
)


def both_statuses(name, table, broken):
    """The law as it was, for entries that were kept after an objection as well."""
    old = earlier.never_both(name, table=table, broken=broken)
    new = earlier.never_both(name, table=table, broken=broken.replace("status = 'entered'", f"status {COUNTS}"))
    return [Statements(name, old.backwards, old.forwards), new]


def entered_once(statuses):
    return models.UniqueConstraint(
        fields=["volunteer", "started_at", "ended_at"], condition=statuses, name="paid_work_is_entered_once",
        violation_error_message="This is already entered.")


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0012_hours_of_a_day")]

    operations = [
        migrations.SeparateDatabaseAndState([BY_TEAM], [migrations.AddField("paidwork", "by_team", models.BooleanField(
            default=False, editable=False, verbose_name="entered by the team"))]),
        *(step for law in LAWS for step in both_statuses(*law)),
        migrations.RemoveConstraint("paidwork", "paid_work_is_entered_once"),
        migrations.AddConstraint("paidwork", entered_once(Q(status__in=["entered", "objected", "confirmed"]))),
        migrations.SeparateDatabaseAndState([], [migrations.AddConstraint("paidwork", models.CheckConstraint(
            condition=~Q(status__in=["objected", "confirmed"]) | Q(by_team=True),
            name="a_teams_entry_is_objected_to",
            violation_error_message="The community entered this; ask it to take it back."))]),
        check(
            "a_teams_entry_is_objected_to",
            table=PAID_WORK,
            holds="{row}status NOT IN ('objected', 'confirmed') OR {row}by_team",
        ),
    ]
