"""Puts functions of ours in the place of another package's, and hers back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple


class Replacement(NamedTuple):
    """owner.name becomes make(what it was)."""

    owner: Any
    name: str
    make: Callable[[Any], Any]


class Patch:
    """A set of replacements that is in force or not, for the whole process.

    prepare is called when the first one needs it, so that the other package is imported only then.
    """

    def __init__(self, prepare: Callable[[], list[Replacement]]) -> None:
        self._prepare = prepare
        self._lock = threading.RLock()
        self._replacements: list[Replacement] | None = None
        self._were: list[Any] = []
        self._depth = 0
        self._lasting = False

    def enable(self) -> None:
        """Puts them in force, until :meth:`disable`."""
        with self._lock:
            if not self._lasting:
                self._enter()
                self._lasting = True

    def disable(self) -> None:
        """Ends what :meth:`enable` began. A block of :meth:`enabled` that is running keeps them in force."""
        with self._lock:
            if self._lasting:
                self._lasting = False
                self._leave()

    @contextmanager
    def enabled(self) -> Iterator[None]:
        """Has them in force in a block. Blocks may be nested, and run in several threads."""
        with self._lock:
            self._enter()
        try:
            yield
        finally:
            with self._lock:
                self._leave()

    @property
    def in_force(self) -> bool:
        return self._depth > 0

    def _enter(self) -> None:
        if self._depth == 0:
            if self._replacements is None:
                self._replacements = self._prepare()
            self._were = [r.owner.__dict__[r.name] for r in self._replacements]
            for r, was in zip(self._replacements, self._were):
                setattr(r.owner, r.name, r.make(was))
        self._depth += 1

    def _leave(self) -> None:
        self._depth -= 1
        if self._depth == 0:
            for r, was in zip(self._replacements or [], self._were):
                setattr(r.owner, r.name, was)
