"""The library comes in at the first call, and a process that has it is not forked."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import re
from copy import deepcopy

import numpy as np
import pytest
from conftest import run_python

import arago
from arago import _library

BEGIN = "import arago, numpy as np\nfrom arago import _library\n"
USE = "arago.fft2(np.ones((4, 4)))\n"


def test_importing_arago_loads_nothing():
    assert run_python(BEGIN + "print(_library.is_loaded())\n" + USE + "print(_library.is_loaded())").split() == ["False", "True"]


def test_a_process_that_has_only_imported_it_can_be_forked_and_the_child_can_use_it():
    out = run_python(
        BEGIN
        + """
import multiprocessing
def work(n): return float(arago.fft2(np.ones((n, n))).real.sum())
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(work, [2, 3]), _library.is_loaded())
"""
    )
    assert out.strip() == "[4.0, 9.0] False"


@pytest.mark.parametrize(
    "start",
    [
        "with multiprocessing.get_context('fork').Pool(2) as pool: pool.map(abs, [1])",
        "p = multiprocessing.get_context('fork').Process(target=print, args=('forked',)); p.start(); p.join()",
        "from concurrent.futures import ProcessPoolExecutor\n"
        "with ProcessPoolExecutor(2, multiprocessing.get_context('fork')) as pool: print(*pool.map(abs, [1]))",
        "multiprocessing.set_start_method('fork')\n"
        "import joblib; joblib.Parallel(2, backend='multiprocessing')(joblib.delayed(abs)(i) for i in range(4))",
    ],
    ids=["pool", "process", "executor", "joblib's multiprocessing"],
)
def test_a_process_that_has_it_refuses_to_start_workers_by_fork(start):
    if "joblib" in start:
        pytest.importorskip("joblib")
    out = run_python(BEGIN + USE + "import multiprocessing\n" + start, fails=True)
    assert "arago.errors.ForkedError: AR101" in out and "get_context('spawn')" in out
    assert "forked\n" not in out


def test_a_child_that_was_forked_all_the_same_gets_the_refusal_at_once():
    out = run_python(
        BEGIN
        + """
import os, threading
plan = arago.MFT(8, 8, fov=2)
plan(np.ones((8, 8)))
stop = threading.Event()
def compute():
    while not stop.is_set(): arago.mft(np.ones((64, 64)), 32, fov=5)
thread = threading.Thread(target=compute); thread.start()
for _ in range(20):
    child = os.fork()
    if child == 0:
        refused = 0
        calls = lambda: plan(np.ones((8, 8))), lambda: arago.fft2(np.ones((4, 4))), arago.doctor, lambda: arago.MFT(8, 8, fov=2)
        for call in calls:
            try: call()
            except arago.errors.ForkedError as e: refused += "spawn" in str(e)
        del plan
        os._exit(refused)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status))
stop.set(); thread.join()
"""
    )
    assert out.split() == ["4"] * 20


def test_a_library_that_cannot_be_loaded_is_told_in_a_sentence(tmp_path):
    code = "import os, sys; os.environ['ARAGO_LIBRARY'] = sys.argv[1]\n" + BEGIN + USE
    out = run_python(code, str(tmp_path / "libarago.so"), fails=True)
    assert re.search(r"LibraryError: libarago cannot be loaded from .*libarago\.so.*ARAGO_LIBRARY", out)


def test_every_function_of_the_header_is_declared_here():
    header = os.path.join(os.path.dirname(__file__), "..", "..", "libarago", "arago.h")
    if not os.path.exists(header):
        pytest.skip("this is not the repository: arago.h is not here")
    with open(header) as f:
        declared = set(re.findall(r"^(?:int|const char \*)\s*(arago_\w+)\(", f.read(), re.M))
    assert declared == set(_library._SIGNATURES) | {"arago_abi_version", "arago_message"}


def test_the_library_and_the_package_are_of_one_version():
    assert arago.version()["version"].replace("-dev", ".dev0") == arago.__version__


def test_the_doctor_speaks_of_this_process():
    report = arago.doctor()
    assert str(os.getpid()) in str(report)


def test_back_ends_are_chosen_by_name():
    arago.set_backend("gonum")
    assert arago.get_backend() == "gonum"
    with pytest.raises(arago.errors.ArgumentError, match='arago_set_backend says "abacus"'):
        arago.set_backend("abacus")
    arago.set_backend(None)


def test_a_plan_is_freed_with_its_object(field):
    handles = []
    for _ in range(3):
        plan = arago.MFT(8, 8, fov=2)
        handles.append(plan._handle.number)
        del plan
    lib = _library.library()
    f = np.ones((8, 8), complex)
    for number in handles:
        assert lib.arago_mft_execute(number, f.ctypes.data, 8, f.copy().ctypes.data, 8) == 6  # ARAGO_HANDLE


@pytest.mark.parametrize("copy", [pickle.dumps, deepcopy])
def test_a_plan_is_neither_pickled_nor_copied(copy):
    with pytest.raises(TypeError, match="make it in each process"):
        copy(arago.MFT(8, 8, fov=2))


def test_no_start_method_but_fork_is_touched():
    assert not getattr(multiprocessing.get_context("spawn").Process._Popen, "refuses", False)
