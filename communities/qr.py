"""QR codes, drawn here as SVG; nothing is asked of anybody else's server."""

from io import BytesIO

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_of(text: str, *, scale: int = 5) -> SafeString:
    """An inline SVG of a QR code; the page must say beside it in words where it leads."""
    drawn = segno.make(text, error="m").svg_inline(scale=scale, border=3, dark="#000", light="#fff")
    return mark_safe(drawn)


def qr_to_fit(text: str) -> SafeString:
    """The same without a size of its own: the stylesheet decides, as on paper."""
    return mark_safe(segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2))


def qr_picture(text: str) -> bytes:
    """An SVG file of a QR code, for a picture that is asked for by itself; the page decides how large it is."""
    file = BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="svg", omitsize=True, border=2, dark="#000", light="#fff")
    return file.getvalue()
