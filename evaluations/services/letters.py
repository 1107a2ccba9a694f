"""调查信: a printed letter to a household, with a code by which it answers without an account; shown once."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.encryption import fingerprint, index_of
from communities.models import Refused, User
from communities.models.record import record
from communities.services import failures, reveals
from evaluations.models import Survey, SurveyHousehold

UNKNOWN = gettext_lazy("This code is not known, or the survey is over. Please compare it with your letter.")
CODES, CODE_LENGTH = 10**12, 12
# Who typed the right digits has so long to answer.
_PASS, TWO_HOURS = "survey-letter.pass", timedelta(hours=2)


@dataclass(frozen=True)
class Letter:
    """What stands in a letter. It is known at this moment only: stored are fingerprints."""

    household: SurveyHousehold
    address: str
    secret: str
    code: str

    @property
    def groups(self) -> list[str]:
        """The code as it is printed, in groups of four."""
        return [self.code[start : start + 4] for start in range(0, CODE_LENGTH, 4)]


def without(survey: Survey) -> Iterable[SurveyHousehold]:
    """The households that are asked now and have no letter yet."""
    return survey.households.open().filter(secret_hash="").order_by("grid", "number")


@transaction.atomic
def print_for(survey: Survey, *, households: Iterable[int], by: User) -> list[Letter]:
    """Make a letter for each of these households that are asked now; an older letter of theirs dies.

    The address stands on it so that it arrives; that it was seen is recorded.
    """
    if Survey.objects.select_for_update().get(pk=survey.pk).status != Survey.Status.UNDER_WAY:
        raise Refused(_("Letters are printed while the survey is under way."), code="wrong_status")
    rows = survey.households.open().filter(pk__in=list(households)).select_related("survey__region", "resident")
    rows = rows.order_by("grid", "number")
    purpose = _("To deliver letters of the survey: %s") % survey
    addresses = reveals.reveal_all(rows, field="address", by=by, purpose=purpose)
    letters = [
        Letter(one, addresses[one.pk], secrets.token_urlsafe(16), f"{secrets.randbelow(CODES):012}") for one in rows
    ]
    for letter in letters:
        letter.household.secret_hash, letter.household.code_hash = fingerprint(letter.secret), code_index(letter.code)
    SurveyHousehold.objects.bulk_update([letter.household for letter in letters], ["secret_hash", "code_hash"])
    reason = str(len(letters))
    record(survey, region=survey.region, old=survey.status, new="letters_printed", by=by, reason=reason)
    return letters


def find(secret: str) -> SurveyHousehold:
    """The household whose letter was scanned, or whose digits gave this pass. Raises Refused when there is none any
    more, or the letter was replaced."""
    try:
        pk, code_hash = signing.loads(secret, salt=_PASS, max_age=TWO_HOURS)
        household = _found(pk=pk, code_hash=code_hash)
    except signing.BadSignature:
        household = _found(secret_hash=fingerprint(secret))
    if household is None:
        raise Refused(UNKNOWN, code="no_letter")
    return household


def find_by_code(code: str, *, address: str, at: datetime | None = None) -> SurveyHousehold:
    """The household whose twelve digits were typed; after five wrong codes one place waits a quarter of an hour."""
    tries = _("Tries left: %(left)d")
    return failures.look_up(
        f"survey-code:{address}",
        lambda: _found(code_hash=code_index(code)),
        at=at or now(),
        too_many=_("Too many wrong codes. Please try again in a quarter of an hour, or ask the community."),
        unknown=f"{UNKNOWN} {tries}",
        code="no_letter",
    )


def pass_for(household: SurveyHousehold) -> str:
    """What the right digits give instead of the letter's secret, for two hours; it dies with the letter."""
    return signing.dumps([household.pk, household.code_hash], salt=_PASS)


def _found(**lookup: Any) -> SurveyHousehold | None:
    rows = SurveyHousehold.objects.select_related("survey__region", "survey__round")
    household: SurveyHousehold | None = rows.filter(**lookup).first()
    return household


def code_index(code: str) -> str:
    """The keyed fingerprint of twelve digits, which nobody without the key can try out."""
    digits = "".join(character for character in code if character.isdecimal())
    return index_of(f"survey-letter:{digits}")
