"""准入: applied for by a subject, checked by the community, decided by the street."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities import phones
from communities.models import Refused, Region, User
from communities.models.refusals import TRIGGER_REFUSALS
from communities.services import uploads
from teams.models import Admission, AdmissionDocument, RecruitmentCall, Team
from teams.models.admissions import check_complete

from . import teams

Status = Admission.Status
MAX_DOCUMENTS = 10


@transaction.atomic
def start(region: Region, *, by: User, call: RecruitmentCall | None = None) -> Admission:
    """Begin an application in a community, under a call or without one; an unfinished one is taken up again."""
    if region.level != Region.Level.COMMUNITY:
        raise Refused(_("One applies to a community."))
    if call and call.region_id != region.pk:
        raise Refused(_("This call was made by another community."))
    User.objects.select_for_update().get(pk=by.pk)  # two taps at once begin one draft
    found = Admission.objects.filter(region=region, applicant=by, status=Status.DRAFT).first()
    if found is None:
        found = Admission(region=region, applicant=by, call=call)
        found.begin(by=by)
    elif call and found.call_id != call.pk:
        found.call = call
        found.save(update_fields=["call"])
    return found


@transaction.atomic
def fill(admission: Admission, *, by: User, **fields: Any) -> Admission:
    """Write into an application that is still the applicant's to change."""
    _lock_editable(admission)
    if fields.get("name"):
        fields["name"] = " ".join(unicodedata.normalize("NFKC", fields["name"]).split())
    if fields.get("contact_phone"):
        fields["contact_phone"] = phones.normalise(fields["contact_phone"])
    if fields.get("registration_code"):
        fields["registration_code"] = fields["registration_code"].strip().upper()
    for name, value in fields.items():
        setattr(admission, name, value)
    admission.full_clean(validate_unique=False, validate_constraints=False)
    admission.save(update_fields=list(fields))
    return admission


@transaction.atomic
def attach(admission: Admission, *, by: User, file: UploadedFile) -> AdmissionDocument:
    """Add a document to an application: PDF, JPEG or PNG, 10 MB each, ten at most."""
    _lock_editable(admission)
    if admission.documents.count() >= MAX_DOCUMENTS:
        raise Refused(_("At most %(most)d documents can be added.") % {"most": MAX_DOCUMENTS})
    document: AdmissionDocument = admission.documents.create(upload=uploads.store(file, by=by))
    return document


@transaction.atomic
def detach(document: AdmissionDocument, *, by: User) -> None:
    """Take a document back out of an application that is still being written."""
    _lock_editable(document.admission)
    upload = document.upload
    document.delete()
    uploads.discard(upload, by=by)


@transaction.atomic
def submit(admission: Admission, *, by: User, at: datetime | None = None) -> None:
    """Hand an application in, for the first time or corrected."""
    current, at = admission.locked(), at or now()
    if not current.is_editable:
        admission.move(Status.SUBMITTED, by=by)  # refuses in its own words
    if current.status == Status.DRAFT:
        _check_call_is_open(current, on=localdate(at))
    check_complete(current)
    if current.standing == Admission.Standing.GROUP and not current.documents.exists():
        raise Refused(_("Add at least one document, such as the registration certificate."), code="incomplete")
    if Team.objects.filter(region=current.region, name=current.name).exclude(status=Team.Status.RETIRED).exists():
        raise Refused(_("This community already has a team of this name."), code="one_team_per_name")
    admission.move(Status.SUBMITTED, by=by, submitted_at=at)


def withdraw(admission: Admission, *, by: User) -> None:
    """The applicant takes the application back."""
    admission.move(Status.WITHDRAWN, by=by)


def send_back(admission: Admission, *, by: User, reason: str) -> None:
    """The community returns an application for correction, saying what is missing."""
    _refuse_own(admission, by=by)
    admission.move(Status.RETURNED, by=by, reason=reason)


def recommend(admission: Admission, *, by: User, recommendation: str) -> None:
    """The community has checked an application and recommends it to the street."""
    _refuse_own(admission, by=by)
    if not recommendation.strip():
        raise Refused(_("A recommendation needs a text."), code="recommendation_needed")
    admission.move(Status.RECOMMENDED, by=by, recommendation=recommendation.strip())


@transaction.atomic
def admit(admission: Admission, *, by: User) -> Team:
    """The street admits the subject: from now on it is a team, and the applicant speaks for it."""
    _refuse_own(admission, by=by)
    admission.move(Status.ADMITTED, by=by)
    return teams.found(admission, by=by)


def reject(admission: Admission, *, by: User, reason: str) -> None:
    """The street refuses the subject, saying why."""
    _refuse_own(admission, by=by)
    admission.move(Status.REJECTED, by=by, reason=reason)


def _check_call_is_open(admission: Admission, *, on: date) -> None:
    if admission.call and not admission.call.is_open(on=on):
        raise Refused(_("The call is not open. Apply to the community without a call, or under another one."))


def _refuse_own(admission: Admission, *, by: User) -> None:
    if admission.applicant_id == by.pk:
        raise Refused(_("Nobody checks or decides on their own application."), code="own_application")


def _lock_editable(admission: Admission) -> None:
    if not admission.locked().is_editable:
        raise Refused(TRIGGER_REFUSALS["admission_is_fixed"], code="admission_is_fixed")
