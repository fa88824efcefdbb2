"""What the tests share: fields with fixed seeds, and Python processes of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

# Ends a child that hangs. Nothing is measured by it.
KILL_AFTER = 120


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20260808)


@pytest.fixture
def field(rng):
    """Returns a function that makes a complex field of a shape."""

    def make(*shape: int, dtype=np.complex128) -> np.ndarray:
        return (rng.normal(size=shape) + 1j * rng.normal(size=shape)).astype(dtype)

    return make


def run_python(code: str, *arguments: str, fails: bool = False) -> str:
    """Runs a program in a process of its own, and returns what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=KILL_AFTER, cwd=Path(__file__).parent
    )
    assert (done.returncode != 0) == fails, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + (done.stderr if fails else "")


def error_of_peak(got: np.ndarray, want: np.ndarray) -> float:
    """The largest difference, as a fraction of the largest value; of 1 where all is dark."""
    return float(np.max(np.abs(got - want)) / (np.max(np.abs(want)) or 1))
