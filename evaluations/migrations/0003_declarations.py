"""A member declares before the first sheet; a seat passes to a successor, who takes what is still open."""

import django.db.models.deletion
from django.db import migrations, models

from communities.triggers import append_only, trigger


def refused_on_write(name: str, table: str, condition: str, code: str):
    """Rows that meet the condition are neither added nor changed."""
    return trigger(
        name,
        table=table,
        postgres=("BEFORE INSERT OR UPDATE", f"IF {condition} THEN {{refuse}} END IF; RETURN NEW;"),
        sqlite=[f"BEFORE {verb} ON {table} WHEN {condition}" for verb in ("INSERT", "UPDATE")],
        code=code,
    )


FIRST = "NEW.status = 'submitted' AND NEW.version = 1 AND "
UNDECLARED = FIRST + (
    "NOT EXISTS (SELECT 1 FROM evaluations_declaration d"
    " WHERE d.rating_id = NEW.rating_id AND d.member_id = NEW.member_id AND NOT d.has_interest)"
)
SUCCEEDED = FIRST + "EXISTS (SELECT 1 FROM evaluations_committeemember m WHERE m.replaces_id = NEW.member_id)"
NOT_THE_SAME_SEAT = (
    "NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM evaluations_committeemember m"
    " WHERE m.id = NEW.replaces_id AND m.committee_id = NEW.committee_id"
    ' AND m."group" = NEW."group" AND m.until <= NEW.since)'
)


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0002_laws")]

    operations = [
        migrations.CreateModel(
            name="Declaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("has_interest", models.BooleanField(verbose_name="has an interest")),
                ("words", models.TextField(blank=True, max_length=1000, verbose_name="which interest")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "rating",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="evaluations.rating",
                        verbose_name="project in the round",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="evaluations.committeemember",
                        verbose_name="committee member",
                    ),
                ),
            ],
            options={
                "verbose_name": "declaration of interest",
                "verbose_name_plural": "declarations of interest",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rating", "member"),
                        name="declared_once",
                        violation_error_message="This member has already declared for this project.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("has_interest", False), models.Q(("words", ""), _negated=True), _connector="OR"),
                        name="interest_says_which",
                        violation_error_message="Please say which interest you have.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="committeemember",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successors",
                to="evaluations.committeemember",
                verbose_name="in the place of",
            ),
        ),
        migrations.AddConstraint(
            model_name="committeemember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces__isnull", False)),
                fields=("replaces",),
                name="one_successor_each",
                violation_error_message="This member already has a successor.",
            ),
        ),
        append_only("evaluations_declaration"),
        refused_on_write("evaluations_sheet_declared", "evaluations_scoresheet", UNDECLARED, "undeclared"),
        refused_on_write("evaluations_sheet_succeeded", "evaluations_scoresheet", SUCCEEDED, "seat_has_passed"),
        trigger(
            "evaluations_member_succeeds",
            table="evaluations_committeemember",
            postgres=("BEFORE INSERT", f"IF {NOT_THE_SAME_SEAT} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE INSERT ON evaluations_committeemember WHEN {NOT_THE_SAME_SEAT}"],
            code="not_the_same_seat",
        ),
        trigger(
            "evaluations_successor_fixed",
            table="evaluations_committeemember",
            postgres=(
                "BEFORE UPDATE",
                "IF NEW.replaces_id IS DISTINCT FROM OLD.replaces_id THEN {refuse} END IF; RETURN NEW;",
            ),
            sqlite=["BEFORE UPDATE ON evaluations_committeemember WHEN NEW.replaces_id IS NOT OLD.replaces_id"],
            code="member_is_fixed",
        ),
    ]
