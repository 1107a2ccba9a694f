"""The finished season of 下王宅社区: from a call eight months ago to grades and the brand library."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from communities.models import User
from evaluations.models import Appeal, Committee, EvaluationRound, Indicator, Scheme, ScoreSheet
from evaluations.models.schemes import Seat
from evaluations.services import (
    appeals,
    changes,
    committees,
    declarations,
    honours,
    numbers,
    reviews,
    rounds,
    schemes,
    sheets,
)
from projects.models import Project
from projects.services import objections, public_notices
from teams.models import RecruitmentCall, Team

from . import surveying
from .cast import Cast
from .meeting import confirm
from .steps import (
    DEMO_MARK,
    admit,
    agree,
    announce_roadshow,
    apply,
    enlist,
    hold_vote,
    notice,
    propose,
    publish_call,
    recommend,
    report,
)

MEMBERS = {
    "member_street": Seat.STREET,
    "member_community": Seat.COMMUNITY,
    "member_residents": Seat.RESIDENTS,
    "member_third": Seat.THIRD_PARTY,
}


@dataclass
class Past:
    """What the running season builds on."""

    teams: dict[str, Team]
    projects: dict[str, Project]
    committee: Committee
    scheme: Scheme


def live(cast: Cast) -> Past:
    """Play the finished season."""
    call = publish_call(
        cast,
        days=(-250, -232),
        by="community",
        region=cast.home,
        title="2026年春季小巷队伍招募令",
        scene="good-living",
        field="service",
        need=f"{DEMO_MARK}老人就近照护、课后看护、家电急修和公共空间活化。",
        budget=Decimal(60000),
        space="社区服务中心二楼活动室",
    )
    teams = {
        who: _admit(cast, who, call, name, kind, text)
        for who, name, kind, text in [
            ("maker", "邻里共享工坊", "maker", "教邻居修旧利废，工具共享。"),
            ("silver", "银星照护队", "silver-star", "低龄老人照护高龄老人。"),
            ("childcare", "护苗小课堂", "childcare", "放学后到家长下班前的看护。"),
            ("rider", "巷口急修队", "rider", "小家电和水管急修。"),
        ]
    }
    projects = {
        who: propose(cast, team=teams[who], who=who, call=call, day=-240, **plan) for who, plan in PLANS.items()
    }
    _roadshow(cast, projects)
    _notices(cast, projects)
    for who, ends, funds in [("maker", 45, 20000), ("silver", 30, 15000), ("childcare", 160, 18000)]:
        agree(cast, projects[who], who=who, day=-212, starts=-208, ends=ends, funds=funds)
        report(cast, projects[who], who=who, day=-190, people=120)
        report(cast, projects[who], who=who, day=-110, people=260)
    past = Past(teams, projects, _committee(cast), _scheme(cast))
    _rate(cast, past)
    return past


PLANS: dict[str, dict[str, Any]] = {
    "maker": {
        "title": "邻里共享工坊",
        "goals": "让闲置工具用起来，每月修复旧物100件。",
        "beneficiaries": "全体居民",
        "scene": "good-enterprise",
        "field": "common-prosperity",
        "mode": "shared-space",
        "budget": 20000,
        "share_returned": 20,
        "charges": "材料费",
        "charge_amount": Decimal(5),
        "charge_reason": "只收成本，不到市场价一半。",
    },
    "silver": {
        "title": "银星结对照护",
        "goals": "为80岁以上独居老人每周上门两次。",
        "beneficiaries": "高龄独居老人",
        "scene": "good-elder-care",
        "field": "service",
        "mode": "government-purchase",
        "budget": 15000,
        "share_returned": 0,
    },
    "childcare": {
        "title": "四点半护苗课堂",
        "goals": "工作日16:30至18:30看护小学生。",
        "beneficiaries": "双职工家庭",
        "scene": "good-upbringing",
        "field": "service",
        "mode": "benefit-for-value",
        "budget": 18000,
        "share_returned": 10,
        "charges": "托管费（每次）",
        "charge_amount": Decimal(8),
        "charge_reason": "低于周边托管机构七成。",
    },
    "rider": {
        "title": "巷口急修半小时",
        "goals": "小修小补半小时到场。",
        "beneficiaries": "老旧小区住户",
        "scene": "good-living",
        "field": "safety",
        "mode": "resource-linking",
        "budget": 12000,
        "share_returned": 5,
    },
}


def _admit(cast: Cast, who: str, call: RecruitmentCall, name: str, kind: str, text: str) -> Team:
    admission = apply(cast, who=who, call=call, day=-247, name=name, team_type=kind, text=text)
    recommend(cast, admission, day=-245)
    team = admit(cast, admission, day=-242)
    enlist(cast, team, who=who, day=-241)
    return team


def _roadshow(cast: Cast, projects: dict[str, Project]) -> None:
    maker, silver, childcare, rider = (projects[who] for who in ("maker", "silver", "childcare", "rider"))
    roadshow, poll = announce_roadshow(
        cast,
        order=[rider, maker, childcare, silver],
        day=-234,
        meets=-228,
        title="2026年春季项目路演会",
        max_choices=3,
        winners=3,
        places=3,
        quorum=Decimal(50),
        opens_at=cast.clock.moment(-228, 19, 0),
        closes_at=cast.clock.moment(-228, 21, 0),
    )
    choices = [[maker, silver, childcare], [maker, silver], [silver, childcare, rider], [maker, childcare]]
    hold_vote(cast, roadshow, poll, day=-228, voters=cast.voters, choices=choices)


def _notices(cast: Cast, projects: dict[str, Project]) -> None:
    shown = {who: notice(cast, projects[who], day=-226) for who in ("maker", "silver", "childcare")}
    with cast.clock.at(-225, 20):
        objection = objections.object_to(
            shown["childcare"], by=cast["resident"], text="放学时间楼道会不会太吵？", is_anonymous=True
        )
    with cast.clock.at(-224, 10):
        objections.dismiss(objection, by=cast["community"], reason="活动室已做隔音，18:30准时结束，另设监督电话。")
    with cast.clock.at(-214, 1):
        public_notices.finish_due(by=User.objects.system())


def _committee(cast: Cast) -> Committee:
    with cast.clock.at(-90, 10):
        committee = committees.found(cast.street, name="白洋街道考评管理委员会", by=cast["street"])
        for who, group in MEMBERS.items():
            committees.appoint(committee, user=cast[who], group=group, by=cast["street"])
    return committee


def _scheme(cast: Cast) -> Scheme:
    with cast.clock.at(-90, 11):
        scheme = schemes.from_preset(cast.street, by=cast["street"])
        surveying.let_households_mark(scheme)
        return scheme


def _rate(cast: Cast, past: Past) -> None:
    """The round of the first half: 4A, 2A and 3A."""
    with cast.clock.at(-75, 9):
        round_ = rounds.draft(
            cast.street,
            title="2026年上半年项目考评",
            starts_on=cast.clock.day(-208),
            ends_on=cast.clock.day(-76),
            closes_at=cast.clock.moment(-62, 18),
            committee=past.committee,
            scheme=past.scheme,
            confirmed_by_meeting=True,
            by=cast["street"],
        )
        rounds.open_(round_, by=cast["street"])
    surveying.hold(cast, round_)
    shares = {"maker": Decimal("0.86"), "silver": Decimal("0.64"), "childcare": Decimal("0.75")}
    with cast.clock.at(-70, 15):
        for who, share in shares.items():
            score(round_, past.projects[who], share=share)
    with cast.clock.at(-62, 18, 5):
        round_.refresh_from_db()
        rounds.close(round_, by=cast["street"])
    confirm(cast, round_)
    with cast.clock.at(-60, 10):
        rounds.announce(round_, by=cast["street"])
    with cast.clock.at(-60, 15):
        appeal = _appeal(cast, round_, past.projects["silver"])
    with cast.clock.at(-59, 10):
        _look_into(cast, appeal)
    assert round_.appeals_until  # noqa: S101 (an announced round has it; a long holiday may put it off)
    with cast.clock.at((round_.appeals_until - cast.clock.today).days + 1, 10):
        rounds.publish(round_, by=cast["street"])
    _honour(cast)


def _honour(cast: Cast) -> None:
    """The street's best of the year: the rule, the shortlist, the confirmation."""
    with cast.clock.at(-40, 9):
        year = cast.clock.day(-40).year
        honour = honours.draft(cast.street, title="十佳小巷队伍", year=year, places=10, by=cast["street"])
        honours.announce(honour, by=cast["street"])
    with cast.clock.at(-36, 9):
        honours.draw(honour, by=cast["street"])
        honours.confirm(honour, by=cast["street"])


