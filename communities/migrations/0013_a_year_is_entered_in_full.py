from django.db import migrations, models


class Migration(migrations.Migration):
    """One day entered is not yet the year's notice; staff say when it is all there."""

    dependencies = [("communities", "0012_fewer_indexes")]

    operations = [
        migrations.AddField(
            model_name="calendarday",
            name="completes_year",
            field=models.BooleanField(
                default=False,
                help_text="Tick this with the last day that you enter; until then pages warn that the year is computed.",
                verbose_name="the year's notice is entered in full",
            ),
        ),
    ]
