"""The Chinese catalogue is made from text when the platform is prepared."""

from django.core.management import call_command
from django.utils import translation

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
