"""Migrations that do not build the project's models again at every step.

When a model changes, Django renders anew all that hang together with it, which here are all there are: nine tenths of
the time it takes to make a database. A new table, column, constraint or index needs its own model alone. What alters
or renames a field that others point at is left to Django; and `RunPython`, which may follow any relation, gets all
models anew, as it does after the steps that Django itself delays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState

FIND = "_find_reload_model"
ADDING = ("add_model", "add_field")


@contextmanager
def rendered_alone() -> Iterator[None]:
    """While it lasts, a step of a migration renders the model that it adds or adds to, and no other."""
    own: dict[str, Callable[..., Any]] = {name: getattr(ProjectState, name) for name in (FIND, *ADDING)}
    adding: list[str] = []

    def find_alone(state: Any, app_label: str, model_name: str, delay: bool = False) -> Any:
        if not (delay or adding):
            return own[FIND](state, app_label, model_name, delay)
        state.is_delayed = True
        return {(app_label, model_name)}

    def as_adding(name: str) -> Callable[..., None]:
        def add(*args: Any, **kwargs: Any) -> None:
            adding.append(name)
            own[name](*args, **kwargs)
            adding.pop()

        return add

    _put({FIND: find_alone, **{name: as_adding(name) for name in ADDING}})
    try:
        yield
    finally:
        _put(own)


def _put(methods: dict[str, Callable[..., Any]]) -> None:
    for name, method in methods.items():
        setattr(ProjectState, name, method)
