"""The city's words: added, renamed, put in order, switched off."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Refused, User
from teams.models import Vocabulary
from teams.models.vocabularies import holds_in_city


@transaction.atomic
def save(word: Vocabulary, *, by: User) -> Vocabulary:
    """Keep a word as the city's administrator wrote it; its code stays what it was."""
    verb = "change" if word.pk else "add"
    if not holds_in_city(by.codes_granting(f"{word._meta.app_label}.{verb}_{word._meta.model_name}")):
        raise Refused(_("Only the city's administrator changes these words."), code="not_allowed")
    if word.pk:
        word.save(update_fields=["name", "name_en", "order", "is_active"])
    else:
        word.save(force_insert=True)
    return word
