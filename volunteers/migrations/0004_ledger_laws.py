from importlib import import_module

from django.db import migrations

from communities.triggers import append_only

law = import_module("volunteers.migrations.0002_laws").law

MISPLACED = """EXISTS (
    SELECT 1 FROM volunteers_pointentry e JOIN volunteers_lot l ON l.id = NEW.lot_id
    LEFT JOIN volunteers_journal j ON j.id = e.journal_id
    WHERE e.id = NEW.entry_id AND (l.account_id <> e.account_id OR j.id IS NOT NULL OR e.amount * NEW.amount < 0)
)"""


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0003_ledger")]

    operations = [
        append_only("volunteers_lotmove"),
        append_only("volunteers_funding"),
        append_only("volunteers_gift"),
        law(
            "lots_within_balance",
            table="volunteers_account",
            events=["INSERT", "UPDATE"],
            broken="NEW.expiring < 0 OR NEW.expiring > NEW.balance",
        ),
        law("lot_move_misplaced", table="volunteers_lotmove", events=["INSERT"], broken=MISPLACED),
    ]
