"""What a team fills in to propose a project: the proposal itself, its budget lines and its milestones."""

from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from communities.models import User
from projects.models import YUAN, BudgetLine, Milestone, Project
from teams.models import RecruitmentCall, Team

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def new_key() -> str:
    return f"proposal:{secrets.token_urlsafe(16)}"


class ProposalForm(forms.ModelForm):
    """The proposal in words."""

    charge_amount = forms.DecimalField(label=_("How much (yuan)"), min_value=Decimal("0.01"), required=False, **YUAN)
    share_returned = forms.IntegerField(
        label=_("Share of surplus given back (%)"),
        min_value=0,
        max_value=100,
        initial=0,
        help_text=_("How much of what is left over goes back to the community, in percent."),
    )

    class Meta:
        model = Project
        fields = (
            "title",
            "scene",
            "field",
            "mode",
            "goals",
            "beneficiaries",
            "plan",
            "charges",
            "charge_amount",
            "charge_reason",
            "share_returned",
        )
        widgets = {
            "goals": forms.Textarea(attrs={"rows": 4}),
            "plan": forms.Textarea(attrs={"rows": 6}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("scene", "field", "mode"):
            choice: Any = self.fields[name]
            chosen = getattr(self.instance, f"{name}_id", None)
            choice.empty_label = _("Please choose")
            choice.queryset = choice.queryset.filter(Q(is_active=True) | Q(pk=chosen))


class NewProposalForm(ProposalForm):
    """A new one also says whose it is, and which call it answers."""

    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), empty_label=_("Please choose"))
    call = forms.ModelChoiceField(
        label=_("Recruitment call"),
        queryset=RecruitmentCall.objects.none(),
        required=False,
        empty_label=_("None: our own idea"),
        help_text=_("Open calls of your communities."),
    )
    # New with each page, so that a form sent twice makes one proposal; a script is not needed for that.
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput, initial=new_key)
    field_order = ("team", "call")

    def __init__(self, *args: Any, teams: Any, calls: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["team"].queryset, fields["call"].queryset = teams, calls
        if len(teams) == 1:
            fields["team"].initial = teams[0]


class LineForm(forms.ModelForm):
    """One budget line."""

    amount = forms.DecimalField(label=_("Amount (yuan)"), min_value=Decimal("0.01"), **YUAN)

    class Meta:
        model = BudgetLine
        fields = ("purpose", "amount", "source")


class MilestoneForm(forms.ModelForm):
    """One milestone."""

    class Meta:
        model = Milestone
        fields = ("title", "due_on", "evidence")
        widgets = {"due_on": DATE}


class Rows(forms.BaseFormSet):
    """Rows of a table: as many as were filled in; a row left or made empty is not there."""

    def initial_form_count(self) -> int:
        return 0

    def written(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms if form.cleaned_data]


class ProposalSheet:
    """The whole page: a form and two tables, checked and shown together."""

    def __init__(self, request: HttpRequest, form: Any, project: Project | None = None) -> None:
        data = request.POST.copy() if request.method == "POST" else None
        self.added = data.get("add", "") if data else ""
        self.form = form(data)
        self.lines = _rows(LineForm, data, "line", _values(project, "lines", LineForm))
        self.milestones = _rows(MilestoneForm, data, "milestone", _values(project, "milestones", MilestoneForm))
        if self.added:
            self.forget_errors()

    @property
    def forms(self) -> list[Any]:
        return [self.form, *self.lines.forms, *self.milestones.forms]

    def is_valid(self) -> bool:
        """Whether everything is as it should be; asking for another row is no try to save."""
        return not self.added and all([self.form.is_valid(), self.lines.is_valid(), self.milestones.is_valid()])

    def forget_errors(self) -> None:
        """Somebody who asks for another row is not done yet and is not told what is missing."""
        for form in self.forms:
            form.errors.clear()

    def written(self) -> dict[str, Any]:
        return {**self.form.cleaned_data, "lines": self.lines.written(), "milestones": self.milestones.written()}


def calls_for(teams: Any, chosen: str) -> Any:
    """The open calls of these teams' communities, and the one from whose page somebody came."""
    open_calls = RecruitmentCall.objects.open(on=localdate())
    number = int(chosen) if chosen.isdecimal() else None
    return open_calls.filter(Q(region__in=teams.values("region")) | Q(pk=number)).order_by("closes_on", "pk")


def teams_of(user: User) -> Any:
    """The active teams for which this person may propose."""
    return Team.objects.active().for_user(user, "projects.propose_project").order_by("pk")


def _values(project: Project | None, part: str, form: Any) -> list[dict[str, Any]]:
    return list(getattr(project, part).values(*form.Meta.fields)) if project else []


def _rows(form: Any, data: QueryDict | None, prefix: str, initial: list[dict[str, Any]]) -> Any:
    """A table with the rows there are and one more; after “add a row” with the rows sent and one more."""
    if data and data.get("add") == prefix:
        key = f"{prefix}-TOTAL_FORMS"
        sent = data.get(key, "")
        data[key] = str(int(sent) + 1) if sent.isdecimal() else sent
    made = forms.formset_factory(form, formset=Rows, extra=len(initial) + 1, max_num=50, absolute_max=60)
    # With the rows as they were, a row that somebody emptied would count as changed, and as incomplete.
    return made(data, prefix=prefix, initial=None if data else initial)
