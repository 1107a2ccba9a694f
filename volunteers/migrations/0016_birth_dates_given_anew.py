"""Of a birth date that was forgotten while it said under 18 a fingerprint stays; staff look at who gives another one."""

import django.db.models.deletion
from django.db import migrations, models

from communities.triggers import Statements

# Written out because Django would rebuild the table on SQLite, which does not rebuild one that others' triggers read.
ADD = "ALTER TABLE volunteers_volunteer ADD COLUMN minor_index varchar(64) NOT NULL DEFAULT ''"
MINOR_INDEX = Statements(
    "volunteer.minor_index",
    {
        "postgresql": [ADD, "ALTER TABLE volunteers_volunteer ALTER COLUMN minor_index DROP DEFAULT"],
        "sqlite": [ADD],
    },
    dict.fromkeys(["postgresql", "sqlite"], ["ALTER TABLE volunteers_volunteer DROP COLUMN minor_index"]),
)


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0015_class_on_another_day")]

    operations = [
        migrations.AddField(
            "oddity",
            "volunteer",
            models.ForeignKey(
                "volunteers.volunteer",
                django.db.models.deletion.PROTECT,
                null=True,
                editable=False,
                related_name="oddities",
                verbose_name="volunteer",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            [MINOR_INDEX],
            [
                migrations.AddField(
                    "volunteer", "minor_index", models.CharField(blank=True, editable=False, max_length=64)
                )
            ],
        ),
        migrations.AlterField(
            "oddity",
            "kind",
            models.CharField(
                choices=[
                    ("device", "one device, many people"),
                    ("travel", "impossible travel"),
                    ("friends", "a leader confirms only a few"),
                    ("each_other", "two confirm each other"),
                    ("birth", "another birth date than before"),
                ],
                max_length=12,
                verbose_name="pattern",
            ),
        ),
    ]
