from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate, now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities.models import Refused, StatusChange
from projects.models import BudgetLine, Milestone, Project
from projects.services import projects, withdrawals
from tests.factories import (
    AgreementFactory,
    BudgetLineFactory,
    MilestoneFactory,
    MilestoneReportFactory,
    ProjectFactory,
    PublicNoticeFactory,
    RecruitmentCallFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def code_of(refused):
    return refused.value.code


def outcome(service, *args, **said):
    """The code of the refusal, or nothing."""
    try:
        service(*args, **said)
    except Refused as no:
        return no.code
    return ""


def test_an_active_team_proposes_and_hands_in(team, contact, words, parts):
    project = projects.propose(team, by=contact, **words, **parts)
    projects.submit(project, by=contact)

    project.refresh_from_db()
    assert (project.status, project.region, project.total) == ("submitted", team.region, Decimal("750.50"))
    assert [change.new for change in StatusChange.objects.about(project)] == ["draft", "submitted"]


def test_a_project_under_a_call_belongs_to_the_calls_community(team, contact, words, neighbour):
    call = RecruitmentCallFactory(region=neighbour)

    project = projects.propose(team, by=contact, call=call, **words)

    assert project.region == neighbour


@pytest.mark.parametrize("status", ["suspended", "retired"])
def test_only_active_teams_propose(team, contact, words, status):
    team.status = status
    team.save()

    with pytest.raises(Refused) as no:
        projects.propose(team, by=contact, **words)

    assert (code_of(no), Project.objects.count()) == ("team_not_active", 0)


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "draft"},
        {"status": "closed"},
        {"opens_on": date(2020, 1, 1), "closes_on": date(2020, 2, 1)},
        {"opens_on": date(2999, 1, 1), "closes_on": date(2999, 2, 1)},
    ],
)
def test_only_open_calls_are_answered(team, contact, words, fields):
    with pytest.raises(Refused) as no:
        projects.propose(team, by=contact, call=RecruitmentCallFactory(**fields), **words)

    assert code_of(no) == "call_not_open"


def test_a_returned_proposal_is_handed_in_again_although_the_call_has_closed(team, contact, words, parts):
    call = RecruitmentCallFactory()
    project = projects.propose(team, by=contact, call=call, **words, **parts)
    projects.submit(project, by=contact)
    projects.return_(project, by=UserFactory(), reason="预算不清")
    call.move("closed", by=UserFactory(), reason="满了")

    projects.submit(project, by=contact)

    assert project.status == "submitted"


@pytest.mark.parametrize(("without", "code"), [("lines", "no_budget"), ("milestones", "no_milestone")])
def test_a_proposal_without_its_parts_is_not_handed_in(team, contact, words, parts, without, code):
    project = projects.propose(team, by=contact, **words, **{**parts, without: []})

    with pytest.raises(Refused) as no:
        projects.submit(project, by=contact)

    assert (code_of(no), Project.objects.get().status) == (code, "draft")


@pytest.mark.parametrize(("asked", "is_fine"), [("999.99", True), ("1000.00", True), ("1000.01", False)])
def test_the_calls_budget_is_the_limit_of_what_is_asked_of_it(asked, is_fine):
    project = ProjectFactory(call=RecruitmentCallFactory(budget=1000))
    MilestoneFactory(project=project)
    BudgetLineFactory(project=project, amount=asked, source="call")
    BudgetLineFactory(project=project, amount=5000, source="own")

    code = outcome(projects.submit, project, by=UserFactory())

    expected = ("", "submitted") if is_fine else ("more_than_the_call", "draft")
    assert (code, Project.objects.get().status) == expected


def test_the_database_holds_the_calls_budget_too():
    project = ProjectFactory(call=RecruitmentCallFactory(budget=1000))
    BudgetLineFactory(project=project, amount="1000.01", source="call")

    with pytest.raises(Exception, match="more_than_the_call"):
        Project.objects.update(status="submitted")


amounts = st.decimals(min_value="0.01", max_value="9999999.99", places=2)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(amounts, st.sampled_from(BudgetLine.Source.values)), max_size=8))
def test_the_budget_is_the_sum_of_its_lines_to_the_cent(rows):
    project = ProjectFactory()
    lines = [{"purpose": "项", "amount": amount, "source": source} for amount, source in rows]

    projects.edit(project, by=UserFactory(), lines=lines)

    stored = Project.objects.get(pk=project.pk)
    cents = sum(int(amount * 100) for amount, _source in rows)
    asked = sum(int(amount * 100) for amount, source in rows if source == "call")
    assert (stored.total * 100, stored.requested * 100) == (cents, asked)


