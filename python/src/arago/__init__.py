"""Arago: physical optics propagation, fast and exact.

>>> import arago
>>> hdus = arago.psf("telescope.toml")              # an astropy HDUList
>>> image = arago.mft(pupil, 512, fov=32)           # a matrix Fourier transform
>>> with arago.poppy.enabled():                     # POPPY, computed by Arago
...     psf = system.calc_psf(2e-6)

The library is loaded by the first call, not by the import. A process that has loaded it must not be forked: start
workers by ``multiprocessing.get_context("spawn")`` or ``"forkserver"``; loky and dask do so.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import errors
from ._about import __version__, doctor, get_backend, get_threads, set_backend, set_threads, version
from ._fourier import MFT, fft2, mft
from ._products import outer, phasor, product
from ._system import System, plan, psf
from .errors import AragoError

if TYPE_CHECKING:
    from . import hcipy, poppy, prysm

__all__ = [
    "AragoError",
    "MFT",
    "System",
    "__version__",
    "doctor",
    "errors",
    "fft2",
    "get_backend",
    "get_threads",
    "hcipy",
    "mft",
    "outer",
    "phasor",
    "plan",
    "poppy",
    "product",
    "prysm",
    "psf",
    "set_backend",
    "set_threads",
    "version",
]

_TOOLS = ("hcipy", "poppy", "prysm")


def __getattr__(name: str) -> Any:
    # These import packages that not everybody has.
    if name in _TOOLS:
        return importlib.import_module("." + name, __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
