"""`check --deploy` as in production, with throw-away secrets: every warning fails."""

import os
import secrets
import subprocess
import sys

from cryptography.fernet import Fernet

production = {
    "DEPLOYMENT": "production",
    "DEMO": "",
    "DJANGO_DEBUG": "",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "INDEX_KEY": secrets.token_urlsafe(48),
    "FIELD_KEYS": Fernet.generate_key().decode(),
    "ALLOWED_HOSTS": "xiaoxiang.example",
}
command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
sys.exit(subprocess.run(command, env=os.environ | production, check=False).returncode)
