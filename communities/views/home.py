"""The first page, and the pages about the platform itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Where everybody begins."""
    return render(request, "communities/home.html")


def help_page(request: HttpRequest) -> HttpResponse:
    """How each kind of person gets something done here."""
    return render(request, "communities/help.html")


def privacy(request: HttpRequest) -> HttpResponse:
    """Which personal data is kept, what for, how long, and one's rights."""
    return render(request, "communities/privacy.html")
