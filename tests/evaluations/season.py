"""A street's round for the tests: a small scheme, a committee of one in each group, projects that run."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils.timezone import now

from communities.grants import Role
from evaluations.models import ScoreSheet
from evaluations.services import changes, committees, declarations, rounds, schemes, sheets
from tests.factories import AgreementFactory, ProjectFactory, RoleAssignmentFactory, UserFactory

SEATS = ("street", "community", "residents", "third_party")


def small_scheme(street, by):
    """A1 of 60 points and A2 of 40, both with full marks 10 and marked by all four groups of equal weight."""
    scheme = schemes.create(street, name="小方案", by=by)
    groups = [scheme.groups.create(code=code, weight=Decimal(25)) for code in SEATS]
    for order, (code, weight) in enumerate([("A1", 60), ("A2", 40)]):
        leaf = scheme.indicators.create(code=code, name=f"指标{code}", weight=weight, full=10, order=order)
        leaf.groups.set(groups)
    return scheme


def running_project(community, **fields):
    project = ProjectFactory(region=community, status="running", **fields)
    AgreementFactory(
        project=project, region=community, status="running", starts_on=date(2026, 1, 1), ends_on=date(2027, 12, 31)
    )
    return project


def committee_of(street, by, seats=SEATS):
    committee = committees.found(street, name="考评委", by=by)
    for group in seats:
        committees.appoint(committee, user=UserFactory(), group=group, by=by, since=date(2026, 1, 1))
    return committee


def official_of(street):
    return RoleAssignmentFactory(role=Role.STREET_STAFF, region=street).user


def drafted_round(street, by, *, closes_at, seats=SEATS, **fields):
    return rounds.draft(
        street,
        title="上半年考评",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 6, 30),
        committee=committee_of(street, by, seats),
        scheme=small_scheme(street, by),
        closes_at=closes_at,
        by=by,
        **fields,
    )


def publish(round_, by):
    """Announce a closed round so long ago that nobody may appeal any more, and publish it."""
    rounds.announce(round_, by=by, at=now() - timedelta(days=60))
    rounds.publish(round_, by=by)


def give(sheet, *values, note="", at=None):
    """Declare no interest and fill a sheet in with these marks, in the order of its indicators."""
    sheet = ScoreSheet.objects.select_related("rating__round__region", "member__user").get(pk=sheet.pk)
    if sheet.version == 1:
        declarations.declare_none(sheet, by=sheet.member.user, at=at)
    given = {leaf: (Decimal(str(value)), note) for leaf, value in zip(sheets.asked(sheet), values, strict=True)}
    changes.save(sheet, marks=given, by=sheet.member.user, at=at)
    return sheet


def hand_in(round_, *values, at=None):
    """Fill in and submit every sheet of a round with the same marks."""
    for sheet in ScoreSheet.objects.drafts().filter(rating__round=round_):
        filled = give(sheet, *values, at=at)
        sheets.submit(filled, by=filled.member.user, at=at)
