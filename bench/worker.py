"""One library, measured inside its own process.

    python worker.py numpy

Requests and answers are JSON objects, one a line, on standard input and output:

    {"do": "hello"}                        -> library, version, path, threads
    {"do": "prepare", "operation": ..., "precision": ..., "size": n, "cores": c,
     "in": i, "out": o}                    -> {} or {"unsupported": true}
    {"do": "check", "points": [[r, c]..]}  -> {"values": [[re, im]..]}
    {"do": "time", "calls": k}             -> {"seconds": s}
    {"do": "close"}                        -> {}

An answer {"error": sentence} says that it failed. Operands are those of package
compare (operands.go there): random numbers made from a counter. Only the calls are
timed, with the time of Python around one call and no more.
"""

import ctypes
import ctypes.util
import importlib.metadata
import json
import os
import signal
import sys
import time

import numpy as np

STREAM_A, STREAM_B, STREAM_COL, STREAM_ROW, STREAM_DST = range(1, 6)


def uniform(stream, count):
    """The first numbers of a stream, in pieces that need little memory."""
    numbers = np.empty(count)
    piece = 1 << 20
    with np.errstate(over="ignore"):
        for start in range(0, count, piece):
            z = np.arange(start, min(count, start + piece), dtype=np.uint64)
            z += np.uint64(stream << 40)
            z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
            z ^= z >> np.uint64(31)
            numbers[start : start + len(z)] = (z >> np.uint64(40)) * 2.0**-23 - 1
    return numbers


def cubes(stream, count):
    u = uniform(stream, count)
    return (u * u * u).astype(np.float32)


def matrix(stream, n, kind):
    return cubes(stream, 2 * n * n).view(np.complex64).astype(kind).reshape(n, n)


def phases(stream, n, kind):
    t = uniform(stream, n)
    s = t * t
    parts = np.stack([(1 - s) / (1 + s), 2 * t / (1 + s)], axis=1)
    return parts.astype(np.float32).view(np.complex64).ravel().astype(kind)


class Library:
    """What a library has is what its class overrides."""

    path = ""
    license = ""

    def threads(self, n):
        """Sets the number of threads."""

    def dot(self, dst, a, b):
        return None

    def dot_real(self, dst, a, b):
        return None

    def outer(self, dst, col, row):
        return None

    def outer_multiply(self, dst, col, row):
        return None

    def fft(self, a, axis, n):
        """Transforms along one axis, sign +1, no factor in front."""
        raise NotImplementedError

    def fft2(self, dst, a):
        return None

    def fft2_windowed(self, dst, a, n):
        """Two passes; lines that are zero or not wanted are left out, as one
        who knows the library would do it by hand. Indices count modulo n."""
        if type(self).fft is Library.fft:
            return None
        m, k = a.shape[0], dst.shape[0]
        rows = np.zeros((m, n), a.dtype)
        columns = np.zeros((n, k), a.dtype)
        h, o = m // 2, k // 2

        def call():
            rows[:, n - h :], rows[:, : m - h] = a[:, :h], a[:, h:]
            t = self.fft(rows, 1, n)
            for i0, i1, source in ((n - h, n, slice(0, h)), (0, m - h, slice(h, m))):
                columns[i0:i1, :o] = t[source, n - o :]
                columns[i0:i1, o:] = t[source, : k - o]
            t = self.fft(columns, 0, n)
            dst[:o], dst[o:] = t[n - o :], t[: k - o]

        return call


