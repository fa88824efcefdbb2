"""Worker processes of Python use Arago while their parent uses it too: every way of starting them but fork."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from worker_jobs import poppy_psf, transform

import arago

SEEDS = [1, 2, 3, 4]


@pytest.fixture
def want():
    """What this process computes, which loads the library before the workers start."""
    return [transform(seed)[1] for seed in SEEDS]


def check(results, want):
    assert [value for _, value in results] == want
    assert os.getpid() not in {process for process, _ in results}


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_pools_of_multiprocessing(method, want):
    with multiprocessing.get_context(method).Pool(2) as pool:
        check(pool.map(transform, SEEDS), want)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_executors_of_concurrent_futures(method, want):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        check(list(pool.map(transform, SEEDS)), want)


def test_joblib(want):
    joblib = pytest.importorskip("joblib")
    check(joblib.Parallel(n_jobs=2, backend="loky")(joblib.delayed(transform)(seed) for seed in SEEDS), want)


def test_loky(want):
    loky = pytest.importorskip("loky")
    with loky.get_reusable_executor(max_workers=2) as pool:
        check(list(pool.map(transform, SEEDS)), want)


def test_a_local_cluster_of_dask(want):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as client:
            check(client.gather(client.map(transform, SEEDS)), want)


def test_threads(want):
    with ThreadPoolExecutor(4) as pool:
        assert [value for _, value in pool.map(transform, SEEDS)] == want


def test_poppy_in_workers():
    pytest.importorskip("poppy")
    wavelengths = [1e-6, 2e-6]
    with arago.poppy.enabled():
        want = [poppy_psf(w) for w in wavelengths]
    arago.poppy.disable()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(poppy_psf, wavelengths) == want
