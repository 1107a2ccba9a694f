"""What only triggers can hold of appeals: in time, by the team itself, looked into by others, decided as they say."""

from importlib import import_module

from django.db import migrations

from communities.triggers import Statements, append_only, trigger

LAWS = import_module("evaluations.migrations.0002_laws")
APPEAL, REVIEWER, CHALLENGE = "evaluations_appeal", "evaluations_reviewer", "evaluations_challenge"
ROUND, RATING = "evaluations_evaluationround", "evaluations_rating"


def again(name: str) -> Statements:
    """Take a law of 0002 away, to hold it in another form."""
    old = next(step for step in LAWS.Migration.operations if getattr(step, "name", "") == name)
    return Statements(name, old.backwards, old.forwards)


def law(name, table, verbs, broken, code, *, lock=""):
    """Rows are not written so (`broken` may hold {lock}, which on PostgreSQL makes it wait for what is under way)."""
    return trigger(
        name,
        table=table,
        postgres=(
            "BEFORE " + " OR ".join(verbs),
            f"IF {broken.format(lock=lock)} THEN {{refuse}} END IF; RETURN NEW;",
        ),
        sqlite=[f"BEFORE {verb} ON {table} WHEN {broken.format(lock='')}" for verb in verbs],
        code=code,
    )


WRITE = ("INSERT", "UPDATE")
APPEALABLE = (
    f"EXISTS (SELECT 1 FROM {ROUND} e JOIN {RATING} g ON g.round_id = e.id"
    " WHERE g.id = NEW.rating_id AND g.status = 'announced' AND e.status = 'announced'{lock})"
)
OWN = (
    f"EXISTS (SELECT 1 FROM {RATING} g JOIN projects_project p ON p.id = g.project_id"
    " JOIN teams_teamcontact c ON c.team_id = p.team_id WHERE g.id = NEW.rating_id AND c.user_id = NEW.author_id)"
)
OPEN = "a.status IN ('filed', 'under_review')"
OPEN_IN_ROUND = (
    f"EXISTS (SELECT 1 FROM {APPEAL} a JOIN {RATING} g ON g.id = a.rating_id WHERE g.round_id = NEW.id AND {OPEN})"
)
OPEN_OF_RATING = f"EXISTS (SELECT 1 FROM {APPEAL} a WHERE a.rating_id = NEW.id AND {OPEN})"
SITTING = f"(SELECT COUNT(*) FROM {REVIEWER} r WHERE r.appeal_id = NEW.id AND r.status <> 'excused'{{which}})"
SEATS, RIGHT, WRONG = (
    SITTING.format(which=which) for which in ("", " AND r.upholds IS TRUE", " AND r.upholds IS FALSE")
)
CORRECTED = "EXISTS (SELECT 1 FROM evaluations_appealcorrection k WHERE k.appeal_id = NEW.id)"
FIXED = ("rating_id", "author_id", "reason", "filed_at")
SAYS_OTHER = " OR ".join(f"NEW.{field} <> OLD.{field}" for field in FIXED)
DECIDED = "OLD.status IN ('upheld', 'dismissed', 'withdrawn')"

