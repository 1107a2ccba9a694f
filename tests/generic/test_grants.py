"""The matrix and the code agree: what is asked for is granted to somebody, what is granted is asked for somewhere."""

import re
from pathlib import Path

import pytest
from django.contrib import admin

from communities.console import ScopedAdmin
from communities.grants import ANYONE, GRANTS, OWNER, Role
from config.api import router
from tests.generic import OURS

ROOT = Path(__file__).parents[2]
VIEWSETS = [pytest.param(viewset, id=name) for name, viewset, _basename in router.registry]
# A permission as the code writes it: "app.verb_noun".
PERM = re.compile(rf'"((?:{"|".join(OURS)})\.[a-z]+_[a-z_]+)"')


def sources():
    for app in (*OURS, "config"):
        for file in (ROOT / app).rglob("*.py"):
            if "migrations" not in file.parts and file.name != "grants.py":
                yield file.read_text(encoding="utf-8")


def actions_of(viewset):
    views = [url.callback for url in router.urls if getattr(url.callback, "cls", None) is viewset]
    return {
        action
        for view in views
        for method, action in view.actions.items()
        if method in viewset.http_method_names and method != "head"
    }


@pytest.mark.parametrize("viewset", VIEWSETS)
def test_every_action_of_the_api_names_its_permission(viewset):
    assert set(viewset.perms) == actions_of(viewset)
    assert set(viewset.perms.values()) <= set(GRANTS)


def asked():
    text = "\n".join(sources())
    templates = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "templates").rglob("*.html"))
    return set(PERM.findall(text)) | {perm for perm in GRANTS if perm in templates}


def asked_by_the_console():
    return {
        f"{page.opts.app_label}.{verb}_{page.opts.model_name}"
        for page in admin.site._registry.values()  # noqa: SLF001
        if isinstance(page, ScopedAdmin)
        for verb in ("view", "add", "change", *(["reveal"] if hasattr(page.model, "PERSONAL") else []))
    }


def asked_by_the_api():
    return {perm for _name, viewset, _basename in router.registry for perm in viewset.perms.values()}


def test_what_the_code_asks_for_is_granted_to_somebody():
    models = re.compile(r"\.(view|add|change|delete)_")
    named = {perm for perm in asked() if not models.search(perm)} | asked_by_the_api()

    assert named - set(GRANTS) == set()


def test_what_is_granted_is_asked_for_somewhere():
    assert set(GRANTS) - asked() - asked_by_the_console() - asked_by_the_api() == set()


def test_permissions_are_granted_to_roles_that_exist():
    everybody = {*Role.values, OWNER, ANYONE}

    assert all(who and who <= everybody for who in GRANTS.values())
