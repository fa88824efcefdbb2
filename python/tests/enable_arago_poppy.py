"""A plugin of pytest: Arago computes for POPPY in every process that runs tests. See poppy_suite.py."""

import os
from pathlib import Path

import arago
from arago import _library


def pytest_configure(config):
    arago.poppy.enable()


def pytest_sessionfinish(session):
    if _library.is_loaded():
        Path(os.environ["ARAGO_WAS_ASKED"]).touch()
