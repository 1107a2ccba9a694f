"""A withdrawn grade carries no honour, and a listing knows by which newer grade it was ended."""

import django.db.models.deletion
from django.db import migrations, models

from communities.triggers import trigger

RATING, ENTRY = "evaluations_rating", "evaluations_honourentry"
HONOURED = (
    "OLD.status = 'final' AND NEW.status <> 'final'"
    f" AND EXISTS (SELECT 1 FROM {ENTRY} o WHERE o.rating_id = NEW.id AND o.status = 'honoured')"
)
NOT_FINAL = (
    "NEW.status = 'honoured' AND OLD.status <> 'honoured'"
    f" AND NOT EXISTS (SELECT 1 FROM {RATING} g WHERE g.id = NEW.rating_id AND g.status = 'final')"
)


class Migration(migrations.Migration):

    dependencies = [('evaluations', '0019_team_members_are_apart')]

    operations = [
        migrations.AddField(
            model_name='brandlisting',
            name='ended_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ended_listings', to='evaluations.rating', verbose_name='ended by the newer grade'),
        ),
        trigger(
            "evaluations_rating_leaves_honours",
            table=RATING,
            postgres=("BEFORE UPDATE", f"IF {HONOURED} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE UPDATE ON {RATING} WHEN {HONOURED}"],
            code="honour_differs_from_rating",
        ),
        trigger(
            "evaluations_honour_still_true",
            table=ENTRY,
            postgres=("BEFORE UPDATE", f"IF {NOT_FINAL} THEN {{refuse}} END IF; RETURN NEW;"),
            sqlite=[f"BEFORE UPDATE ON {ENTRY} WHEN {NOT_FINAL}"],
            code="honour_differs_from_rating",
        ),
    ]
