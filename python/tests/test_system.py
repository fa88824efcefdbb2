"""Optical systems give what POPPY gives, from files, texts and dictionaries."""

from __future__ import annotations

import os
import signal
import sys
import threading

import numpy as np
import pytest
import tomllib
from astropy import units as u
from astropy.io import fits
from conftest import REPOSITORY, error_of_peak

import arago
from arago import _library, _toml

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


def test_quantities_are_refused_and_their_numbers_are_not():
    system = tomllib.loads((GOLDEN / "circle.toml").read_text())
    want = arago.psf(system)[0].data
    diameter = u.Quantity(system["system"]["diameter"], u.m)
    for wrong in (diameter, diameter.reshape(1)):
        system["system"]["diameter"] = wrong
        with pytest.raises(arago.errors.ArgumentError, match=r"system\.diameter.*to_value"):
            arago.psf(system)
    system["system"]["diameter"] = np.array(diameter.to_value(u.m))
    assert np.array_equal(arago.psf(system)[0].data, want)


@pytest.mark.parametrize("name", ["télé", "\U0001f52d", 'a\x7fb\tc"d\\e', "\u2028"])
def test_any_text_survives_the_way_to_toml(name):
    assert tomllib.loads(_toml.write({name: {name: name}})) == {name: {name: name}}


@pytest.mark.skipif(sys.platform != "linux", reason="file systems of macOS hold UTF-8 only")
def test_a_path_that_is_not_utf_8_is_told_about(tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"t\xe9l\xe9.toml")
    with open(path, "wb") as f:
        f.write((GOLDEN / "circle.toml").read_bytes())
    assert np.array_equal(arago.System(path).image(), arago.System(GOLDEN / "circle.toml").image())
    with open(path, "wb") as f:
        f.write(b"[system]\ndiametre = 3\n")
    with pytest.raises(arago.errors.FailedError, match="t\ufffdl\ufffd.toml"):
        arago.System(path)


def test_a_path_with_a_character_0_is_not_cut_there():
    path = str(GOLDEN / "circle.toml")
    with pytest.raises(arago.errors.ArgumentError, match="source is .* character 0"):
        arago.System(path + "\0.txt")
    with pytest.raises(arago.errors.ArgumentError, match="folder is .* character 0"):
        arago.System((GOLDEN / "fits_optic.toml").read_text(), folder=f"{GOLDEN}\0")


def test_progress_is_told_and_what_it_raises_ends_the_run():
    told = []
    arago.psf(GOLDEN / "segments.toml", progress=lambda done, total: told.append((done, total)))
    assert told and told[-1][0] == told[-1][1]
    assert all(a <= b for (a, _), (b, _) in zip(told, told[1:]))

    def stop(done, total):
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        arago.psf(GOLDEN / "segments.toml", progress=stop)


def test_a_run_does_not_wait_for_slow_progress_nor_does_that_pile_up(monkeypatch):
    made = _library.Progress
    monkeypatch.setattr(_library, "Progress", lambda tell: made(lambda *report: [tell(*report) for _ in range(100)][-1]))
    told = []

    def slow(done, total):
        told.append((done, total))
        for thread in threading.enumerate():
            if thread.name == "arago run":
                thread.join()

    arago.System(GOLDEN / "circle.toml").image(progress=slow)
    assert len(told) <= 2 and told[-1][0] == told[-1][1]


@pytest.fixture
def interrupts():
    """SIGINT is what Ctrl-C makes it. A shell starts what runs in its background with SIGINT ignored."""
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("Python handles signals in its main thread only")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_in_progress_ends_a_run(interrupts):
    with pytest.raises(KeyboardInterrupt):
        arago.psf(GOLDEN / "segments.toml", progress=lambda done, total: signal.raise_signal(signal.SIGINT))


@pytest.mark.parametrize("progress", [None, lambda done, total: None])
def test_ctrl_c_while_the_library_computes_ends_a_run(interrupts, monkeypatch, progress):
    made = _library.Progress

    def interrupted(tell):
        def tell_later(done, total, user):
            if done == 0:
                os.kill(os.getpid(), signal.SIGINT)
            return tell(done, total, user)

        return made(tell_later)

    monkeypatch.setattr(_library, "Progress", interrupted)
    for run in (arago.System.psf, arago.System.image):
        with pytest.raises(KeyboardInterrupt):
            run(arago.System(GOLDEN / "segments.toml"), progress=progress)
        assert not [thread for thread in threading.enumerate() if thread.name == "arago run"]


def test_the_file_of_a_run_is_freed_when_progress_raises_at_its_end(monkeypatch):
    freed = []
    lib = _library.library()
    free = lib.arago_free
    monkeypatch.setattr(lib, "arago_free", lambda data: freed.append(data.value) or free(data))

    def stop(done, total):
        if done == total:
            raise LookupError("enough")

    with pytest.raises(LookupError):
        arago.System(GOLDEN / "circle.toml").psf(progress=stop)
    assert len(freed) == 1 and freed[0]
