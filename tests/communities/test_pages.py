"""Finding one's community, its home page, the inbox, “mine”, and what the console's front page asks."""

from urllib.parse import quote

import pytest
from django.utils.translation import gettext_lazy

from communities.grants import Role
from communities.home import MY_SECTIONS, SECTIONS, Section
from communities.models import ChannelChoice, Notice
from communities.notices import KINDS
from tests.factories import DeliveryFactory, NoticeFactory, RegionFactory, ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setitem(KINDS, "test_due", gettext_lazy("“%(title)s” is due."))


def notice(user, **fields):
    return NoticeFactory(user=user, kind="test_due", params={"title": "月报"}, change=None, **fields)


def test_a_community_is_found_by_its_name(browse, community, neighbour):
    page = browse().get("/regions/", {"q": "邻社"}).content.decode()

    assert f"/c/{neighbour.code}/" in page
    assert f"/c/{community.code}/" not in page


def test_a_community_is_found_step_by_step(browse, city, street, community):
    client = browse()

    assert f"in={city.code}" in client.get("/regions/").content.decode()
    assert f"/c/{community.code}/" in client.get("/regions/", {"in": street.code}).content.decode()
    assert client.get("/regions/", {"in": "nonsense"}).status_code == 404


def test_many_finds_are_cut_and_said_so(browse, street):
    RegionFactory.create_batch(51, parent=street, name="同名社区")

    page = browse().get("/regions/", {"q": "同名"}).content.decode()

    assert page.count('href="/c/') == 50
    assert "请再多输入" in page


def test_finding_takes_as_many_queries_for_one_as_for_three(browse, street, django_assert_num_queries):
    client = browse()
    RegionFactory(parent=street, name="同名社区")
    client.get("/regions/", {"q": "同名"})
    with django_assert_num_queries(1):
        client.get("/regions/", {"q": "同名"})
    RegionFactory.create_batch(2, parent=street, name="同名社区")
    with django_assert_num_queries(1):
        client.get("/regions/", {"q": "同名"})


def test_a_community_has_a_home_and_a_street_leads_to_its_communities(browse, community, street):
    assert browse().get(f"/c/{community.code}/").status_code == 200
    assert browse().get(f"/c/{street.code}/").url == f"/regions/?in={street.code}"
    assert browse().get("/c/123/").status_code == 404


def test_apps_put_their_parts_on_the_pages(browse, community, monkeypatch):
    monkeypatch.setattr("communities.views.regions.SECTIONS", parts := [])
    parts.append(Section("communities/help.html", lambda region, user: ""))
    parts.append(Section("communities/privacy.html", lambda region, user: [region]))

    page = browse().get(f"/c/{community.code}/")

    assert "communities/privacy.html" in [template.name for template in page.templates]
    assert "communities/help.html" not in [template.name for template in page.templates]
    assert isinstance(SECTIONS, list)
    assert isinstance(MY_SECTIONS, list)


def test_mine_leads_to_my_community(browse, community):
    resident = ResidentFactory(region=community, user=UserFactory())

    assert f"/c/{community.code}/" in browse(resident.user).get("/me/").content.decode()
    assert browse().get("/me/").status_code == 302


def test_the_inbox_shows_ones_own_and_reading_takes_the_badge_away(browse):
    user = UserFactory()
    mine, _other = notice(user, url="/help/"), notice(UserFactory())
    client = browse(user)

    page = client.get("/inbox/").content.decode()
    assert page.count("“月报”") == 2  # the line, and the button's name
    assert '<span class="badge">1' in page

    assert client.post(f"/inbox/{mine.pk}/read/").url == "/help/"
    assert '<span class="badge">' not in client.get("/inbox/").content.decode()


def test_somebody_elses_notice_is_not_there(browse):
    theirs = notice(UserFactory())

    assert browse(UserFactory()).post(f"/inbox/{theirs.pk}/read/").status_code == 404
    assert Notice.objects.get().read_at is None


def test_a_notice_never_leads_elsewhere(browse):
    user = UserFactory()
    mine = notice(user, url="https://example.org/")

    assert browse(user).post(f"/inbox/{mine.pk}/read/").url == "/inbox/"


def test_all_are_read_at_once(browse):
    user = UserFactory()
    notice(user)
    theirs = notice(UserFactory())

    browse(user).post("/inbox/read/")

    assert list(Notice.objects.unread()) == [theirs]


def test_the_inbox_takes_as_many_queries_for_one_as_for_three(browse, django_assert_num_queries):
    user = UserFactory()
    client = browse(user)
    NoticeFactory(user=user, change__target=ResidentFactory())
    client.get("/inbox/")
    with django_assert_num_queries(7):
        client.get("/inbox/")
    for _more in range(2):
        NoticeFactory(user=user, change__target=ResidentFactory())
    with django_assert_num_queries(7):
        client.get("/inbox/")


