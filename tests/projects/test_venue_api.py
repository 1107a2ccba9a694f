"""Slips, kiosks and paper through the API; and no face of the venue tells a count or a choice before closing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities.encryption import fingerprint
from communities.grants import Role
from communities.models import KeptAnswer
from projects.models import Kiosk, PaperEntry, VotingSlip
from projects.services import ballots, kiosks, papers, slips
from tests.voting import a_poll, an_open_poll, close, options_of, staff_of, vote

pytestmark = pytest.mark.django_db
SLIPS, KIOSKS, SHEETS = (f"/api/v1/{noun}/" for noun in ("voting-slips", "kiosks", "paper-sheets"))


@pytest.fixture
def strangers(person, neighbour):
    """Who may do nothing in this poll: an observer of its community, and staff of the next."""
    return lambda poll: [person(Role.OBSERVER, poll.region), person(Role.COMMUNITY_STAFF, neighbour)]


def test_slips_are_printed_listed_and_revoked(api):
    poll = a_poll(voters=2)
    client = api(staff_of(poll.region))

    printed = client.post(f"{SLIPS}print/", {"poll": poll.pk}, headers={"Idempotency-Key": "once"})
    again = client.post(f"{SLIPS}print/", {"poll": poll.pk})
    listed = client.get(SLIPS, {"poll": poll.pk}).json()["results"]
    revoked = [client.post(f"{SLIPS}{listed[0]['id']}/revoke/").json()["revoked_at"] for _time in range(2)]

    assert (printed.status_code, len(printed.json()), again.json()) == (201, 2, [])
    fingerprints = {fingerprint(each["secret"]) for each in printed.json()}
    assert set(VotingSlip.objects.values_list("secret_hash", flat=True)) == fingerprints
    assert {slip["resident"] for slip in listed} == {each["resident"] for each in printed.json()}
    assert not {each["secret"] for each in printed.json()} & {str(v) for slip in listed for v in slip.values()}
    assert revoked[0] == revoked[1] is not None
    assert not KeptAnswer.objects.exists()


def test_one_resident_gets_a_new_slip(api):
    poll = a_poll(voters=2)
    client = api(staff_of(poll.region))
    first = client.post(f"{SLIPS}print/", {"poll": poll.pk}).json()[0]

    (new,) = client.post(f"{SLIPS}print/", {"poll": poll.pk, "residents": [first["resident"]]}).json()

    assert VotingSlip.objects.filter(resident=first["resident"]).count() == 2
    assert slips.find_by_code(poll, code=new["code"]).resident_id == first["resident"]


def test_a_kiosk_is_set_up_once_a_name_and_ended(api):
    poll = an_open_poll()
    client = api(staff_of(poll.region))

    made = client.post(KIOSKS, {"poll": poll.pk, "name": "一号"})
    twice = client.post(KIOSKS, {"poll": poll.pk, "name": "一号"})
    listed = client.get(KIOSKS).json()["results"]
    ended = client.post(f"{KIOSKS}{made.json()['id']}/end/")

    assert (made.status_code, twice.status_code, ended.status_code) == (201, 409, 200)
    assert "secret" not in listed[0]
    assert kiosks.find(made.json()["secret"], poll=poll) is None
    assert ended.json()["ended_at"]


def test_paper_is_printed_once_handed_out_and_counted_in(api):
    poll = an_open_poll(voters=2)
    first, second = (api(staff_of(poll.region)) for _n in range(2))
    ask = {"poll": poll.pk, "number": 2}

    printed, again = (first.post(SHEETS, ask, headers={"Idempotency-Key": "k"}) for _time in range(2))
    code, other = printed.json()["codes"]
    entry = poll.roll.first()
    out = [first.post(f"/api/v1/voter-roll/{entry.pk}/hand-out/") for _time in range(2)]
    close(poll)
    reading = {"poll": poll.pk, "code": code, "choices": options_of(poll)[:1]}
    entered = [client.post(f"{SHEETS}enter/", reading) for client in (first, first, second)]
    aside = first.post(f"{SHEETS}set-aside/", {"poll": poll.pk, "code": other, "reason": "印坏了"})
    states = first.post(f"{SHEETS}states/", {"poll": poll.pk}).json()
    finished = first.post(f"/api/v1/polls/{poll.pk}/finish/")

    assert printed.json() == again.json()
    assert poll.sheets.count() == 2
    assert [answer.status_code for answer in out] == [200, 409]
    assert out[0].json()["has_voted"] is True
    assert [answer.status_code for answer in entered] == [201, 409, 201]
    assert aside.status_code == 204
    assert states == [{"code": code, "looks": 2, "is_agreed": True, "needs_third_look": False}]
    assert finished.json()["status"] == "settled"


def test_others_do_none_of_it(api, strangers):
    poll = an_open_poll(voters=1)
    by = staff_of(poll.region)
    slips.print_for(poll, by=by)
    kiosk, _secret = kiosks.set_up(poll, name="一号", by=by)
    slip, entry = VotingSlip.objects.get(), poll.roll.get()
    asked = {"poll": poll.pk, "number": 1, "name": "二号", "code": "X", "reason": "无", "choices": []}

    for user in [*strangers(poll), None]:
        client = api(user)
        codes = {
            client.post(path, asked).status_code
            for path in [
                f"{SLIPS}print/",
                f"{SLIPS}{slip.pk}/revoke/",
                KIOSKS,
                f"{KIOSKS}{kiosk.pk}/end/",
                SHEETS,
                f"{SHEETS}enter/",
                f"{SHEETS}set-aside/",
                f"{SHEETS}states/",
                f"/api/v1/voter-roll/{entry.pk}/hand-out/",
            ]
        }
        assert codes <= {400, 401, 403, 404}
        lists = [client.get(path) for path in (SLIPS, KIOSKS, SHEETS)]
        assert [answer.json().get("results", []) for answer in lists] == [[], [], []]

    slip.refresh_from_db()
    assert (slip.revoked_at, poll.sheets.count(), poll.turnout.count()) == (None, 0, 0)
    assert list(Kiosk.objects.in_use()) == [kiosk]


@pytest.mark.parametrize("counting", [False, True])
def test_no_face_of_the_venue_tells_a_count_or_a_choice_before_closing(counting, api, browse):
    poll = an_open_poll(voters=4)
    staff = staff_of(poll.region)
    receipts = vote(poll, [1], [1])
    (printed,) = slips.print_for(poll, residents=[poll.roll.order_by("pk").last().resident], by=staff)
    entry = poll.roll.order_by("pk")[2]
    slips.help_with(entry, helper="王帮办", witness="李见证", by=staff)
    sheets = papers.print_sheets(poll, number=2, by=staff)
    papers.hand_out(entry, by=staff)
    if counting:
        close(poll)
        papers.enter(poll, code=sheets[0].code, choices=options_of(poll)[1:2], by=staff_of(poll.region))
    client, tablet = browse(staff), browse(staff)
    names = ("hall", "door", "slip-desk", "paper-desk", "kiosk-desk", "count-in", "helped")
    asks = [(client, reverse(f"projects:{name}", args=[poll.pk])) for name in names]
    asks += [(client, reverse("projects:voter", args=[entry.pk])), (tablet, reverse("projects:kiosk", args=[poll.pk]))]
    asks += [(browse(None), reverse("projects:slip", args=[printed.secret]))]
    asks += [(api(staff), path) for path in (SLIPS, KIOSKS, SHEETS, "/api/v1/voter-roll/")]
    consoles = ("votingslip", "kiosk", "papersheet")
    asks += [(client, reverse(f"admin:projects_{noun}_changelist")) for noun in consoles]

    for who, path in asks:
        with CaptureQueriesContext(connection) as queries:
            body = who.get(path).content.decode()
        read = " ".join(query["sql"] for query in queries)
        assert '"projects_ballot"' not in read, path
        assert "projects_ballot " not in read, path
        assert not [r for r in receipts if ballots.as_shown(r) in body or r in body], path
        assert " checked" not in body, path
        assert "王帮办" not in body, path
    states = api(staff).post(f"{SHEETS}states/", {"poll": poll.pk}).json()

    assert PaperEntry.objects.count() == len(states) == counting
    assert not [state for state in states if state.keys() - {"code", "looks", "is_agreed", "needs_third_look"}]
