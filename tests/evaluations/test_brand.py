from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from communities.grants import Role
from evaluations import filters
from evaluations.models import BrandListing
from evaluations.services import listings
from tests.evaluations.season import official_of, publish
from tests.factories import (
    BrandListingFactory,
    RatingFactory,
    RegionFactory,
    SceneFactory,
    TeamContactFactory,
    TeamTypeFactory,
)

pytestmark = pytest.mark.django_db


def titles(client, **query):
    response = client.get("/brand/", query)
    assert response.status_code == 200
    return {listing.project.title for listing in response.context["listings"]}


def test_everybody_sees_the_library_and_only_what_stands_in_it(browse):
    listed = BrandListingFactory()
    BrandListingFactory(status="withdrawn")
    BrandListingFactory(status="expired")
    yesterday = localdate() - timedelta(days=1)
    BrandListingFactory(listed_on=yesterday - timedelta(days=9), until=yesterday)

    assert titles(browse()) == {listed.project.title}


def test_the_library_is_filtered(browse, community):
    scene, kind = SceneFactory(), TeamTypeFactory()
    one, two = BrandListingFactory(region=community), BrandListingFactory()
    best = BrandListingFactory(rating=RatingFactory(status="final", total=95, grade="5A"))
    type(one.project).objects.filter(pk=one.project_id).update(scene=scene)
    type(two.project.team).objects.filter(pk=two.project.team_id).update(type=kind)
    client = browse()

    assert titles(client, place=community.code) == {one.project.title}
    assert titles(client, scene=scene.code) == {one.project.title}
    assert titles(client, type=kind.code) == {two.project.title}
    assert titles(client, grade="5A") == {best.project.title}
    assert titles(client, grade="5A", scene=scene.code) == set()
    assert titles(client, grade="<b>", page="x") == set()


def test_a_district_a_street_a_community_and_a_year_are_chosen_from_what_there_is(browse, street, community):
    here = BrandListingFactory(region=community)
    elsewhere = BrandListingFactory(listed_on=localdate() - timedelta(days=366), until=localdate())
    client = browse()

    for place in (street.code[:6], street.code, community.code):
        assert titles(client, place=place) == {here.project.title}
    assert titles(client, year=here.listed_on.year) == {here.project.title}
    assert titles(client, year=elsewhere.listed_on.year) == {elsewhere.project.title}
    page = client.get("/brand/")
    assert {place.code for place in page.context["places"]} >= {street.code[:6], street.code, community.code}
    assert page.context["years"] == [here.listed_on.year, elsewhere.listed_on.year]


def test_many_places_are_offered_from_the_district_down(browse, street, community, neighbour, monkeypatch):
    monkeypatch.setattr(filters, "MOST_PLACES", 2)
    for region in (community, neighbour):
        BrandListingFactory(region=region)

    offered = [
        [place.code for place in browse().get("/brand/", {"place": code}).context["places"]]
        for code in ("", street.code[:6], street.code)
    ]

    district = street.code[:6]
    assert offered == [[district], [district, street.code], [district, street.code, community.code, neighbour.code]]


def test_words_are_looked_for_in_project_team_and_community(browse, community):
    one, two = BrandListingFactory(region=community), BrandListingFactory()
    type(one.project).objects.filter(pk=one.project_id).update(title="银星结对照护")
    type(one.project.team).objects.filter(pk=one.project.team_id).update(name="红马甲")
    client = browse()

    assert titles(client, q="照护 红马甲") == {"银星结对照护"}
    assert titles(client, q="照护 某社区") == {"银星结对照护"}
    assert titles(client, q="照护 没有的词") == set()
    assert two.project.title in titles(client)


def test_an_empty_library_and_one_in_which_nothing_matches_say_so(browse):
    empty = browse().get("/brand/").content.decode()
    BrandListingFactory()
    no_match = browse().get("/brand/", {"q": "没有的词"}).content.decode()

    assert "品牌库里还没有项目" in empty
    assert "没有符合条件的项目" in no_match
    assert 'href="/brand/"' in no_match


