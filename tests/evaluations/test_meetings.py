"""项目效应评定会: agenda, attendance, quorum, presentation, confirmation by named vote of all members."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from communities.grants import Role
from communities.models import Refused, StatusChange
from evaluations.models import AgendaItem, EvaluationMeeting, GradeVote, MeetingSeat, Share
from evaluations.services import agendas, committees, meetings, ratings, recusals, rounds, seats
from tests.evaluations.meeting import closed_round_of, opened, planned, voted
from tests.factories import (
    AgendaItemFactory,
    GradeVoteFactory,
    MeetingSeatFactory,
    TeamContactFactory,
    TeamMemberFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_and_official(street, community):
    return closed_round_of(street, community)


@pytest.fixture
def meeting(round_and_official):
    return opened(*round_and_official)


@pytest.fixture
def item(meeting):
    return meeting.items.select_related("meeting", "rating__project").first()


def refused(code, act):
    with pytest.raises(Refused) as no:
        act()
    assert no.value.code == code


def refused_by_database(code, change):
    with pytest.raises(IntegrityError, match=code), transaction.atomic():
        change()


@pytest.mark.parametrize(
    ("share", "of"),
    [
        (Share.MORE_THAN_HALF, {1: 1, 2: 2, 7: 4, 8: 5}),
        (Share.TWO_THIRDS, {1: 1, 2: 2, 3: 2, 7: 5, 8: 6, 9: 6}),
        (Share.THREE_QUARTERS, {1: 1, 4: 3, 7: 6, 8: 6}),
        (Share.ALL, {1: 1, 7: 7}),
    ],
)
def test_a_share_of_all_members_is_a_whole_number(share, of):
    assert {members: share.of(members) for members in of} == of


def test_a_meeting_invites_the_committee_and_has_every_project_on_its_agenda(round_and_official):
    round_, official = round_and_official
    meeting = planned(round_, official)

    assert (meeting.quorum, meeting.majority) == (Share.TWO_THIRDS, Share.MORE_THAN_HALF)
    assert set(meeting.seats.values_list("member", flat=True)) == set(
        round_.committee.members.values_list("pk", flat=True)
    )
    assert list(meeting.items.values_list("rating", "order")) == [
        (rating.pk, place) for place, rating in enumerate(round_.ratings.order_by("pk"), 1)
    ]
    told = meeting.audience(StatusChange.objects.about(meeting).last())
    assert set(told) == {seat.member.user for seat in meeting.seats.all()}


def test_opening_fixes_members_quorum_and_majority(round_and_official):
    round_, official = round_and_official
    meeting = planned(round_, official)
    committees.dismiss(round_.committee.members.first(), by=official, reason="调离")
    committees.appoint(round_.committee, user=UserFactory(), group="residents", by=official)
    committees.appoint(round_.committee, user=UserFactory(), group="street", by=official)

    meetings.open_(meeting, by=official)

    assert (meeting.members, meeting.quorum_needed, meeting.majority_needed) == (9, 6, 5)
    committees.appoint(round_.committee, user=UserFactory(), group="street", by=official)
    assert meeting.seats.count() == 9
    refused("meeting_is_fixed", lambda: meetings.edit(meeting, by=official, quorum="all"))
    refused_by_database("meeting_is_fixed", lambda: EvaluationMeeting.objects.update(majority_needed=1))
    refused_by_database("attendance_is_fixed", lambda: MeetingSeat.objects.all().delete())
    late = round_.committee.members.last()
    refused_by_database("attendance_is_fixed", lambda: MeetingSeat.objects.create(meeting=meeting, member=late))


def test_grades_are_confirmed_after_the_marking_only(round_and_official, street):
    round_, official = round_and_official
    meeting = planned(round_, official)
    rounds.reopen(round_, closes_at=now().replace(year=2099), reason="漏填", by=official)

    refused("round_not_closed", lambda: meetings.open_(meeting, by=official))


def test_the_agenda_is_put_in_order(round_and_official):
    round_, official = round_and_official
    meeting = planned(round_, official)
    first, second = round_.ratings.order_by("pk")

    meetings.arrange(meeting, order=[second, first], by=official)

    assert list(meeting.items.values_list("rating", flat=True)) == [second.pk, first.pk]


def test_a_project_is_on_one_agenda_at_a_time_and_free_again_after_a_meeting_that_did_not_come_to_it(meeting, item):
    round_, official = meeting.round, UserFactory()
    second = planned(round_, official)
    assert not second.items.exists()

    voted(item, official, *["for"] * 6)
    meetings.close(meeting, by=official)
    third = planned(round_, official)

    assert [each.rating for each in third.items.all()] == [meeting.items.get(status="postponed").rating]


def test_below_the_quorum_nothing_is_voted_on(round_and_official):
    round_, official = round_and_official
    meeting = opened(round_, official, present=5)
    item = meeting.items.first()
    agendas.present(item, by=official)

    refused("no_quorum", lambda: agendas.open_vote(item, by=official))
    fields = {"status": "voting", "voting_at": now(), "grade": "4A", "input_hash": "0" * 64}
    refused_by_database("no_quorum", lambda: AgendaItem.objects.filter(pk=item.pk).update(**fields))

    seats.arrive(meeting.seats.last(), by=official)
    agendas.open_vote(item, by=official)
    assert item.is_voting


@pytest.mark.parametrize(
    ("choices", "status"),
    [
        (["for"] * 5 + ["against"] * 3, "confirmed"),
        (["for"] * 4 + ["abstain"] * 4, "rejected"),  # half of eight is not more than half
        (["for"] * 4, "rejected"),  # of all members, not of those who voted
        (["for"] * 5, "confirmed"),
    ],
)
def test_more_than_half_of_all_members_confirm(item, choices, status):
    voted(item, UserFactory(), *choices)

    assert (item.status, item.votes_for) == (status, choices.count("for"))
    assert (item.votes_against, item.abstentions) == (choices.count("against"), choices.count("abstain"))
    assert (item.total, item.grade) == ("84.00", "4A")
    assert str(item.votes_for) in StatusChange.objects.about(item).last().reason


def test_a_vote_is_named_given_once_and_kept(item):
    agendas.open_vote(item, by=UserFactory())
    seat = item.meeting.seats.first()
    agendas.vote(item, choice="for", by=seat.member.user)
    agendas.vote(item, choice="for", by=seat.member.user)

    refused("voted", lambda: agendas.vote(item, choice="against", by=seat.member.user))
    assert list(GradeVote.objects.values_list("seat", "choice", "by")) == [(seat.pk, "for", seat.member.user_id)]
    refused_by_database(
        "one_vote_a_member|item_id",
        lambda: GradeVote.objects.create(item=item, seat=seat, choice="for", at=now(), by=seat.member.user),
    )
    refused_by_database("append_only", lambda: GradeVote.objects.update(choice="against"))
    refused_by_database("append_only", lambda: GradeVote.objects.all().delete())


def test_nobody_votes_without_being_there(round_and_official):
    round_, official = round_and_official
    meeting = opened(round_, official, present=7)
    item, absent, gone = meeting.items.first(), meeting.seats.last(), meeting.seats.first()
    agendas.open_vote(item, by=official)
    seats.leave(gone, by=official)

    for seat in (absent, gone):
        refused("voter_not_present", lambda seat=seat: agendas.vote(item, choice="for", by=seat.member.user))
        refused_by_database(
            "voter_not_present",
            lambda seat=seat: GradeVote.objects.create(item=item, seat=seat, choice="for", at=now(), by=official),
        )
    refused("no_seat", lambda: agendas.vote(item, choice="for", by=official))
    elsewhere = MeetingSeatFactory(present_at=now())
    refused_by_database("voter_not_present", lambda: GradeVoteFactory(item=item, seat=elsewhere))


def test_nobody_votes_before_the_vote_or_after_the_decision(item, meeting):
    seat = meeting.seats.first()

    def act():
        agendas.vote(item, choice="for", by=seat.member.user)

    def write():
        GradeVote.objects.create(item=item, seat=seat, choice="for", at=now(), by=seat.member.user)

    refused("vote_not_open", act)
    refused_by_database("vote_not_open", write)
    agendas.open_vote(item, by=UserFactory())
    agendas.decide(item, by=UserFactory())
    refused("vote_not_open", act)
    refused_by_database("vote_not_open", write)


def test_whoever_is_recused_does_not_vote_and_an_earlier_vote_is_not_counted(item, meeting, street):
    official, apart, late = UserFactory(), *meeting.seats.all()[:2]
    recusals.recuse(apart.member.user, project=item.rating.project, region=street, reason="亲属", by=official)
    agendas.open_vote(item, by=official)

    refused("voter_recused", lambda: agendas.vote(item, choice="for", by=apart.member.user))
    refused_by_database(
        "voter_recused",
        lambda: GradeVote.objects.create(item=item, seat=apart, choice="for", at=now(), by=official),
    )
    for seat in meeting.seats.all()[1:6]:
        agendas.vote(item, choice="for", by=seat.member.user)
    recusals.recuse(late.member.user, project=item.rating.project, region=street, reason="亲属", by=official)
    agendas.decide(item, by=official)

    assert (item.status, item.votes_for, item.votes.count()) == ("rejected", 4, 5)
    # The others vote on the other project as before.
    other = meeting.items.exclude(pk=item.pk).get()
    assert voted(other, official, *["for"] * 5).status == "confirmed"


@pytest.mark.parametrize("how", ["speaks for it", "works in it", "works in it, known by the phone"])
def test_whoever_belongs_to_the_team_does_not_vote_on_its_grade(item, meeting, how, browse):
    seat, *others = meeting.seats.all()
    team, user = item.rating.project.team, seat.member.user
    if how == "speaks for it":
        TeamContactFactory(team=team, user=user)
    else:
        user.phone = "+8613800000099"
        user.save()
        TeamMemberFactory(team=team, **({"phone": user.phone} if "phone" in how else {"user": user}))
    agendas.open_vote(item, by=UserFactory())

    refused("voter_recused", lambda: agendas.vote(item, choice="for", by=user))
    refused_by_database(
        "voter_recused", lambda: GradeVote.objects.create(item=item, seat=seat, choice="for", at=now(), by=user)
    )
    pages = [browse(each).get(f"/meetings/items/{item.pk}/") for each in (user, others[0].member.user)]
    assert [page.context["may_vote"] for page in pages] == [False, True]


def test_a_decision_is_true_to_the_votes_and_stays(item, meeting):
    agendas.open_vote(item, by=UserFactory())
    for seat in meeting.seats.all()[:4]:
        agendas.vote(item, choice="for", by=seat.member.user)
    rows = AgendaItem.objects.filter(pk=item.pk)
    done = {"decided_at": now(), "votes_against": 0, "abstentions": 0}

    refused_by_database("votes_differ", lambda: rows.update(status="confirmed", votes_for=5, **done))
    refused_by_database("no_majority", lambda: rows.update(status="confirmed", votes_for=4, **done))
    refused_by_database("item_is_decided", lambda: rows.update(grade="5A"))
    agendas.decide(item, by=UserFactory())
    refused_by_database("item_is_decided", lambda: rows.update(grade="5A"))
    refused_by_database("item_is_decided", AgendaItem.objects.exclude(pk=item.pk).delete)


def test_an_item_of_another_round_does_not_fit(meeting):
    refused_by_database(
        "agenda_does_not_fit",
        lambda: AgendaItem.objects.create(
            region=meeting.region, meeting=meeting, rating=AgendaItemFactory().rating, order=9, status="waiting"
        ),
    )


def test_a_meeting_does_not_end_in_the_middle_of_a_vote(item, meeting):
    agendas.open_vote(item, by=UserFactory())

    refused("vote_is_open", lambda: meetings.close(meeting, by=UserFactory()))
    refused("vote_is_open", lambda: meetings.cancel(meeting, by=UserFactory(), reason="停电"))
    agendas.decide(item, by=UserFactory())
    meetings.close(meeting, by=UserFactory())

    assert sorted(meeting.items.values_list("status", flat=True)) == ["postponed", "rejected"]
    refused("wrong_status", lambda: seats.arrive(meeting.seats.first(), by=UserFactory()))
    refused_by_database("attendance_is_fixed", lambda: MeetingSeat.objects.update(left_at=now()))


def test_what_was_not_confirmed_comes_up_again(item):
    voted(item, UserFactory(), "against")

    new = agendas.again(item, by=UserFactory())

    assert (new.rating, new.status, new.order) == (item.rating, "waiting", 3)
    assert voted(new, UserFactory(), *["for"] * 5).status == "confirmed"


def test_what_a_meeting_decided_last_counts(item, meeting, round_and_official):
    round_, official = round_and_official
    for each in meeting.items.all():
        voted(each, official, *["for"] * 5)
    again = agendas.again(item, by=official)
    assert not meetings.unconfirmed(round_).exists()  # until it is decided anew

    voted(again, official, *["against"] * 5)

    assert list(meetings.unconfirmed(round_)) == [item.rating]
    refused("unconfirmed", lambda: rounds.announce(round_, by=official))
    third = voted(agendas.again(again, by=official), official, *["for"] * 5)
    assert (third.status, meetings.unconfirmed(round_).exists()) == ("confirmed", False)


def test_grades_without_a_vote_are_not_told_to_the_teams(meeting, round_and_official):
    round_, official = round_and_official
    first, second = meeting.items.all()
    voted(first, official, *["for"] * 5)

    with pytest.raises(Refused) as no:
        rounds.announce(round_, by=official)
    assert (no.value.code, str(second.rating) in str(no.value), str(first.rating) in str(no.value)) == (
        "unconfirmed",
        True,
        False,
    )

    ratings.leave_out(second.rating, by=official, reason="项目终止")
    rounds.announce(round_, by=official)
    assert round_.status == "announced"


def test_a_round_that_wants_no_meeting_needs_none(round_and_official):
    round_, official = round_and_official
    type(round_).objects.filter(pk=round_.pk).update(confirmed_by_meeting=None)
    round_.refresh_from_db()

    rounds.announce(round_, by=official)

    assert round_.status == "announced"


def test_a_grade_that_is_computed_anew_is_confirmed_anew(meeting, item, round_and_official, street):
    round_, official = round_and_official
    for each in meeting.items.all():
        voted(each, official, *["for"] * 8)
    assert not meetings.unconfirmed(round_).exists()

    recusals.recuse(
        meeting.seats.first().member.user, project=item.rating.project, region=street, reason="亲属", by=official
    )

    assert list(meetings.unconfirmed(round_)) == [item.rating]
    again = agendas.again(item, by=official)
    agendas.open_vote(again, by=official)
    for seat in meeting.seats.all()[1:]:
        agendas.vote(again, choice="for", by=seat.member.user)
    agendas.decide(again, by=official)
    assert not meetings.unconfirmed(round_).exists()


def test_a_project_without_a_grade_is_not_voted_on(item):
    type(item.rating).objects.filter(pk=item.rating_id).update(grade="", total=None)

    refused("no_grade", lambda: agendas.open_vote(item, by=UserFactory()))


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_a_vote_in_the_moment_of_the_decision_counts_wholly_or_not_at_all(race, street, community):
    round_, official = closed_round_of(street, community, projects=1)
    meeting = opened(round_, official)
    item = meeting.items.get()
    agendas.open_vote(item, by=official)
    voters = [seat.member.user for seat in meeting.seats.all()]

    def act(number):
        mine = AgendaItem.objects.select_related("meeting", "rating__project").get(pk=item.pk)
        try:
            if number == 4:
                agendas.decide(mine, by=official)
            else:
                agendas.vote(mine, choice="for", by=voters[number])
        except (Refused, IntegrityError) as no:
            return str(no)
        return "done"

    done = race(8, act)

    item.refresh_from_db()
    assert item.is_decided
    assert item.votes_for == GradeVote.objects.count() == sum(each == "done" for each in done) - 1
    assert connection.vendor == "postgresql"


MOVES = [("open", "planned", {}), ("close", "under_way", {}), ("cancel", "planned", {"reason": "停电"})]


@pytest.mark.parametrize(("move", "status", "body"), MOVES)
@pytest.mark.parametrize("who", ["official", "member", "observer", "elsewhere"])
def test_the_street_alone_runs_a_meeting(api, person, round_and_official, city, who, move, status, body):
    round_, official = round_and_official
    meeting = planned(round_, official) if status == "planned" else opened(round_, official)
    users = {
        "official": lambda: official,
        "member": lambda: meeting.seats.first().member.user,
        "observer": lambda: person(Role.OBSERVER, round_.region),
        "elsewhere": lambda: person(Role.STREET_STAFF, meeting.items.first().region),
    }

    answer = api(users[who]()).post(f"/api/v1/evaluation-meetings/{meeting.pk}/{move}/", body)

    assert answer.status_code == (200 if who == "official" else 404)
