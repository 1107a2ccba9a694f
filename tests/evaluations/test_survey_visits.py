"""走访 and 调查信: who refuses or is not met is replaced in order; a household answers by its letter once."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.timezone import now

from communities.grants import Role
from communities.models import Notice, Refused, Reveal, StatusChange
from evaluations.models import SurveyHousehold, SurveyVisit
from evaluations.models.survey_answers import SurveyAnswer
from evaluations.services import letters, survey_answers, surveys, visits
from tests.evaluations.survey import open_households, reply, running, settle, survey_round
from tests.factories import RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(community, street, official, project):
    settle(community, {"第1网格": 10, "第2网格": 10})
    return running(community, survey_round(street, official), official, size=10, substitutes=50)


@pytest.fixture
def interviewer(survey, official):
    user = UserFactory()
    surveys.assign(survey, interviewer=user, by=official)
    return user


def numbers(survey, grid, status="open"):
    rows = survey.households.filter(grid=grid, status=status).order_by("number")
    return list(rows.values_list("number", flat=True))


def given(household, level=4):
    return {survey_answers.questionnaire(household.survey)[0].slot: (level, "")}


# -- visits


def test_who_refuses_is_replaced_by_the_next_of_the_same_grid(survey, interviewer):
    first = open_households(survey)[0]

    following = visits.note(first, outcome="refused", by=interviewer)

    assert (following.grid, following.number, following.interviewer) == (first.grid, 6, interviewer)
    assert numbers(survey, "第1网格") == [2, 3, 4, 5, 6]
    assert numbers(survey, "第2网格") == [1, 2, 3, 4, 5]
    assert list(SurveyVisit.objects.values_list("household", "outcome", "by")) == [
        (first.pk, "refused", interviewer.pk)
    ]


def test_who_is_not_met_three_times_on_different_days_is_replaced(survey, interviewer):
    household, moved = open_households(survey)[0], []

    for day in range(3):
        with time_machine.travel(now() + timedelta(days=day)):
            moved.append(visits.note(household, outcome="absent", by=interviewer))
    with pytest.raises(Refused) as no:
        visits.note(household, outcome="absent", by=interviewer)

    assert moved[:2] == [None, None]
    assert moved[2].number == 6
    assert no.value.code == "household_is_done"
    assert SurveyHousehold.objects.get(pk=household.pk).status == "absent"


def test_twice_on_one_day_is_one_visit(survey, interviewer):
    household = open_households(survey)[0]
    visits.note(household, outcome="absent", by=interviewer)

    with pytest.raises(Refused) as no:
        visits.note(household, outcome="absent", by=interviewer)

    assert no.value.code == "visited_today"
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyVisit.objects.update(outcome="refused")


def test_when_no_substitute_is_left_the_record_says_so(survey, interviewer):
    moved = [visits.note(one, outcome="refused", by=interviewer) for one in open_households(survey)[:4]]

    assert [one.number if one else None for one in moved] == [6, 7, 8, None]
    assert "第1网格" in StatusChange.objects.about(survey).last().reason


def test_an_interviewer_takes_down_an_answer_and_nothing_says_which(survey, interviewer):
    household = open_households(survey)[0]

    visits.answer(household, given=given(household), by=interviewer)

    assert SurveyVisit.objects.get().outcome == "answered"
    assert numbers(survey, "第1网格") == [2, 3, 4, 5]
    with pytest.raises(Refused) as no:
        visits.answer(household, given=given(household), by=interviewer)
    assert no.value.code == "answered_once"
    with pytest.raises(Refused):
        visits.note(household, outcome="answered", by=interviewer)


def test_an_interviewer_is_named_by_grid_and_the_record_says_whom(survey, official):
    one, two = UserFactory(), UserFactory(name="王小丫")

    here = surveys.assign(survey, interviewer=one, grid="第1网格", by=official)
    rest = surveys.assign(survey, interviewer=two, by=official)

    assert (here, rest) == (8, 8)
    assert list(Notice.objects.values_list("user", "kind")) == [
        (one.pk, "survey_assigned"),
        (two.pk, "survey_assigned"),
    ]
    assert "王**" in StatusChange.objects.about(survey).last().reason


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes one after the other")
def test_two_refusals_at_once_call_two_substitutes(survey, interviewer, race):
    chosen = open_households(survey)[:2]

    moved = race(2, lambda number: visits.note(chosen[number], outcome="refused", by=interviewer).number)

    assert sorted(moved) == [6, 7]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes one after the other")
def test_twenty_answers_at_once_by_one_household_are_one(survey, race):
    household = open_households(survey)[0]

    def answer(_number):
        try:
            reply(household)
        except Refused as no:
            return no.code
        return "taken"

    said = race(20, answer)

    assert sorted(said) == ["answered_once"] * 19 + ["taken"]
    assert SurveyAnswer.objects.count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite writes one after the other")
def test_an_answer_and_the_closing_at_once_leave_nothing_between(survey, official, race):
    waiting = open_households(survey)[:6]

    def act(number):
        try:
            return surveys.close(survey, by=official) if number == 6 else reply(waiting[number])
        except Refused as no:
            return no.code

    race(7, act)

    survey.refresh_from_db()
    assert survey.answered == survey.households.filter(status="answered").count()
    assert SurveyAnswer.objects.count() == 3 * survey.answered


# -- letters


@pytest.fixture
def letter(survey, official):
    return letters.print_for(survey, households=[open_households(survey)[0].pk], by=official)[0]


def test_a_letter_is_stored_as_fingerprints_and_each_look_at_an_address_is_recorded(survey, letter, official):
    stored = SurveyHousehold.objects.get(pk=letter.household.pk)

    assert letter.address == stored.address
    assert (len(letter.code), letter.secret in stored.secret_hash, letter.code in stored.code_hash) == (
        12,
        False,
        False,
    )
    assert Reveal.objects.get(field="address").target == stored
    assert letters.find(letter.secret) == letters.find_by_code(letter.code, address="1") == stored
    assert letters.find_by_code(" ".join(letter.groups), address="1") == stored


def test_a_new_letter_kills_the_old_one(survey, letter, official):
    anew = letters.print_for(survey, households=[letter.household.pk], by=official)[0]

    with pytest.raises(Refused) as no:
        letters.find(letter.secret)

    assert no.value.code == "no_letter"
    assert letters.find(anew.secret) == letter.household


def test_what_the_digits_of_a_replaced_letter_opened_is_closed(survey, letter, official, client):
    opened = client.post(reverse("evaluations:survey-code"), {"code": letter.code})["Location"]
    assert client.get(opened).status_code == 200

    letters.print_for(survey, households=[letter.household.pk], by=official)

    assert client.get(opened).status_code == 409


def test_five_wrong_codes_close_the_door_for_a_while(letter):
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Refused, match=str(left)):
            letters.find_by_code("000000000000", address="10.0.0.9")

    with pytest.raises(Refused) as no:
        letters.find_by_code(letter.code, address="10.0.0.9")
    assert no.value.code == "locked"
    assert letters.find_by_code(letter.code, address="10.0.0.8") == letter.household
    with time_machine.travel(now() + timedelta(minutes=16)):
        assert letters.find_by_code(letter.code, address="10.0.0.9") == letter.household


def test_after_the_end_no_code_opens_anything(survey, letter, official):
    surveys.close(survey, by=official)

    with pytest.raises(Refused):
        letters.find(letter.secret)
    with pytest.raises(Refused):
        letters.print_for(survey, households=[letter.household.pk], by=official)


def test_who_has_no_right_to_addresses_prints_no_letters(survey, person, neighbour):
    with pytest.raises(Refused) as no:
        letters.print_for(
            survey, households=[open_households(survey)[0].pk], by=person(Role.COMMUNITY_STAFF, neighbour)
        )

    assert no.value.code == "not_allowed"


# -- pages


def test_a_household_answers_by_its_letter(browse, survey, letter):
    page = reverse("evaluations:survey-letter", args=[letter.secret])
    slots = [f"answer-{'-'.join(str(part) for part in place.slot if part)}" for place in
             survey_answers.questionnaire(survey)]  # fmt: skip
    nobody = browse()

    opened = nobody.get(page)
    empty = nobody.post(page, {})
    sent = nobody.post(page, {slots[0]: "5", slots[1]: "5", slots[2]: "多种树"}, follow=True)
    again = nobody.post(page, {slots[0]: "1"})

    assert (opened.status_code, opened["Referrer-Policy"]) == (200, "strict-origin")
    assert letter.address not in opened.content.decode()
    assert empty.status_code == 422
    assert sent.status_code == 200
    assert again.status_code == 422
    assert sorted(SurveyAnswer.objects.values_list("level", "text"), key=str) == [(5, ""), (5, ""), (None, "多种树")]


def test_the_twelve_digits_open_it_too(browse, letter):
    nobody, door = browse(), reverse("evaluations:survey-code")

    wrong = nobody.post(door, {"code": "1234 5678 9012"})
    right = nobody.post(door, {"code": " ".join(letter.groups)}, follow=True)
    forged = nobody.get(reverse("evaluations:survey-letter", args=["x:y:z"]))

    assert (wrong.status_code, right.status_code, forged.status_code) == (422, 200, 409)
    assert right.context["household"] == letter.household


def test_the_interviewer_sees_their_own_households_alone(browse, survey, interviewer):
    client, other = browse(interviewer), browse(UserFactory())
    household = open_households(survey)[0]
    page = reverse("evaluations:visit", args=[household.pk])

    listed = client.get(reverse("evaluations:visits")).content.decode()
    opened = client.get(page).content.decode()
    shown = client.post(page, {"do": "address"}).content.decode()

    assert household.address not in listed + opened
    assert household.address in shown
    assert Reveal.objects.filter(by=interviewer, field="address").count() == 1
    assert other.get(page).status_code == 404
    assert household.address not in other.get(reverse("evaluations:visits")).content.decode()


def test_the_interviewer_s_page_takes_refusals_absences_and_answers(browse, survey, interviewer):
    client, (one, two, three) = browse(interviewer), open_households(survey)[:3]
    slot = survey_answers.questionnaire(survey)[0].slot

    for household, sent in [
        (one, {"do": "absent"}),
        (two, {"do": "refused"}),
        (three, {"do": "answer", f"answer-{slot[0]}-{slot[1]}": "4"}),
    ]:
        client.post(reverse("evaluations:visit", args=[household.pk]), sent)

    assert [SurveyHousehold.objects.get(pk=each.pk).status for each in (one, two, three)] == [
        "open",
        "refused",
        "answered",
    ]
    assert SurveyAnswer.objects.filter(level=4).count() == 1


def test_when_the_survey_is_over_the_interviewer_sees_nothing_more(browse, survey, interviewer, official):
    household = open_households(survey)[0]
    surveys.close(survey, by=official)

    assert browse(interviewer).get(reverse("evaluations:visit", args=[household.pk])).status_code == 404


def test_the_street_prints_letters_and_they_are_shown_once(browse, survey, official):
    client, desk = browse(official), reverse("evaluations:survey-letters", args=[survey.pk])

    printed = client.post(desk, {}).content.decode()
    after = client.get(desk).content.decode()

    assert printed.count('class="letter"') == 10
    assert 'class="letter"' not in after
    assert Reveal.objects.filter(by=official, field="address").count() == 10
    assert browse(UserFactory()).get(desk).status_code == 404


def test_everybody_can_draw_again_from_the_published_files(browse, survey):
    nobody = browse()

    page = nobody.get(survey.get_absolute_url()).content.decode()
    listed, drawn = (
        nobody.get(reverse(f"evaluations:{name}", args=[survey.pk])).content.decode()
        for name in ("survey-frame", "survey-drawn")
    )

    assert survey.seed in page
    assert len(listed.splitlines()) == 21
    assert drawn.count(",drawn\n") == 10
    assert drawn.count(",substitute\n") == 6
    assert not any(one.address in page + listed + drawn for one in survey.households.all())


def test_results_are_for_staff_and_come_with_the_end_of_the_round(browse, survey, official, person, street):
    page = reverse("evaluations:survey-results", args=[survey.pk])
    for household in open_households(survey)[:5]:
        reply(household, level=4, text="多种树")
    surveys.close(survey, by=official)

    before = browse(official).get(page)
    survey.round.status = "closed"
    survey.round.save()
    after = browse(official).get(page)

    assert "75.0 %" not in before.content.decode()
    assert "75.0 %" in after.content.decode()
    assert "多种树" in after.content.decode()
    assert before.context["report"].figures == []
    assert browse(RoleAssignmentFactory(role=Role.COMMITTEE_MEMBER, region=street).user).get(page).status_code == 404
    assert browse().get(page).status_code == 302


def test_the_page_counts_wrong_codes_too(browse, letter):
    page, wrong = browse(), {"code": "0" * 12}

    said = [page.post("/s/", wrong).content.decode() for _try in range(6)]

    assert ["还可试 4 次" in said[0], "还可试 0 次" in said[4]] == [True, True]
    assert "还可试" not in said[5]
    assert page.post("/s/", {"code": letter.code}).status_code == 422
