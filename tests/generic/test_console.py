"""Every noun of the staff console opens for those who may, hides from others, speaks Chinese, asks before it acts."""

import re
from html.parser import HTMLParser
from pathlib import Path

import django
import polib
import pytest
from django.conf import settings
from django.contrib import admin
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communities.console import ReasonForm, ScopedAdmin
from communities.grants import CONSOLE_ROLES, GRANTS, Role
from communities.models import Lifecycle, Region, StatusChange, User
from tests.factories import RegionFactory, RoleAssignmentFactory, UserFactory
from tests.generic import SCOPED, make_in

NOUNS = [
    pytest.param(model, console, id=model._meta.label_lower)
    for model, console in admin.site._registry.items()  # noqa: SLF001 (no public list)
    if isinstance(console, ScopedAdmin)
]
MOVES = [
    pytest.param(model, move, id=f"{model._meta.label_lower}-{move.name}")
    for model, console in admin.site._registry.items()  # noqa: SLF001 (no public list)
    if isinstance(console, ScopedAdmin)
    for move in console.moves
]
# Words that are no words of ours: file endings, and names that the other language keeps.
NOT_ENGLISH = {"English", "esc", "ID", "A", "B", "-"}
# What comes into being by what happens, here made as it would be.
MADE = {
    "scoresheet": {"rating__round__status": "published"},
    "untold": {"tries": 1},
}

pytestmark = pytest.mark.django_db


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def a_row(model, region):
    """A row that lies in this region, or, of a region, the region itself; a person is where they hold a role."""
    if model is User:
        return RoleAssignmentFactory(region=region, role=Role.RESIDENT).user
    return region if model is Region else make_in(model, region, **MADE.get(model._meta.model_name, {}))


def holder_of(perm, region):
    """Somebody with every console role that holds the permission, in the whole city."""
    user = UserFactory()
    for role in sorted(GRANTS[perm] & CONSOLE_ROLES):
        RoleAssignmentFactory(user=user, role=role, region=region)
    return user


def perm_of(model, verb="view"):
    return f"{model._meta.app_label}.{verb}_{model._meta.model_name}"


@pytest.mark.parametrize(("model", "console"), NOUNS)
def test_a_noun_opens_for_those_who_may_see_it(model, console, browse, city, community):
    thing = a_row(model, community)
    client = browse(holder_of(perm_of(model), city))

    listed = client.get(address(model, "changelist"))
    opened = client.get(address(model, "change", thing.pk))

    assert (listed.status_code, opened.status_code) == (200, 200)
    assert address(model, "change", thing.pk) in listed.content.decode()


@pytest.mark.parametrize(("model", "console"), NOUNS)
def test_the_form_for_a_new_one_opens_for_those_who_may_make_it(model, console, browse, city, rf):
    perm = perm_of(model, "add")
    user = holder_of(perm if GRANTS.get(perm, frozenset()) & CONSOLE_ROLES else perm_of(model), city)
    request = rf.get("/")
    request.user = user

    answer = browse(user).get(address(model, "add"))

    assert answer.status_code == (200 if console.has_add_permission(request) else 403)


@pytest.mark.parametrize(("model", "console"), NOUNS)
def test_a_noun_is_closed_to_those_who_hold_no_permission_for_it(model, console, browse, city, community):
    thing = a_row(model, community)
    others = sorted(CONSOLE_ROLES - GRANTS[perm_of(model)])
    if not others:
        pytest.skip("every role of the console sees it")
    user = RoleAssignmentFactory(role=others[0], region=city).user
    client = browse(user)

    listed = client.get(address(model, "changelist"))
    opened = client.get(address(model, "change", thing.pk))

    assert listed.status_code == 403
    assert opened.status_code in {302, 403, 404}
    assert address(model, "changelist") not in client.get("/admin/").content.decode()


@pytest.mark.parametrize(("model", "console"), NOUNS)
def test_a_neighbours_thing_is_neither_listed_nor_opened(model, console, browse, community, neighbour):
    everywhere = {
        "teamtype",
        "scene",
        "field",
        "cooperationmode",
        "activitykind",
        "skill",
        "starrule",
        "rewardkind",
        "calendarday",
    }
    if model not in SCOPED or model._meta.model_name in everywhere:
        pytest.skip("belongs to everybody")
    thing = a_row(model, neighbour)
    client = browse(holder_of(perm_of(model), community))

    listed = client.get(address(model, "changelist"))
    opened = client.get(address(model, "change", thing.pk))

    assert address(model, "change", thing.pk) not in listed.content.decode()
    assert opened.status_code in {302, 403, 404}


@pytest.mark.parametrize(("model", "console"), NOUNS)
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(model, console, browse, city, street):
    client, seen = browse(holder_of(perm_of(model), city)), []
    a_row(model, RegionFactory(parent=street))

    client.get(address(model, "changelist"))
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address(model, "changelist"))
        seen.append((len(answer.context["cl"].result_list), len(queries)))
        a_row(model, RegionFactory(parent=street))
        a_row(model, RegionFactory(parent=street))

    (few, first), (many, second) = seen
    assert 1 <= few < many
    assert first == second, [query["sql"][:300] for query in queries]


