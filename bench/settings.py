"""The platform's settings with the addresses of the measurement. Votes are measured as production serves them."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
