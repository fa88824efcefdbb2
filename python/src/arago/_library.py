"""libarago: found, loaded at the first call, and asked by ctypes.

Nothing is loaded at import, so that a process that has only imported Arago can still
fork. Once the library is in, starting a process of :mod:`multiprocessing` by ``fork``
is refused here, before the child exists; a child that was forked some other way gets
its refusal from the library.

ctypes, not cffi: it is part of Python and needs no compiler and no module for each version of Python. It gives up the
interpreter's lock during a call. A call of next to nothing takes 7 µs by it, arrays included, and 4 to 7 µs by cffi.
"""

from __future__ import annotations

import ctypes
import functools
import json
import multiprocessing.popen_fork
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import errors

ABI_VERSION = 1

# The library of this name in the environment is taken instead of the one in the package.
VARIABLE = "ARAGO_LIBRARY"

DOUBLE, SINGLE = 0, 1
WRITE, MULTIPLY = 0, 1
SAMPLES, PIXELS = 0, 1

_FORKED = 5
_CLASSES = {
    1: errors.FailedError,
    2: errors.ArgumentError,
    3: errors.RefusedError,
    4: errors.DoesNotFitError,
    5: errors.ForkedError,
    6: errors.ArgumentError,
    7: errors.InternalError,
    8: errors.CancelledError,
}


class Axis(ctypes.Structure):
    """arago_axis of arago.h."""

    _fields_ = [
        ("in_", ctypes.c_int64),
        ("out", ctypes.c_int64),
        ("step", ctypes.c_double),
        ("in_center", ctypes.c_double),
        ("out_center", ctypes.c_double),
    ]


class Block(ctypes.Structure):
    """arago_block of arago.h."""

    _fields_ = [(name, ctypes.c_int64) for name in ("row", "col", "rows", "cols")]


Progress = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)

_int, _i64, _f64 = ctypes.c_int, ctypes.c_int64, ctypes.c_double
_ptr, _str, _handle = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint64
_out = ctypes.POINTER(ctypes.c_void_p)
_axis, _block, _handle_out = ctypes.POINTER(Axis), ctypes.POINTER(Block), ctypes.POINTER(ctypes.c_uint64)

_SIGNATURES: dict[str, list[Any]] = {
    "arago_version": [_out],
    "arago_doctor": [_out],
    "arago_free": [_ptr],
    "arago_set_threads": [_int],
    "arago_get_threads": [ctypes.POINTER(_int)],
    "arago_set_backend": [_str],
    "arago_get_backend": [_out],
    "arago_mft_plan": [_int, _int, _f64, _axis, _axis, _str, _handle_out],
    "arago_mft_execute": [_handle, _ptr, _i64, _ptr, _i64],
    "arago_mft_describe": [_handle, _out],
    "arago_mft_free": [_handle],
    "arago_mft_once": [_int, _int, _f64, _axis, _axis, _str, _ptr, _i64, _ptr, _i64],
    "arago_fft2": [_int, _int, _f64, _i64, _i64, _block, _ptr, _i64, _block, _ptr, _i64],
    "arago_product": [_int, _i64, _i64, _i64, _ptr, _i64, _ptr, _i64, _ptr, _i64],
    "arago_product_real": [_int, _i64, _i64, _i64, _ptr, _i64, _ptr, _i64, _ptr, _i64],
    "arago_outer": [_int, _int, _i64, _i64, _ptr, _ptr, _ptr, _i64],
    "arago_phasor": [_int, _int, _i64, _i64, _f64, _ptr, _i64, _ptr, _i64, _ptr, _i64],
    "arago_system_open": [_str, _int, _str, _int, _handle_out],
    "arago_system_parse": [_str, ctypes.c_size_t, _str, _str, _int, _str, _int, _handle_out],
    "arago_system_plan": [_handle, _out],
    "arago_system_shape": [_handle, _int, ctypes.POINTER(_i64), ctypes.POINTER(_i64)],
    "arago_system_run": [_handle, _int, _ptr, _i64, Progress, _ptr],
    "arago_system_fits": [_handle, Progress, _ptr, _out, ctypes.POINTER(ctypes.c_size_t)],
    "arago_system_free": [_handle],
}

