"""What the console asks for about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from communities.grants import ASSIGNABLE, Role
from communities.models import Region, User
from communities.models.regions import RegionQuerySet
from communities.models.reveals import label_of

from .fields import PhoneField

# Beyond this many regions one types a code or a name instead of choosing from a list.
LISTED = 300


class RegionField(forms.CharField):
    """A region within one's reach, by its division code or its name."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, *, reach: RegionQuerySet, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reach = reach

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        found = self.reach.filter(code=typed) or self.reach.filter(name=typed)[:2]
        if len(found) == 1:
            return found[0]
        message = _("Several regions have this name; type the division code.") if found else _("No such region here.")
        raise ValidationError(message)


def region_field(by: User, perm: str) -> forms.Field:
    """A choice of the regions in which a person holds a permission; typed where the list would be long."""
    reach = Region.objects.within(*by.codes_granting(perm))
    label = gettext_lazy("Region")
    if reach.count() <= LISTED:
        return forms.ModelChoiceField(reach, label=label, widget=UnfoldAdminSelectWidget)
    return RegionField(reach=reach, label=label, help_text=gettext_lazy("Division code or full name."))


def role_field(by: User) -> forms.ChoiceField:
    """A choice of the roles that a person may give."""
    may = set().union(*(ASSIGNABLE.get(role, ()) for role in by.roles))
    choices = [choice for choice in Role.choices if choice[0] in may]
    return forms.ChoiceField(label=gettext_lazy("Role"), choices=choices, widget=UnfoldAdminSelectWidget)


class GiveRoleForm(forms.Form):
    wants_person = True

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = role_field(by)
        self.fields["region"] = region_field(by, "communities.assign_role")


class EnrolForm(forms.ModelForm):
    """A new account with its first role."""

    phone = PhoneField(label=gettext_lazy("Phone number"), required=False, widget=UnfoldAdminTextInputWidget)
    username = forms.CharField(
        label=gettext_lazy("User name"),
        required=False,
        max_length=64,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("For staff, who sign in with a password: then make them a password link."),
    )

    class Meta:
        model = User
        fields = ("name", "phone", "username")
        labels = {"name": gettext_lazy("Name")}


class RevealForm(forms.Form):
    """Which field, and what for."""

    wants_instance = True

    field = forms.ChoiceField(label=gettext_lazy("What to show"), widget=UnfoldAdminSelectWidget)
    purpose = forms.CharField(
        label=gettext_lazy("What you need it for"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("It is recorded that you saw it, and why."),
    )

    def __init__(self, *args: Any, instance: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for name in instance.PERSONAL if getattr(instance, name)]
        choices = [(name, label_of(type(instance), name)) for name in names]
        self.fields["field"].choices = choices  # type: ignore[attr-defined]
