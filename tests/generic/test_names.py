"""Who did something is known to those who need it: names of residents stay masked where others read the record."""

import pytest
from django.urls import reverse

from communities.grants import Role
from projects.services import objections
from tests.factories import ActivityFactory, JournalFactory, PublicNoticeFactory, UserFactory

pytestmark = pytest.mark.django_db
NAME = "欧阳匿名"


@pytest.fixture
def objection(community):
    notice = PublicNoticeFactory(region=community)
    return objections.object_to(
        notice, by=UserFactory(name=NAME), text="收费太高", is_anonymous=True, on=notice.ends_on
    )


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.COMMUNITY_STAFF, Role.STREET_STAFF])
def test_the_record_names_no_anonymous_objector(browse, person, community, street, objection, role):
    client = browse(person(role, community if role == Role.COMMUNITY_STAFF else street))

    pages = [
        client.get(reverse("admin:projects_objection_change", args=[objection.pk])),
        client.get(reverse("admin:communities_statuschange_changelist")),
    ]

    for page in pages:
        assert page.status_code == 200
        assert NAME not in page.content.decode()
        assert "欧***" not in page.content.decode() or role == Role.COMMUNITY_STAFF


def test_nobody_asks_the_address_bar_who_objected(browse, person, street, objection):
    observer = browse(person(Role.OBSERVER, street))

    for lookup in ("author", "author__exact", "author__id__exact"):
        page = observer.get(reverse("admin:projects_objection_changelist"), {lookup: objection.author_id})
        assert page.status_code in {302, 400}
    page = observer.get(reverse("admin:communities_statuschange_changelist"), {"actor": objection.author_id})
    assert page.status_code in {302, 400}


def test_the_ledger_masks_who_redeemed(browse, person, community):
    journal = JournalFactory(volunteer__region=community, by=UserFactory(name=NAME))
    client = browse(person(Role.COMMUNITY_STAFF, community))

    for page in [
        client.get(reverse("admin:volunteers_journal_changelist")),
        client.get(reverse("admin:volunteers_journal_change", args=[journal.pk])),
    ]:
        assert "欧***" in page.content.decode()
        assert NAME not in page.content.decode()


def test_the_form_of_an_activity_lists_nobody(browse, person, community):
    UserFactory(name=NAME)
    staff = browse(person(Role.COMMUNITY_STAFF, community))
    activity = ActivityFactory(region=community, leader=UserFactory(name=NAME))

    for page in [
        staff.get(reverse("admin:volunteers_activity_add")),
        staff.get(reverse("admin:volunteers_activity_change", args=[activity.pk])),
    ]:
        assert page.status_code == 200
        assert NAME not in page.content.decode()
