"""Answers kept for repeated requests: long enough for any retry, and no longer, for they say what somebody did."""

from __future__ import annotations

from datetime import datetime, timedelta

from communities.models import KeptAnswer

KEPT_FOR = timedelta(days=3)


def forget(*, at: datetime) -> int:
    """Delete the answers that nobody asks for again."""
    return KeptAnswer.objects.filter(at__lt=at - KEPT_FOR).delete()[0]
