"""The staff console's base: every Unfold import of the project is in communities.console* and the apps' admin.

Lists show one's own subtree, fields are edited through services, and a status changes by a *move*: a button that
leads to a small page which asks for what the move needs (a reason, a date …) and acts on POST only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.decorators import display
from unfold.enums import ActionVariant
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from communities.console_fields import without
from communities.console_inlines import ReadOnlyInline
from communities.console_links import named
from communities.console_money import as_shown, sums_of, sums_shown
from communities.console_moves import Move, ReasonForm, with_pickers
from communities.models import Lifecycle, Refused, Region, StatusChange, User

__all__ = ["AskedOnceAdmin", "Move", "ReadOnlyInline", "ReasonForm", "ScopedAdmin", "StackedInline", "TabularInline"]


STATUS_COLOURS = {"hurts": "danger", "over": "default", "lives": "info"}

# What the fields of a move's form look like in the console.
WIDGETS: dict[type[forms.Field], type[forms.Widget]] = {
    forms.DateField: UnfoldAdminDateWidget,
    forms.DecimalField: UnfoldAdminDecimalFieldWidget,
    forms.IntegerField: UnfoldAdminIntegerFieldWidget,
    forms.ModelChoiceField: UnfoldAdminSelectWidget,
    forms.CharField: UnfoldAdminTextInputWidget,
}


class ScopedAdmin(ModelAdmin):
    """A noun of the console: own subtree only, moves as buttons, its record under it, nothing deleted.

    Subclasses write in `save_model` which services create and edit; without `add_model`/`change_model` entries
    in the grants the noun is read-only.
    """

    moves: ClassVar[Sequence[Move]] = ()
    # Where such a thing can be: the level of the regions that are offered; empty for any.
    place_level: ClassVar[str] = ""
    list_prefetch_related: ClassVar[Sequence[str]] = ()
    ordering: ClassVar[Sequence[str]] = ["-id"]
    list_per_page = 20
    list_max_show_all = 0  # pages only: “all” would be a city
    show_full_result_count = False
    list_fullwidth = True
    warn_unsaved_form = True
    show_facets = None
    change_form_after_template = "admin/record.html"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.actions_detail = [move.name for move in sorted(cls.moves, key=lambda move: move.is_dangerous)]
        for move in cls.moves:
            setattr(cls, move.name, _as_action(move))

    def __init__(self, model: Any, admin_site: Any) -> None:
        super().__init__(model, admin_site)
        vars(self).update(sums_of(model))

    def _perm(self, verb: str) -> str:
        return f"{self.opts.app_label}.{verb}_{self.opts.model_name}"

    def get_queryset(self, request: Any) -> Any:
        """What one's roles reach and one may open: not what the public, or one as an applicant, sees elsewhere."""
        perm = self._perm("view")
        rows: Any = super().get_queryset(request)
        rows = rows.within(*request.user.codes_granting(perm)).for_user(request.user, perm)
        return rows.prefetch_related(*self.list_prefetch_related)

    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        """The thing, and who looks at it: what a page shows of it may depend on that."""
        thing = super().get_object(request, object_id, from_field)
        if thing is not None:
            thing.reader = request.user
        return thing

    def get_list_display(self, request: Any) -> Any:
        """A status is shown as a coloured label."""
        shown = super().get_list_display(request)
        return as_shown(["status_label" if name == "status" else name for name in shown], self)

    @display(description=gettext_lazy("status"), ordering="status", label=STATUS_COLOURS)
    def status_label(self, thing: Any) -> tuple[str, str]:
        return _colour(thing), thing.get_status_display()

    def has_module_permission(self, request: Any) -> bool:
        return bool(request.user.has_perm(self._perm("view")))

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(request.user.has_perm(self._perm("view"), obj))

    def has_add_permission(self, request: Any) -> bool:
        return bool(request.user.has_perm(self._perm("add")))

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return bool(request.user.has_perm(self._perm("change"), obj))

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Nobody finds out who is behind a row (an anonymous objection, a record entry) by asking the address bar."""
        name, _sep, _rest = lookup.partition("__")
        named = {entry[0] if isinstance(entry, tuple) else entry for entry in self.list_filter}
        person = next((f for f in self.opts.get_fields() if f.name == name and f.related_model is User), None)
        return (person is None or name in named) and bool(super().lookup_allowed(lookup, value, request))

    def get_actions_detail(self, request: Any, object_id: Any) -> Any:
        thing = self.get_object(request, str(object_id))
        open_now = {move.name for move in self.moves if thing and self._may(request, move, thing)}
        return [
            action
            for action in super().get_actions_detail(request, object_id)
            if action.method.original_function_name in open_now
        ]

    def _page_of(self, thing: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[thing.pk])

    def _may(self, request: Any, move: Move, thing: Any) -> bool:
        return move.is_open(thing) and request.user.has_perm(move.perm, thing)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """What is only read is not there before the thing is; what is all read shows sums with their thousands."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return without(set(self.get_readonly_fields(request, obj)), fieldsets)
        return fieldsets if self.has_change_permission(request, obj) else sums_shown(fieldsets, self)

    def get_inline_instances(self, request: Any, obj: Any = None) -> Any:
        inlines = super().get_inline_instances(request, obj)
        return [inline for inline in inlines if obj or inline.has_add_permission(request, obj)]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.related_model is Region and "queryset" not in kwargs:
            kwargs["queryset"] = self._places(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _places(self, request: Any) -> Any:
        places = Region.objects.within(*request.user.codes_granting(self._perm("add")))
        return places.filter(level=self.place_level) if self.place_level else places

    def get_changeform_initial_data(self, request: Any) -> Any:
        """Who works in one place need not choose it: the place of their role, or the only one there is."""
        places = self._places(request)
        own = places.filter(code__in=request.user.codes_granting(self._perm("add")))
        found = own.values_list("pk", flat=True)[:2] or places.values_list("pk", flat=True)[:2]
        only = {"region": found[0]} if len(found) == 1 else {}
        return only | super().get_changeform_initial_data(request)

    def changeform_view(
        self, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """A service's refusal stands at the form, with everything typed still in it."""
        extra_context = {**(extra_context or {}), "record": self._record_of(request, object_id)}
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, IntegrityError) as no:
            request.refusal = no if isinstance(no, Refused) else Refused.from_database(no)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.reader = request.user
        refusal = getattr(request, "refusal", None)
        if refusal is None:
            return form

        def clean(self: Any) -> Any:
            raise ValidationError(str(refusal))

        return type(form.__name__, (form,), {"clean": clean})

    def _record_of(self, request: Any, object_id: Any) -> Any:
        thing = self.get_object(request, str(object_id)) if object_id else None
        if thing is None:
            return None
        record = StatusChange.objects.about(thing).with_names()
        return record if isinstance(thing, Lifecycle) or record else None


def _colour(thing: Any) -> str:
    if thing.status in getattr(thing, "NEED_REASON", ()):
        return "hurts"
    return "lives" if getattr(thing, "MOVES", {}).get(thing.status) else "over"


def _as_action(move: Move) -> Callable[..., HttpResponse]:
    """The page of one move: what it asks on GET, the move itself on POST."""

    def view(self: ScopedAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
        thing: Any = self.get_object(request, object_id)
        if thing is None or not request.user.has_perm(move.perm, thing):
            raise PermissionDenied
        page = self._page_of(thing)
        form = with_pickers(move.form(*_sent(request), **_wanted(move.form, thing, request)))
        shown = None
        if request.method == "POST" and form.is_valid():
            shown = _made(move, thing, request, form)
            if not form.errors and not move.shows:
                messages.success(request, str(move.done))
                page = self._page_of(shown) if move.leads_on else page
                return HttpResponseRedirect(page if thing.pk else _list_of(thing))
        elif not move.is_open(thing):
            messages.error(request, _("This is no longer possible: somebody was here before you."))
            return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": move.label,
            "thing": named(thing),
            "status": thing.get_status_display() if isinstance(thing, Lifecycle) else "",
            "is_dangerous": move.is_dangerous,
            "form": form,
            "opts": self.opts,
            "back": page,
            "shown": shown,
        }
        return render(request, "admin/move.html", context)

    action: Any = view
    action.short_description = move.label
    action.original_function_name = move.name
    action.url_path = move.name.replace("_", "-")
    action.attrs = {}
    action.variant = (
        ActionVariant.DANGER if move.is_dangerous else ActionVariant.PRIMARY if move.to else ActionVariant.DEFAULT
    )
    return action


def _list_of(thing: models.Model) -> str:
    """Where a move leads that took the thing away."""
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_changelist")


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _wanted(form: type[forms.Form], thing: models.Model, request: HttpRequest) -> dict[str, Any]:
    wanted = {"wants_instance": ("instance", thing), "wants_person": ("by", request.user)}
    return dict(extra for flag, extra in wanted.items() if getattr(form, flag, False))


def _made(move: Move, thing: models.Model, request: HttpRequest, form: forms.Form) -> Any:
    try:
        with transaction.atomic():
            return move.service(thing, by=request.user, **form.cleaned_data)
    except (Refused, IntegrityError) as no:
        form.add_error(None, str(no if isinstance(no, Refused) else Refused.from_database(no)))
    return None


class AskedOnceAdmin(ScopedAdmin):
    """What a form of its own asks for (`add_fields`) and a service makes; afterwards `shown` is there to read."""

    add_fields: ClassVar[list[str]]
    shown: ClassVar[list[str]]

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return self.shown if obj else self.add_fields

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return self.shown if obj else []

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj:
            kwargs["form"] = forms.ModelForm  # nothing of the first form in that of a thing that is there
        return super().get_form(request, obj, change=change, **kwargs)
