"""Score a scheme and marks from a file, without any database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluations.interchange import read, write
from evaluations.scoring import VERSION, BadScheme, digest, score


class Command(BaseCommand):
    help = "Scores the scheme and the marks of FILE.json (docs/scoring.md) and prints the result as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            scheme, marks, recused = read(json.loads(file.read_text(encoding="utf-8")))
            result = write(score(scheme, marks, recused))
            result |= {"scoring_version": VERSION, "input_hash": digest(scheme, marks, recused)}
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except (BadScheme, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
