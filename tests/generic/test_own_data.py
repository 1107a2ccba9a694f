"""What is kept about a person is handed to that person: every noun that names people, or the reason why not."""

import json
from datetime import timedelta

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from django.utils.translation import override

from communities.models import Resident, User
from communities.models.record import record
from communities.own_data import KEPT, NOT_HANDED_OUT, parts
from communities.services import people
from evaluations.models import CommitteeMember
from tests.factories import (
    ActivityFactory,
    ActivityKindFactory,
    AttendanceFactory,
    BallotFactory,
    CertificateFactory,
    JournalFactory,
    ResidentFactory,
    SignupFactory,
    UserFactory,
    VolunteerFactory,
    VoterRollEntryFactory,
)
from tests.generic import MODELS
from volunteers.models import Volunteer

PEOPLE = (User, Resident, Volunteer, CommitteeMember)
NAMING = {
    model._meta.label_lower
    for model in MODELS
    if any(field.is_relation and field.related_model in PEOPLE for field in model._meta.concrete_fields)
}


def test_every_noun_that_names_somebody_is_handed_out_or_says_why_not():
    handed_out = {kept.model._meta.label_lower for kept in KEPT}

    assert NAMING - handed_out - NOT_HANDED_OUT.keys() == set()
    assert handed_out & NOT_HANDED_OUT.keys() == set()
    assert all(NOT_HANDED_OUT.values())


@pytest.mark.django_db
@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.model._meta.label_lower)
def test_every_noun_can_be_read_and_written_down(kept):
    user = UserFactory()

    assert list(kept.rows(user).order_by("pk").values_list(*kept.fields)) is not None


@pytest.mark.django_db
def test_somebody_gets_their_own_in_full_and_nothing_of_others(community):
    mine, other = (VolunteerFactory(region=community, name=name) for name in ("Amina", "别人"))
    for volunteer in (mine, other):
        SignupFactory(volunteer=volunteer, activity=ActivityFactory(title=f"活动-{volunteer.name}"))
        AttendanceFactory(volunteer=volunteer, evaluation=f"评价-{volunteer.name}")
        JournalFactory(volunteer=volunteer, reason=f"积分-{volunteer.name}")
        CertificateFactory(volunteer=volunteer)
        ResidentFactory(user=volunteer.user, region=community, name=volunteer.name, address=f"住址-{volunteer.name}")

    kept = people.export(mine.user, at=now(), by=mine.user)

    text = json.dumps(kept, cls=DjangoJSONEncoder, ensure_ascii=False)
    for words in ("活动-Amina", "评价-Amina", "积分-Amina", "住址-Amina", mine.number):
        assert words in text
    assert "别人" not in text
    assert other.number not in text


@pytest.mark.django_db
def test_there_is_no_ballot_in_it(browse):
    ballot = BallotFactory(receipt="987654321012")
    voter = ResidentFactory(user=UserFactory())
    VoterRollEntryFactory(resident=voter, user=voter.user)

    nouns = {kept.model._meta.model_name for kept in KEPT}
    page = browse(voter.user).get("/me/data/").content.decode()

    assert "voterrollentry" in nouns
    assert not [noun for noun in nouns if "ballot" in noun or "receipt" in noun]
    assert ballot.receipt not in page


@pytest.mark.django_db
def test_the_page_takes_as_many_queries_for_many_rows_as_for_few(browse, community):
    volunteer = VolunteerFactory(region=community)
    client, seen = browse(volunteer.user), []
    client.get("/me/data/")

    for _time in range(2):
        for _each in range(3):
            JournalFactory(volunteer=volunteer)
            SignupFactory(volunteer=volunteer, activity__starts_at=now() + timedelta(days=1))
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/me/data/")
        seen.append(len(queries))

    assert seen[0] == seen[1]
    assert page.content.decode().count("<table") == len(parts(volunteer.user))


@pytest.mark.django_db
def test_somebody_of_whom_nothing_is_kept_is_told_so(browse):
    assert "除账号外" in browse(UserFactory()).get("/me/data/").content.decode()


@pytest.mark.django_db
def test_another_things_name_stands_below_what_that_thing_is(browse, community):
    """“Name” twice in one table would say neither whose, and on a phone each value has its heading beside it."""
    user = UserFactory()
    ResidentFactory(user=user, region=community, name="王小明", is_representative=False)

    with override("zh-hans"):
        (roll,) = parts(user)
        said = {cell.heading: cell.said for row in roll.cells for cell in row}
    page = browse(user).get("/me/data/").content.decode()

    assert (said["区划"], said["姓名"], said["居民代表"]) == (str(community), "王小明", "否")
    assert '<td data-heading="姓名">王小明</td>' in page


@pytest.mark.django_db
def test_an_english_name_is_a_column_of_those_who_read_english(community):
    volunteer = VolunteerFactory(region=community)
    volunteer.kinds.add(ActivityKindFactory(name="巡逻防范", name_en="patrol and safety"))
    said = {}

    for language in ("zh-hans", "en"):
        with override(language):
            (kinds,) = [part for part in parts(volunteer.user) if "kinds__name" in part.fields]
            said[language] = [[cell.said for cell in row] for row in kinds.cells]
            assert [cell.heading for cell in next(kinds.cells)] == kinds.columns

    assert said == {"zh-hans": [["巡逻防范"]], "en": [["巡逻防范", "patrol and safety"]]}


@pytest.mark.django_db
def test_a_status_is_called_as_its_own_kind_of_thing_calls_it(community):
    """“valid” is a status of several things."""
    certificate = CertificateFactory(volunteer__region=community)
    user = certificate.volunteer.user
    record(certificate, region=community, old="", new="valid", by=user)

    with override("zh-hans"):
        (did,) = [part for part in parts(user) if part.name == "communities.statuschange"]
        said = list(did.cells)[-1]

    assert [cell.said for cell in said[1:4]] == ["志愿服务记录证明", "—", "有效"]
