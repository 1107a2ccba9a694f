"""The console's menu: the season from top to bottom, and only what the person may see."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from communities.todo import on_front_page
from teams.review import may_review

# (group, [(model, icon)]); a noun that is registered but not named here stands in its app's last group.
MENU: list[tuple[Any, list[tuple[str, str]]]] = [
    (
        _("Teams"),
        [
            ("teams.recruitmentcall", "campaign"),
            ("teams.admission", "how_to_reg"),
            ("teams.team", "groups"),
            ("teams.teammember", "group"),
        ],
    ),
    (
        _("Projects"),
        [
            ("projects.project", "lightbulb"),
            ("projects.roadshow", "co_present"),
            ("projects.poll", "how_to_vote"),
            ("projects.substitution", "swap_horiz"),
            ("projects.expert", "school"),
            ("projects.listedvoter", "checklist"),
            ("projects.publicnotice", "breaking_news"),
            ("projects.objection", "feedback"),
            ("projects.agreement", "contract"),
            ("projects.milestone", "flag"),
            ("projects.milestonereport", "assignment_turned_in"),
            ("projects.voterrollentry", "patient_list"),
            ("projects.votingslip", "qr_code_2"),
            ("projects.kiosk", "tablet"),
            ("projects.papersheet", "description"),
        ],
    ),
    (
        _("Evaluation"),
        [
            ("evaluations.evaluationround", "fact_check"),
            ("evaluations.assignmentplan", "assignment_ind"),
            ("evaluations.evaluationmeeting", "gavel"),
            ("evaluations.rating", "stars"),
            ("evaluations.appeal", "gavel"),
            ("evaluations.reviewer", "rate_review"),
            ("evaluations.brandlisting", "workspace_premium"),
            ("evaluations.honour", "trophy"),
            ("evaluations.honourentry", "format_list_numbered"),
            ("evaluations.survey", "home_work"),
            ("evaluations.surveyhousehold", "door_front"),
            ("evaluations.surveyresult", "sentiment_satisfied"),
            ("evaluations.committee", "diversity_3"),
            ("evaluations.committeemember", "group_add"),
            ("evaluations.recusal", "block"),
            ("evaluations.declaration", "verified_user"),
            ("evaluations.scoresheet", "edit_note"),
            ("evaluations.scheme", "account_tree"),
            ("evaluations.ratingrhythm", "event_repeat"),
            ("evaluations.reminder", "notifications"),
            ("evaluations.reminderhold", "notifications_paused"),
        ],
    ),
    (
        _("Volunteers"),
        [
            ("volunteers.activity", "volunteer_activism"),
            ("volunteers.repetition", "event_repeat"),
            ("volunteers.volunteer", "person_heart"),
            ("volunteers.safeguard", "health_and_safety"),
            ("volunteers.paidwork", "payments"),
            ("volunteers.attendance", "schedule"),
            ("volunteers.certificate", "verified"),
            ("volunteers.staraward", "star"),
            ("volunteers.keptscan", "cloud_sync"),
            ("volunteers.oddity", "troubleshoot"),
            ("volunteers.reward", "redeem"),
            ("volunteers.coursesession", "school"),
            ("volunteers.redemption", "confirmation_number"),
            ("volunteers.reservation", "hourglass_top"),
            ("volunteers.offlineuse", "wifi_off"),
            ("volunteers.partner", "storefront"),
            ("volunteers.partnerprice", "sell"),
            ("volunteers.pointsrule", "rule"),
            ("volunteers.funding", "volunteer_activism"),
            ("volunteers.gift", "featured_seasonal_and_gifts"),
            ("volunteers.journal", "menu_book"),
            ("volunteers.account", "account_balance_wallet"),
            ("volunteers.pointentry", "receipt_long"),
            ("volunteers.formerimport", "upload_file"),
            ("volunteers.formerhours", "history"),
            ("volunteers.openingbalance", "savings"),
            ("volunteers.seal", "approval"),
        ],
    ),
    (
        _("People and places"),
        [
            ("communities.resident", "home"),
            ("communities.rollimport", "upload_file"),
            ("communities.user", "person"),
            ("communities.roleassignment", "badge"),
            ("communities.region", "map"),
            ("communities.calendarday", "calendar_month"),
        ],
    ),
    (
        _("Words of the city"),
        [
            ("teams.teamtype", "label"),
            ("teams.scene", "label"),
            ("teams.field", "label"),
            ("teams.cooperationmode", "label"),
            ("volunteers.activitykind", "label"),
            ("volunteers.skill", "label"),
            ("volunteers.starrule", "label"),
            ("volunteers.rewardkind", "label"),
        ],
    ),
    (
        _("Records and messages"),
        [
            ("communities.statuschange", "history"),
            ("communities.delivery", "outgoing_mail"),
            ("communities.untold", "notification_important"),
            ("communities.reveal", "visibility"),
            ("communities.auditevent", "policy"),
        ],
    ),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The side bar: groups of the menu with the nouns this person may view; the rest below, folded.

    It stands on every page and Unfold copies it deeply: so it is made of finished words and known addresses.
    """
    labels = {model._meta.label_lower: model for model in admin.site._registry}  # noqa: SLF001 (no public list)
    named = {name for _group, entries in MENU for name, _icon in entries}
    rest = sorted((name, "list") for name in labels if name not in named)
    groups = [
        _group(title, [(name, icon) for name, icon in entries if name in labels], labels, request)
        for title, entries in [*MENU, (_("More"), rest)]
    ]
    home = {"title": str(_("Today")), "icon": "today", "link": _link("admin:index")}
    review = {
        "title": str(_("Review desk")),
        "icon": "rule",
        "link": _link("admin:teams_review"),
        "permission": _may_review,
    }
    matrix = {"title": str(_("Who may do what")), "icon": "key", "link": _link("permissions")}
    return [{"items": [home, review]}, *(group for group in groups if group["items"]), {"items": [matrix]}]


