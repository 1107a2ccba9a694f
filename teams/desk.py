"""What admissions show on the review desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communities.models import User
from teams.models import Admission
from teams.priority import said
from teams.review import Desk, Step

Status = Admission.Status
CHECK, DECIDE = "teams.check_admission", "teams.decide_admission"
REASON = _("Reason")


def to_check(user: User) -> QuerySet[Admission]:
    """Applications that wait for this person's check."""
    return Admission.objects.filter(status=Status.SUBMITTED).for_user(user, CHECK)


def to_decide(user: User) -> QuerySet[Admission]:
    """Applications that wait for this person's decision."""
    return Admission.objects.filter(status=Status.RECOMMENDED).for_user(user, DECIDE)


def waiting(user: User) -> QuerySet[Admission]:
    """All that waits for this person, the longest waiting first."""
    rows: Any = to_check(user) | to_decide(user)
    found: QuerySet[Admission] = rows.with_priority().select_related("region").order_by("submitted_at", "pk")
    return found


def facts(admission: Admission, _user: User) -> Iterator[tuple[Any, Any]]:
    yield _("community"), admission.region
    yield _("recruitment call"), admission.call
    if priority := said(admission):
        yield _("in the brand library"), priority
    yield _("team type"), admission.team_type
    yield _("kind of subject"), admission.get_kind_display()
    yield _("as a group or an individual"), admission.get_standing_display()
    yield _("unified social credit code"), admission.registration_code
    yield _("contact person"), admission.masked_contact_name
    yield _("contact phone"), admission.masked_contact_phone


def texts(admission: Admission) -> Iterator[tuple[Any, str]]:
    yield _("introduction"), admission.introduction
    if admission.recommendation:
        yield _("recommendation"), admission.recommendation


def files(admission: Admission) -> Iterator[tuple[str, str]]:
    for document in admission.documents.select_related("upload"):
        yield str(document), document.get_absolute_url()


ADMISSIONS = Desk(
    resource="admissions",
    label=_("admission"),
    model=Admission,
    waiting=waiting,
    perm="teams.view_admission",
    since=lambda admission: admission.submitted_at,
    facts=facts,
    texts=texts,
    files=files,
    steps=(
        Step(
            name="recommend",
            label=_("Recommend"),
            perm=CHECK,
            to=Status.RECOMMENDED,
            asks="recommendation",
            asks_label=_("Recommendation to the street"),
        ),
        Step(
            name="return",
            label=_("Return for correction"),
            perm=CHECK,
            to=Status.RETURNED,
            asks="reason",
            asks_label=REASON,
            hurts=True,
        ),
        Step(name="admit", label=_("Admit"), perm=DECIDE, to=Status.ADMITTED),
        Step(
            name="reject",
            label=_("Reject"),
            perm=DECIDE,
            to=Status.REJECTED,
            asks="reason",
            asks_label=REASON,
            hurts=True,
        ),
    ),
)
