from django.db import migrations

from communities.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("communities", "0001_initial")]

    operations = [append_only("communities_statuschange")]
