"""The pages of projects, as residents and team contacts walk them."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate
from PIL import Image

from projects.models import Agreement, MilestoneReport, Objection, Project
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


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def typed(words, team):
    """The proposal's form as a browser sends it, with one budget line, one milestone and an empty row of each."""
    due = str(localdate() + timedelta(days=30))
    return {
        **words,
        **{name: words[name].pk for name in ("scene", "field", "mode")},
        "team": team.pk,
        "call": "",
        "charges": "",
        "charge_amount": "",
        "charge_reason": "",
        **rows("line", ["purpose", "amount", "source"], [["食材", "600.00", "own"], ["", "", ""]]),
        **rows("milestone", ["title", "due_on", "evidence"], [["第一个月", due, "签收名单"], ["", "", ""]]),
    }


def rows(prefix, names, values):
    cells = {
        f"{prefix}-{n}-{name}": value for n, row in enumerate(values) for name, value in zip(names, row, strict=True)
    }
    return cells | {f"{prefix}-TOTAL_FORMS": len(values), f"{prefix}-INITIAL_FORMS": 0}


def status_of(answer):
    """Its status; a file that it hands out is read to the end, and so closed."""
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


def picture(name="现场.jpg"):
    out = BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def text(answer):
    return answer.content.decode()


def test_a_contact_proposes_and_hands_in(browse, contact, typed):
    answer = browse(contact).post("/projects/new/", typed | {"submit": "1"}, follow=True)

    project = Project.objects.get()
    assert answer.redirect_chain == [(f"/projects/{project.pk}/", 302)]
    assert (project.status, str(project.total), project.milestones.count()) == ("submitted", "600.00", 1)


@pytest.mark.parametrize(("button", "status"), [("save", "draft"), ("submit", "submitted")])
def test_a_form_sent_twice_without_a_script_makes_one_proposal(browse, contact, typed, button, status):
    client = browse(contact)
    key = client.get("/projects/new/").context["sheet"].form["key"].value()

    answers = [client.post("/projects/new/", typed | {"key": key, button: "1"}) for _twice in range(2)]

    project = Project.objects.get()
    assert [answer.url for answer in answers] == [f"/projects/{project.pk}/"] * 2
    assert (project.status, project.lines.count(), project.milestones.count()) == (status, 1, 1)


def test_what_was_changed_after_going_back_is_saved_in_the_same_proposal(browse, contact, typed):
    client, key = browse(contact), "proposal:of-one-page"
    client.post("/projects/new/", typed | {"key": key, "save": "1"})

    client.post("/projects/new/", typed | {"key": key, "goals": "让老人吃好", "submit": "1"})
    client.post("/projects/new/", typed | {"key": f"{key}-2", "save": "1"})

    assert sorted(Project.objects.values_list("goals", "status")) == sorted(
        [("让老人吃好", "submitted"), (typed["goals"], "draft")]
    )


def test_the_page_of_a_new_proposal_has_a_key_of_its_own(browse, contact):
    pages = [text(browse(contact).get("/projects/new/")) for _twice in range(2)]

    keys = [re.search(r'name="key" value="(proposal:[^"]{22})"', page).group(1) for page in pages]
    assert keys[0] != keys[1]


def test_another_row_is_added_without_losing_anything_and_without_complaint(browse, contact, typed):
    answer = browse(contact).post("/projects/new/", typed | {"add": "line", "title": "", "goals": "让老人吃好"})

    page = text(answer)
    assert 'name="line-2-purpose"' in page
    assert ("让老人吃好" in page, "食材" in page, "签收名单" in page, "errorlist" in page) == (True, True, True, False)
    assert not Project.objects.exists()


def test_what_is_wrong_is_said_and_what_was_typed_stays(browse, contact, typed):
    answer = browse(contact).post("/projects/new/", typed | {"title": "", "line-0-amount": "0", "save": "1"})

    page = text(answer)
    assert (page.count('class="errorlist"'), "食材" in page, "让独居老人吃上热饭" in page) == (2, True, True)
    assert not Project.objects.exists()


def test_a_refusal_of_the_rules_stands_at_the_form_and_saves_nothing(browse, contact, typed):
    call = RecruitmentCallFactory(region=contact.team_contacts.get().team.region, budget=100)

    answer = browse(contact).post(
        f"/projects/new/?call={call.pk}", typed | {"call": call.pk, "line-0-source": "call", "submit": "1"}
    )

    assert (answer.status_code, "100.00" in text(answer), "食材" in text(answer)) == (200, True, True)
    assert not Project.objects.exists()


def test_a_row_made_empty_is_gone_after_editing(browse, contact, team, words, parts, typed):
    project = ProjectFactory(team=team, region=team.region)
    for row in ("甲", "乙"):
        project.lines.create(purpose=row, amount=10, source="own")
    changed = rows("line", ["purpose", "amount", "source"], [["", "", ""], ["乙", "10.00", "own"], ["", "", ""]])

    browse(contact).post(f"/projects/{project.pk}/edit/", {**typed, **changed, "save": "1"})

    assert [line.purpose for line in project.lines.all()] == ["乙"]


