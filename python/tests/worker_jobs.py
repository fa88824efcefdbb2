"""What the workers of test_workers.py compute: they import this module by name."""

import os

import numpy as np

import arago


def transform(seed: int) -> tuple[int, complex]:
    rng = np.random.default_rng(seed)
    f = rng.normal(size=(48, 48)) + 1j * rng.normal(size=(48, 48))
    return os.getpid(), complex(arago.mft(f, 20, fov=6).sum())


def poppy_psf(wavelength: float) -> float:
    import poppy

    arago.poppy.enable()
    system = poppy.OpticalSystem(npix=64, pupil_diameter=2.0, verbose=False)
    system.add_pupil(poppy.CircularAperture(radius=0.9))
    system.add_detector(pixelscale=0.05, fov_pixels=16)
    return float(system.calc_psf(wavelength)[0].data.max())
