"""What a point is worth to a partner, in yuan, from a day on; what a settled month comes to."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

law = import_module("volunteers.migrations.0002_laws").law
frozen = import_module("volunteers.migrations.0008_certificates").frozen

PRICE = "volunteers_partnerprice"
SETTLED = """EXISTS (
    SELECT 1 FROM volunteers_settlement s WHERE s.partner_id = NEW.partner_id AND s.month >= FIRST
)"""
FIELDS = [
    ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
    ("status", models.CharField(db_index=True, editable=False, max_length=16, verbose_name="status")),
    ("yuan", models.DecimalField(
        decimal_places=4, help_text="Up to four decimals: 0.0500 is five fen.", max_digits=6,
        verbose_name="yuan a point")),
    ("starts_on", models.DateField(verbose_name="starts on")),
    ("partner", models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="volunteers.partner",
        verbose_name="partner")),
    ("region", models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="communities.region",
        verbose_name="region")),
]


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0011_documents_have_their_own_consent"),
        ("volunteers", "0010_classes_called_off"),
    ]

    operations = [
        migrations.CreateModel("PartnerPrice", FIELDS, {
            "verbose_name": "price of a point",
            "verbose_name_plural": "prices of a point",
            "constraints": [
                models.CheckConstraint(
                    condition=Q(yuan__gt=0), name="a_point_is_worth_something",
                    violation_error_message="A point is worth more than nothing."),
                models.UniqueConstraint(
                    fields=["partner", "starts_on"], condition=Q(status="agreed"), name="one_price_a_day",
                    violation_error_message="There is already a price that begins on this day; take it back first."),
            ],
        }),
        frozen(
            "price_frozen",
            table=PRICE,
            columns=["region_id", "partner_id", "yuan", "starts_on"],
            also=(" OR OLD.status <> 'agreed' AND NEW.status <> OLD.status",) * 2,
            code="price_frozen",
        ),
        law(
            "price_meets_settlement",
            table=PRICE,
            events=["INSERT", "UPDATE"],
            broken=SETTLED.replace("FIRST", "date_trunc('month', NEW.starts_on)"),
            sqlite_broken=SETTLED.replace("FIRST", "date(NEW.starts_on, 'start of month')"),
        ),
        migrations.AddField("settlement", "amount", models.DecimalField(
            decimal_places=2, max_digits=12, null=True, verbose_name="amount (yuan)")),
    ]