# Who looks into it is not challenged, not recused, does not speak for the team, and sits on the round's committee.
OTHERS = (
    f"(EXISTS (SELECT 1 FROM {CHALLENGE} c JOIN evaluations_committeemember m ON m.id = c.member_id"
    " JOIN evaluations_committeemember me ON me.user_id = m.user_id"
    " WHERE c.appeal_id = NEW.appeal_id AND me.id = NEW.member_id)"
    f" OR EXISTS (SELECT 1 FROM {APPEAL} a JOIN {RATING} g ON g.id = a.rating_id"
    " JOIN evaluations_recusal q ON q.project_id = g.project_id"
    " JOIN evaluations_committeemember me ON me.user_id = q.user_id"
    " WHERE a.id = NEW.appeal_id AND me.id = NEW.member_id)"
    f" OR EXISTS (SELECT 1 FROM {APPEAL} a JOIN {RATING} g ON g.id = a.rating_id"
    " JOIN projects_project p ON p.id = g.project_id JOIN teams_teamcontact c ON c.team_id = p.team_id"
    " JOIN evaluations_committeemember me ON me.user_id = c.user_id"
    " WHERE a.id = NEW.appeal_id AND me.id = NEW.member_id)"
    f" OR NOT EXISTS (SELECT 1 FROM {APPEAL} a JOIN {RATING} g ON g.id = a.rating_id"
    f" JOIN {ROUND} e ON e.id = g.round_id JOIN evaluations_committeemember me ON me.committee_id = e.committee_id"
    " WHERE a.id = NEW.appeal_id AND me.id = NEW.member_id))"
)
UNDER_REVIEW = (
    f"EXISTS (SELECT 1 FROM {APPEAL} a WHERE a.id = NEW.appeal_id AND a.status = 'under_review'{{lock}})"
)
FILED = f"EXISTS (SELECT 1 FROM {APPEAL} a WHERE a.id = NEW.appeal_id AND a.status = 'filed')"

# A sheet is handed in while its round is open, or as the correction that an appeal under review makes.
CORRECTS = (
    f"EXISTS (SELECT 1 FROM evaluations_appealcorrection k JOIN {APPEAL} a ON a.id = k.appeal_id"
    " WHERE k.sheet_id = NEW.id AND a.rating_id = NEW.rating_id AND a.status = 'under_review')"
)
LATE = f"NEW.status = 'submitted' AND NOT {{open}} AND NOT {CORRECTS}"

