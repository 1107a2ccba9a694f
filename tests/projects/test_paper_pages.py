"""Paper ballots: printed, handed out at the door, and counted in by two people who do not see each other's entries."""

import pytest
from django.urls import reverse

from communities.grants import Role
from projects.models import PaperEntry, Turnout
from projects.services import ballots, papers
from tests.voting import a_poll, an_open_poll, at_places, close, options_of, outcomes_of, staff_of, vote

pytestmark = pytest.mark.django_db


def at(name, poll):
    return reverse(f"projects:{name}", args=[poll.pk])


class Hall:
    """A poll in which the last two voters got paper, and staff who count it in."""

    def __init__(self, browse, *, on_paper=2, **rule):
        self.poll = an_open_poll(voters=4, **rule)
        self.people = [staff_of(self.poll.region) for _n in range(3)]
        self.clients = [browse(user) for user in self.people]
        sheets = papers.print_sheets(self.poll, number=on_paper + 1, by=self.people[0])
        self.codes = [ballots.as_shown(sheet.code) for sheet in sheets]
        for entry in self.poll.roll.order_by("-pk")[:on_paper]:
            papers.hand_out(entry, by=self.people[0])

    def enter(self, who, sheet, said, **fields):
        chosen = at_places(self.poll, said)
        given = {f"points-{p}": n for p, n in chosen.items()} if isinstance(chosen, dict) else {"choices": chosen}
        return self.clients[who].post(
            at("count-in", self.poll), {"do": "enter", "code": self.codes[sheet], **given, **fields}
        )

    def page(self, who=0):
        return self.clients[who].get(at("count-in", self.poll))

    def finish(self):
        return self.clients[0].post(at("count-in", self.poll), {"do": "finish"})


# -- printing


@pytest.mark.parametrize("opened", [True, False])
def test_each_sheet_has_its_code_on_itself_and_on_its_stub(opened, browse):
    poll = an_open_poll() if opened else a_poll()

    answer = browse(staff_of(poll.region)).post(at("paper-desk", poll), {"number": 3})

    html = answer.content.decode()
    assert [html.count(code) for code in answer.context["codes"]] == [2, 2, 2]
    assert sorted(map(ballots.as_typed, answer.context["codes"])) == sorted(poll.sheets.values_list("code", flat=True))
    assert html.index("项目A") < html.index("项目B") < html.index("项目C")
    assert html.count('class="box"') == 9


def test_a_paper_to_score_has_fields_for_points(browse):
    poll = a_poll(ballot_type="score")

    html = browse(staff_of(poll.region)).post(at("paper-desk", poll), {"number": 1}).content.decode()

    assert html.count('class="box points"') == 3


def test_too_many_sheets_others_and_too_late(browse, person, neighbour):
    poll = an_open_poll()
    client = browse(staff_of(poll.region))
    others = [person(Role.OBSERVER, poll.region), person(Role.COMMUNITY_STAFF, neighbour)]

    answers = [browse(user).post(at("paper-desk", poll), {"number": 1}).status_code for user in others]
    many = client.post(at("paper-desk", poll), {"number": 2001})
    close(poll)
    late = client.post(at("paper-desk", poll), {"number": 1})

    assert answers == [404, 404]
    assert many.context["form"].errors
    assert late.context["form"].errors
    assert not poll.sheets.exists()


# -- handing out


def test_paper_is_handed_out_once_and_not_to_who_has_voted(browse, person, neighbour):
    poll = an_open_poll(voters=2)
    vote(poll, [1])
    voted, other = poll.roll.order_by("pk")
    client = browse(staff_of(poll.region))
    give = lambda who, entry: who.post(reverse("projects:voter", args=[entry.pk]), {"do": "paper"})  # noqa: E731

    codes = [give(client, other).status_code, give(client, other).status_code, give(client, voted).status_code]
    strangers = [
        give(browse(user), other).status_code
        for user in [person(Role.OBSERVER, poll.region), person(Role.COMMUNITY_STAFF, neighbour)]
    ]

    assert codes == [302, 409, 409]
    assert strangers == [404, 404]
    assert dict(Turnout.objects.values_list("entry", "channel")) == {voted.pk: "phone", other.pk: "paper"}


def test_the_list_at_the_door_finds_by_name_and_shows_it_masked(browse):
    poll = an_open_poll(voters=3)
    wanted = poll.roll.first().resident
    type(wanted).objects.filter(pk=wanted.pk).update(name="欧阳一一")

    page = browse(staff_of(poll.region)).get(at("door", poll), {"q": "欧阳一一"})

    assert [entry.resident_id for entry in page.context["page"]] == [wanted.pk]
    assert "欧***" in page.content.decode()


