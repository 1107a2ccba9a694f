"""What only triggers can hold of a survey: nothing announced changes, questions freeze at the start, a household is
heard once and only while the survey runs, results are written once and at its end."""

from django.db import migrations

from communities.triggers import append_only, trigger

ANNOUNCED = (
    "region_id round_id size substitutes seed population unlisted frame_hash"  # what the draw was made of
).split()
COUNTED = "asked answered closed_at".split()


def changed(fields: list[str], word: str) -> str:
    return " OR ".join(f"NEW.{field} {word} OLD.{field}" for field in fields)


def survey_is(statuses: str, survey: str = "NEW.survey_id") -> str:
    return f"EXISTS (SELECT 1 FROM evaluations_survey s WHERE s.id = {survey} AND s.status IN ({statuses})"


OLD_DRAWN, OLD_OVER = "OLD.status <> 'planned'", "OLD.status IN ('closed', 'cancelled')"
WRITABLE = survey_is("'planned', 'drawn'", "{row}.survey_id") + ")"
RUNS = survey_is("'under_way'") + "{lock})"
LOCK = " FOR SHARE"

QUESTION = "SELECT 1 FROM evaluations_surveyquestion q WHERE q.id = NEW.question_id"
FITS = (
    f"EXISTS ({QUESTION} AND q.survey_id = NEW.survey_id AND q.per_project = (NEW.project_id IS NOT NULL)"
    " AND (NEW.level IS NULL OR q.kind = 'satisfaction' OR (q.kind = 'yes_no' AND NEW.level IN (1, 5)))"
    " AND (NEW.text = '' OR q.kind = 'text'))"
)
SAME = "a.question_id = NEW.question_id AND (a.project_id = NEW.project_id OR NEW.project_id IS NULL)"
HEARD = (
    f"(SELECT count(*) FROM evaluations_surveyanswer a WHERE {SAME}) >="
    " (SELECT count(*) FROM evaluations_surveyhousehold h WHERE h.survey_id = NEW.survey_id AND h.status = 'answered')"
)
# After some time what people wrote in their own words goes; the figures stay.
FORGETS = (
    "NEW.text = '' AND NEW.id = OLD.id AND NEW.survey_id = OLD.survey_id AND NEW.question_id = OLD.question_id"
    " AND NEW.grid = OLD.grid AND {same} AND " + survey_is("'closed'") + ")"
)
LEFT = ("project_id", "level")
FORGETS_POSTGRES = FORGETS.format(same=" AND ".join(f"NEW.{each} IS NOT DISTINCT FROM OLD.{each}" for each in LEFT))
FORGETS_SQLITE = FORGETS.format(same=" AND ".join(f"NEW.{each} IS OLD.{each}" for each in LEFT))

