"""What the library is, what it may use, and what it says about this machine."""

from __future__ import annotations

import importlib.metadata
from ctypes import byref, c_int
from typing import Any

from ._library import chars, check, document, library, text

try:
    __version__ = importlib.metadata.version("arago")
except importlib.metadata.PackageNotFoundError:  # a source tree that is not installed
    __version__ = "unknown"


def version() -> dict[str, Any]:
    """Returns what `arago version --json` prints, of the library: version, compiler, platform, back ends."""
    return document(library().arago_version)


def doctor() -> dict[str, Any]:
    """Returns what `arago doctor --json` prints, of this process: libraries that serve and those that others have loaded,
    processors and memory with their limits, and what is refused as unsafe."""
    return document(library().arago_doctor)


def set_threads(threads: int) -> None:
    """Sets how many threads compute at once, in all calls together. 0 stands for all processors of this process."""
    check(library().arago_set_threads(threads))


def get_threads() -> int:
    """Returns how many threads compute at once."""
    threads = c_int()
    check(library().arago_get_threads(byref(threads)))
    return threads.value


def set_backend(choice: str | None) -> None:
    """Chooses the libraries that compute from now on: "gonum" (Arago's own code), "openblas", "dot=openblas,fft=fftw", "auto";
    None goes back to ARAGO_BACKEND and the user's settings. :func:`version` lists those of this build."""
    check(library().arago_set_backend(chars(choice, "choice")))


def get_backend() -> str:
    """Returns the name of what computes."""
    return text(library().arago_get_backend)
