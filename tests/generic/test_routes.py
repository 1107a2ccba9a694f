"""Every address × role × place, generated from the URL map: it opens for whom its permission reaches the row behind
it, and is unknown (404) to everybody else. An address that stands in no table here fails.

What a permission reaches is held to the matrix by test_reach; here it is shown that each address asks for it.
"""

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.urls import get_resolver, reverse

from communities.grants import GRANTS, Role
from config.api import router
from tests.factories import RoleAssignmentFactory
from tests.generic import make_in

pytestmark = pytest.mark.django_db
NEVER = 404
CLOSED = {403, 404}

# Pages about one thing: what it is, and the permission without which it is unknown.
PAGES = {
    "evaluations:appeal": ("evaluations.Appeal", "evaluations.view_appeal"),
    "evaluations:file-appeal": ("evaluations.Rating", "evaluations.file_appeal"),
    "evaluations:review": ("evaluations.Reviewer", "evaluations.review_appeal"),
    "evaluations:withdraw-appeal": ("evaluations.Appeal", "evaluations.withdraw_appeal"),
    "communities:read": ("communities.Notice", "communities.view_notice"),
    "evaluations:agenda-item": ("evaluations.AgendaItem", "evaluations.view_agendaitem"),
    "evaluations:cautions": ("evaluations.EvaluationRound", "evaluations.review_evaluationround"),
    "evaluations:correct": ("evaluations.ScoreSheet", "evaluations.fill_scoresheet"),
    "evaluations:honour": ("evaluations.Honour", "evaluations.view_honour"),
    "evaluations:meeting": ("evaluations.EvaluationMeeting", "evaluations.view_evaluationmeeting"),
    "evaluations:meeting-control": ("evaluations.EvaluationMeeting", "evaluations.run_evaluationmeeting"),
    "evaluations:meeting-minutes": ("evaluations.EvaluationMeeting", "evaluations.run_evaluationmeeting"),
    "evaluations:rating": ("evaluations.Rating", "evaluations.explain_rating"),
    "evaluations:rating-file": ("evaluations.Rating", "evaluations.explain_rating"),
    "evaluations:recuse": ("evaluations.ScoreSheet", "evaluations.fill_scoresheet"),
    "evaluations:sheet": ("evaluations.ScoreSheet", "evaluations.fill_scoresheet"),
    "evaluations:survey": ("evaluations.Survey", "evaluations.view_survey"),
    "evaluations:survey-drawn": ("evaluations.Survey", "evaluations.view_survey"),
    "evaluations:survey-frame": ("evaluations.Survey", "evaluations.view_survey"),
    "evaluations:survey-letters": ("evaluations.Survey", "evaluations.run_survey"),
    "evaluations:survey-results": ("evaluations.Survey", "evaluations.view_surveyresult"),
    "evaluations:visit": ("evaluations.SurveyHousehold", "evaluations.visit_surveyhousehold"),
    "projects:agreement": ("projects.Agreement", "projects.view_agreement"),
    "projects:agreement-print": ("projects.Agreement", "projects.view_agreement"),
    "projects:arrivals": ("projects.Poll", "projects.take_presence"),
    "projects:control": ("projects.Poll", "projects.run_poll"),
    "projects:control-live": ("projects.Poll", "projects.run_poll"),
    "projects:door": ("projects.Poll", "projects.run_poll"),
    "projects:edit": ("projects.Project", "projects.write_project"),
    "projects:end-kiosk": ("projects.Kiosk", "projects.run_poll"),
    "projects:hall": ("projects.Poll", "projects.run_poll"),
    "projects:helped": ("projects.Poll", "projects.run_poll"),
    "projects:kiosk-desk": ("projects.Poll", "projects.run_poll"),
    "projects:minutes": ("projects.Poll", "projects.run_poll"),
    "projects:notice": ("projects.PublicNotice", "projects.view_publicnotice"),
    "projects:notice-draft": ("projects.Poll", "projects.run_poll"),
    "projects:notice-print": ("projects.PublicNotice", "projects.view_publicnotice"),
    "projects:object": ("projects.PublicNotice", "projects.view_publicnotice"),
    "projects:paper-desk": ("projects.Poll", "projects.run_poll"),
    "projects:poll": ("projects.Poll", "projects.view_poll"),
    "projects:poll-ballots": ("projects.Poll", "projects.view_poll"),
    "projects:poll-pb": ("projects.Poll", "projects.view_poll"),
    "projects:project": ("projects.Project", "projects.view_project"),
    "projects:report": ("projects.Milestone", "projects.report_milestone"),
    "projects:roadshow": ("projects.Roadshow", "projects.view_roadshow"),
    "projects:screen": ("projects.Poll", "projects.view_poll"),
    "projects:sign": ("projects.Agreement", "projects.sign_agreement_for_team"),
    "projects:slip-desk": ("projects.Poll", "projects.run_poll"),
    "projects:submit": ("projects.Project", "projects.submit_project"),
    "projects:vote": ("projects.Poll", "projects.view_poll"),
    "projects:voter": ("projects.VoterRollEntry", "projects.run_poll"),
    "projects:withdraw": ("projects.Project", "projects.withdraw_project"),
    "teams:admission": ("teams.Admission", "teams.view_admission"),
    "teams:admission-edit": ("teams.Admission", "teams.change_admission"),
    "teams:admission-withdraw": ("teams.Admission", "teams.withdraw_admission"),
    "teams:call": ("teams.RecruitmentCall", "teams.view_recruitmentcall"),
    "teams:document": ("teams.AdmissionDocument", "teams.view_admissiondocument"),
    "teams:poster": ("teams.RecruitmentCall", "teams.view_recruitmentcall"),
    "teams:team": ("teams.Team", "teams.view_team"),
    "teams:team-contacts": ("teams.Team", "teams.change_team"),
    "teams:team-edit": ("teams.Team", "teams.change_team"),
    "teams:team-members": ("teams.Team", "teams.change_team"),
    "volunteers:activity-file": ("volunteers.Activity", "volunteers.view_activity"),
    "volunteers:copy": ("volunteers.Activity", "volunteers.change_activity"),
    "volunteers:activity": ("volunteers.Activity", "volunteers.view_activity"),
    "volunteers:cancel-voucher": ("volunteers.Redemption", "volunteers.cancel_redemption"),
    "volunteers:certificate": ("volunteers.Certificate", "volunteers.view_certificate"),
    "volunteers:certificate-pdf": ("volunteers.Certificate", "volunteers.view_certificate"),
    "volunteers:certificate-seal": ("volunteers.Certificate", "volunteers.view_certificate"),
    "volunteers:confirm": ("volunteers.Activity", "volunteers.lead_activity"),
    "volunteers:kept-scan": ("volunteers.KeptScan", "volunteers.decide_keptscan"),
    "volunteers:not-accepted": ("volunteers.Attendance", "volunteers.confirm_attendance"),
    "volunteers:here": ("volunteers.Activity", "volunteers.join_activity"),
    "volunteers:leave-now": ("volunteers.Attendance", "volunteers.confirm_attendance"),
    "volunteers:leaving": ("volunteers.Attendance", "volunteers.confirm_attendance"),
    "volunteers:paid-work-entry": ("volunteers.PaidWork", "volunteers.view_paidwork"),
    "volunteers:people": ("volunteers.Activity", "volunteers.lead_activity"),
    "volunteers:give-up": ("volunteers.Reservation", "volunteers.withdraw_reservation"),
    "volunteers:reserve": ("volunteers.Reward", "volunteers.view_reward"),
    "volunteers:reward": ("volunteers.Reward", "volunteers.view_reward"),
    "volunteers:screen": ("volunteers.Activity", "volunteers.lead_activity"),
    "volunteers:sign-up": ("volunteers.Activity", "volunteers.view_activity"),
    "volunteers:statements": ("volunteers.Partner", "volunteers.reckon_partner"),
    "volunteers:voucher": ("volunteers.Redemption", "volunteers.cancel_redemption"),
    "volunteers:withdraw": ("volunteers.Activity", "volunteers.view_activity"),
}
# Addresses with something in them that is not one of our rows.
OTHERS = {
    "evaluations:appeal-file": "a file of an appeal that one sees: test_appeal_faces",
    "evaluations:review-file": "a file of an appeal that one reviews: test_appeal_faces",
    "volunteers:pool": "regions are public",
    "communities:sign-in-demo": "the demo's people, whom everybody may be; closed elsewhere",
    "communities:new-password": "the link is the permission",
    "communities:end-device": "one's own devices alone",
    "communities:withdraw-consent": "one's own consents alone",
    "communities:community": "regions are public",
    "communities:ask": "regions are public",
    "evaluations:declare": "one's own seat alone",
    "evaluations:photo": "who sees the marks sees the photo: test_changes",
    "evaluations:survey-letter": "the letter is the permission: test_survey_visits",
    "projects:cast": "the ticket is the permission; without one as projects:vote",
    "projects:count-in": "the seat of whoever counts: test_paper_pages",
    "projects:here": "a code good for half a minute is the permission: test_evening",
    "projects:kiosk": "the device is the permission: test_kiosk_pages",
    "projects:objection-file": "test_objections",
    "projects:report-photo": "test_agreements",
    "projects:scan": "a code good for half a minute is the permission: test_evening",
    "projects:screen-code": "as projects:screen, from the same figures",
    "projects:screen-figures": "as projects:screen, from the same figures",
    "projects:slip": "the slip is the permission: test_slip_pages",
    "volunteers:checked": "the certificate's number is the permission",
    "volunteers:calendar": "the link is the permission: test_calendars",
    "volunteers:community-activities": "regions are public",
    "volunteers:community-calendar": "regions are public",
    "volunteers:register": "regions are public",
    "volunteers:scan": "a code good for half a minute is the permission",
    "volunteers:figure-rows": "groups for everybody, rows for the staff of the place: test_figures",
    "volunteers:figures": "groups for everybody: test_figures",
    "volunteers:thanks": "regions are public",
    "volunteers:reward-photo": "whoever sees the reward sees its photos: test_reward_pages",
    "volunteers:attendance": "a clerk's own classes alone: test_till_pages",
    "volunteers:statement": "as volunteers:statements, of one month: test_statement_pages",
    "volunteers:statement-xlsx": "as volunteers:statements, of one month: test_statement_pages",
    "volunteers:till-voucher": "the voucher's code is the permission",
}
# Pages that also want something of the row: to nobody's advantage they are unknown until then.
WANT_MORE = {
    "evaluations:rating-file",  # figures
    *("projects:poll-ballots", "projects:poll-pb"),  # closed
    *("evaluations:survey-frame", "evaluations:survey-drawn", "evaluations:survey-results"),  # drawn
    *("projects:minutes", "projects:notice-draft", "evaluations:meeting-minutes"),  # what there is to tell
    *("volunteers:certificate-seal", "volunteers:certificate-pdf"),  # a seal on it; the package that writes PDF
    *("volunteers:voucher", "volunteers:cancel-voucher", "volunteers:withdraw", "volunteers:give-up"),  # one's own
}
# Pages without anything in their address that everybody may open; all others ask who is there.
OPEN = {
    *("communities:home", "communities:help", "communities:privacy", "communities:regions"),
    *("communities:sign-in", "communities:sign-in-code", "communities:sign-in-again", "communities:sign-in-password"),
    *("communities:sign-in-factor", "communities:sign-out", "set_language", "healthz"),
    *("projects:roadshows", "projects:projects", "projects:how-to-vote"),
    *(
        "teams:calls",
        "teams:teams",
        "evaluations:brand",
        "evaluations:honours",
        "evaluations:manifest",
        "evaluations:offline",
        "evaluations:survey-code",
        "evaluations:worker",
        "volunteers:activities",
        "volunteers:check",
        "volunteers:rewards",
    ),
}


