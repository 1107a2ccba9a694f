"""准入 by service and API: begun, filled in, handed in, checked, decided."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils.timezone import localdate

from communities.grants import Role
from communities.models import Refused, StatusChange, Upload
from teams.models import Admission, Team
from teams.models.credit_code import check_digit
from teams.services import admissions
from tests.factories import (
    AdmissionDocumentFactory,
    AdmissionFactory,
    RecruitmentCallFactory,
    TeamFactory,
    TeamTypeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
URL = "/api/v1/admissions/"
CODE = "91330700MA0000000"
CODE += check_digit(CODE)
# move → (from, what it asks, where it leads, who makes it)
MOVES = {
    "return": ("submitted", {"reason": "缺营业执照"}, "returned", Role.COMMUNITY_STAFF),
    "recommend": ("submitted", {"recommendation": "材料齐全"}, "recommended", Role.COMMUNITY_STAFF),
    "admit": ("recommended", {}, "admitted", Role.STREET_STAFF),
    "reject": ("recommended", {"reason": "超出范围"}, "rejected", Role.STREET_STAFF),
}
OWN_MOVES = {
    "submit": (["draft", "returned"], "submitted"),
    "withdraw": (["draft", "submitted", "returned", "recommended"], "withdrawn"),
}


@pytest.fixture
def words():
    return {
        "name": "暖心队",
        "kind": "social_organisation",
        "standing": "group",
        "team_type": TeamTypeFactory(code="doctor").code,
        "registration_code": CODE,
        "contact_name": "林小一",
        "contact_phone": "138 0013 8000",
        "introduction": "我们会量血压。",
    }


def test_an_application_goes_all_the_way_through_the_api(api, applicant, staff, officer, call, words, pdf):
    mine = api(applicant)
    begun = mine.post(URL, {"call": call.pk, **words})
    assert begun.status_code == 201, begun.json()
    one = f"{URL}{begun.json()['id']}/"
    assert mine.post(f"{one}documents/", {"file": pdf()}, format="multipart").status_code == 201
    assert mine.post(f"{one}submit/").status_code == 200
    assert api(staff).post(f"{one}return/", {"reason": "电话不对"}).json()["status"] == "returned"
    assert mine.patch(one, {"contact_phone": "13900139000"}).status_code == 200
    assert mine.post(f"{one}submit/").json()["status"] == "submitted"
    assert api(staff).post(f"{one}recommend/", {"recommendation": "可靠"}).json()["recommendation"] == "可靠"
    done = api(officer).post(f"{one}admit/")

    team = Team.objects.get()
    assert done.json()["team"] == team.pk
    assert (team.name, team.region, team.type.code, team.status) == ("暖心队", call.region, "doctor", "active")
    assert [contact.user for contact in team.contacts.all()] == [applicant]
    assert applicant.role_assignments.active().values_list("role", "region").get() == ("team_contact", call.region.pk)
    record = StatusChange.objects.about(team.admission).values_list("new", "actor")
    assert list(record) == [
        ("draft", applicant.pk),
        ("submitted", applicant.pk),
        ("returned", staff.pk),
        ("submitted", applicant.pk),
        ("recommended", staff.pk),
        ("admitted", officer.pk),
    ]


def test_an_unfinished_draft_is_taken_up_again(api, applicant, community, words):
    first, second = (api(applicant).post(URL, {"region": community.code, "name": name}) for name in ("甲", "乙"))

    assert first.json()["id"] == second.json()["id"]
    assert Admission.objects.get().name == "乙"


def test_a_stranger_begins_nothing(api, community):
    assert api().post(URL, {"region": community.code}).status_code == 403


def test_one_applies_to_a_community(api, applicant, street):
    assert api(applicant).post(URL, {"region": street.code}).status_code == 409
    assert api(applicant).post(URL, {}).status_code == 400


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"registration_code": CODE[:17] + ("0" if CODE[17] != "0" else "1")}, "registration_code"),
        ({"kind": "alien"}, "kind"),
        ({"team_type": "nothing"}, "team_type"),
        ({"name": "长" * 61}, "name"),
    ],
)
def test_bad_input_is_answered_at_its_field(api, applicant, community, words, wrong, at):
    answer = api(applicant).post(URL, {"region": community.code, **words, **wrong})

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, [at])
    assert not Admission.objects.exists()


def test_a_number_that_is_none_is_refused(api, applicant, community, words):
    answer = api(applicant).post(URL, {"region": community.code, **words, "contact_phone": "12"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "bad_phone")


@pytest.mark.parametrize(
    "field", ["name", "kind", "standing", "team_type", "contact_name", "contact_phone", "introduction"]
)
def test_what_is_still_missing_is_named(applicant, community, field):
    empty = {field: None if field == "team_type" else ""}
    admission = AdmissionFactory(region=community, applicant=applicant, status="draft", **empty)

    with pytest.raises(Refused) as caught:
        admissions.submit(admission, by=applicant)

    assert caught.value.code == "incomplete"
    assert str(Admission._meta.get_field(field).verbose_name) in str(caught.value)


def test_a_group_needs_its_code_and_a_document(applicant, community, pdf):
    admission = AdmissionFactory(region=community, applicant=applicant, status="draft", standing="group")
    with pytest.raises(Refused, match=str(Admission._meta.get_field("registration_code").verbose_name)):
        admissions.submit(admission, by=applicant)
    admissions.fill(admission, by=applicant, registration_code=CODE.lower())
    with pytest.raises(Refused):
        admissions.submit(admission, by=applicant)
    admissions.attach(admission, by=applicant, file=pdf())

    admissions.submit(admission, by=applicant)

    assert (admission.status, admission.registration_code) == ("submitted", CODE)


def test_a_closed_call_takes_no_new_application_but_a_corrected_one(applicant, community):
    call = RecruitmentCallFactory(region=community, status="closed")
    late = AdmissionFactory(region=community, applicant=applicant, status="draft", call=call)
    corrected = AdmissionFactory(region=community, applicant=applicant, status="returned", call=call)

    with pytest.raises(Refused):
        admissions.submit(late, by=applicant)
    admissions.submit(corrected, by=applicant)

    assert corrected.status == "submitted"


def test_a_call_that_opens_tomorrow_takes_no_application_today(applicant, community):
    call = RecruitmentCallFactory(region=community, opens_on=localdate() + timedelta(days=1))
    early = AdmissionFactory(region=community, applicant=applicant, status="draft", call=call)

    with pytest.raises(Refused):
        admissions.submit(early, by=applicant)


def test_a_name_that_a_team_has_is_taken(applicant, community):
    TeamFactory(region=community, name="暖心队")
    TeamFactory(region=community, name="旧名队", status="retired")
    admission = AdmissionFactory(region=community, applicant=applicant, status="draft", name="暖心队")

    with pytest.raises(Refused):
        admissions.submit(admission, by=applicant)
    admissions.fill(admission, by=applicant, name=" 旧名队 ")
    admissions.submit(admission, by=applicant)

    assert admission.name == "旧名队"


def test_a_name_under_way_is_taken_however_it_is_typed(applicant, community):
    AdmissionFactory(region=community, name="A队 1")
    admission = AdmissionFactory(region=community, applicant=applicant, status="draft", name="")
    admissions.fill(admission, by=applicant, name="Ａ队　 １")

    with pytest.raises(IntegrityError):
        admissions.submit(admission, by=applicant)


@pytest.mark.parametrize("move", MOVES)
def test_a_move_of_staff_works_once(api, person, admission_in, move):
    status, body, becomes, role = MOVES[move]
    admission = admission_in(status)
    client = api(person(role, admission.region))

    first, second = (client.post(f"{URL}{admission.pk}/{move}/", body) for _ in range(2))

    assert (first.status_code, first.json()["status"]) == (200, becomes)
    assert (second.status_code, second.json()["error"]["code"]) == (409, "wrong_status")
    assert Team.objects.count() == (move == "admit")


@pytest.fixture
def admission_in(community):
    def make(status, **fields):
        return AdmissionFactory(status=status, **{"region": community, **fields})

    return make


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("role", Role.values)
def test_a_move_of_staff_is_not_for_other_roles(api, person, admission_in, move, role):
    status, body, becomes, its_role = MOVES[move]
    admission = admission_in(status)

    answer = api(person(role, admission.region)).post(f"{URL}{admission.pk}/{move}/", body)

    assert answer.status_code == (200 if role == its_role else 404)
    admission.refresh_from_db()
    assert admission.status == (becomes if role == its_role else status)


@pytest.mark.parametrize("move", MOVES)
def test_a_move_of_staff_is_not_for_neighbours(api, person, admission_in, neighbour, move):
    status, body, _becomes, role = MOVES[move]
    admission = admission_in(status)

    assert api(person(role, neighbour)).post(f"{URL}{admission.pk}/{move}/", body).status_code == 404


@pytest.mark.parametrize(
    ("move", "status"), [(m, s) for m in MOVES for s in Admission.Status if s not in {MOVES[m][0], "draft"}]
)
def test_a_move_of_staff_is_refused_in_any_other_status(api, person, admission_in, move, status):
    admission = admission_in(status)
    _from, body, _becomes, role = MOVES[move]

    assert api(person(role, admission.region)).post(f"{URL}{admission.pk}/{move}/", body).status_code == 409


@pytest.mark.parametrize("move", MOVES)
def test_nobody_checks_or_decides_on_their_own_application(api, person, admission_in, move):
    status, body, _becomes, role = MOVES[move]
    admission = admission_in(status)
    both = person(role, admission.region)
    own = admission_in(status, applicant=both)

    answer = api(both).post(f"{URL}{own.pk}/{move}/", body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "own_application")


@pytest.mark.parametrize("move", ["return", "recommend", "reject"])
def test_a_move_says_why(api, person, admission_in, move):
    status, body, _becomes, role = MOVES[move]
    admission = admission_in(status)

    answer = api(person(role, admission.region)).post(f"{URL}{admission.pk}/{move}/", dict.fromkeys(body, " "))

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, list(body))


@pytest.mark.parametrize("move", OWN_MOVES)
@pytest.mark.parametrize("status", Admission.Status)
def test_a_move_of_the_applicant(api, applicant, admission_in, move, status):
    froms, becomes = OWN_MOVES[move]
    admission = admission_in(status, applicant=applicant)

    answer = api(applicant).post(f"{URL}{admission.pk}/{move}/")

    assert answer.status_code == (200 if status in froms else 409)
    admission.refresh_from_db()
    assert admission.status == (becomes if status in froms else status)


@pytest.mark.parametrize("move", OWN_MOVES)
def test_a_move_of_the_applicant_is_nobody_elses(api, staff, officer, admission, move):
    for user in (staff, officer, UserFactory()):
        assert api(user).post(f"{URL}{admission.pk}/{move}/").status_code == 404


@pytest.mark.parametrize("status", [s for s in Admission.Status if s not in {"draft", "returned"}])
def test_what_is_handed_in_is_not_changed(api, applicant, admission_in, pdf, status):
    admission = admission_in(status, applicant=applicant)
    document = AdmissionDocumentFactory(admission=admission)
    client = api(applicant)

    assert client.patch(f"{URL}{admission.pk}/", {"name": "别名"}).status_code == 409
    assert client.post(f"{URL}{admission.pk}/documents/", {"file": pdf()}, format="multipart").status_code == 409
    assert client.delete(f"/api/v1/admission-documents/{document.pk}/").status_code == 409
    assert [kept.pk for kept in admission.documents.all()] == [document.pk]


def test_who_sees_which_applications(api, person, community, neighbour, street, applicant):
    made = {
        (place.name, status): AdmissionFactory(region=place, status=status).pk
        for place in (community, neighbour)
        for status in Admission.Status
    }
    own = AdmissionFactory(region=neighbour, applicant=applicant, status="draft").pk

    def seen(user):
        return {row["id"] for row in api(user).get(URL).json()["results"]}

    handed_in = {key: pk for key, pk in made.items() if key[1] != "draft"}
    here = {pk for (place, _status), pk in handed_in.items() if place == community.name}
    assert seen(applicant) == {own}
    assert seen(UserFactory()) == set()
    assert seen(person(Role.COMMUNITY_STAFF, community)) == here
    assert seen(person(Role.OBSERVER, community)) == here
    assert seen(person(Role.STREET_STAFF, street)) == set(handed_in.values())
    assert seen(person(Role.TEAM_CONTACT, community)) == set()
    assert api().get(URL).status_code == 403


def test_the_contact_is_masked_for_everybody(api, staff, community):
    AdmissionFactory(region=community, contact_name="林小一", contact_phone="+8613800138000")

    body = api(staff).get(URL).content.decode()

    assert "林**" in body
    assert "138****8000" in body
    assert "林小一" not in body
    assert "0013" not in body


def test_the_contact_is_stored_encrypted(admission):
    from django.db import connection  # noqa: PLC0415 (the raw row is the point)

    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_name, contact_phone FROM teams_admission")
        stored = "".join(cursor.fetchone())

    assert admission.contact_name not in stored
    assert admission.contact_phone not in stored


def test_filters(api, officer, community, neighbour):
    doctor = TeamTypeFactory(code="doctor")
    first = AdmissionFactory(region=community, team_type=doctor)
    second = AdmissionFactory(region=neighbour, status="recommended", kind="professional")

    def found(**query):
        return {row["id"] for row in api(officer).get(URL, query).json()["results"]}

    assert found(status="recommended") == {second.pk}
    assert found(region=community.code) == {first.pk}
    assert found(team_type="doctor") == {first.pk}
    assert found(kind="professional") == {second.pk}


class TestDocuments:
    def test_who_may_open_one(self, api, browse, person, staff, officer, neighbour, applicant, admission, pdf):
        admission = AdmissionFactory(region=admission.region, applicant=applicant, status="returned")
        document = admissions.attach(admission, by=applicant, file=pdf())
        addresses = [document.get_absolute_url(), f"/api/v1/admission-documents/{document.pk}/file/"]

        for user in (applicant, staff, officer):
            for address in addresses:
                answer = browse(user).get(address)
                assert b"".join(answer.streaming_content).startswith(b"%PDF")
                assert answer["X-Content-Type-Options"] == "nosniff"
                assert answer["Content-Disposition"].startswith("attachment")
        strangers = [
            UserFactory(),
            person(Role.COMMUNITY_STAFF, neighbour),
            person(Role.OBSERVER, admission.region),
            person(Role.TEAM_CONTACT, admission.region),
        ]
        for user in strangers:
            assert [browse(user).get(address).status_code for address in addresses] == [404, 404]
        assert [browse().get(address).status_code for address in addresses] == [302, 403]

    def test_a_drafts_document_is_the_applicants_alone(self, browse, staff, applicant, community, pdf):
        draft = AdmissionFactory(region=community, applicant=applicant, status="draft")
        document = admissions.attach(draft, by=applicant, file=pdf())

        assert browse(staff).get(document.get_absolute_url()).status_code == 404

    @pytest.mark.parametrize("content", [b"MZ\x90\x00 not a pdf", b""], ids=["renamed-exe", "empty"])
    def test_a_wrong_file_is_refused_and_nothing_is_kept(self, api, applicant, community, pdf, content):
        draft = AdmissionFactory(region=community, applicant=applicant, status="draft")
        files = {"file": pdf(content)}

        answer = api(applicant).post(f"{URL}{draft.pk}/documents/", files, format="multipart")

        assert answer.status_code in {400, 409}
        assert (Upload.objects.count(), draft.documents.count()) == (0, 0)

    def test_ten_are_enough(self, applicant, community, pdf):
        draft = AdmissionFactory(region=community, applicant=applicant, status="draft")
        for _ in range(admissions.MAX_DOCUMENTS):
            admissions.attach(draft, by=applicant, file=pdf())

        with pytest.raises(Refused):
            admissions.attach(draft, by=applicant, file=pdf())

    def test_one_is_taken_back_while_the_application_is_written(self, api, applicant, community, pdf):
        draft = AdmissionFactory(region=community, applicant=applicant, status="draft")
        document = admissions.attach(draft, by=applicant, file=pdf())

        assert api(UserFactory()).delete(f"/api/v1/admission-documents/{document.pk}/").status_code == 404
        assert api(applicant).delete(f"/api/v1/admission-documents/{document.pk}/").status_code == 204
        assert Upload.objects.count() == 0


def test_who_is_told(staff, officer, admission, applicant):
    def told(new, actor):
        change = StatusChange(new=new, actor=actor)
        return {user.pk for user in admission.audience(change)}

    assert told("submitted", applicant) == {staff.pk}
    assert told("returned", staff) == {applicant.pk}
    assert told("recommended", staff) == {officer.pk, applicant.pk}
    assert told("admitted", officer) == {applicant.pk}
    assert told("withdrawn", applicant) == set()
