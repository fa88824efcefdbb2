"""POPPY's Fourier transforms, done by Arago."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import poppy.accel_math
import poppy.matrixDFT
import poppy.poppy_core

from ._fourier import fft2, mft

_log = logging.getLogger("poppy")
_running = threading.local()


class _Lit(NamedTuple):
    """Where the light is in a square array that is dark outside."""

    padded: tuple[int, int]
    first: int
    side: int


def on_cpu() -> bool:
    """Tells whether POPPY's arrays are numpy's. Those of a graphics processor remain POPPY's."""
    return not poppy.accel_math._USE_CUPY


def matrix_dft(original: Callable[..., Any]) -> Callable[..., Any]:
    """poppy.matrixDFT.matrix_dft, and its numexpr twin."""

    @functools.wraps(original)
    def transform(plane, nlamD, npix, offset=None, inverse=False, centering=poppy.matrixDFT.FFTSTYLE):
        style = _style(plane, nlamD, npix, offset, centering) if on_cpu() else None
        if style is None:  # also whatever POPPY has an error for
            return original(plane, nlamD, npix, offset=offset, inverse=inverse, centering=centering)
        shape, fov, in_center, out_center = style
        # The step, field / (in * out), is the same both ways: nlamD is the field of the image on whichever side it is.
        plane = np.asarray(plane, poppy.accel_math._complex())
        return mft(plane, shape, fov=fov, in_center=in_center, out_center=out_center, sign=-1 if inverse else 1)

    return transform


def _style(plane: Any, nlamD: Any, npix: Any, offset: Any, centering: str) -> Any:
    """Returns the shape of the result, its field in λ/D and the centres of both planes, or None for what is not ours."""
    try:
        sizes = (npix, npix) if np.isscalar(npix) else tuple(npix)
        shape = tuple(int(n) for n in sizes)
        fovs = (nlamD, nlamD) if np.isscalar(nlamD) else tuple(nlamD)
        fov = tuple(float(f) for f in fovs)
        move = (0.0, 0.0) if offset is None else tuple(float(o) for o in offset)
    except (TypeError, ValueError):
        return None
    usable = np.ndim(plane) == 2 and len(shape) == len(fov) == len(move) == 2 and shape == sizes
    if not usable or min(*np.shape(plane), *shape) < 1 or not all(0 < f < np.inf for f in fov) or not np.all(np.isfinite(move)):
        return None
    centering = centering.upper()
    if centering == poppy.matrixDFT.FFTSTYLE:
        half, move = 0.0, (0.0, 0.0)  # n/2 of odd sizes as well, which is between two samples
    elif centering == poppy.matrixDFT.SYMMETRIC:
        half, move = 0.5, (0.0, 0.0)
    elif centering == poppy.matrixDFT.ADJUSTABLE:
        half = 0.5
    else:
        return None
    # POPPY moves both planes.
    in_center = tuple(n / 2 - half + o for n, o in zip(np.shape(plane), move))
    out_center = tuple(n / 2 - half + o for n, o in zip(shape, move))
    return shape, fov, in_center, out_center


def fft_2d(original: Callable[..., Any]) -> Callable[..., Any]:
    """poppy.accel_math.fft_2d. No array is shifted: the blocks of the transform begin where the shift would put them."""

    @functools.wraps(original)
    def transform(wavefront, forward=True, normalization=None, fftshift=True):
        if not on_cpu() or np.ndim(wavefront) != 2 or min(np.shape(wavefront)) < 1:
            return original(wavefront, forward=forward, normalization=normalization, fftshift=fftshift)
        _log.debug("using Arago's FFT of %s array, FFT_direction=%s", wavefront.shape, "forward" if forward else "backward")
        rows, cols = wavefront.shape
        # numpy's inverse, which POPPY's factor is meant for, divides by the number of samples; the plain sum does not.
        if normalization is None:
            normalization = 1 / rows if forward else rows
        factor = normalization if forward else normalization / (rows * cols)
        field = np.asarray(wavefront, poppy.accel_math._complex())
        middle = (-(rows // 2), -(cols // 2))
        start = middle if fftshift and forward else (0, 0)
        lit = getattr(_running, "lit", None)
        if lit is not None and lit.padded == (rows, cols) and not forward:
            field, start = field[lit.first : lit.first + lit.side, lit.first : lit.first + lit.side], (lit.first, lit.first)
        return fft2(
            field, inverse=not forward, norm=factor, shape=(rows, cols), start=start,
            out_start=middle if fftshift and not forward else (0, 0),
        )  # fmt: skip

    return transform


def propagate_fft(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wavefront._propagate_fft: tells the transform where the light is in an array that POPPY has just padded with zeros."""

    @functools.wraps(original)
    def propagate(self, optic):
        side = self.wavefront.shape[0]
        pads = self.oversample > 1 and not self.ispadded and self.planetype == poppy.poppy_core.PlaneType.pupil
        if pads and on_cpu() and self.wavefront.shape == (side, side):
            # utils.pad_to_oversample rounds like this.
            padded = int(np.round(side * self.oversample))
            _running.lit = _Lit((padded, padded), round(side * (self.oversample - 1) / 2), side)
        try:
            return original(self, optic)
        finally:
            _running.lit = None

    return propagate
