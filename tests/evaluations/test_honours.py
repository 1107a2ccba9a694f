"""Honours (十佳): a rule announced, a shortlist drawn by grade and votes, ties shown, staff confirm and revoke."""

from datetime import datetime
from decimal import Decimal
from itertools import count

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from hypothesis import given
from hypothesis import strategies as st

from communities.grants import Role
from communities.models import Notice, Refused, StatusChange
from communities.services import outbox
from evaluations.models import Honour, HonourEntry
from evaluations.models.schemes import GRADES
from evaluations.ranking import Candidate, shortlist
from evaluations.services import honours
from tests.evaluations.season import official_of
from tests.factories import (
    HonourEntryFactory,
    HonourFactory,
    PollFactory,
    PollResultFactory,
    ProjectFactory,
    RatingFactory,
    RegionFactory,
    TeamContactFactory,
    TeamFactory,
)

AT = datetime(2026, 7, 15, 9, tzinfo=get_current_timezone())

CANDIDATES = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(GRADES[:3]), st.integers(0, 3)), min_size=1, max_size=12
).map(
    lambda rows: [
        Candidate(team, project, grade, Decimal(figure)) for project, (team, grade, figure) in enumerate(rows)
    ]
)


@given(CANDIDATES, st.integers(1, 5), st.randoms())
def test_a_shortlist_is_right_whatever_the_order(candidates, places, random):
    found = shortlist(candidates, places=places)
    mixed = list(candidates)
    random.shuffle(mixed)

    assert shortlist(mixed, places=places) == found
    assert len({place.candidate.team for place in found}) == len(found)
    sure = [place for place in found if not place.is_tied]
    tied = [place for place in found if place.is_tied]
    assert len(sure) <= places
    assert not tied or len(sure) + len(tied) > places
    assert len({place.candidate.strength for place in tied}) <= 1
    weakest = min(place.candidate.strength for place in found)
    teams = {place.candidate.team for place in found}
    left = [each for each in candidates if each.team not in teams]
    assert all(each.strength < weakest for each in left)
    assert len(found) >= min(places, len({each.team for each in candidates}))


def test_grade_comes_before_votes_and_a_team_stands_once():
    rows = [
        Candidate(1, 1, "4A", Decimal(90)),
        Candidate(2, 2, "5A", Decimal(10)),
        Candidate(2, 3, "5A", Decimal(20)),
        Candidate(3, 4, "4A", Decimal(90)),
    ]

    assert [(place.candidate.project, place.rank, place.is_tied) for place in shortlist(rows, places=2)] == [
        (3, 1, False),
        (1, 2, True),
        (4, 2, True),
    ]
    assert [place.is_tied for place in shortlist(rows, places=3)] == [False, False, False]


NUMBERS = count()


def rated(community, grade="4A", votes=None, support=None, **fields):
    """A team's project with a final grade of 2026 and, if given, the votes of its roadshow."""
    project = ProjectFactory(region=community, team=TeamFactory(region=community), status="running")
    fields = {"status": "final", "grade": grade, "total": 85, "final_at": AT} | fields
    RatingFactory(project=project, region=community, **fields)
    if votes is not None:
        poll = PollFactory(region=community, status="closed")
        PollResultFactory(poll=poll, project=project, votes=votes, support=support or votes, outcome="shortlisted")
    return project


@pytest.fixture
def announced(street, official):
    made = honours.draft(street, title="十佳小巷队伍", year=2026, places=2, by=official)
    honours.announce(made, by=official)
    return made


def stands(honour):
    return list(honour.entries.values_list("project", "rank", "is_tied", "status"))


@pytest.mark.django_db
def test_the_shortlist_is_drawn_from_the_years_final_grades_below_the_region(announced, community, official):
    best = rated(community, "5A")
    second = rated(community, "4A", votes=80)
    rated(community, "4A", votes=70)
    rated(community, "2A", votes=99)
    rated(community, "5A", final_at=AT.replace(year=2025))
    rated(RegionFactory(), "5A")
    rated(community, "", status="pending", total=None, final_at=None)

    honours.draw(announced, by=official)

    assert stands(announced) == [(best.pk, 1, False, "shortlisted"), (second.pk, 2, False, "shortlisted")]


@pytest.mark.django_db
def test_the_last_grade_of_the_year_counts(announced, community, official):
    fallen = rated(community, "5A", final_at=AT.replace(month=2))
    RatingFactory(project=fallen, region=community, status="final", grade="2A", total=60, final_at=AT)
    other = rated(community, "3A")

    honours.draw(announced, by=official)

    assert [row[0] for row in stands(announced)] == [other.pk]


