from datetime import timedelta

import pytest
from django.utils.timezone import now

from evaluations.models import ScoreSheet
from evaluations.services import declarations, rounds
from tests.evaluations.season import drafted_round, hand_in, official_of, running_project
from tests.evaluations.survey import running, settle, survey_round


@pytest.fixture
def official(street):
    return official_of(street)


@pytest.fixture
def project(community):
    return running_project(community)


@pytest.fixture
def draft_round(street, official, project):
    return drafted_round(street, official, closes_at=now() + timedelta(days=14))


@pytest.fixture
def open_round(draft_round, official):
    rounds.open_(draft_round, by=official)
    return draft_round


@pytest.fixture
def closed_round(open_round, official):
    hand_in(open_round, 8, 9)
    rounds.close(open_round, by=official)
    return open_round


@pytest.fixture
def announced_round(closed_round, official):
    """Teams may appeal from today on."""
    rounds.announce(closed_round, by=official)
    return closed_round


@pytest.fixture
def past_appeal(closed_round, official):
    """Announced so long ago that nobody may appeal any more."""
    rounds.announce(closed_round, by=official, at=now() - timedelta(days=60))
    return closed_round


@pytest.fixture
def sheet(open_round):
    """A sheet of the open round, of a member who has declared to have no interest."""
    found = ScoreSheet.objects.select_related("member__user", "rating__round__region").first()
    declarations.declare_none(found, by=found.member.user)
    return found


@pytest.fixture
def round_(street, official, project):
    """An open round whose A2 comes from a household survey."""
    return survey_round(street, official)


@pytest.fixture
def survey(community, round_, official):
    """A survey of that round, with three questions, drawn and under way."""
    settle(community)
    return running(community, round_, official)
