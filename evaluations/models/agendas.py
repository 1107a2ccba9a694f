"""议程 of an evaluation meeting: project by project, presented, voted on by name, confirmed or not."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, User
from communities.models.refusals import TRIGGER_REFUSALS

from .committees import Recusal
from .meetings import MeetingSeat
from .ratings import GRADE_CHOICES

TRIGGER_REFUSALS["agenda_does_not_fit"] = _("The agenda holds projects of the meeting's round, until it closes.")
TRIGGER_REFUSALS["item_is_decided"] = _("What a meeting has decided stays; put the project on the agenda again.")
NO_QUORUM = _("Too few members are present to vote.")
TRIGGER_REFUSALS["no_quorum"] = NO_QUORUM
TRIGGER_REFUSALS["votes_differ"] = _("A decision counts the votes that were given.")
TRIGGER_REFUSALS["no_majority"] = _("A grade is confirmed by the majority that the meeting needs.")
NOT_BEING_VOTED = _("This project is not being voted on.")
TRIGGER_REFUSALS["vote_not_open"] = NOT_BEING_VOTED
NOT_PRESENT = _("Only members who are present vote. Please say first that you are here.")
TRIGGER_REFUSALS["voter_not_present"] = NOT_PRESENT
RECUSED_VOTER = _("You are recused from this project, or belong to its team, and do not vote on it.")
TRIGGER_REFUSALS["voter_recused"] = RECUSED_VOTER


class AgendaItemQuerySet(ScopedQuerySet):
    owner_lookups = ("meeting__seats__member__user",)

    def ahead(self) -> Self:
        """Still to be decided."""
        return self.filter(status__in=AgendaItem.AHEAD)

    def confirmed(self) -> Self:
        return self.filter(status=AgendaItem.Status.CONFIRMED)

    def last_decided(self) -> Self:
        """Of each project what was decided about it last; it is on one agenda at a time."""
        decided = AgendaItem.objects.filter(status__in=AgendaItem.DECIDED)
        later = decided.filter(rating=OuterRef("rating"), pk__gt=OuterRef("pk"))
        return self.filter(status__in=AgendaItem.DECIDED).exclude(Exists(later))


class AgendaItem(Lifecycle):
    """议题: one project on the agenda; the grade that is voted on is written down when the vote opens."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("on the agenda")
        PRESENTING = "presenting", _("being presented")
        VOTING = "voting", _("being voted on")
        CONFIRMED = "confirmed", _("confirmed by the meeting")
        REJECTED = "rejected", _("not confirmed")
        POSTPONED = "postponed", _("not dealt with")

    MOVES = {
        Status.WAITING: {Status.PRESENTING, Status.VOTING, Status.POSTPONED},
        Status.PRESENTING: {Status.VOTING, Status.POSTPONED},
        Status.VOTING: {Status.CONFIRMED, Status.REJECTED},
    }
    NEED_REASON = {Status.REJECTED}
    AHEAD = (Status.WAITING, Status.PRESENTING, Status.VOTING)
    DECIDED = (Status.CONFIRMED, Status.REJECTED)

    meeting = models.ForeignKey(
        "evaluations.EvaluationMeeting", models.PROTECT, related_name="items", verbose_name=_("evaluation meeting")
    )
    rating = models.ForeignKey(
        "evaluations.Rating", models.PROTECT, related_name="agenda_items", verbose_name=_("project in the round")
    )
    order = models.PositiveSmallIntegerField(_("order"))
    total = models.CharField(_("total points"), max_length=16, blank=True, editable=False)
    grade = models.CharField(_("grade"), max_length=2, blank=True, choices=GRADE_CHOICES, editable=False)
    input_hash = models.CharField(_("input fingerprint"), max_length=64, blank=True, editable=False)
    presented_at = models.DateTimeField(_("presented at"), null=True, editable=False)
    voting_at = models.DateTimeField(_("vote opened at"), null=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, editable=False)
    votes_for = models.PositiveSmallIntegerField(_("for"), null=True, editable=False)
    votes_against = models.PositiveSmallIntegerField(_("against"), null=True, editable=False)
    abstentions = models.PositiveSmallIntegerField(_("abstentions"), null=True, editable=False)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rating"],
                condition=Q(status__in=["waiting", "presenting", "voting"]),
                name="on_one_agenda_at_a_time",
                violation_error_message=_("This project is already on an agenda."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "presenting", "postponed"])
                | (Q(voting_at__isnull=False) & ~Q(grade="") & ~Q(input_hash="")),
                name="a_vote_is_on_a_grade",
                violation_error_message=_("A vote is on a grade that has been computed."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["confirmed", "rejected"])
                | Q(
                    decided_at__isnull=False,
                    votes_for__isnull=False,
                    votes_against__isnull=False,
                    abstentions__isnull=False,
                ),
                name="a_decision_counts_votes",
                violation_error_message=_("A decision counts the votes that were given."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.rating)

    @property
    def is_voting(self) -> bool:
        return bool(self.status == self.Status.VOTING)

    @property
    def is_decided(self) -> bool:
        return self.status in self.DECIDED


class GradeVoteQuerySet(ScopedQuerySet):
    region_lookup = "item__region"
    owner_lookups = ("seat__member__user",)

    def for_user(self, user: User | AnonymousUser, perm: str) -> Self:
        """Nobody sees how others voted before the vote is decided."""
        mine = Q(seat__member__user=user) if user.is_authenticated else Q(pk__in=())
        return super().for_user(user, perm).filter(mine | Q(item__status__in=AgendaItem.DECIDED))

    def counted(self) -> Self:
        """Without those of members who were recused meanwhile."""
        recused = Recusal.objects.filter(user=OuterRef("seat__member__user"), project=OuterRef("item__rating__project"))
        return self.exclude(Exists(recused))


class GradeVote(models.Model):
    """表决: how a member voted on the grade of a project, by name; given once and never changed."""

    class Choice(models.TextChoices):
        FOR = "for", _("for")
        AGAINST = "against", _("against")
        ABSTAIN = "abstain", _("abstain")

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="votes", verbose_name=_("agenda item"))
    seat = models.ForeignKey(MeetingSeat, models.PROTECT, related_name="votes", verbose_name=_("seat in a meeting"))
    choice = models.CharField(_("vote"), max_length=8, choices=Choice)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("communities.User", models.PROTECT, related_name="+", verbose_name=_("entered by"))

    objects = GradeVoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote on a grade")
        verbose_name_plural = _("votes on grades")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "seat"],
                name="one_vote_a_member",
                violation_error_message=_("You have already voted on this project."),
            ),
            models.CheckConstraint(
                condition=Q(choice__in=["for", "against", "abstain"]),
                name="a_vote_is_for_against_or_neither",
                violation_error_message=_("A vote is for, against or an abstention."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} · {self.get_choice_display()}"
