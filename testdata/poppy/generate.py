"""Compute with POPPY the image of every system file beside this script.

    python generate.py                    write NAME.fits for every NAME.toml
    python generate.py NAME …             only these
    python generate.py --check DIR        write nothing: compute again and compare with DIR/NAME.fits
    python generate.py --check existing   the same with the files beside this script
    python generate.py --inputs           write the FITS inputs of fits_optical_element

A system file is Arago's: the `type` of an element is POPPY's class name in
snake case, its other keys are POPPY's parameters in POPPY's units (m, arcsec,
deg). One of our planes may hold several elements; POPPY's holds one, and
normalize = "first" acts after it. So all elements of one plane become one
POPPY optic whose phasor is the product of theirs (class Plane).

`gray_pixel` is ours on every element that has an edge. POPPY has it on circular
apertures only: the other shapes are binary there, and this script demands
gray_pixel = false for them. POPPY's annular field stop and circular occulter
are always gray.
"""

import argparse
import inspect
import logging
import pathlib
import re
import sys
import tomllib
import warnings

warnings.simplefilter("ignore")  # POPPY imports a deprecated SciPy module

import astropy.units as u
import numpy as np
import poppy
import scipy
from astropy.io import fits
from poppy.poppy_core import OpticalElement, PlaneType

HERE = pathlib.Path(__file__).resolve().parent

# Largest |difference|/peak that --check accepts. FFTs and matrix products of
# other NumPy builds round differently; see README for what was observed.
TOLERANCE = 1e-12


def plain_numerics():
    """Use NumPy alone, in double precision and one process."""
    for name in ("use_fftw", "use_mkl", "use_numexpr", "use_opencl", "use_cupy", "use_multiprocessing"):
        setattr(poppy.conf, name, False)
    poppy.conf.double_precision = True
    poppy.accel_math.update_math_settings()
    logging.getLogger("poppy").setLevel(logging.ERROR)


