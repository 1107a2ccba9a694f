"""The pages of an evaluation meeting: present and vote on the phone, run it, print the minutes."""

import pytest

from communities.grants import Role
from evaluations.models import EvaluationMeeting, GradeVote
from evaluations.services import agendas, recusals, seats
from tests.evaluations.meeting import closed_round_of, opened, planned, voted
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_and_official(street, community):
    return closed_round_of(street, community)


@pytest.fixture
def official(round_and_official):
    return round_and_official[1]


@pytest.fixture
def meeting(round_and_official):
    return opened(*round_and_official, present=7)


def test_a_member_says_here_on_the_phone_and_votes(browse, meeting, official):
    late, item = meeting.seats.last(), meeting.items.first()
    client, page, vote = browse(late.member.user), f"/meetings/{meeting.pk}/", f"/meetings/items/{item.pk}/"
    agendas.open_vote(item, by=official)

    too_early = client.post(vote, {"choice": "for"})
    here = client.post(page, {"here": "1"})
    shown = client.get(page).content.decode()
    unsaid = client.post(vote, {"choice": ""})
    given = client.post(vote, {"choice": "against"})
    again = client.post(vote, {"choice": "for"})

    assert (too_early.status_code, here.status_code, unsaid.status_code) == (422, 302, 422)
    assert vote in shown
    assert (given.status_code, again.status_code) == (302, 422)
    assert list(GradeVote.objects.values_list("seat", "choice")) == [(late.pk, "against")]


def test_how_others_vote_is_hidden_until_the_decision(browse, meeting, official, person, street):
    item, seats_ = meeting.items.first(), list(meeting.seats.select_related("member__user"))
    agendas.open_vote(item, by=official)
    agendas.vote(item, choice="against", by=seats_[0].member.user)
    readers = [official, seats_[1].member.user, person(Role.OBSERVER, street)]
    pages = [f"/meetings/items/{item.pk}/", f"/api/v1/grade-votes/?item={item.pk}", f"/api/v1/agenda-items/{item.pk}/"]
    word = "against"

    before = [
        browse(reader).get(page, headers={"accept-language": "en"}).content.decode()
        for reader in readers
        for page in pages
    ]
    agendas.decide(item, by=official)
    after = browse(seats_[1].member.user).get(pages[0], headers={"accept-language": "en"}).content.decode()

    assert not any(f": {word}<" in page or '"choice":"against"' in page for page in before)
    assert f"{seats_[0].member}: {word}" in after
    assert browse(official).get(pages[1]).json()["results"][0]["choice"] == "against"


def test_a_recused_member_sees_why_there_is_nothing_to_vote(browse, meeting, official, street):
    item, seat = meeting.items.select_related("rating__project").first(), meeting.seats.first()
    recusals.recuse(seat.member.user, project=item.rating.project, region=street, reason="亲属", by=official)
    agendas.open_vote(item, by=official)
    client = browse(seat.member.user)

    page = client.get(f"/meetings/items/{item.pk}/").content.decode()

    assert 'name="choice"' not in page
    assert client.post(f"/meetings/items/{item.pk}/", {"choice": "for"}).status_code == 422


def test_the_whole_meeting_from_the_control_page(browse, round_and_official):
    round_, official = round_and_official
    meeting = planned(round_, official)
    client, page = browse(official), f"/meetings/{meeting.pk}/control/"
    first, second = meeting.items.all()
    all_seats = list(meeting.seats.all())

    def press(**button):
        return client.post(page, button).status_code

    assert press(excuse=all_seats[7].pk, reason="出差") == 302
    assert press(open="1") == 302
    assert press(open_vote=first.pk) == 422  # nobody is there yet
    assert [press(arrive=seat.pk) for seat in all_seats[:7]] == [302] * 7
    assert (press(present=first.pk), press(open_vote=first.pk)) == (302, 302)
    assert [press(enter_vote=first.pk, seat=seat.pk, choice="for") for seat in all_seats[:5]] == [302] * 5
    assert press(enter_vote=first.pk, seat=all_seats[7].pk, choice="for") == 422
    assert press(leave=all_seats[0].pk) == 302
    assert press(close="1") == 422  # a vote is open
    assert press(decide=first.pk) == 302
    assert press(open_vote=second.pk) == 302
    assert press(decide=second.pk) == 302
    assert press(again=second.pk) == 302
    assert press(present="987654321") == 404
    assert press(close="1") == 302

    meeting = EvaluationMeeting.objects.get()
    assert meeting.status == "closed"
    assert list(meeting.items.values_list("status", flat=True)) == ["confirmed", "rejected", "postponed"]
    minutes = client.get(f"/meetings/{meeting.pk}/minutes/").content.decode()
    for word in ["出差", str(all_seats[1].member.user), "84.00", str(first.rating.project)]:
        assert word in minutes


