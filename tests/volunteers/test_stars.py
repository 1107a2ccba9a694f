"""Stars by hours and the rule of the day; on the wall of thanks only who agreed, and only as long."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from communities.models import Refused, Untold, User
from tests.factories import (
    AttendanceFactory,
    ConsentFactory,
    FormerHoursFactory,
    StarAwardFactory,
    StarRuleFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import StarAward, StarRule
from volunteers.services import stars

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 1)


@pytest.fixture(autouse=True)
def rules():
    for level, hours in enumerate([100, 300, 600, 1000, 1500], start=1):
        StarRuleFactory(level=level, hours=hours, starts_on=date(2020, 1, 1))


def award(on=TODAY):
    return stars.award_due(on=on, by=User.objects.system())


def with_hours(hours, **fields):
    volunteer = VolunteerFactory(**fields)
    if hours:
        FormerHoursFactory(volunteer=volunteer, minutes=hours * 60)
    return volunteer


def held(volunteer):
    return sorted(volunteer.stars.standing().values_list("level", flat=True))


@pytest.mark.parametrize(
    ("hours", "levels"),
    [(0, []), (99, []), (100, [1]), (299, [1]), (300, [1, 2]), (999, [1, 2, 3]), (1000, [1, 2, 3, 4]),
     (1500, [1, 2, 3, 4, 5]), (3000, [1, 2, 3, 4, 5])],
)  # fmt: skip
def test_hours_make_stars(hours, levels):
    volunteer = with_hours(hours)

    award()

    assert held(volunteer) == levels


def test_hours_here_and_from_before_count_together_and_awarding_again_does_nothing():
    volunteer = with_hours(98)
    AttendanceFactory(volunteer=volunteer, status="confirmed", points=0, minutes=119)
    assert award() == 0
    AttendanceFactory(
        volunteer=volunteer,
        status="confirmed",
        points=0,
        minutes=1,
        activity__starts_at=datetime(2026, 6, 9, 1, tzinfo=UTC),
    )

    assert (award(), award()) == (1, 0)
    assert held(volunteer) == [1]


def test_only_the_highest_of_several_is_told():
    volunteer = with_hours(700)

    award()

    told = [
        change
        for change in (untold.change for untold in Untold.objects.all())
        if change.target in volunteer.stars.all()
    ]
    assert [(change.target.level, change.target.audience(change)) for change in told] == [
        (1, []),
        (2, []),
        (3, [volunteer.user]),
    ]


def test_stars_that_hours_no_longer_carry_are_taken_back_and_come_again():
    volunteer = with_hours(100)
    more = FormerHoursFactory(volunteer=volunteer, minutes=200 * 60, words="别的")
    award()
    assert held(volunteer) == [1, 2]

    more.undone_at = "2026-06-30T00:00Z"
    more.save()
    award()
    assert held(volunteer) == [1]

    FormerHoursFactory(volunteer=volunteer, minutes=200 * 60, words="再录")
    award()
    assert held(volunteer) == [1, 2]
    assert StarAward.objects.count() == 2


def test_a_later_rule_holds_from_its_day_and_takes_nothing_away(city):
    early, late = with_hours(100), with_hours(0)
    award()
    stars.add_rule(StarRule(level=1, hours=120, starts_on=date(2026, 8, 1)), place=city, by=UserFactory())
    FormerHoursFactory(volunteer=late, minutes=110 * 60)

    award(on=date(2026, 8, 1))
    assert (held(early), held(late)) == ([1], [])

    award(on=date(2026, 7, 31))
    assert held(late) == [1]


def test_more_stars_take_more_hours_and_a_rule_is_never_changed(city):
    with pytest.raises(Refused) as no:
        stars.add_rule(StarRule(level=2, hours=100, starts_on=TODAY), place=city, by=UserFactory())
    assert no.value.code == "stars_rise"

    for change in (lambda: StarRule.objects.update(hours=1), lambda: StarRule.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_wall_names_only_who_agreed_and_only_as_long(community, neighbour):
    agreed = VolunteerFactory(region=community, name="Amina")
    silent = VolunteerFactory(region=community, name="沉默")
    elsewhere = VolunteerFactory(region=neighbour, name="隔壁")
    for volunteer, level in [(agreed, 1), (agreed, 2), (silent, 2), (elsewhere, 1)]:
        StarAwardFactory(volunteer=volunteer, level=level)
    StarAwardFactory(volunteer=VolunteerFactory(region=community), level=1, status="withdrawn")
    ConsentFactory(user=elsewhere.user, kind="publication")
    ConsentFactory(user=silent.user, kind="privacy")

    stars.show(agreed, by=agreed.user)
    assert [(row.level, row.names, row.others) for row in stars.wall(community)] == [(2, ["Amina"], None)]
    assert (stars.is_shown(agreed), stars.is_shown(silent)) == (True, False)

    stars.hide(agreed, by=agreed.user)
    assert [(row.level, row.names) for row in stars.wall(community)] == [(2, [])]


def test_those_not_named_are_counted_when_they_are_five(community):
    for number in range(5):
        StarAwardFactory(volunteer__region=community, level=3)
        assert stars.wall(community)[0].others == (5 if number == 4 else None)
