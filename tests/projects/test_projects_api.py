"""Every move of every noun through the API: works, wrong role, elsewhere, wrong state, twice."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from communities.grants import Role
from projects.models import Agreement, MilestoneReport, Objection, Project, PublicNotice
from tests.factories import (
    AgreementFactory,
    MilestoneFactory,
    MilestoneReportFactory,
    ObjectionFactory,
    ProjectFactory,
    PublicNoticeFactory,
    RecruitmentCallFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1"


@pytest.fixture
def observer(person, street):
    return person(Role.OBSERVER, street)


@pytest.fixture
def things(team, community):
    """One of each noun in a status from which its moves begin: `things("projects", status=…)`."""
    here = {"region": community}

    def project(status):
        return ProjectFactory(team=team, **here, status=status)

    def make(noun, status):
        today = localdate()
        if noun == "projects":
            return project(status)
        if noun == "public-notices":
            return PublicNoticeFactory(
                project=project("noticed"), **here, status=status, ends_on=today, starts_on=today
            )
        if noun == "objections":
            return ObjectionFactory(
                notice=PublicNoticeFactory(project=project("noticed"), **here), **here, status=status
            )
        if noun == "milestones":
            return MilestoneFactory(project=project(status))
        if noun == "milestone-reports":
            return MilestoneReportFactory(milestone=MilestoneFactory(project=project("running")), **here, status=status)
        period = {"starts_on": today - timedelta(days=100), "ends_on": today + timedelta(days=20)}
        stage = "running" if status == "running" else "noticed"
        return AgreementFactory(project=project(stage), **here, status=status, **period)

    return make


WHY = {"reason": "讲清楚原因"}
LATER = str(localdate() + timedelta(days=400))
# noun, status it starts from, move, what is said, who may, expected answer, a status in which it is refused
MOVES = [
    ("projects", "submitted", "accept", {}, "staff", 200, "draft"),
    ("projects", "submitted", "return", WHY, "staff", 200, "running"),
    ("projects", "submitted", "withdraw", WHY, "contact", 200, "running"),
    ("projects", "shortlisted", "publish-notice", {}, "staff", 201, "accepted"),
    ("public-notices", "running", "stop", WHY, "staff", 200, "stopped"),
    ("objections", "open", "dismiss", WHY, "staff", 200, "upheld"),
    ("objections", "open", "uphold", WHY, "staff", 200, "dismissed"),
    ("agreements", "draft", "sign-for-team", {}, "contact", 200, "running"),
    ("agreements", "draft", "sign-for-community", {}, "staff", 200, "running"),
    ("agreements", "draft", "cancel", WHY, "staff", 200, "running"),
    ("agreements", "running", "terminate", WHY, "staff", 200, "ended"),
    ("agreements", "running", "renew", {"ends_on": LATER}, "staff", 201, "draft"),
    ("milestones", "running", "report", {"text": "办了三场", "people_served": 60}, "contact", 201, "agreed"),
    ("milestone-reports", "submitted", "confirm", {}, "staff", 200, "returned"),
    ("milestone-reports", "submitted", "return", WHY, "staff", 200, "confirmed"),
]
NAMES = [f"{noun}-{move}" for noun, _status, move, *_rest in MOVES]


@pytest.mark.parametrize(("noun", "status", "move", "said", "who", "answer", "wrong"), MOVES, ids=NAMES)
def test_the_ladder_of(
    noun, status, move, said, who, answer, wrong, things, api, staff, contact, stranger, observer, person, street
):
    people = {"staff": staff, "contact": contact}
    thing, other = things(noun, status), things(noun, wrong)
    address = f"{URL}/{noun}/{thing.pk}/{move}/"
    wrong_role = people["contact" if who == "staff" else "staff"]

    nobody = api().post(address, said)
    strangers = [api(user).post(address, said).status_code for user in (stranger, observer, wrong_role)]
    first = api(people[who]).post(address, said)
    twice = api(people[who]).post(address, said)
    elsewhen = api(people[who]).post(f"{URL}/{noun}/{other.pk}/{move}/", said)

    assert nobody.status_code == 403
    assert strangers == [404, 404, 404]
    assert first.status_code == answer, first.data
    assert (twice.status_code, elsewhen.status_code) == (409, 409)


@pytest.mark.parametrize(("noun", "status", "move"), [(m[0], m[1], m[2]) for m in MOVES if m[3] == WHY])
def test_a_reason_is_asked_for(noun, status, move, things, api, staff, contact):
    client = api(contact if move == "withdraw" else staff)

    answer = client.post(f"{URL}/{noun}/{things(noun, status).pk}/{move}/", {"reason": " "})

    assert (answer.status_code, list(answer.data["error"]["fields"])) == (400, ["reason"])


@pytest.fixture
def proposal(words, parts, team):
    said = {**words, **parts, "team": team.pk}
    said |= {name: words[name].code for name in ("scene", "field", "mode")}
    said["milestones"] = [{**row, "due_on": str(row["due_on"])} for row in parts["milestones"]]
    return said


def test_a_team_proposes_edits_and_hands_in(api, contact, team, proposal):
    client = api(contact)
    call = RecruitmentCallFactory(region=team.region, budget=600)

    made = client.post(f"{URL}/projects/", proposal | {"call": call.pk})
    address = f"{URL}/projects/{made.data['id']}/"
    edited = client.patch(address, {"title": "两碗热汤", "lines": proposal["lines"][:1]})
    handed_in = client.post(f"{address}submit/")

    assert (made.status_code, made.data["status"], made.data["total"]) == (201, "draft", "750.50")
    assert (edited.data["title"], edited.data["total"], len(edited.data["milestones"])) == ("两碗热汤", "600.00", 1)
    assert (handed_in.status_code, handed_in.data["status"]) == (200, "submitted")
    assert client.patch(address, {"title": "三碗"}).status_code == 409


def test_the_same_proposal_sent_twice_is_there_once(api, contact, proposal):
    client = api(contact)

    answers = [client.post(f"{URL}/projects/", proposal, headers={"Idempotency-Key": "k1"}) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert Project.objects.count() == 1


def test_nobody_proposes_for_a_team_that_is_not_theirs(api, staff, stranger, proposal):
    answers = [api(user).post(f"{URL}/projects/", proposal) for user in (staff, stranger, UserFactory())]

    assert [(answer.status_code, list(answer.data["error"]["fields"])) for answer in answers] == [(400, ["team"])] * 3


@pytest.mark.parametrize(
    "bad",
    [
        {"title": ""},
        {"share_returned": 101},
        {"share_returned": -1},
        {"lines": [{"purpose": "菜", "amount": "0", "source": "own"}]},
        {"lines": [{"purpose": "菜", "amount": "1.005", "source": "own"}]},
        {"lines": [{"purpose": "菜", "amount": "1", "source": "bank"}]},
        {"milestones": [{"title": "甲", "due_on": "昨天", "evidence": "乙"}]},
        {"scene": "no-such"},
        {"title": "a\x00b"},
    ],
)
def test_bad_input_is_told_at_its_field(api, contact, proposal, bad):
    answer = api(contact).post(f"{URL}/projects/", proposal | bad)

    assert (answer.status_code, list(answer.data["error"]["fields"])) == (400, list(bad))
    assert not Project.objects.exists()


def test_a_charge_without_its_reason_is_refused_in_words(api, contact, proposal):
    answer = api(contact).post(f"{URL}/projects/", proposal | {"charges": "午餐"})

    assert (answer.status_code, answer.data["error"]["code"]) == (409, "a_charge_is_explained")


def test_whoever_has_signed_in_objects_and_staff_alone_see_who(api, things, staff, stranger):
    notice, resident = things("public-notices", "running"), UserFactory(name="王小明")
    address = f"{URL}/public-notices/{notice.pk}/object/"
    said = {"text": "收费太高", "is_anonymous": True}

    nobody = api().post(address, said)
    made = [api(resident).post(address, said, headers={"Idempotency-Key": "k"}) for _time in range(2)]
    again = api(resident).post(address, said)
    number = made[0].data["id"]
    before = [api(user).get(f"{URL}/objections/{number}/").status_code for user in (None, stranger, staff, resident)]
    api(staff).post(f"{URL}/objections/{number}/dismiss/", WHY)
    after = [api(user).get(f"{URL}/objections/{number}/").data["author"] for user in (None, stranger, staff, resident)]

    assert (nobody.status_code, [answer.status_code for answer in made], again.status_code) == (403, [201, 201], 409)
    assert Objection.objects.count() == 1
    assert before == [404, 404, 200, 200]
    assert after[:2] == [after[0]] * 2
    assert "王" not in after[0]
    assert after[2:] == ["王**", "王小明"]


def test_an_agreement_is_drawn_up_through_the_api(api, things, staff):
    project = PublicNoticeFactory(project=things("projects", "noticed"), status="finished").project
    client = api(staff)
    period = {"starts_on": str(localdate()), "ends_on": LATER}

    backwards = client.post(f"{URL}/projects/{project.pk}/draft-agreement/", period | {"ends_on": str(localdate())})
    made = client.post(f"{URL}/projects/{project.pk}/draft-agreement/", period | {"funds": "600.00"})

    assert (backwards.status_code, backwards.data["error"]["code"]) == (409, "agreement_ends_after_it_starts")
    assert (made.status_code, made.data["funds"], Agreement.objects.count()) == (201, "600.00", 1)


LISTS = {
    "projects": (ProjectFactory, {"status": "running"}),
    "public-notices": (PublicNoticeFactory, {}),
    "objections": (ObjectionFactory, {"status": "dismissed"}),
    "agreements": (AgreementFactory, {}),
    "milestones": (MilestoneFactory, {"project__status": "running"}),
    "milestone-reports": (MilestoneReportFactory, {"status": "confirmed"}),
}


@pytest.mark.parametrize("noun", LISTS)
def test_lists_ask_the_same_number_of_questions_at_one_and_three_rows(
    noun, api, staff, community, django_assert_num_queries, django_assert_max_num_queries
):
    factory, fields = LISTS[noun]
    place = {"project__region" if noun == "milestones" else "region": community}
    client = api(staff)
    factory(**place, **fields)
    with django_assert_max_num_queries(12) as one:
        assert len(client.get(f"{URL}/{noun}/").data["results"]) == 1
    factory.create_batch(2, **place, **fields)

    with django_assert_num_queries(len(one)):
        assert len(client.get(f"{URL}/{noun}/").data["results"]) == 3


def test_drafts_returns_and_agreements_next_door_are_invisible(api, stranger, things):
    project = things("projects", "submitted")
    agreement = things("agreements", "draft")
    report = things("milestone-reports", "submitted")
    client = api(stranger)

    answers = [
        client.get(f"{URL}/projects/{project.pk}/"),
        client.get(f"{URL}/agreements/{agreement.pk}/"),
        client.get(f"{URL}/milestone-reports/{report.pk}/"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert client.get(f"{URL}/agreements/").data["results"] == []
    assert MilestoneReport.objects.get() == report
    assert not PublicNotice.objects.running().exists()


def test_projects_are_found_by_place_status_and_scene(api, things, community, neighbour):
    here, ended = things("projects", "running"), things("projects", "ended")
    ProjectFactory(region=neighbour, status="running")

    def found(**asked):
        return {row["id"] for row in api().get(f"{URL}/projects/", asked).data["results"]}

    assert found(region__code__startswith=community.code) == {here.pk, ended.pk}
    assert found(region__code=community.code, status="running") == {here.pk}
    assert found(status__in="ended,noticed") == {ended.pk}
    assert found(scene__code=here.scene.code) == {here.pk}
