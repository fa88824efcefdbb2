"""fft2 is numpy's, with blocks."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import error_of_peak

import arago

# Rounding of a transform of some thousand samples.
ROUNDING = 1e-14


@pytest.mark.parametrize("shape", [(16, 16), (15, 28), (1, 7), (31, 1)])
@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("norm", ["backward", "ortho", "forward"])
def test_without_blocks_it_is_numpys(field, shape, inverse, norm):
    f = field(*shape)
    want = (np.fft.ifft2 if inverse else np.fft.fft2)(f, norm=norm)
    assert error_of_peak(arago.fft2(f, inverse=inverse, norm=norm), want) < ROUNDING


def test_a_number_as_norm_is_the_factor_of_the_plain_sum(field):
    f = field(12, 10)
    assert error_of_peak(arago.fft2(f, inverse=True, norm=0.5), np.fft.ifft2(f) * 60) < ROUNDING


@pytest.mark.parametrize("n", [16, 17])
def test_a_block_that_begins_at_minus_half_is_a_field_with_its_zero_in_the_middle(field, n):
    f = field(n, n)
    middle = (-(n // 2), -(n // 2))
    want = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(f)))
    assert error_of_peak(arago.fft2(f, start=middle, out_start=middle), want) < ROUNDING


def test_a_smaller_field_is_surrounded_by_zeros_and_a_block_of_the_result_is_enough(field):
    f = field(10, 7)
    padded = np.zeros((64, 48), complex)
    padded[27:37, 20:27] = f
    want = np.fft.fft2(padded)
    got = arago.fft2(f, shape=(64, 48), start=(27, 20))
    assert error_of_peak(got, want) < ROUNDING
    block = arago.fft2(f, shape=(64, 48), start=(27, 20), out_start=(60, -3), out_shape=(9, 6))
    rows, cols = np.arange(60, 69) % 64, np.arange(-3, 3) % 48
    assert error_of_peak(block, want[np.ix_(rows, cols)]) < ROUNDING


def test_the_result_may_take_the_place_of_the_field(field):
    f = field(32, 24)
    want = np.fft.fft2(f)
    assert arago.fft2(f, out=f) is f
    assert error_of_peak(f, want) < ROUNDING


def test_single_precision_stays_single(field):
    f = field(64, 64, dtype=np.complex64)
    got = arago.fft2(f)
    assert got.dtype == np.complex64
    # 24 bits, and twelve passes.
    assert error_of_peak(got, np.fft.fft2(f.astype(complex))) < 1e-6


def test_what_cannot_be_is_told_in_a_sentence(field):
    f = field(8, 8)
    with pytest.raises(ValueError, match="ortho"):
        arago.fft2(f, norm="none")
    with pytest.raises(ValueError):
        arago.fft2(f, shape=4)
    with pytest.raises(ValueError):
        arago.fft2(f, out_shape=(9, 8))


@pytest.mark.parametrize("inverse", [False, True])
@pytest.mark.parametrize("norm", ["backward", "ortho", "forward"])
def test_a_transform_of_nothing_is_refused(inverse, norm):
    with pytest.raises(arago.errors.ArgumentError, match="0 rows and 4 columns"):
        arago.fft2(np.empty((0, 4)), inverse=inverse, norm=norm)
