"""Puts libarago into the package.

The library is the one that ARAGO_LIBRARY names, or is built from the Go source that this folder belongs to: the repository
around it or, in a source distribution, the folder go/. That needs Go and a C compiler; what comes out needs neither.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = Path(__file__).resolve().parent


def go_source() -> Path:
    """Returns the root of the Go module."""
    for root in (HERE / "go", HERE.parent):
        if (root / "libarago" / "arago.h").exists():
            return root
    raise SystemExit(
        "there is no Go source of libarago beside this package: let ARAGO_LIBRARY name a library built by `make lib`"
    )


def put(library: Path, target: Path) -> None:
    """Copies the library. A process that has the one that was there keeps it: writing into that would end the process."""
    new = target.with_name(target.name + ".new")
    shutil.copyfile(library, new)
    new.replace(target)


class BuildWithLibrary(build_py):
    def run(self) -> None:
        super().run()
        if self.editable_mode:
            self.put_library(HERE / "src" / "arago")
        else:
            self.put_library(Path(self.build_lib) / "arago")

    def put_library(self, package: Path) -> None:
        target = package / "libarago.so"
        ready = os.environ.get("ARAGO_LIBRARY")
        if ready:
            put(Path(ready), target)
            return
        if not shutil.which("go"):
            raise SystemExit(
                "libarago is built by Go 1.26 or newer, which is not on the PATH: install it, "
                "or let ARAGO_LIBRARY name a library built by `make lib`"
            )
        compiler = subprocess.run(["go", "env", "CC"], capture_output=True, text=True).stdout.split() or ["cc"]
        if not shutil.which(compiler[0]):
            raise SystemExit(
                f"libarago is built by a C compiler beside Go, and {compiler[0]} is not on the PATH: install it, "
                "let CC name another, or let ARAGO_LIBRARY name a library built by `make lib`"
            )
        folder = Path(self.get_finalized_command("build").build_temp).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["sh", "scripts/lib.sh", str(folder)], cwd=go_source(), check=True)
        built = "libarago.1.dylib" if sys.platform == "darwin" else "libarago.so.1"
        put(folder / built, target)


class SourceWithGo(sdist):
    """A source distribution with all that libarago is built from, in go/."""

    def make_release_tree(self, base_dir, files) -> None:
        super().make_release_tree(base_dir, files)
        root, target = go_source(), Path(base_dir) / "go"
        listing = ["go", "list", "-deps", "-f", "{{if .Module}}{{if .Module.Main}}{{.Dir}}{{end}}{{end}}", "./libarago"]
        listed = subprocess.run(
            listing, cwd=root, check=True, capture_output=True, text=True, env={**os.environ, "CGO_ENABLED": "1"}
        )
        folders = [Path(line) for line in listed.stdout.split()]
        sources = [root / name for name in ("go.mod", "go.sum", "LICENSE", "scripts/lib.sh", "scripts/lib-pc.sh")]
        for folder in folders:
            sources += [f for f in folder.iterdir() if f.is_file() and not f.name.endswith("_test.go")]
        for source in sources:
            copy = target / source.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)


class WheelOfPlatform(bdist_wheel):
    """The library goes with a platform, not with a version of Python."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", sysconfig.get_platform().replace("-", "_").replace(".", "_")


class WithLibrary(Distribution):
    def has_ext_modules(self) -> bool:
        return True


setup(
    distclass=WithLibrary,
    cmdclass={"build_py": BuildWithLibrary, "sdist": SourceWithGo, "bdist_wheel": WheelOfPlatform},
)
