"""Where a team reports what it has done."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.views.uploads import hand_out
from projects.forms.residents import ReportForm
from projects.models import Milestone, MilestoneReport
from projects.services import reports


@signed_in
def report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Report a milestone in words, figures and photos; what was sent back before stands beside it."""
    milestone = visible_or_404(Milestone, request.user, "projects.report_milestone", pk=pk)
    returned = milestone.reports.returned().order_by("-id").first()
    form = ReportForm(request.POST or None, request.FILES or None, initial=_typed_before(returned))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            reports.report(milestone, by=request.user, **form.cleaned_data)
            messages.success(request, _("Reported. The community will confirm it."))
            return redirect(milestone.project)
    reason = returned.last_change().reason if returned else ""
    return render(request, "projects/report.html", {"form": form, "milestone": milestone, "reason": reason})


def _typed_before(returned: MilestoneReport | None) -> dict[str, object]:
    return {name: getattr(returned, name) for name in ReportForm.Meta.fields} if returned else {}


def photo(request: HttpRequest, pk: int, photo: int) -> FileResponse:
    """A photo of a report, for whoever may read the report."""
    report = visible_or_404(MilestoneReport, request.user, "projects.view_milestonereport", pk=pk)
    return hand_out(get_object_or_404(report.photos, pk=photo))
