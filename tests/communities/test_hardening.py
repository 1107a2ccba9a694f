"""Odd input ends in words or in 4xx, never in 500; what is kept for retries is not kept for long."""

import io
import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now
from PIL import Image

from communities import totp
from communities.grants import Role
from communities.models import KeptAnswer, Refused
from communities.services import outbox, people, phone_codes, uploads
from communities.tasks import forget_sign_ins
from tests.factories import KeptAnswerFactory, TeamContactFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/regions/?q=%00", "/projects/?q=%00&scene=%00", "/brand/?place=%00&q=%00&year=%00&scene=%00", "/%00/"]
)
def test_a_character_that_no_database_keeps_is_bad_input(browse, path):
    assert browse().get(path).status_code == 400


def test_odd_numbers_in_addresses_are_no_error(browse):
    contact, volunteer = TeamContactFactory(), VolunteerFactory()

    odd = browse(contact.user).post(f"/teams/{contact.team_id}/contacts/", {"remove": "abc"})
    pages = [browse(volunteer.user).get(f"/volunteer/{page}/?before=²") for page in ("points", "hours")]

    assert [odd.status_code, *(page.status_code for page in pages)] == [200, 200, 200]


def test_codes_may_be_typed_in_full_width():
    secret, at = totp.new_secret(), now()
    code = totp.code_of(secret, step=totp.step_at(at))
    wide = code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})

    assert totp.matching_step(secret, wide, at=at) == totp.step_at(at)
    assert totp.matching_step(secret, "口令", at=at) is None


def test_a_code_from_the_phone_may_be_typed_in_full_width(settings, tmp_path):
    settings.SMS_DIR = tmp_path
    at = now()
    phone_codes.send("+8613800001234", at=at)
    code = re.search(r"\D(\d{6})\D", next(tmp_path.iterdir()).read_text().partition("\n")[2])[1]
    wide = code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})

    assert phone_codes.verify("+8613800001234", typed=wide, at=at)


def test_a_phones_picture_with_a_second_one_inside_is_a_jpeg():
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "red").save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 6))])

    checked = uploads.check(SimpleUploadedFile("a.jpg", out.getvalue()))

    assert (checked.kind, checked.name) == ("jpeg", "a.jpg")
    assert getattr(Image.open(io.BytesIO(checked.content)), "n_frames", 1) == 1


def test_kept_answers_are_forgotten():
    old, new = KeptAnswerFactory(), KeptAnswerFactory()
    KeptAnswer.objects.filter(pk=old.pk).update(at=now() - timedelta(days=4))

    forget_sign_ins()

    assert list(KeptAnswer.objects.all()) == [new]


def test_nobody_makes_a_way_in_to_a_resident_who_has_a_phone(person, street, community):
    chief = person(Role.STREET_STAFF, street)
    resident = person(Role.RESIDENT, community, phone="+8613800001234", username="u0123456789abcdef")

    with pytest.raises(Refused) as no:
        people.password_link(resident, by=chief)

    assert no.value.code == "signs_in_by_phone"


def test_what_a_mail_server_says_of_an_address_is_not_kept():
    said = outbox._said(SMTPRecipientsRefused({"wang@example.org": (550, b"no such user")}))  # noqa: SLF001

    assert said == "SMTPRecipientsRefused"


def test_the_second_factor_that_a_city_asks_of_its_staff_guards_the_api_too(api, person, community, settings):
    settings.SECOND_FACTOR_FOR_STAFF = True
    staff, resident = api(person(Role.COMMUNITY_STAFF, community)), api(UserFactory())

    refused = staff.get("/api/v1/residents/")

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "second_factor_missing")
    assert staff.get("/api/v1/me/").status_code == 200
    assert staff.get("/api/v1/sessions/").status_code == 200
    assert resident.get("/api/v1/residents/").status_code == 200
