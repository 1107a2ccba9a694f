"""Grades are told to the teams, who have some days to appeal, before they are final."""

import django.core.validators
from django.db import migrations, models

from communities.triggers import Statements, check

TABLE = "evaluations_evaluationround"
DAYS = {
    "help_text": "Counted from the day after the teams are told; the day itself does not count.",
    "validators": [django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)],
    "verbose_name": "working days to appeal",
}
# Written out because Django would rebuild the table on SQLite, which does not rebuild one that others' triggers read.
COLUMN = Statements(
    "evaluationround.appeal_days",
    {
        "postgresql": [
            f"ALTER TABLE {TABLE} ADD COLUMN appeal_days smallint NOT NULL DEFAULT 7",
            f"ALTER TABLE {TABLE} ALTER COLUMN appeal_days DROP DEFAULT",
        ],
        "sqlite": [f"ALTER TABLE {TABLE} ADD COLUMN appeal_days smallint unsigned NOT NULL DEFAULT 7"],
    },
    dict.fromkeys(["postgresql", "sqlite"], [f"ALTER TABLE {TABLE} DROP COLUMN appeal_days"]),
)
HELD = [
    models.CheckConstraint(
        condition=models.Q(appeal_days__gte=1, appeal_days__lte=60),
        name="time_to_appeal_is_a_day_to_sixty",
        violation_error_message="Teams have from 1 to 60 working days to appeal.",
    ),
    models.CheckConstraint(
        condition=models.Q(
            models.Q(("status__in", ["announced", "published"]), _negated=True),
            models.Q(("announced_at__isnull", False), ("appeals_until__isnull", False)),
            _connector="OR",
        ),
        name="announced_round_has_a_time_to_appeal",
        violation_error_message="Grades are told to the teams with a last day for appeals.",
    ),
]


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0005_reminders")]

    operations = [
        migrations.AddField(
            "evaluationround",
            "announced_at",
            models.DateTimeField(editable=False, null=True, verbose_name="teams told at"),
        ),
        migrations.AddField(
            "evaluationround",
            "appeals_until",
            models.DateField(editable=False, null=True, verbose_name="appeals until (last day)"),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[COLUMN],
            state_operations=[
                migrations.AddField(
                    "evaluationround", "appeal_days", models.PositiveSmallIntegerField(default=7, **DAYS)
                ),
                *(migrations.AddConstraint("evaluationround", each) for each in HELD),
            ],
        ),
        check(
            "time_to_appeal_is_a_day_to_sixty",
            table=TABLE,
            holds="{row}appeal_days BETWEEN 1 AND 60",
        ),
        check(
            "announced_round_has_a_time_to_appeal",
            table=TABLE,
            holds="{row}status NOT IN ('announced', 'published')"
            " OR ({row}announced_at IS NOT NULL AND {row}appeals_until IS NOT NULL)",
        ),
    ]