def test_minutes_name_how_everybody_voted_and_who_was_recused(browse, meeting, official, street):
    first, second = meeting.items.select_related("meeting", "rating__project").all()
    apart = meeting.seats.first().member.user
    recusals.recuse(apart, project=second.rating.project, region=street, reason="亲属", by=official)
    voted(first, official, "against", "abstain", *["for"] * 5)

    page = browse(official).get(f"/meetings/{meeting.pk}/minutes/").context
    told = [(str(row["item"]), [len(names) for _label, names in row["votes"]], row["apart"]) for row in page["rows"]]

    assert sorted(told) == sorted([(str(first), [5, 1, 1], []), (str(second), [0, 0, 0], [str(apart)])])


@pytest.mark.parametrize("page", ["", "control/", "minutes/"])
def test_strangers_find_no_meeting(browse, person, meeting, community, city, page):
    url = f"/meetings/{meeting.pk}/{page}"
    strangers = [UserFactory(), person(Role.COMMUNITY_STAFF, community), person(Role.COMMITTEE_MEMBER, meeting.region)]

    assert {browse(user).get(url).status_code for user in strangers} == {404}
    assert browse().get(url).status_code == 302


@pytest.mark.parametrize("page", ["control/", "minutes/"])
def test_members_and_observers_do_not_run_a_meeting(browse, person, meeting, street, page):
    url = f"/meetings/{meeting.pk}/{page}"

    assert browse(meeting.seats.first().member.user).get(url).status_code == 404
    assert browse(person(Role.OBSERVER, street)).get(url).status_code == 404


def test_no_grade_is_shown_before_the_round_closes(browse, street, community):
    round_, official = closed_round_of(street, community, projects=1)
    meeting = planned(round_, official)
    type(round_).objects.filter(pk=round_.pk).update(status="open")

    for user in (official, meeting.seats.first().member.user):
        client = browse(user)
        pages = [client.get(f"/meetings/{meeting.pk}/"), client.get(f"/meetings/items/{meeting.items.get().pk}/")]
        assert not any("84.00" in page.content.decode() for page in pages)


def test_a_long_agenda_opens_where_the_meeting_has_arrived(browse, street, community, monkeypatch):
    monkeypatch.setattr("evaluations.views.meetings.PAGE", 1)
    round_, official = closed_round_of(street, community, groups=("street", "residents"))
    meeting = opened(round_, official, present=2)
    first, second = meeting.items.select_related("rating__project")
    client, here = browse(official), f"/meetings/{meeting.pk}/"

    before = [client.get(f"{here}{page}").content.decode() for page in ("", "control/")]
    voted(first, official, "for", "for")
    after = [client.get(f"{here}{page}").content.decode() for page in ("", "control/")]
    back = client.get(f"{here}control/?page=1&part=1").content.decode()

    titles = [str(first.rating), str(second.rating)]
    assert [[title in page for title in titles] for page in (*before, *after, back)] == [
        *[[True, False]] * 2,
        *[[False, True]] * 2,
        [True, False],
    ]
    assert 'data-live="?page=1&amp;part=1"' in client.get(f"{here}?page=1").content.decode()


