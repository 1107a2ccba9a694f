"""Django's own pages of the console, beside the menu that stands on each."""

import pytest
from django.test import RequestFactory

from communities.grants import Role
from config.console import navigation

pytestmark = pytest.mark.django_db


def test_the_page_of_an_app_lists_what_one_may_see(browse, person, community):
    page = browse(person(Role.COMMUNITY_STAFF, community)).get("/admin/projects/")

    assert page.status_code == 200
    assert "/admin/projects/poll/" in [each["admin_url"] for app in page.context["app_list"] for each in app["models"]]


def test_an_app_of_which_one_may_see_nothing_is_not_there(browse, person, community):
    assert browse(person(Role.COMMUNITY_STAFF, community)).get("/admin/auth/").status_code == 404


def test_the_menu_is_made_of_finished_words_and_knows_where_one_is(person, community):
    request = RequestFactory().get("/admin/projects/poll/7/change/")
    request.user = person(Role.COMMUNITY_STAFF, community)

    items = [item for group in navigation(request) for item in group["items"]]

    assert {type(item[name]) for item in items for name in ("title", "link")} == {str}
    assert [item["link"] for item in items if item.get("active")] == ["/admin/projects/poll/"]
