"""准入: a subject asks to become a team; the community checks, the street decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.encryption import EncryptedField, mask_name, mask_phone
from communities.grants import Role
from communities.models import Lifecycle, Refused, ScopedQuerySet, StatusChange, User
from communities.models.refusals import TRIGGER_REFUSALS
from communities.phones import written
from teams.priority import of_applicant, with_priority

from .credit_code import validate_credit_code

TRIGGER_REFUSALS["admission_is_fixed"] = _("An application that was handed in is changed only after it is returned.")


class AdmissionQuerySet(ScopedQuerySet):
    owner_lookups = ("applicant",)

    def handed_in(self) -> Self:
        """All but drafts, which are the applicant's alone."""
        return self.exclude(status=Admission.Status.DRAFT)

    def with_priority(self) -> Self:
        """Each with the best grade of the applicant's teams, and whether it comes first by its call."""
        teams: Any = Admission._meta.get_field("team").related_model
        found: Self = with_priority(self, teams.objects.filter(of_applicant()))
        return found

    def waiting(self) -> Self:
        """Those that staff have to act on: check, or decide."""
        return self.filter(status__in=[Admission.Status.SUBMITTED, Admission.Status.RECOMMENDED])

    def _below(self, codes: tuple[str, ...] | list[str]) -> Q:
        """A draft is nobody's but its applicant's."""
        return super()._below(codes) & ~Q(status=Admission.Status.DRAFT)


class Admission(Lifecycle):
    """准入申请: a subject's application to become a team in a community."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("handed in")
        RETURNED = "returned", _("returned for correction")
        RECOMMENDED = "recommended", _("recommended")
        ADMITTED = "admitted", _("admitted")
        REJECTED = "rejected", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOVES = {
        Status.DRAFT: {Status.SUBMITTED, Status.WITHDRAWN},
        Status.SUBMITTED: {Status.RETURNED, Status.RECOMMENDED, Status.WITHDRAWN},
        Status.RETURNED: {Status.SUBMITTED, Status.WITHDRAWN},
        Status.RECOMMENDED: {Status.ADMITTED, Status.REJECTED, Status.WITHDRAWN},
    }
    NEED_REASON = {Status.RETURNED, Status.REJECTED}
    LIVE = (Status.SUBMITTED, Status.RETURNED, Status.RECOMMENDED)
    # What the personal-data reveal may show of it.
    PERSONAL: ClassVar[tuple[str, ...]] = ("contact_name", "contact_phone")

    class Kind(models.TextChoices):
        PUBLIC_BODY = "public_body", _("public body")
        MARKET_ENTITY = "market_entity", _("market entity")
        SOCIAL_ORGANISATION = "social_organisation", _("social organisation")
        PROFESSIONAL = "professional", _("professional")

    class Standing(models.TextChoices):
        GROUP = "group", _("group")
        INDIVIDUAL = "individual", _("individual")

    call = models.ForeignKey(
        "teams.RecruitmentCall",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="admissions",
        verbose_name=_("recruitment call"),
    )
    applicant = models.ForeignKey(
        "communities.User", models.PROTECT, related_name="admissions", verbose_name=_("applicant")
    )
    name = models.CharField(_("name of the team"), max_length=60, blank=True)
    kind = models.CharField(_("kind of subject"), max_length=20, choices=Kind, blank=True)
    standing = models.CharField(_("as a group or an individual"), max_length=10, choices=Standing, blank=True)
    team_type = models.ForeignKey(
        "teams.TeamType", models.PROTECT, null=True, blank=True, related_name="admissions", verbose_name=_("team type")
    )
    registration_code = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, validators=[validate_credit_code]
    )
    contact_name = EncryptedField(_("contact person"), blank=True)
    contact_phone = EncryptedField(_("contact phone"), blank=True)
    introduction = models.TextField(_("introduction"), max_length=4000, blank=True)
    recommendation = models.TextField(_("recommendation"), max_length=2000, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True, editable=False)

    objects = AdmissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("admission")
        verbose_name_plural = _("admissions")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"],
                condition=Q(status__in=["submitted", "returned", "recommended"]),
                name="one_live_admission_per_name",
                violation_error_message=_("An application under this name is already under way in this community."),
            ),
            models.UniqueConstraint(
                fields=["region", "applicant"],
                condition=Q(status="draft"),
                name="one_draft_admission_each",
                violation_error_message=_("You have already begun an application in this community."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"])
                | Q(team_type__isnull=False, submitted_at__isnull=False)
                & ~(Q(name="") | Q(kind="") | Q(standing="") | Q(contact_name="") | Q(contact_phone="")),
                name="handed_in_admission_is_complete",
                violation_error_message=_("Something is still missing in this application."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"]) | ~Q(standing="group") | ~Q(registration_code=""),
                name="group_has_registration_code",
                violation_error_message=_("A group needs its unified social credit code."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["recommended", "admitted"]) | ~Q(recommendation=""),
                name="recommended_admission_says_why",
                violation_error_message=_("A recommendation needs a text."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(_("Application without a name"))

    def get_absolute_url(self) -> str:
        return reverse("teams:admission", args=[self.pk])

    @property
    def masked_contact_name(self) -> str:
        return mask_name(self.contact_name)

    @property
    def written_contact_phone(self) -> str:
        return written(self.contact_phone)

    @property
    def masked_contact_phone(self) -> str:
        return mask_phone(self.contact_phone)

    @property
    def is_editable(self) -> bool:
        """Whether the applicant may still change it."""
        return self.status in {self.Status.DRAFT, self.Status.RETURNED}

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The applicant of every answer; whoever has to act next of every new step."""
        if change.new == self.Status.SUBMITTED:
            return User.objects.holding(Role.COMMUNITY_STAFF, region=self.region)
        if change.new == self.Status.RECOMMENDED:
            street = User.objects.holding(Role.STREET_STAFF, region=self.region)
            both: Iterable[User] = street | User.objects.filter(pk=self.applicant_id)
            return both
        return [self.applicant] if change.actor_id != self.applicant_id else ()


class AdmissionDocumentQuerySet(ScopedQuerySet):
    region_lookup = "admission__region"
    owner_lookups = ("admission__applicant",)

    def _below(self, codes: tuple[str, ...] | list[str]) -> Q:
        return super()._below(codes) & ~Q(admission__status=Admission.Status.DRAFT)


class AdmissionDocument(models.Model):
    """准入材料: a document handed in with an application."""

    admission = models.ForeignKey(Admission, models.PROTECT, related_name="documents", verbose_name=_("admission"))
    upload = models.OneToOneField(
        "communities.Upload", models.PROTECT, related_name="admission_document", verbose_name=_("file")
    )

    objects = AdmissionDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("admission document")
        verbose_name_plural = _("admission documents")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.upload.name

    def get_absolute_url(self) -> str:
        return reverse("teams:document", args=[self.pk])


def check_complete(admission: Admission) -> None:
    """Refuse an application in which something is still missing, naming it."""
    needed: list[Any] = ["name", "kind", "standing", "team_type", "contact_name", "contact_phone", "introduction"]
    if admission.standing != Admission.Standing.INDIVIDUAL:
        needed.append("registration_code")
    missing = [name for name in needed if not getattr(admission, name)]
    if missing:
        meta: Any = Admission._meta
        fields = (str(meta.get_field(name).verbose_name) for name in missing)
        raise Refused(_("Still missing: %(fields)s.") % {"fields": ", ".join(fields)}, code="incomplete")
