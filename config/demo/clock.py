"""The demo's past is lived through: services run under a clock that stands where the story is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import time_machine

CHINA = ZoneInfo("Asia/Shanghai")


class Clock:
    """Days of the demo, counted from today: `clock.day(-30)` was thirty days ago."""

    def __init__(self, today: date) -> None:
        self.today = today

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def moment(self, offset: int, hour: int = 10, minute: int = 0) -> datetime:
        return datetime.combine(self.day(offset), time(hour, minute), CHINA)

    @contextmanager
    def at(self, offset: int, hour: int = 10, minute: int = 0) -> Iterator[datetime]:
        """Inside, it is that day."""
        moment = self.moment(offset, hour, minute)
        with time_machine.travel(moment):
            yield moment
