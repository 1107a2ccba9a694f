#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

from config.safety import refuse_unsafe_command

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    refuse_unsafe_command(sys.argv)
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
