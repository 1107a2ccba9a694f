"""荣誉评选 (十佳): the rule is announced, the shortlist drawn by it, and staff confirm who is honoured."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Refused, Region, User
from evaluations import ranking
from evaluations.models import Honour, HonourEntry, Rating
from projects.models import Poll, PollResult

Status, Entry = Honour.Status, HonourEntry.Status


@transaction.atomic
def draft(region: Region, *, by: User, **rule: Any) -> Honour:
    """Begin the honour of a city, a district or a street for a year; nobody outside sees it yet."""
    if region.level == Region.Level.COMMUNITY:
        raise Refused(_("An honour is one of a street, a district or the city."), code="wrong_place")
    honour = Honour(region=region, **rule)
    honour.full_clean(exclude=["status"])
    honour.begin(by=by)
    return honour


@transaction.atomic
def edit(honour: Honour, *, by: User, **rule: Any) -> None:
    """Change the rule before it is announced."""
    if honour.locked().status != Status.DRAFT:
        raise Refused(_("The rule of an honour is fixed once it has been announced."), code="honour_rule_fixed")
    for name, value in rule.items():
        setattr(honour, name, value)
    honour.full_clean(exclude=["status"])
    honour.save(update_fields=list(rule))


def announce(honour: Honour, *, by: User) -> None:
    """Show everybody the rule, before anything is drawn by it."""
    honour.move(Status.ANNOUNCED, by=by)


@transaction.atomic
def draw(honour: Honour, *, by: User) -> list[HonourEntry]:
    """Draw the shortlist by the announced rule from the year's final grades; equals at the last place are all on it."""
    honour.move(Status.SHORTLISTED, by=by)
    ratings = _ratings_of(honour)
    if not ratings:
        raise Refused(_("No project has a grade good enough in this year."), code="nobody")
    results = _results_of(ratings)
    places = ranking.shortlist([_candidate(honour, each, results) for each in ratings.values()], places=honour.places)
    entries = [_entry(honour, place, ratings, results) for place in places]
    for entry in entries:
        entry.begin(by=by)
    return entries


def _ratings_of(honour: Honour) -> dict[int, Rating]:
    """The last final grade of the year of every project below the region, where it is good enough."""
    final = Rating.objects.final().within(honour.region.code).filter(final_at__year=honour.year)
    # Held, so that none of them is withdrawn before the honours that follow it are there.
    held = final.select_related("project").select_for_update(of=("self",)).order_by("final_at", "pk")
    last = {each.project_id: each for each in held}
    return {project: each for project, each in last.items() if each.grade >= honour.least_grade}


def _results_of(projects: Collection[int]) -> dict[int, PollResult]:
    """What each project's last vote at a roadshow gave it."""
    counted = PollResult.objects.filter(project__in=projects, poll__status__in=Poll.COUNTED, poll__runoff_of=None)
    return {each.project_id: each for each in counted.order_by("poll__closes_at", "pk")}


def _candidate(honour: Honour, rating: Rating, results: dict[int, PollResult]) -> ranking.Candidate:
    result = results.get(rating.project_id)
    figure = Decimal(getattr(result, honour.compare)) if result else Decimal(0)
    return ranking.Candidate(rating.project.team_id, rating.project_id, rating.grade, figure)


def _entry(
    honour: Honour, place: ranking.Place, ratings: dict[int, Rating], results: dict[int, PollResult]
) -> HonourEntry:
    rating, result = ratings[place.candidate.project], results.get(place.candidate.project)
    return HonourEntry(
        region=rating.region,
        honour=honour,
        project=rating.project,
        rating=rating,
        grade=rating.grade,
        votes=result.votes if result else None,
        support=result.support if result else None,
        rank=place.rank,
        is_tied=place.is_tied,
    )


@transaction.atomic
def confirm(honour: Honour, *, by: User, tied: Collection[HonourEntry] = (), reason: str = "") -> None:
    """Honour who stands on the shortlist; of those tied at the last place the ones named, for the reason announced."""
    honour.move(Status.AWARDED, by=by, reason=reason)
    waiting = list(honour.entries.filter(status=Entry.SHORTLISTED).select_related("project", "honour"))
    equal = {each.pk for each in waiting if each.is_tied}
    named = {each.pk for each in tied}
    if equal and not reason.strip():
        raise Refused(_("Say how the tie at the last place was settled."), code="reason_needed")
    free = honour.places - (len(waiting) - len(equal))
    if not named <= equal or len(named) > free:
        raise Refused(_("Of those tied, %(free)s can be honoured.") % {"free": free}, code="more_than_the_places")
    for entry in waiting:
        is_in = not entry.is_tied or entry.pk in named
        entry.move(Entry.HONOURED if is_in else Entry.NOT_CHOSEN, by=by, reason=reason if entry.is_tied else "")


def leave_out(entry: HonourEntry, *, by: User, reason: str) -> None:
    """Take somebody off the shortlist before it is confirmed, saying why."""
    entry.move(Entry.NOT_CHOSEN, by=by, reason=reason)


def revoke(entry: HonourEntry, *, by: User, reason: str) -> None:
    """Take an honour back, saying why; everybody can read that and when."""
    entry.move(Entry.REVOKED, by=by, reason=reason)


@transaction.atomic
def follow_withdrawn(rating: Rating, *, by: User, reason: str) -> None:
    """Let honours follow a grade that is withdrawn: what was given for it is revoked, a shortlist goes on without it.

    A later and lower grade takes no honour back: the honour was for its year.
    """
    standing = rating.honours.filter(status__in=[Entry.SHORTLISTED, Entry.HONOURED])
    for entry in standing.exclude(honour__status=Status.CANCELLED).select_for_update(of=("self",)).order_by("pk"):
        (revoke if entry.status == Entry.HONOURED else leave_out)(entry, by=by, reason=reason)


def cancel(honour: Honour, *, by: User, reason: str) -> None:
    """Give up an honour before it is awarded; nothing of it counts."""
    honour.move(Status.CANCELLED, by=by, reason=reason)
