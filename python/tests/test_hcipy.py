"""With Arago enabled HCIPy gives HCIPy's numbers.

Agreement is 1e-12 of the largest value: what rounding leaves of sums that are taken in another order.
"""

from __future__ import annotations

import numpy as np
import pytest
from conftest import error_of_peak

hcipy = pytest.importorskip("hcipy")

import arago  # noqa: E402

AGREEMENT = 1e-12


@pytest.fixture(autouse=True)
def every_size(monkeypatch):
    """Has Arago compute the small transforms of these tests too."""
    monkeypatch.setattr(arago.hcipy, "MATRIX", 0)


KINDS = {"matrix": hcipy.MatrixFourierTransform, "zoom": hcipy.ZoomFastFourierTransform}


def grids():
    pupil = hcipy.make_uniform_grid([40, 31], [1.0, 0.8], [0.1, -0.2])
    image = hcipy.make_uniform_grid([24, 18], [90.0, 70.0], [5.0, 3.0])
    return pupil, image


def agree(compute):
    assert not arago.hcipy.is_enabled()
    alone = compute()
    with arago.hcipy.enabled():
        enabled = compute()
    assert enabled.grid == alone.grid
    assert enabled.shape == alone.shape and enabled.dtype == alone.dtype
    assert error_of_peak(np.asarray(enabled), np.asarray(alone)) < AGREEMENT


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("tensor", [(), (3,), (2, 2)], ids=["scalar", "vector", "matrix"])
def test_transforms_between_regular_grids(field, kind, direction, tensor):
    pupil, image = grids()
    transform = KINDS[kind](pupil, image)
    grid = pupil if direction == "forward" else image
    values = hcipy.Field(field(*tensor, grid.size), grid)
    agree(lambda: getattr(transform, direction)(values))


def test_real_fields(rng):
    pupil, image = grids()
    agree(lambda f=hcipy.Field(rng.normal(size=pupil.size), pupil): hcipy.MatrixFourierTransform(pupil, image).forward(f))


def test_single_precision_stays_single(field):
    pupil, image = grids()
    f = hcipy.Field(field(pupil.size, dtype=np.complex64), pupil)
    transform = hcipy.MatrixFourierTransform(pupil, image)
    alone = transform.forward(f)
    with arago.hcipy.enabled():
        enabled = transform.forward(f)
    assert enabled.dtype == np.complex64
    # 24 bits, and some thousand terms.
    assert error_of_peak(enabled, alone) < 1e-5


def test_grids_that_are_not_regular_remain_hcipys(field):
    pupil, _ = grids()
    image = hcipy.CartesianGrid(hcipy.SeparatedCoords([np.linspace(-1, 1, 8) ** 3 * 40, np.linspace(-30, 40, 9)]))
    image.weights = np.ones(image.size)
    transform = hcipy.MatrixFourierTransform(pupil, image)
    f = hcipy.Field(field(pupil.size), pupil)
    alone = transform.forward(f)
    with arago.hcipy.enabled():
        assert np.array_equal(transform.forward(f), alone)


def test_fields_that_are_not_hcipys_are_hcipys_error():
    pupil, image = grids()
    with arago.hcipy.enabled(), pytest.raises(AttributeError):
        hcipy.MatrixFourierTransform(pupil, image).forward(np.ones(pupil.size))


def test_unequal_weights_remain_hcipys(field, rng):
    pupil, image = grids()
    pupil.weights = rng.uniform(size=pupil.size)
    transform = hcipy.MatrixFourierTransform(pupil, image)
    f = hcipy.Field(field(pupil.size), pupil)
    alone = transform.forward(f)
    with arago.hcipy.enabled():
        assert np.array_equal(transform.forward(f), alone)


@pytest.fixture
def transforms_of_arago(monkeypatch):
    """Counts the transforms that Arago computes."""
    done = []
    ours = arago.hcipy.mft
    monkeypatch.setattr(arago.hcipy, "mft", lambda *args, **how: done.append(1) or ours(*args, **how))
    return done


@pytest.mark.parametrize("samples, ours", [(64, 0), (128, 2)])
def test_small_matrix_transforms_remain_hcipys(field, monkeypatch, samples, ours):
    monkeypatch.undo()  # every_size
    counted = []
    monkeypatch.setattr(arago.hcipy, "mft", lambda *args, mft=arago.hcipy.mft, **how: counted.append(1) or mft(*args, **how))
    pupil, image = hcipy.make_pupil_grid(samples), hcipy.make_pupil_grid(samples, 90 * np.pi)
    transform = hcipy.MatrixFourierTransform(pupil, image)
    f = hcipy.Field(field(pupil.size), pupil)
    agree(lambda: transform.backward(transform.forward(f)))
    assert len(counted) == ours


@pytest.fixture(params=[False, True], ids=["old fields", "new fields"])
def style(request, monkeypatch):
    """HCIPy has two kinds of fields: arrays, and objects that hold one."""
    core = hcipy.Configuration().core
    before = core.use_new_style_fields
    core.use_new_style_fields = request.param
    yield
    core.use_new_style_fields = before


def telescope():
    pupil = hcipy.make_pupil_grid(64)
    # An image about a point that is not on the axis, and not on a sample of the FFT's.
    focal = hcipy.make_focal_grid(4, 8).shifted([0.3, -1.1])
    aperture = hcipy.make_circular_aperture(1)(pupil)
    # Half the diffraction width off axis, so that no symmetry hides an axis that is taken for the other.
    star = hcipy.Wavefront(aperture * np.exp(2j * np.pi * (0.5 * pupil.x + 0.2 * pupil.y)), 1.3)
    return pupil, focal, star


def test_a_propagator_follows_to_the_image_and_back(style, transforms_of_arago):
    pupil, focal, star = telescope()
    propagator = hcipy.FraunhoferPropagator(pupil, focal)
    agree(lambda: propagator.forward(star).electric_field)
    agree(lambda: propagator.backward(propagator.forward(star)).electric_field)
    assert len(transforms_of_arago) == 3


def test_polarised_light_follows(transforms_of_arago):
    pupil, focal, star = telescope()
    star = hcipy.Wavefront(star.electric_field, 1.0, input_stokes_vector=(1, 0.1, 0.2, 0))
    agree(lambda: hcipy.FraunhoferPropagator(pupil, focal).forward(star).electric_field)
    assert len(transforms_of_arago) == 4  # the elements of the Jones matrix


def test_a_lyot_coronagraph_follows_to_its_image(style, transforms_of_arago):
    pupil, focal, star = telescope()
    spot = hcipy.make_focal_grid(8, 3)
    mask = 1 - hcipy.make_circular_aperture(5)(spot)
    stop = hcipy.Apodizer(hcipy.make_circular_aperture(0.9)(pupil))
    lyot = hcipy.LyotCoronagraph(pupil, mask, stop)
    camera = hcipy.FraunhoferPropagator(pupil, focal)
    agree(lambda: camera.forward(lyot.forward(star)).electric_field)
    assert len(transforms_of_arago) == 3  # to the mask, back, and to the image


def test_a_vortex_coronagraph_follows(transforms_of_arago):
    pupil, _, star = telescope()
    vortex = hcipy.VortexCoronagraph(pupil, 2, q=64)
    agree(lambda: vortex.forward(star).electric_field)
    assert transforms_of_arago


def test_disabled_hcipy_is_as_it_was():
    before = [dict(vars(kind)) for kind in KINDS.values()]
    arago.hcipy.enable()
    assert [dict(vars(kind)) for kind in KINDS.values()] != before
    arago.hcipy.disable()
    assert [dict(vars(kind)) for kind in KINDS.values()] == before