def test_nobody_else_sees_or_touches_a_draft(browse, contact, stranger, team, typed):
    project = ProjectFactory(team=team, region=team.region)
    paths = [f"/projects/{project.pk}/{part}" for part in ("", "edit/", "withdraw/")]

    codes = {
        name: [browse(user).get(path).status_code for path in paths]
        for name, user in [("contact", contact), ("stranger", stranger), ("resident", UserFactory())]
    }

    assert codes == {"contact": [200, 200, 200], "stranger": [404, 404, 404], "resident": [404, 404, 404]}
    assert browse().get(paths[0]).status_code == 404


def test_a_returned_proposal_says_why(browse, contact, team, staff):
    project = ProjectFactory(team=team, region=team.region, status="submitted")
    project.move("returned", by=staff, reason="预算里缺了餐具")

    assert "预算里缺了餐具" in text(browse(contact).get(f"/projects/{project.pk}/"))


def test_withdrawing_asks_why(browse, contact, team):
    project = ProjectFactory(team=team, region=team.region, status="accepted")
    client = browse(contact)

    silent = client.post(f"/projects/{project.pk}/withdraw/", {"reason": ""})
    client.post(f"/projects/{project.pk}/withdraw/", {"reason": "人手不够"})

    assert (silent.status_code, Project.objects.get().status) == (200, "withdrawn")


def test_the_public_page_shows_what_is_confirmed_and_nothing_else(browse, community):
    project = ProjectFactory(region=community, status="running", last_grade="4A")
    for status, words in (("confirmed", "已送三百份"), ("submitted", "尚未核实"), ("returned", "被退回的话")):
        milestone = MilestoneFactory(project=project)
        MilestoneReportFactory(milestone=milestone, region=community, status=status, text=words, people_served=31417)

    page = text(browse().get(f"/projects/{project.pk}/")).replace(",", "")

    assert ("已送三百份" in page, "尚未核实" in page, "被退回的话" in page) == (True, False, False)
    assert ("4A" in page, "31417" in page, "94251" in page) == (True, True, False)


def test_projects_of_a_community_are_listed_and_filtered(browse, community, neighbour):
    shown = ProjectFactory(region=community, status="running", title="看得见的项目")
    ProjectFactory(region=community, status="draft", title="草稿项目")
    ProjectFactory(region=neighbour, status="running", title="邻居的项目")

    pages = [
        text(browse().get("/projects/", {"region": community.code, **asked}))
        for asked in ({}, {"scene": shown.scene.code}, {"scene": "other"}, {"status": "ended"}, {"q": "看得"})
    ]

    assert ["看得见的项目" in page for page in pages] == [True, True, False, False, True]
    assert not any("草稿项目" in page or "邻居的项目" in page for page in pages)


def test_a_team_reports_with_photos_which_open_when_confirmed(browse, contact, team, staff):
    milestone = MilestoneFactory(project=ProjectFactory(team=team, region=team.region, status="running"))
    said = {"text": "办了三场", "people_served": "60", "events_held": "3", "money_spent": "88.50"}

    browse(contact).post(f"/milestones/{milestone.pk}/report/", said | {"photos": [picture(), picture("二.jpg")]})
    report = MilestoneReport.objects.get()
    photo = f"/milestone-reports/{report.pk}/photos/{report.photos.first().pk}/"
    hidden = [status_of(browse(user).get(photo)) for user in (None, contact, staff)]
    report.move("confirmed", by=staff)
    shown = browse().get(photo)

    assert (report.photos.count(), str(report.money_spent), hidden) == (2, "88.50", [404, 200, 200])
    assert (status_of(shown), shown["Content-Type"], shown["X-Content-Type-Options"]) == (200, "image/jpeg", "nosniff")


@pytest.mark.parametrize("content", [b"%PDF-1.4\nstartxref\n0\n%%EOF", b"<script>alert(1)</script>"])
def test_a_photo_that_is_none_is_refused_and_the_words_stay(browse, contact, team, content):
    milestone = MilestoneFactory(project=ProjectFactory(team=team, region=team.region, status="running"))
    file = SimpleUploadedFile("照片.jpg", content, "image/jpeg")

    answer = browse(contact).post(
        f"/milestones/{milestone.pk}/report/",
        {"text": "办了三场活动", "people_served": 1, "events_held": 1, "money_spent": 0, "photos": [file]},
    )

    assert (answer.status_code, "办了三场活动" in text(answer)) == (200, True)
    assert not MilestoneReport.objects.exists()


