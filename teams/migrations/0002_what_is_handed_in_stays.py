from django.db import migrations

from communities.triggers import trigger


def changed(columns, *, differs):
    return " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns)


def fixed(name, *, table, once, columns, code, also="1 = 0"):
    """These columns stay as they are in rows that are `once` so."""
    postgres = f"OLD.{once} AND ({changed(columns, differs='IS DISTINCT FROM')} OR {also})"
    sqlite = f"OLD.{once} AND ({changed(columns, differs='IS NOT')} OR {also})"
    return trigger(
        name,
        table=table,
        postgres=("BEFORE UPDATE", f"IF {postgres} THEN {{refuse}} END IF; RETURN NEW;"),
        sqlite=[f"BEFORE UPDATE ON {table} WHEN {sqlite}"],
        code=code,
    )


class Migration(migrations.Migration):
    dependencies = [("teams", "0001_initial")]

    operations = [
        fixed(
            "teams_call_is_fixed",
            table="teams_recruitmentcall",
            once="status <> 'draft'",
            columns=["region_id", "title", "scene_id", "field_id", "need", "budget", "space", "opens_on"],
            also="NEW.closes_on < OLD.closes_on OR (OLD.status <> 'published' AND NEW.closes_on <> OLD.closes_on)",
            code="call_is_fixed",
        ),
        # Encrypted columns are left out: they are written anew when keys are changed.
        fixed(
            "teams_admission_is_fixed",
            table="teams_admission",
            once="status NOT IN ('draft', 'returned')",
            columns=[
                "region_id",
                "call_id",
                "applicant_id",
                "name",
                "kind",
                "standing",
                "team_type_id",
                "registration_code",
                "introduction",
            ],
            code="admission_is_fixed",
        ),
    ]
