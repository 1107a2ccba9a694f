"""A whole season through the API alone, as all its people: every step is a request over a session of one's own.

Only what lies before the season is prepared otherwise: the regions, the words a city chooses from, the first
administrator. The clock is moved, and what runs by the clock is run.
"""

import hashlib
import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image
from rest_framework.test import APIClient

from communities.grants import Role
from communities.models import PhoneCode, Region, User
from communities.services import roles, sms
from communities.services.phone_codes import sms_key
from config.demo.names import credit_code
from evaluations import tasks as evaluation_tasks
from projects import tasks as project_tasks

CHINA = ZoneInfo("Asia/Shanghai")
FIRST_DAY = date(2026, 3, 2)
CITY, STREET, HOME, NEIGHBOUR = "3307", "330723001", "330723001001", "330723001002"
REGIONS = Path(__file__).parent.parent / "communities/fixtures/jinhua/regions.csv"

pytestmark = pytest.mark.django_db


class Person:
    """Somebody with a phone, signed in by a code; `post` and `get` answer with what came back."""

    def __init__(self, name, number):
        self.name, self.phone = name, f"138{number:08}"
        self.client = APIClient(enforce_csrf_checks=True)
        self.me = {}

    def sign_in(self):
        self.client = APIClient(enforce_csrf_checks=True)
        assert self.client.post("/api/v1/phone-codes/", {"phone": self.phone}).status_code == 201
        shown = [sms.shown(sms_key(code)) for code in PhoneCode.objects.open()]
        code = re.search(r"\d{6}", shown[-1])[0]
        sent = {"phone": self.phone, "code": code, "name": self.name, "consent": "2026-11"}
        answer = self.client.post("/api/v1/sessions/", sent)
        assert answer.status_code == 201, answer.json()
        self.me = answer.json()
        return self

    def send(self, method, path, data=None, *, expect, key="", kind="json"):
        headers = {"X-CSRFToken": self.me.get("csrf_token", ""), "Accept-Language": "zh-hans"}
        if key:
            headers["Idempotency-Key"] = key
        answer = self.client.generic if method == "get" else getattr(self.client, method)
        if method == "get":
            answer = self.client.get(f"/api/v1/{path}", data, headers=headers)
        else:
            answer = answer(f"/api/v1/{path}", data, format=kind, headers=headers)
        assert answer.status_code == expect, (path, answer.status_code, answer.content.decode()[:500])
        return answer.json() if answer.headers.get("Content-Type", "").startswith("application/json") else answer

    def get(self, path, data=None, *, expect=200):
        return self.send("get", path, data, expect=expect)

    def post(self, path, data=None, *, expect=200, **more):
        return self.send("post", path, data, expect=expect, **more)

    def one(self, path, **filters):
        """The only row of a list."""
        [row] = self.get(path, filters)["results"]
        return row


class Clock:
    """The days of the season, counted from its first; sessions end meanwhile, so people sign in again."""

    def __init__(self, traveller):
        self.traveller = traveller

    def go(self, day, hour=10, minute=0):
        self.now = datetime.combine(self.day(day), datetime.min.time(), CHINA) + timedelta(hours=hour, minutes=minute)
        self.traveller.move_to(self.now)

    @staticmethod
    def day(number):
        return FIRST_DAY + timedelta(days=number)


@pytest.fixture
def clock():
    with time_machine.travel(datetime.combine(FIRST_DAY, datetime.min.time(), CHINA), tick=True) as traveller:
        made = Clock(traveller)
        made.go(0, 9)
        yield made


@pytest.fixture
def administrator(clock, settings, tmp_path):
    """What lies before the season."""
    settings.SMS_DIR, settings.MEDIA_ROOT = tmp_path / "sms", tmp_path / "media"
    call_command("import_regions", REGIONS, stdout=io.StringIO())
    call_command("loaddata", "teams/fixtures/jinhua.json", "volunteers/fixtures/jinhua.json", verbosity=0)
    first = Person("管理员", 1)
    user = User.objects.create_user(name=first.name, phone=f"+86{first.phone}")
    city = Region.objects.get(code=CITY)
    roles.assign(user, role=Role.ADMINISTRATOR, region=city, by=User.objects.system())
    return first.sign_in()


