"""What production refuses to start with: each really tried, in a process of its own."""

import re
import secrets

import pytest
from cryptography.fernet import Fernet

from tests.repository.running import BEAT, WEB, WORKER, free_port, manage, run

NOBODY = free_port()
SECRETS = {
    "SECRET_KEY": secrets.token_urlsafe(48),
    "INDEX_KEY": secrets.token_urlsafe(48),
    "FIELD_KEYS": Fernet.generate_key().decode(),
}
SOUND = SECRETS | {
    "DATABASE_URL": f"postgres://postgres@127.0.0.1:{NOBODY}/none",
    "REDIS_URL": f"redis://127.0.0.1:{NOBODY}/0",
    "ALLOWED_HOSTS": "xiaoxiang.example",
}
CHECK = ("shell", "--no-imports", "-c", "print('it runs')")


@pytest.mark.parametrize("command", [WEB, WORKER, BEAT], ids=["web", "worker", "clock"])
def test_nothing_starts_without_its_secrets(command, tmp_path):
    done = run(*command, VAR_DIR=str(tmp_path), PORT=NOBODY)

    assert done.returncode == 1
    assert {"SECRET_KEY", "INDEX_KEY", "FIELD_KEYS", "DATABASE_URL", "REDIS_URL"} <= set(
        re.findall("[A-Z_]{5,}", done.stderr)
    )


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"INDEX_KEY": None}, "INDEX_KEY"),
        ({"FIELD_KEYS": None}, "FIELD_KEYS"),
        ({"FIELD_KEYS": "no-key"}, "FIELD_KEYS"),
        ({"DATABASE_URL": None}, "DATABASE_URL"),
        ({"REDIS_URL": None}, "REDIS_URL"),
        ({"DEMO": "1", "DEPLOYMENT": "production"}, "DEMO"),
        ({"DJANGO_DEBUG": "1"}, "DJANGO_DEBUG"),
        ({"DEPLOYMENT": "productoin"}, "DEPLOYMENT"),
    ],
)
def test_each_fault_is_named(change, wrong, tmp_path):
    settings = {name: value for name, value in (SOUND | change).items() if value is not None}

    done = manage(*CHECK, VAR_DIR=str(tmp_path), **settings)

    assert done.returncode == 1
    [line] = [line for line in done.stderr.splitlines() if line.startswith("- ")]
    assert wrong in line


def test_sound_settings_start(tmp_path):
    assert manage(*CHECK, VAR_DIR=str(tmp_path), **SOUND).stdout == "it runs\n"


def test_a_small_community_may_say_that_it_runs_on_one_machine(tmp_path):
    allowed = {"ALLOW_SQLITE": "1", "ALLOW_FILESYSTEM_BROKER": "1", "VAR_DIR": str(tmp_path)}

    assert manage(*CHECK, **SECRETS, **allowed).stdout == "it runs\n"


def test_a_database_with_the_demos_people_is_refused(empty_installation):
    here = {"VAR_DIR": str(empty_installation), "ALLOW_SQLITE": "1", "ALLOW_FILESYSTEM_BROKER": "1"} | SECRETS
    person = (
        "from communities.models import DemoPerson, User;"
        "DemoPerson.objects.create(user=User.objects.create_user('x'), label_zh='x', label_en='x')"
    )
    assert manage("shell", "--no-imports", "-c", person, **here).returncode == 0

    done = manage(*CHECK, **here)

    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr


def test_commands_that_touch_nobodys_data_need_no_secret(tmp_path):
    done = manage("new_secrets", VAR_DIR=str(tmp_path))

    made = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert set(made) == {*SECRETS, "POSTGRES_PASSWORD"}
    assert manage(*CHECK, VAR_DIR=str(tmp_path), **(SOUND | made)).stdout == "it runs\n"
