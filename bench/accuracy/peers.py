"""One library, which computes what accuracy asks it for.

    python peers.py fftw

Tasks and answers are those of protocol.go: a JSON object on a line, followed by
the raw bytes of operands or result. Each library runs on one thread, on arrays
that begin on 64 bytes, so that the same task always has the same bits.
"""

import ctypes
import ctypes.util
import importlib.metadata
import json
import os
import sys

for name in ("OPENBLAS", "OMP", "MKL", "BLIS"):
    os.environ[name + "_NUM_THREADS"] = "1"
os.environ.update(MKL_INTERFACE_LAYER="LP64", MKL_THREADING_LAYER="SEQUENTIAL")

import numpy as np  # noqa: E402  after the settings above


class Unsupported(Exception):
    pass


def aligned(shape, kind):
    """An array of zeros that begins on 64 bytes."""
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    memory = np.zeros(size + 64, np.uint8)
    start = -memory.ctypes.data % 64
    return memory[start : start + size].view(kind).reshape(shape)


def pointer(array):
    return ctypes.c_void_p(array.ctypes.data)


class Library:
    def fft(self, a, lines, sign):
        raise Unsupported

    def product(self, a, b):
        raise Unsupported

    def phasor(self, amplitude, opd, wavelength, kind):
        raise Unsupported


class Numpy(Library):
    def __init__(self):
        self.about = f"numpy {np.__version__}"

    def fft(self, a, lines, sign):
        axes = (1,) if lines else (0, 1)
        return np.fft.fftn(a, axes=axes) if sign < 0 else np.fft.ifftn(a, axes=axes, norm="forward")

    def phasor(self, amplitude, opd, wavelength, kind):
        with np.errstate(all="ignore"):
            return (amplitude * np.exp(2j * np.pi / wavelength * opd)).astype(kind)


class FFTW(Library):
    """The one that fftw.sh has built, else that of the system. Plans are those of
    FFTW_ESTIMATE: measured ones differ from run to run."""

    ESTIMATE = 1 << 6

    def __init__(self):
        self.libraries = {}
        built = os.path.join(os.path.dirname(sys.prefix), ".fftw", "lib")
        for kind, name, prefix in ((np.complex128, "fftw3", "fftw_"), (np.complex64, "fftw3f", "fftwf_")):
            path = os.path.join(built, f"lib{name}.so.3")
            if not os.path.exists(path):
                path = ctypes.util.find_library(name)
            if not path:
                raise OSError(f"lib{name} is not on this system; install libfftw3-bin (Debian)")
            library = ctypes.CDLL(path)
            planner = getattr(library, prefix + "plan_many_dft")
            planner.restype = ctypes.c_void_p
            execute, destroy = getattr(library, prefix + "execute"), getattr(library, prefix + "destroy_plan")
            self.libraries[np.dtype(kind)] = planner, execute, destroy
            version = (ctypes.c_char * 100).in_dll(library, prefix + "version").value.decode()
            if prefix == "fftw_":
                self.about = version

    def fft(self, a, lines, sign):
        planner, execute, destroy = self.libraries[a.dtype]
        result = aligned(a.shape, a.dtype)
        rows, cols = a.shape
        n = (ctypes.c_int * 2)(*((cols, 0) if lines else (rows, cols)))
        rank, many = (1, rows) if lines else (2, 1)
        plan = planner(
            rank, n, many, pointer(a), None, 1, cols, pointer(result), None, 1, cols, sign, self.ESTIMATE
        )  # fmt: skip
        if not plan:
            raise RuntimeError("FFTW has no plan")
        execute(ctypes.c_void_p(plan))
        destroy(ctypes.c_void_p(plan))
        return result


class Ducc(Library):
    def __init__(self):
        import ducc0

        self.about, self.c2c = f"ducc0 {ducc0.__version__}", ducc0.fft.c2c

    def fft(self, a, lines, sign):
        return self.c2c(a, axes=(1,) if lines else (0, 1), forward=sign < 0, nthreads=1)


