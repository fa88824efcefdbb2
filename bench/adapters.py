"""What Arago brings to the Python packages that it speeds up, and what a call of it costs.

    sh optics.sh && .venv-optics/bin/pip install ../python     # once
    .venv-optics/bin/python adapters.py [--runs N] [calls|small|transforms|direct|coronagraph]...

Each package is timed with Arago and without it by turns, in one process. A turn begins 40 ms after the one before has ended, for
until then threads of a BLAS may look out for work, and short ones with a call that is not timed. The table
gives medians, the smallest and the largest, and the median of the ratios of neighbouring runs. Jobs are those of the
planner's comparison (planner.go): a package is called as its manual says.
"""

import argparse
import contextlib
import functools
import importlib.metadata
import logging
import os
import statistics
import time
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import numpy as np

import arago

HEXAGONS = {"side": 0.76, "gap": 0.007, "rings": 2, "center": False}
ABERRATIONS = [0, 0, 0, 50e-9, 20e-9, -35e-9, 25e-9, -15e-9, 10e-9, 15e-9, 20e-9]


REST = 0.04  # before a turn, s
SHORT = 0.1  # turns that begin with a call that is not timed, s


class Within(NamedTuple):
    """A call with Arago computing for a package, which is enabled before the time is taken."""

    tool: Any
    work: Callable[[], Any]

    def __call__(self):
        with self.tool.enabled():
            return self.work()


def seconds(call, warm):
    time.sleep(REST)
    work, context = (call.work, call.tool.enabled()) if isinstance(call, Within) else (call, contextlib.nullcontext())
    with context:
        if warm:
            work()
        began = time.perf_counter()
        work()
        return time.perf_counter() - began


def rows(title, works, runs, unit=1.0):
    """Times works, a dict of calls, by turns, and prints a row of each with its ratio to the first."""
    times = {name: [] for name in works}
    short = {name: seconds(call, False) < SHORT for name, call in works.items()}
    for _ in range(runs):
        for name, call in works.items():
            times[name].append(seconds(call, short[name]))
    base = next(iter(works))
    for name, took in times.items():
        ratio = statistics.median(b / t for b, t in zip(times[base], took))
        low, middle, high = (f(took) / unit for f in (min, statistics.median, max))
        print(f"| {title} | {name} | {middle:.3g} | {low:.3g} to {high:.3g} | {ratio:.2f} |", flush=True)


def calls(runs):
    """The cost of a call, by transforms of next to nothing."""
    f, out = np.ones((4, 4), complex), np.empty((4, 4), complex)
    real = np.ones((4, 4))
    plan = arago.MFT(4, 4, fov=2)

    def many(call):
        return lambda: [call() for _ in range(1000)]

    works = {
        "get_threads": arago.get_threads,
        "planned MFT, out=": lambda: plan(f, out=out),
        "planned MFT": lambda: plan(f),
        "mft": lambda: arago.mft(f, 4, fov=2),
        "fft2": lambda: arago.fft2(f),
        "product": lambda: arago.product(f, f),
        "phasor": lambda: arago.phasor(real, real, 1.0),
        "numpy.fft.fft2": lambda: np.fft.fft2(f),
        "numpy.dot": lambda: f.dot(f),
    }
    # 1000 calls in ms are one in µs.
    rows("one call, 4 × 4, µs", {name: many(call) for name, call in works.items()}, runs, unit=1e-3)


def transforms(runs):
    """Single matrix Fourier transforms."""
    import hcipy
    import poppy
    from prysm import fttools

    mft = poppy.matrixDFT.MatrixFourierTransform(centering="ADJUSTABLE")
    rng = np.random.default_rng(1)
    for n, m, field in ((256, 128, 16), (1024, 512, 32), (1024, 624, 72.3), (2048, 1024, 60)):
        pupil = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
        plan = arago.MFT(n, m, fov=field)
        grid = hcipy.make_uniform_grid([n, n], [n, n])
        transform = hcipy.MatrixFourierTransform(grid, hcipy.make_uniform_grid([m, m], [2 * np.pi * field / n] * 2))
        by_hcipy = functools.partial(call, transform, "forward", hcipy.Field(pupil.ravel(), grid))
        by_poppy = functools.partial(call, mft, "perform", pupil, field, m)
        by_prysm = functools.partial(call, fttools.mdft, "dft2", pupil, m / field, m, (-0.5, -0.5))
        works = {
            "arago.mft": functools.partial(arago.mft, pupil, m, fov=field),
            "arago.MFT, planned": functools.partial(plan, pupil),
            "POPPY": by_poppy,
            "POPPY with Arago": Within(arago.poppy, by_poppy),
            "HCIPy": by_hcipy,
            "HCIPy with Arago": Within(arago.hcipy, by_hcipy),
            "prysm": by_prysm,
            "prysm with Arago": Within(arago.prysm, by_prysm),
        }
        rows(f"MFT {n} → {m}, {field} λ/D, ms", works, runs, unit=1e-3)


