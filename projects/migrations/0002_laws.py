"""Invariants 4 and 5, and no proposal that asks for more than its call offers: held by the database itself."""

from django.db import migrations

from communities.triggers import trigger

NOTICED = """EXISTS (SELECT 1 FROM projects_publicnotice n
    WHERE n.project_id = NEW.project_id AND n.status = 'finished')
  AND NOT EXISTS (SELECT 1 FROM projects_publicnotice n WHERE n.project_id = NEW.project_id AND n.status = 'running')
  AND NOT EXISTS (SELECT 1 FROM projects_objection o JOIN projects_publicnotice n ON n.id = o.notice_id
    WHERE n.project_id = NEW.project_id AND o.status = 'open')"""
RENEWS = """EXISTS (SELECT 1 FROM projects_agreement a WHERE a.id = NEW.renews_id
    AND a.project_id = NEW.project_id AND a.status IN ('running', 'ended'))"""
LOW = "EXISTS (SELECT 1 FROM projects_project p WHERE p.id = NEW.project_id AND p.last_grade IN ('1A', '2A'))"
ASKED = "SELECT COALESCE(SUM(l.amount), 0) FROM projects_budgetline l WHERE l.project_id = NEW.id AND l.source = 'call'"
OFFERED = "SELECT c.budget FROM teams_recruitmentcall c WHERE c.id = NEW.call_id"

# What an agreement may not do without the conditions: begin, be tied to something else, or leave its draft.
# Being cancelled is always possible.
CHANGES = """(NEW.project_id <> OLD.project_id OR COALESCE(NEW.renews_id, 0) <> COALESCE(OLD.renews_id, 0)
  OR (OLD.status IN ('draft', 'cancelled') AND NEW.status NOT IN ('draft', 'cancelled')))"""
TABLE = "projects_agreement"
# Which agreements each law concerns, and what breaks it.
LAWS = [
    ("no_finished_notice", f"NEW.renews_id IS NULL AND NOT ({NOTICED})"),
    ("no_earlier_agreement", f"NEW.renews_id IS NOT NULL AND NOT ({RENEWS})"),
    ("grade_too_low", f"NEW.renews_id IS NOT NULL AND {LOW}"),
]


def law(code: str, broken: str) -> migrations.RunPython:
    return trigger(
        f"{TABLE}_{code}",
        table=TABLE,
        postgres=(
            "BEFORE INSERT OR UPDATE",
            # OLD has no value on INSERT, so the two cases are told apart before it is read.
            f"""IF {broken} THEN
                IF TG_OP = 'INSERT' THEN {{refuse}}
                ELSIF {CHANGES} THEN {{refuse}} END IF;
            END IF; RETURN NEW;""",
        ),
        sqlite=[
            f"BEFORE INSERT ON {TABLE} WHEN {broken}",
            f"BEFORE UPDATE ON {TABLE} WHEN {CHANGES} AND {broken}",
        ],
        code=code,
    )


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial"), ("teams", "0001_initial")]

    operations = [
        *(law(code, broken) for code, broken in LAWS),
        trigger(
            "projects_project_more_than_the_call",
            table="projects_project",
            postgres=(
                "BEFORE UPDATE OF status",
                f"""IF NEW.status = 'submitted' AND OLD.status <> 'submitted' AND ({ASKED}) > ({OFFERED})
                THEN {{refuse}} END IF; RETURN NEW;""",
            ),
            sqlite=[
                f"""BEFORE UPDATE OF status ON projects_project
                WHEN NEW.status = 'submitted' AND OLD.status <> 'submitted' AND ({ASKED}) > ({OFFERED})"""
            ],
            code="more_than_the_call",
        ),
    ]
