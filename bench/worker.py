"""One library, measured inside its own process.

    python worker.py numpy

Requests and answers are JSON objects, one a line, on standard input and output:

    {"do": "hello"}                        -> library, version, path, threads
    {"do": "prepare", "operation": ..., "precision": ..., "size": n, "cores": c,
     "in": i, "out": o}                    -> {} or {"unsupported": true}
    {"do": "check", "points": [[r, c]..]}  -> {"values": [[re, im]..]}
    {"do": "time", "calls": k}             -> {"seconds": s}
    {"do": "close"}                        -> {}

The comparison with the targets asks for operands of any shape, several
operations at once, and the number of cores with each time:

    {"do": "ready", "operation": ..., "precision": ..., "rows": m, "inner": k,
     "columns": n, "in": i, "out": o, "cores": [1, 2]}
                                           -> {} or {"unsupported": true}
    {"do": "sample", "operation": ..., "points": [[r, c]..], "cores": [c]}
                                           -> {"values": [[re, im]..], "seconds": s}
    {"do": "turn", "operation": ..., "calls": k, "cores": [c]}
                                           -> {"seconds": s}

An answer {"error": sentence} says that it failed. Operands are those of package
compare (operands.go there): random numbers made from a counter. Only the calls are
timed, with the time of Python around one call and no more.
"""

import ctypes
import ctypes.util
import functools
import importlib.metadata
import json
import mmap
import os
import signal
import sys
import time

import numpy as np

STREAM_A, STREAM_B, STREAM_COL, STREAM_ROW, STREAM_DST = range(1, 6)
STREAM_C = 3  # of the comparison with the targets, which has no columns and rows

# Operands of the comparison with the targets repeat their first numbers, so that
# large ones are made quickly (operands.go beside this file).
PERIOD = 1048573
WAVELENGTH = 1e-6


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


# Blocks of memory of at least LARGE bytes are kept from work to work: on a virtual
# machine a page that is touched for the first time may cost milliseconds.
LARGE = 64 << 20
blocks_in_use, blocks_free = [], []


def memory(shape, kind):
    """An array as all contenders of the comparison with the targets have it: at
    the beginning of a page, advised to lie in huge pages."""
    count = int(np.prod(shape))
    size = max(1, count * np.dtype(kind).itemsize)
    fitting = [block for block in blocks_free if size >= LARGE and len(block) >= size]
    if fitting:
        block = min(fitting, key=len)
        blocks_free.remove(block)
    else:
        if size >= LARGE:
            blocks_free.clear()
        block = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        if hasattr(mmap, "MADV_HUGEPAGE"):
            block.madvise(mmap.MADV_HUGEPAGE)
    if len(block) >= LARGE:
        blocks_in_use.append(block)
    return np.frombuffer(block, kind, count).reshape(shape)


def release():
    """Makes the blocks of all arrays free."""
    blocks_free.extend(blocks_in_use)
    blocks_in_use.clear()


@functools.cache
def first_cubes(stream):
    return cubes(stream, PERIOD)


@functools.cache
def first_uniform(stream):
    return uniform(stream, PERIOD)


def repeated(shape, kind, first):
    """An array of the first PERIOD numbers, again and again: real ones; complex
    arrays take two for an element."""
    array = memory(shape, kind)
    reals = array.reshape(-1)
    if array.dtype.kind == "c":
        reals = reals.view(array.real.dtype)
    for start in range(0, reals.size, PERIOD):
        reals[start : start + PERIOD] = first[: reals.size - start]
    return array


