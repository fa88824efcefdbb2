"""Sample single POPPY elements on a grid: the cases of arrays.toml.

    python arrays.py                      write arrays/NAME.fits for every case
    python arrays.py --check DIR|existing     compute again and compare

NAME.fits holds in its primary HDU the amplitude (float64), and in an extension
named OPD the optical path difference in metres at the wavelength of the
case, if it is not zero everywhere. Both are taken from the phasor's parts
as POPPY gives them: get_transmission and get_opd on a Wavefront of the grid, padded
or cropped as get_phasor does. FQPM_FFT_aligner has no array: it acts on the
wavefront (see fqpm.toml).
"""

import argparse
import pathlib
import sys
import tomllib

import astropy.units as u
import numpy as np
from astropy.io import fits

import generate
from poppy.poppy_core import PlaneType, Wavefront
from poppy.utils import pad_or_crop_to_shape

ARRAYS = generate.HERE / "arrays"

# Largest |difference|/peak that --check accepts.
TOLERANCE = 1e-12


def wavefront(case):
    """A POPPY wavefront on the grid of a case."""
    wavelength = case.get("wavelength", 1e-6) * u.meter
    if case["plane"] == "pupil":
        return Wavefront(wavelength=wavelength, npix=case["npix"], diam=case["diameter"] * u.meter)
    wave = Wavefront(
        wavelength=wavelength, npix=case["npix"], pixelscale=case["pixelscale"] * u.arcsec / u.pixel
    )
    if case.get("zero_on_sample", False):
        # What an FFT to an image plane leaves behind.
        wave._last_transform_type = "FFT"
        wave._image_centered = "pixel"
    return wave


def sample(case):
    """Amplitude and OPD of the element of a case."""
    planetype = PlaneType.pupil if case["plane"] == "pupil" else PlaneType.image
    optic = generate.element(case["element"], planetype)
    optic.planetype = planetype
    wave = wavefront(case)
    if optic.pixelscale is not None:
        # Elsewhere POPPY would resample by splines.
        assert abs(optic.pixelscale / wave.pixelscale - 1).decompose() < 1e-9, case["name"]
    amplitude = np.asarray(optic.get_transmission(wave), dtype=float)
    opd = np.asarray(optic.get_opd(wave), dtype=float)
    return pad_or_crop_to_shape(amplitude, wave.shape), pad_or_crop_to_shape(opd, wave.shape)


def hdu_list(name, amplitude, opd):
    """The FITS file of a case."""
    primary = fits.PrimaryHDU(np.ascontiguousarray(amplitude))
    generate.versions(primary.header)
    primary.header["CASE"] = (name, "case in arrays.toml")
    primary.header["COMMAND"] = ("python arrays.py", "in testdata/poppy")
    hdus = fits.HDUList([primary])
    if opd.any():
        hdu = fits.ImageHDU(np.ascontiguousarray(opd), name="OPD")
        hdu.header["BUNIT"] = "m"
        hdus.append(hdu)
    return hdus


def main():
    parser = argparse.ArgumentParser(description="Arrays of single elements by POPPY.")
    parser.add_argument("--check", metavar="DIR", help="compare with the files in DIR ('existing': arrays/)")
    arguments = parser.parse_args()

    generate.plain_numerics()
    cases = tomllib.loads((generate.HERE / "arrays.toml").read_text(encoding="utf-8"))["case"]
    names = [case["name"] for case in cases]
    assert len(names) == len(set(names)), "two cases have one name"
    good = True
    for case in cases:
        hdus = hdu_list(case["name"], *sample(case))
        if not arguments.check:
            hdus.writeto(ARRAYS / f"{case['name']}.fits", overwrite=True)
            continue
        folder = ARRAYS if arguments.check == "existing" else pathlib.Path(arguments.check)
        path = folder / f"{case['name']}.fits"
        good &= generate.check(case["name"], hdus[0].data, path, TOLERANCE)
        if not path.exists():
            continue
        with fits.open(path) as stored:
            if len(stored) != len(hdus):
                print(f"{case['name']:32s} another number of arrays DIFFERS")
                good = False
            elif len(hdus) == 2:
                error = generate.compare(hdus[1].data, stored[1].data)
                print(f"{case['name'] + ' OPD':32s} {error:8.1e} {'' if error < TOLERANCE else 'DIFFERS'}")
                good &= bool(error < TOLERANCE)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
