from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0004_untold_waits_longer_each_time")]

    operations = [
        migrations.AddField(
            "channelchoice",
            "sms",
            models.CharField(
                "by SMS",
                max_length=16,
                default="urgent",
                choices=[
                    ("urgent", "what is urgent: deadlines, answers I wait for, decisions against me"),
                    ("everything", "everything"),
                    ("nothing", "nothing"),
                ],
            ),
        ),
        migrations.RunSQL(
            "UPDATE communities_channelchoice SET sms = 'nothing' WHERE NOT by_sms",
            "UPDATE communities_channelchoice SET by_sms = (sms <> 'nothing')",
        ),
        migrations.RemoveField("channelchoice", "by_sms"),
        migrations.AddConstraint(
            "channelchoice",
            models.CheckConstraint(
                condition=models.Q(sms__in=["urgent", "everything", "nothing"]),
                name="sms_choice_is_known",
                violation_error_message="Please choose which messages come by SMS.",
            ),
        ),
    ]