def test_through_the_api_from_the_call_to_the_minutes(api, round_and_official):
    round_, official = round_and_official
    street = api(official)
    said = {"round": round_.pk, "starts_at": "2026-12-01T14:00:00+08:00", "place": "会议室"}
    meeting = street.post("/api/v1/evaluation-meetings/", said).data["id"]
    url = f"/api/v1/evaluation-meetings/{meeting}/"
    items = street.get("/api/v1/agenda-items/", {"meeting": meeting}).data["results"]
    order = sorted((item["rating"] for item in items), reverse=True)
    seats_ = list(EvaluationMeeting.objects.get().seats.select_related("member__user"))
    members = [api(seat.member.user) for seat in seats_]

    assert street.patch(url, {"place": "二楼会议室"}).status_code == 200
    assert members[0].post(f"{url}check-in/").status_code == 409
    assert street.post(f"{url}arrange/", {"order": order}, format="json").status_code == 200
    assert street.post(f"{url}open/").data["quorum_needed"] == 6
    assert street.patch(url, {"quorum": "all"}).status_code == 409
    assert {member.post(f"{url}check-in/").status_code for member in members[:6]} == {200}
    assert street.post(f"/api/v1/meeting-seats/{seats_[6].pk}/arrive/").status_code == 200
    assert street.post(f"/api/v1/meeting-seats/{seats_[7].pk}/excuse/", {"reason": "病假"}).status_code == 200
    item = f"/api/v1/agenda-items/{items[0]['id']}/"
    assert members[0].post(f"{item}open-vote/").status_code == 404
    assert street.post(f"{item}present/").status_code == street.post(f"{item}open-vote/").status_code == 200
    assert [member.post(f"{item}vote/", {"choice": "for"}).status_code for member in members[:4]] == [201] * 4
    assert members[0].post(f"{item}vote/", {"choice": "for"}).status_code == 201
    assert members[0].post(f"{item}vote/", {"choice": "against"}).status_code == 409
    assert members[7].post(f"{item}vote/", {"choice": "for"}).status_code == 409
    assert street.post(f"{item}vote/", {"choice": "for"}).status_code == 404
    entered = {"seat": seats_[6].pk, "choice": "for"}
    assert street.post(f"{item}enter-vote/", entered).status_code == 201
    assert members[1].post(f"{item}enter-vote/", entered).status_code == 404
    assert street.post(f"{item}decide/").data["status"] == "confirmed"
    assert street.post(f"{item}again/").status_code == 201
    assert street.post(f"{url}close/").data["status"] == "closed"

    minutes = street.get(f"{url}minutes/").data
    assert (len(minutes["present"]), minutes["absent"][0]["excuse"]) == (7, "病假")
    assert {row["status"]: len(row["votes"]["for"]) for row in minutes["items"]} == {"confirmed": 5, "postponed": 0}


def test_in_the_console_a_meeting_is_called_and_put_in_order(browse, round_and_official):
    round_, official = round_and_official
    client = browse(official)
    said = {"round": round_.pk, "place": "会议室", "quorum": "two_thirds", "majority": "more_than_half", "remarks": ""}
    said |= {"starts_at_0": "2026-12-01", "starts_at_1": "14:00"}

    made = client.post("/admin/evaluations/evaluationmeeting/add/", said)
    meeting = EvaluationMeeting.objects.get()
    first, second = meeting.items.all()
    places = {f"rating_{first.rating_id}": 2, f"rating_{second.rating_id}": 1}
    arranged = client.post(f"/admin/evaluations/evaluationmeeting/{meeting.pk}/arrange/", places)
    page = client.get(f"/admin/evaluations/evaluationmeeting/{meeting.pk}/change/").content.decode()

    assert (made.status_code, arranged.status_code) == (302, 302)
    assert list(meeting.items.values_list("rating", flat=True)) == [second.rating_id, first.rating_id]
    assert f"/meetings/{meeting.pk}/control/" in page
    assert meeting.seats.count() == 8
    assert seats.is_quorate(meeting) is False


def test_a_new_round_of_the_console_wants_a_meeting(browse, official):
    page = browse(official).get("/admin/evaluations/evaluationround/add/").content.decode()

    box = page[page.index('name="confirmed_by_meeting"') - 200 :][:600]
    assert "checked" in box