def picture(name="现场.png"):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#0b6450").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def enrol(by, name, number, role, region):
    """The administrator or the street makes an account; the person signs in by phone."""
    person = Person(name, number)
    by.post("users/", {"name": name, "phone": person.phone, "role": role, "region": region}, expect=201)
    return person.sign_in()


def put_on_the_roll(staff, home, number):
    """A resident representative of the community, signed in."""
    person = Person(f"代表{number}", 100 + number)
    said = {
        "region": home,
        "name": person.name,
        "phone": person.phone,
        "address": f"某路{number}号",
        "is_representative": True,
    }
    staff.post("residents/", said, expect=201)
    return person.sign_in()


def admitted(contact, community, street, call, *, name, code):
    """From the call to the team, with a return on the way."""
    said = {"call": call, "name": name, "kind": "social_organisation", "standing": "group", "team_type": "maker"}
    said |= {
        "registration_code": code,
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "introduction": "教邻居修旧利废。",
    }
    number = contact.post("admissions/", said, expect=201, key=f"admission-{name}")["id"]
    assert contact.post("admissions/", said, expect=201, key=f"admission-{name}")["id"] == number
    path = f"admissions/{number}"
    contact.post(f"{path}/submit/", expect=409)
    document = contact.post(f"{path}/documents/", {"file": picture("证书.png")}, expect=201, kind="multipart")
    assert document["kind"] == "png"
    contact.post(f"{path}/submit/")
    community.post(f"{path}/return/", {}, expect=400)
    community.post(f"{path}/return/", {"reason": "请补充服务时间。"})
    contact.send("patch", f"{path}/", {"introduction": "教邻居修旧利废，周末开放。"}, expect=200)
    contact.post(f"{path}/submit/")
    street.post(f"{path}/admit/", expect=409)
    community.post(f"{path}/recommend/", {"recommendation": "材料齐全，予以推荐。"})
    community.post(f"{path}/admit/", expect=404)
    return street.post(f"{path}/admit/")["team"]


def proposed(contact, community, team, call, clock, *, title):
    said = {"team": team, "call": call, "title": title, "scene": "good-enterprise", "field": "service"}
    said |= {
        "mode": "shared-space",
        "goals": "每月修复旧物100件。",
        "beneficiaries": "全体居民",
        "plan": "每周两次。",
        "share_returned": 20,
    }
    said["lines"] = [
        {"purpose": "物料", "amount": "12000.00", "source": "call"},
        {"purpose": "补贴", "amount": "8000.50", "source": "own"},
    ]
    said["milestones"] = [{"title": "启动会", "due_on": str(clock.day(60)), "evidence": "照片"}]
    project = contact.post("projects/", said, expect=201, key=f"project-{title}")
    assert (project["total"], project["requested"], len(project["milestones"])) == ("20000.50", "12000.00", 1)
    contact.post(f"projects/{project['id']}/submit/")
    assert community.post(f"projects/{project['id']}/accept/")["status"] == "accepted"
    return project["id"]


