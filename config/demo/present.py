"""The running season: admissions waiting, a poll open, a notice with an objection, a round with missing sheets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from communities.models import Region
from communities.services import residents
from evaluations.services import meetings, recusals, rhythms, rounds
from projects.models import Poll
from projects.services import objections, polls, projects
from teams.models import Field, RecruitmentCall, Scene
from teams.services import calls

from . import surveying
from .cast import Cast
from .past import Past, score
from .steps import (
    DEMO_MARK,
    admit,
    announce_roadshow,
    apply,
    hold_vote,
    notice,
    propose,
    publish_call,
    recommend,
    report,
    vote,
)


def live(cast: Cast, past: Past) -> None:
    """Play the running season up to this moment."""
    call = publish_call(
        cast,
        days=(-40, 20),
        by="community",
        region=cast.home,
        title="2026年秋冬小巷队伍招募令",
        scene="good-governance",
        field="governance",
        need=f"{DEMO_MARK}邻里调解、夜间照明巡查、楼道微更新。",
        budget=Decimal(50000),
        space="党群服务中心一楼",
        priority_from=4,
    )
    admission = apply(
        cast, who="mediator", call=call, day=-36, name="和事佬调解社", team_type="mentor", text="邻里纠纷就地调解。"
    )
    recommend(cast, admission, day=-34)
    past.teams["mediator"] = admit(cast, admission, day=-32)
    apply(cast, who="applicant", call=call, day=-2, name="夜灯巡查队", team_type="guardian", text="每晚巡查背街小巷。")
    waiting = apply(
        cast, who="resident", call=call, day=-6, name="楼道美化小组", team_type="gardener", text="楼道微更新。"
    )
    recommend(cast, waiting, day=-4)
    _notice_running(cast, past, call)
    _poll_open(cast, past, call)
    _round_open(cast, past)
    _small_things(cast, past)


def _notice_running(cast: Cast, past: Past, call: RecruitmentCall) -> None:
    """A roadshow last week; its winner is in public notice with an objection to answer."""
    lamp = propose(cast, team=past.teams["rider"], who="rider", call=call, day=-26, **_plan("背街路灯守护", 9000))
    talk = propose(cast, team=past.teams["maker"], who="maker", call=call, day=-26, **_plan("旧物交换日", 6000))
    roadshow, poll = announce_roadshow(
        cast,
        order=[lamp, talk],
        day=-14,
        meets=-6,
        title="背街小巷专场路演会",
        max_choices=1,
        winners=1,
        places=1,
        quorum=Decimal(50),
        opens_at=cast.clock.moment(-6, 19),
        closes_at=cast.clock.moment(-6, 21),
    )
    hold_vote(cast, roadshow, poll, day=-6, voters=cast.voters, choices=[[lamp], [lamp], [talk]])
    shown = notice(cast, lamp, day=-1)
    with cast.clock.at(-1, 20):
        objections.object_to(shown, by=cast["representative"], text="灯光会不会照进卧室？请说明安装位置。")


def _poll_open(cast: Cast, past: Past, call: RecruitmentCall) -> None:
    """The big roadshow: all verified residents vote, until three days from now."""
    chosen = [
        propose(cast, team=past.teams[who], who=who, call=call, day=-20, **_plan(title, budget))
        for who, title, budget in [
            ("mediator", "老娘舅上门调解", 8000),
            ("silver", "银龄数字课堂", 7000),
            ("childcare", "周末亲子阅读角", 9000),
            ("maker", "楼道微更新", 12000),
        ]
    ]
    _roadshow, poll = announce_roadshow(
        cast,
        order=chosen,
        day=-8,
        meets=-1,
        title="2026年秋冬项目路演会",
        electorate=Poll.Electorate.RESIDENTS,
        max_choices=2,
        winners=2,
        places=2,
        quorum=Decimal(30),
        opens_at=cast.clock.moment(-1, 20),
        closes_at=cast.clock.moment(3, 20),
    )
    with cast.clock.at(-1, 20, 5):
        polls.open_(poll, by=cast["community"])
        some = [voter for voter in cast.voters if voter != cast["representative"]]
        vote(cast, poll, voters=some[:6], choices=[chosen[:2], chosen[2:], [chosen[0]]])


def _round_open(cast: Cast, past: Past) -> None:
    """The street rates the second half; half of the sheets are missing, and one member has an interest."""
    with cast.clock.at(-3, 9):
        round_ = rounds.draft(
            cast.street,
            title="2026年下半年项目考评",
            starts_on=cast.clock.day(-75),
            ends_on=cast.clock.day(-4),
            closes_at=cast.clock.moment(6, 18),
            grace_days=3,
            committee=past.committee,
            scheme=past.scheme,
            confirmed_by_meeting=True,
            by=cast["street"],
        )
        rounds.open_(round_, by=cast["street"])
        meetings.plan(round_, starts_at=cast.clock.moment(8, 14), place="白洋街道二楼会议室", by=cast["street"])
        rhythms.set_(cast.street, months=6, next_on=cast.clock.day(170), by=cast["street"])
    surveying.begin(cast, round_)
    with cast.clock.at(-2, 16):
        recusals.recuse(
            cast["member_residents"],
            project=past.projects["childcare"],
            region=cast.street,
            reason="子女在该课堂接受托管。",
            by=cast["member_residents"],
        )
        score(round_, past.projects["maker"], share=Decimal("0.9"), members=2)
        score(round_, past.projects["silver"], share=Decimal("0.7"), members=1)


def _small_things(cast: Cast, past: Past) -> None:
    """What else waits on a normal day."""
    report(cast, past.projects["maker"], who="maker", day=-1, people=80, confirm=False)
    with cast.clock.at(-1, 18):
        residents.ask(cast.home, user=cast["mediator"], name="何大平", address="演示路9号", by=cast["mediator"])
    propose(
        cast,
        team=past.teams["mediator"],
        who="mediator",
        call=None,
        day=-1,
        accept="",
        **_plan("楼栋议事会", 3000),
    )
    with cast.clock.at(-1, 9):
        projects.return_(
            propose(
                cast,
                team=past.teams["rider"],
                who="rider",
                call=None,
                day=-1,
                accept="",
                **_plan("水管冬季防冻", 4000),
            ),
            by=cast["community"],
            reason="请补充受益户数和材料清单。",
        )


def neighbour(cast: Cast) -> None:
    """鸣阳社区: a call of its own, and a draft that nobody of 下王宅社区 may see."""
    region = cast.regions["330723001002"]
    publish_call(
        cast,
        days=(-10, 15),
        by="neighbour",
        region=region,
        title="鸣阳社区秋季招募令",
        scene="good-elder-care",
        field="service",
        need=f"{DEMO_MARK}老年食堂送餐。",
        budget=Decimal(30000),
    )
    with cast.clock.at(-1):
        calls.draft(_draft_call(cast, region), by=cast["neighbour"])
        residents.add(region, name="董小三", phone="", address="演示路88号", by=cast["neighbour"])


def _draft_call(cast: Cast, region: Region) -> RecruitmentCall:
    return RecruitmentCall(
        region=region,
        title="鸣阳社区春节招募令（草稿）",
        scene=Scene.objects.get(code="good-living"),
        field=Field.objects.get(code="safety"),
        need=f"{DEMO_MARK}节日期间巡查。",
        opens_on=cast.clock.day(5),
        closes_on=cast.clock.day(25),
    )


def _plan(title: str, budget: int) -> dict[str, Any]:
    return {
        "title": title,
        "goals": "让背街小巷更安心、更好住。",
        "beneficiaries": "本社区居民",
        "scene": "good-governance",
        "field": "governance",
        "mode": "co-creation",
        "budget": budget,
        "share_returned": 0,
    }
