"""A reviewer who is recused from the project, be it after giving an opinion, counts no longer."""

from importlib import import_module

from django.db import migrations

from communities.triggers import Statements

LAWS = import_module("evaluations.migrations.0011_appeal_laws")
APPEAL, REVIEWER = LAWS.APPEAL, LAWS.REVIEWER

SITTING = (
    f"(SELECT COUNT(*) FROM {REVIEWER} r JOIN evaluations_committeemember m ON m.id = r.member_id"
    f" JOIN {LAWS.RATING} g ON g.id = NEW.rating_id"
    " WHERE r.appeal_id = NEW.id AND r.status <> 'excused'{which} AND NOT EXISTS"
    " (SELECT 1 FROM evaluations_recusal q WHERE q.user_id = m.user_id AND q.project_id = g.project_id))"
)
SEATS, RIGHT, WRONG = (
    SITTING.format(which=which) for which in ("", " AND r.upholds IS TRUE", " AND r.upholds IS FALSE")
)
DECIDED = "NEW.status IN ('upheld', 'dismissed')"
BEGINS = "NEW.status = 'under_review'"


def again(name: str) -> Statements:
    """Take a law of 0011 away, to hold it in another form."""
    old = next(step for step in LAWS.Migration.operations if getattr(step, "name", "") == name)
    return Statements(name, old.backwards, old.forwards)


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0015_meetings")]

    operations = [
        again(f"{APPEAL}_panel"),
        LAWS.law(f"{APPEAL}_panel", APPEAL, LAWS.WRITE, f"({BEGINS} OR {DECIDED}) AND {SEATS} < 3", "panel_too_small"),
        again(f"{APPEAL}_majority"),
        LAWS.law(
            f"{APPEAL}_majority",
            APPEAL,
            LAWS.WRITE,
            f"(NEW.status = 'upheld' AND 2 * {RIGHT} <= {SEATS}) OR (NEW.status = 'dismissed' AND 2 * {WRONG} < {SEATS})",
            "panel_disagrees",
        ),
    ]
