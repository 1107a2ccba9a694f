"""品牌库: who enters, who leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communities.models import User
from communities.services import sweeps
from evaluations.models import BrandListing, Rating
from evaluations.models.ratings import BRAND_GRADES
from evaluations.periods import add_months

Status = BrandListing.Status


@transaction.atomic
def follow(ratings: Sequence[Rating], *, by: User, at: datetime) -> list[BrandListing]:
    """Let the library follow final grades: 3A and better enters until its date, an older listing ends."""
    _end_older(ratings, by=by)
    entering = [_new(rating, first=localdate(at)) for rating in ratings if rating.grade in BRAND_GRADES]
    BrandListing.begin_all(entering, by=by)
    return entering


def _end_older(ratings: Sequence[Rating], *, by: User) -> None:
    grades = {rating.project_id: rating.grade for rating in ratings}
    old = list(BrandListing.objects.listed().filter(project__in=grades).select_related("project", "region"))
    for grade in sorted({grades[each.project_id] for each in old}):
        those = [each for each in old if grades[each.project_id] == grade]
        reason = _("A newer grade has become final: %(grade)s.") % {"grade": grade}
        BrandListing.move_all(
            those, Status.EXPIRED if grade in BRAND_GRADES else Status.WITHDRAWN, by=by, reason=reason
        )
    newer = Rating.objects.filter(pk__in=[rating.pk for rating in ratings], project=OuterRef("project"))
    ended = BrandListing.objects.filter(pk__in=[each.pk for each in old])
    ended.update(ended_by=Subquery(newer.values("pk")[:1]))


def _new(rating: Rating, *, first: date) -> BrandListing:
    months = rating.round.scheme.brand_months if rating.round.scheme else 12
    return BrandListing(
        region=rating.region,
        rating=rating,
        project=rating.project,
        grade=rating.grade,
        listed_on=first,
        until=add_months(first, months) - timedelta(days=1),
    )


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
