"""志愿者档案: what a profile may keep, and who must have agreed to that."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record
from communities.services import consents
from volunteers.models import Volunteer
from volunteers.models.documents import birth_date_in, check_number
from volunteers.models.volunteers import ADULT_AGE, MINIMUM_AGE, age_at_most

Kinds = consents.Kinds


def check(volunteer: Volunteer, *, on: date, agrees: bool, agrees_to_document: bool, by: User) -> None:
    """Refuse a profile of somebody too young, or that keeps what was not agreed to; give the consents that were asked.

    Birth date and guardian, and the document's number, are kept only of those who agreed to each apart (PIPL 29).
    """
    _check_document(volunteer)
    _check_age(volunteer, on)
    if volunteer.born or volunteer.guardian:
        message = _("Please agree that birth date and guardian may be kept, or leave them blank.")
        _check_consent(volunteer, Kinds.SENSITIVE, agrees=agrees, message=message, by=by)
    if volunteer.document_number:
        message = _("Please agree that the document's type and number may be kept, or leave them blank.")
        _check_consent(volunteer, Kinds.DOCUMENT, agrees=agrees_to_document, message=message, by=by)


def consent(user: User, kind: str, *, by: User) -> None:
    """Agree to this kind of text as it is now."""
    consents.give(user, kind=kind, version=settings.PRIVACY_VERSION, at=now(), by=by)


@transaction.atomic
def name_in_public(volunteer: Volunteer, *, agrees: bool, by: User) -> None:
    """Let the name be shown in public thanks, or no longer; either changes nothing else."""
    if agrees:
        consent(volunteer.user, Kinds.PUBLICATION, by=by)
        return
    for given in volunteer.user.consents.running().filter(kind=Kinds.PUBLICATION):
        consents.withdraw(given, at=now(), by=by)


@transaction.atomic
def note_guardian(volunteer: Volunteer, *, agreed_on: date, reason: str, by: User) -> None:
    """Note that the guardian of somebody under 18 agreed: on which day and how (on paper, by phone …)."""
    locked = volunteer.locked()
    if by.pk == locked.user_id:
        raise Refused(_("Staff note this, who asked the guardian."), code="own_profile")
    if not locked.guardian.strip():
        raise Refused(_("There is no guardian on record."), code="no_guardian")
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if agreed_on > localdate():
        raise Refused(_("This day has not come yet."), code="in_the_future")
    volunteer.guardian_agreed_on = agreed_on
    volunteer.save(update_fields=["guardian_agreed_on"])
    record(volunteer, region=volunteer.region, old=locked.status, new="guardian_agreed", by=by, reason=reason)


def must_be_active(volunteer: Volunteer) -> None:
    """Refuse what only active volunteers do."""
    if volunteer.status != Volunteer.Status.ACTIVE:
        raise Refused(
            _("This needs an active volunteer; %(name)s is %(status)s.")
            % {"name": volunteer, "status": volunteer.get_status_display()},
            code="not_active",
        )


def must_show_age(volunteer: Volunteer) -> None:
    """Refuse another birth date, or none, of whom one knows as under 18, unless a document's number says so."""
    if not birth_date_in(volunteer.document_type, volunteer.document_number):
        raise Refused(
            _("You are on record as under 18. If the birth date is wrong, please give an identity card that shows it."),
            code="under_age",
        )


def must_have_guardian(volunteer: Volunteer, *, on: date) -> None:
    """Refuse that somebody under 18 helps before the guardian's yes is on record."""
    if volunteer.needs_guardian(on=on):
        raise Refused(
            _("Below 18 the guardian must agree first: please bring the signed consent to the community's office."),
            code="guardian_needed",
        )


def _check_consent(volunteer: Volunteer, kind: str, *, agrees: bool, message: str, by: User) -> None:
    if agrees:
        consent(volunteer.user, kind, by=by)
    elif consents.is_missing(volunteer.user, kind=kind):
        raise Refused(message, code="consent_needed")


def _check_document(volunteer: Volunteer) -> None:
    """Keep the number as it is usually written; it and the birth date say the same."""
    if not volunteer.document_number:
        volunteer.document_type = ""
        return
    try:
        volunteer.document_number = check_number(volunteer.document_type, volunteer.document_number)
    except ValidationError as no:
        raise Refused(no.messages[0], code="document_number") from None
    written = birth_date_in(volunteer.document_type, volunteer.document_number)
    if volunteer.born and written and not written.startswith(volunteer.born):
        raise Refused(_("Birth date and document number do not agree."), code="birth_dates_differ")


def _check_age(volunteer: Volunteer, on: date) -> None:
    if not volunteer.birth:
        return
    age = age_at_most(volunteer.birth, on=on)
    if age < MINIMUM_AGE:
        raise Refused(_("Volunteers are at least 14 years old. If only the year is given, please add the day."))
    if age < ADULT_AGE and not volunteer.guardian.strip():
        raise Refused(_("Below 18 a guardian must agree: please give the guardian's name and phone."))
