"""Libraries that Python packages bring."""

import os

import numpy as np

from operands import WAVELENGTH, memory


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
