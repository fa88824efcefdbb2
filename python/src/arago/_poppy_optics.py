"""What POPPY's optics do to the field, done by Arago.

Amplitudes and optical path differences remain POPPY's own: its methods give them. Three things spare time. The field is
multiplied in place, without an array for the phasor. An optic of a pupil that no wavelength changes is sampled
once in a calc_psf, not once for each wavelength. And circles are looked at around the circle only.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from typing import Any

import astropy.units as u
import numpy as np
import poppy
import poppy.geometry
from poppy.optics import AnalyticOpticalElement
from poppy.poppy_core import BaseWavefront, Detector, PlaneType, Wavefront

from ._arrays import DTYPES, fits
from ._poppy_transforms import on_cpu
from ._products import phasor
from ._small import CIRCLE, PHASOR

_log = logging.getLogger("poppy")
_running = threading.local()

# POPPY's optics whose amplitude and optical path difference follow from their parameters and the samples alone. Classes derived
# from them may do otherwise.
_STEADY = frozenset(
    kind
    for kind in (
        getattr(poppy, name, None)
        for name in (
            "AsymmetricSecondaryObscuration", "CircularAperture", "GaussianAperture", "HexagonAperture",
            "KeystoneSegmentedCircularAperture", "KnifeEdge", "LetterFAperture", "LetterFOpticalPathDifference",
            "MultiCircularAperture", "MultiHexagonAperture", "NgonAperture", "ParameterizedWFE", "ParityTestAperture",
            "RectangleAperture", "SecondaryObscuration", "SquareAperture", "ThinLens", "TiltOpticalPathDifference",
            "WedgeSegmentedCircularAperture", "ZernikeWFE",
        )
    )
    if kind is not None
)  # fmt: skip


# Methods that such an optic follows, unless others are put on it.
_METHODS = frozenset(("get_coordinates", "get_opd", "get_phasor", "get_transmission"))


def calc_psf(original: Callable[..., Any]) -> Callable[..., Any]:
    """BaseOpticalSystem.calc_psf: optics are remembered while it runs."""

    @functools.wraps(original)
    def calculate(self, *args, **kwargs):
        outer = getattr(_running, "sampled", None)
        _running.sampled = {} if _is_poppys(self) else None
        try:
            result = original(self, *args, **kwargs)
        finally:
            _running.sampled = outer
        hdus = result[0] if isinstance(result, tuple) else result
        hdus[0].header["FFTTYPE"] = ("arago", "Algorithm for FFTs")
        return result

    return calculate


def _is_poppys(system: Any) -> bool:
    """Tells whether wavelengths are propagated by POPPY's own methods: others may change optics from one to the next."""
    methods = (getattr(system, name) for name in ("propagate_mono", "propagate", "input_wavefront"))
    return all(str(getattr(method, "__module__", None)).startswith("poppy.") for method in methods)


def _is_default(optic: Any, name: str) -> bool:
    """Tells whether a method is AnalyticOpticalElement's, and neither of the optic's class nor put on the optic itself."""
    return getattr(getattr(optic, name), "__func__", None) is getattr(AnalyticOpticalElement, name)


def _steady(optic: Any) -> bool:
    if _METHODS & vars(optic).keys():
        return False
    if type(optic) is getattr(poppy, "CompoundAnalyticOptic", None):
        return all(_steady(part) for part in optic.opticslist)
    return type(optic) in _STEADY


def _samples(optic: Any, wave: Any) -> tuple[Any, Any]:
    """Returns the amplitude and the optical path difference (m) of an analytic optic; None for 1 or 0 everywhere."""
    sampled = getattr(_running, "sampled", None)
    if sampled is None or type(wave) is not Wavefront or wave.planetype != PlaneType.pupil or not _steady(optic):
        return _sample(optic, wave)
    key = (id(optic), wave.shape, wave.pixelscale.to_value(u.m / u.pixel))
    if key not in sampled:
        sampled[key] = (optic, *_sample(optic, wave))  # held, so that its id remains its own
    return sampled[key][1:]


def _sample(optic: Any, wave: Any) -> tuple[Any, Any]:
    amplitude = None if _is_default(optic, "get_transmission") else optic.get_transmission(wave)
    opd = None if _is_default(optic, "get_opd") else optic.get_opd(wave)
    return amplitude, opd