class CBLAS(Library):
    """A library with CBLAS functions of 32-bit integers."""

    ROW_MAJOR, NO_TRANS = 101, 111
    prefix = ""

    def product(self, a, b):
        dst = aligned((a.shape[0], b.shape[1]), b.dtype)
        result = dst
        if not np.iscomplexobj(a):
            b, dst = b.view(a.dtype), dst.view(a.dtype)
        letter = {"float64": "d", "float32": "s", "complex128": "z", "complex64": "c"}[str(a.dtype)]
        function = getattr(self.library, f"{self.prefix}cblas_{letter}gemm")
        (m, k), n = a.shape, b.shape[1]
        if letter in "cz":
            one, zero = np.ones(1, a.dtype), np.zeros(1, a.dtype)
            alpha, beta = pointer(one), pointer(zero)
        else:
            real = ctypes.c_double if letter == "d" else ctypes.c_float
            alpha, beta = real(1), real(0)
        function(
            self.ROW_MAJOR, self.NO_TRANS, self.NO_TRANS, m, n, k,
            alpha, pointer(a), k, pointer(b), n, beta, pointer(dst), n,
        )  # fmt: skip
        return result


class OpenBLAS(CBLAS):
    prefix = "scipy_"

    def __init__(self):
        import scipy_openblas32

        folder, name = scipy_openblas32.get_lib_dir(), scipy_openblas32.get_library(fullname=True)
        self.library = ctypes.CDLL(os.path.join(folder, name))
        for what in ("config", "corename"):
            getattr(self.library, f"scipy_openblas_get_{what}").restype = ctypes.c_char_p
        version = self.library.scipy_openblas_get_config().decode().split()[1]
        self.about = f"OpenBLAS {version}, kernels for {self.library.scipy_openblas_get_corename().decode()}"


class MKL(CBLAS):
    def __init__(self):
        import mkl_fft

        self.about = f"MKL {importlib.metadata.version('mkl')}, mkl_fft {mkl_fft.__version__}"
        self.module = mkl_fft
        self.library = ctypes.CDLL(os.path.join(sys.prefix, "lib", "libmkl_rt.so.3"))

    def fft(self, a, lines, sign):
        axes = (1,) if lines else (0, 1)
        if sign < 0:
            return self.module.fftn(a, axes=axes)
        return self.module.ifftn(a, axes=axes, norm="forward")


class BLIS(CBLAS):
    def __init__(self):
        path = ctypes.util.find_library("blis")
        if not path:
            raise OSError("libblis is not on this system; install libblis4 (Debian)")
        self.library = ctypes.CDLL(path)
        self.library.bli_info_get_version_str.restype = ctypes.c_char_p
        self.about = f"BLIS {self.library.bli_info_get_version_str().decode()}"


LIBRARIES = {"fftw": FFTW, "ducc0": Ducc, "numpy": Numpy, "openblas": OpenBLAS, "mkl": MKL, "blis": BLIS}


def compute(library, task, operands):
    """The bytes of the result."""
    wide = task["precision"] == "double"
    real, kind = (np.float64, np.complex128) if wide else (np.float32, np.complex64)
    rows, cols, inner = task["rows"], task["cols"], task["inner"]

    def matrix(data, shape, kind):
        array = aligned(shape, kind)
        array.flat = np.frombuffer(data, kind)
        return array

    if task["do"] == "fft":
        result = library.fft(matrix(operands[0], (rows, cols), kind), task["lines"], task["sign"])
    elif task["do"] == "product":
        a = matrix(operands[0], (rows, inner), real if task["realLeft"] else kind)
        result = library.product(a, matrix(operands[1], (inner, cols), kind))
    else:
        amplitude, opd, wavelength = (np.frombuffer(o) for o in operands)
        result = library.phasor(amplitude, opd, wavelength[0], kind)
    if result.dtype != kind:
        raise TypeError(f"the result is {result.dtype}")
    return result.tobytes()


def main():
    # Libraries may print; only answers may reach the one who asked.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    library = LIBRARIES[sys.argv[1]]()
    while line := sys.stdin.buffer.readline():
        task = json.loads(line)
        operands = [sys.stdin.buffer.read(n) for n in task["operands"] or []]
        result, answer = b"", {}
        try:
            result = library.about.encode() if task["do"] == "hello" else compute(library, task, operands)
        except Unsupported:
            answer["unsupported"] = True
        except Exception as e:
            answer["error"] = f"{type(e).__name__}: {e}"
        answer["bytes"] = len(result)
        answers.write(json.dumps(answer).encode() + b"\n" + result)
        answers.flush()


if __name__ == "__main__":
    try:
        main()
    except (ImportError, OSError) as e:
        sys.exit(str(e))
