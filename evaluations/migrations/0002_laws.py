"""What only triggers can hold: frozen schemes, sealed sheets, recusals, closed rounds, final grades, true listings."""

from django.db import migrations

from communities.triggers import append_only, trigger

SCHEME_FIELDS = (
    "region_id name version previous_id full_points at_5a at_4a at_3a at_2a bonus_cap places round_groups"
    " round_indicators brand_months"
).split()
CHANGED = " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in SCHEME_FIELDS)
CHANGED_SQLITE = " OR ".join(f"NEW.{field} IS NOT OLD.{field}" for field in SCHEME_FIELDS)


def frozen(scheme_of: str) -> str:
    return f"EXISTS (SELECT 1 FROM evaluations_scheme s WHERE s.id = {scheme_of} AND s.status <> 'draft')"


def frozen_part(name: str, table: str, scheme_of: str):
    """Rows of a frozen scheme are neither added, changed nor deleted; `{row}` is NEW or OLD."""
    new, old = (frozen(scheme_of.format(row=row)) for row in ("NEW", "OLD"))
    return trigger(
        name,
        table=table,
        postgres=(
            "BEFORE INSERT OR UPDATE OR DELETE",
            f"IF TG_OP <> 'DELETE' THEN IF {new} THEN {{refuse}} END IF; END IF;"
            f" IF TG_OP <> 'INSERT' THEN IF {old} THEN {{refuse}} END IF; END IF;"
            " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
        ),
        sqlite=[
            f"BEFORE INSERT ON {table} WHEN {new}",
            f"BEFORE UPDATE ON {table} WHEN {new} OR {old}",
            f"BEFORE DELETE ON {table} WHEN {old}",
        ],
        code="scheme_is_frozen",
    )


def refused_on_write(name: str, table: str, condition: str, code: str):
    """Rows that meet the condition are neither added nor changed."""
    return trigger(
        name,
        table=table,
        postgres=("BEFORE INSERT OR UPDATE", f"IF {condition} THEN {{refuse}} END IF; RETURN NEW;"),
        sqlite=[f"BEFORE {verb} ON {table} WHEN {condition}" for verb in ("INSERT", "UPDATE")],
        code=code,
    )


RECUSED = (
    "EXISTS (SELECT 1 FROM evaluations_recusal r"
    " JOIN evaluations_committeemember m ON m.user_id = r.user_id"
    " JOIN evaluations_rating g ON g.project_id = r.project_id {where})"
)
SHEET_RECUSED = RECUSED.format(where="WHERE m.id = NEW.member_id AND g.id = NEW.rating_id")
MARK_RECUSED = RECUSED.format(
    where="JOIN evaluations_scoresheet s ON s.member_id = m.id AND s.rating_id = g.id WHERE s.id = NEW.sheet_id"
)
OWN_PROJECT = (
    "NEW.status = 'submitted' AND EXISTS (SELECT 1 FROM teams_teamcontact c"
    " JOIN projects_project p ON p.team_id = c.team_id JOIN evaluations_rating g ON g.project_id = p.id"
    " JOIN evaluations_committeemember m ON m.user_id = c.user_id"
    " WHERE m.id = NEW.member_id AND g.id = NEW.rating_id)"
)
ROUND_OPEN = (
    "EXISTS (SELECT 1 FROM evaluations_evaluationround e JOIN evaluations_rating g ON g.round_id = e.id"
    " WHERE g.id = NEW.rating_id AND e.status = 'open'{lock})"
)
MARK_FITS = (
    "EXISTS (SELECT 1 FROM evaluations_indicator i, evaluations_scoresheet s"
    " JOIN evaluations_rating g ON g.id = s.rating_id JOIN evaluations_evaluationround e ON e.id = g.round_id"
    " WHERE i.id = NEW.indicator_id AND s.id = NEW.sheet_id AND i.scheme_id = e.scheme_id AND i.full IS NOT NULL"
    " AND (NEW.value IS NULL OR NEW.value <= i.full))"
)
SEALED = "EXISTS (SELECT 1 FROM evaluations_scoresheet s WHERE s.id = {row}.sheet_id AND s.status = 'submitted')"
LISTING_TRUE = (
    "EXISTS (SELECT 1 FROM evaluations_rating g WHERE g.id = NEW.rating_id AND g.status = 'final'"
    " AND g.grade = NEW.grade AND g.project_id = NEW.project_id)"
)

