"""How dates are written for readers of English from anywhere: 23 November 2026, 19:30."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
TIME_FORMAT = "H:i"
