"""走访 noted without network: sent late, perhaps again and again, and taken once."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils.timezone import localdate, now

from evaluations.models import SurveyHousehold, SurveyVisit
from evaluations.models.survey_answers import SurveyAnswer
from evaluations.services import surveys, visits
from tests.evaluations.season import official_of, running_project
from tests.evaluations.survey import open_households, refused, running, settle, survey_round
from tests.factories import UserFactory

HOUSEHOLDS = "/api/v1/survey-households/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def interviewer(survey, official):
    user = UserFactory()
    surveys.assign(survey, interviewer=user, by=official)
    return user


def visit_of(household, outcome, **more):
    return f"{HOUSEHOLDS}{household.pk}/visit/", {"outcome": outcome, "key": str(uuid4()), **more}


def answer_of(household, level=4):
    question = household.survey.questions.get(order=1)
    project = household.survey.round.ratings.get().project_id
    said = [{"question": question.pk, "project": project, "level": level}]
    return f"{HOUSEHOLDS}{household.pk}/answer/", {"answers": said, "key": str(uuid4())}


def test_what_is_sent_three_times_happens_once(api, survey, interviewer):
    first, second, third = open_households(survey)[:3]
    client, open_ones = api(interviewer), len(open_households(survey))
    sent = [visit_of(first, "absent"), visit_of(second, "refused"), answer_of(third)]

    found = [client.post(url, body) for url, body in sent * 3]

    assert [one.status_code for one in found] == [200] * 9
    assert list(SurveyVisit.objects.values_list("household", "outcome")) == [
        (first.pk, "absent"),
        (second.pk, "refused"),
        (third.pk, "answered"),
    ]
    assert SurveyAnswer.objects.filter(level=4).count() == 1
    # One substitute moved up for the refusal, and one household has answered.
    assert len(open_households(survey)) == open_ones - 1


def test_another_visit_of_the_same_day_is_none(api, survey, interviewer):
    household = open_households(survey)[0]
    client, today = api(interviewer), localdate()
    days = [today - timedelta(days=1), today]

    found = [client.post(*visit_of(household, "absent", on=str(day))) for day in (*days, today)]

    assert [one.status_code for one in found] == [200, 200, 409]
    assert found[2].data["error"]["code"] == "visited_today"
    assert list(household.visits.values_list("on", flat=True)) == days


@pytest.mark.parametrize(("days", "kept"), [(0, 0), (-1, -1), (-7, -7), (-8, 0), (1, 0), (400, 0)])
def test_a_day_that_cannot_be_is_today(survey, interviewer, days, kept):
    household, today = open_households(survey)[0], localdate()

    visits.note(household, outcome="absent", by=interviewer, on=today + timedelta(days=days), key=uuid4())

    assert household.visits.get().on == today + timedelta(days=kept)


def test_what_comes_after_the_end_is_told_so_and_a_repetition_is_not(survey, interviewer):
    first, second = open_households(survey)[:2]
    key, late = uuid4(), survey.closes_at + timedelta(minutes=1)
    visits.note(first, outcome="absent", by=interviewer, key=key)

    visits.note(first, outcome="absent", by=interviewer, key=key, at=late)
    assert refused(
        "survey_takes_no_answers", lambda: visits.note(second, outcome="absent", by=interviewer, key=uuid4(), at=late)
    )


def test_the_database_itself_takes_a_key_once(survey, interviewer):
    first, second = open_households(survey)[:2]
    fields = {"outcome": "absent", "on": localdate(), "by": interviewer, "key": uuid4()}
    SurveyVisit.objects.create(household=first, **fields)

    with pytest.raises(IntegrityError, match=r"each_visit_once|surveyvisit\.key"), transaction.atomic():
        SurveyVisit.objects.create(household=second, **fields)


def test_what_was_answered_leads_to_no_household_by_the_key(survey, interviewer):
    named = {field.name for field in SurveyAnswer._meta.get_fields()}
    assert not named & {"household", "key", "visit", "by", "at"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_the_same_visit_at_once_is_one(street, community):
    official = official_of(street)
    running_project(community)
    settle(community, {"第1网格": 10})
    survey = running(community, survey_round(street, official), official, size=5)
    pk, key, start, found = open_households(survey)[0].pk, uuid4(), Barrier(6), []

    def send():
        try:
            household = SurveyHousehold.objects.select_related("survey__region").get(pk=pk)
            start.wait()
            visits.note(household, outcome="refused", by=official, key=key, at=now())
            found.append("done")
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            found.append(repr(error))
        finally:
            connections.close_all()

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == ["done"] * 6
    assert SurveyVisit.objects.count() == 1
    assert SurveyHousehold.objects.filter(survey=survey, status="open").count() == 5
