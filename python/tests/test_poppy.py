"""With Arago enabled POPPY gives POPPY's numbers.

POPPY's own tests are run by poppy_suite.py. Agreement is 1e-12 of the largest value throughout: what rounding leaves of sums
that are taken in another order.
"""

from __future__ import annotations

import threading

import numpy as np
import pytest
from conftest import error_of_peak

poppy = pytest.importorskip("poppy")

import astropy.units as u  # noqa: E402
from poppy import accel_math, matrixDFT, optics, poppy_core  # noqa: E402

import arago  # noqa: E402
from arago import _poppy_optics  # noqa: E402

AGREEMENT = 1e-12


@pytest.fixture(params=[True, False], ids=["numexpr", "numpy"], autouse=True)
def numexpr(request):
    """POPPY has two ways of its own."""
    if request.param and not accel_math._NUMEXPR_AVAILABLE:
        pytest.skip("numexpr is not installed")
    before = poppy.conf.use_numexpr
    poppy.conf.use_numexpr = request.param
    accel_math.update_math_settings()
    yield
    poppy.conf.use_numexpr = before
    accel_math.update_math_settings()


def both(compute):
    """Returns what POPPY computes, and what it computes with Arago enabled."""
    assert not arago.poppy.is_enabled()
    alone = compute()
    with arago.poppy.enabled():
        return alone, compute()


def agree(compute):
    alone, enabled = both(compute)
    assert alone.shape == enabled.shape and alone.dtype == enabled.dtype
    assert error_of_peak(enabled, alone) < AGREEMENT


@pytest.mark.parametrize("centering", matrixDFT.CENTERING_CHOICES)
@pytest.mark.parametrize("direction", ["perform", "inverse"])
@pytest.mark.parametrize("shape, npix", [((32, 32), 20), ((33, 30), 21), ((24, 40), (15, 28))])
@pytest.mark.parametrize("fov", [7.5, (9.0, 6.0)])
@pytest.mark.parametrize("offset", [None, (1.5, -2.25)])
def test_matrix_transforms_in_every_style(field, centering, direction, shape, npix, fov, offset):
    f = field(*shape)
    transform = getattr(matrixDFT.MatrixFourierTransform(centering), direction)
    try:
        transform(f, fov, npix, offset=offset)
    except RuntimeError as e:  # "does not support …"
        with arago.poppy.enabled(), pytest.raises(RuntimeError) as ours:
            transform(f, fov, npix, offset=offset)
        assert str(ours.value) == str(e)
        return
    agree(lambda: transform(f, fov, npix, offset=offset))


def test_real_planes_are_transformed_too(rng):
    agree(lambda plane=rng.normal(size=(32, 32)): matrixDFT.matrix_dft(plane, 8, 16))


@pytest.mark.parametrize("arguments", [(7.5, 12.5), (7.5, (1, 2, 3)), ("wide", 12)])
def test_poppys_errors_remain_its_own(field, arguments):
    f = field(16, 16)
    with pytest.raises(Exception) as alone:
        matrixDFT.matrix_dft(f, *arguments)
    with arago.poppy.enabled(), pytest.raises(type(alone.value)) as ours:
        matrixDFT.matrix_dft(f, *arguments)
    assert str(ours.value) == str(alone.value)


@pytest.mark.parametrize("n", [32, 27])
@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("shift", [True, False])
@pytest.mark.parametrize("normalization", [None, 0.3])
def test_ffts(field, n, forward, shift, normalization):
    f = field(n, n)
    kept = f.copy()
    agree(lambda: accel_math.fft_2d(f, forward=forward, fftshift=shift, normalization=normalization))
    assert np.array_equal(f, kept), "the field was written to"


def wave(npix=64, wavelength=2e-6):
    return poppy_core.Wavefront(wavelength=wavelength * u.m, npix=npix, diam=2.0)


