"""入户调查 from plan to grade: each household heard once, its answers without it, results in the grades."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from communities.models import Refused, StatusChange
from evaluations.explanation import explain
from evaluations.models import Survey, SurveyFrame, SurveyHousehold, SurveyQuestion, SurveyResult
from evaluations.models.survey_answers import SurveyAnswer
from evaluations.services import cautions, rounds, survey_answers, surveys
from tests.evaluations.season import hand_in, running_project
from tests.evaluations.survey import (
    ask,
    drawn,
    open_households,
    planned,
    refused,
    reply,
    settle,
    survey_round,
)
from tests.factories import SurveyFactory, UserFactory

pytestmark = pytest.mark.django_db


# -- what the database holds


def test_what_was_announced_and_the_questions_are_frozen(survey):
    changes = [
        *(lambda field=field, value=value: Survey.objects.filter(pk=survey.pk).update(**{field: value})
          for field, value in [("size", 3), ("seed", "other"), ("substitutes", 0), ("population", 41)]),
        lambda: SurveyQuestion.objects.update(text="别的"),
        lambda: SurveyQuestion.objects.all().delete(),
        lambda: SurveyQuestion.objects.create(survey=survey, text="再问一题"),
        lambda: SurveyFrame.objects.update(content="x"),
        lambda: SurveyHousehold.objects.update(number=99),
        lambda: SurveyHousehold.objects.filter(status="reserve").update(status="answered"),
        lambda: SurveyHousehold.objects.all().delete(),
        lambda: Survey.objects.all().delete(),
    ]  # fmt: skip

    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_household_is_heard_once_also_by_the_database(survey):
    reply(open_households(survey)[0])
    answer = SurveyAnswer.objects.filter(question__kind="satisfaction").get()

    with pytest.raises(IntegrityError, match="answered_once"), transaction.atomic():
        SurveyAnswer.objects.create(survey=survey, question=answer.question, project=answer.project, level=1)
    with pytest.raises(IntegrityError, match="append_only"), transaction.atomic():
        SurveyAnswer.objects.update(level=1)
    with pytest.raises(IntegrityError, match="household_is_done"), transaction.atomic():
        SurveyHousehold.objects.filter(status="answered").update(status="open")


def test_an_answer_that_is_none_is_refused_also_by_the_database(survey):
    household = open_households(survey)[0]
    satisfaction, yes_no, text = survey.questions.all()
    project = survey.round.ratings.get().project_id
    SurveyHousehold.objects.filter(pk=household.pk).update(status="answered")

    for question, fields in [
        (satisfaction, {"project_id": None, "level": 5}),
        (satisfaction, {"project_id": project, "level": 5, "text": "好"}),
        (yes_no, {"project_id": project, "level": 3}),
        (text, {"project_id": project, "text": "好"}),
        (text, {"project_id": None, "level": 6}),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            SurveyAnswer.objects.create(survey=survey, question=question, **fields)


# -- answering


def test_one_answer_a_household(survey):
    household = open_households(survey)[0]

    reply(household)

    assert refused("answered_once", lambda: reply(household))
    assert SurveyAnswer.objects.count() == 3
    assert StatusChange.objects.filter(actor=household.interviewer).count() == 0


def test_what_is_not_said_is_empty_and_saying_nothing_is_no_answer(survey):
    one, two = open_households(survey)[:2]
    slot = survey_answers.questionnaire(survey)[0].slot

    survey_answers.answer(one, given={slot: (4, "")})

    assert sorted(SurveyAnswer.objects.values_list("level", flat=True), key=str) == [4, None, None]
    assert refused("nothing_said", lambda: survey_answers.answer(two, given={slot: (None, " ")}))
    assert refused("answer_does_not_fit", lambda: survey_answers.answer(two, given={slot: (6, "")}))
    assert refused("answer_does_not_fit", lambda: survey_answers.answer(two, given={slot: (None, "好")}))


def test_an_answer_names_nobody(survey):
    """No column of an answer leads to a household, a person, a letter or a time."""
    columns = {field.column for field in SurveyAnswer._meta.concrete_fields}

    assert columns == {"id", "survey_id", "question_id", "project_id", "grid", "level", "text"}


def test_after_its_end_nobody_is_heard(survey):
    household = open_households(survey)[0]
    late = survey.closes_at

    with pytest.raises(Refused) as no:
        survey_answers.answer(household, given={survey_answers.questionnaire(survey)[0].slot: (4, "")}, at=late)

    assert no.value.code == "survey_takes_no_answers"


# -- the end


def test_nothing_is_counted_before_the_end(survey):
    reply(open_households(survey)[0])

    for read in (survey_answers.counted, survey_answers.texts, survey_answers.counted_by_grid):
        assert refused("survey_is_open", lambda read=read: read(survey))
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyResult.objects.create(
            survey=survey, rating=survey.round.ratings.get(), indicator=survey.questions.first().indicator
        )


def test_closing_cuts_every_link_and_writes_the_results(survey, official):
    for number, household in enumerate(open_households(survey)[:8]):
        reply(household, level=5 if number < 6 else 3, text=f"建议{number}" if number < 3 else "")

    surveys.close(survey, by=official)

    result = SurveyResult.objects.get()
    assert (result.answers, result.share, result.mark) == (8, Decimal("0.875"), Decimal("8.75"))
    assert (survey.status, survey.asked, survey.answered) == ("closed", 20, 8)
    assert set(survey.households.values_list("resident", "secret_hash", "code_hash")) == {(None, "", "")}
    assert survey_answers.texts(survey) == {}
    assert refused("survey_takes_no_answers", lambda: reply(open_households(survey)[0]))


def test_fewer_than_five_answers_are_no_figure(survey, official):
    for household in open_households(survey)[:4]:
        reply(household)

    surveys.close(survey, by=official)

    result = SurveyResult.objects.get()
    assert (result.answers, result.share, result.mark) == (None, None, None)


def test_words_go_after_a_year_and_figures_stay(survey, official):
    for household in open_households(survey)[:5]:
        reply(household, text="多种树")
    surveys.close(survey, by=official)

    early, late = survey_answers.forget_texts(at=now()), survey_answers.forget_texts(at=now() + timedelta(days=366))

    assert (early, late) == (0, 5)
    assert not SurveyAnswer.objects.exclude(text="").exists()
    assert SurveyAnswer.objects.filter(level=5).count() == 10


def test_what_is_called_off_is_destroyed_unread(survey, official):
    reply(open_households(survey)[0])

    surveys.cancel(survey, reason="暴雨", by=official)

    assert (survey.status, SurveyAnswer.objects.count()) == ("cancelled", 0)
    assert not survey.households.exclude(resident=None).exists()


def test_the_clock_closes_what_is_due(survey):
    surveys.close_due(at=survey.closes_at - timedelta(seconds=1), by=UserFactory())
    before = Survey.objects.get(pk=survey.pk).status
    surveys.close_due(at=survey.closes_at, by=UserFactory())

    assert (before, Survey.objects.get(pk=survey.pk).status) == ("under_way", "closed")


# -- the grade


def regraded(round_):
    out = StringIO()
    call_command("regrade", round_.pk, "--check", stdout=out)
    return out.getvalue()


def test_the_survey_is_one_mark_of_the_households_group(survey, round_, official):
    for household in open_households(survey)[:8]:
        reply(household, level=4)
    hand_in(round_, 8)

    rounds.close(round_, by=official)

    rating = round_.ratings.get()
    figure = rating.breakdown["indicators"][1]
    assert figure["groups"][0]["used"] == [{"member": "survey", "value": "7.50"}]
    assert (rating.total, rating.grade) == (Decimal(78), "3A")
    assert "1 ratings recomputed, no difference" in regraded(round_)
    line = explain(rating).surveys[0]
    assert (line.asked, line.answered, line.response_rate) == (20, 8, Decimal("40.0"))
    assert (line.answers, line.margin, line.share) == (8, Decimal("31.4"), Decimal("75.0"))
    assert (line.mark, line.full) == ("7.50", "10")


def test_without_enough_answers_nobody_is_graded_on_what_was_not_asked(survey, round_, official):
    hand_in(round_, 8)

    rounds.close(round_, by=official)

    assert Survey.objects.get(pk=survey.pk).status == "closed"
    assert round_.ratings.get().breakdown["missing"] == ["A2"]


def test_the_committee_is_told_of_a_survey_with_too_few_answers(survey, round_, official):
    for household in open_households(survey)[:3]:
        reply(household)
    hand_in(round_, 8)
    rounds.close(round_, by=official)

    told = [(one.rating, one.text) for one in cautions.named(cautions.of_round(round_)) if one.kind == "few_answers"]

    assert [rating for rating, _text in told] == [round_.ratings.get()]
    assert "A2" in told[0][1]


def test_the_mark_is_in_the_fingerprint_and_a_tampered_one_is_found(survey, round_, official):
    for household in open_households(survey)[:6]:
        reply(household, level=4)
    hand_in(round_, 8)
    rounds.close(round_, by=official)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE evaluations_surveyresult DISABLE TRIGGER evaluations_surveyresult_append_only")
        else:
            cursor.execute("DROP TRIGGER evaluations_surveyresult_append_only_0")
        cursor.execute("UPDATE evaluations_surveyresult SET mark = 9")

    out = StringIO()
    with pytest.raises(CommandError, match="differences"):
        call_command("regrade", round_.pk, "--check", stdout=out)
    assert "input_hash stored" in out.getvalue()
    assert "survey: " in out.getvalue()


def test_a_round_that_is_given_up_takes_its_surveys_along(survey, round_, official):
    rounds.cancel(round_, reason="重来", by=official)

    assert Survey.objects.get(pk=survey.pk).status == "cancelled"


# -- planning


def test_a_survey_is_of_a_community_of_the_street(street, community, round_, official):
    assert refused("other_street", lambda: planned(street, round_, official))
    survey = planned(community, round_, official)
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyFactory(region=community, round=round_)
    assert survey.status == "planned"


def test_questions_are_taken_over_and_checked_at_the_start(community, neighbour, round_, official):
    running_project(neighbour)
    settle(neighbour)
    first, second = planned(community, round_, official), planned(neighbour, round_, official)
    drawn(second, official)
    assert refused("no_questions", lambda: surveys.start(second, by=official))
    ask(first)

    taken = surveys.copy_questions(second, source=first, by=official)

    assert taken == 3
    assert list(second.questions.values_list("kind", "indicator__code")) == [
        ("satisfaction", "A2"),
        ("yes_no", None),
        ("text", None),
    ]
    SurveyQuestion.objects.filter(survey=second, kind="satisfaction").update(
        indicator=round_.scheme.indicators.get(code="A1")
    )
    assert refused("other_indicator", lambda: surveys.start(second, by=official))


def test_a_survey_starts_in_an_open_round_and_ends_with_it(community, street, official, project):
    settle(community)
    round_ = survey_round(street, official, is_open=False)
    survey = drawn(planned(community, round_, official), official)
    ask(survey)

    assert refused("round_is_not_open", lambda: surveys.start(survey, by=official))
    rounds.open_(round_, by=official)
    survey = Survey.objects.get(pk=survey.pk)
    late = round_.closes_at + timedelta(hours=1)
    assert refused("closes_after_round", lambda: surveys.start(survey, closes_at=late, by=official))
    assert refused("closing_in_the_past", lambda: surveys.start(survey, closes_at=now(), by=official))


def test_after_the_draw_only_words_and_the_end_change(survey, official):
    surveys.edit(survey, closes_at=survey.closes_at - timedelta(days=1), title=survey.title, by=official)

    assert refused("survey_is_fixed", lambda: surveys.edit(survey, size=3, by=official))
