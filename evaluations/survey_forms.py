"""What a household or its interviewer fills in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from evaluations.models import SurveyQuestion
from evaluations.services.survey_answers import LONGEST_TEXT, WORDS, Asked, Given, Slot

# Nothing is ticked beforehand: who says that they do not know says it.
SAYS_NOTHING = "0"
NOT_KNOWN = _("I do not know, or would rather not say")


@dataclass(frozen=True)
class Part:
    """The questions about one project, or, without one, those about the whole."""

    project: Any
    rows: list[tuple[SurveyQuestion, BoundField]] = field(default_factory=list)


class AnswerForm(forms.Form):
    """The questionnaire of a survey; nothing in it must be answered."""

    def __init__(self, data: Any = None, *, asked: Iterable[Asked]) -> None:
        super().__init__(data)
        self.asked = list(asked)
        for place in self.asked:
            self.fields[name_of(place.slot)] = _field(place.question)

    def parts(self) -> Iterator[Part]:
        """The questionnaire as the page shows it."""
        for project, places in groupby(self.asked, key=lambda place: place.project):
            yield Part(project, [(place.question, self[name_of(place.slot)]) for place in places])

    def given(self) -> Given:
        """What was said, as the service takes it."""
        return {place.slot: self._said(place) for place in self.asked}

    def _said(self, place: Asked) -> tuple[int | None, str]:
        value = self.cleaned_data[name_of(place.slot)]
        if place.question.kind == SurveyQuestion.Kind.TEXT:
            return None, value
        return (int(value) or None if value else None), ""


def name_of(slot: Slot) -> str:
    question, project = slot
    return f"answer-{question}" if project is None else f"answer-{question}-{project}"


def _field(question: SurveyQuestion) -> forms.Field:
    if question.kind == SurveyQuestion.Kind.TEXT:
        return forms.CharField(
            label=question.local_text,
            required=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        )
    words = WORDS[question.kind]
    choices = [*((str(level), words[level]) for level in reversed(words)), (SAYS_NOTHING, NOT_KNOWN)]
    return forms.ChoiceField(label=question.local_text, required=False, choices=choices, widget=forms.RadioSelect)


class LetterCodeForm(forms.Form):
    """The twelve digits of a letter; blanks and dashes between them are no harm."""

    code = forms.CharField(
        label=_("The twelve digits of your letter"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "digits"}),
    )
