"""What leads on from a community's and an activity's page, and what a filter says that lets nothing through."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from tests.factories import ActivityFactory, SignupFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


def text(response):
    return response.content.decode()


def test_the_community_page_leads_a_volunteer_to_their_own_page_and_others_to_register(browse, community):
    ActivityFactory(region=community, starts_at=now() + timedelta(days=1))
    register = f'href="{reverse("volunteers:register", args=[community.code])}"'
    mine = f'href="{reverse("volunteers:mine")}"'
    volunteer, gone = VolunteerFactory(region=community), VolunteerFactory(region=community, status="left")

    pages = [
        text(browse(user).get(f"/c/{community.code}/")) for user in (volunteer.user, gone.user, UserFactory(), None)
    ]

    assert [(register in page, mine in page) for page in pages] == [(False, True), *[(True, False)] * 3]


def test_no_match_is_told_from_no_activity(browse, community):
    ActivityFactory(region=community, starts_at=now() + timedelta(days=1))

    narrowed = text(browse().get("/activities/?kind=nothing-of-the-kind", HTTP_ACCEPT_LANGUAGE="en"))

    assert "No activity matches" in narrowed
    assert "No activities are planned" not in narrowed


def test_who_signed_up_reads_the_next_step_before_the_details(browse, community):
    volunteer = VolunteerFactory(region=community)
    activity = ActivityFactory(region=community, starts_at=now() + timedelta(minutes=10), place="社区门口")
    SignupFactory(activity=activity, volunteer=volunteer)

    page = text(browse(volunteer.user).get(activity.get_absolute_url()))

    assert 0 < page.index(f'href="/activities/{activity.pk}/here/"') < page.index("社区门口")
