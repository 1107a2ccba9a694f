from django.core.files.base import ContentFile
from factory import LazyFunction, SubFactory
from factory.django import DjangoModelFactory

from communities import models

from .communities import UserFactory

__all__ = ["UploadFactory"]


class UploadFactory(DjangoModelFactory):
    """A small file whose bytes are really there."""

    class Meta:
        model = models.Upload

    file = LazyFunction(lambda: ContentFile(b"%PDF-1.4\n%%EOF\n", name="some.pdf"))
    name = "some.pdf"
    kind = models.Upload.Kind.PDF
    size = 15
    sha256 = "0" * 64
    by = SubFactory(UserFactory)
