"""Arago in Python: loads the library when it is imported."""

import ctypes
import os

_library = ctypes.CDLL(os.environ["ARAGO_PROBE"])
_library.probe_error.restype = ctypes.c_char_p


def total(n):
    """Add the numbers up to n, behind the guard."""
    code = _library.probe_sum(n)
    if code < 0:
        raise RuntimeError(_library.probe_error().decode())
    return code


def bare_total(n):
    """Add the numbers up to n, without the guard."""
    return _library.ProbeSum(n)
