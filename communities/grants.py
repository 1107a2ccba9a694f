"""Who may do what: the whole permission matrix on one page.

A role holds in the region where it was assigned and in everything below it. Two entries are not roles that
somebody assigns: OWNER is the person whom a thing concerns (the applicant, the team's contact, the volunteer,
the committee member), ANYONE is everybody, signed in or not, and reaches only what is public.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("platform administrator")
    COMMUNITY_STAFF = "community_staff", _("community staff")
    STREET_STAFF = "street_staff", _("street staff")
    OBSERVER = "observer", _("observer")
    COMMITTEE_MEMBER = "committee_member", _("committee member")
    TEAM_CONTACT = "team_contact", _("team contact")
    RESIDENT = "resident", _("resident")
    REPRESENTATIVE = "representative", _("resident representative")
    VOLUNTEER = "volunteer", _("volunteer")
    PARTNER = "partner", _("reward partner")


OWNER = "owner"
ANYONE = "anyone"

CITY = frozenset({Role.ADMINISTRATOR})
COMMUNITY = Role.COMMUNITY_STAFF
STREET = Role.STREET_STAFF
STAFF = frozenset({Role.COMMUNITY_STAFF, Role.STREET_STAFF})
WATCHERS = STAFF | {Role.OBSERVER}
# Who may open the staff console at all.
CONSOLE_ROLES = WATCHERS | {Role.ADMINISTRATOR}
# Whose names stand in lists of people; everybody else's is masked there.
PUBLIC_FUNCTIONS = CONSOLE_ROLES | {Role.COMMITTEE_MEMBER, Role.TEAM_CONTACT, Role.PARTNER}


def to(*who: str) -> frozenset[str]:
    """These roles, or OWNER or ANYONE, hold a permission."""
    return frozenset(who)


def alike(app: str, verbs: str, noun: str, who: frozenset[str]) -> dict[str, frozenset[str]]:
    """The same people may do these things with a noun."""
    return {f"{app}.{verb}_{noun}": who for verb in verbs.split()}


# Who may give which roles, in their own region and below.
STREET_GIVES = (Role.COMMUNITY_STAFF, Role.COMMITTEE_MEMBER, Role.TEAM_CONTACT, Role.RESIDENT, Role.REPRESENTATIVE,
                Role.VOLUNTEER, Role.PARTNER)  # fmt: skip
ASSIGNABLE: dict[str, frozenset[str]] = {Role.ADMINISTRATOR: to(*Role.values), STREET: to(*STREET_GIVES)}

GRANTS: dict[str, frozenset[str]] = {
    # people and places
    "communities.view_region": WATCHERS | {Role.ADMINISTRATOR, ANYONE},
    "communities.view_statuschange": WATCHERS | {Role.ADMINISTRATOR},
    "communities.view_roleassignment": WATCHERS | {Role.ADMINISTRATOR},
    "communities.assign_role": to(Role.ADMINISTRATOR, STREET),
    # accounts
    "communities.view_user": WATCHERS | {Role.ADMINISTRATOR, OWNER},
    **alike("communities", "add deactivate reset", "user", to(Role.ADMINISTRATOR, STREET)),
    "communities.reveal_user": STAFF | {Role.ADMINISTRATOR},
    "communities.view_reveal": to(Role.ADMINISTRATOR, STREET, Role.OBSERVER),
    "communities.add_reveal": STAFF | {Role.ADMINISTRATOR},
    "communities.view_auditevent": to(Role.ADMINISTRATOR, STREET, Role.OBSERVER),
    # signing in, and one's own account
    "communities.add_phonecode": to(ANYONE),
    "communities.add_session": to(ANYONE),
    **alike("communities", "view end", "session", to(OWNER)),
    **alike("communities", "view change erase", "own_account", to(OWNER)),
    **alike("communities", "view withdraw", "consent", to(OWNER)),
    # working-day calendar
    "communities.view_calendarday": to(ANYONE) | WATCHERS | {Role.ADMINISTRATOR},
    **alike("communities", "add change", "calendarday", to(Role.ADMINISTRATOR, STREET)),
    # notices, and what waits for staff
    "communities.view_todo": WATCHERS | {Role.ADMINISTRATOR},
    "communities.view_notice": to(OWNER),
    **alike("communities", "view retry", "delivery", to(Role.ADMINISTRATOR, COMMUNITY, STREET)),
    "communities.view_untold": to(Role.ADMINISTRATOR, COMMUNITY, STREET),
    # residents
    "communities.view_resident": to(COMMUNITY, STREET, OWNER),
    "communities.add_resident": to(COMMUNITY),
    "communities.ask_resident": to(OWNER),
    **alike("communities", "view add", "rollimport", to(COMMUNITY)),
    **alike("communities", "check reveal erase", "resident", to(COMMUNITY)),
    # words that a city chooses from
    **{
        f"teams.{verb}_{word}": who
        for word in ("teamtype", "scene", "field", "cooperationmode")
        for verb, who in [("view", to(Role.ADMINISTRATOR, ANYONE)), ("add", CITY), ("change", CITY)]
    },
    # calls
    "teams.view_recruitmentcall": WATCHERS | {ANYONE},
    **alike("teams", "add change publish close", "recruitmentcall", to(COMMUNITY)),
    # admission
    "teams.view_admission": WATCHERS | {OWNER},
    **alike("teams", "add change withdraw", "admission", to(OWNER)),
    "teams.check_admission": to(COMMUNITY),
    "teams.decide_admission": to(STREET),
    "teams.reveal_admission": STAFF,
    "teams.view_admissiondocument": STAFF | {OWNER},
    "teams.change_admissiondocument": to(OWNER),
    # teams
    "teams.view_team": WATCHERS | {ANYONE},
    "teams.change_team": to(COMMUNITY, OWNER),
    "teams.view_teamcontact": STAFF | {OWNER},
    "teams.change_teamcontact": to(COMMUNITY, OWNER),
    "teams.view_teammember": STAFF | {OWNER},
    "teams.change_teammember": to(COMMUNITY, OWNER),
    "teams.reveal_teammember": to(COMMUNITY),
    "teams.suspend_team": STAFF,
    "teams.retire_team": to(STREET),
    # projects
    "projects.view_project": WATCHERS | {OWNER, ANYONE},
    **alike("projects", "propose write submit withdraw", "project", to(OWNER)),
    "projects.check_project": to(COMMUNITY),
    # public notice
    "projects.view_publicnotice": WATCHERS | {OWNER, ANYONE},
    **alike("projects", "publish stop", "publicnotice", to(COMMUNITY)),
    "projects.object_to_publicnotice": to(ANYONE),
    "projects.view_objection": WATCHERS | {OWNER, ANYONE},
    "projects.view_objection_file": STAFF | {OWNER},
    **alike("projects", "answer reveal", "objection", to(COMMUNITY)),
    # roadshow and poll; who may vote is decided by the poll's roll alone
    "projects.view_roadshow": WATCHERS | {ANYONE},
    **alike("projects", "add change run", "roadshow", to(COMMUNITY)),
    "projects.view_poll": WATCHERS | {ANYONE},
    **alike("projects", "add change run", "poll", to(COMMUNITY)),
    **{
        f"projects.{verb}_{noun}": to(COMMUNITY)
        for noun in ("substitution", "expert", "listedvoter")
        for verb in ("view", "add")
    },
    "projects.reveal_expert": to(COMMUNITY),
    "projects.cast_ballot": to(ANYONE),
    "projects.view_voterrollentry": to(COMMUNITY),
    # at the venue; a helper's and a witness's name is shown masked
    **alike("projects", "view reveal", "votingslip", to(COMMUNITY)),
    "projects.view_kiosk": to(COMMUNITY),
    "projects.view_papersheet": to(COMMUNITY),
    **alike("projects", "view take", "presence", to(COMMUNITY)),
    # agreement
    "projects.view_agreement": WATCHERS | {OWNER},
    "projects.draft_agreement": to(COMMUNITY),
    "projects.sign_agreement_for_community": to(COMMUNITY),
    "projects.sign_agreement_for_team": to(OWNER),
    "projects.end_agreement": to(COMMUNITY),
    # milestones
    "projects.view_milestone": WATCHERS | {OWNER, ANYONE},
    "projects.report_milestone": to(OWNER),
    "projects.view_milestonereport": WATCHERS | {OWNER, ANYONE},
    "projects.check_milestonereport": to(COMMUNITY),
    # schemes and committees
    "evaluations.view_scheme": to(STREET, Role.OBSERVER, Role.COMMITTEE_MEMBER),
    **alike("evaluations", "add change", "scheme", to(STREET)),
    "evaluations.view_committee": to(STREET, Role.OBSERVER, Role.COMMITTEE_MEMBER),
    **alike("evaluations", "add change", "committee", to(STREET)),
    "evaluations.view_committeemember": to(STREET, Role.OBSERVER, OWNER),
    "evaluations.view_recusal": to(STREET, OWNER),
    "evaluations.add_recusal": to(STREET),
    "evaluations.view_declaration": to(STREET, OWNER),
    # rounds and score sheets
    "evaluations.view_evaluationround": to(STREET, Role.OBSERVER, Role.COMMITTEE_MEMBER),
    **alike("evaluations", "add change run", "evaluationround", to(STREET)),
    "evaluations.review_evaluationround": to(STREET, Role.COMMITTEE_MEMBER),
    "evaluations.view_assignmentplan": to(STREET, Role.OBSERVER),
    "evaluations.draw_assignmentplan": to(STREET),
    "evaluations.view_ratingrhythm": to(STREET, Role.OBSERVER),
    **alike("evaluations", "add change", "ratingrhythm", to(STREET)),
    "evaluations.view_reminder": to(STREET, Role.OBSERVER),
    "evaluations.view_reminderhold": to(STREET, Role.OBSERVER),
    **alike("evaluations", "add release", "reminderhold", to(STREET)),
    "evaluations.view_scoresheet": to(STREET, OWNER),
    "evaluations.fill_scoresheet": to(OWNER),
    # household surveys; OWNER of a household is its interviewer
    "evaluations.view_survey": WATCHERS | {ANYONE},
    **alike("evaluations", "add change run", "survey", to(STREET)),
    **alike("evaluations", "view reveal", "surveyhousehold", to(STREET, OWNER)),
    "evaluations.visit_surveyhousehold": to(OWNER),
    "evaluations.answer_survey": to(ANYONE),
    "evaluations.view_surveyresult": WATCHERS,
    # the evaluation meeting; OWNER is a member who sits in it
    "evaluations.view_evaluationmeeting": to(STREET, Role.OBSERVER, OWNER),
    **alike("evaluations", "add change run", "evaluationmeeting", to(STREET)),
    "evaluations.view_meetingseat": to(STREET, Role.OBSERVER, OWNER),
    "evaluations.view_agendaitem": to(STREET, Role.OBSERVER, OWNER),
    "evaluations.vote_on_agendaitem": to(OWNER),
    "evaluations.view_gradevote": to(STREET, Role.OBSERVER, OWNER),
    # grades and the brand library
    "evaluations.view_rating": WATCHERS | {OWNER, ANYONE},
    "evaluations.explain_rating": WATCHERS | {OWNER},
    "evaluations.leave_out_rating": to(STREET),
    "evaluations.withdraw_rating": to(STREET),
    # appeals; a reviewer is the OWNER of the own opinion, and sees those of others after giving it
    "evaluations.file_appeal": to(OWNER),
    "evaluations.view_appeal": to(STREET, Role.OBSERVER, OWNER),
    "evaluations.withdraw_appeal": to(OWNER),
    "evaluations.decide_appeal": to(STREET),
    "evaluations.view_reviewer": to(STREET, Role.OBSERVER, OWNER),
    "evaluations.review_appeal": to(OWNER),
    "evaluations.excuse_reviewer": to(STREET),
    "evaluations.view_brandlisting": WATCHERS | {ANYONE},
    "evaluations.withdraw_brandlisting": to(STREET),
    # honours of the year: of the city by its administrator, of a street by its staff
    "evaluations.view_honour": WATCHERS | {Role.ADMINISTRATOR, ANYONE},
    **alike("evaluations", "add change run", "honour", to(Role.ADMINISTRATOR, STREET)),
    "evaluations.view_honourentry": WATCHERS | {Role.ADMINISTRATOR, ANYONE},
    "evaluations.leave_out_honourentry": to(Role.ADMINISTRATOR, STREET),
    "evaluations.revoke_honourentry": to(Role.ADMINISTRATOR, STREET),
    # volunteers: a profile is its owner's; staff see names masked
    "volunteers.view_activitykind": WATCHERS | {Role.ADMINISTRATOR, ANYONE},
    **alike("volunteers", "add change", "activitykind", to(Role.ADMINISTRATOR)),
    "volunteers.view_skill": WATCHERS | {Role.ADMINISTRATOR, ANYONE},
    **alike("volunteers", "add change", "skill", to(Role.ADMINISTRATOR)),
    "volunteers.register_volunteer": to(ANYONE),
    "volunteers.view_volunteer": to(COMMUNITY, STREET, OWNER),
    **alike("volunteers", "edit leave", "volunteer", to(OWNER)),
    **alike("volunteers", "suspend check reveal", "volunteer", to(COMMUNITY)),
    "volunteers.view_safeguard": to(COMMUNITY, STREET, OWNER),
    **alike("volunteers", "add revoke", "safeguard", to(COMMUNITY)),
    # paid work of teams, which is no volunteering; OWNER is the person, and who entered it
    "volunteers.view_paidwork": to(COMMUNITY, STREET, OWNER),
    "volunteers.add_paidwork": to(COMMUNITY, Role.TEAM_CONTACT),
    "volunteers.object_to_paidwork": to(OWNER),
    **alike("volunteers", "confirm withdraw", "paidwork", to(COMMUNITY)),
    # activities and attendance; OWNER of an activity is its leader, of an attendance its volunteer and the leader,
    # though nobody decides on their own hours
    "volunteers.view_activity": WATCHERS | {OWNER, ANYONE},
    **alike("volunteers", "add change run", "activity", to(COMMUNITY)),
    "volunteers.view_repetition": WATCHERS,
    "volunteers.lead_activity": to(COMMUNITY, OWNER),
    "volunteers.join_activity": to(ANYONE),
    "volunteers.view_signup": to(COMMUNITY, STREET, OWNER),
    "volunteers.withdraw_signup": to(COMMUNITY, OWNER),
    "volunteers.view_attendance": to(COMMUNITY, STREET, OWNER),
    "volunteers.confirm_attendance": to(COMMUNITY, OWNER),
    "volunteers.reopen_attendance": to(COMMUNITY),
    "volunteers.view_keptscan": to(COMMUNITY, STREET, OWNER),
    "volunteers.decide_keptscan": to(COMMUNITY, OWNER),
    "volunteers.view_oddity": to(COMMUNITY, STREET),
    "volunteers.decide_oddity": to(COMMUNITY, STREET),
    # certificates, stars, and records from before
    "volunteers.view_certificate": to(COMMUNITY, STREET, OWNER),
    "volunteers.issue_certificate": to(OWNER),
    "volunteers.check_certificate": to(ANYONE),
    **alike("volunteers", "seal revoke", "certificate", to(COMMUNITY, STREET)),
    **alike("volunteers", "view add retire", "seal", to(COMMUNITY, STREET)),
    "volunteers.view_starrule": WATCHERS | {Role.ADMINISTRATOR, ANYONE},
    "volunteers.add_starrule": to(Role.ADMINISTRATOR),
    "volunteers.view_staraward": to(COMMUNITY, STREET, OWNER),
    "volunteers.show_volunteer": to(OWNER),
    **alike("volunteers", "view add undo", "formerimport", to(COMMUNITY)),
    "volunteers.view_formerhours": to(COMMUNITY, STREET, OWNER),
    "volunteers.view_openingbalance": to(COMMUNITY, STREET),
    "volunteers.view_figure": to(COMMUNITY, STREET),
    # points and rewards
    "volunteers.view_pointsrule": WATCHERS | {ANYONE},
    **alike("volunteers", "add end", "pointsrule", to(COMMUNITY, STREET)),
    "volunteers.view_account": WATCHERS | {OWNER, ANYONE},
    "volunteers.view_journal": WATCHERS | {OWNER},
    "volunteers.view_pointentry": WATCHERS | {OWNER},
    "volunteers.view_lot": WATCHERS | {OWNER},
    "volunteers.view_funding": WATCHERS | {ANYONE},
    "volunteers.add_funding": to(STREET),
    "volunteers.take_back_funding": to(STREET),
    "volunteers.view_gift": to(COMMUNITY, STREET, OWNER),
    "volunteers.give_points": to(OWNER),
    "volunteers.take_back_gift": to(COMMUNITY, STREET),
    "volunteers.view_partner": WATCHERS | {OWNER, ANYONE},
    **alike("volunteers", "add run settle", "partner", to(COMMUNITY, STREET)),
    "volunteers.reckon_partner": WATCHERS | {OWNER},
    "volunteers.view_settlement": WATCHERS | {OWNER},
    "volunteers.view_partnerprice": WATCHERS | {OWNER},
    **alike("volunteers", "add withdraw", "partnerprice", to(COMMUNITY, STREET)),
    "volunteers.view_rewardkind": WATCHERS | {Role.ADMINISTRATOR, ANYONE},
    **alike("volunteers", "add change", "rewardkind", to(Role.ADMINISTRATOR)),
    "volunteers.view_rewardphoto": WATCHERS | {OWNER, ANYONE},
    "volunteers.view_reward": WATCHERS | {OWNER, ANYONE},
    **alike("volunteers", "add change run", "reward", to(COMMUNITY, STREET)),
    "volunteers.redeem_reward": to(ANYONE),
    "volunteers.view_reservation": to(COMMUNITY, STREET, OWNER),
    "volunteers.withdraw_reservation": to(OWNER),
    "volunteers.view_coursesession": WATCHERS | {OWNER, ANYONE},
    **alike("volunteers", "add run", "coursesession", to(COMMUNITY, STREET)),
    "volunteers.view_courseplace": to(COMMUNITY, STREET, OWNER),
    "volunteers.view_redemption": to(COMMUNITY, STREET, OWNER),
    "volunteers.cancel_redemption": to(COMMUNITY, OWNER),
    "volunteers.accept_redemption": to(Role.PARTNER),
    "volunteers.view_offlineuse": WATCHERS | {OWNER},
    "volunteers.decide_offlineuse": to(COMMUNITY, STREET),
}


def roles_granting(perm: str) -> frozenset[str]:
    """The roles that hold a permission; one that the matrix does not name is held by nobody."""
    return GRANTS.get(perm, frozenset())