# A final grade does not change but by being withdrawn, as it stood.
KEPT = ("round_id", "project_id", "total", "grade", "input_hash", "final_at")
OTHERWISE = " OR ".join(f"NEW.{field} IS DISTINCT FROM OLD.{field}" for field in KEPT)
OTHERWISE_SQLITE = " OR ".join(f"NEW.{field} IS NOT OLD.{field}" for field in KEPT)
WITHDRAWN = "OLD.status = 'final' AND NEW.status = 'withdrawn' AND NOT ({other})"
LISTED = "EXISTS (SELECT 1 FROM evaluations_brandlisting b WHERE b.rating_id = NEW.id AND b.status = 'listed')"


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0010_appeals"), ("projects", "0001_initial"), ("teams", "0001_initial")]

    operations = [
        # FOR SHARE waits for a publishing under way, and makes a publishing wait for an appeal before it.
        law(f"{APPEAL}_in_time", APPEAL, ["INSERT"], f"NOT {APPEALABLE}", "no_time_to_appeal", lock=" FOR SHARE OF e"),
        law(f"{APPEAL}_own", APPEAL, ["INSERT"], f"NOT {OWN}", "not_own_grade"),
        law(
            f"{APPEAL}_panel",
            APPEAL,
            WRITE,
            f"NEW.status IN ('under_review', 'upheld', 'dismissed') AND {SEATS} < 3",
            "panel_too_small",
        ),
        law(
            f"{APPEAL}_majority",
            APPEAL,
            WRITE,
            f"(NEW.status = 'upheld' AND 2 * {RIGHT} <= {SEATS}) OR (NEW.status = 'dismissed' AND 2 * {WRONG} < {SEATS})",
            "panel_disagrees",
        ),
        law(f"{APPEAL}_corrected", APPEAL, WRITE, f"NEW.status = 'upheld' AND NOT {CORRECTED}", "nothing_corrected"),
        trigger(
            f"{APPEAL}_fixed",
            table=APPEAL,
            postgres=(
                "BEFORE UPDATE OR DELETE",
                f"IF TG_OP = 'DELETE' THEN {{refuse}} END IF; IF {DECIDED} OR {SAYS_OTHER} THEN {{refuse}} END IF;"
                " RETURN NEW;",
            ),
            sqlite=[f"BEFORE DELETE ON {APPEAL}", f"BEFORE UPDATE ON {APPEAL} WHEN {DECIDED} OR {SAYS_OTHER}"],
            code="appeal_is_fixed",
        ),
        append_only(CHALLENGE),
        law(f"{CHALLENGE}_at_filing", CHALLENGE, ["INSERT"], f"NOT {FILED}", "appeal_is_fixed"),
        append_only("evaluations_appeal_indicators"),
        law(f"{APPEAL}_about", "evaluations_appeal_indicators", ["INSERT"], f"NOT {FILED}", "appeal_is_fixed"),
        append_only("evaluations_appealcorrection"),
        law(
            "evaluations_appealcorrection_in_review",
            "evaluations_appealcorrection",
            ["INSERT"],
            f"NOT {UNDER_REVIEW}",
            "not_under_review",
            lock=" FOR SHARE",
        ),
        law(f"{REVIEWER}_others", REVIEWER, WRITE, f"NEW.status <> 'excused' AND {OTHERS}", "challenged"),
        law(
            f"{REVIEWER}_in_review",
            REVIEWER,
            WRITE,
            f"NEW.status = 'given' AND NOT {UNDER_REVIEW}",
            "not_under_review",
            lock=" FOR SHARE",
        ),
        trigger(
            f"{REVIEWER}_fixed",
            table=REVIEWER,
            postgres=(
                "BEFORE UPDATE OR DELETE",
                "IF TG_OP = 'DELETE' THEN {refuse} END IF;"
                " IF OLD.status <> 'named' OR NEW.appeal_id <> OLD.appeal_id OR NEW.member_id <> OLD.member_id"
                " THEN {refuse} END IF; RETURN NEW;",
            ),
            sqlite=[
                f"BEFORE DELETE ON {REVIEWER}",
                f"BEFORE UPDATE ON {REVIEWER} WHEN OLD.status <> 'named' OR NEW.appeal_id <> OLD.appeal_id"
                " OR NEW.member_id <> OLD.member_id",
            ],
            code="appeal_is_fixed",
        ),
        law(f"{ROUND}_appeals", ROUND, ["UPDATE"], f"NEW.status IN ('published', 'cancelled') AND {OPEN_IN_ROUND}", "appeal_open"),
        law(f"{RATING}_appeals", RATING, ["UPDATE"], f"NEW.status IN ('final', 'left_out') AND {OPEN_OF_RATING}", "appeal_open"),
        again("evaluations_sheet_in_time"),
        trigger(
            "evaluations_sheet_in_time",
            table="evaluations_scoresheet",
            postgres=(
                "BEFORE INSERT OR UPDATE",
                f"IF {LATE.format(open=LAWS.ROUND_OPEN.format(lock=' FOR SHARE OF e'))} THEN {{refuse}} END IF; RETURN NEW;",
            ),
            sqlite=[
                f"BEFORE {verb} ON evaluations_scoresheet WHEN {LATE.format(open=LAWS.ROUND_OPEN.format(lock=''))}"
                for verb in WRITE
            ],
            code="round_is_closed",
        ),
        again("evaluations_rating_final"),
        trigger(
            "evaluations_rating_final",
            table=RATING,
            postgres=(
                "BEFORE UPDATE OR DELETE",
                "IF OLD.status IN ('final', 'withdrawn') THEN IF TG_OP = 'DELETE' THEN {refuse} END IF;"
                f" IF NOT ({WITHDRAWN.format(other=OTHERWISE)}) THEN {{refuse}} END IF; END IF;"
                " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
            ),
            sqlite=[
                f"BEFORE UPDATE ON {RATING} WHEN OLD.status IN ('final', 'withdrawn')"
                f" AND NOT ({WITHDRAWN.format(other=OTHERWISE_SQLITE)})",
                f"BEFORE DELETE ON {RATING} WHEN OLD.status IN ('final', 'withdrawn')",
            ],
            code="final_rating_is_fixed",
        ),
        law(
            f"{RATING}_leaves_library",
            RATING,
            ["UPDATE"],
            f"NEW.status = 'withdrawn' AND {LISTED}",
            "listing_differs_from_rating",
        ),
    ]
