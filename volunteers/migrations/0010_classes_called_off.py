"""What was used stays used, but for places in a class that does not take place after all."""

from importlib import import_module

from django.db import migrations

from communities.triggers import Statements

law = import_module("volunteers.migrations.0002_laws").law
NAME = "voucher_is_spent"
CHANGED = "OLD.status <> 'issued' AND (NEW.status <> OLD.status OR NEW.code <> OLD.code)"
CALLED_OFF = """OLD.status = 'used' AND NEW.status = 'cancelled' AND NEW.code = OLD.code AND EXISTS (
    SELECT 1 FROM volunteers_courseplace p JOIN volunteers_coursesession s ON s.id = p.session_id
    WHERE p.redemption_id = NEW.id AND s.status = 'cancelled'
)"""


def as_law(broken):
    return law(NAME, table="volunteers_redemption", events=["UPDATE"], broken=broken)


def instead_of(old, new):
    return {vendor: [*old.backwards[vendor], *new.forwards[vendor]] for vendor in new.forwards}


before, after = as_law(CHANGED), as_law(f"{CHANGED} AND NOT ({CALLED_OFF})")


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0009_names_of_device_marks")]

    operations = [Statements(NAME, instead_of(before, after), instead_of(after, before))]
