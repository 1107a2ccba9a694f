"""An appeal for the tests: a grade spoilt by one member's marks, filed against, looked into, decided."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import now

from communities.models import Refused
from evaluations.models import Rating, ScoreSheet
from evaluations.services import appeals, numbers, reviews, rounds, sheets
from tests.evaluations.season import drafted_round, give, running_project


def hand_in_low(round_):
    """All give 8 and 9 but the resident representatives, who give 2 and 2: 68 and 2A."""
    for sheet in ScoreSheet.objects.filter(rating__round=round_):
        values = (2, 2) if sheet.member.group == "residents" else (8, 9)
        sheets.submit(give(sheet, *values), by=sheet.member.user)


def low_rating(street, community, by):
    """The one rating of a round in which it came to 2A and the team was told."""
    running_project(community)
    round_ = drafted_round(street, by, closes_at=now() + timedelta(days=7))
    rounds.open_(round_, by=by)
    hand_in_low(round_)
    rounds.close(round_, by=by)
    rounds.announce(round_, by=by)
    return fetched(round_)


def fetched(round_):
    return Rating.objects.select_related("round__scheme", "region", "project__team").get(round=round_)


def odd_number(rating):
    """The number of the member whose marks stand out."""
    return next(number for number, member in numbers.members_of(rating).items() if member.group == "residents")


def file(rating, by, **fields):
    said = {"reason": "A1 的扣分与台账不符", "indicators": leaves(rating), **fields}
    return appeals.file(rating, by=by, **said)


def leaves(rating):
    return list(rating.round.scheme.indicators.all())


def opine(appeal, *opinions):
    for reviewer, upholds in zip(appeal.reviewers.select_related("member__user", "appeal"), opinions, strict=True):
        reviews.opine(reviewer, upholds=upholds, words="已核对台账", by=reviewer.member.user)


def refusal(do, *args, **fields):
    with pytest.raises(Refused) as no, transaction.atomic():
        do(*args, **fields)
    return no.value.code
