"""Runs POPPY's own tests with Arago enabled: every one that passes without it must pass with it.

    python poppy_suite.py [-n PROCESSES] [poppy.tests.test_fft ...]

What passes with Arago need not be run without. The others are run again without, and those that pass then are
Arago's fault: they are listed, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from importlib.metadata import distribution, version
from pathlib import Path

PLUGIN = Path(__file__).with_name("enable_arago_poppy.py")


def run(tests: list[str], processes: int, enabled: bool) -> dict[str, str]:
    """Runs tests, and returns how each ended: passed, failed, error or skipped."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        # Tests are named from the folder that POPPY is in.
        root = Path(str(distribution("poppy").locate_file("")))
        command = [
            sys.executable, "-m", "pytest", "--pyargs", *tests, "-q", "-n", str(processes), "--rootdir", str(root),
            "-p", "no:cacheprovider", "--no-header", "--tb=short", "-W", "ignore", "--junitxml", str(report),
            *(["-p", PLUGIN.stem] if enabled else []),
        ]  # fmt: skip
        path = os.pathsep.join(filter(None, [str(PLUGIN.parent), os.environ.get("PYTHONPATH")]))
        asked = Path(folder) / "asked"
        environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": path, "ARAGO_WAS_ASKED": str(asked)}
        done = subprocess.run(command, cwd=folder, env=environment)
        if done.returncode not in (0, 1):  # 1: tests failed
            sys.exit(f"pytest ended with code {done.returncode}")
        if asked.exists() != enabled:
            sys.exit(
                "none of these tests has asked Arago for anything" if enabled else "Arago was enabled where POPPY was to be alone"
            )
        ends = {}
        for case in ElementTree.parse(report).iter("testcase"):
            kinds = {child.tag for child in case} & {"failure", "error", "skipped"}
            ends[f"{case.get('classname')}::{case.get('name')}"] = kinds.pop() if kinds else "passed"
        return ends


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", type=int, default=os.cpu_count(), metavar="PROCESSES")
    parser.add_argument("tests", nargs="*", default=["poppy"], help="modules of POPPY's tests; all by default")
    given = parser.parse_args()
    processes = given.n
    began = time.monotonic()
    ends = run(given.tests, processes, enabled=True)
    others = [test for test, end in ends.items() if end != "passed"]
    without = run(others, processes, enabled=False) if others else {}
    broken = [test for test in others if without.get(test) == "passed"]
    took = time.monotonic() - began
    print(
        f"POPPY {version('poppy')}, numpy {version('numpy')}, Python {sys.version.split()[0]}: "
        f"{len(ends) - len(others)} of its {len(ends)} tests pass with Arago; "
        f"{len(others)} others: {len(broken)} of them pass without it; {took:.0f} s"
    )
    for test in broken:
        print(f"passes without Arago and not with it: {test} ({ends[test]})")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
