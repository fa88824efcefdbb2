"""HCIPy, its transforms computed by Arago.

>>> import arago, hcipy
>>> arago.hcipy.enable()                    # from now on; arago.hcipy.disable() ends it
>>> with arago.hcipy.enabled():             # or for a block
...     image = propagator.forward(wavefront)

While it is in force, MatrixFourierTransform and ZoomFastFourierTransform between regular grids of two dimensions are computed
by Arago, those that exist already included; propagators and coronagraphs that are made of them follow. Numbers agree with
HCIPy's own to 1e-12 of the largest; fields of single precision give single precision. FastFourierTransform, other grids and
those whose points have unequal weights, MatrixFourierTransform of less than about 128 x 128 samples, for which HCIPy is as
fast, and ZoomFastFourierTransform of tensor fields remain HCIPy's.

A propagator chooses its transform when it is first used, by HCIPy's estimate of HCIPy's own times. Where that is
FastFourierTransform, hcipy.MatrixFourierTransform(pupil_grid, uv_grid) asks for the one that Arago computes.
"""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ._fourier import mft
from ._patch import Patch, Replacement
from ._small import MATRIX, multiplications

__all__ = ["disable", "enable", "enabled", "is_enabled"]

_DOUBLE, _SINGLE = np.dtype(np.complex128), np.dtype(np.complex64)


def _prepare() -> list[Replacement]:
    import hcipy

    return [
        Replacement(kind, name, functools.partial(_replaced, name == "forward", matrix, weakref.WeakKeyDictionary()))
        for kind, matrix in ((hcipy.MatrixFourierTransform, True), (hcipy.ZoomFastFourierTransform, False))
        for name in ("forward", "backward")
    ]


class _Direction(NamedTuple):
    """One direction of a transform: what it was made of, and how Arago does it."""

    grids: tuple[Any, Any]
    weights: Any
    from_shape: tuple[int, int]
    to_shape: tuple[int, int]
    how: dict[str, Any] | None  # None if it is HCIPy's


def _replaced(forward: bool, matrix: bool, directions: Any, original: Callable[..., Any]) -> Callable[..., Any]:
    """A method of the matrix transform, or of the zoom transform: of tensors that gives other numbers in HCIPy 0.7.1, and it
    has no size at which it is faster. directions remembers what each transform is."""
    from hcipy import Field

    @functools.wraps(original)
    def transform(self, field):
        from_, to = (self.input_grid, self.output_grid) if forward else (self.output_grid, self.input_grid)
        known = directions.get(self)
        if known is None or known.grids[0] is not from_ or known.grids[1] is not to or known.weights is not from_.weights:
            directions[self] = known = _direction(from_, to, forward, MATRIX if matrix else 0)
        if known.how is None or not isinstance(field, Field) or field.shape[-1] != from_.size or not (matrix or field.ndim == 1):
            return original(self, field)
        dtype = _SINGLE if field.dtype in (np.float32, np.complex64) else _DOUBLE
        values = np.asarray(field, dtype)
        if values.ndim == 1:
            return Field(mft(values.reshape(known.from_shape), known.to_shape, **known.how).reshape(-1), to)
        results = np.empty((values.size // from_.size, *known.to_shape), dtype)
        for one, result in zip(values.reshape(-1, *known.from_shape), results):
            mft(one, known.to_shape, out=result, **known.how)
        return Field(results.reshape(*values.shape[:-1], to.size), to)

    return transform


def _direction(from_: Any, to: Any, forward: bool, fewest: int) -> _Direction:
    """Says how Arago takes the integral of field · exp(∓i · x · u), which is a sum with the weights of the grid."""
    weights = from_.weights if all(grid.is_regular and grid.is_("cartesian") and grid.ndim == 2 for grid in (from_, to)) else None
    equal = np.asarray(weights).reshape(-1)
    if weights is None or min(*from_.delta, *to.delta) <= 0 or np.any(equal != equal[0]):
        return _Direction((from_, to), from_.weights, (0, 0), (0, 0), None)
    from_shape, to_shape = ((int(grid.shape[0]), int(grid.shape[1])) for grid in (from_, to))
    if multiplications(from_shape, to_shape) < fewest:
        return _Direction((from_, to), weights, from_shape, to_shape, None)
    # HCIPy has x before y, and its arrays have y before x. Its frequencies are in radians.
    turn = slice(None, None, -1)
    how = {
        "step": tuple((from_.delta * to.delta / (2 * np.pi))[turn].tolist()),
        "in_center": tuple((-from_.zero / from_.delta)[turn].tolist()),
        "out_center": tuple((-to.zero / to.delta)[turn].tolist()),
        "sign": -1 if forward else +1,
        "scale": float(equal[0]) * (1.0 if forward else 1 / (2 * np.pi) ** 2),
    }
    return _Direction((from_, to), weights, from_shape, to_shape, how)


_patch = Patch(_prepare)


def enable() -> None:
    """Has Arago compute for HCIPy in this process, until :func:`disable`."""
    _patch.enable()


def disable() -> None:
    """Ends what :func:`enable` began: HCIPy is as it was."""
    _patch.disable()


def enabled() -> Any:
    """Returns a context manager that has Arago compute for HCIPy in its block."""
    return _patch.enabled()


def is_enabled() -> bool:
    """Tells whether Arago computes for HCIPy."""
    return _patch.in_force