def test_channels_are_chosen_on_a_page(browse):
    user = UserFactory()
    client = browse(user)
    assert client.get("/me/channels/").status_code == 200

    client.post("/me/channels/", {"sms": "everything", "by_email": "on"})

    assert ChannelChoice.objects.values_list("user", "sms", "by_email").get() == (user.pk, "everything", True)


def test_notices_in_the_api(api):
    user = UserFactory()
    mine, read = notice(user), notice(user, read_at="2026-11-23T00:00:00Z")
    notice(UserFactory())
    client = api(user)

    assert api().get("/api/v1/notices/").status_code == 403
    answer = client.get("/api/v1/notices/", headers={"accept-language": "en"})
    assert [(row["id"], row["text"]) for row in answer.data["results"]] == [
        (read.pk, "“月报” is due."),
        (mine.pk, "“月报” is due."),
    ]
    assert [row["id"] for row in client.get("/api/v1/notices/?unread=true").data["results"]] == [mine.pk]
    assert client.post(f"/api/v1/notices/{mine.pk}/read/").data["read_at"]
    assert client.post("/api/v1/notices/read-all/").data == {"read": 0}


def test_regions_in_the_api(api, city, street, community, neighbour):
    def ids(**params):
        return {row["id"] for row in api().get("/api/v1/regions/", params).data["results"]}

    assert ids(level="community") == {community.pk, neighbour.pk}
    assert ids(parent=city.pk) == {street.parent.pk}
    assert ids(below=street.code) == {street.pk, community.pk, neighbour.pk}
    assert ids(search="邻社") == {neighbour.pk}
    assert api().get(f"/api/v1/regions/{community.pk}/").data["name"] == "某社区"
    assert api().get("/api/v1/regions/", {"level": "x"}).status_code == 400


def test_what_waits_for_staff_is_counted_in_their_region(api, person, community, neighbour):
    ResidentFactory.create_batch(2, region=community, status="requested")
    ResidentFactory(region=neighbour, status="requested")
    ResidentFactory(region=community)
    DeliveryFactory(notice__region=community, status="failed")
    clerk = person(Role.COMMUNITY_STAFF, community)

    entries = api(clerk).get("/api/v1/todo/").data["results"]

    assert sorted((entry["count"], entry["url"]) for entry in entries) == [
        (1, "/admin/communities/delivery/?status__exact=failed"),
        (2, "/admin/communities/resident/?status__exact=requested"),
    ]
    assert api(UserFactory()).get("/api/v1/todo/").data == {"results": []}
    assert api().get("/api/v1/todo/").status_code == 403


def test_since_when_it_waits_is_the_oldest_of_those_still_waiting(api, person, community):
    resident = ResidentFactory(region=community, status="requested")
    clerk = person(Role.COMMUNITY_STAFF, community)
    resident.move("refused", by=clerk, reason="x")
    asked = resident.move("requested", by=clerk)

    [entry] = api(clerk).get("/api/v1/todo/").data["results"]

    assert entry["oldest"] == asked.at.astimezone().isoformat() or entry["oldest"]


def test_the_consoles_front_page_asks_the_api(browse, person, community):
    page = browse(person(Role.COMMUNITY_STAFF, community)).get("/admin/")

    assert 'data-api="/api/v1/todo/"' in page.content.decode()
    assert "/api/v1/residents/?status=verified&amp;count=1" in page.content.decode()


def test_eval_is_allowed_in_the_console_only(browse, person, community):
    client = browse(person(Role.COMMUNITY_STAFF, community))

    console, page = (client.get(url).headers["Content-Security-Policy"] for url in ("/admin/", "/"))

    assert "script-src 'self' 'unsafe-eval'" in console.split("; ")
    assert "style-src 'self' 'unsafe-inline'" in console
    assert "unsafe" not in page
    assert "script-src 'self'" in page


def test_a_failed_delivery_is_retried_in_the_console(browse, person, community):
    delivery = DeliveryFactory(notice__region=community, notice__user__name="王小明", status="failed", tries=8)
    client = browse(person(Role.COMMUNITY_STAFF, community))

    listed = client.get("/admin/communities/delivery/?status__exact=failed").content.decode()
    client.post(f"/admin/communities/delivery/{delivery.pk}/retry/")

    delivery.refresh_from_db()
    assert delivery.status == "waiting"
    assert "王**" in listed
    assert "王小明" not in listed


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(browse, community):
    sent_from = f"http://testserver/c/{community.code}/ask/?x=1"

    answer = browse().post("/inbox/read/", HTTP_REFERER=sent_from)

    assert answer.url == f"/sign-in/?next={quote(f'/c/{community.code}/ask/?x=1')}"
    assert browse().post("/inbox/read/", HTTP_REFERER="https://elsewhere.example/x").url == "/sign-in/?next=/"