def test_the_api_narrows_the_library_like_the_page(api, community):
    one, _two = BrandListingFactory(region=community), BrandListingFactory()
    past = localdate() - timedelta(days=400)
    BrandListingFactory(listed_on=past, until=past + timedelta(days=30))
    client = api()

    def found(**query):
        return [row["project"] for row in client.get("/api/v1/brand-listings/", query).data["results"]]

    assert len(found()) == 2
    assert found(place=community.code[:9]) == [one.project_id]
    assert found(q=one.project.title) == [one.project_id]
    assert found(scene=one.project.scene.code, type=one.project.team.type.code, year=one.listed_on.year) == [
        one.project_id
    ]
    assert found(year=past.year) == []
    assert client.get("/api/v1/brand-listings/", {"scene": "nothing"}).status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_the_library_takes_the_same_queries_for_any_rows(browse, rows, django_assert_num_queries):
    for _ in range(rows):
        BrandListingFactory()
    client = browse()

    with django_assert_num_queries(9):
        client.get("/brand/")


def test_withdrawing_climbs_the_ladder(api, person, street, community):
    listing = BrandListingFactory(region=community)
    url = f"/api/v1/brand-listings/{listing.pk}/withdraw/"
    wrong = [person(Role.COMMUNITY_STAFF, community), person(Role.OBSERVER, street), official_of(RegionFactory())]

    assert [api(user).post(url, {"reason": "x"}).status_code for user in wrong] == [404] * 3
    client = api(official_of(street))
    answers = [client.post(url, body).status_code for body in ({}, {"reason": "虚报受益人数"}, {"reason": "再次"})]

    assert answers == [400, 200, 409]
    assert BrandListing.objects.get().status == "withdrawn"


def test_a_newer_bad_grade_takes_a_project_out_of_the_library(community):
    listing = BrandListingFactory(region=community)
    worse = RatingFactory(project=listing.project, region=community, status="final", total=65, grade="2A")

    listings.follow([worse], by=official_of(community), at=worse.final_at)

    listing.refresh_from_db()
    assert (listing.status, BrandListing.objects.count()) == ("withdrawn", 1)


def test_a_newer_good_grade_takes_the_place_of_the_old(community):
    old = BrandListingFactory(region=community)
    better = RatingFactory(project=old.project, region=community, status="final", total=95, grade="5A")

    (new,) = listings.follow([better], by=official_of(community), at=better.final_at)

    old.refresh_from_db()
    assert (old.status, new.status, new.grade) == ("expired", "listed", "5A")
    assert new.until == better.final_at.date().replace(year=2027) - timedelta(days=1)


# how the grade came about


@pytest.fixture
def published(closed_round, official):
    publish(closed_round, official)
    return closed_round.ratings.get()


def test_the_team_reads_how_its_grade_came_about_when_it_is_final(browse, closed_round, official):
    rating = closed_round.ratings.get()
    contact = TeamContactFactory(team=rating.project.team).user
    client = browse(contact)
    assert client.get(f"/ratings/{rating.pk}/").status_code == 404

    publish(closed_round, official)

    page = client.get(f"/ratings/{rating.pk}/").content.decode()
    assert all(text in page for text in ["84.00", "4A", "A1", "A2", "48.00", "36.00", "8.00", "9.00"])
    assert not any(member.user.name in page for member in closed_round.committee.members.all())


def test_others_do_not_read_it(browse, person, published):
    strangers = [TeamContactFactory().user, person(Role.COMMUNITY_STAFF, RegionFactory())]

    assert [browse(user).get(f"/ratings/{published.pk}/").status_code for user in strangers] == [404, 404]
    assert browse().get(f"/ratings/{published.pk}/").status_code == 302