class Numpy(Library):
    name = "numpy"
    license = "BSD-3-Clause"
    how = "threadpoolctl; Outer and FFT run on one core"

    def __init__(self):
        import threadpoolctl

        self.version = np.__version__
        self.limits = threadpoolctl.threadpool_limits
        np.ones((2, 2)) @ np.ones((2, 2))
        for pool in threadpoolctl.threadpool_info():
            if pool["user_api"] == "blas":
                self.version += f" with {pool['internal_api']} {pool['version']}"
                self.path = pool["filepath"]

    def threads(self, n):
        self.limits(n)

    def dot(self, dst, a, b):
        return lambda: np.matmul(a, b, out=dst)

    def dot_real(self, dst, a, b):
        real, wide = b.view(a.dtype), dst.view(a.dtype)
        return lambda: np.matmul(a, real, out=wide)

    def outer(self, dst, col, row):
        return lambda: np.multiply(col[:, None], row[None, :], out=dst)

    def outer_multiply(self, dst, col, row):
        def call():
            np.multiply(dst, col[:, None], out=dst)
            np.multiply(dst, row[None, :], out=dst)

        return call

    def fft(self, a, axis, n):
        return np.fft.ifft(a, n, axis, norm="forward")

    def fft2(self, dst, a):
        # ifft2 takes out and ignores it (numpy 2.4).
        return lambda: np.fft.ifftn(a, norm="forward", out=dst)


class Scipy(Library):
    name = "scipy (pocketfft)"
    license = "BSD-3-Clause"
    how = "argument workers"

    def __init__(self):
        import scipy
        import scipy.fft

        self.version, self.ifft, self.ifft2 = scipy.__version__, scipy.fft.ifft, scipy.fft.ifft2

    def threads(self, n):
        self.workers = n

    def fft(self, a, axis, n):
        return self.ifft(a, n, axis, norm="forward", workers=self.workers)

    def fft2(self, dst, a):
        def call():
            self.result = self.ifft2(a, norm="forward", workers=self.workers)

        call.result = lambda: self.result
        return call


class Ducc(Library):
    name = "ducc0"
    license = "GPL-2.0-or-later"
    how = "argument nthreads"

    def __init__(self):
        import ducc0

        self.version, self.c2c = ducc0.__version__, ducc0.fft.c2c

    def threads(self, n):
        self.workers = n

    def fft(self, a, axis, n):
        return self.c2c(a, axes=(axis,), forward=False, nthreads=self.workers)

    def fft2(self, dst, a):
        return lambda: self.c2c(a, forward=False, out=dst, nthreads=self.workers)


class CBLAS(Library):
    """A library with CBLAS functions of 32-bit integers, called by ctypes."""

    ROW_MAJOR, NO_TRANS = 101, 111

    def gemm(self, letter, dst, a, b):
        function = getattr(self.library, f"cblas_{letter}gemm")
        m, k, n = a.shape[0], a.shape[1], b.shape[1]
        pointer = lambda array: ctypes.c_void_p(array.ctypes.data)
        if letter in "cz":
            one, zero = np.ones(1, dst.dtype), np.zeros(1, dst.dtype)
            alpha, beta = pointer(one), pointer(zero)
        else:
            one = zero = None
            real = ctypes.c_double if letter == "d" else ctypes.c_float
            alpha, beta = real(1), real(0)
        arguments = (
            self.ROW_MAJOR, self.NO_TRANS, self.NO_TRANS, m, n, k,
            alpha, pointer(a), k, pointer(b), n, beta, pointer(dst), n,
        )  # fmt: skip

        def call():
            function(*arguments)

        call.keep = (one, zero, a, b, dst)  # C holds addresses only
        return call

    def dot(self, dst, a, b):
        return self.gemm("z" if dst.dtype == np.complex128 else "c", dst, a, b)

    def dot_real(self, dst, a, b):
        real = a.dtype
        return self.gemm("d" if real == np.float64 else "s", dst.view(real), a, b.view(real))


