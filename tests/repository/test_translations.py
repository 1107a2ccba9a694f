"""The Chinese catalogue is made from text when the platform is prepared."""

import ast

from django.conf import settings as platform
from django.core.management import call_command
from django.utils import translation

APPS = ["config", "communities", "teams", "projects", "evaluations", "volunteers"]
WORDS = "A small boat"
ENTRY = f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "{WORDS}"\nmsgstr "小船"\n'


def test_the_process_that_compiles_the_words_speaks_them(settings, tmp_path):
    folder = tmp_path / "zh_Hans/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(ENTRY)
    settings.LOCALE_PATHS = [tmp_path]
    before = translation.gettext(WORDS)

    call_command("compile_translations")

    assert (before, translation.gettext(WORDS)) == (WORDS, "小船")


def test_no_words_hide_inside_an_f_string():
    """The tool that collects them does not look there, so they would stay English."""
    sources = [file for app in APPS for file in (platform.BASE_DIR / app).rglob("*.py")]

    found = [
        f"{file.relative_to(platform.BASE_DIR)}:{part.lineno}"
        for file in sources
        for part in ast.walk(ast.parse(file.read_text()))
        if isinstance(part, ast.JoinedStr) and any(map(_translates, ast.walk(part)))
    ]

    assert (len(sources) > 100, found) == (True, [])


def _translates(part):
    return isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in {"_", "_now", "gettext"}