def test_a_report_sent_back_is_written_again_from_what_was_typed(browse, contact, team, staff):
    milestone = MilestoneFactory(project=ProjectFactory(team=team, region=team.region, status="running"))
    report = MilestoneReportFactory(milestone=milestone, region=team.region, text="太短的报告")
    report.move("returned", by=staff, reason="请附照片")

    page = text(browse(contact).get(f"/milestones/{milestone.pk}/report/"))

    assert ("请附照片" in page, "太短的报告" in page) == (True, True)


def test_a_resident_objects_on_the_notice_page(browse, community):
    notice = PublicNoticeFactory(region=community, starts_on=localdate(), ends_on=localdate())
    resident = UserFactory(name="王小明")
    client = browse(resident)

    stranger = browse().get(f"/notices/{notice.pk}/object/")
    client.post(f"/notices/{notice.pk}/object/", {"text": "收费太高了", "is_anonymous": "on", "files": [picture()]})
    public = text(browse().get(f"/notices/{notice.pk}/"))

    objection = Objection.objects.get()
    assert (stranger.status_code, objection.author, objection.is_anonymous) == (302, resident, True)
    assert ("收费太高了" in public, "王" in public, "1" in public) == (False, False, True)
    assert objection.files.count() == 1


def test_an_answered_objection_is_public_without_its_author(browse, community):
    author = UserFactory(name="王小明")
    notice = PublicNoticeFactory(region=community, status="finished")
    ObjectionFactory(
        notice=notice, region=community, author=author, is_anonymous=True, status="dismissed", answer="低于市价"
    )

    page = text(browse().get(f"/notices/{notice.pk}/"))

    assert ("收费太高" in page, "低于市价" in page, "王" in page) == (True, True, False)


def test_a_file_of_an_objection_is_for_its_author_and_those_who_answer(browse, community, staff, stranger):
    notice = PublicNoticeFactory(region=community, starts_on=localdate(), ends_on=localdate())
    author = UserFactory()
    browse(author).post(f"/notices/{notice.pk}/object/", {"text": "收费太高了", "files": [picture()]})
    objection = Objection.objects.get()
    address = f"/objections/{objection.pk}/files/{objection.files.get().pk}/"

    codes = [status_of(browse(user).get(address)) for user in (author, staff, stranger, UserFactory())]

    assert codes == [200, 200, 404, 404]
    assert browse().get(address).status_code == 302


def test_the_notice_to_print_names_the_last_day_and_leads_back(browse):
    notice = PublicNoticeFactory()

    page = text(browse().get(f"/notices/{notice.pk}/print/"))

    assert ("<svg" in page, f"http://testserver/notices/{notice.pk}/" in page, "13" in page) == (True, True, True)


def test_a_contact_signs_once_and_sees_it(browse, contact, team, stranger, staff):
    project = ProjectFactory(team=team, region=team.region, status="noticed")
    agreement = AgreementFactory(project=project, region=team.region, ends_on=localdate() + timedelta(days=300))
    address = f"/agreements/{agreement.pk}/"

    read = [browse(user).get(address).status_code for user in (contact, staff, stranger)]
    others = [browse(user).post(f"{address}sign/").status_code for user in (staff, stranger)]
    first = browse(contact).post(f"{address}sign/")
    twice = browse(contact).post(f"{address}sign/")

    agreement.refresh_from_db()
    assert (read, others) == ([200, 200, 404], [404, 404])
    assert (first.status_code, twice.status_code, agreement.team_signed_by) == (302, 409, contact)
    assert browse(contact).get(f"{address}print/").status_code == 200
    assert Agreement.objects.get().status == "draft"


def test_the_team_reads_why_there_is_no_renewal(browse, contact, team):
    project = ProjectFactory(team=team, region=team.region, status="running", last_grade="2A")
    agreement = AgreementFactory(project=project, region=team.region, status="running")

    page = text(browse(contact).get(f"/agreements/{agreement.pk}/"))

    assert "2A" in page


def test_my_projects_show_what_waits(browse, contact, team):
    project = ProjectFactory(team=team, region=team.region, status="noticed", title="等签字的项目")
    agreement = AgreementFactory(project=project, region=team.region)
    late = ProjectFactory(team=team, region=team.region, status="running")
    MilestoneFactory(project=late, due_on=localdate() - timedelta(days=1), title="迟到的里程碑")

    page = text(browse(contact).get("/projects/mine/"))

    assert (f"/agreements/{agreement.pk}/" in page, "迟到的里程碑" in page) == (True, True)


@pytest.mark.parametrize("path", ["/projects/mine/", "/projects/"])
def test_lists_ask_the_same_at_one_and_three_projects(path, browse, contact, team, django_assert_num_queries):
    client = browse(contact)
    make = {"project__team": team, "project__region": team.region, "project__status": "running"}
    MilestoneFactory(**make)
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    MilestoneFactory.create_batch(2, **make)

    with django_assert_num_queries(len(one)):
        client.get(path)