@pytest.mark.parametrize(("model", "console"), NOUNS)
def test_a_list_can_be_read_filtered_and_searched(model, console):
    assert len(console.list_display) >= 3
    assert console.list_display != ("__str__",)
    assert console.list_filter
    assert console.search_fields
    assert console.ordering


@pytest.mark.parametrize(("model", "console"), NOUNS)
def test_a_noun_speaks_chinese(model, console, browse, city, community):
    thing = a_row(model, community)
    client = browse(holder_of(perm_of(model), city))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    pages = [address(model, "changelist"), address(model, "change", thing.pk)]

    left = {page: english_in(client.get(page).content.decode()) for page in pages}

    assert left == {page: [] for page in pages}


@pytest.mark.parametrize(("model", "move"), MOVES)
def test_a_move_asks_before_it_acts(model, move, browse, city, community):
    thing = in_a_status_that_allows(model, move, community)
    user = holder_of(perm_of(model), city)
    for role in sorted(GRANTS[move.perm] & CONSOLE_ROLES):
        RoleAssignmentFactory(user=user, role=role, region=community)
    client, button = browse(user), f"{address(model, 'changelist')}{thing.pk}/{move.name.replace('_', '-')}/"
    before = (snapshot(thing), StatusChange.objects.count())

    opened = client.get(button)

    assert opened.status_code == 200
    assert (snapshot(thing), StatusChange.objects.count()) == before


@pytest.mark.parametrize(("model", "move"), [one for one in MOVES if issubclass(one.values[1].form, ReasonForm)])
def test_a_move_without_its_reason_says_so_and_keeps_what_was_typed(model, move, browse, city, community):
    thing = in_a_status_that_allows(model, move, community)
    user = holder_of(perm_of(model), city)
    for role in sorted(GRANTS[move.perm] & CONSOLE_ROLES):
        RoleAssignmentFactory(user=user, role=role, region=community)
    client, button = browse(user), f"{address(model, 'changelist')}{thing.pk}/{move.name.replace('_', '-')}/"
    typed = {name: "2031-05-06" for name in move.form.base_fields if name != "reason"}
    before = snapshot(thing)

    answer = client.post(button, {**typed, "reason": "  "})

    assert answer.status_code == 200
    # At its field, or, where only the service knows that this time a reason is needed, above the form.
    assert {"reason", "__all__"} & answer.context["form"].errors.keys()
    assert all(answer.context["form"][name].value() == value for name, value in typed.items())
    assert snapshot(thing) == before


def in_a_status_that_allows(model, move, region):
    """A thing on whose page the button stands, tried status by status."""
    statuses = list(model.Status) if issubclass(model, Lifecycle) and model is not StatusChange else [None]
    for status in statuses:
        fields = {"status": status} if status else {}
        thing = _tried(model, region, fields)
        if thing is not None and move.is_open(thing) and holder_of(move.perm, region).has_perm(move.perm, thing):
            return thing
    pytest.skip("the factory alone makes nothing that this move is open for; its own tests do")


def _tried(model, region, fields):
    try:
        with transaction.atomic():
            return make_in(model, region, **fields) if fields else a_row(model, region)
    except Error:
        return None


def snapshot(thing):
    return type(thing)._default_manager.filter(pk=thing.pk).values().get()


class Words(HTMLParser):
    """The words that a reader sees, icons' names left out."""

    def __init__(self):
        super().__init__()
        self.words, self.hidden = [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag not in {"br", "img", "input", "link", "meta", "hr", "path", "source", "wbr"}:
            is_icon = "material-symbols" in (attrs.get("class") or "")
            self.hidden.append(is_icon or tag in {"script", "style", "template"} or self.is_hidden)
        for name in ("title", "placeholder", "aria-label", "alt"):
            if attrs.get(name) and not self.is_hidden:
                self.words.append(attrs[name].strip())

    def handle_endtag(self, tag):
        if self.hidden:
            self.hidden.pop()

    def handle_data(self, data):
        if data.strip() and not self.is_hidden:
            self.words.append(" ".join(data.split()))

    @property
    def is_hidden(self):
        return bool(self.hidden) and self.hidden[-1]


def msgids():
    """Every English text that somebody translated: ours, our libraries', Unfold's and Django's."""
    places = [
        Path(settings.BASE_DIR) / "locale/zh_Hans",
        Path(settings.BASE_DIR) / "locale/vendor/zh_Hans",
        Path(django.__file__).parent / "contrib/admin/locale/zh_Hans",
    ]
    found = set()
    for place in places:
        for file in place.glob("LC_MESSAGES/*.po"):
            found |= {entry.msgid.strip().lower() for entry in polib.pofile(str(file)) if "%" not in entry.msgid}
    return found


MSGIDS = msgids()


def english_in(html):
    reader = Words()
    reader.feed(html)
    seen = {word.rstrip(":：") for word in reader.words} - NOT_ENGLISH
    return sorted(word for word in seen if word.lower() in MSGIDS and re.search(r"[A-Za-z]{2}", word))
