"""HCIPy, its transforms computed by Arago.

>>> import arago, hcipy
>>> arago.hcipy.enable()                    # from now on; arago.hcipy.disable() ends it
>>> with arago.hcipy.enabled():             # or for a block
...     image = propagator.forward(wavefront)

While it is in force, MatrixFourierTransform and ZoomFastFourierTransform between regular grids of two dimensions are computed
by Arago, those that exist already included; propagators and coronagraphs that are made of them follow. Numbers agree with
HCIPy's own to 1e-12 of the largest; fields of single precision give single precision. FastFourierTransform, other grids and
those whose points have unequal weights, and ZoomFastFourierTransform of tensor fields, remain HCIPy's.

A propagator chooses its transform when it is first used, by HCIPy's estimate of HCIPy's own times. Where that is
FastFourierTransform, hcipy.MatrixFourierTransform(pupil_grid, uv_grid) asks for the one that Arago computes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from ._fourier import mft
from ._patch import Patch, Replacement

__all__ = ["disable", "enable", "enabled", "is_enabled"]


def _prepare() -> list[Replacement]:
    import hcipy

    matrix, zoom = hcipy.MatrixFourierTransform, hcipy.ZoomFastFourierTransform
    return [
        Replacement(matrix, "forward", functools.partial(_forward, tensors=True)),
        Replacement(matrix, "backward", functools.partial(_backward, tensors=True)),
        # Of tensors HCIPy 0.7.1's zoom transform gives other numbers than its matrix transform.
        Replacement(zoom, "forward", functools.partial(_forward, tensors=False)),
        Replacement(zoom, "backward", functools.partial(_backward, tensors=False)),
    ]


def _forward(original: Callable[..., Any], tensors: bool) -> Callable[..., Any]:
    @functools.wraps(original)
    def forward(self, field):
        ours = None
        if tensors or np.ndim(field) == 1:
            ours = _transform(self.input_grid, self.output_grid, field, -1, 1.0)
        return original(self, field) if ours is None else ours

    return forward


def _backward(original: Callable[..., Any], tensors: bool) -> Callable[..., Any]:
    @functools.wraps(original)
    def backward(self, field):
        ours = None
        if tensors or np.ndim(field) == 1:
            ours = _transform(self.output_grid, self.input_grid, field, +1, 1 / (2 * np.pi) ** 2)
        return original(self, field) if ours is None else ours

    return backward


def _transform(from_: Any, to: Any, field: Any, sign: int, factor: float) -> Any:
    """Returns the integral of field · exp(sign · i · x · u), a sum with the weights of the grid, or None for what is not ours."""
    from hcipy import Field

    if not all(grid.is_regular and grid.is_("cartesian") and grid.ndim == 2 for grid in (from_, to)):
        return None
    if not isinstance(field, Field) or field.shape[-1] != from_.size or min(*from_.delta, *to.delta) <= 0:
        return None
    weights = np.asarray(from_.weights)
    if weights.size > 1 and not np.all(weights == weights.flat[0]):
        return None
    dtype = np.complex64 if field.dtype in (np.float32, np.complex64) else np.complex128
    # HCIPy has x before y, and its arrays have y before x. Its frequencies are in radians.
    turn = slice(None, None, -1)
    how: dict[str, Any] = {
        "step": tuple((from_.delta * to.delta / (2 * np.pi))[turn].tolist()),
        "in_center": tuple((-from_.zero / from_.delta)[turn].tolist()),
        "out_center": tuple((-to.zero / to.delta)[turn].tolist()),
        "sign": sign,
        "scale": factor * float(weights.flat[0]),
    }
    shape = (int(to.shape[0]), int(to.shape[1]))
    fields = np.asarray(field, dtype).reshape(-1, *from_.shape)
    results = np.empty((len(fields), *shape), dtype)
    for one, result in zip(fields, results):
        mft(one, shape, out=result, **how)
    return Field(results.reshape(*np.shape(field)[:-1], to.size), to)


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
