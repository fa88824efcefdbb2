"""numpy arrays as the library sees them: an address and the distance between two rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from . import errors
from ._library import DOUBLE, SINGLE

_COMPLEX = {np.dtype(np.complex128): DOUBLE, np.dtype(np.complex64): SINGLE}
DTYPES = (np.dtype(np.complex128), np.dtype(np.complex64))


def precision(dtype: Any) -> int:
    """Returns the library's name of a complex type."""
    try:
        return _COMPLEX[np.dtype(dtype)]
    except KeyError:
        raise errors.ArgumentError(f"a field of {np.dtype(dtype)} cannot be: it is complex128 or complex64") from None


def layout(array: np.ndarray) -> tuple[int, int]:
    """Returns the address of an array that :func:`fits`, and its stride in elements."""
    return array.__array_interface__["data"][0], stride(array)


def stride(array: np.ndarray) -> int:
    """Returns the distance of two rows, in elements."""
    rows, cols = array.shape
    return array.strides[0] // array.itemsize if rows > 1 else cols


def fits(array: np.ndarray) -> bool:
    """Tells whether the library can work on an array where it is: the elements of a row follow each other, rows
    follow upwards and do not overlap, aligned and in the byte order of the machine."""
    rows, cols = array.shape
    size = array.itemsize
    return (
        (cols < 2 or array.strides[1] == size)
        and (rows < 2 or (array.strides[0] >= cols * size and array.strides[0] % size == 0))
        and array.flags.aligned
        and array.dtype.isnative
    )


def matrix(value: Any, dtype: np.dtype, name: str) -> np.ndarray:
    """Returns value as a matrix that the library can read.

    That is value itself if it :func:`fits` and has the type. What is transposed, turned, strided along rows, real where
    complex numbers are needed, in other precision or not aligned is copied.
    """
    array = np.asarray(value)
    if array.ndim != 2:
        raise errors.ArgumentError(f"{name} has {array.ndim} dimensions and needs 2: rows and columns")
    if array.dtype != dtype:
        if array.dtype.kind not in "biufc" or (array.dtype.kind == "c" and dtype.kind != "c"):
            raise errors.ArgumentError(f"{name} holds {array.dtype} where {dtype} is needed")
        return np.require(array, dtype, ["C", "A"])
    return array if fits(array) else np.require(array, dtype, ["C", "A"])


def field_type(*values: Any) -> np.dtype:
    """Returns the complex type that holds arrays: complex64 if all of them are complex64 or float32, else complex128."""
    for value in values:
        if np.asarray(value).dtype not in (np.complex64, np.float32):
            return DTYPES[DOUBLE]
    return DTYPES[SINGLE]


def output(out: np.ndarray | None, shape: tuple[int, int], dtype: np.dtype) -> np.ndarray:
    """Returns the array for a result: a new one, or out, which must be able to take it where it is."""
    if out is None:
        return np.empty(shape, dtype)
    if not isinstance(out, np.ndarray) or out.shape != shape or out.dtype != dtype:
        found = f"{out.dtype} {out.shape}" if isinstance(out, np.ndarray) else type(out).__name__
        raise errors.ArgumentError(f"out is {found} and the result is {dtype} {shape}")
    if not fits(out) or not out.flags.writeable:
        raise errors.ArgumentError("out cannot be written in place: its rows must be contiguous, aligned, in order and writeable")
    return out


def pair(value: Any, name: str, kind: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Returns (y, x) of one number for both axes, or of two."""
    try:
        if np.ndim(value) == 0:
            return kind(value), kind(value)
        y, x = value
        return kind(y), kind(x)
    except (TypeError, ValueError):
        raise errors.ArgumentError(f"{name} is {value!r}, and should be a number or a pair (y, x)") from None
