"""With Arago enabled prysm gives prysm's numbers.

Agreement is 1e-12 of the largest value: what rounding leaves of sums that are taken in another order.
"""

from __future__ import annotations

import numpy as np
import pytest
from conftest import error_of_peak

pytest.importorskip("prysm")

from prysm import fttools, propagation  # noqa: E402
from prysm.conf import config  # noqa: E402

import arago  # noqa: E402

AGREEMENT = 1e-12


@pytest.fixture(autouse=True)
def every_size(monkeypatch):
    """Has Arago compute the small transforms of these tests too."""
    monkeypatch.setattr(arago.prysm, "MATRIX", 0)


def agree(compute):
    assert not arago.prysm.is_enabled()
    alone = compute()
    with arago.prysm.enabled():
        enabled = compute()
    assert enabled.shape == alone.shape and enabled.dtype == alone.dtype
    assert error_of_peak(enabled, alone) < AGREEMENT


@pytest.mark.parametrize("direction", ["dft2", "idft2"])
@pytest.mark.parametrize("shape", [(32, 32), (31, 20)])
@pytest.mark.parametrize("Q", [2, (3.5, 2.25)])
@pytest.mark.parametrize("samples", [24, (15, 28)])
@pytest.mark.parametrize("shift", [(0, 0), (1.5, -0.25)])
def test_matrix_transforms(field, direction, shape, Q, samples, shift):
    f = field(*shape)
    transform = getattr(fttools.MatrixDFTExecutor(), direction)
    agree(lambda: transform(f, Q, samples, shift))


@pytest.mark.parametrize("direction", ["czt2", "iczt2"])
@pytest.mark.parametrize("shape, Q", [((32, 32), 2), ((33, 33), 2.5), ((30, 20), (2, 3))])
@pytest.mark.parametrize("samples", [24, 25, (16, 28), (17, 28)])
@pytest.mark.parametrize("shift", [(0, 0), (1.5, -0.25)])
def test_chirp_z_transforms(field, direction, shape, Q, samples, shift):
    f = field(*shape)
    transform = getattr(fttools.ChirpZTransformExecutor(), direction)
    agree(lambda: transform(f, Q, samples, shift))


@pytest.fixture
def transforms_of_arago(monkeypatch):
    """Counts the transforms that Arago computes."""
    done = []
    ours = arago.prysm.mft
    monkeypatch.setattr(arago.prysm, "mft", lambda *args, **how: done.append(1) or ours(*args, **how))
    return done


@pytest.mark.parametrize("dtype", [bool, np.int32, np.float32, np.float64, np.complex64])
def test_arrays_of_other_types(rng, dtype, transforms_of_arago):
    agree(lambda f=(4 * rng.normal(size=(32, 32))).astype(dtype): fttools.mdft.dft2(f, 2, 16))
    assert transforms_of_arago


def test_single_precision_is_prysms_setting(field, transforms_of_arago):
    f = field(32, 32, dtype=np.complex64)
    config.precision = 32
    try:
        alone = fttools.MatrixDFTExecutor().dft2(f, 2, 16)
        with arago.prysm.enabled():
            enabled = fttools.MatrixDFTExecutor().dft2(f, 2, 16)
    finally:
        config.precision = 64
    assert transforms_of_arago and enabled.dtype == alone.dtype == np.complex64
    # 24 bits, a thousand terms, and prysm's phases of some cycles in single precision.
    assert error_of_peak(enabled, alone) < 1e-5


@pytest.mark.parametrize("Q", [-2.0, float("nan")])
def test_what_is_no_sampling_remains_prysms(field, Q):
    f = field(16, 16)
    alone = fttools.MatrixDFTExecutor().dft2(f, Q, 8)
    with arago.prysm.enabled():
        assert np.array_equal(fttools.MatrixDFTExecutor().dft2(f, Q, 8), alone, equal_nan=True)


@pytest.mark.parametrize("method, shift", [("mdft", (0, 0)), ("mdft", (3.0, -1.0)), ("czt", (0, 0))])
def test_a_propagation_to_a_detector_and_back_follows(field, method, shift, transforms_of_arago):
    pupil = propagation.Wavefront(field(64, 64), 0.5, 0.1)
    agree(lambda: pupil.focus_fixed_sampling(100, 0.4, 48, shift=shift, method=method).data)
    detector = pupil.focus_fixed_sampling(100, 0.4, 48, shift=shift, method=method)
    agree(lambda: detector.unfocus_fixed_sampling(100, 0.1, 64, shift=shift, method=method).data)
    assert len(transforms_of_arago) == 2


@pytest.mark.parametrize("method", ["mdft", "czt"])
def test_a_lyot_coronagraph_by_babinets_principle_follows(method, transforms_of_arago):
    x, y = np.meshgrid(*2 * [np.linspace(-1, 1, 64)])
    pupil = propagation.Wavefront((np.hypot(x, y) < 1) * np.exp(1j * (0.7 * x + x * y**2)), 0.5, 0.1)
    spot = (np.hypot(x, y) < 0.8).astype(float)
    stop = (np.hypot(x, y) < 0.9).astype(float)
    agree(lambda: pupil.babinet(100, stop, spot, 0.4, method=method).data)
    assert len(transforms_of_arago) == 2


@pytest.mark.parametrize("samples, ours", [(64, 0), ((128, 128), 1)])
def test_small_matrix_transforms_remain_prysms(field, monkeypatch, samples, ours):
    monkeypatch.undo()  # every_size
    counted = []
    monkeypatch.setattr(arago.prysm, "mft", lambda *args, mft=arago.prysm.mft, **how: counted.append(1) or mft(*args, **how))
    f = field(128, 128)
    agree(lambda: fttools.mdft.dft2(f, 2, samples))
    assert len(counted) == ours


def test_disabled_prysm_is_as_it_was():
    executors = (fttools.MatrixDFTExecutor, fttools.ChirpZTransformExecutor)
    before = [dict(vars(e)) for e in executors]
    arago.prysm.enable()
    assert all(dict(vars(e)) != was for e, was in zip(executors, before))
    arago.prysm.disable()
    assert [dict(vars(e)) for e in executors] == before
