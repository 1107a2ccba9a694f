"""队伍成员: entered by the team's contacts, one by one or from a spreadsheet; they leave, and are forgotten."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communities import phones, tables
from communities.encryption import index_of, mask_name
from communities.models import Refused, Resident, User
from communities.models.record import record
from communities.models.users import NAMELESS
from communities.services.rolls import NAME, PHONE
from communities.services.sheet_imports import MOST_BYTES
from teams.models import Team, TeamMember

MOST_ROWS = 500


@transaction.atomic
def add(team: Team, *, name: str, phone: str, by: User) -> TeamMember:
    """Enter somebody who works in the team; they are told apart by their phone."""
    if team.locked().status == Team.Status.RETIRED:
        raise Refused(_("This team is retired."), code="wrong_status")
    if not name.strip():
        raise Refused(_("The name is missing."), code="name_needed")
    number = phones.normalise(phone)
    if team.members.current().filter(phone_index=index_of(number)).exists():
        raise Refused(_("This person is already a member of this team."), code="one_membership_per_phone")
    member = TeamMember.objects.create(
        team=team, name=name.strip(), phone=number, user=User.objects.by_phone(number), joined_on=localdate()
    )
    _record(member, "member_added", by=by)
    return member


@transaction.atomic
def upload(team: Team, *, file: UploadedFile, by: User) -> int:
    """Enter everybody on a spreadsheet who is not entered yet; returns how many. All or, naming the lines, nobody."""
    if (file.size or 0) > MOST_BYTES:
        raise Refused(_("This file is too large."), code="too_large")
    there, faults = team.members.current().count(), []
    for line, cells in tables.read(file.read(), columns=[NAME, PHONE], most_rows=MOST_ROWS):
        try:
            add(team, name=cells[NAME], phone=cells[PHONE], by=by)
        except Refused as no:
            if no.code != "one_membership_per_phone":
                faults.append(_("line %(line)d: %(fault)s") % {"line": line, "fault": no})
    if faults:
        raise Refused(_("Nothing was saved. %s") % " ".join(faults[:10]), code="bad_rows")
    if not (added := team.members.current().count() - there):
        raise Refused(_("Everybody in this file is a member already, or it is empty."), code="no_rows")
    return added


@transaction.atomic
def leave(member: TeamMember, *, by: User) -> None:
    """Write down that somebody no longer works in the team; their number is forgotten."""
    member.team.locked()
    if not TeamMember.objects.current().filter(pk=member.pk).exists():
        raise Refused(_("This person is no longer a member."), code="wrong_status")
    member.phone, member.left_on = "", localdate()
    member.save(update_fields=["phone", "left_on"])
    _record(member, "member_left", by=by)


def forget(user: User, *, by: User) -> None:
    """Forget somebody in every team that named them, by account or by phone."""
    known = Q(user=user) | Q(phone_index=user.phone_index) if user.phone_index else Q(user=user)
    _forget(known, by=by)


def forget_resident(resident: Resident, *, by: User) -> None:
    """Forget somebody on the roll, who need not have an account."""
    if resident.phone_index:
        _forget(Q(phone_index=resident.phone_index), by=by)


def _forget(known: Q, *, by: User) -> None:
    for member in TeamMember.objects.filter(known).select_related("team__region"):
        if member.left_on is None:
            leave(member, by=by)
        member.name, member.phone_index, member.user = NAMELESS, "", None
        member.save(update_fields=["name", "phone_index", "user"])


def _record(member: TeamMember, event: str, *, by: User) -> None:
    team = member.team
    record(team, region=team.region, old=team.status, new=event, by=by, reason=mask_name(member.name))
