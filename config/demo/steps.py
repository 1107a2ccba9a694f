"""The steps of a season, each through the services and on its day."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from communities.models import User
from projects.models import Agreement, BudgetLine, Poll, Project, Roadshow
from projects.services import agreements, ballots, polls, projects, public_notices, reports, roadshows, signatures
from teams.models import Admission, CooperationMode, Field, RecruitmentCall, Scene, Team, TeamType
from teams.services import admissions, calls, members

from .cast import Cast
from .names import chinese_name, credit_code, phone

DEMO_MARK = "【演示数据】"


def publish_call(cast: Cast, *, days: tuple[int, int], by: str, **fields: Any) -> RecruitmentCall:
    """A community publishes what residents need; `days` are the first and the last, from today."""
    opens, closes = days
    with cast.clock.at(opens, 9):
        call = RecruitmentCall(
            scene=Scene.objects.get(code=fields.pop("scene")),
            field=Field.objects.get(code=fields.pop("field")),
            opens_on=cast.clock.day(opens),
            closes_on=cast.clock.day(closes),
            **fields,
        )
        calls.draft(call, by=cast[by])
        calls.publish(call, by=cast[by])
    return call


def apply(cast: Cast, *, who: str, call: RecruitmentCall, day: int, name: str, team_type: str, text: str) -> Admission:
    """A subject hands in its application with a document."""
    applicant = cast[who]
    with cast.clock.at(day, 14):
        admission = admissions.start(call.region, by=applicant, call=call)
        admissions.fill(
            admission,
            by=applicant,
            name=name,
            kind=Admission.Kind.SOCIAL_ORGANISATION,
            standing=Admission.Standing.GROUP,
            team_type=TeamType.objects.get(code=team_type),
            registration_code=credit_code(applicant.pk),
            contact_name=applicant.name,
            contact_phone=applicant.phone,
            introduction=f"{DEMO_MARK}{text}",
        )
        admissions.attach(admission, by=applicant, file=picture(f"{name} 登记证书（演示）", name="登记证书.png"))
        admissions.submit(admission, by=applicant)
    return admission


def recommend(cast: Cast, admission: Admission, *, day: int, by: str = "community") -> None:
    """The community vouches for the applicant."""
    with cast.clock.at(day, 10):
        admissions.recommend(admission, by=cast[by], recommendation="材料齐全，实地走访情况良好，予以推荐。")


def admit(cast: Cast, admission: Admission, *, day: int, by: str = "street") -> Team:
    """The street admits, and the applicant is a team."""
    with cast.clock.at(day, 15):
        return admissions.admit(admission, by=cast[by])


def enlist(cast: Cast, team: Team, *, who: str, day: int) -> None:
    """The contact enters two who work in the team and are on nobody's roll."""
    with cast.clock.at(day, 9):
        for number in (1, 2):
            person = 2 * team.pk % 100 + number
            members.add(team, name=chinese_name(180 + person), phone=phone(800 + person), by=cast[who])


def propose(
    cast: Cast, *, team: Team, who: str, call: RecruitmentCall | None, day: int, accept: str = "community", **plan: Any
) -> Project:
    """A team proposes under a call; the community accepts two days later (unless `accept` is empty)."""
    budget: int = plan.pop("budget")
    with cast.clock.at(day, 11):
        project = projects.propose(
            team,
            by=cast[who],
            call=call,
            scene=Scene.objects.get(code=plan.pop("scene")),
            field=Field.objects.get(code=plan.pop("field")),
            mode=CooperationMode.objects.get(code=plan.pop("mode")),
            lines=[
                {"purpose": "活动物料", "amount": Decimal(budget) * 6 / 10, "source": BudgetLine.Source.CALL},
                {"purpose": "人员补贴", "amount": Decimal(budget) * 4 / 10, "source": BudgetLine.Source.OWN},
            ],
            milestones=[
                {"title": "启动会", "due_on": cast.clock.day(day + 40), "evidence": "签到表和照片"},
                {"title": "中期展示", "due_on": cast.clock.day(day + 120), "evidence": "服务人次和照片"},
                {"title": "年度汇报", "due_on": cast.clock.day(day + 250), "evidence": "全年台账和居民评价"},
            ],
            plan=f"{DEMO_MARK}每周两次活动，每月公布一次进展。",
            **plan,
        )
        projects.submit(project, by=cast[who])
    if accept:
        with cast.clock.at(day + 2, 10):
            projects.accept(project, by=cast[accept])
    return project