# (what it does, permission, where): the errands of a usual day, one click from the front page.
SHORTCUTS: list[tuple[Any, str, str]] = [
    (_("Write a recruitment call"), "teams.add_recruitmentcall", "admin:teams_recruitmentcall_add"),
    (_("Plan a roadshow"), "projects.add_roadshow", "admin:projects_roadshow_add"),
    (_("Plan a vote"), "projects.add_poll", "admin:projects_poll_add"),
    (_("Put on an activity"), "volunteers.add_activity", "admin:volunteers_activity_add"),
    (_("Take over former records"), "volunteers.add_formerimport", "admin:volunteers_formerimport_add"),
    (_("Import the residents' roll"), "communities.add_rollimport", "admin:communities_rollimport_add"),
    (_("Draft an evaluation round"), "evaluations.add_evaluationround", "admin:evaluations_evaluationround_add"),
    (_("Open an account for somebody"), "communities.add_user", "admin:communities_user_add"),
    (_("Enter the working-day calendar"), "communities.add_calendarday", "admin:communities_calendarday_changelist"),
]


def front_page(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The console's front page (Unfold's DASHBOARD_CALLBACK): what waits, figures, errands."""
    user: Any = request.user
    shortcuts = [{"label": label, "link": reverse(view)} for label, perm, view in SHORTCUTS if user.has_perm(perm)]
    roles = user.role_assignments.active().select_related("region").order_by("pk")
    page = {"title": _("What waits for me today"), "shortcuts": shortcuts, "roles": roles}
    return on_front_page(request, context) | page


def _group(title: Any, entries: list[tuple[str, str]], labels: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    review = _link("admin:teams_review")  # stands below an address of another entry
    is_rest = bool(entries) and entries[0][1] == "list"
    items = [
        {
            "title": capfirst(str(labels[name]._meta.verbose_name_plural)),
            "icon": icon,
            "link": (link := _link(f"admin:{name.replace('.', '_')}_changelist")),
            "active": request.path.startswith(link) and request.path != review,
        }
        for name, icon in entries
        if _may_view(labels[name], request)
    ]
    return {"title": str(title), "items": items, "collapsible": is_rest, "separator": True}


@cache
def _link(view: str) -> str:
    return reverse(view)


def _may_view(model: Any, request: HttpRequest) -> bool:
    return admin.site._registry[model].has_module_permission(request)  # noqa: SLF001


def _may_review(request: HttpRequest) -> bool:
    return may_review(request.user)