_loaded: ctypes.CDLL | None = None
_loading = threading.Lock()


def path() -> Path:
    """Returns the file of the library: what ARAGO_LIBRARY names, or the one in the package."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    return Path(__file__).with_name("libarago.so")


def is_loaded() -> bool:
    """Tells whether the library is in this process. If so, it must not be forked."""
    return _loaded is not None


def library() -> ctypes.CDLL:
    """Returns the library, loaded."""
    if _loaded is not None:
        return _loaded
    with _loading:
        return _load()


def _load() -> ctypes.CDLL:
    global _loaded
    if _loaded is not None:
        return _loaded
    file = path()
    try:
        lib = ctypes.CDLL(str(file))
    except OSError as e:
        raise errors.LibraryError(
            f"libarago cannot be loaded from {file}: {e}; install the package anew, "
            f"or let {VARIABLE} name a library built by `make lib`"
        ) from None
    lib.arago_abi_version.argtypes, lib.arago_abi_version.restype = [], ctypes.c_int
    found = lib.arago_abi_version()
    if found != ABI_VERSION:
        raise errors.LibraryError(
            f"{file} has version {found} of the interface and this package needs {ABI_VERSION}; "
            "take library and package from one release"
        )
    lib.arago_message.argtypes, lib.arago_message.restype = [], ctypes.c_char_p
    for name, arguments in _SIGNATURES.items():
        function = getattr(lib, name)
        function.argtypes, function.restype = arguments, ctypes.c_int
    _refuse_to_fork()
    _loaded = lib
    return lib


def check(code: int) -> None:
    """Raises the exception of a code that is not ARAGO_OK."""
    if code:
        fail(code)


def fail(code: int) -> None:
    """Raises the exception of a code, with the library's sentence."""
    message = library().arago_message().decode(errors="replace")
    raise _CLASSES.get(code, errors.InternalError)(message)


def chars(value: str | os.PathLike[str] | None, name: str) -> bytes | None:
    """Returns a name or a path as C has it."""
    if value is None:
        return None
    encoded = os.fsencode(value)
    if b"\0" in encoded:
        raise errors.ArgumentError(f"{name} is {os.fspath(value)!r}, and has no place for a character 0")
    return encoded


def text(function: Callable[..., int], *arguments: Any) -> str:
    """Calls a function whose last argument takes a text, and frees that."""
    out = ctypes.c_void_p()
    check(function(*arguments, ctypes.byref(out)))
    try:
        return ctypes.string_at(out.value or 0).decode()
    finally:
        library().arago_free(out)


def document(function: Callable[..., int], *arguments: Any) -> dict[str, Any]:
    """Calls a function whose last argument takes JSON."""
    return json.loads(text(function, *arguments))


class Handle:
    """Something that the library keeps until it is freed."""

    def __init__(self, number: int, free: Callable[[int], int]) -> None:
        self.number = number
        self._free = free

    def __reduce__(self) -> Any:
        raise TypeError("a transform or a system of Arago is neither pickled nor copied: make it in each process")

    def __del__(self) -> None:
        # In a forked child this does nothing, as does every function of the library.
        if not sys.is_finalizing():
            self._free(self.number)


def _refuse_to_fork() -> None:
    popen = multiprocessing.popen_fork.Popen
    launch = popen._launch  # type: ignore[attr-defined]
    if getattr(launch, "refuses", False):
        return

    @functools.wraps(launch)
    def refused(self: Any, process: Any) -> None:
        raise errors.ForkedError(
            f"AR101: process {os.getpid()} has loaded Arago and cannot start {process.name} by fork, which the Go runtime "
            "would not survive; use multiprocessing.get_context('spawn') or 'forkserver', or call Arago in the workers only"
        )

    refused.refuses = True  # type: ignore[attr-defined]
    popen._launch = refused  # type: ignore[attr-defined]


def _after_fork() -> None:
    # The lock may have been held by a thread that the child does not have.
    global _loading
    _loading = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