def voted(community, voters, projects, clock):
    """Roadshow and poll: announced, opened, voted in, closed, counted, and open to everybody's recount."""
    maker, silver, other = projects
    said = {"region": HOME, "title": "春季路演会", "place": "议事厅", "starts_at": clock.now + timedelta(days=5)}
    roadshow = community.post("roadshows/", said, expect=201, key="roadshow")["id"]
    community.post(f"roadshows/{roadshow}/arrange/", {"projects": [other, maker, silver]})
    rule = {
        "electorate": "representatives",
        "max_choices": 2,
        "winners": 2,
        "places": 2,
        "quorum": 50,
        "tie_rule": "lot",
    }
    times = {"opens_at": clock.now + timedelta(days=5), "closes_at": clock.now + timedelta(days=5, hours=2)}
    poll = community.post("polls/", {"roadshow": roadshow, **rule, **times}, expect=201, key="poll")["id"]
    community.post(f"polls/{poll}/announce/", expect=409)
    community.post(f"roadshows/{roadshow}/announce/")
    community.post(f"polls/{poll}/announce/")
    for person in (community, *voters):
        clock.go(15)
        person.sign_in()
    community.post(f"polls/{poll}/open/")
    receipts = []
    for number, voter in enumerate(voters):
        ballot = {"choices": [maker, silver] if number < 3 else [maker], "key": f"{number:022}"}
        receipts.append(voter.post(f"polls/{poll}/ballots/", ballot, expect=201)["receipt"])
        assert voter.post(f"polls/{poll}/ballots/", ballot, expect=201)["receipt"] == receipts[-1]
        voter.post(f"polls/{poll}/ballots/", {**ballot, "key": "x" * 22}, expect=409)
    for hidden in ("results", "ballots"):
        community.get(f"polls/{poll}/{hidden}/", expect=404)
    assert community.get(f"polls/{poll}/turnout/")["voted"] == len(voters)
    community.post(f"roadshows/{roadshow}/hold/")
    community.post(f"polls/{poll}/close/", expect=409)
    community.post(f"polls/{poll}/close/", {"reason": "所有代表都已投票。"})
    results = {row["project"]: (row["votes"], row["outcome"]) for row in voters[0].get(f"polls/{poll}/results/")}
    assert results == {maker: (4, "shortlisted"), silver: (3, "shortlisted"), other: (0, "not_chosen")}
    published = b"".join(voters[0].get(f"polls/{poll}/ballots/").streaming_content)
    assert hashlib.sha256(published).hexdigest() == voters[0].get(f"polls/{poll}/")["seal"]
    assert voters[0].post(f"polls/{poll}/receipt/", {"receipt": receipts[3]})["choices"] == [maker]
    voters[0].post(f"polls/{poll}/receipt/", {"receipt": "AAAA-AAAA-AAAA"}, expect=404)


def noticed(community, resident, project, clock):
    """Five working days in public, with an objection that is answered."""
    notice = community.post(f"projects/{project}/publish-notice/", {"working_days": 5}, expect=201)["id"]
    objection = resident.post(
        f"public-notices/{notice}/object/", {"text": "会不会太吵？", "is_anonymous": True}, expect=201
    )
    community.post(
        f"projects/{project}/draft-agreement/", {"starts_on": clock.day(40), "ends_on": clock.day(400)}, expect=409
    )
    community.post(f"objections/{objection['id']}/dismiss/", {"reason": "18:30 准时结束。"})
    return notice


def agreed(community, contact, project, clock):
    terms = {"starts_on": clock.day(31), "ends_on": clock.day(215), "funds": "15000.00"}
    agreement = community.post(f"projects/{project}/draft-agreement/", terms, expect=201, key=f"agreement-{project}")[
        "id"
    ]
    contact.post(f"agreements/{agreement}/sign-for-community/", expect=404)
    assert contact.post(f"agreements/{agreement}/sign-for-team/")["status"] == "draft"
    assert community.post(f"agreements/{agreement}/sign-for-community/")["status"] in {"signed", "running"}
    return agreement


def reported(community, contact, project):
    milestone = contact.one("milestones/", project=project)["id"]
    said = {
        "text": "按计划完成。",
        "people_served": 120,
        "events_held": 6,
        "money_spent": "1800.00",
        "photos": [picture()],
    }
    report = contact.post(f"milestones/{milestone}/report/", said, expect=201, kind="multipart")["id"]
    assert community.post(f"milestone-reports/{report}/confirm/")["status"] == "confirmed"


def a_scheme(street, region):
    scheme = street.post("schemes/", {"region": region, "name": "效应考评"}, expect=201)["id"]
    groups = [
        street.post("evaluator-groups/", {"scheme": scheme, "code": code, "weight": "25"}, expect=201)["id"]
        for code in ("street", "community", "residents", "third_party")
    ]
    for code, weight in (("A1", "60"), ("A2", "40")):
        said = {"scheme": scheme, "code": code, "name": f"指标{code}", "weight": weight, "full": "10", "groups": groups}
        street.post("indicators/", said, expect=201)
    assert street.get(f"schemes/{scheme}/problems/") == []
    return scheme


