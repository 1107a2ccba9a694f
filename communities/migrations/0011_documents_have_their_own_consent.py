from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("communities", "0010_publication_has_its_own_consent")]

    operations = [
        migrations.AlterField(
            "consent",
            "kind",
            models.CharField(
                choices=[
                    ("privacy", "privacy policy"),
                    ("profile", "volunteer's profile"),
                    ("sensitive", "birth date and guardian"),
                    ("document", "document type and number"),
                    ("publication", "showing my name in public thanks"),
                ],
                max_length=32,
                verbose_name="what for",
            ),
        ),
    ]