@pytest.mark.django_db
@pytest.mark.parametrize(("compare", "first"), [("support", "small"), ("votes", "large")])
def test_equal_grades_are_compared_as_the_rule_says(street, community, official, compare, first):
    made = honours.draft(street, title="十佳", year=2026, places=1, compare=compare, by=official)
    honours.announce(made, by=official)
    of = {"small": rated(community, votes=40, support=80), "large": rated(community, votes=400, support=60)}

    honours.draw(made, by=official)

    assert [row[0] for row in stands(made)] == [of[first].pk]


@pytest.fixture
def tied(announced, community, official):
    """One 5A, and two equal 4A for the second place."""
    projects = [rated(community, "5A"), rated(community, votes=50), rated(community, votes=50)]
    honours.draw(announced, by=official)
    return announced, projects


@pytest.mark.django_db
def test_a_tie_is_shown_and_settled_with_a_reason_by_staff_alone(tied, official, browse):
    honour, (best, one, two) = tied
    assert stands(honour) == [
        (best.pk, 1, False, "shortlisted"),
        (one.pk, 2, True, "shortlisted"),
        (two.pk, 2, True, "shortlisted"),
    ]
    assert browse().get(honour.get_absolute_url()).content.decode().count("并列") >= 2
    first, second = honour.entries.filter(is_tied=True)

    codes = []
    for said in ({}, {"tied": [first, second], "reason": "抽签"}, {"tied": [HonourEntryFactory()], "reason": "抽签"}):
        with pytest.raises(Refused) as no:
            honours.confirm(honour, by=official, **said)
        codes.append(no.value.code)
    honours.confirm(honour, tied=[second], reason="公开抽签", by=official)

    assert codes == ["reason_needed", "more_than_the_places", "more_than_the_places"]
    assert [row[3] for row in stands(honour)] == ["honoured", "not_chosen", "honoured"]
    assert StatusChange.objects.about(first).last().reason == "公开抽签"


@pytest.mark.django_db
def test_the_team_is_told_and_its_page_says_so_until_it_is_revoked(tied, official, browse):
    honour, (best, *_rest) = tied
    contact = TeamContactFactory(team=best.team).user
    tied_ones = honour.entries.filter(is_tied=True)[:1]
    honours.confirm(honour, tied=tied_ones, reason="公开抽签", by=official)
    outbox.fan_out(at=AT)
    entry = honour.entries.get(project=best)
    assert Notice.objects.filter(user=contact, change__new="honoured").count() == 1
    assert honour.title in browse().get(best.team.get_absolute_url()).content.decode()

    with pytest.raises(Refused) as no:
        honours.revoke(entry, by=official, reason=" ")
    honours.revoke(entry, by=official, reason="材料不实")

    assert no.value.code == "reason_needed"
    assert honour.title not in browse().get(best.team.get_absolute_url()).content.decode()
    page = browse().get(honour.get_absolute_url()).content.decode()
    assert "材料不实" in page
    assert "已撤销" in page


@pytest.mark.django_db
def test_who_is_taken_off_the_shortlist_leaves_a_place_to_the_tied(tied, official):
    honour, (best, *_rest) = tied
    honours.leave_out(honour.entries.get(project=best), by=official, reason="自愿放弃")
    honours.confirm(honour, tied=honour.entries.filter(is_tied=True), reason="名额足够", by=official)

    assert [row[3] for row in stands(honour)] == ["not_chosen", "honoured", "honoured"]


@pytest.mark.django_db
def test_a_year_without_good_grades_draws_nothing(announced, official):
    with pytest.raises(Refused) as no:
        honours.draw(announced, by=official)

    announced.refresh_from_db()
    assert (no.value.code, announced.status) == ("nobody", "announced")


# what the database holds


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"), [("places", 3), ("year", 2025), ("compare", "votes"), ("title", "x"), ("least_grade", "4A")]
)
def test_an_announced_rule_is_fixed(announced, field, value):
    with pytest.raises(IntegrityError, match="honour_rule_fixed"), transaction.atomic():
        Honour.objects.filter(pk=announced.pk).update(**{field: value})


