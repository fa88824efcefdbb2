"""Operands: random numbers made from a counter, those of package compare (operands.go there) and of operands.go in the folder
above; and memory as all contenders have it."""

import functools
import mmap

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
