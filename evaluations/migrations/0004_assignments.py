"""Who scores what by plan: it fits the round, and what is handed out is not taken back."""

import django.db.models.deletion
from django.db import migrations, models

from communities.triggers import trigger

FITS = (
    "EXISTS (SELECT 1 FROM evaluations_assignmentplan p"
    " JOIN evaluations_evaluationround e ON e.id = p.round_id"
    " JOIN evaluations_rating g ON g.round_id = e.id"
    " JOIN evaluations_committeemember m ON m.committee_id = e.committee_id"
    " WHERE p.id = NEW.plan_id AND g.id = NEW.rating_id AND m.id = NEW.member_id AND e.status IN ('draft', 'open')"
    " AND NOT EXISTS (SELECT 1 FROM evaluations_recusal r"
    " WHERE r.user_id = m.user_id AND r.project_id = g.project_id))"
)
HANDED_OUT = (
    "EXISTS (SELECT 1 FROM evaluations_scoresheet s"
    " WHERE s.rating_id = OLD.rating_id AND s.member_id = OLD.member_id)"
)
OPENED = "EXISTS (SELECT 1 FROM evaluations_evaluationround e WHERE e.id = OLD.round_id AND e.status <> 'draft')"


class Migration(migrations.Migration):

    dependencies = [
        ('evaluations', '0003_declarations'),
    ]

    operations = [
        migrations.CreateModel(
            name='AssignmentPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.CharField(max_length=64, verbose_name='seed')),
                ('street', models.PositiveSmallIntegerField(default=1, verbose_name="of the street's members, at least")),
                ('community', models.PositiveSmallIntegerField(default=1, verbose_name='of the community representatives, at least')),
                ('residents', models.PositiveSmallIntegerField(default=2, verbose_name='of the resident representatives, at least')),
                ('third_party', models.PositiveSmallIntegerField(default=1, verbose_name='of the third party, at least')),
                ('drawn_at', models.DateTimeField(verbose_name='drawn up at')),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='plan', to='evaluations.evaluationround', verbose_name='evaluation round')),
            ],
            options={
                'verbose_name': 'assignment plan',
                'verbose_name_plural': 'assignment plans',
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_hand', models.BooleanField(default=False, verbose_name='by hand')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='evaluations.committeemember', verbose_name='committee member')),
                ('rating', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='evaluations.rating', verbose_name='project in the round')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pairs', to='evaluations.assignmentplan', verbose_name='assignment plan')),
            ],
            options={
                'verbose_name': 'assignment',
                'verbose_name_plural': 'assignments',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('plan', 'rating', 'member'), name='assigned_once', violation_error_message='This member already has this project.')],
            },
        ),
        trigger(
            "evaluations_assignment_fits",
            table="evaluations_assignment",
            postgres=("BEFORE INSERT OR UPDATE", f"IF NOT {FITS} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE {verb} ON evaluations_assignment WHEN NOT {FITS}" for verb in ("INSERT", "UPDATE")],
            code="assignment_does_not_fit",
        ),
        trigger(
            "evaluations_assignment_stays",
            table="evaluations_assignment",
            postgres=("BEFORE DELETE", f"IF {HANDED_OUT} THEN {{refuse}} END IF; RETURN OLD;"),
            sqlite=[f"BEFORE DELETE ON evaluations_assignment WHEN {HANDED_OUT}"],
            code="already_handed_out",
        ),
        trigger(
            "evaluations_plan_fixed",
            table="evaluations_assignmentplan",
            postgres=(
                "BEFORE UPDATE OR DELETE",
                f"IF {OPENED} THEN {{refuse}} END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
            ),
            sqlite=[f"BEFORE {verb} ON evaluations_assignmentplan WHEN {OPENED}" for verb in ("UPDATE", "DELETE")],
            code="plan_is_fixed",
        ),
    ]
