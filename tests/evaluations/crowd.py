"""Rounds of as many projects as a test wants, put into the tables many at a time; what counts is done by services."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

from django.utils.timezone import now

from evaluations.models import Declaration, Mark, Rating, ScoreSheet
from evaluations.services import rounds
from projects.models import Project
from tests.evaluations.season import SEATS, drafted_round, official_of, running_project
from tests.factories import RegionFactory

BATCH = 500
NUMBERS = count(1)


class Crowd:
    """A street of its own whose open round has `size` projects, and a committee of five."""

    def __init__(self, size, make_round=drafted_round, **fields):
        self.street = RegionFactory(level="street", code=f"98{next(NUMBERS):07}")
        self.community = RegionFactory(parent=self.street)
        self.official = official_of(self.street)
        first = running_project(self.community)
        self._copy(first, size - 1)
        later = now() + timedelta(days=7)
        # Each group of one but the residents, whose two are so far apart that one sheet decides.
        self.round = make_round(self.street, self.official, closes_at=later, seats=(*SEATS, "residents"), **fields)
        self.projects = Project.objects.filter(region=self.community)

    def _copy(self, first, number):
        """So many more projects like the first, each of a team of its own, with all that the laws ask for."""

        def nth(rows):
            return lambda n: rows[n - 1].pk

        admissions = copies(first.team.admission, number)
        teams = copies(first.team, number, name="队伍第{}号".format, admission_id=nth(admissions))
        projects = copies(first, number, title="项目第{}号".format, team_id=nth(teams))
        copies(first.notices.get(), number, project_id=nth(projects))
        agreement = first.agreements.get()
        copies(agreement, number, project_id=nth(projects), serial=lambda n: agreement.serial + n)

    def open(self):
        rounds.open_(self.round, by=self.official)
        self.member = self.round.committee.members.get(group="street")
        return self

    def close(self):
        """Every sheet is filled in and handed in, then the round is closed."""
        fill_in(self.round)
        rounds.close(self.round, by=self.official)
        assert self.ratings.exclude(grade="").count() == self.projects.count()
        return self

    @property
    def ratings(self):
        return Rating.objects.filter(round=self.round)


def copies(row, number, **fields):
    """So many more rows like this one; a field given as a function is called with 1, 2, 3 …"""
    columns = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    made = [
        type(row)(**columns | {name: value(n) if callable(value) else value for name, value in fields.items()})
        for n in range(1, number + 1)
    ]
    return type(row).objects.bulk_create(made, batch_size=BATCH)


def fill_in(round_):
    """Nobody has an interest and all sheets are handed in: 9 and 8 everywhere, but of one of the residents 0 and 0."""
    sheets = list(ScoreSheet.objects.drafts().filter(rating__round=round_).select_related("member"))
    declared = [
        Declaration(rating_id=sheet.rating_id, member=sheet.member, has_interest=False, at=now()) for sheet in sheets
    ]
    Declaration.objects.bulk_create(declared, batch_size=BATCH)
    low = max(sheet.member_id for sheet in sheets if sheet.member.group in {"residents", "street"})
    leaves = [
        (leaf, {group.code for group in leaf.groups.all()}) for leaf in round_.scheme.indicators.order_by("order")
    ]
    marks = [
        Mark(sheet=sheet, indicator=leaf, value=Decimal(0 if sheet.member_id == low else value))
        for sheet in sheets
        for value, (leaf, groups) in zip((9, 8), leaves, strict=True)
        if sheet.member.group in groups
    ]
    Mark.objects.bulk_create(marks, batch_size=BATCH)
    ScoreSheet.objects.filter(rating__round=round_).update(status="submitted", submitted_at=now())
