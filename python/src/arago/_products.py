"""Products of matrices, and phasors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from . import errors
from ._arrays import field_type, layout, matrix, output, precision
from ._library import MULTIPLY, WRITE, fail, library

_FLOATS: dict[np.dtype[Any], np.dtype[Any]] = {
    np.dtype(np.complex128): np.dtype(np.float64),
    np.dtype(np.complex64): np.dtype(np.float32),
}


def product(a: ArrayLike, b: ArrayLike, *, out: NDArray[Any] | None = None) -> NDArray[Any]:
    """The matrix product of a (m × k, complex or real) and b (k × n, complex), m × n.

    A real a takes half the work. The result is complex64 if both are in single precision, else complex128.
    """
    dtype = field_type(a, b)
    real = np.asarray(a).dtype.kind != "c"
    a = matrix(a, _FLOATS[dtype] if real else dtype, "a")
    b = matrix(b, dtype, "b")
    if a.shape[1] != b.shape[0]:
        raise errors.ArgumentError(f"matrices of {a.shape} and {b.shape} have no product: columns and rows differ")
    (m, k), n = a.shape, b.shape[1]
    out = output(out, (m, n), dtype)
    lib = library()
    multiply = lib.arago_product_real if real else lib.arago_product
    code = multiply(precision(dtype), m, k, n, *layout(a), *layout(b), *layout(out))
    if code:
        fail(code)
    return out


def phasor(
    amplitude: ArrayLike | None,
    opd: ArrayLike | None,
    wavelength: float,
    *,
    dtype: DTypeLike = np.complex128,
    out: NDArray[Any] | None = None,
    multiply: bool = False,
) -> NDArray[Any]:
    """amplitude · exp(2πi · opd / wavelength), element by element.

    Parameters
    ----------
    amplitude, opd : 2-D arrays of float64 of one shape, or None
        None stands for an amplitude of 1, or an optical path difference of 0. Other types are copied first.
    wavelength : float
        In the unit of opd.
    dtype : complex128 or complex64
        Of the result, if there is no out. Phases are reduced in double precision in any case.
    out : array, optional
        Takes the result.
    multiply : bool
        out is multiplied by the phasor, instead of replaced: a field that passes an optic.
    """
    given = [matrix(v, np.dtype(np.float64), name) for name, v in (("amplitude", amplitude), ("opd", opd)) if v is not None]
    if not given and (out is None or np.ndim(out) != 2):
        raise errors.ArgumentError("neither amplitude nor opd nor out, which has 2 dimensions, tells the shape of the phasor")
    shape = given[0].shape if given else np.shape(out)  # type: ignore[arg-type]
    if given and given[-1].shape != shape:
        raise errors.ArgumentError(f"amplitude is {shape} and opd is {given[-1].shape}")
    if multiply and out is None:
        raise errors.ArgumentError("multiply needs out, the field to be multiplied")
    out = output(out, shape, np.dtype(getattr(out, "dtype", dtype)))
    of_amplitude = (None, 0) if amplitude is None else layout(given[0])
    of_opd = (None, 0) if opd is None else layout(given[-1])
    code = library().arago_phasor(
        precision(out.dtype), MULTIPLY if multiply else WRITE, *shape, float(wavelength), *of_amplitude, *of_opd, *layout(out)
    )
    if code:
        fail(code)
    return out


def outer(col: ArrayLike, row: ArrayLike, *, out: NDArray[Any] | None = None, multiply: bool = False) -> NDArray[Any]:
    """col[i] · row[j]: tilts and chirps, which are one vector for each axis.

    With multiply, out is multiplied by that, instead of replaced. The result is complex64 if both vectors are in single
    precision, else complex128.
    """
    dtype = field_type(col, row)
    columns = np.require(col, dtype, ["C", "A"])
    rows = np.require(row, dtype, ["C", "A"])
    if columns.ndim != 1 or rows.ndim != 1:
        raise errors.ArgumentError("col and row are vectors, of one dimension")
    if multiply and out is None:
        raise errors.ArgumentError("multiply needs out, the field to be multiplied")
    shape = (columns.size, rows.size)
    out = output(out, shape, dtype)
    code = library().arago_outer(
        precision(dtype), MULTIPLY if multiply else WRITE, *shape,
        columns.__array_interface__["data"][0], rows.__array_interface__["data"][0], *layout(out),
    )  # fmt: skip
    if code:
        fail(code)
    return out