def small(runs):
    """Calls so small that the packages' own code may be faster: python/src/arago/_small.py has what is handed to them. With
    everything given to Arago, its numbers set to 0, the table is what they were chosen by."""
    import astropy.units as u
    import hcipy
    import poppy
    from prysm import fttools

    rng = np.random.default_rng(1)

    def rows_of(title, tool, repeat, work):
        def several():
            for _ in range(repeat):
                work()

        rows(f"{title}, {repeat} calls, ms", {"alone": several, "with Arago": Within(tool, several)}, runs, 1e-3)

    for n, m in ((8, 8), (16, 16), (32, 32), (64, 64), (128, 64), (128, 96), (128, 128), (256, 128)):
        repeat = max(1, min(50, (1 << 24) // (n * m * (n + m))))
        pupil = rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))
        grid, image = hcipy.make_uniform_grid([n, n], [n, n]), hcipy.make_uniform_grid([m, m], [np.pi * m / (2 * n)] * 2)
        transform, field = hcipy.MatrixFourierTransform(grid, image), hcipy.Field(pupil.ravel(), grid)
        zoom = hcipy.ZoomFastFourierTransform(grid, image)
        step = f"{n} → {m}"
        rows_of(f"HCIPy, matrix, {step}", arago.hcipy, repeat, functools.partial(call, transform, "forward", field))
        rows_of(f"HCIPy, zoom, {step}", arago.hcipy, repeat, functools.partial(call, zoom, "forward", field))
        rows_of(f"prysm, matrix, {step}", arago.prysm, repeat, functools.partial(call, fttools.mdft, "dft2", pupil, 4, m))
        rows_of(f"prysm, chirp-z, {step}", arago.prysm, repeat, functools.partial(call, fttools.czt, "czt2", pupil, 4, m))
        matrix = poppy.matrixDFT.MatrixFourierTransform()
        rows_of(f"POPPY, matrix, {step}", arago.poppy, repeat, functools.partial(call, matrix, "perform", pupil, m / 4, m))
    for n in (8, 16, 32, 64, 128):
        wave = poppy.Wavefront(2e-6 * u.m, npix=n, diam=2)
        circle, zernike = poppy.CircularAperture(radius=1), poppy.ZernikeWFE(radius=1, coefficients=[0, 0, 0, 1e-7])
        array = poppy.ArrayOpticalElement(
            transmission=circle.get_transmission(wave), opd=zernike.get_opd(wave), pixelscale=wave.pixelscale
        )
        for name, optic in (("circle", circle), ("Zernike", zernike), ("array", array)):
            rows_of(f"POPPY, phasor: {name}, {n}", arago.poppy, 5, functools.partial(call, optic, "get_phasor", wave))


def call(owner, name, *arguments):
    """Calls a method as it is now: a bound one would remain what it was when Arago is enabled."""
    return getattr(owner, name)(*arguments)


def with_and_without(title, run, runs):
    enabled = Within(arago.poppy, run)
    ours, theirs = enabled(), run()
    difference = np.max(np.abs(ours - theirs)) / np.max(theirs)
    rows(title, {"POPPY": run, "POPPY with Arago": enabled}, runs)
    print(f"| {title} | largest difference / peak | {difference:.1e} | | |", flush=True)


def direct(runs):
    """Nine wavelengths from 18 hexagons with a wavefront error to a detector of 624 × 624 samples."""
    import astropy.units as u
    import poppy

    def system(*optics):
        s = poppy.OpticalSystem(npix=1024, pupil_diameter=6.7 * u.m, oversample=2, verbose=False)
        for optic in optics:
            s.add_pupil(optic)
        s.add_detector(pixelscale=0.032, fov_arcsec=5.0, oversample=4)
        return s

    source = {"wavelengths": np.linspace(1.9e-6, 2.1e-6, 9), "weights": np.ones(9)}
    elements = [poppy.MultiHexagonAperture(**HEXAGONS), poppy.ZernikeWFE(radius=3.33, coefficients=ABERRATIONS)]
    wave = poppy.Wavefront(2e-6 * u.m, npix=1024, diam=6.7)
    sampled = poppy.ArrayOpticalElement(
        transmission=elements[0].get_transmission(wave), opd=elements[1].get_opd(wave), pixelscale=6.7 / 1024 * u.m / u.pixel
    )
    with_and_without("direct, POPPY's elements, s", lambda: system(*elements).calc_psf(source=source)[0].data, runs)
    with_and_without("direct, sampled pupil, s", lambda: system(sampled).calc_psf(source=source)[0].data, runs)


def coronagraph(runs):
    """Three wavelengths by padded FFTs of 4096 × 4096 samples past a round occulter and a Lyot stop."""
    import astropy.units as u
    import poppy

    def image():
        s = poppy.OpticalSystem(npix=1024, pupil_diameter=6.7 * u.m, oversample=4, verbose=False)
        s.add_pupil(poppy.CircularAperture(radius=3.25))
        s.add_pupil(poppy.ZernikeWFE(radius=3.25, coefficients=[0, 0, 0, 5e-9, 0, 0, 3e-9]))
        s.add_image(poppy.CircularOcculter(radius=0.3))
        s.add_pupil(poppy.CircularAperture(radius=2.75))
        s.add_detector(pixelscale=0.02, fov_arcsec=3.0, oversample=2)
        source = {"wavelengths": 2e-6 * (1 + 0.1 * (np.arange(3) - 1) / 3), "weights": np.ones(3)}
        return s.calc_psf(source=source)[0].data

    with_and_without("coronagraph by FFT, s", image, runs)


PIECES = {"calls": calls, "small": small, "transforms": transforms, "direct": direct, "coronagraph": coronagraph}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pieces", nargs="*", choices=[*PIECES, []], metavar="|".join(PIECES))
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    versions = []
    for name in ("arago", "poppy", "hcipy", "prysm", "numpy", "numexpr"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions.append(f"{name} {importlib.metadata.version(name)}")
    print(f"{', '.join(versions)}; {arago.get_backend()}, {arago.get_threads()} threads, {os.cpu_count()} processors\n")
    print("| work | who | median | range | times faster than the first |")
    print("|---|---|--:|--:|--:|")
    for piece in given.pieces or PIECES:
        PIECES[piece](given.runs)


if __name__ == "__main__":
    main()
