"""How the staff console looks (Unfold's settings)."""

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


def forms_script(request: Any) -> str:
    """The pages' script for forms, told who reads: see static/site.js."""
    return f"{static('site.js')}#{request.user.pk}"


UNFOLD = {
    "SITE_TITLE": _("Small-lane team platform"),
    "SITE_HEADER": _("Small-lane teams"),
    "SITE_SYMBOL": "holiday_village",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/icon.svg"}],
    "DASHBOARD_CALLBACK": "config.console.front_page",
    "SHOW_HISTORY": False,
    "SHOW_BACK_BUTTON": True,
    "STYLES": [lambda _request: static("console.css")],
    "SCRIPTS": [forms_script],
    "SIDEBAR": {"show_search": True, "navigation": "config.console.navigation"},
    # The green of the pages, in Unfold's eleven steps.
    "COLORS": {
        "primary": {
            "50": "#effaf5",
            "100": "#e3f1ec",
            "200": "#bfe3d6",
            "300": "#8fcdb8",
            "400": "#4fae92",
            "500": "#1d8a6d",
            "600": "#0b6450",
            "700": "#095543",
            "800": "#084838",
            "900": "#063629",
            "950": "#03231b",
        }
    },
}
