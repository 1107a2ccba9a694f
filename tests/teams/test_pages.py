"""Calls, applications and teams as people meet them, without a line of JavaScript."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from communities.grants import Role
from teams.models import Admission
from teams.services import admissions
from tests.factories import (
    AdmissionFactory,
    RecruitmentCallFactory,
    TeamContactFactory,
    TeamTypeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def words():
    return {
        "name": "暖心队",
        "kind": "professional",
        "standing": "individual",
        "team_type": str(TeamTypeFactory().pk),
        "registration_code": "",
        "contact_name": "林小一",
        "contact_phone": "13800138000",
        "introduction": "我会理发。",
    }


def test_a_call_leads_to_its_application(browse, applicant, call):
    page = browse().get(f"/calls/{call.pk}/")

    assert "陪老人散步" in page.content.decode()
    assert "<svg" in page.content.decode()
    assert f"/admissions/apply/?call={call.pk}" in page.content.decode()
    assert browse(applicant).get(f"/admissions/apply/?call={call.pk}").status_code == 200
    assert browse().get(f"/calls/{call.pk}/poster/").status_code == 200


def test_a_draft_call_is_the_staffs_alone(browse, staff, community, person, neighbour):
    draft = RecruitmentCallFactory(region=community, status="draft")

    for path in (f"/calls/{draft.pk}/", f"/calls/{draft.pk}/poster/"):
        assert browse(staff).get(path).status_code == 200
        for user in (None, UserFactory(), person(Role.COMMUNITY_STAFF, neighbour)):
            assert browse(user).get(path).status_code == 404


def test_the_list_of_a_street_shows_its_communities(browse, street, call, neighbour):
    there = RecruitmentCallFactory(region=neighbour, title="教孩子下棋")
    RecruitmentCallFactory(title="别处的")

    text = browse().get("/calls/", {"region": street.code}).content.decode()

    assert (call.title in text, there.title in text, "别处的" in text) == (True, True, False)


def test_an_application_is_filled_in_saved_and_handed_in(browse, applicant, call, words, pdf):
    client, start = browse(applicant), f"/admissions/apply/?call={call.pk}"

    saved = client.post(start, {"name": "暖心队", "save": "1"})
    draft = Admission.objects.get()
    assert (saved.url, draft.status, draft.call) == (f"/admissions/{draft.pk}/edit/", "draft", call)
    assert client.get(start).url == saved.url
    done = client.post(saved.url, {**words, "documents": [pdf(), pdf(name="b.pdf")], "submit": "1"}, follow=True)

    draft.refresh_from_db()
    assert (draft.status, draft.contact_phone, draft.documents.count()) == ("submitted", "+8613800138000", 2)
    assert done.redirect_chain[-1][0] == f"/admissions/{draft.pk}/"


def test_what_was_typed_and_what_was_uploaded_stays_when_something_is_wrong(browse, applicant, community, words, pdf):
    bad = SimpleUploadedFile("病毒.pdf", b"MZ")
    sent = {**words, "contact_phone": "12", "documents": [pdf(), bad], "submit": "1"}

    page = browse(applicant).post(f"/admissions/apply/?region={community.code}", sent)

    text, draft = page.content.decode(), Admission.objects.get()
    assert (page.status_code, draft.status, draft.name, draft.contact_phone) == (200, "draft", "暖心队", "")
    assert [document.upload.name for document in draft.documents.all()] == ["登记证书.pdf"]
    assert set(page.context["form"].errors) == {"contact_phone", "documents"}
    assert 'value="12"' in text
    assert "病毒.pdf" in text
    assert f'action="/admissions/{draft.pk}/edit/"' in text


def test_handing_in_half_of_it_says_at_each_field_what_is_missing(browse, applicant, community):
    sent = {"name": "暖心队", "standing": "group", "submit": "1"}

    page = browse(applicant).post(f"/admissions/apply/?region={community.code}", sent)

    assert set(page.context["form"].errors) == {
        "kind",
        "team_type",
        "registration_code",
        "contact_name",
        "contact_phone",
        "introduction",
    }
    assert Admission.objects.get().status == "draft"


def test_a_rule_of_the_service_stands_at_the_form(browse, applicant, community, words):
    AdmissionFactory(region=community, name="暖心队")

    page = browse(applicant).post(f"/admissions/apply/?region={community.code}", {**words, "submit": "1"})

    assert page.status_code == 200
    assert len(page.context["form"].non_field_errors()) == 1
    assert Admission.objects.get(applicant=applicant).status == "draft"


def test_a_returned_application_says_why_and_is_handed_in_again(browse, staff, applicant, admission, words):
    admissions.send_back(admission, by=staff, reason="电话打不通")
    client = browse(applicant)

    for path in (f"/admissions/{admission.pk}/", f"/admissions/{admission.pk}/edit/"):
        assert "电话打不通" in client.get(path).content.decode()
    client.post(f"/admissions/{admission.pk}/edit/", {**words, "submit": "1"})

    admission.refresh_from_db()
    assert (admission.status, admission.contact_phone) == ("submitted", "+8613800138000")


def test_a_document_is_taken_out_without_losing_what_was_typed(browse, applicant, community, words, pdf):
    draft = AdmissionFactory(region=community, applicant=applicant, status="draft")
    document = admissions.attach(draft, by=applicant, file=pdf())

    browse(applicant).post(f"/admissions/{draft.pk}/edit/", {**words, "name": "新名", "remove": document.pk})

    draft.refresh_from_db()
    assert (draft.name, draft.documents.count()) == ("新名", 0)


def test_another_persons_application_does_not_exist(browse, admission):
    client = browse(UserFactory())

    for path in ("", "edit/", "withdraw/"):
        assert client.get(f"/admissions/{admission.pk}/{path}").status_code == 404
    assert client.get("/admissions/").content.decode().count("暖心队") == 0


def test_an_application_is_withdrawn_after_a_second_thought(browse, applicant, admission):
    client, url = browse(applicant), f"/admissions/{admission.pk}/withdraw/"

    client.get(url)
    admission.refresh_from_db()
    assert admission.status == "submitted"
    client.post(url)
    admission.refresh_from_db()
    assert admission.status == "withdrawn"
    assert client.post(url).status_code == 409


def test_a_community_is_found_by_name_when_one_applies_without_a_call(browse, applicant, community, neighbour):
    text = browse(applicant).get("/admissions/apply/", {"q": "邻"}).content.decode()

    assert (f"?region={neighbour.code}" in text, f"?region={community.code}" in text) == (True, False)


def test_every_status_tells_the_applicant_what_comes_next(browse, applicant, community):
    for status in Admission.Status:
        admission = AdmissionFactory(region=community, applicant=applicant, status=status)
        if status == "admitted":
            TeamContactFactory(team__admission=admission, team__region=community, user=applicant)
        assert browse(applicant).get(f"/admissions/{admission.pk}/").status_code == 200


def test_a_contact_edits_the_page_and_the_contacts_of_the_team(browse, community):
    contact = TeamContactFactory(team__region=community)
    team, client = contact.team, browse(contact.user)

    client.post(f"/teams/{team.pk}/edit/", {"introduction": "新的介绍"})
    client.post(f"/teams/{team.pk}/contacts/", {"phone": "13800138000", "name": "林小一"})
    team.refresh_from_db()
    assert (team.introduction, team.contacts.count()) == ("新的介绍", 2)
    client.post(f"/teams/{team.pk}/contacts/", {"remove": team.contacts.last().pk})

    assert [one.user for one in team.contacts.all()] == [contact.user]
    for path in ("edit/", "contacts/"):
        assert browse(UserFactory()).get(f"/teams/{team.pk}/{path}").status_code == 404
        assert browse().get(f"/teams/{team.pk}/{path}").status_code == 302
