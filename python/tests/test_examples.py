"""What the documents show runs."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
from conftest import KILL_AFTER, REPOSITORY

pytestmark = pytest.mark.skipif(
    not (REPOSITORY / "examples").exists(), reason="this is not the repository: examples/ is not here"
)


def test_the_notebook_runs(tmp_path):
    pytest.importorskip("poppy")
    notebook = REPOSITORY / "examples" / "notebook.py"
    done = subprocess.run(
        [sys.executable, str(notebook)], cwd=tmp_path, env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True, text=True, timeout=KILL_AFTER,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FFTTYPE: arago" in done.stdout


def test_the_readme_runs(tmp_path, monkeypatch, field):
    poppy = pytest.importorskip("poppy")
    import arago

    text = (REPOSITORY / "python" / "README.md").read_text()
    code = re.search(r"```python\n(.*?)```", text, re.S).group(1)
    lines = code.splitlines()
    for tool in ("hcipy", "prysm"):
        if not importlib.util.find_spec(tool):
            lines = [line for line in lines if not line.startswith(f"arago.{tool}.enable")]
    code = "\n".join(lines)
    shutil.copyfile(REPOSITORY / "examples" / "circular.toml", tmp_path / "telescope.toml")
    monkeypatch.chdir(tmp_path)
    system = poppy.OpticalSystem(npix=64, pupil_diameter=2.0, verbose=False)
    system.add_pupil(poppy.CircularAperture(radius=0.9))
    system.add_detector(pixelscale=0.05, fov_pixels=16)
    names = {"pupil": field(1024, 1024), "system": system}
    try:
        exec(code, names)
    finally:
        for tool in ("hcipy", "prysm"):
            if f"arago.{tool}.enable" in code:
                getattr(arago, tool).disable()
    assert names["hdus"][0].header["NORMALIZ"] == "first"
    assert names["psf"][0].header["FFTTYPE"] == "arago"
    assert np.array_equal(names["image"], arago.mft(names["pupil"], 512, fov=32))
