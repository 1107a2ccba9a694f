"""The evaluation meeting of the finished season."""

from __future__ import annotations

from evaluations.models import EvaluationRound
from evaluations.services import agendas, meetings, seats

from .cast import Cast


def confirm(cast: Cast, round_: EvaluationRound) -> None:
    """Three of four members meet, hear each team, and confirm each grade by name."""
    with cast.clock.at(-62, 20):
        meeting = meetings.plan(
            round_, starts_at=cast.clock.moment(-61, 14), place="白洋街道二楼会议室", by=cast["street"]
        )
    with cast.clock.at(-61, 14):
        meetings.open_(meeting, by=cast["street"])
        came = list(meeting.seats.select_related("member__user")[:3])
        for seat in came:
            seats.arrive(seat, by=seat.member.user)
        seats.excuse(
            meeting.seats.exclude(pk__in=[seat.pk for seat in came]).get(), reason="外出培训", by=cast["street"]
        )
        for item in meeting.items.select_related("meeting", "rating__project"):
            agendas.present(item, by=cast["street"])
            agendas.open_vote(item, by=cast["street"])
            for seat in came:
                agendas.vote(item, choice="for", by=seat.member.user)
            agendas.decide(item, by=cast["street"])
        meetings.edit(meeting, by=cast["street"], remarks="银星结对照护项目上门频次未达约定，请社区督促整改。")
        meetings.close(meeting, by=cast["street"])
