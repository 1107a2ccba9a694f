"""What meets in the same moment leaves grades that anyone can compute again."""

from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from communities.models import Refused
from evaluations.models import Rating, ScoreSheet
from evaluations.services import ratings, recusals, regrading, rounds, sheets
from projects.models import Project
from teams.services import members
from tests.factories import TeamContactFactory, TeamFactory, TeamMemberFactory

from .season import give, hand_in, publish, running_project


@pytest.mark.django_db(transaction=True)
def test_a_recusal_while_grades_are_published_counts_wholly_or_not_at_all(
    street, community, draft_round, official, monkeypatch
):
    running_project(community)
    round_, by = draft_round, official
    rounds.open_(round_, by=by)
    hand_in(round_, 9, 8)
    odd = ScoreSheet.objects.filter(rating__round=round_).latest("rating_id", "pk")
    new = sheets.correct(odd, reason="x", by=by)
    sheets.submit(give(new, 0, 0), by=by)
    rounds.close(round_, by=by)
    project, member = odd.rating.project, odd.member.user

    def recuse():
        recusals.recuse(member, project=project, region=street, reason="亲属", by=by)
        connection.close()

    late, finalise = Thread(target=recuse), ratings.finalise

    def slowly(rating, **fields):
        if late.ident is None:
            late.start()
            late.join(timeout=1)
        finalise(rating, **fields)

    monkeypatch.setattr(ratings, "finalise", slowly)
    publish(round_, by)
    late.join()

    assert list(regrading.differences(round_)) == []
    for rating in Rating.objects.select_related("project"):
        assert Project.objects.get(pk=rating.project_id).last_grade == rating.grade


def known_by_phone(team, user):
    user.phone = f"+86139{user.pk:08}"
    user.save()
    TeamMemberFactory(team=team, phone=user.phone)


# How somebody belongs to a team.
OF_THE_TEAM = {
    "speaks for it": lambda team, user: TeamContactFactory(team=team, user=user),
    "works in it, by account": lambda team, user: TeamMemberFactory(team=team, user=user),
    "works in it, by phone": known_by_phone,
}
belongs = pytest.mark.parametrize("belongs", OF_THE_TEAM.values(), ids=OF_THE_TEAM)


@belongs
@pytest.mark.django_db
def test_nobody_scores_a_project_of_their_own_team(open_round, belongs):
    sheet = give(ScoreSheet.objects.drafts().first(), 9, 8)
    belongs(sheet.rating.project.team, sheet.member.user)

    with pytest.raises(Refused) as no:
        sheets.submit(sheet, by=sheet.member.user)
    with pytest.raises(IntegrityError, match="own_project"), transaction.atomic():
        ScoreSheet.objects.filter(pk=sheet.pk).update(status="submitted", submitted_at=open_round.closes_at)

    assert no.value.code == "own_project"


@pytest.mark.django_db
def test_who_has_left_a_team_scores_its_projects(open_round, official):
    sheet = give(ScoreSheet.objects.drafts().first(), 9, 8)
    members.leave(TeamMemberFactory(team=sheet.rating.project.team, user=sheet.member.user), by=official)

    sheets.submit(sheet, by=sheet.member.user)

    assert sheet.is_sealed


@belongs
@pytest.mark.django_db
def test_whoever_belongs_to_a_team_gets_no_sheet_for_its_projects(draft_round, official, belongs):
    project, user = Project.objects.first(), draft_round.committee.members.first().user
    belongs(project.team, user)
    belongs(TeamFactory(), draft_round.committee.members.last().user)

    rounds.open_(draft_round, by=official)

    assert not ScoreSheet.objects.filter(member__user=user, rating__project=project).exists()
    assert ScoreSheet.objects.filter(rating__project=project).exists()