def _is_small(field: Any) -> bool:
    """Tells whether POPPY's own phasor is faster. Not so while a calc_psf remembers what its optics are."""
    return field.size < PHASOR and getattr(_running, "sampled", None) is None


def _ours(values: Any, shape: tuple[int, ...]) -> bool:
    return values is None or (isinstance(values, np.ndarray) and values.shape == shape and values.dtype.kind in "fiub")


def _metres(wave: Any) -> float:
    wavelength = wave.wavelength if isinstance(wave, BaseWavefront) else wave
    return wavelength.to(u.meter).value


def analytic_phasor(original: Callable[..., Any]) -> Callable[..., Any]:
    """AnalyticOpticalElement.get_phasor."""

    @functools.wraps(original)
    def get_phasor(self, wave):
        if not on_cpu() or not isinstance(wave, BaseWavefront) or wave.wavefront.ndim != 2 or _is_small(wave.wavefront):
            return original(self, wave)
        amplitude, opd = _samples(self, wave)
        if not (_ours(amplitude, wave.shape) and _ours(opd, wave.shape)):
            values = _formula(1.0 if amplitude is None else amplitude, 0.0 if opd is None else opd, _metres(wave))
            # POPPY's array of ones or zeros, which was left out, gives the phasor its shape.
            return np.broadcast_to(values, wave.shape).copy() if amplitude is None or opd is None else values
        out = np.empty(wave.shape, poppy.accel_math._complex())
        return phasor(amplitude, opd, _metres(wave), out=out)

    return get_phasor


def _formula(amplitude: Any, opd: Any, wavelength: float) -> Any:
    """What POPPY computes, for the odd shapes that its optics may return."""
    return amplitude * np.exp(2j * np.pi / wavelength * opd)


def element_phasor(original: Callable[..., Any]) -> Callable[..., Any]:
    """OpticalElement.get_phasor, of optics that are arrays."""

    @functools.wraps(original)
    def get_phasor(self, wave):
        if not on_cpu() or (isinstance(wave, BaseWavefront) and _is_small(wave.wavefront)) or _is_resampled(self, wave):
            return original(self, wave)
        amplitude, opd = self.get_transmission(wave), self.get_opd(wave)
        shape = np.shape(amplitude)
        if len(shape) == 2 and min(shape) > 0 and _ours(amplitude, shape) and _ours(opd, shape):
            self.phasor = phasor(amplitude, opd, _metres(wave), dtype=poppy.accel_math._complex())
        else:
            self.phasor = _formula(amplitude, opd, _metres(wave))
        if self.phasor.size != 1 and self.phasor.shape != wave.shape:
            return poppy.utils.pad_or_crop_to_shape(self.phasor, wave.shape)
        return self.phasor

    return get_phasor


def _is_resampled(optic: Any, wave: Any) -> bool:
    """Tells whether POPPY would interpolate the arrays of an optic to the samples of the field."""
    if optic.pixelscale is None or not hasattr(wave, "pixelscale"):
        return False
    return bool(abs(wave.pixelscale - optic.pixelscale) / optic.pixelscale >= 0.001)


def imul(original: Callable[..., Any]) -> Callable[..., Any]:
    """BaseWavefront.__imul__: an analytic optic multiplies the field where it is."""

    @functools.wraps(original)
    def multiply(self, optic):
        field = self.wavefront
        if (
            not isinstance(optic, AnalyticOpticalElement)
            or isinstance(optic, Detector)
            or not _is_default(optic, "get_phasor")
            or not on_cpu()
            or not (isinstance(field, np.ndarray) and field.ndim == 2 and field.dtype in DTYPES and fits(field))
            or _is_small(field)
        ):
            return original(self, optic)
        amplitude, opd = _samples(optic, self)
        # What the optic has just done may have replaced the field: the aligner of phase masks tilts it.
        field = self.wavefront
        if not (_ours(amplitude, field.shape) and _ours(opd, field.shape)):
            self.wavefront *= _formula(1.0 if amplitude is None else amplitude, 0.0 if opd is None else opd, _metres(self))
        elif amplitude is not None or opd is not None:
            phasor(amplitude, opd, _metres(self), out=field, multiply=True)
        message = "  Multiplied WF by phasor for " + str(optic)
        _log.debug(message)
        self.history.append(message)
        self.location = "after " + optic.name
        return self

    return multiply


