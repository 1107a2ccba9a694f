import shutil

import pytest

from tests.repository.running import manage


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """The embedded database, migrated once."""
    folder = tmp_path_factory.mktemp("migrated")
    assert manage("migrate", "--verbosity", "0", DEPLOYMENT="test", VAR_DIR=str(folder)).returncode == 0
    return folder / "xiaoxiang.sqlite3"


@pytest.fixture
def empty_installation(migrated, tmp_path):
    """The folder of an installation in which nobody is yet."""
    shutil.copy(migrated, tmp_path)
    return tmp_path