class MKL(CBLAS):
    name = "mkl (mkl_fft)"
    license = "LicenseRef-Intel-Simplified-Software-License"
    how = "MKL_Set_Num_Threads"

    def __init__(self):
        import mkl_fft

        self.version = f"{importlib.metadata.version('mkl')}, mkl_fft {mkl_fft.__version__}"
        self.ifft, self.ifft2 = mkl_fft.ifft, mkl_fft.ifft2
        self.path = os.path.join(sys.prefix, "lib", "libmkl_rt.so.3")
        self.library = ctypes.CDLL(self.path)

    def threads(self, n):
        self.library.MKL_Set_Num_Threads(n)

    def fft(self, a, axis, n):
        return self.ifft(a, n, axis, norm="forward")

    def fft2(self, dst, a):
        return lambda: self.ifft2(a, norm="forward", out=dst)


class BLIS(CBLAS):
    name = "blis (ctypes)"
    license = "BSD-3-Clause"
    how = "bli_thread_set_num_threads"

    def __init__(self):
        self.path = ctypes.util.find_library("blis")
        if not self.path:
            raise OSError("libblis is not on this system; install libblis4 (Debian)")
        self.library = ctypes.CDLL(self.path)
        self.library.bli_info_get_version_str.restype = ctypes.c_char_p
        self.version = self.library.bli_info_get_version_str().decode()

    def threads(self, n):
        self.library.bli_thread_set_num_threads(ctypes.c_long(n))


LIBRARIES = {"numpy": Numpy, "scipy": Scipy, "ducc0": Ducc, "mkl": MKL, "blis": BLIS}


class Worker:
    def __init__(self, library):
        self.library = library

    def hello(self, _):
        l = self.library
        return {
            "name": l.name, "library": l.name, "version": l.version,
            "path": l.path, "license": l.license, "threads": l.how,
        }  # fmt: skip

    def prepare(self, task):
        n, operation = task["size"], task["operation"]
        kind, real = (np.complex128, np.float64) if task["precision"] == "double" else (np.complex64, np.float32)
        self.operation, self.cores = operation, task["cores"]
        self.library.threads(self.cores)
        function = getattr(self.library, operation.replace("-", "_"))
        self.dst = np.zeros((n, n), kind)
        if operation == "dot":
            self.call = function(self.dst, matrix(STREAM_A, n, kind), matrix(STREAM_B, n, kind))
        elif operation == "dot-real":
            a = cubes(STREAM_A, n * n).astype(real).reshape(n, n)
            self.call = function(self.dst, a, matrix(STREAM_B, n, kind))
        elif operation.startswith("outer"):
            self.call = function(self.dst, phases(STREAM_COL, n, kind), phases(STREAM_ROW, n, kind))
        elif operation == "fft2":
            self.call = function(self.dst, matrix(STREAM_A, n, kind))
        else:
            self.dst = np.zeros((task["out"], task["out"]), kind)
            self.call = function(self.dst, matrix(STREAM_A, task["in"], kind), n)
        return {} if self.call else {"unsupported": True}

    def check(self, request):
        if self.operation == "outer-multiply":
            n = self.dst.shape[0]
            self.dst[:] = matrix(STREAM_DST, n, self.dst.dtype)
        self.call()
        # Where the library has no argument for it, the result is its own.
        result = self.call.result() if hasattr(self.call, "result") else self.dst
        values = [complex(result[r, c]) for r, c in request["points"]]
        return {"values": [[v.real, v.imag] for v in values]}

    def time(self, request):
        began = time.perf_counter()
        for _ in range(request["calls"]):
            self.call()
        seconds = time.perf_counter() - began
        if self.cores > 1:
            time.sleep(0.002)  # until the threads no longer spin
        return {"seconds": seconds}

    def close(self, _):
        self.dst = self.call = self.library.result = None
        return {}


def main():
    # Ctrl-C goes to the whole group; the program that started this one ends it
    # by closing its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Libraries may print; only answers may reach the one who asked.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = Worker(LIBRARIES[sys.argv[1]]())
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(worker, request["do"])(request)
        except Exception as e:
            answer = {"error": f"{type(e).__name__}: {e}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    try:
        main()
    except (ImportError, OSError) as e:
        sys.exit(str(e))
