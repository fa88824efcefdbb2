"""Optical systems give what POPPY gives, from files, texts and dictionaries."""

from __future__ import annotations

import signal
import threading

import numpy as np
import pytest
import tomllib
from astropy.io import fits
from conftest import REPOSITORY, error_of_peak

import arago

GOLDEN = REPOSITORY / "testdata" / "poppy"

pytestmark = pytest.mark.skipif(not GOLDEN.exists(), reason="this is not the repository: testdata/poppy is not here")


@pytest.mark.parametrize("name", ["circle", "segments", "lyot_offset", "fits_optic", "offset_odd"])
def test_the_image_is_poppys(name):
    image = arago.psf(GOLDEN / f"{name}.toml")
    want = fits.getdata(GOLDEN / f"{name}.fits")
    # Coronagraphic images are dark, and POPPY samples masks: docs/accuracy.md has the figures.
    assert error_of_peak(image[0].data, want) < (1e-2 if name == "lyot_offset" else 1e-9)


def test_a_file_its_text_and_the_same_as_a_dictionary_give_the_same_image():
    path = GOLDEN / "segments.toml"
    text = path.read_text()
    images = [arago.psf(source)[0].data for source in (path, str(path), text, tomllib.loads(text))]
    assert all(np.array_equal(images[0], image) for image in images[1:])


def test_fits_files_of_a_text_are_looked_for_in_its_folder():
    path = GOLDEN / "fits_optic.toml"
    assert np.array_equal(arago.psf(path.read_text(), folder=GOLDEN)[0].data, arago.psf(path)[0].data)


def test_the_hdus_are_those_of_the_program():
    hdus = arago.psf(GOLDEN / "circle.toml")
    assert [h.name for h in hdus] == ["OVERSAMP", "DET_SAMP"]
    header = hdus[0].header
    assert header["NWAVES"] == 1 and header["DET_SAMP"] == 2 and header["NORMALIZ"] == "first"
    assert header["SYSFILE"] == "circle.toml" and len(header["SYSHASH"]) == 64
    assert hdus["DET_SAMP"].data.shape == (40, 40)
    assert np.isclose(hdus[0].data.sum(), hdus["DET_SAMP"].data.sum(), rtol=1e-12)


def test_numbers_of_numpy_may_stand_in_a_dictionary():
    system = tomllib.loads((GOLDEN / "circle.toml").read_text())
    want = arago.psf(system)[0].data
    system["source"]["wavelengths"] = np.array(system["source"]["wavelengths"])
    system["system"]["npix"] = np.int64(system["system"]["npix"])
    assert np.array_equal(arago.psf(system)[0].data, want)


def test_a_system_is_run_into_an_array_again_and_again():
    system = arago.System(GOLDEN / "circle.toml")
    out = np.empty((80, 80))
    assert system.image(out=out) is out
    assert np.array_equal(out, system.psf()[0].data)
    assert np.array_equal(system.image("pixels"), system.psf()["DET_SAMP"].data)
    with pytest.raises(ValueError, match="out"):
        system.image("pixels", out=out)


def test_a_plan_tells_what_would_run():
    plan = arago.plan(GOLDEN / "circle.toml")
    assert plan["rows"] == 80 and plan["pixel_rows"] == 40
    assert plan["steps"]


@pytest.mark.parametrize(
    "source, words",
    [
        ("nowhere.toml", "nowhere.toml"),
        ("[system]\ndiametre = 3\n", "diametre"),
        ({"system": {"diameter": 1.0, "npix": 16}}, "source is missing"),
    ],
)
def test_what_is_wrong_with_a_system_is_told_in_a_sentence(source, words):
    with pytest.raises(arago.errors.FailedError, match=words):
        arago.psf(source)


def test_what_toml_cannot_hold_is_refused():
    with pytest.raises(arago.errors.ArgumentError, match=r"system\.npix"):
        arago.psf({"system": {"npix": 3j}})


def test_progress_is_told_and_what_it_raises_ends_the_run():
    told = []
    arago.psf(GOLDEN / "segments.toml", progress=lambda done, total: told.append((done, total)))
    assert told and told[-1][0] == told[-1][1]
    assert all(a <= b for (a, _), (b, _) in zip(told, told[1:]))

    def stop(done, total):
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        arago.psf(GOLDEN / "segments.toml", progress=stop)


def test_ctrl_c_ends_a_run():
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("Python handles signals in its main thread only")

    def interrupt(done, total):
        signal.raise_signal(signal.SIGINT)

    # A shell starts what runs in its background with SIGINT ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            arago.psf(GOLDEN / "segments.toml", progress=interrupt)
    finally:
        signal.signal(signal.SIGINT, before)