def test_editing_replaces_what_is_given_and_keeps_the_rest(team, contact, words, parts):
    project = projects.propose(team, by=contact, **words, **parts)

    projects.edit(project, by=contact, title="两碗热汤", lines=[])

    project = Project.objects.get()
    assert (project.title, project.goals, project.total) == ("两碗热汤", words["goals"], 0)
    assert project.milestones.count() == 1


@pytest.mark.parametrize("status", sorted(set(Project.Status) - Project.EDITABLE))
def test_a_proposal_is_fixed_once_it_is_with_the_community(status):
    with pytest.raises(Refused) as no:
        projects.edit(ProjectFactory(status=status), by=UserFactory(), title="改了")

    assert (code_of(no), Project.objects.get().title != "改了") == ("fixed", True)


STEPS = {
    "accept": (projects.accept, {"submitted"}, "accepted", {}),
    "return": (projects.return_, {"submitted", "accepted"}, "returned", {"reason": "为何"}),
    "withdraw": (
        withdrawals.withdraw,
        {"draft", "submitted", "returned", "accepted", "shortlisted", "noticed"},
        "withdrawn",
        {"reason": "为何"},
    ),
    "put_on": (projects.put_on, {"accepted"}, "in_roadshow", {}),
    "take_off": (projects.take_off, {"in_roadshow"}, "accepted", {}),
    "shortlist": (projects.shortlist, {"in_roadshow"}, "shortlisted", {}),
    "not_chosen": (projects.not_chosen, {"in_roadshow"}, "not_chosen", {"reason": "票数不够"}),
}


@pytest.mark.parametrize("status", Project.Status.values)
@pytest.mark.parametrize("step", STEPS)
def test_each_step_starts_where_it_may_and_nowhere_else(step, status):
    service, starts, end, said = STEPS[step]
    project = ProjectFactory(status=status)

    code = outcome(service, project, by=UserFactory(), **said)

    expected = ("", end) if status in starts else ("wrong_status", status)
    assert (code, Project.objects.get().status) == expected


@pytest.mark.parametrize("step", ["return", "withdraw", "not_chosen"])
def test_what_hurts_needs_a_reason(step):
    service, starts, _end, _said = STEPS[step]

    with pytest.raises(Refused) as no:
        service(ProjectFactory(status=min(starts)), by=UserFactory(), reason="  ")

    assert code_of(no) == "reason_needed"


def test_withdrawing_stops_the_notice_and_the_draft_agreement():
    agreement = AgreementFactory()
    running = PublicNoticeFactory()

    withdrawals.withdraw(agreement.project, by=UserFactory(), reason="人手不够")
    withdrawals.withdraw(running.project, by=UserFactory(), reason="人手不够")

    agreement.refresh_from_db()
    running.refresh_from_db()
    assert (agreement.status, running.status) == ("cancelled", "stopped")


def test_an_older_grade_never_replaces_a_newer():
    project = ProjectFactory(status="running")
    projects.record_grades([(project, "4A")], final_at=now(), by=UserFactory())

    projects.record_grades([(project, "1A")], final_at=now() - timedelta(days=1), by=UserFactory())

    assert Project.objects.get().last_grade == "4A"
    assert [change.new for change in StatusChange.objects.about(project)] == ["4A"]


def test_the_team_hears_of_each_step_and_the_staff_of_what_comes_in(team, contact, staff, stranger, words, parts):
    project = projects.propose(team, by=contact, **words, **parts)
    projects.submit(project, by=contact)
    projects.accept(project, by=staff)

    submitted, accepted = StatusChange.objects.about(project)[1:]
    assert set(project.audience(submitted)) == {contact, staff}
    assert set(project.audience(accepted)) == {contact}


def test_overdue_are_the_unreported_milestones_of_running_projects():

    today = localdate()
    late = MilestoneFactory(project__status="running", due_on=today - timedelta(days=1))
    MilestoneFactory(project__status="running", due_on=today)
    MilestoneFactory(project__status="ended", due_on=today - timedelta(days=1))
    MilestoneReportFactory(milestone__due_on=today - timedelta(days=9))
    sent_back = MilestoneReportFactory(milestone__due_on=today - timedelta(days=9), status="returned").milestone

    assert set(Milestone.objects.overdue()) == {late, sent_back}
    assert late.progress() == "overdue"
