"""The API's description is made once for each language and format, and is the same for everybody."""

import pytest

from communities.grants import Role
from config import description

pytestmark = pytest.mark.django_db
ADDRESS, JSON = "/api/v1/schema/", "application/json"


def described(client, language="en", kind=JSON):
    return client.get(ADDRESS, headers={"Accept": kind, "Accept-Language": language})


def test_everybody_reads_the_same_made_once(api, person, community):
    description._described.cache_clear()  # noqa: SLF001

    mine, nobodys = described(api(person(Role.COMMUNITY_STAFF, community))), described(api())

    assert mine.content == nobodys.content
    assert "/api/v1/teams/" in mine.json()["paths"]
    assert description._described.cache_info().misses == 1  # noqa: SLF001


def test_each_language_and_format_has_its_own(api):
    english, chinese, yaml = described(api()), described(api(), "zh-hans"), described(api(), kind="application/yaml")

    assert (english["Content-Type"], yaml["Content-Type"]) == (JSON, "application/yaml; charset=utf-8")
    assert english.json().keys() == chinese.json().keys()
    assert english.content != chinese.content
    assert yaml.content.startswith(b"openapi: ")
