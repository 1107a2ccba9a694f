"""The evening itself on pages: the control page, checking in, the list at the door, minutes and notices."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.timezone import now

from communities.services import place_codes
from projects.models import Poll, Presence, Presentation, PublicNotice
from projects.services import counting, objections, polls, presentations, public_notices, rolls, troubles
from tests.factories import KioskFactory, RegionFactory, ResidentFactory, TeamContactFactory, UserFactory
from tests.voting import a_poll, an_open_poll, close, staff_of, vote, voters_of

pytestmark = pytest.mark.django_db


def address(name, poll, *more):
    return reverse(f"projects:{name}", args=[poll.pk, *more])


def status_of(poll):
    return Poll.objects.get(pk=poll.pk).status


# -- control


def test_open_extend_close_from_the_control_page(browse):
    poll = a_poll()
    client, url = browse(staff_of(poll.region)), address("control", poll)

    client.post(url, {"open": "1", "open-sure": "on"})
    opened = status_of(poll)
    client.post(url, {"extend": "1", "extend-minutes": "15", "extend-reason": "排队的人还多"})
    extended = Poll.objects.get(pk=poll.pk)
    client.post(url, {"close": "1", "close-sure": "on", "close-reason": "所有人已投票"})

    assert opened == "open"
    assert extended.closes_at - extended.extended_from == timedelta(minutes=15)
    assert status_of(poll) in {"tied", "settled"}


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("close", {"close-sure": "on"}),
        ("close", {"close-reason": "所有人已投票"}),
        ("extend", {"extend-minutes": "10"}),
        ("open", {"open-sure": "on"}),
    ],
)
def test_a_refusal_stands_at_the_form_and_nothing_happens(act, said, browse):
    poll = an_open_poll()
    client = browse(staff_of(poll.region))

    answer = client.post(address("control", poll), {act: "1", **said})

    assert answer.status_code == 200
    if act in answer.context["forms"]:
        assert answer.context["forms"][act].errors
    assert Poll.objects.get(pk=poll.pk).closes_at == poll.closes_at
    assert status_of(poll) == "open"


def test_an_extended_poll_is_not_offered_to_be_extended_again(browse):
    poll = an_open_poll()
    polls.extend(poll, until=poll.closes_at + timedelta(minutes=5), reason="排队", by=staff_of(poll.region))

    page = browse(staff_of(poll.region)).get(address("control", poll))

    assert set(page.context["forms"]) == {"close"}


def test_the_evening_ends_once(browse):
    poll = an_open_poll(quorum=50)
    close(poll)
    client, url = browse(staff_of(poll.region)), address("control", poll)

    answers = [client.post(url, {"held": "1", "held-sure": "on"}) for _twice in range(2)]

    assert [answer.status_code for answer in answers] == [302, 200]
    assert answers[1].context["forms"]["held"].non_field_errors()
    assert Poll.objects.get(pk=poll.pk).roadshow.status == "held"


@pytest.mark.parametrize("projects", [3, 9])
def test_the_control_page_asks_as_much_for_a_long_programme(projects, browse, django_assert_max_num_queries):
    poll = an_open_poll(projects=projects)
    client = browse(staff_of(poll.region))
    by = staff_of(poll.region)
    for entry in poll.roadshow.entries.all():
        presentations.present(poll.roadshow, project=entry.project, phase="speaking", by=by)

    with django_assert_max_num_queries(20):
        client.get(address("control-live", poll))


def test_a_button_puts_a_project_on_stage(browse):
    poll = a_poll()
    client, project = browse(staff_of(poll.region)), poll.roadshow.entries.first().project
    other = a_poll().roadshow.entries.first().project

    client.post(address("control", poll), {"stage": f"speaking.{project.pk}"})
    refused = [
        client.post(address("control", poll), {"stage": said}) for said in (f"speaking.{other.pk}", "x", "over.")
    ]

    assert list(Presentation.objects.values_list("phase", "project")) == [("speaking", project.pk), ("over", None)]
    assert [answer.status_code for answer in refused] == [200, 200, 302]


@pytest.mark.parametrize("name", ["control", "control-live", "arrivals", "minutes", "notice-draft"])
def test_these_pages_are_for_the_staff_of_the_place(name, browse):
    poll = an_open_poll(voters=3)
    vote(poll, [1], [1], [2])
    close(poll)
    elsewhere, voter = staff_of(RegionFactory()), voters_of(poll)[0]

    answers = [browse(who).get(address(name, poll)).status_code for who in (staff_of(poll.region), elsewhere, voter)]

    assert answers == [200, 404, 404]
    assert browse().get(address(name, poll)).status_code == 302


def test_the_control_page_shows_who_voted_by_channel_and_no_choice(browse):
    poll = an_open_poll(voters=4, quorum=50)
    vote(poll, [1])

    page = browse(staff_of(poll.region)).get(address("control-live", poll))

    assert page.context["channels"][0][1] == 1
    assert page.context["figures"].missing == 1


def words_of(poll, at=None):
    return [one.words for one in troubles.of(poll, turnout=rolls.figures(poll), at=at or now())]


def test_trouble_shows_at_one_glance():
    cache.clear()
    poll = an_open_poll(voters=4, quorum=50)
    kiosk, heard = KioskFactory(poll=poll, name="一号亭"), KioskFactory(poll=poll, name="二号亭")
    troubles.note_kiosk(heard, at=now())

    soon = " ".join(words_of(poll, poll.closes_at - timedelta(minutes=5)))

    assert "2" in soon
    assert "5" in soon
    found = " ".join(words_of(poll))
    assert kiosk.name in found
    assert heard.name not in found
    assert "worker" in found  # nothing works in the background of a test


def test_a_poll_that_is_late_or_has_nobody_is_grave():
    poll = a_poll(voters=0)

    late = troubles.of(poll, turnout=rolls.figures(poll), at=poll.opens_at + timedelta(minutes=1))

    assert sum(one.is_grave for one in late) == 3  # late, nobody may vote, and nothing works in the background


def test_people_with_an_interest_are_named_by_number():
    poll = a_poll(voters=3)
    project = poll.roadshow.entries.first().project
    contact = TeamContactFactory(team=project.team, user=rolls.electorate(poll).first().user)
    polls.open_(poll, by=staff_of(poll.region))

    assert any(one.startswith("1") or " 1 " in one for one in words_of(poll))
    assert contact.user.name not in " ".join(words_of(poll))


# -- check-in


def test_scan_button_checked_in(browse):
    poll = a_poll()
    voter = rolls.electorate(poll).first().user
    client = browse(voter)

    scanned = client.get(address("scan", poll, place_codes.show(poll)))
    page = client.get(scanned["Location"])
    ticket = page.context["form"].initial["ticket"]
    done = [client.post(address("here", poll), {"ticket": ticket}) for _twice in range(2)]

    assert [answer.status_code for answer in done] == [302, 302]
    assert list(Presence.objects.values_list("resident__user", "how")) == [(voter.pk, "code")]


def test_a_stranger_signs_in_first_and_keeps_the_scan(browse):
    poll = a_poll()

    answer = browse().get(address("scan", poll, place_codes.show(poll)), follow=True)

    assert "ticket" in answer.redirect_chain[-1][0]
    assert answer.redirect_chain[-1][0].startswith("/sign-in/")


def test_an_old_code_and_a_code_of_elsewhere_are_refused(browse):
    poll, other = a_poll(), a_poll()
    client = browse(rolls.electorate(poll).first().user)
    old = place_codes.show(poll, at=now() - timedelta(minutes=2))

    answers = [client.get(address("scan", poll, code)).status_code for code in (old, place_codes.show(other), "x")]

    assert answers == [409, 409, 409]


def test_who_is_not_on_the_roll_is_told_so_on_the_page(browse):
    poll = a_poll()
    client = browse(UserFactory())
    scanned = client.get(address("scan", poll, place_codes.show(poll)))
    ticket = client.get(scanned["Location"]).context["form"].initial["ticket"]

    answer = client.post(address("here", poll), {"ticket": ticket})

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert not Presence.objects.exists()


@pytest.mark.parametrize(
    ("said", "found"), [("三网格", 1), ("王", 2), ("王秀英", 1), ("王秀", 0), ("5678", 1), ("78", 0)]
)
def test_the_list_at_the_door_is_searched(said, found, browse):
    poll = a_poll(voters=0)
    ResidentFactory(region=poll.region, name="王秀英", grid="三网格", phone="+8613800005678")
    ResidentFactory(region=poll.region, name="王建国", grid="四网格", phone="+8613800001111")

    page = browse(staff_of(poll.region)).get(address("arrivals", poll), {"q": said})

    assert len(page.context["arrivals"]) == found
    assert "王秀英" not in page.content.decode().replace('value="王秀英"', "")


def test_staff_tick_somebody_off_once_and_only_who_votes(browse):
    poll = a_poll()
    resident, outsider = rolls.electorate(poll).first(), ResidentFactory()
    client = browse(staff_of(poll.region))

    answers = [
        client.post(address("arrivals", poll), {"resident": one.pk, "q": "三"}).status_code
        for one in (resident, resident, outsider)
    ]

    assert answers == [302, 302, 404]
    assert list(Presence.objects.values_list("resident", "how")) == [(resident.pk, "staff")]


def test_after_closing_nobody_is_ticked_off(browse):
    poll = an_open_poll()
    resident = rolls.electorate(poll).first()
    close(poll)

    answer = browse(staff_of(poll.region)).post(address("arrivals", poll), {"resident": resident.pk})

    assert answer.context["refusal"]
    assert not Presence.objects.exists()


def test_presence_through_the_api(api):
    poll = a_poll()
    people = list(rolls.electorate(poll)[:2])
    staff, url = api(staff_of(poll.region)), "/api/v1/presences/"

    taken = [staff.post(url, {"poll": poll.pk, "resident": people[0].pk}).status_code for _twice in range(2)]
    mine = api(people[1].user).post(f"{url}check-in/", {"poll": poll.pk, "code": place_codes.show(poll)})
    stale = api(people[1].user).post(f"{url}check-in/", {"poll": poll.pk, "code": "x"})
    listed = staff.get(url, {"poll": poll.pk}).json()["results"]
    elsewhere = api(staff_of(RegionFactory()))

    assert taken == [201, 201]
    assert (mine.status_code, stale.status_code) == (201, 409)
    assert [row["how"] for row in listed] == ["code", "staff"]
    assert elsewhere.post(url, {"poll": poll.pk, "resident": people[0].pk}).status_code == 400
    assert elsewhere.get(url).json()["results"] == []


# -- minutes and notices


def test_the_minutes_tell_what_happened(browse):
    poll = an_open_poll(voters=4, quorum=50)
    project = poll.roadshow.entries.first().project
    presentations.present(poll.roadshow, project=project, phase="speaking", by=staff_of(poll.region))
    vote(poll, [1], [1], [2])
    close(poll)
    poll.refresh_from_db()

    text = browse(staff_of(poll.region)).get(address("minutes", poll)).content.decode()

    for said in (poll.roadshow.title, poll.roadshow.place, project.title, poll.seal, "所有人已投票"):
        assert said in text


def test_there_are_no_minutes_before_the_vote_opened_and_no_notice_before_it_is_settled(browse):
    client, poll, failed = browse(), a_poll(), an_open_poll(quorum=50)
    close(failed)

    answers = [
        browse(staff_of(one.region)).get(address(name, one)).status_code
        for one, name in [(poll, "minutes"), (poll, "notice-draft"), (failed, "minutes"), (failed, "notice-draft")]
    ]

    assert answers == [404, 404, 200, 404]
    assert client.get(address("minutes", failed)).status_code == 302


def test_the_notice_draft_lists_the_shortlisted_with_the_days(browse, time_machine_at):
    poll = an_open_poll(voters=3, winners=2, places=2)
    vote(poll, [1, 2], [1, 2], [1])
    close(poll)

    page = browse(staff_of(poll.region)).get(address("notice-draft", poll))

    assert [result.project.title for result in page.context["chosen"]] == ["项目A", "项目B"]
    assert page.context["last"] > page.context["first"]


def test_days_of_a_year_without_a_notice_are_said_to_be_computed(browse):
    poll = an_open_poll(voters=3)
    vote(poll, [1], [1], [2])
    close(poll)
    project = poll.results.get(outcome="shortlisted").project
    far = now().date().replace(year=2090)
    notice = public_notices.publish(project, by=staff_of(poll.region), on=far)

    page = browse().get(notice.get_absolute_url())
    console = browse(staff_of(poll.region)).get(reverse("admin:projects_publicnotice_change", args=[notice.pk]))

    assert page.context["computed_years"] == [2090]
    assert "2090" in page.content.decode()
    assert "2090" in console.content.decode()


def test_after_an_upheld_objection_page_and_notice_say_who_moved_up(browse):
    poll = an_open_poll(voters=3)
    vote(poll, [1], [1], [2])
    close(poll)
    staff = staff_of(poll.region)
    first = poll.results.get(outcome="shortlisted").project
    notice = public_notices.publish(first, by=staff)
    objection = objections.object_to(notice, by=UserFactory(), text="收费太高")

    objections.uphold(objection, by=staff, reason="收费确实偏高")

    moved = poll.results.get(moved_up=True).project
    shown = [
        browse().get(where).content.decode()
        for where in (poll.get_absolute_url(), PublicNotice.objects.get().get_absolute_url())
    ]
    assert [first.title in text and moved.title in text for text in shown] == [True, True]
    assert not counting.tied_in(poll)
