"""The first page, and the pages about the platform itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from communities.views.regions import communities_of


def home(request: HttpRequest) -> HttpResponse:
    """Where everybody begins: their community first."""
    return render(request, "communities/home.html", {"communities": communities_of(request.user)})


def help_page(request: HttpRequest) -> HttpResponse:
    """How each kind of person gets something done here."""
    return render(request, "communities/help.html")


def privacy(request: HttpRequest) -> HttpResponse:
    """Which personal data is kept, what for, how long, and one's rights."""
    return render(request, "communities/privacy.html")