def walk(patterns, prefix="", spaces=()):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from walk(pattern.url_patterns, route, inner)
        elif not re.match(r"\^?(admin|api)/", route):
            yield ":".join([*spaces, pattern.name]), route


ROUTES = dict(walk(get_resolver().url_patterns))


def test_every_address_is_in_the_table():
    with_something = {name for name, route in ROUTES.items() if "<" in route}

    assert with_something == PAGES.keys() | OTHERS.keys()
    assert ROUTES.keys() - with_something >= OPEN


@pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if "<" not in route))
def test_a_page_without_a_thing_is_open_or_asks_who_is_there(browse, name, city):
    answer = browse().get(reverse(name))
    if answer.status_code == 405:
        answer = browse().post(reverse(name))

    to_the_door = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
    assert to_the_door is (name not in OPEN) or name.startswith("communities:sign-"), answer.status_code


@pytest.fixture
def people(community, neighbour):
    """Somebody of each role here, of each that holds the permission next door, and nobody."""

    def make(perm):
        seats = [(role, community) for role in Role] + [(role, neighbour) for role in Role if role in GRANTS[perm]]
        made = {(role, place.name): RoleAssignmentFactory(role=role, region=place).user for role, place in seats}
        return made | {("nobody", ""): None}

    return make


def ask(client, address):
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)  # a file is closed when it is read
    return client.post(address) if answer.status_code == 405 else answer


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_opens_for_whom_its_permission_reaches(browse, people, community, name):
    label, perm = PAGES[name]
    model = apps.get_model(label)
    row = make_in(model, community)
    address, rows = reverse(name, args=[row.pk]), model._default_manager
    reached, opened = set(), set()

    for who, user in people(perm).items():
        answer = ask(browse(user), address)
        if rows.for_user(user or AnonymousUser(), perm).filter(pk=row.pk).exists():
            reached.add(who)
        at_the_door = user is None and answer.status_code == 302 and "/sign-in/" in answer["Location"]
        if answer.status_code != NEVER and not at_the_door:
            opened.add(who)

    assert opened <= reached
    assert opened >= reached - {("nobody", "")} or name in WANT_MORE


DETAILS = [
    pytest.param(viewset, prefix, method, action, url_path, id=f"{prefix}/{action}")
    for prefix, viewset, _basename in router.registry
    for method, action, url_path in [
        ("get", "retrieve", ""),
        *(
            (method, name, f"{extra.url_path}/")
            for extra in viewset.get_extra_actions()
            if extra.detail
            for method, name in extra.mapping.items()
        ),
    ]
    if action in viewset.perms
]


@pytest.mark.parametrize(("viewset", "prefix", "method", "action", "url_path"), DETAILS)
def test_the_api_opens_for_whom_its_permission_reaches(
    api, people, community, viewset, prefix, method, action, url_path
):
    model = viewset.queryset.model
    row, perm = make_in(model, community), viewset.perms[action]
    key = getattr(row, viewset.lookup_field if viewset.lookup_field != "pk" else "pk")
    rows, unreached = model._default_manager, []

    for who, user in people(perm).items():
        if not rows.for_user(user or AnonymousUser(), perm).filter(pk=row.pk).exists():
            status = getattr(api(user), method)(f"/api/v1/{prefix}/{key}/{url_path}", {}).status_code
            if status not in CLOSED:
                unreached.append((who, status))

    assert unreached == []
