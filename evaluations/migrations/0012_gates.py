"""What a grade needs besides the total; frozen with its scheme, and about an indicator of it that is marked."""

import django.db.models.deletion
from django.db import migrations, models

from communities.triggers import trigger

FROZEN = "EXISTS (SELECT 1 FROM evaluations_scheme s WHERE s.id = {row}.scheme_id AND s.status <> 'draft')"
NEW, OLD = FROZEN.format(row="NEW"), FROZEN.format(row="OLD")
FITS = (
    "EXISTS (SELECT 1 FROM evaluations_indicator i"
    " WHERE i.id = NEW.indicator_id AND i.scheme_id = NEW.scheme_id AND i.full IS NOT NULL)"
)


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0011_appeal_laws")]

    operations = [
        migrations.CreateModel(
            name='Gate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('grade', models.CharField(choices=[('5A', '5A'), ('4A', '4A'), ('3A', '3A'), ('2A', '2A')], help_text='This one or better.', max_length=2, verbose_name='grade')),
                ('at_least', models.DecimalField(decimal_places=2, max_digits=7, verbose_name='points needed')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gates', to='evaluations.indicator', verbose_name='indicator')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gates', to='evaluations.scheme', verbose_name='scheme')),
            ],
            options={
                'verbose_name': 'condition of a grade',
                'verbose_name_plural': 'conditions of grades',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('scheme', 'grade', 'indicator'), name='each_gate_once', violation_error_message='This condition is already in the scheme.'), models.CheckConstraint(condition=models.Q(('at_least__gt', 0), ('grade__in', ('5A', '4A', '3A', '2A'))), name='gate_asks_for_points', violation_error_message='A condition asks for more than 0 points.')],
            },
        ),
        trigger(
            "evaluations_gates_frozen",
            table="evaluations_gate",
            postgres=(
                "BEFORE INSERT OR UPDATE OR DELETE",
                f"IF TG_OP <> 'DELETE' THEN IF {NEW} THEN {{refuse}} END IF; END IF;"
                f" IF TG_OP <> 'INSERT' THEN IF {OLD} THEN {{refuse}} END IF; END IF;"
                " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
            ),
            sqlite=[
                f"BEFORE INSERT ON evaluations_gate WHEN {NEW}",
                f"BEFORE UPDATE ON evaluations_gate WHEN {NEW} OR {OLD}",
                f"BEFORE DELETE ON evaluations_gate WHEN {OLD}",
            ],
            code="scheme_is_frozen",
        ),
        trigger(
            "evaluations_gate_fits",
            table="evaluations_gate",
            postgres=("BEFORE INSERT OR UPDATE", f"IF NOT {FITS} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE {verb} ON evaluations_gate WHEN NOT {FITS}" for verb in ("INSERT", "UPDATE")],
            code="gate_fits",
        ),
    ]
