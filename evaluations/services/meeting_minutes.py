"""评定会会议纪要: drawn up from what happened; nobody has to write it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from communities.models import StatusChange
from evaluations.models import AgendaItem, EvaluationMeeting, GradeVote, Recusal


def draft(meeting: EvaluationMeeting) -> dict[str, Any]:
    """What the minutes of a meeting say: who was there, what was looked at, how everybody voted."""
    seats = list(meeting.seats.select_related("member__user").order_by("member__group", "pk"))
    items = list(meeting.items.select_related("rating__project__team").order_by("decided_at", "order", "pk"))
    return {
        "meeting": meeting,
        "round": meeting.round,
        "seats": seats,
        "came": [seat for seat in seats if seat.present_at],
        "away": [seat for seat in seats if not seat.present_at],
        "rows": _with_votes(items, _apart(seats, items)),
        "record": list(StatusChange.objects.about(meeting)),
        "is_over": meeting.status == EvaluationMeeting.Status.CLOSED,
    }


def _with_votes(items: list[AgendaItem], apart: dict[int, list[str]]) -> list[dict[str, Any]]:
    """Each project with who voted how, once it is decided, and who was recused."""
    votes = defaultdict(lambda: defaultdict(list))  # type: ignore[var-annotated]
    given = GradeVote.objects.counted().filter(item__in=[item.pk for item in items if item.is_decided])
    for vote in given.select_related("seat__member__user").order_by("pk"):
        votes[vote.item_id][vote.choice].append(str(vote.seat.member.user))
    return [
        {
            "item": item,
            "votes": [(label, votes[item.pk][choice]) for choice, label in GradeVote.Choice.choices],
            "apart": apart[item.rating.project_id],
        }
        for item in items
    ]


def _apart(seats: Any, items: Any) -> dict[int, list[str]]:
    """Which of those who sit in the meeting are recused from which project."""
    names = {seat.member.user_id: str(seat.member.user) for seat in seats}
    found: dict[int, list[str]] = defaultdict(list)
    recused = Recusal.objects.filter(user__in=names, project__in=[item.rating.project_id for item in items])
    for project, user in recused.order_by("pk").values_list("project_id", "user_id"):
        found[project].append(names[user])
    return found
