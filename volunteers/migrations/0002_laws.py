from django.db import migrations

from communities.triggers import append_only, trigger

CREATE_EXCLUSION = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE volunteers_attendance ADD CONSTRAINT attendance_overlaps EXCLUDE USING gist (
    volunteer_id WITH =, tstzrange(started_at, ended_at) WITH &&
) WHERE (ended_at IS NOT NULL AND status <> 'rejected')
"""
OVERLAP = """ ON volunteers_attendance
WHEN NEW.ended_at IS NOT NULL AND NEW.status <> 'rejected' AND EXISTS (
    SELECT 1 FROM volunteers_attendance WHERE volunteer_id = NEW.volunteer_id AND id <> NEW.id
    AND ended_at IS NOT NULL AND status <> 'rejected' AND started_at < NEW.ended_at AND ended_at > NEW.started_at
)"""


def exclude_overlaps(_apps, editor):
    """PostgreSQL has exclusion constraints; on SQLite, which has one writer at a time, a trigger is as good."""
    if editor.connection.vendor == "postgresql":
        editor.execute(CREATE_EXCLUSION)
        return
    for verb in ("INSERT", "UPDATE"):
        editor.execute(
            f"CREATE TRIGGER attendance_overlaps_{verb.lower()} BEFORE {verb} {OVERLAP} "
            "BEGIN SELECT RAISE(ABORT, 'attendance_overlaps'); END"
        )


def allow_overlaps(_apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE volunteers_attendance DROP CONSTRAINT attendance_overlaps")
        return
    for verb in ("insert", "update"):
        editor.execute(f"DROP TRIGGER attendance_overlaps_{verb}")


def law(name, *, table, events, broken, sqlite_broken=None):
    """Refuse rows of which this SQL condition is true, with the law's name as code."""
    return trigger(
        name,
        table=table,
        postgres=(f"BEFORE {' OR '.join(events)}", f"IF {broken} THEN {{refuse}} END IF; RETURN NEW;"),
        sqlite=[f"BEFORE {event} ON {table} WHEN {sqlite_broken or broken}" for event in events],
        code=name,
    )


BALANCE_OF_PREVIOUS = """CASE WHEN NEW.sequence = 1 THEN 0 ELSE (
    SELECT balance_after FROM volunteers_pointentry WHERE account_id = NEW.account_id AND sequence = NEW.sequence - 1
) END"""
CHAIN_BROKEN = f"""EXISTS (
    SELECT 1 FROM volunteers_account WHERE id = NEW.account_id
    AND (sequence IS DISTINCT FROM NEW.sequence OR balance IS DISTINCT FROM NEW.balance_after)
) OR NEW.sequence IS NOT NULL AND NEW.balance_after - NEW.amount IS DISTINCT FROM ({BALANCE_OF_PREVIOUS})"""


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0001_initial"), ("communities", "0002_record_is_append_only")]

    operations = [
        append_only("volunteers_journal"),
        append_only("volunteers_pointentry"),
        append_only("volunteers_stockchange"),
        append_only("volunteers_correction"),
        migrations.RunPython(exclude_overlaps, allow_overlaps),
        law(
            "attendance_too_long",
            table="volunteers_attendance",
            events=["INSERT", "UPDATE"],
            broken="NEW.ended_at - NEW.started_at > interval '16 hours'",
            sqlite_broken="(julianday(NEW.ended_at) - julianday(NEW.started_at)) * 24 > 16.0001",
        ),
        law(
            "attendance_minutes_exceed_stay",
            table="volunteers_attendance",
            events=["INSERT", "UPDATE"],
            broken="NEW.minutes * 60 > extract(epoch FROM NEW.ended_at - NEW.started_at)",
            sqlite_broken="NEW.minutes > (julianday(NEW.ended_at) - julianday(NEW.started_at)) * 1440 + 0.01",
        ),
        law(
            "activity_is_full",
            table="volunteers_signup",
            events=["INSERT", "UPDATE"],
            broken="NEW.status = 'signed_up' AND NEW.place_number > "
            "(SELECT places FROM volunteers_activity WHERE id = NEW.activity_id FOR SHARE)",
            sqlite_broken="NEW.status = 'signed_up' AND NEW.place_number > "
            "(SELECT places FROM volunteers_activity WHERE id = NEW.activity_id)",
        ),
        law(
            "activity_places_are_taken",
            table="volunteers_activity",
            events=["UPDATE"],
            broken="EXISTS (SELECT 1 FROM volunteers_signup "
            "WHERE activity_id = NEW.id AND status = 'signed_up' AND place_number > NEW.places)",
        ),
        law(
            "voucher_is_spent",
            table="volunteers_redemption",
            events=["UPDATE"],
            broken="OLD.status <> 'issued' AND (NEW.status <> OLD.status OR NEW.code <> OLD.code)",
        ),
        law(
            "journal_unbalanced",
            table="volunteers_journal",
            events=["INSERT"],
            broken="(SELECT COUNT(*) < 2 OR SUM(amount) <> 0 FROM volunteers_pointentry WHERE journal_id = NEW.id)",
        ),
        law(
            "journal_closed",
            table="volunteers_pointentry",
            events=["INSERT"],
            broken="EXISTS (SELECT 1 FROM volunteers_journal WHERE id = NEW.journal_id)",
        ),
        law(
            "ledger_chain_broken",
            table="volunteers_pointentry",
            events=["INSERT"],
            broken=CHAIN_BROKEN,
            sqlite_broken=CHAIN_BROKEN.replace("IS DISTINCT FROM", "IS NOT"),
        ),
    ]