def appealed(street, contact, round_, project, members):
    """The team of the 2A challenges one member's marks; three others look into it, and it is dismissed."""
    rating = contact.one("ratings/", round=round_, project=project)["id"]
    [line, *_others] = contact.get(f"ratings/{rating}/explanation/")["lines"]
    number = line["groups"][0]["used"][0]["number"]
    said = {"reason": "签到表没有计入。", "indicators": ["A1"], "members": [number]}
    contact.post(f"ratings/{rating}/appeal/", said | {"indicators": ["Z"]}, expect=400)
    for _twice in range(2):
        appeal = contact.post(f"ratings/{rating}/appeal/", said, expect=201, key="appeal")["id"]
    contact.post(f"ratings/{rating}/appeal/", said, expect=409)
    able = [member["id"] for member in street.get(f"appeals/{appeal}/able/")]
    street.post(f"appeals/{appeal}/review/", {"members": able[:2]}, expect=409)
    street.post(f"appeals/{appeal}/review/", {"members": able})
    street.post(f"appeals/{appeal}/dismiss/", {"reason": "无误"}, expect=409)
    asked = [member for member in members if member.get("appeal-reviewers/")["results"]]
    assert len(asked) == len(able) == 3
    for member in asked:
        mine = member.one("appeal-reviewers/", appeal=appeal)["id"]
        member.post(f"appeal-reviewers/{mine}/opine/", {"upholds": False, "words": "签到表没有住户签名。"})
    decided = street.post(f"appeals/{appeal}/dismiss/", {"reason": "评分符合方案。"})
    assert (decided["status"], decided["before"]) == ("dismissed", decided["after"])
    assert contact.get(f"appeals/{appeal}/")["answer"] == "评分符合方案。"


def rated(street, region, projects, clock, contact):
    """Committee, scheme, round; marks, a recusal, an appeal, publishing."""
    committee = street.post("committees/", {"region": region, "name": "考评委"}, expect=201)["id"]
    seats = ["street", "community", "residents", "third_party", "third_party"]
    members = [Person(f"委员{number}", 200 + number) for number in range(5)]
    for member, seat in zip(members, seats, strict=True):
        member.sign_in()
        street.post(f"committees/{committee}/appoint/", {"account": member.phone, "group": seat}, expect=201)
    said = {"region": region, "title": "上半年考评", "starts_on": clock.day(31), "ends_on": clock.day(150)}
    said |= {"committee": committee, "scheme": a_scheme(street, region), "closes_at": clock.now + timedelta(days=7)}
    round_ = street.post("evaluation-rounds/", said, expect=201)["id"]
    street.post(f"evaluation-rounds/{round_}/open/")
    for number, member in enumerate(members):
        for project, value in projects.items():
            sheet = member.one("score-sheets/", rating__round=round_, rating__project=project)["id"]
            street.get(f"score-sheets/{sheet}/", expect=404)
            if number == 4 and value == "6.5":
                member.post(f"score-sheets/{sheet}/recuse/", {"reason": "与负责人是亲属。"})
                continue
            member.post(f"score-sheets/{sheet}/submit/", expect=409)
            marks = [{"indicator": code, "value": value, "note": "现场查看。"} for code in ("A1", "A2")]
            too_much = [{"indicator": "A1", "value": "11"}]
            member.send("put", f"score-sheets/{sheet}/marks/", {"marks": too_much}, expect=400)
            member.send("put", f"score-sheets/{sheet}/marks/", {"marks": marks}, expect=200)
            member.post(f"score-sheets/{sheet}/submit/", expect=409)
            member.post(f"score-sheets/{sheet}/declare/", {"has_interest": False})
            assert member.post(f"score-sheets/{sheet}/submit/")["status"] == "submitted"
            assert member.post(f"score-sheets/{sheet}/submit/")["status"] == "submitted"
            member.send("put", f"score-sheets/{sheet}/marks/", {"marks": marks}, expect=409)
    street.post(f"evaluation-rounds/{round_}/close/")
    street.post(f"evaluation-rounds/{round_}/announce/")
    street.post(f"evaluation-rounds/{round_}/publish/", expect=409)
    appealed(street, contact, round_, list(projects)[1], members)
    clock.go(180)
    evaluation_tasks.publish_due_rounds()
    return round_


