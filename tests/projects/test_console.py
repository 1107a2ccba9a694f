"""Projects in the staff console: lists, sheets, and every move as a button."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from communities.grants import Role
from projects.models import Agreement, PublicNotice
from tests.factories import (
    AgreementFactory,
    MilestoneFactory,
    MilestoneReportFactory,
    ObjectionFactory,
    ProjectFactory,
    PublicNoticeFactory,
)

pytestmark = pytest.mark.django_db
NOUNS = {
    "project": ProjectFactory,
    "publicnotice": PublicNoticeFactory,
    "objection": ObjectionFactory,
    "agreement": AgreementFactory,
    "milestonereport": MilestoneReportFactory,
}
WHY = {"reason": "讲清楚原因"}
TODAY = localdate()
LATER = str(TODAY + timedelta(days=400))
# noun, fields it begins with, the button, what is typed, the status it leads to
MOVES = [
    ("project", {"status": "submitted"}, "accept", {}, "accepted"),
    ("project", {"status": "submitted"}, "return-", WHY, "returned"),
    ("project", {"status": "shortlisted"}, "publish-notice", {"working_days": 5}, "noticed"),
    ("publicnotice", {}, "stop", WHY, "stopped"),
    ("objection", {}, "dismiss", WHY, "dismissed"),
    ("objection", {}, "uphold", WHY, "upheld"),
    ("agreement", {}, "cancel", WHY, "cancelled"),
    ("agreement", {"status": "running", "project__status": "running"}, "terminate", WHY, "terminated"),
    ("milestonereport", {}, "confirm", {}, "confirmed"),
    ("milestonereport", {}, "return-", WHY, "returned"),
]


def page(noun, pk, name="change"):
    return f"/admin/projects/{noun}/{pk}/{name}/"


@pytest.mark.parametrize(
    ("noun", "fields", "button", "typed", "end"), MOVES, ids=[f"{noun}-{button}" for noun, _f, button, *_r in MOVES]
)
def test_a_button_makes_its_move(noun, fields, button, typed, end, browse, staff, stranger, person, street, community):
    thing = NOUNS[noun](region=community, **fields)
    observer = person(Role.OBSERVER, street)
    client = browse(staff)
    sheet = client.get(page(noun, thing.pk)).content.decode()

    asked = client.get(page(noun, thing.pk, button))
    others = [browse(user).post(page(noun, thing.pk, button), typed).status_code for user in (stranger, observer)]
    silent = client.post(page(noun, thing.pk, button), {}) if typed else None
    thing.refresh_from_db()
    before = thing.status
    done = client.post(page(noun, thing.pk, button), typed)

    thing.refresh_from_db()
    assert (f"/{button}/" in sheet, asked.status_code, others) == (True, 200, [403, 403])
    assert silent is None or (silent.status_code, before != end) == (200, True)
    assert (done.status_code, thing.status) == (302, end)


def test_an_agreement_is_drawn_up_signed_and_renewed(browse, staff, community):
    project = PublicNoticeFactory(region=community, status="finished").project
    client = browse(staff)
    terms = {"mode": project.mode_id, "funds": "600", "share_returned": 10, "starts_on": str(TODAY), "ends_on": LATER}

    backwards = client.post(page("project", project.pk, "draft-agreement"), terms | {"ends_on": str(TODAY)})
    client.post(page("project", project.pk, "draft-agreement"), terms)
    agreement = Agreement.objects.get()
    client.post(page("agreement", agreement.pk, "sign"))
    twice = client.get(page("agreement", agreement.pk, "sign"))

    agreement.refresh_from_db()
    assert (backwards.status_code, agreement.community_signed_by, twice.status_code) == (200, staff, 302)


def test_a_renewal_is_offered_or_the_sheet_says_why_not(browse, staff, community):
    fields = {"region": community, "status": "running", "project__status": "running"}
    ends = {"starts_on": TODAY - timedelta(days=100), "ends_on": TODAY + timedelta(days=20)}
    good = AgreementFactory(**fields, **ends)
    low = AgreementFactory(**fields, **ends, project__last_grade="2A")
    client = browse(staff)
    terms = {"mode": good.mode_id, "funds": "600", "share_returned": 10, "ends_on": LATER}

    client.post(page("agreement", good.pk, "renew"), terms)
    refused = client.post(page("agreement", low.pk, "renew"), terms)
    sheet = client.get(page("agreement", low.pk)).content.decode()

    assert list(Agreement.objects.exclude(renews=None).values_list("renews", flat=True)) == [good.pk]
    assert refused.status_code == 200
    assert ("2A" in sheet, f"/{low.pk}/renew/" in sheet) == (True, False)


@pytest.mark.parametrize("noun", [*NOUNS, "milestone"])
def test_lists_show_ones_own_place_and_ask_the_same_at_one_and_three_rows(
    noun, browse, staff, community, neighbour, django_assert_num_queries, django_assert_max_num_queries
):
    make = MilestoneFactory if noun == "milestone" else NOUNS[noun]
    place = "project__region" if noun == "milestone" else "region"
    fields = {"project__status": "running"} if noun == "milestone" else {}
    client = browse(staff)
    make(**{place: community}, **fields)
    make(**{place: neighbour}, **fields)
    client.get(f"/admin/projects/{noun}/")
    with django_assert_max_num_queries(30) as one:
        first = client.get(f"/admin/projects/{noun}/")
    make.create_batch(2, **{place: community}, **fields)

    with django_assert_num_queries(len(one)):
        second = client.get(f"/admin/projects/{noun}/")

    assert [len(answer.context["cl"].result_list) for answer in (first, second)] == [1, 3]


def test_overdue_milestones_are_found_by_filter(browse, staff, community):
    late = MilestoneFactory(project__region=community, project__status="running", due_on=TODAY - timedelta(days=1))
    MilestoneFactory(project__region=community, project__status="running", due_on=TODAY)

    answer = browse(staff).get("/admin/projects/milestone/?overdue=1")

    assert list(answer.context["cl"].result_list) == [late]


def test_nothing_is_typed_over_in_the_console(browse, staff, community):
    notice = PublicNoticeFactory(region=community)

    browse(staff).post(page("publicnotice", notice.pk), {"ends_on": "2030-01-01", "working_days": 1})

    assert PublicNotice.objects.get().ends_on == notice.ends_on
