"""申诉 in the console: who looks into it, what they think, how it is decided."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.console import WIDGETS, Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from evaluations.models import Appeal, AppealCorrection, Challenge, CommitteeMember, Indicator, Reviewer, ScoreSheet
from evaluations.services import appeals, numbers, reviews
from projects.admin.files import links

DECIDE = "evaluations.decide_appeal"
CHECKBOXES = forms.CheckboxSelectMultiple


class PanelForm(forms.Form):
    """Who looks into an appeal: only those are offered who may."""

    wants_instance = True
    members = forms.ModelMultipleChoiceField(
        CommitteeMember.objects.none(),
        label=gettext_lazy("Reviewers (at least 3)"),
        widget=CHECKBOXES,
        help_text=gettext_lazy("Those challenged, recused or of the team are not offered."),
    )

    def __init__(self, *args: Any, instance: Appeal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = reviews.able(instance)


class UpholdForm(ReasonForm):
    """What an upheld appeal corrects: new marks, or members whose marks do not count."""

    wants_instance = True
    recused = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Recuse (the marks no longer count)"), coerce=int, required=False, widget=CHECKBOXES
    )

    def __init__(self, *args: Any, instance: Appeal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = numbers.members_of(instance.rating)
        challenged = set(instance.challenges.values_list("number", flat=True))
        in_question = {number: member for number, member in known.items() if number in challenged or not challenged}
        self.fields["recused"].choices = [(number, f"{number} · {member}") for number, member in in_question.items()]
        self.asked: dict[str, tuple[int, Indicator]] = {}
        for number, leaf, value in _given(instance, in_question):
            self.asked[f"mark-{number}-{leaf.pk}"] = (number, leaf)
            self.fields[f"mark-{number}-{leaf.pk}"] = forms.DecimalField(
                label=_("No. %(number)s %(member)s · %(indicator)s: %(value)s, should be")
                % {
                    "number": number,
                    "member": in_question[number].user,
                    "indicator": leaf,
                    "value": f"{value.normalize():f}",
                },
                min_value=Decimal(0),
                max_value=leaf.full,
                max_digits=7,
                decimal_places=2,
                required=False,
                widget=WIDGETS[forms.DecimalField],
            )

    def clean(self) -> dict[str, Any]:
        """As the service takes it: only what is to change."""
        data = super().clean() or {}
        marks = [(*self.asked[name], value) for name, value in data.items() if name in self.asked and value is not None]
        return {"reason": data.get("reason", ""), "recused": data.get("recused", []), "marks": marks}


def _given(appeal: Appeal, members: dict[int, CommitteeMember]) -> list[tuple[int, Indicator, Decimal]]:
    """The marks in question: of these members, for the indicators of the appeal."""
    sheets = ScoreSheet.objects.filter(rating=appeal.rating).current().prefetch_related("marks__indicator")
    of_member = {sheet.member_id: sheet for sheet in sheets}
    about = set(appeal.indicators.values_list("pk", flat=True))
    return [
        (number, mark.indicator, mark.value)
        for number, member in members.items()
        for mark in of_member[member.pk].marks.all()
        if mark.indicator_id in about and mark.value is not None
    ]


class ChallengeInline(ReadOnlyInline):
    model = Challenge
    fields = readonly_fields = ["number", "member", "group"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("member__user")


class ReviewerInline(ReadOnlyInline):
    model = Reviewer
    fields = readonly_fields = ["member", "status", "upholds", "words", "given_at", "counts"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("member__user").with_counts()

    @admin.display(description=gettext_lazy("counts"), boolean=True)
    def counts(self, reviewer: Any) -> bool:
        return bool(reviewer.counts)


class CorrectionInline(ReadOnlyInline):
    model = AppealCorrection
    fields = readonly_fields = ["number", "sheet", "recusal"]

    def get_queryset(self, request: Any) -> Any:
        parts = ["sheet__rating__project", "sheet__member__user", "recusal__user", "recusal__project"]
        return super().get_queryset(request).select_related(*parts)


@admin.register(Appeal)
class AppealAdmin(ScopedAdmin):
    """Filed by the team; the street names who looks into it, and decides as they say."""

    list_display = ["rating", "round", "status", "filed_at", "due_on", "region"]
    list_select_related = ["rating__project", "rating__round", "region"]
    list_filter = ["status", "due_on"]
    search_fields = ["rating__project__title", "reason"]
    ordering = ["-id"]
    fields = readonly_fields = [
        *("rating", "round", "status", "filed_at", "due_on", "about", "reason", "attachments"),
        *("answer", "decided_at", "before", "after"),
    ]
    inlines = [ChallengeInline, ReviewerInline, CorrectionInline]
    moves = [
        Move(
            name="begin",
            label=gettext_lazy("Name the reviewers"),
            service=reviews.begin,
            perm=DECIDE,
            to="under_review",
            form=PanelForm,
        ),
        Move(
            name="add",
            label=gettext_lazy("Name further reviewers"),
            service=reviews.add,
            perm=DECIDE,
            when=lambda appeal: appeal.status == "under_review",
            form=PanelForm,
        ),
        Move(
            name="uphold",
            label=gettext_lazy("Uphold and correct"),
            service=appeals.uphold,
            perm=DECIDE,
            to="upheld",
            when=lambda appeal: appeal.may_become("upheld"),
            form=UpholdForm,
        ),
        Move(
            name="dismiss",
            label=gettext_lazy("Dismiss with the reason"),
            service=appeals.dismiss,
            perm=DECIDE,
            to="dismissed",
            when=lambda appeal: appeal.may_become("dismissed"),
            form=ReasonForm,
        ),
    ]

    @admin.display(description=gettext_lazy("evaluation round"))
    def round(self, appeal: Appeal) -> str:
        return str(appeal.rating.round)

    @admin.display(description=gettext_lazy("indicators it is about"))
    def about(self, appeal: Appeal) -> str:
        return " · ".join(map(str, appeal.indicators.order_by("order", "id")))

    @admin.display(description=gettext_lazy("evidence"))
    def attachments(self, appeal: Appeal) -> Any:
        return links("evaluations:appeal-file", appeal, appeal.files.all())


@admin.register(Reviewer)
class ReviewerAdmin(ScopedAdmin):
    """Named on the page of an appeal."""

    list_display = ["appeal", "member", "status", "upholds", "given_at"]
    list_select_related = ["appeal__rating__project", "member__user"]
    list_filter = ["status"]
    search_fields = ["appeal__rating__project__title", "member__user__name"]
    ordering = ["-id"]
    fields = readonly_fields = ["appeal", "member", "status", "upholds", "words", "given_at"]
    moves = [
        Move(
            name="excuse",
            label=gettext_lazy("Excuse"),
            service=reviews.excuse,
            perm="evaluations.excuse_reviewer",
            to="excused",
            form=ReasonForm,
        )
    ]
