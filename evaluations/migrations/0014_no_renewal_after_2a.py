"""No renewal after a final 2A or 1A, whatever the project's own column says of it."""

from importlib import import_module

from django.db import migrations

from communities.triggers import trigger

AGREEMENTS = import_module("projects.migrations.0002_laws")
LOW = (
    "NEW.renews_id IS NOT NULL AND (SELECT g.grade FROM evaluations_rating g"
    " WHERE g.project_id = NEW.project_id AND g.status = 'final' ORDER BY g.final_at DESC, g.id DESC LIMIT 1)"
    " IN ('1A', '2A')"
)


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0013_marks_arrive_once"), ("projects", "0002_laws")]

    operations = [
        trigger(
            "evaluations_no_renewal_after_2a",
            table=AGREEMENTS.TABLE,
            postgres=(
                "BEFORE INSERT OR UPDATE",
                f"IF {LOW} THEN IF TG_OP = 'INSERT' THEN {{refuse}}"
                f" ELSIF {AGREEMENTS.CHANGES} THEN {{refuse}} END IF; END IF; RETURN NEW;",
            ),
            sqlite=[
                f"BEFORE INSERT ON {AGREEMENTS.TABLE} WHEN {LOW}",
                f"BEFORE UPDATE ON {AGREEMENTS.TABLE} WHEN {AGREEMENTS.CHANGES} AND {LOW}",
            ],
            code="grade_too_low",
        )
    ]
