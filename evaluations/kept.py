"""What the evaluation keeps about a person: seats, sheets, votes in office, appeals; that a household was asked."""

from __future__ import annotations

from django.db.models import Q

from communities.own_data import KEPT, Kept
from evaluations.models import (
    Appeal,
    Assignment,
    Challenge,
    CommitteeMember,
    Declaration,
    GradeVote,
    MeetingSeat,
    Recusal,
    Reminder,
    ReminderHold,
    Reviewer,
    ScoreSheet,
    SurveyHousehold,
    SurveyVisit,
)

KEPT += [
    Kept(
        CommitteeMember,
        lambda user: CommitteeMember.objects.filter(user=user),
        ["committee__name", "group", "since", "until"],
    ),
    Kept(Recusal, lambda user: Recusal.objects.filter(user=user), ["project__title", "reason", "at"]),
    Kept(
        Declaration,
        lambda user: Declaration.objects.filter(member__user=user),
        ["rating__project__title", "has_interest", "words", "at"],
    ),
    Kept(
        ScoreSheet,
        lambda user: ScoreSheet.objects.filter(member__user=user),
        ["rating__project__title", "version", "status", "correction_reason", "submitted_at"],
    ),
    Kept(
        MeetingSeat,
        lambda user: MeetingSeat.objects.filter(member__user=user),
        ["meeting__region__name", "present_at", "left_at", "excuse"],
    ),
    Kept(GradeVote, lambda user: GradeVote.objects.filter(seat__member__user=user), ["at", "choice"]),
    Kept(
        Reviewer,
        lambda user: Reviewer.objects.filter(member__user=user),
        ["appeal__rating__project__title", "status", "upholds", "words", "given_at"],
    ),
    Kept(
        Appeal,
        lambda user: Appeal.objects.filter(author=user),
        ["rating__project__title", "status", "reason", "filed_at", "answer", "decided_at"],
    ),
    Kept(
        SurveyHousehold,
        lambda user: SurveyHousehold.objects.filter(Q(resident__user=user) | Q(interviewer=user)),
        ["survey__title", "number", "status"],
    ),
    Kept(
        Assignment,
        lambda user: Assignment.objects.filter(member__user=user),
        ["rating__project__title", "by_hand"],
    ),
    Kept(
        Challenge,
        lambda user: Challenge.objects.filter(member__user=user),
        ["appeal__rating__project__title", "number"],
    ),
    Kept(Reminder, lambda user: Reminder.objects.filter(member__user=user), ["round__title", "day", "sent_at"]),
    Kept(
        ReminderHold,
        lambda user: ReminderHold.objects.filter(member__user=user),
        ["round__title", "reason", "status"],
    ),
    Kept(SurveyVisit, lambda user: SurveyVisit.objects.filter(by=user), ["on", "outcome"]),
]