def served(street, community, volunteer, region, street_region, clock):
    """From registration to the accepted voucher."""
    rule = {"region": street_region, "points_per_hour": 10, "cap_a_day": 80, "starts_on": clock.day(0)}
    street.post("points-rules/", rule, expect=201)
    number = volunteer.post("volunteers/", {"name": volunteer.name, "nationality": "CN", "region": region}, expect=201)[
        "number"
    ]
    kind = community.one("activity-kinds/", code="patrol")["id"]
    said = {"region": region, "kind": kind, "title": "小巷巡逻", "about": "查消防通道。", "place": "门口", "places": 5}
    said |= {"starts_at": clock.now + timedelta(minutes=30), "ends_at": clock.now + timedelta(hours=3, minutes=30)}
    activity = community.post("activities/", said, expect=201)["id"]
    volunteer.post(f"activities/{activity}/sign-up/", expect=404)
    community.post(f"activities/{activity}/publish/")
    assert volunteer.post(f"activities/{activity}/sign-up/", expect=201)["status"] == "signed_up"
    volunteer.get(f"activities/{activity}/code/", expect=404)
    clock.traveller.shift(timedelta(minutes=35))
    code = community.get(f"activities/{activity}/code/")["code"]
    attendance = volunteer.post(f"activities/{activity}/scan/", {"code": code})["id"]
    assert community.post(f"activities/{activity}/check-in/", {"volunteer": number}, expect=201)["id"] == attendance
    clock.traveller.shift(timedelta(hours=2))
    for person in (community, volunteer):
        person.sign_in()
    code = community.get(f"activities/{activity}/code/")["code"]
    assert volunteer.post(f"activities/{activity}/scan/", {"code": code, "leaving": True})["minutes"] == 120
    assert volunteer.post(f"attendances/{attendance}/confirm/", expect=409)["error"]["code"] == "own_hours"
    for _twice in range(2):
        confirmed = community.post(f"attendances/{attendance}/confirm/", {"evaluation": "认真。"}, key="confirm")
        assert (confirmed["status"], confirmed["points"]) == ("confirmed", 20)
    return number


def redeemed(community, volunteer, region, number, clock):
    partner = community.post("partners/", {"region": region, "name": "理发店"}, expect=201)["id"]
    clerk = Person("店员", 301)
    community.post(f"partners/{partner}/add-clerk/", {"name": clerk.name, "phone": clerk.phone}, expect=201)
    said = {
        "region": region,
        "partner": partner,
        "title": "理发一次",
        "points": 15,
        "stock": 3,
        "valid_until": clock.day(400),
    }
    reward = community.post("rewards/", said, expect=201)["id"]
    community.post(f"rewards/{reward}/offer/")
    voucher, again = (volunteer.post(f"rewards/{reward}/redeem/", expect=201, key="haircut") for _twice in range(2))
    assert voucher == again
    assert volunteer.one("points-accounts/", volunteer__number=number)["balance"] == 5
    volunteer.post(f"rewards/{reward}/redeem/", expect=409, key="another")
    clerk.sign_in()
    assert clerk.post("redemptions/look-up/", {"code": voucher["code"]})["status"] == "issued"
    volunteer.post("redemptions/accept/", {"code": voucher["code"]}, expect=409)
    assert clerk.post("redemptions/accept/", {"code": voucher["code"]})["status"] == "used"
    refused = clerk.post("redemptions/accept/", {"code": voucher["code"]}, expect=409)["error"]
    assert refused["code"] == "already_used"
    assert volunteer.one("redemptions/")["status"] == "used"


def called_for(community, stranger, clock):
    said = {"region": HOME, "title": "春季招募令", "scene": "good-enterprise", "field": "service", "need": "修旧利废。"}
    said |= {"budget": "60000.00", "opens_on": clock.day(0), "closes_on": clock.day(8)}
    call = community.post("calls/", said, expect=201, key="call")["id"]
    stranger.get(f"calls/{call}/", expect=404)
    community.post(f"calls/{call}/publish/")
    assert stranger.get(f"calls/{call}/")["is_open"]
    return call


