"""Forms of the score sheet and of the console."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Refused, User
from communities.phones import normalise
from evaluations.models import EvaluationMeeting, GradeVote, Indicator, Mark, MeetingSeat, ScoreSheet
from evaluations.services.changes import Change

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
    """The marks of one score sheet: a mark, a note and perhaps a photo for each indicator that is asked.

    Each mark comes with the change that the page was made from, so that what another device gave meanwhile is not
    written over unseen.
    """

    def __init__(
        self, data: Any = None, files: Any = None, *, asked: Iterable[Indicator], marks: Iterable[Mark] = ()
    ) -> None:
        super().__init__(data, files)
        self.asked = list(asked)
        self.know(marks)
        for indicator in self.asked:
            mark = self.known.get(indicator.pk)
            self.fields[f"mark-{indicator.pk}"] = _mark_field(indicator, mark)
            self.fields[f"note-{indicator.pk}"] = _note_field(indicator, mark)
            self.fields[f"photo-{indicator.pk}"] = _photo_field(indicator)
            self.fields[f"seen-{indicator.pk}"] = forms.UUIDField(
                required=False, initial=mark and mark.change, widget=forms.HiddenInput
            )

    def know(self, marks: Iterable[Mark]) -> None:
        """What is stored, to be shown beside what is typed."""
        self.known = {mark.indicator_id: mark for mark in marks}

    def rows(self) -> list[dict[str, Any]]:
        """Each indicator with its two inputs, for the page."""
        parts = ("mark", "note", "photo", "seen")
        return [
            {"indicator": each, "known": self.known.get(each.pk), **{part: self[f"{part}-{each.pk}"] for part in parts}}
            for each in self.asked
        ]

    def changes(self) -> list[Change]:
        """What stands on the page, each mark with the change that it was made from."""
        return [self._change(each) for each in self.asked]

    def _change(self, indicator: Indicator) -> Change:
        typed = {part: self.cleaned_data[f"{part}-{indicator.pk}"] for part in ("mark", "note", "seen")}
        note = typed["note"].strip()
        return Change(key=uuid4(), indicator=indicator, value=typed["mark"], note=note, based_on=typed["seen"])

    def photos(self) -> list[tuple[Indicator, Any]]:
        """The photos that came along, each with its indicator."""
        files = ((each, self.cleaned_data[f"photo-{each.pk}"]) for each in self.asked)
        return [(each, file) for each, file in files if file]

    def go_on_from(self, marks: Iterable[Mark], *, conflicts: list[dict[str, Any]]) -> None:
        """After a refusal: what was kept is where one goes on from; what another device gave is said at its mark."""
        typed: Any = self.data
        self.data = typed = typed.copy()
        for conflict in conflicts:
            typed.update(self._ask_about(conflict["indicator"], conflict["theirs"]))
        if not conflicts:  # else nothing was kept
            typed.update({f"seen-{mark.indicator_id}": str(mark.change or "") for mark in marks})

    def _ask_about(self, code: str, theirs: dict[str, Any]) -> dict[str, str]:
        """Saving again keeps what stands on this page: it has now been seen."""
        indicator = next(each for each in self.asked if each.code == code)
        there = _("no mark") if theirs["value"] is None else theirs["value"]
        words = _("Another device gave this meanwhile: %(mark)s. %(note)s Save again to keep what stands here.")
        self.add_error(f"mark-{indicator.pk}", words % {"mark": there, "note": theirs["note"]})
        return {f"seen-{indicator.pk}": str(theirs["change"] or "")}


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


def _photo_field(indicator: Indicator) -> forms.FileField:
    label = _("Add a photo")
    attrs = {"accept": "image/jpeg,image/png", "aria-label": f"{indicator}: {label}"}
    return forms.FileField(label=label, max_length=255, required=False, widget=forms.FileInput(attrs=attrs))


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


class VoteForm(forms.Form):
    """For, against, or neither."""

    choice = forms.ChoiceField(
        label=gettext_lazy("Do you confirm this grade?"),
        choices=[
            ("for", gettext_lazy("For: I confirm this grade")),
            ("against", gettext_lazy("Against")),
            ("abstain", gettext_lazy("Abstain")),
        ],
        widget=forms.RadioSelect,
    )


class EnterVoteForm(forms.Form):
    """The vote of a member who is there without a phone."""

    seat = forms.ModelChoiceField(MeetingSeat.objects.none())
    choice = forms.ChoiceField(choices=GradeVote.Choice.choices)

    def __init__(self, data: Any = None, *, meeting: EvaluationMeeting) -> None:
        super().__init__(data)
        seat: Any = self.fields["seat"]
        seat.queryset = meeting.seats.select_related("member")


class ExcuseForm(forms.Form):
    """Why a member does not come."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