SEAT = ("committee_id", "user_id", '"group"')
SEAT_CHANGED = " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in SEAT)
SEAT_CHANGED_SQLITE = " OR ".join(f"NEW.{field} IS NOT OLD.{field}" for field in SEAT)


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0001_initial")]

    operations = [
        trigger(
            "evaluations_scheme_frozen",
            table="evaluations_scheme",
            postgres=(
                "BEFORE UPDATE OR DELETE",
                "IF OLD.status <> 'draft' THEN"
                f" IF TG_OP = 'DELETE' OR NEW.status = 'draft' OR {CHANGED} THEN {{refuse}} END IF; END IF;"
                " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
            ),
            sqlite=[
                "BEFORE DELETE ON evaluations_scheme WHEN OLD.status <> 'draft'",
                "BEFORE UPDATE ON evaluations_scheme WHEN OLD.status <> 'draft'"
                f" AND (NEW.status = 'draft' OR {CHANGED_SQLITE})",
            ],
            code="scheme_is_frozen",
        ),
        frozen_part("evaluations_groups_frozen", "evaluations_evaluatorgroup", "{row}.scheme_id"),
        frozen_part("evaluations_indicators_frozen", "evaluations_indicator", "{row}.scheme_id"),
        frozen_part(
            "evaluations_marked_by_frozen",
            "evaluations_indicator_groups",
            "(SELECT i.scheme_id FROM evaluations_indicator i WHERE i.id = {row}.indicator_id)",
        ),
        append_only("evaluations_recusal"),
        # A grade depends on who sat in which group.
        trigger(
            "evaluations_member_fixed",
            table="evaluations_committeemember",
            postgres=("BEFORE UPDATE OR DELETE", f"IF TG_OP = 'DELETE' OR {SEAT_CHANGED} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[
                "BEFORE DELETE ON evaluations_committeemember",
                f"BEFORE UPDATE ON evaluations_committeemember WHEN {SEAT_CHANGED_SQLITE}",
            ],
            code="member_is_fixed",
        ),
        refused_on_write("evaluations_sheet_recused", "evaluations_scoresheet", SHEET_RECUSED, "recused"),
        refused_on_write("evaluations_sheet_own_project", "evaluations_scoresheet", OWN_PROJECT, "own_project"),
        refused_on_write("evaluations_mark_recused", "evaluations_mark", MARK_RECUSED, "recused"),
        refused_on_write("evaluations_mark_fits", "evaluations_mark", f"NOT {MARK_FITS}", "mark_out_of_range"),
        trigger(
            "evaluations_sheet_sealed",
            table="evaluations_scoresheet",
            postgres=(
                "BEFORE UPDATE OR DELETE",
                "IF OLD.status = 'submitted' THEN {refuse} END IF;"
                " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
            ),
            sqlite=[
                f"BEFORE {verb} ON evaluations_scoresheet WHEN OLD.status = 'submitted'"
                for verb in ("UPDATE", "DELETE")
            ],
            code="sheet_is_sealed",
        ),
        trigger(
            "evaluations_marks_sealed",
            table="evaluations_mark",
            postgres=(
                "BEFORE INSERT OR UPDATE OR DELETE",
                f"IF TG_OP <> 'DELETE' THEN IF {SEALED.format(row='NEW')} THEN {{refuse}} END IF; END IF;"
                f" IF TG_OP <> 'INSERT' THEN IF {SEALED.format(row='OLD')} THEN {{refuse}} END IF; END IF;"
                " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
            ),
            sqlite=[
                f"BEFORE INSERT ON evaluations_mark WHEN {SEALED.format(row='NEW')}",
                f"BEFORE UPDATE ON evaluations_mark WHEN {SEALED.format(row='NEW')} OR {SEALED.format(row='OLD')}",
                f"BEFORE DELETE ON evaluations_mark WHEN {SEALED.format(row='OLD')}",
            ],
            code="sheet_is_sealed",
        ),
        # FOR SHARE waits for a closing under way, and makes a closing wait for the hand-ins before it, so that no
        # sheet arrives between the marks that were counted and the closed door.
        trigger(
            "evaluations_sheet_in_time",
            table="evaluations_scoresheet",
            postgres=(
                "BEFORE INSERT OR UPDATE",
                f"IF NEW.status = 'submitted' AND NOT {ROUND_OPEN.format(lock=' FOR SHARE OF e')}"
                " THEN {refuse} END IF; RETURN NEW;",
            ),
            sqlite=[
                f"BEFORE {verb} ON evaluations_scoresheet WHEN NEW.status = 'submitted'"
                f" AND NOT {ROUND_OPEN.format(lock='')}"
                for verb in ("INSERT", "UPDATE")
            ],
            code="round_is_closed",
        ),
        trigger(
            "evaluations_rating_final",
            table="evaluations_rating",
            postgres=(
                "BEFORE UPDATE OR DELETE",
                "IF OLD.status = 'final' THEN {refuse} END IF;"
                " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
            ),
            sqlite=[
                f"BEFORE {verb} ON evaluations_rating WHEN OLD.status = 'final'" for verb in ("UPDATE", "DELETE")
            ],
            code="final_rating_is_fixed",
        ),
        refused_on_write(
            "evaluations_listing_true", "evaluations_brandlisting", f"NOT {LISTING_TRUE}", "listing_differs_from_rating"
        ),
    ]