@pytest.mark.django_db
def test_an_entry_is_as_its_rating_is_and_stays_so(tied):
    honour, _projects = tied
    bad = RatingFactory(status="final", grade="2A", total=60)
    for fields in ({"rating": bad, "grade": "2A"}, {"rating": bad, "grade": "4A"}):
        with pytest.raises(IntegrityError, match="honour_differs_from_rating"), transaction.atomic():
            HonourEntryFactory(honour=honour, **fields)
    entry = honour.entries.first()
    for change in (
        lambda: HonourEntry.objects.filter(pk=entry.pk).update(rank=9),
        lambda: HonourEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(IntegrityError, match="honour_figures_fixed"), transaction.atomic():
            change()


@pytest.mark.django_db
def test_no_more_are_honoured_than_there_are_places(tied):
    honour, _projects = tied

    *first, last = honour.entries.values_list("pk", flat=True)
    for pk in first:
        HonourEntry.objects.filter(pk=pk).update(status="honoured")

    with pytest.raises(IntegrityError, match="more_than_the_places"), transaction.atomic():
        HonourEntry.objects.filter(pk=last).update(status="honoured")


# who may, and where


@pytest.mark.django_db
def test_the_api_climbs_the_ladder(api, person, street, city, community):
    said = {"region": street.pk, "title": "十佳", "year": 2026, "places": 1}
    wrong = [
        person(Role.COMMUNITY_STAFF, community),
        person(Role.OBSERVER, street),
        official_of(RegionFactory(level="street")),
    ]
    assert [api(user).post("/api/v1/honours/", said).status_code for user in wrong] == [404, 404, 404]
    client = api(official_of(street))
    assert client.post("/api/v1/honours/", said | {"region": city.pk}).status_code == 404
    assert client.post("/api/v1/honours/", said | {"places": 0}).status_code == 400
    made = client.post("/api/v1/honours/", said)
    assert (made.status_code, client.post("/api/v1/honours/", said).status_code) == (201, 409)
    url = f"/api/v1/honours/{made.data['id']}/"
    assert api().get(url).status_code == 404
    rated(community)

    steps = [
        client.post(f"{url}{step}/", {}).status_code for step in ("draw", "announce", "announce", "draw", "confirm")
    ]
    assert steps == [409, 200, 409, 200, 200]
    assert api().get(url).data["status"] == "awarded"
    (entry,) = api().get("/api/v1/honour-entries/", {"honour": made.data["id"]}).data["results"]
    revoke = f"/api/v1/honour-entries/{entry['id']}/revoke/"
    assert [api(user).post(revoke, {"reason": "x"}).status_code for user in wrong] == [404, 404, 404]
    assert [client.post(revoke, body).status_code for body in ({}, {"reason": "材料不实"}, {"reason": "再次"})] == [
        400,
        200,
        409,
    ]


@pytest.mark.django_db
def test_the_console_goes_from_the_rule_to_the_confirmation(tied, browse, official):
    honour, _projects = tied
    client, url = browse(official), reverse("admin:evaluations_honour_change", args=[honour.pk])
    assert "最后名额并列" in client.get(url).content.decode()
    move = url.replace("change/", "confirm/")
    assert client.get(move).status_code == 200
    chosen = honour.entries.filter(is_tied=True).first()

    assert client.post(move, {"tied": [chosen.pk], "reason": "公开抽签"}).status_code == 302

    honour.refresh_from_db()
    assert honour.status == "awarded"


@pytest.mark.django_db
def test_the_city_honours_through_its_administrator(person, city, browse):
    client = browse(person(Role.ADMINISTRATOR, city))
    said = {
        "region": city.pk,
        "title": "全市十佳",
        "year": 2026,
        "places": 10,
        "least_grade": "3A",
        "compare": "support",
    }

    assert client.post(reverse("admin:evaluations_honour_add"), said).status_code == 302
    assert Honour.objects.get().region == city


@pytest.mark.django_db
def test_drafts_and_cancelled_honours_are_not_public(browse):
    hidden = [HonourFactory(status=status) for status in ("draft", "cancelled")]
    shown = HonourFactory(status="announced")
    page = browse().get("/honours/")

    assert [each.pk for each in page.context["page"]] == [shown.pk]
    assert [browse().get(each.get_absolute_url()).status_code for each in [*hidden, shown]] == [404, 404, 200]


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 4])
def test_the_page_takes_the_same_queries_for_any_rows(browse, rows, django_assert_num_queries):
    honour = HonourFactory(status="awarded")
    for number in range(rows):
        HonourEntryFactory(honour=honour, rank=number + 1, status="revoked")
    client = browse()

    with django_assert_num_queries(5):
        client.get(honour.get_absolute_url())
