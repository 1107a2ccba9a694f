"""居民名册 in the console."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from communities.console import AskedOnceAdmin, Move, ReasonForm
from communities.models import Refused, Resident, User
from communities.phones import normalise
from communities.services import erasure, residents

from .reveals import reveal_move

CHECK = "communities.check_resident"
TYPED = UnfoldAdminTextInputWidget
KEPT_BLANK = _("Left blank, what stands there stays.")


def _erase(resident: Resident, *, by: User, reason: str) -> None:
    erasure.erase_resident(resident, at=now(), by=by, reason=reason)


class NewResidentForm(forms.ModelForm):
    name = forms.CharField(label=_("Name"), max_length=64, widget=TYPED)
    phone = forms.CharField(label=_("phone"), max_length=32, required=False, widget=TYPED)
    address = forms.CharField(label=_("address"), max_length=255, required=False, widget=TYPED)

    class Meta:
        model = Resident
        fields = ["region", "name", "phone", "address", "grid", "household", "is_representative"]


class CorrectForm(forms.Form):
    """What stands there is not shown: only what is typed is changed."""

    name = forms.CharField(label=_("Name"), max_length=64, required=False, widget=TYPED, help_text=KEPT_BLANK)
    phone = forms.CharField(label=_("phone"), max_length=32, required=False, widget=TYPED, help_text=KEPT_BLANK)
    address = forms.CharField(label=_("address"), max_length=255, required=False, widget=TYPED, help_text=KEPT_BLANK)
    grid = forms.CharField(label=_("grid"), max_length=32, required=False, widget=TYPED, help_text=KEPT_BLANK)
    household = forms.CharField(label=_("household"), max_length=64, required=False, widget=TYPED, help_text=KEPT_BLANK)


@admin.register(Resident)
class ResidentAdmin(AskedOnceAdmin):
    list_display = ["shown_name", "shown_phone", "region", "grid", "household", "represents", "status"]
    list_select_related = ["region"]
    list_filter = ["status", "is_representative"]
    search_fields = ["grid", "household"]
    search_help_text = _("A whole phone number, a grid or a household")
    ordering = ["-id"]
    form = NewResidentForm
    add_fields = NewResidentForm.Meta.fields
    shown = ["region", "status", "shown_name", "shown_phone", "grid", "household", "is_representative"]
    actions_list = ["import_roll"]
    moves = [
        Move(
            name="verify",
            label=_("Put on the roll"),
            service=residents.verify,
            perm=CHECK,
            to=Resident.Status.VERIFIED,
            done=_("This resident is on the roll now."),
        ),
        Move(
            name="refuse",
            label=_("Do not accept"),
            service=residents.refuse,
            perm=CHECK,
            to=Resident.Status.REFUSED,
            form=ReasonForm,
        ),
        reveal_move("communities.reveal_resident"),
        Move(
            name="correct",
            label=_("Correct the entry"),
            service=residents.correct,
            perm=CHECK,
            when=lambda resident: resident.status != "erased",
            form=CorrectForm,
        ),
        Move(
            name="appoint",
            label=_("Make a representative"),
            service=residents.appoint,
            perm=CHECK,
            when=lambda resident: resident.status == "verified" and not resident.is_representative,
        ),
        Move(
            name="dismiss",
            label=_("No longer a representative"),
            service=residents.dismiss,
            perm=CHECK,
            when=lambda resident: resident.status == "verified" and resident.is_representative,
            form=ReasonForm,
        ),
        Move(
            name="leave",
            label=_("Has moved away"),
            service=residents.leave,
            perm=CHECK,
            to=Resident.Status.LEFT,
            form=ReasonForm,
        ),
        Move(
            name="erase",
            label=_("Delete personal data"),
            service=_erase,
            perm="communities.erase_resident",
            to=Resident.Status.ERASED,
            form=ReasonForm,
            done=_("The personal data is deleted; an account, if there was one, is closed."),
        ),
    ]

    @admin.display(description=_("Name"))
    def shown_name(self, resident: Resident) -> str:
        return resident.masked_name

    @admin.display(description=_("phone"))
    def shown_phone(self, resident: Resident) -> str:
        return resident.masked_phone

    @admin.display(description=_("representative"), ordering="is_representative")
    def represents(self, resident: Resident) -> str:
        return str(_("Yes")) if resident.is_representative else "—"

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> Any:
        """A whole phone number finds its owner, although the numbers are stored encrypted."""
        try:
            return queryset.with_phone(normalise(search_term)), False
        except Refused:
            return super().get_search_results(request, queryset, search_term)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in self.add_fields}
        obj.pk = residents.add(by=request.user, **values).pk

    @action(description=_("Import from a spreadsheet"), permissions=["import"])
    def import_roll(self, request: Any) -> Any:
        return redirect("admin:communities_rollimport_add")

    def has_import_permission(self, request: Any) -> bool:
        return bool(request.user.has_perm("communities.add_rollimport"))
