"""Products and phasors are numpy's formulas."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import error_of_peak

import arago

# Rounding of sums of a hundred terms.
ROUNDING = 1e-14


def test_the_product_is_that_of_matrices(field, rng):
    a, b = field(20, 100), field(100, 30)
    assert error_of_peak(arago.product(a, b), a @ b) < ROUNDING
    out = np.empty((20, 30), complex)
    assert arago.product(a.real, b, out=out) is out
    assert error_of_peak(out, a.real @ b) < ROUNDING


def test_an_empty_sum_is_zero(field):
    assert (arago.product(field(3, 0), field(0, 2)) == np.zeros((3, 2))).all()


def test_matrices_that_do_not_fit_are_refused(field):
    with pytest.raises(ValueError, match="columns and rows differ"):
        arago.product(field(3, 4), field(3, 4))


def test_a_phasor_is_amplitude_times_exp_of_the_phase(rng):
    amplitude, opd = rng.uniform(size=(40, 30)), rng.normal(size=(40, 30)) * 1e-6
    want = amplitude * np.exp(2j * np.pi * opd / 2e-6)
    assert error_of_peak(arago.phasor(amplitude, opd, 2e-6), want) < ROUNDING
    assert error_of_peak(arago.phasor(None, opd, 2e-6), np.exp(2j * np.pi * opd / 2e-6)) < ROUNDING
    assert np.array_equal(arago.phasor(amplitude, None, 2e-6), amplitude.astype(complex))
    assert arago.phasor(amplitude, opd, 2e-6, dtype=np.complex64).dtype == np.complex64


def test_a_field_passes_an_optic(field, rng):
    f, amplitude, opd = field(40, 30), rng.uniform(size=(40, 30)), rng.normal(size=(40, 30)) * 1e-6
    want = f * amplitude * np.exp(2j * np.pi * opd / 2e-6)
    assert arago.phasor(amplitude, opd, 2e-6, out=f, multiply=True) is f
    assert error_of_peak(f, want) < ROUNDING


def test_nothing_comes_through_where_the_amplitude_is_zero():
    assert np.array_equal(arago.phasor([[0.0, 1.0]], [[np.nan, 0.0]], 1.0), [[0, 1]])


def test_phases_of_many_turns_keep_their_digits():
    # A whole number of waves is no phase at all; the quotient of the two is exact.
    opd = np.full((2, 3), 2.0**20)
    assert error_of_peak(arago.phasor(None, opd, 0.5), np.ones((2, 3))) < ROUNDING


def test_the_outer_product_writes_or_multiplies(field):
    col, row = field(20), field(30)
    want = np.outer(col, row)
    assert error_of_peak(arago.outer(col, row), want) < ROUNDING
    f = field(20, 30)
    want = f * want
    arago.outer(col, row, out=f, multiply=True)
    assert error_of_peak(f, want) < ROUNDING


def test_arrays_that_are_not_aligned_are_copied(field):
    def misaligned(array):
        packed = np.zeros(array.shape, np.dtype([("skip", "u1"), ("value", array.dtype)]))["value"]
        contiguous = np.frombuffer(bytearray(array.nbytes + 1), array.dtype, array.size, 1).reshape(array.shape)
        for copy in (packed, contiguous):
            copy[...] = array
            assert not copy.flags.aligned
            yield copy

    f, vector = field(4, 6), field(5)
    for a in misaligned(f):
        assert np.array_equal(arago.fft2(a), arago.fft2(f))
        assert np.array_equal(arago.product(a, f.T), arago.product(f, f.T))
    for v in misaligned(vector):
        assert np.array_equal(arago.outer(v, v), arago.outer(vector, vector))


def test_what_cannot_be_is_told_in_a_sentence(rng):
    ones = np.ones((3, 4))
    for wrong in (
        lambda: arago.phasor(None, None, 1.0),
        lambda: arago.phasor(None, None, 1.0, out=np.ones(3, complex)),
        lambda: arago.phasor(ones, None, 1.0, out=[[1j]]),
        lambda: arago.phasor(ones, ones.T, 1.0),
        lambda: arago.phasor(ones, None, 1.0, multiply=True),
        lambda: arago.phasor(ones, ones, 0.0),
        lambda: arago.phasor(ones * 1j, ones, 1.0),
        lambda: arago.outer(ones, ones),
    ):
        with pytest.raises(arago.errors.ArgumentError):
            wrong()
