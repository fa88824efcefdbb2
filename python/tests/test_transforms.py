"""Matrix Fourier transforms are the sums that their documentation says, on arrays where they lie."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from conftest import error_of_peak

import arago

# Rounding of sums of some thousand terms: about 1e-16 times their square root.
ROUNDING = 1e-13


def by_definition(field, out_shape, step, in_center, out_center, sign, scale):
    def kernel(n, m, s, a, b):
        return np.exp(sign * 2j * np.pi * s * np.outer(np.arange(n) - a, np.arange(m) - b))

    left, right = (kernel(n, m, s, a, b) for n, m, s, a, b in zip(field.shape, out_shape, step, in_center, out_center))
    return scale * left.T @ field @ right


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("scale", ["unitary", 0.25])
def test_a_transform_is_the_sum_by_its_definition(field, sign, scale):
    f, out_shape, step = field(40, 33), (27, 50), (0.011, 0.017)
    in_center, out_center = (19.5, 14.25), (13.0, -3.5)
    factor = np.sqrt(step[0] * step[1]) if scale == "unitary" else scale
    want = by_definition(f, out_shape, step, in_center, out_center, sign, factor)
    got = arago.mft(f, out_shape, step=step, in_center=in_center, out_center=out_center, sign=sign, scale=scale)
    assert got.dtype == np.complex128
    assert error_of_peak(got, want) < ROUNDING
    plan = arago.MFT(f.shape, out_shape, step=step, in_center=in_center, out_center=out_center, sign=sign, scale=scale)
    assert error_of_peak(plan(f), want) < ROUNDING


def test_the_field_of_view_is_counted_in_wavelengths_over_the_width_of_the_pupil(field):
    f = field(64, 48)
    by_fov = arago.mft(f, (30, 20), fov=(6.0, 5.0))
    by_step = arago.mft(f, (30, 20), step=(6 / (64 * 30), 5 / (48 * 20)))
    assert np.array_equal(by_fov, by_step)


def test_centres_are_the_middle_by_default(field):
    f = field(16, 17)
    default = arago.mft(f, (9, 8), fov=4)
    assert np.array_equal(default, arago.mft(f, (9, 8), fov=4, in_center=(7.5, 8), out_center=(4, 3.5)))


def test_on_the_grid_of_an_fft_the_transform_is_numpys(field):
    f = field(32, 32)
    want = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(f), norm="ortho"))
    got = arago.mft(f, 32, fov=32, in_center=16, out_center=16, sign=-1)
    assert error_of_peak(got, want) < ROUNDING


@pytest.mark.parametrize("recipe", ["dense", "folded", "compressed", "chirp-z"])
def test_every_recipe_gives_the_same_numbers(field, recipe):
    f = field(64, 64)
    want = arago.mft(f, 48, fov=9, recipe="dense")
    plan = arago.MFT(64, 48, fov=9, recipe=recipe)
    assert plan.describe()["recipe"] == recipe
    # What every recipe promises: 1e-12 of the peak (docs/accuracy.md).
    assert error_of_peak(plan(f), want) < 1e-12


def test_single_precision_stays_single(field):
    f = field(64, 64)
    got = arago.mft(f.astype(np.complex64), 40, fov=9)
    assert got.dtype == np.complex64
    # 24 bits, and sums of 64 terms on each axis.
    assert error_of_peak(got, arago.mft(f, 40, fov=9)) < 1e-5


def test_arrays_with_contiguous_rows_are_read_and_written_where_they_are(field):
    large, out = field(80, 90), np.full((50, 70), 7 + 7j)
    inner, place = large[10:42, 5:37], out[3:27, 4:36]
    want = arago.mft(inner.copy(), (24, 32), fov=5)
    plan = arago.MFT(32, (24, 32), fov=5)
    assert plan(inner, out=place) is place
    assert np.array_equal(place, want)
    place[:] = 7 + 7j
    assert (out == 7 + 7j).all(), "something was written beside the output"


@pytest.mark.parametrize(
    "view",
    [
        lambda f: f.T,
        lambda f: f[::-1],
        lambda f: f[:, ::2],
        lambda f: f.astype(">c16"),
        lambda f: f.real,
        lambda f: f.real.astype(int),
    ],
    ids=["transposed", "turned", "every other column", "big-endian", "real", "integers"],
)
def test_other_arrays_are_copied_and_transformed_all_the_same(field, view):
    f = view(field(24, 24))
    want = arago.mft(np.ascontiguousarray(f, np.complex128), 12, fov=5)
    assert np.array_equal(arago.mft(f, 12, fov=5), want)


def test_a_plan_serves_several_threads_at_once(field):
    plan = arago.MFT(64, 64, fov=12)
    fields = [field(64, 64) for _ in range(8)]
    want = [plan(f) for f in fields]
    got: dict[int, list[np.ndarray]] = {}

    def work(i: int) -> None:
        got[i] = [plan(fields[i]) for _ in range(20)]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert all(np.array_equal(result, want[i]) for i in range(8) for result in got[i])


def test_the_same_bits_come_out_for_any_number_of_threads(field):
    f = field(200, 200)
    arago.set_threads(0)
    most = arago.get_threads()
    want = arago.mft(f, 150, fov=30)
    try:
        for threads in range(1, most + 1):
            arago.set_threads(threads)
            assert arago.get_threads() == threads
            assert np.array_equal(arago.mft(f, 150, fov=30), want)
    finally:
        arago.set_threads(0)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (dict(out_shape=8), "fov"),
        (dict(out_shape=8, fov=3, step=0.1), "fov"),
        (dict(out_shape=0, fov=3), "sizes"),
        (dict(out_shape=8, fov=-3), "step"),
        (dict(out_shape=8, fov=(1, 2, 3)), "pair"),
        (dict(out_shape=8.5, fov=3), "out_shape"),
        (dict(out_shape=8, fov=3, recipe="origami"), "origami"),
        (dict(out_shape=8, fov=3, scale=0), "scale"),
        (dict(out_shape=8, fov=3, sign=2), "sign"),
        (dict(out_shape=8, fov=3, sign=1.5), "sign"),
        (dict(out_shape=8, fov=3, recipe="dense\0"), "recipe"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(field, arguments, words):
    with pytest.raises(arago.errors.ArgumentError, match=words) as raised:
        arago.mft(field(8, 8), **arguments)
    assert isinstance(raised.value, ValueError)


def test_a_sign_may_be_any_one(field):
    f = field(8, 8)
    assert np.array_equal(arago.mft(f, 4, fov=2, sign=-1.0), arago.mft(f, 4, fov=2, sign=np.int8(-1)))


def test_a_plan_refuses_fields_and_outputs_that_it_was_not_made_for(field):
    plan = arago.MFT(16, 8, fov=3)
    f = field(16, 16)
    with pytest.raises(arago.errors.ArgumentError, match="planned"):
        plan(field(16, 15))
    with pytest.raises(arago.errors.ArgumentError, match="dimensions"):
        plan(field(16))
    with pytest.raises(arago.errors.ArgumentError, match="out"):
        plan(f, out=np.empty((8, 8), np.complex64))
    with pytest.raises(arago.errors.ArgumentError, match="in place"):
        plan(f, out=np.empty((8, 16), complex)[:, ::2])
    with pytest.raises(arago.errors.ArgumentError):
        plan(f, out=f[:8, :8])
    with pytest.raises(arago.errors.ArgumentError, match="complex128 or complex64"):
        arago.MFT(16, 8, fov=3, dtype=np.float64)
