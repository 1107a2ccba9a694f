"""What holds for every model, lifecycle, permission and list there is or will be, read from the registries."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.apps import apps
from django.utils.timezone import now

from communities.models import Lifecycle, ScopedQuerySet
from tests import factories
from tests.factories import meetings
from tests.factories.appeals import opined
from tests.factories.rewards import called_off

OURS = ("communities", "teams", "projects", "evaluations", "volunteers")
MODELS = [model for model in apps.get_models() if model._meta.app_label in OURS]
LIFECYCLES = [model for model in MODELS if issubclass(model, Lifecycle)]
SCOPED = [model for model in MODELS if isinstance(model._default_manager.all(), ScopedQuerySet)]


def make(model, **fields):
    """One row of this model by its factory."""
    return getattr(factories, f"{model.__name__}Factory")(**fields)


# What a move brings along besides the status, where the database asks for it.
BROUGHT = {
    ("Admission", "recommended"): lambda: {"recommendation": "材料齐全"},
    ("Agreement", "signed"): lambda: {
        f"{side}_signed_{what}": value
        for side in ("team", "community")
        for what, value in [("by", factories.UserFactory()), ("at", now())]
    },
    ("Resident", "erased"): lambda: dict.fromkeys(["phone", "phone_index", "address", "household"], ""),
    ("EvaluationRound", "announced"): lambda: {"announced_at": now(), "appeals_until": now().date()},
    ("Survey", "drawn"): lambda: {"seed": "20260815", "population": 100, "unlisted": 0, "frame_hash": "0" * 64},
    ("Survey", "closed"): lambda: {"asked": 10, "answered": 8, "closed_at": now()},
    ("EvaluationMeeting", "under_way"): lambda: {**meetings.OPENED, "opened_at": now()},
    ("AgendaItem", "voting"): lambda: {**meetings.VOTED_ON, "voting_at": now()},
    **{
        ("AgendaItem", status): lambda: {"votes_for": 1, "votes_against": 0, "abstentions": 0, "decided_at": now()}
        for status in ("confirmed", "rejected")
    },
    ("Rating", "final"): lambda: {"total": Decimal(85), "grade": "4A", "input_hash": "0" * 64, "final_at": now()},
}
BROUGHT[("KeptScan", "noted")] = lambda: {"attendance": factories.AttendanceFactory()}
BROUGHT |= {("OfflineUse", status): lambda: {"decided_at": now()} for status in ("honoured", "refused")}
BROUGHT[("OfflineUse", "accepted")] = lambda: {"found": "good"}
OPINION = {"upholds": True, "words": "已核对", "given_at": now()}
BROUGHT |= {
    ("Appeal", "upheld"): lambda: {"answer": "属实", "decided_at": now()},
    ("Appeal", "dismissed"): lambda: {"answer": "不属实", "decided_at": now()},
    ("Reviewer", "given"): lambda: OPINION,
}
# What has to be there before a move, where the database asks others.
PREPARED = {
    ("Appeal", "filed", "under_review"): lambda appeal: [factories.ReviewerFactory(appeal=appeal) for _ in range(3)],
    ("Appeal", "under_review", "upheld"): lambda appeal: opined(appeal, upholds=True),
    ("Appeal", "under_review", "dismissed"): lambda appeal: opined(appeal, upholds=False),
    ("Redemption", "used", "cancelled"): called_off,
}
# Rows whose place is not a field of their own.
PLACED = {
    "Consent": lambda region: {"user": factories.RoleAssignmentFactory(region=region).user},
    "PointEntry": lambda region: {"journal__volunteer__region": region},
    # Nobody reads a survey's results before the round is closed for marks.
    "SurveyResult": lambda region: {"survey__region": region, "survey__round__status": "published"},
    "PointsRule": lambda region: {"region": region, "starts_on": date(2026, 1, 1) + timedelta(days=next(NUMBERS))},
}
NUMBERS = count()


def make_in(model, region, **fields):
    """One row of this model in this region; of what has no place, one."""
    lookup = model._default_manager.all().region_lookup
    if model.__name__ in PLACED:
        place = PLACED[model.__name__](region)
    elif any(field.name == lookup.split("__")[0] for field in model._meta.get_fields()):
        place = {lookup: region}
    else:
        place = {}
    return make(model, **place, **fields)
