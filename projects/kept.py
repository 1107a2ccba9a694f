"""What the projects' part keeps about a person: that they could vote and when they came, never what they chose."""

from __future__ import annotations

from django.db.models import Q

from communities.own_data import KEPT, NOT_HANDED_OUT, Kept
from projects.models import (
    Agreement,
    Expert,
    ListedVoter,
    Objection,
    Presence,
    Substitution,
    VoterRollEntry,
    VotingSlip,
)

KEPT += [
    Kept(
        VoterRollEntry,
        lambda user: VoterRollEntry.objects.filter(Q(user=user) | Q(resident__user=user)),
        ["poll__roadshow__title", "poll__opens_at", "voice"],
    ),
    Kept(
        ListedVoter,
        lambda user: ListedVoter.objects.filter(resident__user=user),
        ["poll__roadshow__title", "poll__opens_at"],
    ),
    Kept(
        Substitution,
        lambda user: Substitution.objects.filter(Q(absent__user=user) | Q(substitute__user=user)),
        ["poll__roadshow__title", "poll__opens_at", "reason"],
    ),
    Kept(Expert, lambda user: Expert.objects.filter(user=user), ["poll__roadshow__title", "poll__opens_at", "field"]),
    Kept(
        Presence,
        lambda user: Presence.objects.filter(resident__user=user),
        ["poll__roadshow__title", "poll__opens_at", "how"],
    ),
    Kept(
        VotingSlip,
        lambda user: VotingSlip.objects.filter(Q(user=user) | Q(resident__user=user)),
        ["poll__roadshow__title", "poll__opens_at", "revoked_at"],
    ),
    Kept(
        Objection,
        lambda user: Objection.objects.filter(author=user),
        ["made_at", "is_anonymous", "text", "status", "answer", "answered_at"],
    ),
    Kept(
        Agreement,
        lambda user: Agreement.objects.filter(Q(team_signed_by=user) | Q(community_signed_by=user)),
        ["project__title", "starts_on", "ends_on", "status", "team_signed_at", "community_signed_at"],
    ),
]
NOT_HANDED_OUT |= {
    "projects.paperentry": "who counted a paper in, an act at the venue that stands under “What I did”",
    "projects.presentation": "who moved the programme on, an act at the venue",
}
