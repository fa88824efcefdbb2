"""What can go wrong: one class for each kind of failure, all of them :class:`AragoError`."""

from __future__ import annotations

__all__ = [
    "AragoError",
    "ArgumentError",
    "CancelledError",
    "DoesNotFitError",
    "FailedError",
    "ForkedError",
    "InternalError",
    "LibraryError",
    "RefusedError",
]


class AragoError(Exception):
    """Any failure of Arago. The text is one sentence: what is wrong, where, and what to do."""


class ArgumentError(AragoError, ValueError):
    """An argument that cannot be: a size, a step, a name, arrays that overlap."""


class FailedError(AragoError, RuntimeError):
    """A file is missing or wrong, or it describes a system that cannot be computed."""


class RefusedError(AragoError, RuntimeError):
    """What was asked for is unsafe in this process. The text begins with the code of the rule."""


class ForkedError(RefusedError):
    """This process was forked after Arago had been loaded, or was about to be."""


class DoesNotFitError(AragoError, MemoryError):
    """It would not fit in memory."""


class CancelledError(AragoError):
    """The progress function asked to stop."""


class LibraryError(AragoError, OSError):
    """The library libarago cannot be loaded."""


class InternalError(AragoError, RuntimeError):
    """A mistake in the library, which is worth a report."""