class Library:
    """What a library has is what its class overrides."""

    path = ""
    license = ""
    architecture = ""  # what its kernels are written for, where it says so

    def threads(self, n):
        """Sets the number of threads."""

    def dot(self, dst, a, b):
        return None

    def dot_real(self, dst, a, b):
        return None

    def dot_folded(self, dst, a, b):
        """even and odd, the parts of a, times the even and the odd part of the rows
        of b about their middle: sums and differences of rows, and two products."""
        even, odd = a
        m, half, rest = even.shape[0], even.shape[1], odd.shape[1]
        sums, differences = memory((half, b.shape[1]), b.dtype), memory((rest, b.shape[1]), b.dtype)
        products = self.dot_real(dst[:m], even, sums), self.dot_real(dst[m:], odd, differences)
        if None in products:
            return None
        head, tail = b[:rest].view(even.dtype), b[half:][::-1].view(even.dtype)
        s, d = sums[:rest].view(even.dtype), differences.view(even.dtype)

        def call():
            np.add(head, tail, out=s)
            np.subtract(head, tail, out=d)
            if half > rest:
                sums[rest] = b[rest]
            for product in products:
                product()

        return call

    def outer(self, dst, col, row):
        return None

    def outer_multiply(self, dst, col, row):
        return None

    def fft(self, a, axis, n):
        """Transforms along one axis, sign +1, no factor in front."""
        raise NotImplementedError

    def fft2(self, dst, a):
        return None

    def one_axis(self, a, axis):
        """Returns a call that transforms the array along one axis."""
        if type(self).fft is Library.fft:
            return None
        return lambda: self.fft(a, axis, a.shape[axis])

    def fft2_windowed(self, dst, a, n):
        """Two passes; lines that are zero or not wanted are left out, as one
        who knows the library would do it by hand. Indices count modulo n."""
        m, k = a.shape[0], dst.shape[0]
        rows = memory((m, n), a.dtype)
        columns = memory((n, k), a.dtype)
        along_rows, along_columns = self.one_axis(rows, 1), self.one_axis(columns, 0)
        if along_rows is None:
            return None
        rows[:], columns[:] = 0, 0  # a library that plans may have written to them
        h, o = m // 2, k // 2

        def call():
            rows[:, n - h :], rows[:, : m - h] = a[:, :h], a[:, h:]
            t = along_rows()
            for i0, i1, source in ((n - h, n, slice(0, h)), (0, m - h, slice(h, m))):
                columns[i0:i1, :o] = t[source, n - o :]
                columns[i0:i1, o:] = t[source, : k - o]
            t = along_columns()
            dst[:o], dst[o:] = t[n - o :], t[: k - o]

        return call

    def fft2_padded(self, dst, a, n):
        """The transform of the whole array, zeros and all, whose wanted block is
        then taken out."""
        m, k = a.shape[0], dst.shape[0]
        whole, transformed = memory((n, n), a.dtype), memory((n, n), a.dtype)
        transform = self.fft2(transformed, whole)
        if transform is None:
            return None
        whole[:] = 0
        h, o = m // 2, k // 2
        # Where the parts of the blocks lie: before index 0 and from it on.
        ins = [(slice(n - h, n), slice(0, h)), (slice(0, m - h), slice(h, m))]
        outs = [(slice(n - o, n), slice(0, o)), (slice(0, k - o), slice(o, k))]

        def call():
            for i, row in ins:
                for j, column in ins:
                    whole[i, j] = a[row, column]
            transform()
            t = transform.result() if hasattr(transform, "result") else transformed
            for i, row in outs:
                for j, column in outs:
                    dst[row, column] = t[i, j]

        return call

    def phasor(self, dst, amplitude, opd):
        """amplitude · exp(2πi·opd/wavelength), as people write it."""
        return None

    def phasor_parts(self, dst, amplitude, opd):
        """The same by real cosines and sines."""
        return None


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

    def phasor(self, dst, amplitude, opd):
        factor = dst.dtype.type(2j * np.pi / WAVELENGTH)
        return lambda: np.multiply(amplitude, np.exp(factor * opd), out=dst)

    def phasor_parts(self, dst, amplitude, opd):
        factor = opd.dtype.type(2 * np.pi / WAVELENGTH)

        def call():
            phase = factor * opd
            np.multiply(amplitude, np.cos(phase), out=dst.real)
            np.multiply(amplitude, np.sin(phase), out=dst.imag)

        return call


