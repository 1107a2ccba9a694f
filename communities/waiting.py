"""What of the ground waits for staff, and the figures it puts on the console's front page."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communities.models import Delivery, Resident, RollImport, Untold, User
from communities.todo import CARDS, TODO, Card, Todo


def _residents(user: User) -> QuerySet[Resident]:
    return Resident.objects.for_user(user, "communities.check_resident").requested()


def _rolls(user: User) -> QuerySet[RollImport]:
    return RollImport.objects.for_user(user, "communities.add_rollimport").filter(status=RollImport.Status.PREVIEWED)


def _deliveries(user: User) -> QuerySet[Delivery]:
    return Delivery.objects.for_user(user, "communities.retry_delivery").failed()


def _untold(user: User) -> QuerySet[Untold]:
    return Untold.objects.for_user(user, "communities.view_untold").failing()


TODO += [
    Todo(
        _("Residents who ask to be added to the roll"),
        _residents,
        url="/admin/communities/resident/?status__exact=requested",
    ),
    Todo(_("Uploaded rolls to confirm"), _rolls, url="/admin/communities/rollimport/?status__exact=previewed"),
    Todo(
        _("Messages that could not be delivered"),
        _deliveries,
        url="/admin/communities/delivery/?status__exact=failed",
        since="notice__at",
    ),
    Todo(_("Changes that could not be told to people"), _untold, url="/admin/communities/untold/", since="change__at"),
]
CARDS += [
    Card(
        _("Residents on the roll"),
        "/api/v1/residents/?status=verified",
        perm="communities.view_resident",
        link="/admin/communities/resident/",
    ),
]