PLACE = "survey_id household grid number is_drawn".split()
MOVED = (
    "NEW.status <> OLD.status AND NOT ((OLD.status = 'reserve' AND NEW.status = 'open')"
    " OR (OLD.status = 'open' AND NEW.status IN ('answered', 'refused', 'absent')))"
)
COUNTS = (
    "EXISTS (SELECT 1 FROM evaluations_rating g JOIN evaluations_survey s ON s.round_id = g.round_id"
    " JOIN evaluations_evaluationround e ON e.id = g.round_id"
    " JOIN evaluations_indicator i ON i.scheme_id = e.scheme_id"
    " WHERE s.id = NEW.survey_id AND s.status = 'closed' AND g.id = NEW.rating_id AND g.region_id = s.region_id"
    " AND i.id = NEW.indicator_id AND (NEW.mark IS NULL OR NEW.mark <= i.full))"
)


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0007_surveys")]

    operations = [
        trigger(
            "evaluations_households_do_not_sit",
            table="evaluations_committeemember",
            postgres=("BEFORE INSERT", "IF NEW.\"group\" = 'households' THEN {refuse} END IF; RETURN NEW;"),
            sqlite=["BEFORE INSERT ON evaluations_committeemember WHEN NEW.\"group\" = 'households'"],
            code="households_do_not_sit",
        ),
        trigger(
            "evaluations_survey_fixed",
            table="evaluations_survey",
            postgres=(
                "BEFORE UPDATE OR DELETE",
                f"IF TG_OP = 'DELETE' THEN IF {OLD_DRAWN} THEN {{refuse}} END IF; RETURN OLD; END IF;"
                f" IF {OLD_DRAWN} AND ({changed(ANNOUNCED, 'IS DISTINCT FROM')}) THEN {{refuse}} END IF;"
                f" IF {OLD_OVER} AND (NEW.status <> OLD.status OR {changed(COUNTED, 'IS DISTINCT FROM')})"
                " THEN {refuse} END IF; RETURN NEW;",
            ),
            sqlite=[
                f"BEFORE DELETE ON evaluations_survey WHEN {OLD_DRAWN}",
                f"BEFORE UPDATE ON evaluations_survey WHEN {OLD_DRAWN} AND ({changed(ANNOUNCED, 'IS NOT')})",
                f"BEFORE UPDATE ON evaluations_survey WHEN {OLD_OVER}"
                f" AND (NEW.status <> OLD.status OR {changed(COUNTED, 'IS NOT')})",
            ],
            code="survey_is_fixed",
        ),
        append_only("evaluations_surveyframe"),
        trigger(
            "evaluations_questions_frozen",
            table="evaluations_surveyquestion",
            postgres=(
                "BEFORE INSERT OR UPDATE OR DELETE",
                f"IF TG_OP <> 'DELETE' THEN IF NOT {WRITABLE.format(row='NEW')} THEN {{refuse}} END IF; END IF;"
                f" IF TG_OP <> 'INSERT' THEN IF NOT {WRITABLE.format(row='OLD')} THEN {{refuse}} END IF; END IF;"
                " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
            ),
            sqlite=[
                f"BEFORE INSERT ON evaluations_surveyquestion WHEN NOT {WRITABLE.format(row='NEW')}",
                "BEFORE UPDATE ON evaluations_surveyquestion"
                f" WHEN NOT {WRITABLE.format(row='NEW')} OR NOT {WRITABLE.format(row='OLD')}",
                f"BEFORE DELETE ON evaluations_surveyquestion WHEN NOT {WRITABLE.format(row='OLD')}",
            ],
            code="questions_are_frozen",
        ),
        trigger(
            "evaluations_household_done",
            table="evaluations_surveyhousehold",
            postgres=(
                "BEFORE UPDATE OR DELETE",
                f"IF TG_OP = 'DELETE' OR {changed(PLACE, 'IS DISTINCT FROM')} OR ({MOVED}) THEN {{refuse}} END IF;"
                f" IF NEW.status <> OLD.status AND NOT {RUNS.format(lock=LOCK)} THEN {{refuse}} END IF; RETURN NEW;",
            ),
            sqlite=[
                "BEFORE DELETE ON evaluations_surveyhousehold",
                f"BEFORE UPDATE ON evaluations_surveyhousehold WHEN {changed(PLACE, 'IS NOT')} OR ({MOVED})",
                "BEFORE UPDATE ON evaluations_surveyhousehold"
                f" WHEN NEW.status <> OLD.status AND NOT {RUNS.format(lock='')}",
            ],
            code="household_is_done",
        ),
        append_only("evaluations_surveyvisit"),
        # FOR SHARE waits for a closing under way, so that no answer arrives between the count and the closed door.
        trigger(
            "evaluations_answers_in_time",
            table="evaluations_surveyanswer",
            postgres=(
                "BEFORE INSERT OR DELETE",
                f"IF TG_OP = 'DELETE' THEN IF NOT {survey_is(chr(39) + 'under_way' + chr(39), 'OLD.survey_id')})"
                " THEN {refuse} END IF; RETURN OLD; END IF;"
                f" IF NOT {RUNS.format(lock=LOCK)} THEN {{refuse}} END IF; RETURN NEW;",
            ),
            sqlite=[
                f"BEFORE INSERT ON evaluations_surveyanswer WHEN NOT {RUNS.format(lock='')}",
                "BEFORE DELETE ON evaluations_surveyanswer"
                f" WHEN NOT {survey_is(chr(39) + 'under_way' + chr(39), 'OLD.survey_id')})",
            ],
            code="survey_takes_no_answers",
        ),
        trigger(
            "evaluations_answers_stay",
            table="evaluations_surveyanswer",
            postgres=("BEFORE UPDATE", f"IF NOT ({FORGETS_POSTGRES}) THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE UPDATE ON evaluations_surveyanswer WHEN NOT ({FORGETS_SQLITE})"],
            code="append_only",
        ),
        trigger(
            "evaluations_answer_fits",
            table="evaluations_surveyanswer",
            postgres=("BEFORE INSERT", f"IF NOT {FITS} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE INSERT ON evaluations_surveyanswer WHEN NOT {FITS}"],
            code="answer_does_not_fit",
        ),
        trigger(
            "evaluations_answered_once",
            table="evaluations_surveyanswer",
            postgres=("BEFORE INSERT", f"IF {HEARD} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE INSERT ON evaluations_surveyanswer WHEN {HEARD}"],
            code="answered_once",
        ),
        append_only("evaluations_surveyresult"),
        trigger(
            "evaluations_survey_counted",
            table="evaluations_surveyresult",
            postgres=("BEFORE INSERT", f"IF NOT {COUNTS} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE INSERT ON evaluations_surveyresult WHEN NOT {COUNTS}"],
            code="survey_is_not_counted",
        ),
    ]
