"""Public notices and objections in the console."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.utils.html import format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communities.admin.reveals import reveal_move
from communities.calendar import computed_years
from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from projects.models import Objection, PublicNotice
from projects.services import objections, public_notices

from .files import links


class ObjectionInline(ReadOnlyInline):
    model = Objection
    fields = ["text", "status", "made_at", "answer", "answered_at"]
    readonly_fields = fields


@admin.register(PublicNotice)
class PublicNoticeAdmin(ScopedAdmin):
    list_display = ["project", "status", "starts_on", "ends_on", "working_days", "region"]
    list_select_related = ["project", "region"]
    list_filter = ["status", "ends_on"]
    fields = ["project", "status", "working_days", ("starts_on", "ends_on"), "calendar", "pages"]
    search_fields = ["project__title", "project__team__name"]
    readonly_fields = ["status", "calendar", "pages"]
    inlines = [ObjectionInline]
    moves = [
        Move(
            name="stop",
            label=_("Take the notice down"),
            service=public_notices.stop,
            perm="projects.stop_publicnotice",
            when=lambda notice: notice.status == PublicNotice.Status.RUNNING,
            form=ReasonForm,
        )
    ]

    @admin.display(description=_("calendar"))
    def calendar(self, notice: PublicNotice) -> str:
        """Whether the working days were counted by the yearly notice or are a guess."""
        if years := computed_years(notice.starts_on, notice.ends_on):
            words = _now("Computed from the law alone, the official holiday notice is not known here: %s")
            return words % ", ".join(map(str, years))
        return _now("By the official holiday notice")

    @admin.display(description=_("pages"))
    def pages(self, notice: PublicNotice) -> Any:
        page = notice.get_absolute_url()
        return format_html_join(" · ", '<a href="{}">{}</a>', [(page, _("page")), (f"{page}print/", _("to print"))])


@admin.register(Objection)
class ObjectionAdmin(ScopedAdmin):
    list_display = ["notice", "status", "who", "made_at", "answered_at", "region"]
    list_select_related = ["notice__project", "author", "region"]
    list_filter = ["status", "is_anonymous", "made_at"]
    search_fields = ["notice__project__title", "text"]
    fields = ["region", "notice", "status", ("who", "is_anonymous"), "made_at", "text", "attachments", "answer"]
    readonly_fields = ["who", "made_at", "status", "answer", "answered_at", "attachments"]
    moves = [
        Move(
            name="dismiss",
            label=_("Dismiss with an answer"),
            service=objections.dismiss,
            perm="projects.answer_objection",
            to=Objection.Status.DISMISSED,
            form=ReasonForm,
            hurts=False,
        ),
        Move(
            name="uphold",
            label=_("Uphold: the project goes back"),
            service=objections.uphold,
            perm="projects.answer_objection",
            to=Objection.Status.UPHELD,
            form=ReasonForm,
        ),
        reveal_move("projects.reveal_objection"),
    ]

    @admin.display(description=_("who objects"))
    def who(self, objection: Objection) -> str:
        """In full on its own page, for those who answer; masked in lists."""
        return objection.author_for(getattr(objection, "reader", AnonymousUser()))

    @admin.display(description=_("files"))
    def attachments(self, objection: Objection) -> Any:
        return links("projects:objection-file", objection, objection.files.all())
