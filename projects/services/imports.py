"""导入票选: a closed poll made from a Pabulib file, to try the counting rules on votes from elsewhere."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, Region, User
from projects import tally
from projects.models import BudgetLine, Poll, Project, Roadshow, RoadshowEntry, VoterRollEntry
from projects.pabulib_file import Listed, PabulibFile
from projects.services import ballots, counting, polls
from teams.models import CooperationMode, Field, Scene, Team
from teams.services import teams

LONGEST_TITLE = 80


@transaction.atomic
def import_poll(file: PabulibFile, *, region: Region, by: User) -> tuple[Poll, dict[str, int]]:
    """Make a closed, counted poll of a file's votes; returns it and the number here of each of its projects.

    The projects are shortlisted or not as everywhere; nobody's roll, turnout or presence is invented.
    """
    title = (file.meta.get("description") or file.meta.get("instance") or _("Imported vote"))[:LONGEST_TITLE]
    roadshow = Roadshow(region=region, title=title, place=_("imported"), starts_at=now(), status=Roadshow.Status.HELD)
    roadshow.begin(by=by)
    team = teams.of_imports(region, by=by)
    numbers = {
        code: _project(roadshow, team, listed, order=order, by=by).pk
        for order, (code, listed) in enumerate(file.projects.items(), start=1)
    }
    poll = polls.plan(roadshow, by=by, imported=True, **_rule(file))
    polls.list_options(poll)
    poll.move(Poll.Status.ANNOUNCED, by=by)
    poll.move(Poll.Status.OPEN, by=by, opened_at=now(), roll_size=len(file.ballots))
    given = ({numbers[code]: points for code, points in each.items()} for each in file.ballots)
    readings = (ballots.read_choice(each if file.is_by_score else each.keys()) for each in given)
    voice = VoterRollEntry.Voice.PEOPLE
    ballots.put_papers(poll, readings=((voice, ballots.new_receipt(), *reading) for reading in readings), by=by)
    poll.move(Poll.Status.CLOSED, by=by, closed_at=now())
    counting.count(poll, by=by)
    return poll, numbers


def _project(roadshow: Roadshow, team: Team, listed: Listed, *, order: int, by: User) -> Project:
    words = {"scene": Scene, "field": Field, "mode": CooperationMode}
    first = {name: model.objects.order_by("pk").first() for name, model in words.items()}
    if None in first.values():
        raise Refused(_("Please load a vocabulary first: manage.py loaddata jinhua"), code="no_vocabulary")
    texts = dict.fromkeys(("goals", "beneficiaries", "plan"), _("imported"))
    project = Project(
        region=roadshow.region,
        team=team,
        title=listed.name[:LONGEST_TITLE],
        status=Project.Status.IN_ROADSHOW,
        **first,
        **texts,
    )
    project.begin(by=by)
    if listed.cost:
        BudgetLine.objects.create(
            project=project, purpose=_("imported"), amount=listed.cost, source=BudgetLine.Source.CALL
        )
    RoadshowEntry.objects.create(roadshow=roadshow, project=project, order=order)
    return project


def _rule(file: PabulibFile) -> dict[str, Any]:
    """The nearest of our rules: greedy by the budget, which is what almost every city does."""
    budget = file.amount("budget") or Decimal(1)
    limit = file.amount("max_sum_cost")
    kind = Poll.BallotType.SCORE if file.is_by_score else Poll.BallotType.BUDGET if limit else Poll.BallotType.APPROVAL
    return {
        "ballot_type": kind,
        "max_choices": min(int(file.amount("max_length")) or len(file.projects), len(file.projects)),
        "winner_rule": tally.BUDGET_SKIP,
        "winners": 1,
        "places": 1,
        "budget": budget,
        "quorum": 0,
        "opens_at": now(),
        "closes_at": now() + timedelta(minutes=1),
    }