# -- counting in


def test_two_agree_a_third_decides_and_the_result_is_shown(browse):
    hall = Hall(browse)
    vote(hall.poll, [1], [2])
    close(hall.poll)
    hall.enter(0, 0, [2])
    hall.enter(1, 0, [2])
    hall.enter(0, 1, [1])
    hall.enter(1, 1, [3])
    early, told = hall.finish(), hall.page(2)
    hall.enter(2, 1, [3])

    done = hall.finish()

    assert early.status_code == 409
    assert (told.context["agreed"], told.context["differ"], told.context["for_me"]) == (
        1,
        [hall.codes[1]],
        [hall.codes[1]],
    )
    assert done["Location"] == hall.poll.get_absolute_url()
    assert outcomes_of(hall.poll) == ["not_chosen", "shortlisted", "not_chosen"]


def test_nobody_sees_what_another_read(browse):
    hall = Hall(browse)
    close(hall.poll)
    before = hall.page(1).content.decode()

    hall.enter(0, 0, [2])
    after = hall.page(1)

    assert " checked" not in after.content.decode()
    assert "项目B" in before
    assert after.content.decode().count("项目B") == before.count("项目B")
    assert after.context["once"] == [hall.codes[0]]
    assert hall.codes[0] not in [hall.page(0).context["for_me"]]


def test_points_are_counted_in_too(browse):
    hall = Hall(browse, on_paper=1, ballot_type="score")
    close(hall.poll)
    for who in (0, 1):
        hall.enter(who, 0, {1: 3, 2: 10})

    hall.finish()

    votes = [hall.poll.results.get(project=p).votes for p in options_of(hall.poll)]
    assert votes == [3, 10, 0]


def test_spoiled_sheets_and_what_breaks_the_rule(browse):
    hall = Hall(browse, on_paper=1, quorum=0)
    close(hall.poll)

    broken = hall.enter(0, 0, [1, 2, 3])
    for who in (0, 1):
        hall.enter(who, 0, [1, 2, 3], is_spoiled="on")
    hall.finish()

    hall.poll.refresh_from_db()
    assert broken.context["form"].non_field_errors()
    assert broken.content.decode().count(" checked") == 3
    assert hall.poll.spoiled == 1


@pytest.mark.parametrize("code", ["", "XXXX-XXXX-XXXX", "字"])
def test_an_unknown_code_is_told_and_nothing_is_lost(code, browse):
    hall = Hall(browse)
    close(hall.poll)
    hall.codes[0] = code

    answer = hall.enter(0, 0, [2])

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert answer.content.decode().count(" checked") == 1
    assert not PaperEntry.objects.exists()


def test_nobody_looks_twice_and_others_not_at_all(browse, person, neighbour):
    hall = Hall(browse)
    close(hall.poll)
    hall.enter(0, 0, [1])
    hall.clients += [browse(person(Role.OBSERVER, hall.poll.region)), browse(person(Role.COMMUNITY_STAFF, neighbour))]

    twice, observer, stranger = hall.enter(0, 0, [1]), hall.enter(3, 0, [1]), hall.enter(4, 0, [1])

    assert twice.context["form"].non_field_errors()
    assert (observer.status_code, stranger.status_code) == (404, 404)
    assert PaperEntry.objects.count() == 1


def test_before_the_end_of_the_vote_nothing_is_entered(browse):
    hall = Hall(browse)

    answer = hall.enter(0, 0, [1])

    assert answer.context["form"].errors
    assert not PaperEntry.objects.exists()
    assert hall.finish().status_code == 409


def test_a_sheet_is_set_aside_with_its_reason(browse):
    hall = Hall(browse, on_paper=1)
    close(hall.poll)
    for sheet in (0, 1):
        for who in (0, 1):
            hall.enter(who, sheet, [1])
    aside = {"do": "aside", "code": hall.codes[1]}

    without = hall.clients[0].post(at("count-in", hall.poll), {**aside, "reason": " "})
    hall.clients[0].post(at("count-in", hall.poll), {**aside, "reason": "不是本场发出的"})
    twice = hall.clients[0].post(at("count-in", hall.poll), {**aside, "reason": "再来"})

    assert without.context["aside"].errors
    assert twice.context["aside"].errors
    assert [sheet.set_aside for sheet in hall.page().context["set_aside"]] == ["不是本场发出的"]
    assert hall.finish().status_code == 302