PUPILS = {
    "circle": lambda: optics.CircularAperture(radius=0.8),
    "circle aside": lambda: optics.CircularAperture(radius=0.5, shift_x=0.3, shift_y=-0.2),
    "circle, hard": lambda: optics.CircularAperture(radius=0.8, gray_pixel=False),
    "circle, inclined": lambda: optics.CircularAperture(radius=0.8, inclination_x=30),
    "circle, larger than the array": lambda: optics.CircularAperture(radius=3),
    "circle beside the array": lambda: optics.CircularAperture(radius=0.1, shift_x=5.0),
    "hexagons": lambda: optics.MultiHexagonAperture(side=0.3, rings=1),
    "secondary": lambda: optics.SecondaryObscuration(secondary_radius=0.3, n_supports=3, support_width=0.05),
    "lens": lambda: optics.ThinLens(nwaves=2, radius=0.9),
    "Zernike": lambda: poppy.ZernikeWFE(radius=0.9, coefficients=[0, 0, 1e-7, 5e-8]),
    "nothing": lambda: optics.ScalarTransmission(),
    "half": lambda: optics.ScalarTransmission(transmission=0.5),
    "compound": lambda: optics.CompoundAnalyticOptic([optics.CircularAperture(radius=0.8), optics.ThinLens(radius=0.9)]),
    "array": lambda: poppy.ArrayOpticalElement(
        transmission=np.linspace(0, 1, 64 * 64).reshape(64, 64), opd=np.full((64, 64), 3e-7), pixelscale=2 / 64 * u.m / u.pixel
    ),
    "array of another step": lambda: poppy.ArrayOpticalElement(
        transmission=np.ones((32, 32)), opd=np.full((32, 32), 3e-7), pixelscale=2 / 32 * u.m / u.pixel
    ),
    "smaller array": lambda: poppy.ArrayOpticalElement(transmission=np.ones((32, 32)), pixelscale=2 / 64 * u.m / u.pixel),
}


@pytest.mark.parametrize("name", PUPILS)
def test_phasors_and_fields_behind_optics(name, field):
    f = field(64, 64)
    optic = PUPILS[name]()
    agree(lambda: np.asarray(optic.get_phasor(wave())) * np.ones((64, 64)))

    def behind():
        w = wave()
        w.wavefront = f.copy()
        w *= optic
        return w

    alone, enabled = both(behind)
    assert error_of_peak(enabled.wavefront, alone.wavefront) < AGREEMENT
    assert enabled.history == alone.history and enabled.location == alone.location


IMAGES = {
    "occulter": lambda: optics.CircularOcculter(radius=0.5),
    "occulter aside": lambda: optics.CircularOcculter(radius=0.3, shift_x=0.4),
    "annulus": lambda: optics.AnnularFieldStop(radius_inner=0.3, radius_outer=1.2),
    "field stop": lambda: optics.AnnularFieldStop(radius_outer=1.0),
    "band-limited": lambda: optics.BandLimitedCoronagraph(kind="circular", sigma=5.0),
    "bar": lambda: optics.BarOcculter(width=0.4),
}


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("oversample", [1, 2, 3])
def test_coronagraphs(name, oversample):
    def image():
        system = poppy.OpticalSystem(npix=64, pupil_diameter=2.0, oversample=oversample, verbose=False)
        system.add_pupil(optics.CircularAperture(radius=0.9))
        system.add_image(IMAGES[name]())
        system.add_pupil(optics.CircularAperture(radius=0.8))
        system.add_detector(pixelscale=0.05, fov_pixels=(24, 20), oversample=2)
        return system.calc_psf(source={"wavelengths": [1.9e-6, 2.0e-6, 2.1e-6], "weights": [1, 2, 1]})[0].data

    agree(image)


def test_a_phase_mask_with_its_aligners():
    def image():
        system = poppy.OpticalSystem(npix=64, pupil_diameter=2.0, oversample=2, verbose=False)
        system.add_pupil(optics.CircularAperture(radius=0.9))
        system.add_pupil(optics.FQPM_FFT_aligner())
        system.add_image(optics.IdealFQPM(wavelength=2e-6))
        system.add_pupil(optics.FQPM_FFT_aligner(direction="backward"))
        system.add_pupil(optics.CircularAperture(radius=0.8))
        system.add_detector(pixelscale=0.05, fov_pixels=24)
        return system.calc_psf(2e-6)[0].data

    alone, enabled = both(image)
    # The star is nulled: what is left is measured by the star's peak without the mask, which is about 0.05.
    assert np.max(np.abs(enabled - alone)) < AGREEMENT * 0.05


def test_a_semi_analytic_coronagraph():
    def image():
        system = poppy.OpticalSystem(npix=64, pupil_diameter=2.0, oversample=4, verbose=False)
        system.add_pupil(optics.CircularAperture(radius=0.9))
        system.add_image(optics.CircularOcculter(radius=0.4))
        system.add_pupil(optics.CircularAperture(radius=0.8))
        system.add_detector(pixelscale=0.05, fov_pixels=24)
        return poppy.SemiAnalyticCoronagraph(system, occulter_box=0.5).calc_psf(2e-6)[0].data

    agree(image)


