"""What lists of calls, admissions and teams can be narrowed by, on pages and in the API alike."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from teams.models import Admission, Field, RecruitmentCall, Scene, Team, TeamContact, TeamMember, TeamType

WORD = {"empty_label": _("all"), "to_field_name": "code"}


class WithinFilter(django_filters.CharFilter):
    """Keep what lies at or below a division code."""

    def filter(self, qs: Any, value: Any) -> Any:
        return qs.filter(**{f"{self.field_name}__startswith": value}) if value else qs


class CallFilter(django_filters.FilterSet):
    region = WithinFilter(field_name="region__code", label=_("division code"))
    q = django_filters.CharFilter(method="search", label=_("Title or community"))
    scene = django_filters.ModelChoiceFilter(queryset=Scene.objects.all(), label=_("scene"), **WORD)
    field = django_filters.ModelChoiceFilter(queryset=Field.objects.all(), label=_("field of work"), **WORD)
    open = django_filters.BooleanFilter(method="open_now", label=_("open now"))

    class Meta:
        model = RecruitmentCall
        fields = ["status", "scene", "field"]

    def search(self, calls: Any, _name: str, value: str) -> Any:
        return calls.filter(Q(title__icontains=value) | Q(region__name__icontains=value))

    def open_now(self, calls: Any, _name: str, value: bool) -> Any:
        return calls.open(on=localdate()) if value else calls


class AdmissionFilter(django_filters.FilterSet):
    region = WithinFilter(field_name="region__code", label=_("division code"))
    team_type = django_filters.ModelChoiceFilter(queryset=TeamType.objects.all(), to_field_name="code")
    # By the word of the call, for a team with a project in the brand library.
    comes_first = django_filters.BooleanFilter()

    class Meta:
        model = Admission
        fields = ["status", "kind", "standing", "call"]


class TeamFilter(django_filters.FilterSet):
    region = WithinFilter(field_name="region__code", label=_("division code"))
    q = django_filters.CharFilter(method="search", label=_("Team or community"))
    type = django_filters.ModelChoiceFilter(queryset=TeamType.objects.all(), label=_("team type"), **WORD)

    class Meta:
        model = Team
        fields = ["status", "type"]

    def search(self, teams: Any, _name: str, value: str) -> Any:
        return teams.filter(Q(name__icontains=value) | Q(region__name__icontains=value))


class TeamContactFilter(django_filters.FilterSet):
    class Meta:
        model = TeamContact
        fields = ["team"]


class TeamMemberFilter(django_filters.FilterSet):
    current = django_filters.BooleanFilter(field_name="left_on", lookup_expr="isnull", label=_("still a member"))

    class Meta:
        model = TeamMember
        fields = ["team"]
