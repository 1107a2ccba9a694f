"""小巷队伍: founded by an admission, suspended, taken up again, retired; and who speaks for them."""

from __future__ import annotations

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities import phones
from communities.encryption import mask_name
from communities.grants import Role
from communities.models import Refused, Region, RoleAssignment, User
from communities.models.record import record
from communities.services import roles
from teams.models import Admission, Team, TeamContact, TeamType
from teams.services import members

Status = Team.Status


def found(admission: Admission, *, by: User) -> Team:
    """Make the team of an admission that is being granted, with the applicant as its contact."""
    team = Team(
        region=admission.region,
        name=admission.name,
        type=admission.team_type,
        admission=admission,
        introduction=admission.introduction,
    )
    team.begin(by=by)
    _speak_for(team, admission.applicant, by=by)
    return team


@transaction.atomic
def of_imports(region: Region, *, by: User) -> Team:
    """The team under which projects of imported votes stand in a region; nobody speaks for it."""
    name = _("Imported projects")
    there: Team | None = Team.objects.filter(region=region, name=name).first()
    if there:
        return there
    admission = Admission(
        region=region,
        applicant=by,
        status=Admission.Status.ADMITTED,
        name=name,
        kind=Admission.Kind.PUBLIC_BODY,
        standing=Admission.Standing.INDIVIDUAL,
        team_type=TeamType.objects.order_by("pk").first(),
        submitted_at=now(),
        **dict.fromkeys(("contact_name", "contact_phone", "recommendation"), name),
    )
    admission.begin(by=by)
    team = Team(region=region, name=name, type=admission.team_type, admission=admission)
    team.begin(by=by)
    return team


@transaction.atomic
def describe(team: Team, *, by: User, introduction: str) -> None:
    """Write what the public reads about a team."""
    if team.locked().status == Status.RETIRED:
        raise Refused(_("This team is retired."), code="wrong_status")
    team.introduction = introduction.strip()
    team.save(update_fields=["introduction"])


def suspend(team: Team, *, by: User, reason: str) -> None:
    """Stop a team for a while: it proposes nothing until it is taken up again."""
    team.move(Status.SUSPENDED, by=by, reason=reason)


def resume(team: Team, *, by: User) -> None:
    """Let a suspended team work again."""
    team.move(Status.ACTIVE, by=by)


@transaction.atomic
def retire(team: Team, *, by: User, reason: str) -> None:
    """End a team for good; its history stays."""
    team.move(Status.RETIRED, by=by, reason=reason)
    for contact in team.contacts.select_related("user"):
        _end_role_without_team(contact.user, team=team, by=by, reason=reason)
    for member in team.members.current():
        members.leave(member, by=by)


@transaction.atomic
def add_contact(team: Team, *, by: User, phone: str, name: str = "") -> TeamContact:
    """Let another person speak for the team, found by phone; somebody new is asked for their name."""
    if team.locked().status == Status.RETIRED:
        raise Refused(_("This team is retired."), code="wrong_status")
    number = phones.normalise(phone)
    user = User.objects.by_phone(number)
    if user is None:
        if not name.strip():
            raise Refused(_("Nobody with this phone has an account yet. Give the person's name."), code="name_needed")
        user = User.objects.create_user(name=name.strip(), phone=number)
    if team.contacts.filter(user=user).exists():
        raise Refused(_("This person is already a contact of this team."), code="one_contact_per_person_and_team")
    contact = _speak_for(team, user, by=by)
    record(team, region=team.region, old=team.status, new="contact_added", by=by, reason=mask_name(user.name))
    return contact


@transaction.atomic
def remove_contact(contact: TeamContact, *, by: User) -> None:
    """Let a person no longer speak for the team; the last one stays."""
    team, user = contact.team, contact.user
    team.locked()
    if not team.contacts.exclude(pk=contact.pk).exists():
        raise Refused(_("A team keeps at least one contact. Add another first."), code="last_contact")
    if not team.contacts.filter(pk=contact.pk).delete()[0]:
        raise Refused(_("This person is no longer a contact."), code="wrong_status")
    record(team, region=team.region, old=team.status, new="contact_removed", by=by, reason=mask_name(user.name))
    _end_role_without_team(user, team=team, by=by)


def _speak_for(team: Team, user: User, *, by: User) -> TeamContact:
    roles.assign(user, role=Role.TEAM_CONTACT, region=team.region, by=by)
    return TeamContact.objects.create(team=team, user=user)


def _end_role_without_team(user: User, *, team: Team, by: User, reason: str = "") -> None:
    others = Team.objects.filter(contacts__user=user, region=team.region).exclude(status=Status.RETIRED)
    if others.exclude(pk=team.pk).exists():
        return
    held = RoleAssignment.objects.active().filter(user=user, role=Role.TEAM_CONTACT, region=team.region)
    for assignment in held:
        roles.end(assignment, by=by, reason=reason)
