"""对账单: a month of a partner, on the screen, on paper and as a spreadsheet; staff and partner see the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import floatformat
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from communities import tables
from communities.models import Refused
from communities.pages import SignedInRequest, signed_in, visible_or_404
from volunteers.models import Partner, PartnerPrice
from volunteers.models.prices import shown as price_shown
from volunteers.services import statements

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RECKON = "volunteers.reckon_partner"


@signed_in
def months(request: SignedInRequest, pk: int) -> HttpResponse:
    """The months of a partner, the newest first, and which are settled."""
    partner = visible_or_404(Partner, request.user, RECKON, pk=pk)
    settled = {settlement.month: settlement for settlement in partner.settlements.all()}
    rows = [{"month": month, "settlement": settled.get(month)} for month in statements.months(partner)]
    return render(
        request,
        "volunteers/statements.html",
        {"partner": partner, "rows": rows, "prices": PartnerPrice.objects.of(partner)},
    )


@signed_in
def statement(request: SignedInRequest, pk: int, month: str) -> HttpResponse:
    """What the vouchers of one month come to."""
    shown = _found(request, pk, month)
    context = {
        "statement": shown,
        "partner": shown.partner,
        "rows": [(_moment(row), row, title_of(row), in_yuan(row.yuan)) for row in shown.rows],
        "sums": [(title_of(row), vouchers, points, in_yuan(yuan)) for row, vouchers, points, yuan in shown.sums()],
        "exact": in_yuan(shown.exact),
        "prices": " · ".join(price_shown(price) for price in shown.prices),
    }
    return render(request, "volunteers/statement.html", context)


@signed_in
def spreadsheet(request: SignedInRequest, pk: int, month: str) -> HttpResponse:
    """The same rows as an .xlsx."""
    shown = _found(request, pk, month)
    response = HttpResponse(tables.as_xlsx(_lines(shown)), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="statement-{pk}-{shown.month:%Y-%m}.xlsx"'
    return response


def _lines(shown: statements.Statement) -> Iterator[list[Any]]:
    yield [_("Monthly statement"), str(shown.partner), f"{shown.month:%Y-%m}"]
    in_money = [_("Price of a point (yuan)"), _("Amount (yuan)")] if shown.prices else []
    yield [_("Accepted at"), _("End of the code"), _("Reward"), _("Points"), *in_money, _("Note")]
    for row in shown.rows:
        yield [
            f"{_moment(row):%Y-%m-%d %H:%M}",
            row.code,
            title_of(row),
            row.points,
            *([row.price, row.yuan] if shown.prices else []),
            _("used twice, paid") if row.is_double else "",
        ]
    yield []
    yield [_("Reward"), _("Vouchers"), _("Points"), *in_money[1:]]
    for row, vouchers, points, yuan in shown.sums():
        yield [title_of(row), vouchers, points, *([yuan] if shown.prices else [])]
    yield [_("Sum"), len(shown.rows), shown.points, *([shown.exact] if shown.prices else [])]
    yield from _to_pay(shown)
    if shown.settlement:
        yield []
        yield [_("Settled at"), f"{localtime(shown.settlement.at):%Y-%m-%d %H:%M}", shown.settlement.note]
        yield [_("Fingerprint"), shown.settlement.content_hash]


def _to_pay(shown: statements.Statement) -> Iterator[list[Any]]:
    """What the partner gets, and what is not in it."""
    if shown.rows and not shown.prices:
        yield [_("No price of a point is agreed: this statement counts points only.")]
    if shown.prices:
        yield [_("To be paid (yuan), rounded once to the fen"), "", "", shown.amount]
    if shown.prices and shown.unpriced:
        yield [_("Points without an agreed price, not in the amount"), "", shown.unpriced]


def in_yuan(value: Decimal | None) -> str:
    """An exact sum: to the fen, and to four decimals where it has them; nothing where there is none."""
    if value is None:
        return ""
    return str(floatformat(value, "2g" if value == value.quantize(statements.FEN) else "4g"))


def title_of(row: statements.Row) -> str:
    """The reward in the reader's language, as it was called then."""
    return row.title if (get_language() or "zh").startswith("zh") else row.title_en or row.title


def _moment(row: statements.Row) -> Any:
    moment = parse_datetime(row.at)
    return localtime(moment) if moment else moment


def _found(request: SignedInRequest, pk: int, month: str) -> statements.Statement:
    partner = visible_or_404(Partner, request.user, RECKON, pk=pk)
    return statements.of(partner, month=_named(month))


def _named(month: str) -> date:
    try:
        return statements.month_named(month)
    except Refused:
        raise Http404 from None
