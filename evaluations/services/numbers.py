"""编号: a team knows the members who marked it by numbers, the same throughout a grade and others in every grade."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

from evaluations.models import CommitteeMember, Rating, ScoreSheet


def members_of(rating: Rating) -> dict[int, CommitteeMember]:
    """The members who handed in a sheet for this project, by number.

    The order says nothing of who they are and stays when one is recused or corrected.
    """
    sheets = ScoreSheet.objects.submitted().filter(rating=rating)
    members = CommitteeMember.objects.filter(pk__in=sheets.values("member")).select_related("user")
    mixed = sorted(members, key=lambda member: place_of(rating, member))
    return dict(enumerate(mixed, start=1))


def place_of(rating: Rating, member: CommitteeMember) -> str:
    """What decides where a member stands among those who marked a project: nobody outside can tell."""
    return salted_hmac("member-number", f"{rating.pk}:{member.pk}").hexdigest()
