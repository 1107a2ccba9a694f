from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from communities.grants import Role
from tests.factories import AdmissionFactory, RecruitmentCallFactory, UserFactory

PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\nstartxref\n9\n%%EOF\n"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def pdf():
    """A sound PDF: `pdf()`, `pdf(b"…", name=…)`."""

    def make(content=PDF, name="登记证书.pdf"):
        return SimpleUploadedFile(name, content, content_type="application/pdf")

    return make


@pytest.fixture
def picture():
    """The bytes of a small picture: `picture("PNG")`, with the place where it was taken inside if `with_exif`."""

    def make(kind="JPEG", size=(8, 6), *, with_exif=False):
        image, out = Image.new("RGB", size, "red"), BytesIO()
        extra = {}
        if with_exif:
            exif = Image.Exif()
            exif[0x010E] = "secret place"
            extra["exif"] = exif
        image.save(out, kind, **extra)
        return out.getvalue()

    return make


@pytest.fixture
def staff(person, community):
    return person(Role.COMMUNITY_STAFF, community)


@pytest.fixture
def officer(person, street):
    return person(Role.STREET_STAFF, street)


@pytest.fixture
def applicant():
    return UserFactory(name="申请人")


@pytest.fixture
def call(community):
    return RecruitmentCallFactory(region=community, title="陪老人散步")


@pytest.fixture
def admission(community, applicant):
    return AdmissionFactory(region=community, applicant=applicant, name="暖心队")
