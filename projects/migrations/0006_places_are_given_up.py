"""A shortlisted project falls out by an upheld objection, or because its team gives it up."""

from importlib import import_module

from django.db import migrations, models

from communities.triggers import Statements

LAWS = import_module("projects.migrations.0003_poll_laws")
TABLE, CODE = "projects_pollresult", "poll_not_counting"
NAME = f"{TABLE}_{CODE}_update"
BROKEN = (
    f"{LAWS.changed(*LAWS.FIGURES)} OR NOT (OLD.outcome IN ('tied', 'waiting')"
    " OR (OLD.outcome = 'shortlisted' AND NEW.outcome IN ('withdrawn', 'given_up'))"
    " OR (OLD.outcome = 'not_chosen' AND NEW.outcome IN ('shortlisted', 'tied', 'waiting')))"
)
OLD = next(step for step in LAWS.Migration.operations if getattr(step, "name", "") == NAME)


class Migration(migrations.Migration):

    dependencies = [('projects', '0005_slips_and_papers_of_experts')]

    operations = [
        migrations.AlterField(
            model_name='pollresult',
            name='outcome',
            field=models.CharField(choices=[('shortlisted', 'shortlisted'), ('not_chosen', 'not shortlisted'), ('tied', 'tied'), ('waiting', 'decided when the tie is'), ('withdrawn', 'withdrawn after an objection'), ('given_up', 'given up by the team'), ('no_quorum', 'no result: below the quorum')], max_length=12, verbose_name='outcome'),
        ),
        Statements(NAME, OLD.backwards, OLD.forwards),
        *LAWS.law(TABLE, "UPDATE", BROKEN, CODE),
    ]
