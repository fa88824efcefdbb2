"""Fourier transforms of fields: between any two centred grids, and on those of an FFT."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from ctypes import byref, c_uint64
from typing import Any, Literal, SupportsFloat, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from . import errors
from ._arrays import field_type, fits, layout, matrix, output, pair, precision
from ._library import Axis, Block, Handle, chars, check, document, fail, library

Pair = SupportsFloat | tuple[SupportsFloat, SupportsFloat]
IntPair = SupportsIndex | tuple[SupportsIndex, SupportsIndex]
Scale = Literal["unitary"] | SupportsFloat
Norm = Literal["backward", "ortho", "forward"] | SupportsFloat


class MFT:
    """A matrix Fourier transform made ready: kernels and phases, all that no field changes.

    With indices (i, j) of the input and (k, l) of the output it computes ::

        out[k, l] = scale * sum_ij field[i, j] * exp(sign * 2j * pi * (Y[i, k] + X[j, l]))
        Y[i, k] = step_y * (i - in_center_y) * (k - out_center_y), and X likewise

    Parameters
    ----------
    in_shape, out_shape : int or (int, int)
        Rows and columns of the fields and of the results.
    fov : float or (float, float)
        Width of the image in λ/D, D being the whole width of the pupil array (y, x). It gives the step: fov/(in·out).
        Pupil and image may be on either side; POPPY calls it nlamD.
    step : float or (float, float)
        Instead of fov: cycles of phase from one pair of samples to the next (y, x). Δx·Δu/λ for pupil samples every Δx
        metres and image samples every Δu radians.
    in_center, out_center : float or (float, float), optional
        Indices at which the coordinates are zero (y, x), not necessarily whole; by default the middle, (n-1)/2.
    sign : +1 or -1
        +1 from a pupil to an image, in POPPY's convention and Arago's.
    scale : float or "unitary"
        "unitary" is sqrt(step_y * step_x): the sum of |out|² is then the fraction of the light that falls into the grid.
    dtype : complex128 or complex64
        Precision of the fields.
    recipe : str, optional
        "dense", "folded", "compressed", "chirp-z" or "fft", instead of the one that is predicted to be fastest.

    A plan may be used by several threads at once. It cannot be pickled: make it in each process.
    """

    def __init__(
        self,
        in_shape: IntPair,
        out_shape: IntPair,
        *,
        fov: Pair | None = None,
        step: Pair | None = None,
        in_center: Pair | None = None,
        out_center: Pair | None = None,
        sign: int = 1,
        scale: Scale = "unitary",
        dtype: DTypeLike = np.complex128,
        recipe: str | None = None,
    ) -> None:
        y, x = _axes(in_shape, out_shape, fov, step, in_center, out_center)
        self.in_shape: tuple[int, int] = (y.in_, x.in_)
        self.out_shape: tuple[int, int] = (y.out, x.out)
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        lib = library()
        plan = c_uint64()
        how = precision(dtype), _sign(sign), _scale(scale), byref(y), byref(x), chars(recipe, "recipe")
        check(lib.arago_mft_plan(*how, byref(plan)))
        self._handle = Handle(plan.value, lib.arago_mft_free)
        self._execute = lib.arago_mft_execute

    def __call__(self, field: ArrayLike, *, out: NDArray[Any] | None = None) -> NDArray[Any]:
        """Transforms a field of in_shape, and returns out or a new array of out_shape.

        A field of the plan's dtype whose rows are contiguous is read where it is; another one is copied first. out
        must be of that kind.
        """
        if not (type(field) is np.ndarray and field.dtype == self.dtype and field.ndim == 2 and fits(field)):
            field = matrix(field, self.dtype, "field")
        if field.shape != self.in_shape:
            raise errors.ArgumentError(f"the field is {field.shape} and the transform was planned for {self.in_shape}")
        out = output(out, self.out_shape, self.dtype)
        code = self._execute(self._handle.number, *layout(out), *layout(field))
        if code:
            fail(code)
        return out

    def describe(self) -> dict[str, Any]:
        """Returns the recipe, its predicted time (s), memory (bytes) and error, and what else was considered."""
        return document(library().arago_mft_describe, self._handle.number)

    def __repr__(self) -> str:
        return f"<arago.MFT {self.in_shape} -> {self.out_shape}, {self.dtype}>"


def mft(
    field: ArrayLike,
    out_shape: IntPair,
    *,
    fov: Pair | None = None,
    step: Pair | None = None,
    in_center: Pair | None = None,
    out_center: Pair | None = None,
    sign: int = 1,
    scale: Scale = "unitary",
    recipe: str | None = None,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """Transforms a field to another grid, and returns out or a new array of out_shape.

    Parameters are those of :class:`MFT`. The result is complex64 for fields of complex64 or float32, else complex128.
    The library keeps the kernels of recent calls: the same transform again costs its execution only.

    >>> image = arago.mft(pupil, 512, fov=32)    # 512 x 512 samples, 32 λ/D across
    """
    dtype = field_type(field)
    field = matrix(field, dtype, "field")
    try:
        y, x = _known_axes(field.shape, out_shape, fov, step, in_center, out_center)
    except TypeError:  # lists and arrays cannot be looked up
        y, x = _axes(field.shape, out_shape, fov, step, in_center, out_center)
    out = output(out, (y.out, x.out), dtype)
    code = library().arago_mft_once(
        precision(dtype), _sign(sign), _scale(scale), byref(y), byref(x), chars(recipe, "recipe"), *layout(out), *layout(field)
    )
    if code:
        fail(code)
    return out


def _axes(in_shape: Any, out_shape: Any, fov: Any, step: Any, in_center: Any, out_center: Any) -> tuple[Axis, Axis]:
    if (fov is None) == (step is None):
        raise errors.ArgumentError(
            "the sampling is told by fov (λ/D across the image) or by step (cycles per pair of samples), and by one of them"
        )
    ins, outs = pair(in_shape, "in_shape", _whole), pair(out_shape, "out_shape", _whole)
    if min(*ins, *outs) < 1:
        raise errors.ArgumentError(f"a transform from {ins} to {outs} samples cannot be: sizes are at least 1")
    if step is None:
        fovs = pair(fov, "fov", float)
        steps = (fovs[0] / (ins[0] * outs[0]), fovs[1] / (ins[1] * outs[1]))
    else:
        steps = pair(step, "step", float)
    i = _centers(ins, in_center, "in_center")
    o = _centers(outs, out_center, "out_center")
    return Axis(ins[0], outs[0], steps[0], i[0], o[0]), Axis(ins[1], outs[1], steps[1], i[1], o[1])


_known_axes: Callable[..., tuple[Axis, Axis]] = functools.lru_cache(maxsize=256)(_axes)


def _centers(sizes: tuple[int, int], center: Any, name: str) -> tuple[float, float]:
    if center is None:
        return (sizes[0] - 1) / 2, (sizes[1] - 1) / 2
    return pair(center, name, float)


def _whole(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return operator.index(value)


def _scale(scale: Any) -> float:
    if isinstance(scale, str):
        if scale != "unitary":
            raise errors.ArgumentError(f'scale is {scale!r}, and should be a number or "unitary"')
        return 0.0
    if scale == 0:
        raise errors.ArgumentError("scale is 0, which makes every result 0")
    return float(scale)


def _sign(sign: Any) -> int:
    if sign not in (1, -1):
        raise errors.ArgumentError(f"sign is {sign!r}, and should be +1 or -1")
    return int(sign)


def fft2(
    field: ArrayLike,
    *,
    inverse: bool = False,
    norm: Norm = "backward",
    shape: IntPair | None = None,
    start: IntPair = (0, 0),
    out_start: IntPair = (0, 0),
    out_shape: IntPair | None = None,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """The two-dimensional discrete Fourier transform; with no more arguments, numpy.fft.fft2.

    Parameters
    ----------
    field : 2-D array
        complex64 or float32 give a result of complex64, all else complex128. Arrays with contiguous rows of complex
        numbers are read where they are, others are copied first.
    inverse : bool
        exp(+2πi…) instead of exp(−2πi…).
    norm : "backward", "ortho", "forward" or float
        As in numpy; a number is the factor of the plain sum.
    shape : int or (int, int), optional
        Rows and columns of the transform; by default those of field. A smaller field is surrounded by zeros, whose rows and
        columns take no time.
    start : (int, int)
        Row and column of the transform's input at which field begins, counted modulo shape: -n//2 for a field whose zero
        is on its middle sample. Nothing is shifted in memory.
    out_start, out_shape : (int, int)
        The block of the result that is wanted, likewise.
    out : array, optional
        Takes the result. It may be field itself, if their blocks have the same size.
    """
    dtype = field_type(field)
    field = matrix(field, dtype, "field")
    rows, cols = field.shape if shape is None else pair(shape, "shape", _whole)
    m, n = (rows, cols) if out_shape is None else pair(out_shape, "out_shape", _whole)
    out = output(out, (m, n), dtype)
    from_ = Block(*pair(start, "start", _whole), *field.shape)
    to = Block(*pair(out_start, "out_start", _whole), m, n)
    code = library().arago_fft2(
        precision(dtype), 1 if inverse else -1, _norm(norm, inverse, rows * cols), rows, cols,
        byref(to), *layout(out), byref(from_), *layout(field),
    )  # fmt: skip
    if code:
        fail(code)
    return out


def _norm(norm: Any, inverse: bool, samples: int) -> float:
    if not isinstance(norm, str):
        return float(norm)
    samples = max(samples, 1)  # the library says what is wrong with none
    if norm == "ortho":
        return 1 / math.sqrt(samples)
    if norm not in ("backward", "forward"):
        raise errors.ArgumentError(f'norm is {norm!r}, and should be "backward", "ortho", "forward" or a number')
    return 1 / samples if (norm == "backward") == inverse else 1.0
