"""Volunteers: hours confirmed, points earned and spent, in 下王宅社区 and with foreign volunteers in 鸡鸣山社区."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from communities.models import Region, User
from volunteers.models import Activity, ActivityKind, PointsRule, Skill, Volunteer
from volunteers.services import (
    activities,
    attendances,
    kept_scans,
    oddities,
    pools,
    rules,
    signups,
    spot_codes,
    volunteers,
)

from . import shops
from .cast import HOME, JIMINGSHAN, STREET, YIWU_STREET, Cast
from .service import ask_for_more
from .steps import DEMO_MARK


def live(cast: Cast) -> None:
    """Play both communities."""
    for code, staff in [(STREET, "street"), (YIWU_STREET, "yiwu_street")]:
        with cast.clock.at(-200):
            region = cast.regions[code]
            rule = PointsRule(region=region, points_per_hour=10, cap_a_day=80, starts_on=cast.clock.day(-200))
            rule.night_percent, rule.months_valid, rule.gifts_a_month = 150, 24, 50
            rules.add(rule, by=cast[staff])
            given: Any = {"sponsor": "街道志愿服务专项经费", "points": 5000, "basis": f"{DEMO_MARK}年度激励方案"}
            pools.fund(region, key=f"demo-{code}", by=cast[staff], **given)
    home, hill = cast.regions[HOME], cast.regions[JIMINGSHAN]
    neighbours = [
        _volunteer(cast, cast["resident"], home),
        _volunteer(cast, cast["representative"], home),
    ]
    foreigners = [
        _volunteer(cast, cast["foreigner1"], hill, nationality="KE", skills=["lang-en", "lang-sw"]),
        _volunteer(cast, cast["foreigner2"], hill, nationality="ID", skills=["lang-en"]),
    ]
    for region, staff, people in [(home, "community", neighbours), (hill, "jimingshan", foreigners)]:
        for day in (-30, -16, -9):
            _helped(cast, region, staff, people, day=day)
        _not_recorded_in_time(cast, region, staff, people)
        _still_to_confirm(cast, region, staff, people)
        _to_come(cast, region, staff, people)
        ask_for_more(cast, region, staff, people)
    _two_places_at_once(cast, hill, "jimingshan", neighbours[1])
    shops.open_(cast, hill, "jimingshan", foreigners[0], "鸡鸣山咖啡馆", "Jimingshan Café", clerk="")
    shops.open_(cast, home, "community", neighbours[0], "下王宅理发店", "Xiawangzhai Barber", clerk="partner")


def _volunteer(cast: Cast, user: User, region: Region, nationality: str = "CN", skills: Any = ()) -> Volunteer:
    with cast.clock.at(-60):
        return volunteers.register(
            user,
            region=region,
            by=user,
            name=user.name,
            nationality=nationality,
            skills=Skill.objects.filter(code__in=skills),
        )


def _activity(cast: Cast, region: Region, staff: str, *, day: int, hour: int, hours: int = 2, **words: Any) -> Activity:
    """Announced five days before."""
    kind, starts = words.pop("kind"), cast.clock.moment(day, hour)
    with cast.clock.at(min(day - 5, -1)):
        activity = Activity(
            region=region,
            kind=ActivityKind.objects.get(code=kind),
            starts_at=starts,
            ends_at=starts + timedelta(hours=hours),
            places=12,
            leader=cast[staff],
            **words,
        )
        activities.draft(activity, by=cast[staff])
        activities.publish(activity, by=cast[staff])
    return activity


PATROL: dict[str, Any] = {
    "kind": "patrol",
    "title": "小巷平安巡逻",
    "title_en": "Lane safety patrol",
    "about": f"{DEMO_MARK}两人一组，沿小巷巡查消防通道。",
    "about_en": "Demo data: in pairs, check that fire lanes are clear.",
    "place": "社区服务中心门口",
    "place_en": "In front of the community centre",
}
GUIDE: dict[str, Any] = {
    "kind": "translation",
    "title": "外籍邻居办事陪同",
    "title_en": "Helping foreign neighbours at the counter",
    "about": f"{DEMO_MARK}陪同翻译，协助办理居住登记。",
    "about_en": "Demo data: interpret and help with residence registration.",
    "place": "便民服务大厅",
    "place_en": "Community service hall",
}


def _helped(cast: Cast, region: Region, staff: str, people: list[Volunteer], *, day: int) -> None:
    activity = _activity(cast, region, staff, day=day, hour=14, hours=3, **PATROL)
    _attend(cast, activity, staff, people, day=day)
    with cast.clock.at(day + 1, 9):
        activities.end(activity, by=cast[staff])
        for attendance in activity.attendances.all():
            attendances.confirm(attendance, by=cast[staff], evaluation="认真负责。")


def _attend(cast: Cast, activity: Activity, staff: str, people: list[Volunteer], *, day: int) -> None:
    for volunteer in people:
        with cast.clock.at(day - 2):
            signups.sign_up(activity, volunteer=volunteer, by=volunteer.user)
        with cast.clock.at(day, 14, 2):
            attendance = attendances.check_in(activity, volunteer=volunteer, by=cast[staff])
        with cast.clock.at(day, 16, 50):
            attendances.check_out(attendance, by=cast[staff])


def _not_recorded_in_time(cast: Cast, region: Region, staff: str, people: list[Volunteer]) -> None:
    """Hours that stand on the red list: nobody confirmed them within ten working days."""
    activity = _activity(cast, region, staff, day=-28, hour=14, hours=3, **GUIDE)
    _attend(cast, activity, staff, people[:1], day=-28)
    with cast.clock.at(-27, 9):
        activities.end(activity, by=cast[staff])


def _still_to_confirm(cast: Cast, region: Region, staff: str, people: list[Volunteer]) -> None:
    """One phone had no network: its check-out comes in the evening, and says another time than the leader."""
    activity = _activity(cast, region, staff, day=-1, hour=14, hours=3, **GUIDE)
    _attend(cast, activity, staff, people, day=-1)
    moment, phone_of = cast.clock.moment(-1, 17), people[0]
    with cast.clock.at(-1, 20):
        kept_scans.send_code(
            activity,
            volunteer=phone_of,
            code=spot_codes.show(activity, at=moment),
            is_leaving=True,
            phone_at=moment,
            key="demo",
            by=phone_of.user,
        )


def _two_places_at_once(cast: Cast, region: Region, staff: str, volunteer: Volunteer) -> None:
    """Ten minutes after a patrol in another district: an odd pattern for staff to look at."""
    activity = _activity(cast, region, staff, day=-9, hour=17, **GUIDE)
    with cast.clock.at(-10):
        signups.sign_up(activity, volunteer=volunteer, by=volunteer.user)
    with cast.clock.at(-9, 17, 0):
        stay = attendances.check_in(activity, volunteer=volunteer, by=cast[staff])
    with cast.clock.at(-9, 18, 30):
        attendances.check_out(stay, by=cast[staff])
    with cast.clock.at(-8, 3):
        activities.end(activity, by=cast[staff])
        oddities.find_all(at=now(), by=User.objects.system())


def _to_come(cast: Cast, region: Region, staff: str, people: list[Volunteer]) -> None:
    for day, words in [(3, PATROL), (8, GUIDE)]:
        activity = _activity(cast, region, staff, day=day, hour=9, **words)
        signups.sign_up(activity, volunteer=people[0], by=people[0].user)