def test_a_fresnel_system():
    def image():
        system = poppy.FresnelOpticalSystem(pupil_diameter=0.05 * u.m, npix=64, beam_ratio=0.25)
        system.add_optic(optics.CircularAperture(radius=0.025))
        system.add_optic(poppy.QuadraticLens(1.0 * u.m), distance=0.3 * u.m)
        system.add_optic(optics.ScalarTransmission(), distance=1.0 * u.m)
        return system.calc_psf(1e-6)[0].data

    agree(image)


def test_optics_that_no_wavelength_changes_are_sampled_once(monkeypatch):
    calls = []
    original = optics.MultiHexagonAperture.get_transmission
    monkeypatch.setattr(
        optics.MultiHexagonAperture, "get_transmission", lambda self, wave: (calls.append(self), original(self, wave))[1]
    )
    system = poppy.OpticalSystem(npix=64, pupil_diameter=2.0, verbose=False)
    hexagons = optics.MultiHexagonAperture(side=0.3, rings=1)
    system.add_pupil(hexagons)
    system.add_detector(pixelscale=0.05, fov_pixels=16)
    source = {"wavelengths": [1e-6, 2e-6, 3e-6], "weights": [1, 1, 1]}
    with arago.poppy.enabled():
        wide = system.calc_psf(source=source)[0].data
        assert len(calls) == 1
        hexagons.side = 0.1 * u.m  # and a change is seen by the next run
        narrow = system.calc_psf(source=source)[0].data
    assert len(calls) == 2
    assert error_of_peak(narrow, system.calc_psf(source=source)[0].data) < AGREEMENT
    assert error_of_peak(narrow, wide) > 0.01


def test_optics_of_other_classes_are_asked_at_every_wavelength():
    class Chromatic(optics.CircularAperture):
        def get_transmission(self, wave):
            return super().get_transmission(wave) * wave.wavelength.to_value(u.um)

    system = poppy.OpticalSystem(npix=64, pupil_diameter=2.0, verbose=False)
    system.add_pupil(Chromatic(radius=0.8))
    system.add_detector(pixelscale=0.05, fov_pixels=16)
    source = {"wavelengths": [1e-6, 2e-6, 3e-6], "weights": [1, 1, 1]}
    agree(lambda: system.calc_psf(source=source, normalize="none")[0].data)


@pytest.mark.parametrize("method", ["propagate_mono", "propagate", "input_wavefront"])
def test_a_system_that_changes_an_optic_at_every_wavelength_is_followed(method):
    def change(self, *args, **kwargs):
        self.planes[0].radius *= 0.8
        return getattr(poppy.OpticalSystem, method)(self, *args, **kwargs)

    def image():
        system = type("Changing", (poppy.OpticalSystem,), {method: change})(npix=64, pupil_diameter=2.0, verbose=False)
        system.add_pupil(optics.CircularAperture(radius=0.9))
        system.add_detector(pixelscale=0.05, fov_pixels=16)
        return system.calc_psf(source={"wavelengths": [1e-6, 2e-6, 3e-6], "weights": [1, 1, 1]})[0].data

    agree(image)


@pytest.mark.parametrize("name", ["get_transmission", "get_opd", "get_phasor", "get_coordinates"])
@pytest.mark.parametrize("compound", [False, True])
def test_methods_that_were_put_on_an_optic_are_followed(name, compound):
    def image():
        optic = optics.CircularAperture(radius=0.8)
        if compound:
            optic = optics.CompoundAnalyticOptic([optic, optics.SquareAperture(size=1.5)])
        of_class = getattr(optic, name)

        def changed(wave):
            tilt = np.linspace(0, 1, wave.shape[1]) * (wave.wavelength.to_value(u.m) if hasattr(wave, "wavelength") else 1)
            return tuple(v + 0.1 for v in of_class(wave)) if name == "get_coordinates" else of_class(wave) + tilt

        setattr(optic, name, changed)
        system = poppy.OpticalSystem(npix=64, pupil_diameter=2.0, verbose=False)
        system.add_pupil(optic)
        system.add_detector(pixelscale=0.05, fov_pixels=16)
        return system.calc_psf(source={"wavelengths": [1e-6, 2e-6], "weights": [1, 1]})[0].data

    agree(image)


def test_a_phasor_has_the_shape_of_the_field():
    class Constant(optics.AnalyticOpticalElement):
        def get_opd(self, wave):
            return 1e-7

    agree(lambda: Constant().get_phasor(poppy.Wavefront(npix=32)))


