"""What device marks are called where they are handed out, and one more reason why a kept check-in waits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0005_profiles_and_activities")]

    operations = [
        migrations.AlterField("devicemark", "is_leaving", models.BooleanField(verbose_name="check-out")),
        migrations.AlterField("devicemark", "marker", models.CharField(max_length=16, verbose_name="device marker")),
        migrations.AlterField("devicemark", "at", models.DateTimeField(db_index=True, verbose_name="at")),
        migrations.AlterField(
            "keptscan",
            "why",
            models.CharField(
                blank=True,
                choices=[
                    ("too_old", "It came more than 48 hours later."),
                    ("unreadable", "No code of this activity; the time is the phone's."),
                    ("decided", "The hours were already decided on."),
                    ("differs", "It says another time than what is noted."),
                    ("elsewhere", "At this time the volunteer was already somewhere else."),
                    ("forbidden", "Training or insurance was missing, or there was paid work at that time."),
                    ("no_check_in", "There is no check-in before it."),
                    ("no_place", "The volunteer had no place."),
                    ("wrong_time", "The activity was not open for it at that time."),
                    ("not_active", "The volunteer was not active."),
                    ("no_guardian", "The guardian's consent was not on record."),
                ],
                max_length=12,
                verbose_name="why it waits",
            ),
        ),
    ]
