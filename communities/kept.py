"""What the ground keeps about a person."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models import ChannelChoice, Notice, Resident, Reveal, StatusChange, Upload, User
from communities.own_data import KEPT, NOT_HANDED_OUT, Kept


def _about(user: User) -> Any:
    """Looks at this person's data, in the account or on a roll."""
    kinds = ContentType.objects.get_for_models(User, Resident)
    residents = list(user.residencies.values_list("pk", flat=True))
    mine = Q(content_type=kinds[User], object_id=user.pk)
    return Reveal.objects.filter(mine | Q(content_type=kinds[Resident], object_id__in=residents))


KEPT += [
    Kept(
        Resident,
        lambda user: user.residencies.all(),
        ["region__name", "status", "name", "phone", "address", "grid", "household", "is_representative"],
    ),
    Kept(Notice, lambda user: user.notices.all(), ["at", "kind", "region__name", "read_at"]),
    Kept(ChannelChoice, lambda user: ChannelChoice.objects.filter(user=user), ["sms", "by_email"]),
    Kept(Upload, lambda user: user.uploads.all(), ["at", "name", "kind", "size"]),
    Kept(Reveal, _about, ["at", "content_type__model", "field", "purpose"], _("Who looked at my data, and what for")),
    Kept(
        StatusChange,
        lambda user: StatusChange.objects.filter(actor=user),
        ["at", "content_type__model", "old", "new", "reason"],
        _("What I did"),
    ),
]
WITH_THE_ACCOUNT = "stands with the account itself"
NOT_HANDED_OUT |= {
    "communities.auditevent": WITH_THE_ACCOUNT,
    "communities.consent": WITH_THE_ACCOUNT,
    "communities.roleassignment": WITH_THE_ACCOUNT,
    "communities.signedindevice": WITH_THE_ACCOUNT,
    "communities.calendarday": "an official act, which says nothing of the person",
    "communities.demoperson": "an invented person",
    "communities.keptanswer": "repeats for a day what stands elsewhere",
    "communities.secondfactor": "a secret by which one signs in",
    "communities.recoverycode": "a secret by which one signs in",
}