class Numexpr(Library):
    name = "numexpr"
    license = "MIT"
    how = "set_num_threads"

    def __init__(self):
        import numexpr

        self.numexpr, self.version = numexpr, numexpr.__version__
        self.version += " with VML" if numexpr.use_vml else " without VML"

    def threads(self, n):
        self.numexpr.set_num_threads(n)

    def phasor(self, dst, amplitude, opd):
        if dst.dtype != np.complex128:  # it has no complex numbers in single precision
            return None
        names = {"a": amplitude, "opd": opd, "factor": 2j * np.pi / WAVELENGTH}
        return lambda: self.numexpr.evaluate("a * exp(factor * opd)", names, out=dst)

    def phasor_parts(self, dst, amplitude, opd):
        names = {"a": amplitude, "opd": opd, "factor": opd.dtype.type(2 * np.pi / WAVELENGTH)}

        def call():
            self.numexpr.evaluate("a * cos(factor * opd)", names, out=dst.real)
            self.numexpr.evaluate("a * sin(factor * opd)", names, out=dst.imag)

        return call


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
        self.path = ducc0.__file__
        # The wheel has its code three times; the variable bounds what it takes.
        if level := os.environ.get("DUCC0_MAX_PSABI_LEVEL"):
            self.architecture = f"x86-64-v{level} at most"

    def threads(self, n):
        self.workers = n

    def fft(self, a, axis, n):
        return self.c2c(a, axes=(axis,), forward=False, nthreads=self.workers)

    def fft2(self, dst, a):
        return lambda: self.c2c(a, forward=False, out=dst, nthreads=self.workers)


class CBLAS(Library):
    """A library with CBLAS functions of 32-bit integers, called by ctypes."""

    ROW_MAJOR, NO_TRANS = 101, 111
    prefix = ""

    def gemm(self, letter, dst, a, b):
        function = getattr(self.library, f"{self.prefix}cblas_{letter}gemm")
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


class OpenBLAS(CBLAS):
    """OpenBLAS as the package scipy-openblas32 brings it: newer than the one in
    numpy's wheel."""

    name = "openblas (ctypes)"
    license = "BSD-3-Clause"
    how = "openblas_set_num_threads"
    prefix = "scipy_"

    def __init__(self):
        import scipy_openblas32

        self.path = os.path.join(scipy_openblas32.get_lib_dir(), scipy_openblas32.get_library(fullname=True))
        self.library = ctypes.CDLL(self.path)
        for name in ("config", "corename"):
            getattr(self.library, f"scipy_openblas_get_{name}").restype = ctypes.c_char_p
        self.version = self.library.scipy_openblas_get_config().decode().split()[1]
        self.architecture = self.library.scipy_openblas_get_corename().decode()

    def threads(self, n):
        self.library.scipy_openblas_set_num_threads(n)


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
        self.library.bli_arch_string.restype = ctypes.c_char_p
        if wanted := os.environ.get("BENCH_BLIS"):  # the library wants a number of its own
            names = [self.library.bli_arch_string(i).decode() for i in range(8)]
            os.environ["BLIS_ARCH_TYPE"] = str(names.index(wanted))
        self.library.bli_init()
        self.architecture = self.library.bli_arch_string(self.library.bli_arch_query_id()).decode()

    def threads(self, n):
        self.library.bli_thread_set_num_threads(ctypes.c_long(n))


