"""Optical systems, described as `arago psf` takes them."""

from __future__ import annotations

import io
import os
import queue
import threading
from collections.abc import Callable, Mapping
from ctypes import byref, c_int64, c_size_t, c_uint64, c_void_p, string_at
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from . import _library, _toml, errors
from ._arrays import layout, output
from ._library import DOUBLE, PIXELS, SAMPLES, SINGLE, Handle, chars, check, document, library

if TYPE_CHECKING:
    from astropy.io.fits import HDUList

Source = str | os.PathLike[str] | Mapping[str, Any]
Progress = Callable[[int, int], object]
Result = TypeVar("Result")
_PRECISIONS = {"double": DOUBLE, "single": SINGLE}


class System:
    """An optical system that is ready to run: read, checked, and the masks of its pupils sampled.

    Parameters
    ----------
    source : path, str or mapping
        A system file; or its text, which has a line break in it; or the same as nested dictionaries, for instance
        ``{"system": {"diameter": 2.4, "npix": 512}, "source": …, "plane": [{"kind": "pupil", …}, …]}``.
        `arago elements` prints all that may stand in it.
    precision : "double" or "single"
        Of the field.
    recipe : str, optional
        As `arago psf --recipe` takes it, instead of the transforms that are predicted to be fastest.
    workers : int
        How many wavelengths are computed at once; 0 chooses.
    folder : path, optional
        Where the FITS files of a text or a mapping are; by default the current folder.
    """

    def __init__(
        self,
        source: Source,
        *,
        precision: Literal["double", "single"] = "double",
        recipe: str | None = None,
        workers: int = 0,
        folder: str | os.PathLike[str] | None = None,
    ) -> None:
        if precision not in _PRECISIONS:
            raise errors.ArgumentError(f'precision is {precision!r}, and should be "double" or "single"')
        lib = library()
        handle = c_uint64()
        how = (_PRECISIONS[precision], chars(recipe, "recipe"), workers, byref(handle))
        if isinstance(source, Mapping):
            source = _toml.write(source)
        if isinstance(source, str) and "\n" in source:
            text = source.encode()
            check(lib.arago_system_parse(text, len(text), b"", chars(folder, "folder"), *how))
        else:
            check(lib.arago_system_open(chars(source, "source"), *how))
        self._handle = Handle(handle.value, lib.arago_system_free)

    def plan(self) -> dict[str, Any]:
        """Returns what would run: steps, recipes, predicted time (s) and memory (bytes), warnings."""
        return document(library().arago_system_plan, self._handle.number)

    def psf(self, *, progress: Progress | None = None) -> HDUList:
        """Runs the system, and returns what `arago psf` writes: the image in its oversampled samples, and summed to the pixels
        of the detector (extension DET_SAMP), with the same keywords.

        progress(done, total) is called with the number of planes that are done, when some have been and about ten times a
        second. An exception in it ends the run and is passed on, as is Ctrl-C.
        """
        try:
            from astropy.io import fits
        except ImportError:
            raise ImportError(
                "psf returns an HDUList of astropy, which is not installed: image gives the array without it"
            ) from None
        lib = library()

        def run(tell: Any) -> bytes:
            data, size = c_void_p(), c_size_t()
            check(lib.arago_system_fits(self._handle.number, tell, None, byref(data), byref(size)))
            try:
                return string_at(data.value or 0, size.value)
            finally:
                lib.arago_free(data)

        return fits.open(io.BytesIO(_watched(run, progress)))

    def image(
        self,
        which: Literal["samples", "pixels"] = "samples",
        *,
        out: NDArray[np.float64] | None = None,
        progress: Progress | None = None,
    ) -> NDArray[np.float64]:
        """Runs the system, and returns the intensity in samples, or summed to pixels of the detector, as an array alone."""
        if which not in ("samples", "pixels"):
            raise errors.ArgumentError(f'which is {which!r}, and should be "samples" or "pixels"')
        image = SAMPLES if which == "samples" else PIXELS
        lib = library()
        rows, cols = c_int64(), c_int64()
        check(lib.arago_system_shape(self._handle.number, image, byref(rows), byref(cols)))
        result = output(out, (rows.value, cols.value), np.dtype(np.float64))

        def run(tell: Any) -> None:
            check(lib.arago_system_run(self._handle.number, image, *layout(result), tell, None))

        _watched(run, progress)
        return result


def _watched(run: Callable[[Any], Result], progress: Progress | None) -> Result:
    """Calls run, which takes the library's progress function, in a thread of its own, so that this one remains Python's: it calls
    progress, and handles signals. (What a signal raises as a function called by ctypes begins is printed and forgotten.) What is
    raised here ends the run, and is passed on after it. run checks codes itself: their messages belong to its thread.

    The run does not wait for progress; a slow one is called with the newest numbers, not with all.
    """
    told: queue.SimpleQueue[bool] = queue.SimpleQueue()  # that there is something new, or (False) that the run has ended
    newest = (0, 0)
    results: list[Result] = []
    failures: list[BaseException] = []
    stop = False

    def tell(done: int, total: int, _: object) -> int:
        nonlocal newest
        newest = (done, total)
        if told.empty():
            told.put(True)
        return stop

    def work() -> None:
        try:
            results.append(run(_library.Progress(tell)))
        except BaseException as e:
            failures.append(e)
        finally:
            told.put(False)

    worker = threading.Thread(target=work, name="arago run")
    try:
        worker.start()
        while told.get():
            if progress:
                progress(*newest)
    finally:
        stop = True
        if worker.is_alive():
            worker.join()
    if failures:
        raise failures[0]
    return results[0]


def psf(
    source: Source,
    *,
    precision: Literal["double", "single"] = "double",
    recipe: str | None = None,
    workers: int = 0,
    folder: str | Path | None = None,
    progress: Progress | None = None,
) -> HDUList:
    """Computes the image of a system, as `arago psf` does, and returns it as an astropy HDUList.

    Parameters are those of :class:`System` and :meth:`System.psf`.

    >>> image = arago.psf("telescope.toml")["DET_SAMP"].data
    """
    return System(source, precision=precision, recipe=recipe, workers=workers, folder=folder).psf(progress=progress)


def plan(
    source: Source,
    *,
    precision: Literal["double", "single"] = "double",
    recipe: str | None = None,
    workers: int = 0,
    folder: str | Path | None = None,
) -> dict[str, Any]:
    """Returns what would run for a system: steps, recipes, predicted time (s) and memory (bytes).

    Parameters are those of :class:`System`.
    """
    return System(source, precision=precision, recipe=recipe, workers=workers, folder=folder).plan()