def snake(name):
    """POPPY's class name in snake case: ZernikeWFE → zernike_wfe."""
    name = re.sub(r"([A-Za-z])([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()


CLASSES = {
    snake(name): cls
    for module in (poppy.poppy_core, poppy.wfe, poppy.optics)
    for name, cls in vars(module).items()
    if inspect.isclass(cls) and issubclass(cls, OpticalElement)
}

# How POPPY treats the edge of each shape.
ALWAYS_GRAY = {"annular_field_stop", "circular_occulter"}
OPTIONALLY_GRAY = {"circular_aperture", "multi_circular_aperture", "thin_lens"}
ALWAYS_BINARY = {
    "asymmetric_secondary_obscuration", "bar_occulter", "hexagon_aperture", "hexagon_field_stop",
    "knife_edge", "multi_hexagon_aperture", "ngon_aperture", "parity_test_aperture",
    "rectangle_aperture", "rectangular_field_stop", "secondary_obscuration", "square_aperture",
    "square_field_stop",
}

# Parameters that POPPY takes only as quantities.
QUANTITIES = {("tilt_optical_path_difference", "tilt_angle"): u.arcsec}


def element(spec, planetype, folder=HERE):
    """The POPPY optic that an element table describes."""
    parameters = dict(spec)
    kind = parameters.pop("type")
    cls = CLASSES[kind]

    if kind in ALWAYS_GRAY:
        assert parameters.pop("gray_pixel", True) is True, f"{kind} is always gray in POPPY"
    elif kind in ALWAYS_BINARY:
        assert parameters.pop("gray_pixel", True) is False, f"{kind} is binary in POPPY: gray_pixel = false"
    elif kind not in OPTIONALLY_GRAY:
        assert "gray_pixel" not in parameters, f"{kind} has no edge to be gray"

    if kind == "compound_analytic_optic":
        optics = [element(e, planetype, folder) for e in parameters.pop("optics")]
        return cls(opticslist=optics, **parameters)
    if kind == "inverse_transmission":
        return cls(optic=element(parameters.pop("optic"), planetype, folder), **parameters)
    if kind == "fits_optical_element":
        parameters["planetype"] = planetype
        for key in ("transmission", "opd"):
            if key in parameters:
                parameters[key] = str(folder / parameters[key])
    for key in parameters:
        if (kind, key) in QUANTITIES:
            parameters[key] = parameters[key] * QUANTITIES[kind, key]
    return cls(**parameters)


class Plane(OpticalElement):
    """All elements of one plane as one optic: the product of their phasors."""

    def __init__(self, elements):
        super().__init__(name=" * ".join(e.name for e in elements), verbose=False)
        self.elements = elements

    def get_phasor(self, wave):
        phasor = np.ones(wave.shape, dtype=complex)
        for e in self.elements:
            phasor = phasor * e.get_phasor(wave)
        return phasor


def optical_system(table, folder=HERE):
    """The POPPY system that a system file describes."""
    head = table["system"]
    system = poppy.OpticalSystem(
        name=head.get("name", ""),
        npix=head["npix"],
        pupil_diameter=head["diameter"],
        oversample=head.get("oversample", 2),
        verbose=False,
    )
    source = table["source"]
    system.source_offset_r = source.get("offset_r", 0.0)
    system.source_offset_theta = source.get("offset_theta", 0.0)

    for spec in table["plane"]:
        plane = dict(spec)
        kind = plane.pop("kind")
        if kind in ("pupil", "image"):
            planetype = PlaneType.pupil if kind == "pupil" else PlaneType.image
            elements = [element(e, planetype, folder) for e in plane.pop("elements", [])]
            for e in elements:
                e.planetype = planetype
            (system.add_pupil if kind == "pupil" else system.add_image)(Plane(elements))
        elif kind == "rotation":
            system.add_rotation(angle=plane.pop("angle"))
        elif kind == "inversion":
            system.add_inversion(axis=plane.pop("axis", "both"))
        elif kind == "detector":
            system.add_detector(**plane)
            plane = {}
        else:
            raise ValueError(f"unknown plane kind {kind!r}")
        assert not plane, f"unknown keys in a {kind} plane: {sorted(plane)}"
    return system


def image(path):
    """The image that POPPY computes for a system file: an HDU list."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    source = table["source"]
    wavelengths = np.asarray(source["wavelengths"], dtype=float)
    weights = [float(w) for w in source.get("weights", np.ones(len(wavelengths)))]
    psf = optical_system(table, path.parent).calc_psf(
        wavelength=wavelengths * u.meter,
        weight=weights,
        normalize=table["system"].get("normalize", "first"),
    )
    # No history: it holds the time that the run took.
    del psf[0].header["HISTORY"]
    header = psf[0].header
    header["ORIGIN"] = ("POPPY", "program that computed this image")
    versions(header)
    header["COMMAND"] = (f"python generate.py {path.stem}", "in testdata/poppy")
    assert psf[0].data.dtype == np.dtype("float64")
    return psf


def versions(header):
    """Record in a FITS header what computed it."""
    header["POPPYVER"] = (poppy.__version__, "version of POPPY")
    header["NUMPYVER"] = (np.__version__, "version of NumPy")
    header["SCIPYVER"] = (scipy.__version__, "version of SciPy")


def made_arrays(n):
    """An amplitude and an OPD (micron) of n x n samples over 2 m.

    A disc of radius 0.96 m, its amplitude falling towards +x, with a square hole
    at the upper right and a gray spot at the lower left, so that no flip and no
    quarter turn maps it on itself. The OPD is smooth and has no symmetry either.
    """
    y, x = (np.indices((n, n)) - (n - 1) / 2) * (2.0 / n)
    amplitude = np.where(np.hypot(x, y) <= 0.96, 0.9 - 0.1 * x / 0.96, 0.0)
    amplitude[(np.abs(x - 0.45) < 0.15) & (np.abs(y - 0.5) < 0.15)] = 0.0
    amplitude[np.hypot(x + 0.5, y + 0.3) < 0.12] = 0.3
    opd = 0.12 * (x**2 - 0.5 * y**2) + 0.08 * x * y + 0.05 * np.sin(4.0 * x + 2.0 * y) + 0.04 * y**3
    return amplitude, opd


def save_inputs():
    """Write the files that the fits_optical_element cases read: 128 samples for
    the systems, 32 for arrays.py. Float32 is enough: both programs read the
    same numbers.
    """
    for prefix, n in (("fits", 128), ("small", 32)):
        for name, array, unit in zip(("amplitude", "opd"), made_arrays(n), (None, "micron")):
            hdu = fits.PrimaryHDU(array.astype(np.float32))
            hdu.header["PIXELSCL"] = (2.0 / n, "m per sample")
            if unit:
                hdu.header["BUNIT"] = (unit, "unit of the optical path difference")
            hdu.header["COMMAND"] = ("python generate.py --inputs", "in testdata/poppy")
            hdu.writeto(HERE / "inputs" / f"{prefix}_{name}.fits", overwrite=True)


def compare(computed, stored):
    """Largest |difference| divided by the peak of the stored array."""
    if computed.shape != stored.shape:
        return np.inf
    peak = np.abs(stored).max()
    return np.abs(computed - stored).max() / (peak if peak > 0 else 1.0)


def check(name, computed, path, tolerance=TOLERANCE):
    """Print how far an array is from a committed file; True if near enough."""
    if not path.exists():
        print(f"{name:32s} there is no {path}")
        return False
    error = compare(computed, fits.getdata(path))
    good = bool(error < tolerance)
    print(f"{name:32s} {error:8.1e} {'' if good else 'DIFFERS'}")
    return good


def main():
    parser = argparse.ArgumentParser(description="Golden images by POPPY.")
    parser.add_argument("names", nargs="*", help="system files without .toml; all if none is given")
    parser.add_argument("--check", metavar="DIR", help="compare with the files in DIR ('existing': this folder)")
    parser.add_argument("--inputs", action="store_true", help="write the FITS inputs")
    arguments = parser.parse_args()

    plain_numerics()
    if arguments.inputs:
        save_inputs()
        return 0

    names = arguments.names or sorted(p.stem for p in HERE.glob("*.toml") if p.stem != "arrays")
    good = True
    for name in names:
        psf = image(HERE / f"{name}.toml")
        if arguments.check:
            folder = HERE if arguments.check == "existing" else pathlib.Path(arguments.check)
            good &= check(name, psf[0].data, folder / f"{name}.fits")
        else:
            psf.writeto(HERE / f"{name}.fits", overwrite=True)
            data = psf[0].data
            print(f"{name:32s} {data.shape[0]:4d} × {data.shape[1]:<4d} sum {data.sum():.6g} peak {data.max():.6g}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