class FFTW(Library):
    """FFTW with measured plans: the library that BENCH_FFTW names the folder of,
    else that of the system. BENCH_WISDOM is where plans are kept between runs;
    BENCH_FFTW_AVX512=0 keeps its kernels to AVX2 (fftw.sh)."""

    name = "fftw (measured)"
    license = "GPL-2.0-or-later"
    how = "fftw_plan_with_nthreads, its own threads"
    BACKWARD, MEASURE = 1, 0  # the sign +1

    def __init__(self):
        folder = os.environ.get("BENCH_FFTW", "")
        restricted = os.environ.get("BENCH_FFTW_AVX512") == "0"
        if restricted and folder:
            # FFTW asks functions of these names, which are found here first.
            ctypes.CDLL(os.path.join(folder, "without-avx512.so"), ctypes.RTLD_GLOBAL)
            self.architecture = "without AVX-512"
        self.cores, self.wisdom, self.interfaces = 1, os.environ.get("BENCH_WISDOM", ""), {}
        for kind, letter in ((np.complex128, ""), (np.complex64, "f")):
            stem = f"libfftw3{letter}"
            library = ctypes.CDLL(os.path.join(folder, stem + ".so.3"))
            threads = library
            if not hasattr(library, f"fftw{letter}_init_threads"):
                threads = ctypes.CDLL(os.path.join(folder, stem + "_threads.so.3"))
            self.interfaces[np.dtype(kind)] = interface = (library, threads, f"fftw{letter}_")
            self.function(kind, "plan_dft_2d").restype = ctypes.c_void_p
            self.function(kind, "plan_many_dft").restype = ctypes.c_void_p
            self.function(kind, "sprint_plan").restype = ctypes.c_void_p
            getattr(threads, interface[2] + "init_threads")()
            if self.wisdom and os.path.exists(self.wisdom_file(kind)):
                self.function(kind, "import_wisdom_from_filename")(self.wisdom_file(kind).encode())
        self.version = (ctypes.c_char * 64).in_dll(library, "fftwf_version").value.decode()
        self.path = folder

    def function(self, kind, name):
        library, _, prefix = self.interfaces[np.dtype(kind)]
        return getattr(library, prefix + name)

    def wisdom_file(self, kind):
        return f"{self.wisdom}-{np.dtype(kind).name}"

    def threads(self, n):
        self.cores = n

    def planned(self, a, out, plan):
        """Returns a call that executes the plan for the number of cores. plan(function
        by name) makes one; planning writes to the arrays."""
        _, threads, prefix = self.interfaces[a.dtype]
        saved = a.copy()
        plans = {}
        for n in self.planned_for:
            getattr(threads, prefix + "plan_with_nthreads")(n)
            plans[n] = ctypes.c_void_p(plan(lambda name: self.function(a.dtype, name)))
            if not plans[n]:
                raise RuntimeError("FFTW has no plan")
        a[:] = saved
        if self.wisdom:
            self.function(a.dtype, "export_wisdom_to_filename")(self.wisdom_file(a.dtype).encode())
        execute = self.function(a.dtype, "execute")

        def call():
            execute(plans[self.cores])
            return out

        call.keep = (a, out)  # C holds addresses only
        return call

    def fft2(self, dst, a):
        m, n = a.shape
        pointers = (ctypes.c_void_p(a.ctypes.data), ctypes.c_void_p(dst.ctypes.data))
        return self.planned(a, dst, lambda function: function("plan_dft_2d")(m, n, *pointers, self.BACKWARD, self.MEASURE))

    def one_axis(self, a, axis):
        out = memory(a.shape, a.dtype)
        n, lines = a.shape[axis], a.shape[1 - axis]
        stride, distance = (1, n) if axis == 1 else (lines, 1)
        length = (ctypes.c_int * 1)(n)

        def plan(function):
            return function("plan_many_dft")(
                1, length, lines,
                ctypes.c_void_p(a.ctypes.data), None, stride, distance,
                ctypes.c_void_p(out.ctypes.data), None, stride, distance,
                self.BACKWARD, self.MEASURE,
            )  # fmt: skip

        return self.planned(a, out, plan)


LIBRARIES = {
    "numpy": Numpy, "scipy": Scipy, "ducc0": Ducc, "mkl": MKL, "blis": BLIS,
    "openblas": OpenBLAS, "fftw": FFTW, "numexpr": Numexpr,
}  # fmt: skip


