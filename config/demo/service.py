"""What volunteers' activities ask for, how they come again, and paid work beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from communities.models import Region
from volunteers.models import Activity, ActivityKind, Skill, Volunteer
from volunteers.services import activities, paid_work, repetitions, safeguards, signups, volunteers

from .cast import Cast
from .steps import DEMO_MARK


def ask_for_more(cast: Cast, region: Region, staff: str, people: list[Volunteer]) -> None:
    """A first-aid course that asks for insurance, a weekly clean-up, and an afternoon that was paid."""
    _full_profile(people[0])
    _first_aid(cast, region, staff, people)
    _every_week(cast, region, staff)
    _paid(cast, region, staff, people[-1])


def _full_profile(volunteer: Volunteer) -> None:
    """Whoever wants says more, agrees to it apart, and may be named in public."""
    number = f"E{volunteer.number}"
    passport: Any = {"document_type": "passport", "document_number": number, "agrees_to_document": True}
    born: Any = {"born": "1988", "agrees": True}
    kinds = ActivityKind.objects.filter(code__in=["patrol", "elder-care"])
    volunteers.edit(volunteer, by=volunteer.user, sex="female", kinds=kinds, is_named=True, **born, **passport)


def _first_aid(cast: Cast, region: Region, staff: str, people: list[Volunteer]) -> None:
    starts = cast.clock.moment(5, 14)
    activity = Activity(
        region=region,
        kind=ActivityKind.objects.get(code="first-aid"),
        title="高温天上门看望独居老人",
        title_en="Visiting elderly people who live alone on a hot day",
        about=f"{DEMO_MARK}两人一组上门，带血压计和防暑药品。",
        about_en="Demo data: visits in pairs, with a blood pressure meter and something against the heat.",
        place="社区卫生服务站",
        place_en="Community health station",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        places=6,
        leader=cast[staff],
        risk_note="天气炎热，请戴帽子、多喝水；身体不适请立即告诉负责人。",
        risk_note_en="It is hot: wear a hat and drink enough. Tell the leader at once if you do not feel well.",
        needs_insurance=True,
        withdraw_hours=24,
    )
    activities.draft(activity, by=cast[staff], skills=Skill.objects.filter(code__in=["first-aid", "lang-en"]))
    activities.publish(activity, by=cast[staff])
    for volunteer in people:
        signups.sign_up(activity, volunteer=volunteer, by=volunteer.user)
    days = {"starts_on": cast.clock.day(-30), "ends_on": cast.clock.day(335)}
    safeguards.note(people[0], kind="insurance", title="志愿者意外险 演示保单1号", by=cast[staff], **days)
    safeguards.note(people[0], kind="training", title="红十字急救培训", by=cast[staff], **days)


def _every_week(cast: Cast, region: Region, staff: str) -> None:
    starts = cast.clock.moment(4, 8)
    activity = Activity(
        region=region,
        kind=ActivityKind.objects.get(code="environment"),
        title="周末小巷大扫除",
        title_en="Weekend lane clean-up",
        about=f"{DEMO_MARK}每周一次，工具由社区提供。",
        about_en="Demo data: once a week, tools are there.",
        place="小巷口",
        place_en="At the lane's entrance",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        places=20,
        leader=cast[staff],
    )
    activities.draft(activity, by=cast[staff])
    activities.publish(activity, by=cast[staff])
    repetitions.start(activity, every="week", until=cast.clock.day(120), by=cast[staff])


def _paid(cast: Cast, region: Region, staff: str, volunteer: Volunteer) -> None:
    starts = cast.clock.moment(-3, 14)
    about: Any = {
        "started_at": starts,
        "ended_at": starts + timedelta(hours=3),
        "agreement": "小巷管家队 有偿服务协议第1号",
    }
    with cast.clock.at(-2):
        paid_work.enter(volunteer, region=region, by=cast[staff], **about)
    if region == cast.home:
        _objected(cast, region, volunteer)


def _objected(cast: Cast, region: Region, volunteer: Volunteer) -> None:
    """The contact of a team that keeps no list took one for somebody else; the person objects, staff decide."""
    starts = cast.clock.moment(-4, 9)
    about: Any = {"started_at": starts, "ended_at": starts + timedelta(hours=2)}
    with cast.clock.at(-3):
        agreement = "和事佬调解社 有偿服务协议第2号"
        work = paid_work.enter(volunteer, region=region, by=cast["mediator"], agreement=agreement, **about)
    with cast.clock.at(-2):
        paid_work.object_to(work, reason="那天上午我不在队里，登记错人了。", by=volunteer.user)
