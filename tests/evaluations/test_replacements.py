"""A seat passes to a successor: what was handed in stays and counts, what is open is the successor's."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from communities.grants import Role
from communities.models import Refused, StatusChange
from evaluations.models import CommitteeMember, ScoreSheet
from evaluations.services import committees, rounds, sheets
from tests.evaluations.season import give, running_project
from tests.factories import CommitteeMemberFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def half_done(draft_round, official, community):
    """A member of an open round with two projects, of which one is handed in."""
    running_project(community)
    rounds.open_(draft_round, by=official)
    member = draft_round.committee.members.first()
    first, second = ScoreSheet.objects.filter(member=member).order_by("pk")
    sheets.submit(give(first, 8, 9), by=member.user)
    return member, first, give(second, 5, 5)


def test_a_successor_takes_the_open_sheets_of_the_seat_and_no_other(half_done, official):
    member, done, left = half_done
    committees.replace(member, user=UserFactory(name="接任"), reason="工作调动", by=official)

    new = CommitteeMember.objects.get(replaces=member)
    assert (new.group, new.since, new.until) == (member.group, localdate(), None)
    assert list(ScoreSheet.objects.filter(member=new).values_list("rating", "status")) == [(left.rating_id, "draft")]
    assert done.rating.sheets.current().filter(member=member).exists()
    with pytest.raises(Refused) as no:
        sheets.submit(left, by=member.user)
    assert no.value.code == "seat_has_passed"
    with pytest.raises(IntegrityError, match="seat_has_passed"), transaction.atomic():
        ScoreSheet.objects.filter(pk=left.pk).update(status="submitted")
    assert {row.member_id for row in ScoreSheet.objects.missing(on=localdate())} & {member.pk, new.pk} == {new.pk}


def test_the_record_says_who_follows_whom_and_why(half_done, official):
    member, _done, _left = half_done
    new = committees.replace(member, user=UserFactory(name="接任"), reason="工作调动", by=official)

    assert [(change.new, change.reason) for change in StatusChange.objects.about(member)][-1] == (
        "dismissed",
        "工作调动",
    )
    assert member.user.shown_name in StatusChange.objects.about(new).get().reason
    member.user.__dict__.pop("reach", None)
    assert (member.user.roles, new.user.roles) == (set(), {Role.COMMITTEE_MEMBER})


def test_a_successors_successor_takes_what_both_left_open(half_done, official):
    member, _done, left = half_done
    second = committees.replace(member, user=UserFactory(), reason="工作调动", by=official)
    third = committees.replace(second, user=UserFactory(), reason="病假", by=official)

    assert list(ScoreSheet.objects.filter(member=third).values_list("rating", flat=True)) == [left.rating_id]


def test_the_rest_of_the_term_is_the_successors(open_round, official):
    member = open_round.committee.members.first()
    CommitteeMember.objects.filter(pk=member.pk).update(until=date(2099, 1, 1))
    member.refresh_from_db()

    new = committees.replace(member, user=UserFactory(), reason="调动", by=official)

    assert new.until == date(2099, 1, 1)


def test_a_seat_has_one_successor_of_its_own_group(open_round, official):
    member, other = open_round.committee.members.order_by("pk")[:2]
    fields = {"committee": member.committee, "since": localdate()}
    for wrong in ({"group": member.group}, {"group": other.group}):  # the term is not over; another group
        with pytest.raises(IntegrityError, match="not_the_same_seat"), transaction.atomic():
            CommitteeMemberFactory(replaces=member, **fields, **wrong)
    new = committees.replace(member, user=UserFactory(), reason="调动", by=official)

    for again in (lambda: committees.replace(member, user=UserFactory(), reason="再换", by=official),):
        with pytest.raises(Refused):
            again()
    with pytest.raises(IntegrityError, match=r"one_successor_each|replaces_id"), transaction.atomic():
        CommitteeMemberFactory(replaces=member, group=member.group, **fields)
    with pytest.raises(IntegrityError, match="member_is_fixed"), transaction.atomic():
        CommitteeMember.objects.filter(pk=new.pk).update(replaces=None)


def test_replacing_through_the_api_and_in_the_console(api, browse, person, open_round, official, street):
    first, second = open_round.committee.members.order_by("pk")[:2]
    heirs = [UserFactory(), UserFactory()]
    client, url = api(official), f"/api/v1/committee-members/{first.pk}/replace/"
    body = {"account": heirs[0].username, "reason": "调动"}

    assert client.post(url, {"account": heirs[0].username}).status_code == 400
    assert api(person(Role.OBSERVER, street)).post(url, body).status_code == 404
    answers = [client.post(url, body) for _ in range(2)]
    page = browse(official).post(
        f"/admin/evaluations/committeemember/{second.pk}/replace/", {"user": heirs[1].username, "reason": "病假"}
    )

    assert [answer.status_code for answer in answers] == [201, 409]
    assert answers[0].data["replaces"] == first.pk
    assert page.status_code == 302
    assert set(CommitteeMember.objects.exclude(replaces=None).values_list("replaces", "user")) == {
        (first.pk, heirs[0].pk),
        (second.pk, heirs[1].pk),
    }