def circular_aperture(original: Callable[..., Any]) -> Callable[..., Any]:
    """CircularAperture.get_transmission, of circles with exact (gray) edges."""

    @functools.wraps(original)
    def get_transmission(self, wave):
        grid = _coordinates(self, wave, PlaneType.pupil) if getattr(self, "_use_gray_pixel", False) else None
        if grid is None:
            return original(self, wave)
        step = wave.pixelscale.to(u.meter / u.pixel).value
        self.transmission = _circle(grid, step, self.radius.to(u.meter).value)
        return self.transmission

    return get_transmission


def annular_stop(original: Callable[..., Any]) -> Callable[..., Any]:
    """AnnularFieldStop.get_transmission; circular occulters are such."""

    @functools.wraps(original)
    def get_transmission(self, wave):
        grid = _coordinates(self, wave, PlaneType.image)
        if grid is None:
            return original(self, wave)
        step = wave.pixelscale.to(u.arcsec / u.pixel).value
        inner, outer = self.radius_inner.to(u.arcsec).value, self.radius_outer.to(u.arcsec).value
        self.transmission = _circle(grid, step, outer) if outer > 0 else np.ones(wave.shape)
        if inner > 0:
            _circle(grid, step, inner, less=self.transmission)
        return self.transmission

    return get_transmission


def _coordinates(optic: Any, wave: Any, plane: Any) -> tuple[Any, Any] | None:
    """Returns the coordinates of the rows (n × 1) and the columns (1 × n), by POPPY's own methods, or None where they
    are not separable or not POPPY's own."""
    if (
        not on_cpu()
        or type(wave) is not Wavefront
        or wave.planetype != plane
        or not poppy.conf.double_precision
        or not _is_default(optic, "get_coordinates")
        or any(hasattr(optic, name) for name in ("rotation", "inclination_x", "inclination_y"))
        or not np.isscalar(wave.pixelscale.value)
        or wave.shape[0] * wave.shape[1] < CIRCLE
        or min(wave.shape) < 2
    ):
        return None
    rows, cols = wave.shape
    return optic.get_coordinates(_Line(wave, (rows, 1)))[0], optic.get_coordinates(_Line(wave, (1, cols)))[1]


class _Line:
    """The coordinates of one column or one row of a wavefront."""

    def __init__(self, wave: Any, shape: tuple[int, int]) -> None:
        self.wave, self.shape = wave, shape

    def coordinates(self) -> Any:
        wave = self.wave
        if wave.planetype == PlaneType.pupil:
            return Wavefront.pupil_coordinates(self.shape, wave.pixelscale)
        y, x = Wavefront.image_coordinates(self.shape, wave.pixelscale, wave._last_transform_type, wave._image_centered)
        return y, x


def _circle(grid: tuple[Any, Any], step: float, radius: float, less: Any = None) -> Any:
    """Returns what geometry.filled_circle_aa gives for a circle about zero, or subtracts it from less. Areas are POPPY's;
    samples that are a step or more outside of the circle are not looked at."""
    y, x = grid[0] / step, grid[1] / step
    radius /= step
    pixel = abs(x[0, 1] - x[0, 0])
    rows = np.flatnonzero(abs(y[:, 0]) < radius + 2 * pixel)
    cols = np.flatnonzero(abs(x[0]) < radius + 2 * pixel)
    values = np.zeros((y.size, x.size)) if less is None else less
    if not rows.size or not cols.size:
        return values
    box = np.s_[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
    y, x = y[box[0]], x[:, box[1]]
    r = np.sqrt(x**2 + y**2)
    circle = (r < radius).astype(float)
    i, j = np.nonzero(np.abs(r - radius) < pixel)
    circle[i, j] = poppy.geometry.pixwt(0, 0, radius, x[0, j], y[i, 0]) / pixel**2
    np.clip(circle, 0, 1, out=circle)
    if less is None:
        values[box] = circle
    else:
        values[box] -= circle
    return values
