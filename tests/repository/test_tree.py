"""What is in the repository, and what must not be."""

import hashlib
import re
import subprocess
import tomllib
from importlib.metadata import version

import pytest
import yaml
from django.apps import apps
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from communities.models import Lifecycle
from config import generated_docs
from tests.repository.running import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKED = re.compile(r"^([a-z0-9._-]+)==([^ ;]+)", re.MULTILINE)
# Written so that this file does not hold what it looks for.
HOSTS = [
    f"{name}.{end}" for name, end in [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org")]
]
MACHINE_PATHS = [f"/{top}/" for top in ("work", "root", "tmp")]


def tracked():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def locked(name):
    return dict(LOCKED.findall((ROOT / name).read_text()))


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PROJECT["dependencies"]),
        ("requirements-dev.lock", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]),
    ],
)
def test_the_lock_satisfies_pyproject(lock, wanted):
    have = locked(lock)
    unmet = [
        one
        for one in map(Requirement, wanted)
        if not one.specifier.contains(have.get(canonicalize_name(one.name), "0a0"))
    ]

    assert unmet == []


def test_both_locks_agree():
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_what_is_locked_is_what_runs():
    assert version("django") == locked("requirements.lock")["django"]


def test_the_locks_name_a_fingerprint_for_each_package_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        packages = re.split(r"\n(?=[a-z])", text.strip())
        assert [one.split()[0] for one in packages if "--hash=sha256:" not in one] == []
        assert "://" not in text


def test_the_packaged_pip_is_the_one_its_authors_published():
    sums = dict(reversed(line.split()) for line in (ROOT / "vendor/SHA256SUMS").read_text().splitlines())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (ROOT / "vendor").glob("*.whl")}

    assert found == sums


def test_no_file_names_a_package_registry_or_a_place_on_somebodys_machine():
    found = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [(str(path.relative_to(ROOT)), word) for word in HOSTS if word in text]
        found += [
            (str(path.relative_to(ROOT)), word) for word in MACHINE_PATHS if re.search(rf"(?<![\w./*}}]){word}", text)
        ]

    assert found == []


# One file on purpose: it is handed out to be run by itself, with nothing of ours beside it.
STANDS_ALONE = "evaluations/scoring.py"


def test_settings_and_files_stay_small():
    sizes = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in tracked() if path.suffix == ".py"
    }
    ours = {name: size for name, size in sizes.items() if not re.search("^tests/|/migrations/", name)}

    assert {name: size for name, size in ours.items() if size > 300} == {STANDS_ALONE: ours[STANDS_ALONE]}
    assert ours["config/settings.py"] <= 250


def test_composition_has_health_checks_volumes_and_no_default_secret():
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    services = compose["services"]

    assert set(services) == {"web", "worker", "beat", "prepare", "postgres", "redis"}
    assert [name for name, one in services.items() if name != "prepare" and "healthcheck" not in one] == []
    assert {path.split(":")[0] for one in services.values() for path in one.get("volumes", [])} == set(
        compose["volumes"]
    )
    secret = re.compile(r"(SECRET_KEY|INDEX_KEY|FIELD_KEYS|PASSWORD)")
    values = [
        (name, str(value))
        for one in services.values()
        for name, value in one.get("environment", {}).items()
        if secret.search(name)
    ]
    assert {name for name, _value in values} == {"SECRET_KEY", "INDEX_KEY", "FIELD_KEYS", "POSTGRES_PASSWORD"}
    assert [name for name, value in values if f"${{{name}:?" not in value] == []
    assert [name for name in ("postgres", "redis") if "ports" in services[name]] == []


def test_pages_written_from_the_code_are_current():
    assert (ROOT / "docs/permissions.md").read_text() == generated_docs.permissions()
    assert (ROOT / "docs/lifecycles.md").read_text() == generated_docs.lifecycles()


def test_every_lifecycle_is_described():
    text = generated_docs.lifecycles()

    assert [m for m in apps.get_models() if issubclass(m, Lifecycle) and f"`{m._meta.label}`" not in text] == []
