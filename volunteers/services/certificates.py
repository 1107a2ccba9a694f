"""志愿服务记录证明: the volunteer issues it, anybody can check it, staff seal it and revoke it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record
from communities.services import failures
from volunteers.models import ActivityKind, Certificate, FormerHours, Seal, Volunteer
from volunteers.models.certificates import ALPHABET, NUMBER_LENGTH, hash_of

from . import hours

Status = Certificate.Status


@transaction.atomic
def issue(
    volunteer: Volunteer,
    *,
    first_on: date,
    last_on: date,
    by: User,
    at: datetime | None = None,
    with_document: bool = False,
) -> Certificate:
    """Give a volunteer, on their own request and free, the certificate of what they did from one day to another.

    Asked again while nothing has changed it is the same one; otherwise the new one supersedes that of the same
    period. The number of an identity document stands on it only where the volunteer keeps one and wants that.
    """
    at = at or now()
    if by.pk != volunteer.user_id:
        raise Refused(_("A certificate is issued by the volunteer alone."), code="not_own")
    if not first_on <= last_on <= localdate(at):
        raise Refused(_("Choose a first day, and a last one from then until today."), code="wrong_period")
    volunteer = Volunteer.objects.select_for_update(of=("self",)).select_related("region__parent").get(pk=volunteer.pk)
    content, seal = _content(volunteer, first_on, last_on), _seal_for(volunteer)
    document = f"{volunteer.document_type} {volunteer.document_number}".strip() if with_document else ""
    if not content["minutes"]:
        raise Refused(_("There are no confirmed hours in this period."), code="no_hours")
    same_period = volunteer.certificates.valid().filter(first_on=first_on, last_on=last_on)
    old: Certificate | None = same_period.select_for_update().first()
    if old and (old.content, old.name, old.document) == (content, volunteer.name, document):
        return old
    if old:
        old.move(Status.SUPERSEDED, by=by, reason=_("A newer certificate of the same period was issued."))
    certificate = Certificate(volunteer=volunteer, region=volunteer.region, name=volunteer.name, document=document)
    certificate.first_on, certificate.last_on, certificate.minutes = first_on, last_on, content["minutes"]
    certificate.number, certificate.content, certificate.seal = _new_number(), content, seal
    certificate.issued_at = at
    certificate.content_hash = fingerprint(certificate)
    certificate.begin(by=by)
    if old:
        Certificate.objects.filter(pk=old.pk).update(superseded_by=certificate)
    return certificate


def revoke(certificate: Certificate, *, reason: str, by: User) -> None:
    """Declare a certificate void, with the reason that the volunteer will read; whoever checks it sees that."""
    certificate.move(Status.REVOKED, by=by, reason=reason)


@transaction.atomic
def seal(certificate: Certificate, *, by: User) -> None:
    """Put the seal of its place on a certificate that was issued before there was one."""
    locked = certificate.locked()
    if locked.status != Status.VALID or locked.seal_id:
        raise Refused(_("Only a valid certificate without a seal is sealed."), code="wrong_status")
    found = Seal.objects.in_use().around(locked.region).first()
    if found is None:
        raise Refused(_("No seal is in use here; add one first."), code="no_seal")
    certificate.seal = found
    certificate.save(update_fields=["seal"])
    record(certificate, region=certificate.region, old=locked.status, new="sealed", by=by)


@transaction.atomic
def outdate(volunteer: Volunteer, *, first: date, last: date, reason: str, by: User) -> None:
    """Something recorded for these days was corrected: certificates that say otherwise are superseded."""
    touched = Certificate.objects.valid().filter(volunteer=volunteer).about(first, last).order_by("pk")
    for certificate in touched.select_related("volunteer__region__parent", "region"):
        if certificate.content != _content(certificate.volunteer, certificate.first_on, certificate.last_on):
            certificate.move(Status.SUPERSEDED, by=by, reason=reason)


def find(number: str, *, address: str, at: datetime | None = None) -> Certificate:
    """The certificate with this number, however it was typed; five wrong ones from one place, and it waits a while."""
    what = f"certificate:{address}"
    try:
        left = failures.count(what, at=at or now())
    except Refused as no:
        message = _("Too many unknown numbers. Please try again in a quarter of an hour.")
        raise Refused(message, code=no.code) from no
    rows = Certificate.objects.filter(number=typed(number)).select_related("volunteer")
    certificate: Certificate | None = rows.first()
    if certificate is None or certificate.content_hash != fingerprint(certificate):
        message = _("There is no certificate with this number. Please compare each character. Tries left: %(left)d")
        raise Refused(message % {"left": left}, code="unknown_number")
    failures.forgive(what)
    return certificate


def typed(number: str) -> str:
    """A number as it is stored: in capitals, without spaces and lines between its groups."""
    return "".join(each for each in number.upper() if each.isalnum())[: NUMBER_LENGTH + 1]


def fingerprint(certificate: Certificate) -> str:
    """The hash of all that a certificate says but the name, which may have to be forgotten."""
    said: dict[str, Any] = {"number": certificate.number, "issued_at": certificate.issued_at.timestamp()}
    return hash_of({**certificate.content, **said})


def forget(volunteer: Volunteer) -> None:
    """Take name and document out of a person's certificates; what they say of hours stays."""
    for certificate in volunteer.certificates.exclude(name="", document=""):
        certificate.name = certificate.document = ""
        certificate.save(update_fields=["name", "document"])


def forget_documents(user: User, *, by: User) -> None:
    """Take the document out of a person's certificates: the consent to keep it was withdrawn."""
    for certificate in Certificate.objects.filter(volunteer__user=user).exclude(document=""):
        certificate.document = ""
        certificate.save(update_fields=["document"])


def _content(volunteer: Volunteer, first: date, last: date) -> dict[str, Any]:
    """What a certificate of this period says, in both languages and of nobody but a number."""
    here = _lines((stay.activity.kind, stay.minutes or 0) for stay in hours.confirmed_between(volunteer, first, last))
    former = FormerHours.objects.filter(volunteer=volunteer).standing().between(first, last).select_related("kind")
    before = _lines((one.kind, one.minutes) for one in former)
    return {
        "volunteer": volunteer.number,
        "unit": _unit(volunteer),
        "first_on": first.isoformat(),
        "last_on": last.isoformat(),
        "services": here,
        "former": before,
        "minutes": sum(line["minutes"] for line in [*here, *before]),
    }


def _lines(served: Iterable[tuple[ActivityKind, int]]) -> list[dict[str, Any]]:
    lines: dict[str, dict[str, Any]] = {}
    for kind, minutes in sorted(served, key=lambda one: (one[0].order, one[0].code)):
        new = {"kind": kind.code, "zh": kind.name, "en": kind.name_en, "times": 0, "minutes": 0}
        line = lines.setdefault(kind.code, new)
        line["times"] += 1
        line["minutes"] += minutes
    return list(lines.values())


def _seal_for(volunteer: Volunteer) -> Seal | None:
    found: Seal | None = Seal.objects.in_use().around(volunteer.region).first()
    return found


def _unit(volunteer: Volunteer) -> dict[str, str]:
    """The unit that keeps the record: as the seal in use names it, else the community with its street."""
    if kept := _seal_for(volunteer):
        return {"zh": kept.unit, "en": kept.unit_en}
    street = volunteer.region.parent
    return {"zh": f"{street.name if street else ''}{volunteer.region.name}", "en": ""}


def _new_number() -> str:
    while True:
        number = "".join(secrets.choice(ALPHABET) for _each in range(NUMBER_LENGTH))
        if not Certificate.objects.filter(number=number).exists():
            return number
