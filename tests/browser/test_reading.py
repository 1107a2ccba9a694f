"""The browser tests' own ground: pages open as each reader reads them, and faults are seen."""

import pytest

from communities.grants import Role


@pytest.mark.parametrize("width", [390, 1366])
@pytest.mark.parametrize(("language", "elder"), [("zh-hans", False), ("zh-hans", True), ("en", False), ("en", True)])
def test_the_front_page_reads_well(page, violations, city, language, elder, width):
    here = page(language=language, elder=elder, width=width)

    here.goto("/")

    assert here.locator("html").get_attribute("lang").lower() == language
    assert violations(here) == {}
    assert here.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_signed_in_person_is_who_they_are(page, person, community):
    staff = person(Role.COMMUNITY_STAFF, community, name="陈某某")
    here = page(staff, width=1366)

    here.goto("/admin/")

    assert "陈某某" in here.content()


def test_axe_sees_a_fault(page, violations, city):
    here = page()
    here.goto("/")

    here.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")

    assert list(violations(here)) == ["image-alt"]
