"""品牌库: who enters, who leaves."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communities.models import User
from communities.services import sweeps
from evaluations.models import BrandListing, Rating
from evaluations.models.ratings import BRAND_GRADES
from evaluations.periods import add_months

Status = BrandListing.Status


@transaction.atomic
def follow(rating: Rating, *, by: User, at: datetime) -> BrandListing | None:
    """Let the library follow a final grade: 3A and better enters until its date, an older listing ends."""
    is_good = rating.grade in BRAND_GRADES
    for old in BrandListing.objects.listed().filter(project=rating.project):
        reason = _("A newer grade has become final: %(grade)s.") % {"grade": rating.grade}
        old.move(Status.EXPIRED if is_good else Status.WITHDRAWN, by=by, reason=reason, ended_by=rating)
    if not is_good:
        return None
    first, months = localdate(at), rating.round.scheme.brand_months if rating.round.scheme else 12
    listing = BrandListing(
        region=rating.region,
        rating=rating,
        project=rating.project,
        grade=rating.grade,
        listed_on=first,
        until=add_months(first, months) - timedelta(days=1),
    )
    listing.begin(by=by)
    return listing


def withdraw(listing: BrandListing, *, by: User, reason: str) -> None:
    """Take a project out of the library before its date, saying why."""
    listing.move(Status.WITHDRAWN, by=by, reason=reason)


def reopen(rating: Rating, *, on: date, by: User, reason: str) -> None:
    """Let a project back in until its date by the grade that counts again, if a grade now withdrawn had ended that."""
    for listing in BrandListing.objects.ended_early(on).filter(rating=rating):
        listing.move(Status.LISTED, by=by, reason=reason, ended_by=None)


def expire(listing: BrandListing, *, by: User) -> None:
    """A listing's last day has passed."""
    listing.move(Status.EXPIRED, by=by)


def expire_due(*, on: date, by: User) -> int:
    """End every listing whose last day has passed."""
    return len(sweeps.each(BrandListing.objects.over(on), lambda listing: expire(listing, by=by)))