@pytest.mark.parametrize("npix, circle, phasors", [(24, 0, 0), (48, 0, 2), (64, 1, 2)])
def test_small_fields_remain_poppys(monkeypatch, npix, circle, phasors):
    counted = {"_circle": 0, "phasor": 0}
    for name in counted:

        def count(*args, name=name, original=getattr(_poppy_optics, name), **how):
            counted[name] += 1
            return original(*args, **how)

        monkeypatch.setattr(_poppy_optics, name, count)
    aperture = optics.CircularAperture(radius=0.8)
    with arago.poppy.enabled():
        field = wave(npix)
        aperture.get_phasor(field)
        monkeypatch.setattr(aperture, "get_transmission", lambda wave: np.ones(wave.shape))
        field *= aperture
    assert counted == {"_circle": circle, "phasor": phasors}


def test_intermediate_planes_are_the_same():
    def planes():
        system = poppy.OpticalSystem(npix=64, pupil_diameter=2.0, oversample=2, verbose=False)
        system.add_pupil(optics.CircularAperture(radius=0.9))
        system.add_image(optics.CircularOcculter(radius=0.5))
        system.add_pupil(optics.CircularAperture(radius=0.8))
        system.add_detector(pixelscale=0.05, fov_pixels=24)
        hdus, waves = system.calc_psf(2e-6, return_intermediates=True)
        return hdus, waves

    (_, alone), (hdus, enabled) = both(planes)
    assert hdus[0].header["FFTTYPE"] == "arago"
    for a, b in zip(alone, enabled):
        assert error_of_peak(b.wavefront, a.wavefront) < AGREEMENT
        assert a.history == b.history


def test_single_precision():
    def image():
        system = poppy.OpticalSystem(npix=64, pupil_diameter=2.0, oversample=2, verbose=False)
        system.add_pupil(optics.CircularAperture(radius=0.9))
        system.add_image(optics.CircularOcculter(radius=0.5))
        system.add_pupil(optics.CircularAperture(radius=0.8))
        system.add_detector(pixelscale=0.05, fov_pixels=24)
        return system.calc_psf(2e-6)[0].data

    poppy.conf.double_precision = False
    try:
        alone, enabled = both(image)
    finally:
        poppy.conf.double_precision = True
    # 24 bits, and some thousand terms.
    assert error_of_peak(enabled, alone) < 1e-5


@pytest.mark.parametrize("numexpr", [True], indirect=True)  # the workers have POPPY's own settings
def test_worker_processes_of_poppy_compute_by_arago_too():
    system = poppy.OpticalSystem(npix=64, pupil_diameter=2.0, verbose=False)
    system.add_pupil(optics.CircularAperture(radius=0.9))
    system.add_detector(pixelscale=0.05, fov_pixels=16)
    source = {"wavelengths": [1e-6, 2e-6], "weights": [1, 1]}
    with arago.poppy.enabled():
        one = system.calc_psf(source=source)[0].data
        poppy.conf.use_multiprocessing = True
        try:
            several = system.calc_psf(source=source)[0].data
        finally:
            poppy.conf.use_multiprocessing = False
    # The same bits: POPPY's own differ from Arago's in the last digits.
    assert np.array_equal(one, several)


def test_disabled_poppy_is_as_it_was():
    owners = [
        matrixDFT, accel_math, poppy_core, poppy_core.Wavefront, poppy_core.BaseWavefront, poppy_core.BaseOpticalSystem,
        poppy_core.OpticalElement, optics.AnalyticOpticalElement, optics.CircularAperture, optics.AnnularFieldStop,
    ]  # fmt: skip
    before = [dict(vars(owner)) for owner in owners]
    arago.poppy.enable()
    arago.poppy.enable()
    with arago.poppy.enabled(), arago.poppy.enabled():
        assert matrixDFT.matrix_dft is not before[0]["matrix_dft"]
        arago.poppy.disable()
        assert arago.poppy.is_enabled(), "a block is running"
    assert not arago.poppy.is_enabled()
    arago.poppy.disable()
    assert [dict(vars(owner)) for owner in owners] == before


def test_blocks_in_several_threads_leave_nothing_behind():
    before = matrixDFT.matrix_dft

    def work():
        for _ in range(200):
            with arago.poppy.enabled():
                assert arago.poppy.is_enabled()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert matrixDFT.matrix_dft is before
