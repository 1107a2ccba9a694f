"""我的数据: everything that is kept about oneself, to read and to take along."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import localtime, now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from communities import own_data
from communities.pages import SignedInRequest, signed_in
from communities.services import people

READABLE, FOR_PROGRAMS = "my-data.html", "my-data.json"


@never_cache
@signed_in
def data(request: SignedInRequest) -> HttpResponse:
    """All that is kept about oneself, noun by noun."""
    return render(request, "communities/account/data.html", {"parts": own_data.parts(request.user)})


@never_cache
@require_POST
@signed_in
def export(request: SignedInRequest) -> HttpResponse:
    """Hand a person all that is kept about them: one file to read and one for programs, packed together."""
    kept = people.export(request.user, at=now(), by=request.user)
    page = {"parts": own_data.parts(request.user), "account": kept["account"], "made_at": kept["made_at"]}
    text = json.dumps(kept, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(FOR_PROGRAMS, text)
        archive.writestr(READABLE, render_to_string("communities/account/data_file.html", page, request))
    headers = {"Content-Disposition": f'attachment; filename="my-data-{localtime():%Y%m%d}.zip"'}
    return HttpResponse(packed.getvalue(), content_type="application/zip", headers=headers)
