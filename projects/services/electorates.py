"""选民组成: before the vote opens, staff name substitutes and experts and upload a list of who votes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from communities import tables
from communities.models import Refused, Resident, User
from communities.phones import normalise
from communities.services.rolls import NAME, PHONE
from communities.services.sheet_imports import MOST_BYTES, MOST_ROWS
from projects.models import Expert, ListedVoter, Poll, Substitution

CHANGEABLE = frozenset({Poll.Status.DRAFT, Poll.Status.ANNOUNCED})


@transaction.atomic
def substitute(poll: Poll, *, absent: Resident, substitute: Resident, reason: str, by: User) -> Substitution:
    """Let a resident vote in the place of a representative who cannot come, saying why."""
    _check_changeable(poll)
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if poll.electorate != Poll.Electorate.REPRESENTATIVES:
        raise Refused(_("Only representatives have substitutes."), code="no_representatives")
    here = Resident.objects.filter(region=poll.region).verified()
    if not here.filter(pk=absent.pk, is_representative=True).exists():
        raise Refused(_("Who is replaced must be a representative of this community."), code="not_a_representative")
    if not here.filter(pk=substitute.pk, is_representative=False).exists():
        raise Refused(_("A substitute is a verified resident who has no seat of their own."), code="not_a_substitute")
    return Substitution.objects.create(poll=poll, absent=absent, substitute=substitute, reason=reason.strip())


@transaction.atomic
def end_substitution(substitution: Substitution, *, by: User) -> None:
    """Who could not come can, after all."""
    _check_changeable(substitution.poll)
    substitution.delete()


def read_list(poll: Poll, *, content: bytes) -> list[Resident]:
    """The residents whom a spreadsheet names, by phone or, without one, by a name that one resident alone has.

    Raises Refused when it cannot be read, and with every line that names nobody on the roll.
    """
    here = Resident.objects.filter(region=poll.region).verified().only("name", "phone", "region")
    people = list(here.iterator(chunk_size=5000))
    by_phone = {resident.phone: resident for resident in people if resident.phone}
    by_name: dict[str, list[Resident]] = defaultdict(list)
    for resident in people:
        by_name[resident.name].append(resident)
    found, unknown = [], []
    for line, cells in tables.read(content, columns=[NAME, PHONE], most_rows=MOST_ROWS):
        same = [by_phone.get(_number(cells[PHONE]))] if cells[PHONE] else by_name[cells[NAME]]
        if len(same) == 1 and same[0]:
            found.append(same[0])
        else:
            unknown.append(line)
    if unknown:
        words = _("Nobody, or more than one, on the residents' roll is meant by these lines: %s. Nothing was saved.")
        raise Refused(words % ", ".join(map(str, unknown[:20])), code="unknown_residents")
    return found


def _number(typed: str) -> str:
    try:
        return normalise(typed)
    except Refused:
        return ""


@transaction.atomic
def upload_list(poll: Poll, *, file: UploadedFile, by: User) -> int:
    """Replace the list of who votes by a spreadsheet of residents; returns how many stand on it."""
    if poll.electorate != Poll.Electorate.LIST:
        raise Refused(_("By this poll's rule no list says who votes."), code="no_list")
    if (file.size or 0) > MOST_BYTES:
        raise Refused(_("This file is too large."), code="too_large")
    residents = read_list(poll, content=file.read())
    if not residents:
        raise Refused(_("There are no rows below the headings."), code="no_rows")
    return set_list(poll, residents=residents, by=by)


@transaction.atomic
def set_list(poll: Poll, *, residents: Iterable[Resident], by: User) -> int:
    """Replace the list of who votes; returns how many stand on it."""
    _check_changeable(poll)
    poll.listed.all().delete()
    people = {resident.pk for resident in residents if resident.region_id == poll.region_id}
    return len(ListedVoter.objects.bulk_create(ListedVoter(poll=poll, resident_id=pk) for pk in sorted(people)))


@transaction.atomic
def name_expert(poll: Poll, *, user: User, by: User, **fields: Any) -> Expert:
    """Give somebody with an account a vote in the experts' voice."""
    _check_changeable(poll)
    if not poll.has_experts:
        raise Refused(_("By this poll's rule experts have no vote."), code="no_experts")
    return Expert.objects.create(poll=poll, user=user, **fields)


def find_expert(phone: str) -> User:
    """The account with this phone number."""
    user: User | None = User.objects.filter(is_active=True).with_phone(normalise(phone)).first()
    if user:
        return user
    raise Refused(_("Nobody with this phone has an account yet; an expert signs up first."), code="no_account")


@transaction.atomic
def remove_expert(expert: Expert, *, by: User) -> None:
    """Take somebody out of the experts again."""
    _check_changeable(expert.poll)
    expert.delete()


def _check_changeable(poll: Poll) -> None:
    """Take the poll's row and see that it has not opened."""
    status = Poll.objects.select_for_update().values_list("status", flat=True).get(pk=poll.pk)
    if status not in CHANGEABLE:
        raise Refused(_("Who votes is fixed when the poll opens."), code="electorate_frozen")