def test_the_api_gives_everybody_the_final_grade_and_the_team_the_figures(api, published, closed_round):
    contact = TeamContactFactory(team=published.project.team).user
    (public,) = api().get("/api/v1/ratings/").data["results"]
    assert (public["grade"], "breakdown" in public) == ("4A", False)
    assert api().get(f"/api/v1/ratings/{published.pk}/explanation/").status_code == 403

    figures = api(contact).get(f"/api/v1/ratings/{published.pk}/explanation/").data
    assert (figures["total"], [line["points"] for line in figures["lines"]]) == ("84.00", ["48.00", "36.00"])
    assert [voice["value"] for voice in figures["lines"][0]["groups"][0]["used"]] == ["8"]


def test_provisional_grades_are_not_public(api, closed_round):
    assert api().get("/api/v1/ratings/").data["results"] == []
    assert len(api(official_of(closed_round.region)).get("/api/v1/ratings/").data["results"]) == 1


# the console


@pytest.mark.parametrize(
    "noun",
    [
        *("scheme", "committee", "committeemember", "recusal", "evaluationround", "ratingrhythm"),
        *("rating", "scoresheet", "brandlisting"),
    ],
)
def test_every_noun_has_its_pages_in_the_console(browse, published, noun, street, official):
    from tests import factories  # noqa: PLC0415

    if noun == "recusal":
        factories.RecusalFactory(region=street)
    if noun == "ratingrhythm":
        factories.RatingRhythmFactory(region=street)
    client = browse(official)
    page = client.get(f"/admin/evaluations/{noun}/")
    rows = list(page.context["cl"].result_list)

    assert rows
    assert client.get(f"/admin/evaluations/{noun}/{rows[0].pk}/change/").status_code == 200
    stranger = browse(official_of(RegionFactory(level="street")))
    assert list(stranger.get(f"/admin/evaluations/{noun}/").context["cl"].result_list) == []


def test_moves_in_the_console(browse, open_round, official):
    client, url = browse(official), f"/admin/evaluations/evaluationround/{open_round.pk}"

    assert client.get(f"{url}/close-round/").status_code == 200
    open_round.refresh_from_db()
    assert open_round.status == "open"
    assert client.post(f"{url}/close-round/").status_code == 302
    open_round.refresh_from_db()
    assert open_round.status == "closed"
    again = {"reason": "漏填", "closes_at_0": "2099-01-01", "closes_at_1": "18:00"}
    assert client.post(f"{url}/reopen/", again | {"reason": ""}).status_code == 200
    assert client.post(f"{url}/reopen/", again).status_code == 302
    open_round.refresh_from_db()
    assert (open_round.status, open_round.closes_at.year) == ("open", 2099)


def test_appointing_and_recusing_in_the_console(browse, open_round, official, person):
    newcomer = person(Role.RESIDENT, open_round.region)
    client, url = browse(official), f"/admin/evaluations/committee/{open_round.committee_id}"

    unknown = client.post(f"{url}/appoint/", {"user": "nobody-at-all", "group": "residents"})
    made = client.post(f"{url}/appoint/", {"user": newcomer.username, "group": "residents"})
    member, project = open_round.committee.members.get(user=newcomer), open_round.ratings.get().project
    recused = client.post(f"{url}/recuse/", {"member": member.pk, "project": project.pk, "reason": "亲属"})

    assert [each.status_code for each in (unknown, made, recused)] == [200, 302, 302]
    assert newcomer.recusals.get().by == official


def test_the_project_page_shows_everybody_the_grade_and_the_team_the_way_to_it(browse, published):
    contact = TeamContactFactory(team=published.project.team).user
    url, way = f"/projects/{published.project_id}/", f"/ratings/{published.pk}/"

    public, own = (browse(user).get(url).content.decode() for user in (None, contact))

    assert ("4A" in public, way in public) == (True, False)
    assert ("4A" in own, way in own) == (True, True)