def announce_roadshow(
    cast: Cast, *, order: list[Project], day: int, meets: int, title: str, **rule: Any
) -> tuple[Roadshow, Poll]:
    """The community announces the meeting and the rule of the vote."""
    staff = cast["community"]
    with cast.clock.at(day, 10):
        roadshow = roadshows.plan(
            cast.home, by=staff, title=title, place="社区居民议事厅", starts_at=cast.clock.moment(meets, 19)
        )
        roadshows.arrange(roadshow, order=order, by=staff)
        poll = polls.plan(roadshow, by=staff, **rule)
        roadshows.announce(roadshow, by=staff)
        polls.announce(poll, by=staff)
    return roadshow, poll


def vote(cast: Cast, poll: Poll, *, voters: list[User], choices: list[list[Project]]) -> None:
    """These people vote, one after the other, for the projects of the list in turn."""
    for number, voter in enumerate(voters):
        chosen = choices[number % len(choices)]
        ballots.cast(poll, choices=[project.pk for project in chosen], key=ballots.new_key(), by=voter)


def hold_vote(
    cast: Cast, roadshow: Roadshow, poll: Poll, *, day: int, voters: list[User], choices: list[list[Project]]
) -> None:
    """The evening: the poll opens, people vote, the clock closes it."""
    staff = cast["community"]
    with cast.clock.at(day, 19, 5):
        polls.open_(poll, by=staff)
        vote(cast, poll, voters=voters, choices=choices)
    with cast.clock.at(day, 21, 30):
        roadshows.hold(roadshow, by=staff)
        poll.refresh_from_db()
        polls.close(poll, by=staff)


def agree(cast: Cast, project: Project, *, who: str, day: int, starts: int, ends: int, funds: int) -> Agreement:
    """Both sides sign; the agreement runs from its first day."""
    project.refresh_from_db()
    with cast.clock.at(day, 10):
        agreement = agreements.draft(
            project,
            by=cast["community"],
            starts_on=cast.clock.day(starts),
            ends_on=cast.clock.day(ends),
            funds=Decimal(funds),
            space="社区服务中心二楼活动室",
        )
    with cast.clock.at(day + 1, 15):
        signatures.sign_for_team(agreement, by=cast[who])
    with cast.clock.at(day + 2, 10):
        agreement.refresh_from_db()
        signatures.sign_for_community(agreement, by=cast["community"])
    with cast.clock.at(starts, 1):
        agreements.roll(by=User.objects.system())
    return agreement


def notice(cast: Cast, project: Project, *, day: int) -> Any:
    """The shortlisted project is shown to all residents for five working days."""
    project.refresh_from_db()
    with cast.clock.at(day, 9):
        return public_notices.publish(project, by=cast["community"])


def report(cast: Cast, project: Project, *, who: str, day: int, people: int, confirm: bool = True) -> None:
    """The team reports its next milestone with figures and a photo."""
    project.refresh_from_db()
    milestone = project.milestones.exclude(reports__status="confirmed").earliest("due_on")
    with cast.clock.at(day, 16):
        made = reports.report(
            milestone,
            by=cast[who],
            text=f"{DEMO_MARK}按计划完成“{milestone.title}”。",
            people_served=people,
            events_held=people // 20 + 1,
            money_spent=Decimal(people * 15),
            photos=[picture(f"{project.title}（演示图）", name="现场.jpg", kind="JPEG")],
        )
    if confirm:
        with cast.clock.at(day + 3, 10):
            reports.confirm(made, by=cast["community"])


def picture(_words: str, *, name: str, kind: str = "PNG") -> SimpleUploadedFile:
    """A drawn picture: three houses of a lane, so that no photo of anybody is needed."""
    image = Image.new("RGB", (960, 640), "#e3f1ec")
    draw = ImageDraw.Draw(image)
    for left, colour in ((80, "#0b6450"), (370, "#f2c14e"), (660, "#a3241f")):
        draw.polygon([(left, 340), (left + 110, 220), (left + 220, 340)], fill=colour)
        draw.rectangle([left + 20, 340, left + 200, 560], fill=colour)
        draw.rectangle([left + 85, 440, left + 135, 560], fill="#f4f3ee")
    out = io.BytesIO()
    image.save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), content_type=f"image/{kind.lower()}")
