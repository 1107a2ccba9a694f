"""What a till accepted without network may be a place in a class on another day, which is not a lapsed voucher."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('volunteers', '0014_fewer_indexes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='offlineuse',
            name='found',
            field=models.CharField(choices=[('good', 'good'), ('used', 'already used'), ('cancelled', 'cancelled before'), ('lapsed', 'lapsed before'), ('otherday', 'a class on another day')], max_length=10, verbose_name='found'),
        ),
    ]
