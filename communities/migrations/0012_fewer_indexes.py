import django.db.models.deletion
from django.db import migrations, models

from communities.triggers import without_indexes


class Migration(migrations.Migration):
    """One index less to write at every step of everything: another begins with the same column."""

    dependencies = [
        ("communities", "0011_documents_have_their_own_consent"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            [without_indexes("communities_statuschange_content_type_id_ac6b1cd3")],
            [
                migrations.AlterField(
                    "statuschange",
                    "content_type",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="contenttypes.contenttype"
                    ),
                )
            ],
        )
    ]
