"""What Arago brings to the Python packages that it speeds up, and what a call of it costs.

    sh optics.sh && .venv-optics/bin/pip install ../python     # once
    .venv-optics/bin/python adapters.py [--runs N] [calls|transforms|direct|coronagraph]...

Each package is timed with Arago and without it by turns, in one process, after a call of each that is not timed. The table
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

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import numpy as np

import arago

HEXAGONS = {"side": 0.76, "gap": 0.007, "rings": 2, "center": False}
ABERRATIONS = [0, 0, 0, 50e-9, 20e-9, -35e-9, 25e-9, -15e-9, 10e-9, 15e-9, 20e-9]


def seconds(call):
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def rows(title, works, runs, unit=1.0):
    """Times works, a dict of calls, by turns, and prints a row of each with its ratio to the first."""
    times = {name: [] for name in works}
    for call in works.values():
        call()
    for _ in range(runs):
        for name, call in works.items():
            times[name].append(seconds(call))
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
            "POPPY with Arago": functools.partial(within, arago.poppy, by_poppy),
            "HCIPy": by_hcipy,
            "HCIPy with Arago": functools.partial(within, arago.hcipy, by_hcipy),
            "prysm": by_prysm,
            "prysm with Arago": functools.partial(within, arago.prysm, by_prysm),
        }
        rows(f"MFT {n} → {m}, {field} λ/D, ms", works, runs, unit=1e-3)


def call(owner, name, *arguments):
    """Calls a method as it is now: a bound one would remain what it was when Arago is enabled."""
    return getattr(owner, name)(*arguments)


def within(tool, work):
    """Makes a call with Arago computing for a package."""
    with tool.enabled():
        return work()


def with_and_without(title, run, runs):
    enabled = functools.partial(within, arago.poppy, run)
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


PIECES = {"calls": calls, "transforms": transforms, "direct": direct, "coronagraph": coronagraph}


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
