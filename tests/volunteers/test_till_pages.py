"""The till on the partner's phone: two taps, a clerk of two partners, and who came to a class."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from tests.factories import (
    ClerkFactory,
    CoursePlaceFactory,
    CourseSessionFactory,
    RedemptionFactory,
    RewardFactory,
    UserFactory,
)
from volunteers.models import Redemption
from volunteers.services import partners, signatures

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(community):
    """Somebody who accepts for two partners."""
    user = UserFactory()
    for name in ("理发店", "洗车行"):
        ClerkFactory(
            partner=RewardFactory(region=community, partner__region=community, partner__name=name).partner, user=user
        )
    return user


def vouchers_of(clerk):
    return [
        RedemptionFactory(reward=clerkship.partner.rewards.get(), region=clerkship.partner.region)
        for clerkship in clerk.clerkships.order_by("partner")
    ]


def test_scanned_and_accepted_with_one_tap(browse, clerk):
    voucher, other = vouchers_of(clerk)
    till = browse(clerk)

    page = till.get(f"/till/{voucher.code}/").content.decode()
    till.post(f"/till/{voucher.code}/")
    till.post(f"/till/{other.code}/")

    assert page.count('<form method="post">') == 1
    assert set(Redemption.objects.values_list("status", "accepted_by")) == {("used", clerk.pk)}
    last = till.get("/till/").content.decode()
    assert all(partner in last for partner in ("理发店", "洗车行"))


def test_a_clerk_added_by_phone_signs_in_by_code_and_is_at_the_till(client, community, clerk):
    partner = clerk.clerkships.first().partner
    added = partners.add_clerk(partner, phone="13900001111", name="王店员", by=UserFactory())

    client.force_login(added.user)

    assert client.get("/till/").status_code == 200
    assert 'href="/till/"' in client.get("/me/").content.decode()


def test_the_page_has_what_a_till_without_network_needs(browse, clerk):
    answer = browse(clerk).get("/till/")

    page = answer.content.decode()
    assert answer["X-Keep-For"] == str(clerk.pk)
    assert f'data-key="{signatures.public_key()}"' in page
    assert f'data-partners="{" ".join(str(c.partner_id) for c in clerk.clerkships.order_by("partner"))}"' in page
    assert all(f'data-reward="{reward}"' in page for reward in [v.reward_id for v in vouchers_of(clerk)])


def test_who_is_no_clerk_knows_of_no_till(browse, clerk):
    voucher, _other = vouchers_of(clerk)

    assert {browse(UserFactory()).get(path).status_code for path in ("/till/", f"/till/{voucher.code}/")} == {404}


@pytest.fixture
def going_on(clerk):
    """A class that began a moment ago, with two who have a place."""
    course = RewardFactory(
        region=clerk.clerkships.first().partner.region, partner=clerk.clerkships.first().partner, lesson_minutes=60
    )
    session = CourseSessionFactory(reward=course, starts_at=now() - timedelta(minutes=5))
    return session, [CoursePlaceFactory(session=session) for _number in range(2)]


def test_who_came_is_marked_and_who_did_not_only_afterwards(browse, clerk, going_on):
    session, (came, missed) = going_on
    till, address = browse(clerk), f"/till/classes/{session.pk}/"

    listed = till.get("/till/").content.decode()
    page = till.get(address).content.decode()
    till.post(address, {"place": came.pk, "came": "yes"})
    early = till.post(address, {"place": missed.pk, "came": "no"}, follow=True).content.decode()
    type(session).objects.update(ends_at=now())
    till.post(address, {"place": missed.pk, "came": "no"})

    assert address in listed
    assert 'value="no"' not in page
    assert "下课之后" in early
    assert dict(Redemption.objects.values_list("pk", "status")) == {
        came.redemption_id: "used",
        missed.redemption_id: "lapsed",
    }
    assert till.post(address, {"place": "x"}).status_code == 404


def test_only_the_clerks_of_its_partner_see_a_class(browse, going_on):
    session, (came, _missed) = going_on
    address = f"/till/classes/{session.pk}/"

    for user in (ClerkFactory().user, came.volunteer.user, UserFactory()):
        assert browse(user).get(address).status_code == 404
        assert browse(user).post(address, {"place": came.pk, "came": "yes"}).status_code == 404
    assert browse().get(address)["Location"].startswith("/sign-in/")
