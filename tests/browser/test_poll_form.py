"""The form of a vote shows what the chosen rule uses, and no more: by its stylesheet alone."""

import pytest

from communities.grants import Role
from tests.factories import RoadshowFactory

pytestmark = pytest.mark.django_db(transaction=True)
CHANGING = ("seats_per_grid", "max_choices", "winners", "share", "budget", "places")


def shown(tab):
    return {name for name in CHANGING if tab.locator(f".field-{name}").is_visible()}


def test_the_form_shows_what_the_rule_uses(page, person, community):
    RoadshowFactory(region=community)
    tab = page(person(Role.COMMUNITY_STAFF, community), width=1366)
    tab.goto("/admin/projects/poll/add/")
    seen = [shown(tab)]
    for name, value in [
        ("electorate", "residents"),
        ("ballot_type", "score"),
        ("winner_rule", "share"),
        ("winner_rule", "budget_stop"),
        ("winner_rule", "best"),
        ("ballot_type", "budget"),
        ("tie_rule", "all"),
    ]:
        tab.select_option(f"[name={name}]", value)
        seen.append(shown(tab))

    assert seen == [
        {"seats_per_grid", "max_choices", "winners"},
        {"max_choices", "winners"},
        {"winners"},
        {"share"},
        {"budget"},
        {"winners"},
        {"max_choices", "winners", "budget"},
        {"max_choices", "winners", "budget", "places"},
    ]
