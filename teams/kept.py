"""What the teams' part keeps about a person."""

from __future__ import annotations

from communities.own_data import KEPT, Kept
from teams.models import Admission, TeamContact, TeamMember

KEPT += [
    Kept(
        Admission,
        lambda user: Admission.objects.filter(applicant=user),
        [
            *["region__name", "status", "name", "kind", "standing", "registration_code", "contact_name"],
            *["contact_phone", "introduction", "created_at", "submitted_at"],
        ],
    ),
    Kept(TeamContact, lambda user: TeamContact.objects.filter(user=user), ["team__name", "since"]),
    Kept(
        TeamMember,
        lambda user: TeamMember.objects.filter(user=user),
        ["team__name", "name", "phone", "joined_on", "left_on"],
    ),
]
