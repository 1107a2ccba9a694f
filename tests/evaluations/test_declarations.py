"""利益关系申报: nobody hands in a first sheet without their word; an interest is a recusal, whenever it comes up."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from communities.grants import Role
from communities.models import Refused, StatusChange
from evaluations.models import Declaration, Recusal, ScoreSheet
from evaluations.services import changes, declarations, recusals, rounds, sheets
from tests.evaluations.season import give, hand_in, running_project
from tests.factories import DeclarationFactory, ScoreSheetFactory

pytestmark = pytest.mark.django_db


def refused_by_database(code, change):
    with pytest.raises(IntegrityError, match=code), transaction.atomic():
        change()


@pytest.fixture
def undeclared(open_round):
    found = ScoreSheet.objects.select_related("rating__round__region", "rating__project", "member__user").first()
    given = {leaf: (leaf.full, "") for leaf in sheets.asked(found)}
    changes.save(found, marks=given, by=found.member.user)
    return found


def test_a_first_sheet_waits_for_the_declaration_and_a_correction_does_not(undeclared):
    who = undeclared.member.user
    with pytest.raises(Refused) as no:
        sheets.submit(undeclared, by=who)
    refused_by_database("undeclared", lambda: ScoreSheet.objects.filter(pk=undeclared.pk).update(status="submitted"))

    declarations.declare_none(undeclared, by=who)
    declarations.declare_none(undeclared, by=who)
    sheets.submit(undeclared, by=who)
    sheets.submit(sheets.correct(undeclared, reason="看错了", by=who), by=who)

    assert no.value.code == "undeclared"
    assert list(Declaration.objects.values_list("member__user", "has_interest")) == [(who.pk, False)]
    assert ScoreSheet.objects.submitted().count() == 2


def test_the_word_of_another_member_or_for_another_project_does_not_help(undeclared):
    DeclarationFactory(rating=undeclared.rating, member=undeclared.rating.round.committee.members.last())
    DeclarationFactory(member=undeclared.member)

    refused_by_database("undeclared", lambda: ScoreSheet.objects.filter(pk=undeclared.pk).update(status="submitted"))


def test_an_interest_in_words_recuses_and_no_sheet_is_taken(undeclared):
    who = undeclared.member.user
    with pytest.raises(Refused):
        declarations.declare_interest(undeclared, words=" ", by=who)

    declarations.declare_interest(undeclared, words="姐姐是队长", by=who)

    assert (Declaration.objects.get().words, Recusal.objects.get().reason) == ("姐姐是队长", "姐姐是队长")
    refused_by_database(
        "recused", lambda: ScoreSheetFactory(rating=undeclared.rating, member=undeclared.member, version=2)
    )
    with pytest.raises(Refused):
        declarations.declare_none(undeclared, by=who)
    # Which interest stands where the street reads it, not in the record.
    assert not StatusChange.objects.about(Declaration.objects.get()).exclude(reason="").exists()


def test_an_interest_that_comes_up_later_is_a_recusal_and_the_first_word_stays(undeclared):
    declarations.declare_none(undeclared, by=undeclared.member.user)

    declarations.declare_interest(undeclared, words="上周起为该队做账", by=undeclared.member.user)

    assert list(Declaration.objects.values_list("has_interest", flat=True)) == [False]
    assert Recusal.objects.get().user == undeclared.member.user


def test_what_is_declared_stays():
    said = DeclarationFactory()

    refused_by_database("append_only", lambda: Declaration.objects.update(has_interest=True, words="x"))
    refused_by_database("append_only", said.delete)
    refused_by_database("interest_says_which", lambda: DeclarationFactory(has_interest=True))


def test_nothing_is_declared_after_the_closing(undeclared, official):
    rounds.close(undeclared.rating.round, by=official)
    undeclared.rating.round.refresh_from_db()

    with pytest.raises(Refused) as no:
        declarations.declare_none(undeclared, by=undeclared.member.user)

    assert no.value.code == "round_is_closed"


def test_one_page_declares_for_all_projects_of_a_round(browse, draft_round, official, community):
    other = running_project(community)
    rounds.open_(draft_round, by=official)
    member = draft_round.committee.members.first()
    mine = {sheet.rating.project_id: sheet for sheet in ScoreSheet.objects.filter(member=member)}
    client, url = browse(member.user), f"/scoring/rounds/{draft_round.pk}/declare/"

    listed = client.get("/scoring/").content.decode()
    half_said = client.post(url, {f"interest-{mine[other.pk].pk}": "on"})
    odd = client.post(url, {f"words-{mine[other.pk].pk}": "妹妹"})
    done = client.post(url, {f"interest-{mine[other.pk].pk}": "on", f"words-{mine[other.pk].pk}": "妹妹在队里"})

    assert url in listed
    assert (half_said.status_code, odd.status_code, done.status_code) == (422, 422, 302)
    said = dict(Declaration.objects.values_list("rating__project", "has_interest"))
    assert said == {project: project == other.pk for project in mine}
    assert Recusal.objects.get().project == other
    assert url not in client.get("/scoring/").content.decode()


def test_the_page_of_declarations_is_for_members_of_an_open_round(browse, open_round, person, street, official):
    url = f"/scoring/rounds/{open_round.pk}/declare/"

    assert browse(person(Role.COMMITTEE_MEMBER, street)).get(url).status_code == 404
    assert browse(official).get(url).status_code == 404
    rounds.close(open_round, by=official)
    assert browse(open_round.committee.members.first().user).get(url).status_code == 404


def test_the_sheet_itself_asks_for_the_word(browse, undeclared):
    client, url = browse(undeclared.member.user), f"/scoring/{undeclared.pk}/"
    typed = {f"mark-{leaf.pk}": "8" for leaf in sheets.asked(undeclared)} | {"submit": "1"}
    typed |= {f"seen-{mark.indicator_id}": mark.change for mark in undeclared.marks.all()}

    asked = client.get(url).content.decode()
    refused = client.post(url, typed)
    shown = refused.context["form"].data.dict()
    taken = client.post(url, {**shown, "no_interest": "1"})

    assert 'name="no_interest"' in asked
    assert (refused.status_code, taken.status_code) == (422, 302)
    assert ScoreSheet.objects.get(pk=undeclared.pk).is_sealed


def test_declaring_through_the_api(api, undeclared, person, street):
    client, url = api(undeclared.member.user), f"/api/v1/score-sheets/{undeclared.pk}/declare/"

    codes = [client.post(url, body, format="json").status_code for body in ({}, {"has_interest": True})]
    said = [client.post(url, {"has_interest": False}, format="json").status_code for _ in range(2)]
    mine = client.get("/api/v1/declarations/").data["results"]

    assert (codes, said) == ([400, 409], [200, 200])
    assert [(row["rating"], row["has_interest"]) for row in mine] == [(undeclared.rating_id, False)]
    assert api(person(Role.STREET_STAFF, street)).get("/api/v1/declarations/").data["results"] == mine
    assert api(person(Role.OBSERVER, street)).get("/api/v1/declarations/").data["results"] == []
    assert api(person(Role.STREET_STAFF, street)).post(url, {"has_interest": False}, format="json").status_code == 404


@pytest.mark.parametrize("by_whom", ["member", "staff"])
def test_a_recusal_of_a_closed_round_computes_again_and_the_record_says_so(open_round, official, by_whom):
    hand_in(open_round, 8, 8)
    odd = ScoreSheet.objects.filter(rating__round=open_round).latest("pk")
    sheets.submit(give(sheets.correct(odd, reason="改", by=odd.member.user), 0, 0), by=odd.member.user)
    rounds.close(open_round, by=official)
    rating = open_round.ratings.get()
    before, by = rating.shown_total, odd.member.user if by_whom == "member" else official

    recusals.recuse(odd.member.user, project=rating.project, region=open_round.region, reason="亲属", by=by)

    rating.refresh_from_db()
    assert (before, rating.shown_total) == ("60.00", "80.00")
    notes = [(change.actor, change.reason) for change in StatusChange.objects.about(rating)]
    assert any(actor == by and "60.00 2A → 80.00 4A" in note for actor, note in notes)


def test_the_term_ends_and_open_sheets_are_no_longer_taken(sheet):
    filled = give(sheet, 8, 9)
    filled.member.until = (now() - timedelta(days=1)).date()
    filled.member.save()

    with pytest.raises(Refused) as no:
        sheets.submit(filled, by=filled.member.user)

    assert no.value.code == "seat_has_passed"
