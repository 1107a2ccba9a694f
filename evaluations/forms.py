"""Forms of the score sheet and of the console."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Refused, User
from communities.phones import normalise
from evaluations.models import Indicator, Mark, ScoreSheet
from evaluations.services.sheets import Given

ABSTAIN = gettext_lazy("Cannot judge it? Leave the mark empty and say why here.")


class AccountField(forms.CharField):
    """Somebody with an account, by user name or phone number."""

    def clean(self, value: Any) -> User:
        typed = super().clean(value).strip()
        found = User.objects.filter(username=typed, is_active=True).first() or self._by_phone(typed)
        if found is None:
            raise ValidationError(_("Nobody has an account with this user name or phone number."))
        return found

    def _by_phone(self, typed: str) -> User | None:
        try:
            return User.objects.by_phone(normalise(typed))
        except Refused:
            return None


class SheetForm(forms.Form):
    """The marks of one score sheet: a mark and a note for each indicator that is asked."""

    def __init__(self, data: Any = None, *, asked: Iterable[Indicator], marks: Iterable[Mark] = ()) -> None:
        super().__init__(data)
        self.asked = list(asked)
        known = {mark.indicator_id: mark for mark in marks}
        for indicator in self.asked:
            mark = known.get(indicator.pk)
            self.fields[f"mark-{indicator.pk}"] = _mark_field(indicator, mark)
            self.fields[f"note-{indicator.pk}"] = _note_field(indicator, mark)

    def rows(self) -> list[dict[str, Any]]:
        """Each indicator with its two inputs, for the page."""
        return [
            {"indicator": each, "mark": self[f"mark-{each.pk}"], "note": self[f"note-{each.pk}"]} for each in self.asked
        ]

    def given(self) -> dict[Indicator, Given]:
        """What was typed, as the service takes it."""
        return {
            each: (self.cleaned_data[f"mark-{each.pk}"], self.cleaned_data[f"note-{each.pk}"].strip())
            for each in self.asked
        }


def _mark_field(indicator: Indicator, mark: Mark | None) -> forms.DecimalField:
    full = indicator.full or Decimal(0)
    label = _("Mark, 0 to %(full)s") % {"full": f"{full.normalize():f}"}
    attrs = {
        "inputmode": "decimal",
        "step": "any",
        "autocomplete": "off",
        "class": "mark",
        "data-weight": f"{indicator.weight / full}",
        "aria-label": f"{indicator}: {label}",
    }
    value = mark.value if mark else None
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_value=Decimal(f"{full.normalize():f}"),
        max_digits=7,
        decimal_places=2,
        required=False,
        initial=None if value is None else f"{value.normalize():f}",
        widget=forms.NumberInput(attrs=attrs),
    )


def _note_field(indicator: Indicator, mark: Mark | None) -> forms.CharField:
    label = _("Evidence (needed)") if indicator.evidence_required else _("Note")
    return forms.CharField(
        label=label,
        max_length=1000,
        required=False,
        initial=mark.note if mark else "",
        widget=forms.Textarea(attrs={"rows": 2, "aria-label": f"{indicator}: {label}"}),
    )


class ReasonForm(forms.Form):
    """Why somebody recuses themselves, or corrects a sheet."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))


class DeclareForm(forms.Form):
    """For each project a box to tick where one has an interest, and the words that say which."""

    def __init__(self, data: Any = None, *, sheets: Iterable[ScoreSheet]) -> None:
        super().__init__(data)
        self.sheets = list(sheets)
        for sheet in self.sheets:
            label, which = _("I have an interest in this project"), _("Which interest")
            self.fields[f"interest-{sheet.pk}"] = forms.BooleanField(label=label, required=False)
            self.fields[f"words-{sheet.pk}"] = forms.CharField(
                label=which,
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2, "aria-label": f"{sheet.rating.project}: {which}"}),
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each project with its box and its words, for the page."""
        return [
            {"sheet": each, "interest": self[f"interest-{each.pk}"], "words": self[f"words-{each.pk}"]}
            for each in self.sheets
        ]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        for sheet in self.sheets:
            ticked, words = said.get(f"interest-{sheet.pk}"), said.get(f"words-{sheet.pk}", "").strip()
            if ticked and not words:
                self.add_error(f"words-{sheet.pk}", _("Please say which interest you have."))
            if words and not ticked:
                self.add_error(
                    f"interest-{sheet.pk}", _("You wrote something here: tick the box, or remove the words.")
                )
        return said

    def interests(self) -> dict[int, str]:
        """The words of those that are ticked, by the number of the sheet."""
        said = self.cleaned_data
        return {sheet.pk: said[f"words-{sheet.pk}"] for sheet in self.sheets if said[f"interest-{sheet.pk}"]}
