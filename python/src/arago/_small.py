"""Sizes below which the packages' own code is as fast as Arago with a call of it, or faster.

What is smaller is handed to them, so that nothing becomes slower. The numbers are of bench/adapters.py, "small" (two cores of a
Xeon, Sapphire Rapids; HCIPy 0.7.1, prysm 0.21.1, POPPY 1.1.2): µs of a call without Arago and with it, all sizes given to Arago.
"""

from __future__ import annotations

# Complex multiplications of a transform by two products of matrices whose factors are kept, as HCIPy and prysm do it.
#
#     samples        thousands    HCIPy, there and back       prysm, there and back
#      16² →  16²            8    10.8/19.7   12.0/28.0       7.8/21.5    7.2/23.6
#      32² →  32²           66    18.9/33.5   17.7/32.9      15.2/26.1   16.8/24.7
#      64² →  64²          524    67.5/59.4   65.2/59.6      56.1/52.8   59.9/43.1
#     128² →  64²         1573     110/107     118/134        113/131     112/109
#     128² →  96²         2753     171/159     175/200        174/203     176/163
#     128² → 128²         4194     254/250     260/233        273/154     266/148
#     256² →  64²         5243     300/236     380/204
#
# Chirp-z and zoom transforms are slower than Arago's at 8² samples, and POPPY's matrix DFT, which keeps nothing, at 4².
MATRIX = 1 << 22

# Samples of a phasor of POPPY: of arrays 68/82 µs at 8², 82/86 at 16², 86/83 at 32², 174/92 at 64²; of Zernike
# polynomials 183/217, 206/227, 226/227 and 489/454.
PHASOR = 32 * 32

# Samples of a circle with exact edges, by POPPY 767/969 µs at 8², 848/1030 at 32², 1237/1091 at 64².
CIRCLE = 64 * 64


def multiplications(from_shape: tuple[int, int], to_shape: tuple[int, int]) -> int:
    """Returns the complex multiplications of a transform by two products of matrices, the one of the rows first."""
    (rows, cols), (m, n) = from_shape, to_shape
    return m * cols * (rows + n)
