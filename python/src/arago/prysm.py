"""prysm, its matrix Fourier transforms computed by Arago.

>>> import arago, prysm.propagation
>>> arago.prysm.enable()                    # from now on; arago.prysm.disable() ends it
>>> with arago.prysm.enabled():             # or for a block
...     image = pupil.focus_fixed_sampling(efl, dx, samples)

While it is in force, dft2 and idft2 of MatrixDFTExecutor, and so of fttools.mdft, are computed by Arago, and where prysm 0.21.1
is right those of ChirpZTransformExecutor, fttools.czt: unshifted, in double precision, with one step for rows and columns,
and not from even to odd sizes. Propagations by the methods "mdft" and "czt" follow. Numbers agree with prysm's own to
1e-12 of the largest, and with prysm.conf.config.precision = 32 to its single precision. Arrays that are not numpy's or wider than
that precision, matrix transforms of less than about 128 x 128 samples, for which prysm is as fast, and everything else remain
prysm's.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ._fourier import mft
from ._patch import Patch, Replacement
from ._small import MATRIX, multiplications

__all__ = ["disable", "enable", "enabled", "is_enabled"]


def _prepare() -> list[Replacement]:
    from prysm.fttools import ChirpZTransformExecutor, MatrixDFTExecutor

    return [
        Replacement(MatrixDFTExecutor, "dft2", functools.partial(_transform, inverse=False)),
        Replacement(MatrixDFTExecutor, "idft2", functools.partial(_transform, inverse=True)),
        # iczt2 calls it with the conjugate.
        Replacement(ChirpZTransformExecutor, "czt2", _chirp_z),
    ]


def _transform(original: Callable[..., Any], inverse: bool) -> Callable[..., Any]:
    @functools.wraps(original)
    def transform(self, ary, Q, samples, shift=(0, 0)):
        if isinstance(ary, memoryview):  # to_fpm_and_back gives the .data of an array
            ary = np.asarray(ary)
        if not isinstance(ary, np.ndarray) or ary.ndim != 2:
            return original(self, ary, Q, samples, shift)
        m, n = samples if isinstance(samples, Iterable) else (samples, samples)
        if multiplications(ary.shape, (m, n)) < MATRIX or min(m, n) < 1:
            return original(self, ary, Q, samples, shift)
        from prysm.conf import config

        dtype = config.precision_complex
        if np.result_type(ary, dtype) != dtype:
            return original(self, ary, Q, samples, shift)
        (q_y, q_x), (rows, cols), _, (shift_x, shift_y) = self._key(ary=ary, Q=Q, samples=samples, shift=shift)
        if not all(0 < q < np.inf for q in (q_y, q_x)) or min(rows, cols) < 1:
            return original(self, ary, Q, samples, shift)
        # prysm moves both planes by its shift, which has x before y.
        return mft(
            np.asarray(ary, dtype),
            (m, n),
            step=(1 / (rows * q_y), 1 / (cols * q_x)),
            in_center=(rows // 2 + shift_y, cols // 2 + shift_x),
            out_center=(m // 2 + shift_y, n // 2 + shift_x),
            sign=1 if inverse else -1,
            scale=1 / (m * q_x) if inverse else 1 / (rows * q_y),
        )

    return transform


def _chirp_z(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def czt2(self, ary, Q, samples, shift=(0, 0)):
        ours = _unshifted(ary, Q, samples) if np.all(np.equal(shift, 0)) else None
        return original(self, ary, Q, samples, shift) if ours is None else ours

    return czt2


def _unshifted(ary: Any, Q: Any, samples: Any) -> Any:
    """Returns what czt2 gives without a shift, or None for what is not ours."""
    if not isinstance(ary, np.ndarray) or ary.ndim != 2 or ary.dtype not in (np.float64, np.complex128):
        return None
    q_y, q_x = np.broadcast_to(Q, 2).tolist()
    sizes = tuple(np.broadcast_to(samples, 2).tolist())
    shape = ary.shape
    if not all(0 < q < np.inf for q in (q_y, q_x)) or min(*shape, *sizes) < 1:
        return None
    # prysm takes the step of the columns for the rows, and from even to odd sizes its chirp is off by one sample.
    if shape[0] * q_y != shape[1] * q_x or any(i % 2 == 0 and o % 2 == 1 for i, o in zip(shape, sizes)):
        return None
    step = 1 / (shape[0] * q_y)
    middle, out_middle = (tuple(n // 2 for n in ns) for ns in (shape, sizes))
    return mft(ary, sizes, step=step, in_center=middle, out_center=out_middle, sign=-1, scale=step)


_patch = Patch(_prepare)


def enable() -> None:
    """Has Arago compute for prysm in this process, until :func:`disable`."""
    _patch.enable()


def disable() -> None:
    """Ends what :func:`enable` began: prysm is as it was."""
    _patch.disable()


def enabled() -> Any:
    """Returns a context manager that has Arago compute for prysm in its block."""
    return _patch.enabled()


def is_enabled() -> bool:
    """Tells whether Arago computes for prysm."""
    return _patch.in_force