def _appeal(cast: Cast, round_: EvaluationRound, project: Project) -> Appeal:
    """The team of the 2A finds the marks of one member too low."""
    rating = round_.ratings.select_related("round", "region", "project__team").get(project=project)
    known = numbers.members_of(rating)
    number = next(each for each, member in known.items() if member.group == Seat.RESIDENTS)
    leaf = Indicator.objects.filter(scheme=round_.scheme, groups__code=Seat.RESIDENTS, full__isnull=False).first()
    assert leaf  # noqa: S101 (the seeded scheme asks the residents' representatives)
    said = f"{DEMO_MARK}三次上门陪护都有签到表，入户评分没有计入。"
    return appeals.file(rating, by=cast["silver"], reason=said, indicators=[leaf], members=[number])


def _look_into(cast: Cast, appeal: Appeal) -> None:
    """The three who are not challenged look into it and find the marks right."""
    reviews.begin(appeal, members=list(reviews.able(appeal)), by=cast["street"])
    for reviewer in appeal.reviewers.select_related("member__user", "appeal"):
        words = f"{DEMO_MARK}签到表只有一次有住户签名，评分没有问题。"
        reviews.opine(reviewer, upholds=False, words=words, by=reviewer.member.user)
    reason = f"{DEMO_MARK}复核人一致认为：另两次没有住户签名，原评分符合方案，维持原等级。"
    appeals.dismiss(appeal, by=cast["street"], reason=reason)


def score(round_: EvaluationRound, project: Project, *, share: Decimal, members: int | None = None) -> None:
    """The first `members` of the committee (all, unless given) give about this share of full marks and submit."""
    mine = ScoreSheet.objects.filter(rating__round=round_, rating__project=project)
    mine = mine.select_related("member__user", "rating__round__region")
    for number, sheet in enumerate(mine.order_by("member_id")[:members]):
        by = sheet.member.user
        marks = {
            leaf: (
                (leaf.full * (share + Decimal(number - 1) / 100)).quantize(Decimal("0.1")),
                "演示数据：现场查看记录。",
            )
            for leaf in sheets.asked(sheet)
            if leaf.kind == leaf.Kind.SCORE and leaf.full is not None
        }
        declarations.declare_none(sheet, by=by)
        changes.save(sheet, marks=marks, by=by)
        sheets.submit(sheet, by=by)
