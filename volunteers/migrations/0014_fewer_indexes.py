import django.db.models.deletion
from django.db import migrations, models

from communities.triggers import without_indexes


def without_index_of_its_own(model, field, to, related_name, verbose_name):
    return migrations.AlterField(
        model,
        field,
        models.ForeignKey(
            to,
            django.db.models.deletion.PROTECT,
            db_index=False,
            related_name=related_name,
            verbose_name=verbose_name,
        ),
    )


class Migration(migrations.Migration):
    """A redemption wrote into 42 indexes; eleven of them are others' beginnings, or Django's for LIKE, which nothing asks."""

    dependencies = [
        ("communities", "0012_fewer_indexes"),
        ("volunteers", "0013_objections_to_paid_work"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            [
                without_indexes(
                    "volunteers_pointentry_account_id_8102ee9f",
                    "volunteers_pointentry_journal_id_487a8e7f",
                    "volunteers_redemption_volunteer_id_e85978bc",
                    "volunteers_redemption_status_2a308f14",
                    "volunteers_redemption_status_2a308f14_like",
                    "volunteers_redemption_code_4630848b_like",
                    "volunteers_journal_key_e510a5d6_like",
                    "volunteers_journal_source_75579338_like",
                )
            ],
            [
                without_index_of_its_own("pointentry", "account", "volunteers.account", "entries", "points account"),
                without_index_of_its_own("pointentry", "journal", "volunteers.journal", "entries", "journal"),
                without_index_of_its_own(
                    "redemption", "volunteer", "volunteers.volunteer", "redemptions", "volunteer"
                ),
            ],
        )
    ]