def graded(round_, maker, silver):
    """What everybody may read: the grades, and the brand library."""
    public = APIClient()
    grades = public.get("/api/v1/ratings/", {"round": round_}).json()["results"]
    assert {row["project"]: row["grade"] for row in grades} == {maker: "4A", silver: "2A"}
    assert {row["project"]: row["appeal"] for row in grades} == {maker: "", silver: "dismissed"}
    [listed] = public.get("/api/v1/brand-listings/").json()["results"]
    assert (listed["project"], listed["grade"]) == (maker, "4A")


def renewed(community, agreements, clock):
    following = {"ends_on": clock.day(600)}
    refused = community.post(f"agreements/{agreements[1]}/renew/", following, expect=409)["error"]
    assert "2A" in refused["message"]
    for _twice in range(2):
        made = community.post(f"agreements/{agreements[0]}/renew/", following, expect=201, key="renew")
        assert made["renews"] == agreements[0]


def managed(administrator, street, leaver):
    """A role ends, an account is switched off."""
    held = street.one("role-assignments/", user=leaver.me["id"], role="community_staff")["id"]
    street.post(f"role-assignments/{held}/end/", {"reason": "岗位调整"})
    administrator.post(f"users/{leaver.me['id']}/deactivate/", {"reason": "离职"})
    leaver.get("me/", expect=403)


def on_record(street, project):
    """Everything a project lived through, read from the record."""
    asked = {"content_type__model": "project", "object_id": project, "page_size": 50}
    changes = street.get("status-changes/", asked)["results"]
    lived = ["draft", "submitted", "accepted", "in_roadshow", "shortlisted", "noticed", "agreed", "running"]
    assert [change["new"] for change in reversed(changes)][: len(lived)] == lived


def signed_in_anew(*people):
    for person in people:
        person.sign_in()


def test_a_season_through_the_api_alone(administrator, clock):
    street = enrol(administrator, "街道干部", 2, "street_staff", STREET)
    community = enrol(street, "社区干部", 3, "community_staff", HOME)
    next_door = enrol(street, "邻社区干部", 4, "community_staff", NEIGHBOUR)
    community.post("users/", {"name": "某", "phone": "13800000099", "role": "observer", "region": CITY}, expect=409)
    region, street_region = (administrator.one("regions/", code=code)["id"] for code in (HOME, STREET))
    voters = [put_on_the_roll(community, region, number) for number in range(4)]
    contacts = [Person(f"联系人{number}", 10 + number).sign_in() for number in range(3)]

    call, projects = called_for(community, contacts[0], clock), []
    for number, contact in enumerate(contacts):
        team = admitted(contact, community, street, call, name=f"队伍{number}", code=credit_code(number))
        projects.append(proposed(contact, community, team, call, clock, title=f"项目{number}"))
    next_door.post(f"projects/{projects[0]}/return/", {"reason": "不该看见"}, expect=404)
    maker, silver, _other = projects

    clock.go(10)
    signed_in_anew(community, *contacts)
    voted(community, voters, projects, clock)
    notices = [noticed(community, voters[0], project, clock) for project in (maker, silver)]
    clock.go(30)
    project_tasks.end_notices()
    signed_in_anew(community, *contacts)
    assert {community.get(f"public-notices/{notice}/")["status"] for notice in notices} == {"finished"}

    agreements = [agreed(community, contacts[n], projects[n], clock) for n in range(2)]
    clock.go(32)
    project_tasks.roll_agreements()
    signed_in_anew(community, *contacts)
    reported(community, contacts[0], maker)

    clock.go(160)
    signed_in_anew(administrator, street, community, voters[1])
    contacts[1].sign_in()
    round_ = rated(street, street_region, {maker: "8.5", silver: "6.5"}, clock, contacts[1])
    signed_in_anew(administrator, street, community, voters[1])
    graded(round_, maker, silver)
    renewed(community, agreements, clock)

    number = served(street, community, voters[1], region, street_region, clock)
    redeemed(community, voters[1], region, number, clock)
    signed_in_anew(administrator, street)
    managed(administrator, street, next_door)
    on_record(street, maker)
