"""A whole season of 下王宅社区 in real Chromium, as all its people, through the pages they have."""

import pytest

from .walk import evaluations, projects, teams, volunteers
from .walk.season import Season

STEPS = [*teams.STEPS, *projects.STEPS, *evaluations.SCORING, *volunteers.STEPS, *evaluations.GRADES]


@pytest.mark.django_db(transaction=True)
def test_a_whole_season(page, settings, tmp_path):
    """From the call to the brand library and the refused renewal, from the activity to the accepted voucher."""
    settings.SMS_DIR, settings.MEDIA_ROOT = tmp_path / "sms", tmp_path / "media"
    season = Season(page)
    for step in STEPS:
        step(season)