class Worker:
    def __init__(self, library):
        self.library = library
        self.ready_calls = {}

    def hello(self, _):
        l = self.library
        return {
            "name": l.name, "library": l.name, "version": l.version,
            "path": l.path, "license": l.license, "threads": l.how, "architecture": l.architecture,
        }  # fmt: skip

    def prepare(self, task):
        n, operation = task["size"], task["operation"]
        kind, real = (np.complex128, np.float64) if task["precision"] == "double" else (np.complex64, np.float32)
        self.operation, self.cores = operation, task["cores"]
        self.library.threads(self.cores)
        function = getattr(self.library, operation.replace("-", "_"), None)
        self.dst = np.zeros((n, n), kind)
        if operation == "dot":
            self.call = function(self.dst, matrix(STREAM_A, n, kind), matrix(STREAM_B, n, kind))
        elif operation == "dot-real":
            a = cubes(STREAM_A, n * n).astype(real).reshape(n, n)
            self.call = function(self.dst, a, matrix(STREAM_B, n, kind))
        elif operation == "dot-real-thin":
            rows, columns = max(1, n // 8), 2 * n
            self.dst = np.zeros((rows, columns), kind)
            a = cubes(STREAM_A, rows * n).astype(real).reshape(rows, n)
            b = cubes(STREAM_B, 2 * n * columns).view(np.complex64).astype(kind).reshape(n, columns)
            self.call = self.library.dot_real(self.dst, a, b)
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

    def ready(self, task):
        operation, n = task["operation"], task["columns"]
        kind, real = (np.complex128, np.float64) if task["precision"] == "double" else (np.complex64, np.float32)
        function = getattr(self.library, operation.replace("-", "_"))
        complexes = lambda stream, *shape: repeated(shape, kind, first_cubes(stream))
        self.library.planned_for = task["cores"]
        self.library.threads(1)
        if operation in ("dot", "dot-real", "dot-folded"):
            m, k = task["rows"], task["inner"]
            dst, b = memory((m, n), kind), complexes(STREAM_B, k, n)
            if operation == "dot-folded":
                half, rest = (k + 1) // 2, k // 2
                even = repeated(((m + 1) // 2, half), real, first_cubes(STREAM_A))
                odd = repeated((m // 2, rest), real, first_cubes(STREAM_C))
                a = (even, odd)
            elif operation == "dot":
                a = complexes(STREAM_A, m, k)
            else:
                a = repeated((m, k), real, first_cubes(STREAM_A))
            call = function(dst, a, b)
        elif operation == "fft2":
            dst = memory((n, n), kind)
            call = function(dst, complexes(STREAM_A, n, n))
        elif operation in ("fft2-windowed", "fft2-padded"):
            dst = memory((task["out"], task["out"]), kind)
            call = function(dst, complexes(STREAM_A, task["in"], task["in"]), n)
        else:
            dst = memory((n, n), kind)
            amplitude = repeated((n, n), real, (first_uniform(STREAM_A) + 1) / 2)
            opd = repeated((n, n), real, 5 * WAVELENGTH * first_uniform(STREAM_B))
            call = function(dst, amplitude, opd)
        if call is None:
            return {"unsupported": True}
        self.ready_calls[operation] = call, dst
        return {}

    def sample(self, request):
        call, dst = self.ready_calls[request["operation"]]
        (cores,) = request["cores"]
        self.library.threads(cores)
        began = time.perf_counter()
        call()
        seconds = time.perf_counter() - began
        result = call.result() if hasattr(call, "result") else dst
        values = [complex(result[r, c]) for r, c in request["points"]]
        return {"values": [[v.real, v.imag] for v in values], "seconds": seconds}

    def turn(self, request):
        call, _ = self.ready_calls[request["operation"]]
        (cores,) = request["cores"]
        self.library.threads(cores)
        if request["calls"] > 1:
            call()  # threads wake and caches fill
        began = time.perf_counter()
        for _ in range(request["calls"]):
            call()
        seconds = time.perf_counter() - began
        if cores > 1:
            time.sleep(0.002)  # until the threads no longer spin
        return {"seconds": seconds}

    def close(self, _):
        self.dst = self.call = self.library.result = None
        self.ready_calls = {}
        release()
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
