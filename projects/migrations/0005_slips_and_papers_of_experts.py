"""Experts vote by slip and on paper too; a sheet stays one of the voice for which it was printed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from communities.triggers import trigger

CHANGED = "(NEW.for_experts <> OLD.for_experts OR (NEW.for_experts IS NULL) <> (OLD.for_experts IS NULL))"


class Migration(migrations.Migration):

    dependencies = [
        ('communities', '0009_people_are_forgotten'),
        ('projects', '0004_presentations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='papersheet',
            name='for_experts',
            field=models.BooleanField(editable=False, null=True, verbose_name='for experts'),
        ),
        migrations.AddField(
            model_name='votingslip',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='voting_slips', to=settings.AUTH_USER_MODEL, verbose_name='expert'),
        ),
        migrations.AlterField(
            model_name='votingslip',
            name='resident',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='voting_slips', to='communities.resident', verbose_name='resident'),
        ),
        migrations.AddConstraint(
            model_name='votingslip',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('poll', 'user'), name='one_valid_slip_per_expert', violation_error_message='This person already has a valid voting slip.'),
        ),
        migrations.AddConstraint(
            model_name='votingslip',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('resident', None), ('user__isnull', False)), models.Q(('resident__isnull', False), ('user', None)), _connector='OR'), name='a_slip_is_one_persons', violation_error_message="A voting slip is a resident's or an expert's."),
        ),
        trigger(
            "projects_papersheet_voice_fixed",
            table="projects_papersheet",
            postgres=("BEFORE UPDATE", f"IF {CHANGED} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE UPDATE ON projects_papersheet WHEN {CHANGED}"],
            code="sheet_voice_fixed",
        ),
    ]
