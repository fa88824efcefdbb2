"""POPPY, computed by Arago.

>>> import arago, poppy
>>> arago.poppy.enable()                    # from now on; arago.poppy.disable() ends it
>>> with arago.poppy.enabled():             # or for a block
...     psf = system.calc_psf(2e-6)

While it is in force, POPPY's matrix Fourier transforms (all centrings, both directions), its FFTs and the phasors of its
optics are computed by Arago, and those optics of a pupil that no wavelength changes are sampled once in a calc_psf.
Numbers agree with POPPY's own to 1e-12 of the largest. Everything else is POPPY's as before. The worker processes of
``poppy.conf.use_multiprocessing`` are served too. Headers say FFTTYPE = 'arago'.

Functions that were imported by name before, as in ``from poppy.matrixDFT import matrix_dft``, remain what they were.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ._patch import Patch, Replacement

__all__ = ["disable", "enable", "enabled", "is_enabled"]

_propagate_one: Callable[..., Any] | None = None


def _prepare() -> list[Replacement]:
    import poppy
    from poppy import accel_math, matrixDFT, optics, poppy_core

    from . import _poppy_optics as ours
    from . import _poppy_transforms as transforms

    del poppy
    return [
        Replacement(matrixDFT, "matrix_dft", transforms.matrix_dft),
        Replacement(matrixDFT, "matrix_dft_numexpr", transforms.matrix_dft),
        Replacement(accel_math, "fft_2d", transforms.fft_2d),
        Replacement(poppy_core.Wavefront, "_propagate_fft", transforms.propagate_fft),
        Replacement(poppy_core.BaseOpticalSystem, "calc_psf", ours.calc_psf),
        Replacement(poppy_core.BaseWavefront, "__imul__", ours.imul),
        Replacement(poppy_core.OpticalElement, "get_phasor", ours.element_phasor),
        Replacement(optics.AnalyticOpticalElement, "get_phasor", ours.analytic_phasor),
        Replacement(optics.CircularAperture, "get_transmission", ours.circular_aperture),
        Replacement(optics.AnnularFieldStop, "get_transmission", ours.annular_stop),
        Replacement(poppy_core, "_wrap_propagate_for_multiprocessing", _keep),
    ]


def _keep(original: Callable[..., Any]) -> Callable[..., Any]:
    global _propagate_one
    _propagate_one = original
    return _propagate_in_worker


def _propagate_in_worker(job: Any) -> Any:
    """What a worker process of POPPY runs, which knows nothing of what its parent has enabled. POPPY has chosen
    how many processes there are: each computes on one thread."""
    from . import set_threads

    enable()
    set_threads(1)
    return _propagate_one(job)  # type: ignore[misc]


_patch = Patch(_prepare)


def enable() -> None:
    """Has Arago compute for POPPY in this process, until :func:`disable`."""
    _patch.enable()


def disable() -> None:
    """Ends what :func:`enable` began: POPPY is as it was."""
    _patch.disable()


def enabled() -> Any:
    """Returns a context manager that has Arago compute for POPPY in its block."""
    return _patch.enabled()


def is_enabled() -> bool:
    """Tells whether Arago computes for POPPY."""
    return _patch.in_force
