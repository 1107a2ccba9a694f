"""入户抽样: the list of households, and the draw from it by a public seed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record
from evaluations import sampling
from evaluations.models import Survey, SurveyFrame, SurveyHousehold
from evaluations.sampling import Place
from evaluations.services import households

Status = Survey.Status
SHORTEST_SEED = 4


@transaction.atomic
def list_households(survey: Survey, *, by: User) -> SurveyFrame:
    """Take the list of the community's households from the roll and record its fingerprint, before any seed."""
    survey.take()
    if survey.status != Status.PLANNED:
        raise Refused(_("The list is taken before the draw."), code="wrong_status")
    found, unlisted = households.households_of(survey)
    content = households.write_frame(found)
    frame: SurveyFrame = SurveyFrame.objects.create(survey=survey, content=content)
    survey.population, survey.unlisted = len(found), unlisted
    survey.frame_hash = households.fingerprint(content)
    survey.save(update_fields=["population", "unlisted", "frame_hash"])
    facts = {"count": survey.population, "hash": survey.frame_hash}
    words = _("%(count)s households. Fingerprint of the list: %(hash)s") % facts
    record(survey, region=survey.region, old=survey.status, new="listed", by=by, reason=words)
    return frame


@transaction.atomic
def draw(survey: Survey, *, seed: str, by: User) -> None:
    """Draw by a seed that was made in public after the list was fixed, such as a lottery's numbers of that evening."""
    survey.take()
    seed = " ".join(seed.split())
    _check(survey, seed)
    survey.seed = seed
    places = redraw(survey)
    now_there = {each.code: each for each in households.households_of(survey)[0]}
    if any(place.household not in now_there for place in places):
        raise Refused(_("The roll has changed since the list was taken. Please take the list again."), code="old_list")
    survey.move(Status.DRAWN, by=by, reason=_("Seed: %(seed)s") % {"seed": seed}, seed=seed)
    SurveyHousehold.objects.bulk_create(
        (
            SurveyHousehold(
                survey=survey,
                household=place.household,
                grid=place.grid,
                number=place.number,
                is_drawn=place.is_drawn,
                status=SurveyHousehold.Status.OPEN if place.is_drawn else SurveyHousehold.Status.RESERVE,
                resident=now_there[place.household].door,
            )
            for place in places
        ),
        batch_size=1000,
    )


def _check(survey: Survey, seed: str) -> None:
    if survey.status != Status.PLANNED:
        raise Refused(_("This survey is already drawn."), code="wrong_status")
    if len(seed) < SHORTEST_SEED:
        raise Refused(_("The seed has at least %(n)s characters.") % {"n": SHORTEST_SEED}, code="short_seed")
    if not survey.frame_hash:
        raise Refused(_("Take the list of households first; the seed comes after it."), code="no_list")
    if survey.size > (survey.population or 0):
        words = _("The list has %(count)s households; so many can be drawn at most.")
        raise Refused(words % {"count": survey.population}, code="too_few_households")


def redraw(survey: Survey) -> list[Place]:
    """The draw as it follows from the published list and seed."""
    frame = survey.frames.last()
    rows = households.read_frame(frame.content) if frame else []
    return sampling.draw(survey.seed, survey.size, rows, substitutes=survey.substitutes)


@dataclass(frozen=True)
class Published:
    """The two files by which anybody draws again."""

    households: str
    drawn: str


def published(survey: Survey) -> Published:
    """The list of households, and what the seed drew from it."""
    frame = survey.frames.last()
    drawn = households.write_draw(redraw(survey)) if survey.is_drawn else ""
    return Published(frame.content if frame else "", drawn)


def differences(survey: Survey) -> list[str]:
    """Wherever the stored draw is not what list and seed give; empty when it is."""
    frame = survey.frames.last()
    found = []
    if frame is None or households.fingerprint(frame.content) != survey.frame_hash:
        found.append("the list is not the one whose fingerprint was recorded")
    stored = set(survey.households.values_list("grid", "number", "household", "is_drawn"))
    again = {(place.grid, place.number, place.household, place.is_drawn) for place in redraw(survey)}
    found += [f"only in the store: {place}" for place in sorted(stored - again)]
    return found + [f"only in the draw: {place}" for place in sorted(again - stored)]
