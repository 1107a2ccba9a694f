"""The settings of the tests: those of the platform, in test mode."""

import os

os.environ.setdefault("DEPLOYMENT", "test")

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
