package fft

import "arago/internal/kernel"

// Costs says what the loops take, in picoseconds per complex number of a line,
// and so decides which recipes are the cheapest.
type Costs struct {
	// Near is the number of elements up to which a group goes through all its
	// passes before the next group does: a block of so many elements stays in the
	// first-level cache.
	Near int
	// First[r] is a pass of radix r on single elements, which has no twiddle factors,
	// where a line has up to Near elements, FirstFar[r] one where it has more. Where
	// they are 0, Pass[r] stands for them.
	First, FirstFar RadixCosts
	// Pass[r] is another pass of radix r that makes groups of up to Near elements,
	// Far[r] one that makes larger ones.
	Pass, Far RadixCosts
	// Move is one of the loops that multiply elements by a factor on the way to where
	// they belong, Clear what it takes to make an element zero.
	Move, Clear float64
}

// crowded is by how much a far pass of more than mostLegs elements takes longer where
// nothing stands between its groups: in AVX-512 637 ps against 400 for radix 16 and
// distances of a multiple of 4 KiB. Only the last pass has gaps.
const (
	crowded  = 1.6
	mostLegs = 12
)

// RadixCosts has the cost of a pass for each radix, 0 for one that is not to be used.
type RadixCosts [kernel.MaxRadix + 1]float64

// pass returns the cost of a pass of radix r for a line of n elements.
func (c *Costs) pass(r, n, span int) float64 {
	first := c.First[r]
	if n > c.Near {
		first = c.FirstFar[r]
	}
	switch size := r * span; {
	case span == 1 && first > 0:
		return first * float64(n)
	case size <= c.Near:
		return c.Pass[r] * float64(n)
	case size < n && r > mostLegs:
		return crowded * c.Far[r] * float64(n)
	}
	return c.Far[r] * float64(n)
}

// CostsOf returns the costs of a set of kernels in a precision.
func CostsOf[R float32 | float64](set kernel.Set) *Costs {
	var r R
	if _, ok := any(r).(float32); ok {
		return costsSingle[set]
	}
	return costsDouble[set]
}

// The tables, measured by BenchmarkCosts on one core of an Intel Sapphire Rapids at
// about 3.6 GHz (48 KiB of first-level, 2 MiB of second-level cache). Far passes are
// bound by the second-level cache, and so is the first pass of a long line. A call takes
// about 10 ns: Pass has the share of it for groups of 64 elements. After radix 2 the groups in
// the first-level cache are smaller, and in AVX-512 its cost leans to radix 4 (512 numbers: 6.3 ns
// for eight lanes by 16·4·8 and 6.7 by 16·2·16). All recipes of up to four passes of 480, 512, 960,
// 1024, 1920 and 2048 numbers whose cost is near the least were measured: most of those chosen take up to 8 %
// longer than the best, a few up to 25 % in some runs on a machine that others use too.
// Move and Clear are what they take in a transform of 1024² numbers in 4096², where the memory
// they read and write is in the second-level cache.
//
// NEON's are counted, not measured: cycles at 3 GHz of a core with three vector
// pipelines, two loads or stores and five instructions a cycle, and a tenth for what
// does not overlap; far passes move an element in and out of the second-level cache
// in six cycles.
var (
	costsDouble = map[kernel.Set]*Costs{
		kernel.Pure: pureDouble,
		kernel.AVX2: {
			Near: 512,
			First: RadixCosts{2: 147, 3: 155, 4: 146, 5: 204, 6: 160, 7: 285, 8: 198, 9: 290, 10: 261, 11: 434, 12: 223, 13: 523, 14: 353, 15: 332, 16: 252,
				17: 681, 19: 814, 23: 945, 29: 1097, 31: 1169, 37: 1462, 41: 1569, 43: 1585, 47: 1725, 53: 2041, 59: 2177, 61: 2221},
			FirstFar: RadixCosts{2: 276, 3: 399, 4: 277, 5: 428, 6: 420, 7: 430, 8: 348, 9: 456, 10: 479, 11: 439, 12: 466, 13: 524, 14: 493, 15: 468, 16: 343,
				17: 678, 19: 821, 23: 934, 29: 1087, 31: 1157, 37: 1449, 41: 1545, 43: 1568, 47: 1714, 53: 2028, 59: 2162, 61: 2196},
			Pass: RadixCosts{2: 173, 3: 221, 4: 212, 5: 294, 6: 273, 7: 390, 8: 290, 9: 402, 10: 371, 11: 558, 12: 346, 13: 671, 14: 467, 15: 448, 16: 396,
				17: 778, 19: 936, 23: 1059, 29: 1212, 31: 1289, 37: 1590, 41: 1707, 43: 1682, 47: 1823, 53: 2165, 59: 2304, 61: 2357},
			Far: RadixCosts{2: 282, 3: 283, 4: 284, 5: 308, 6: 291, 7: 392, 8: 294, 9: 391, 10: 376, 11: 534, 12: 361, 13: 638, 14: 461, 15: 423, 16: 372,
				17: 807, 19: 947, 23: 1090, 29: 1222, 31: 1305, 37: 1611, 41: 1743, 43: 1747, 47: 1830, 53: 2166, 59: 2278, 61: 2379},
			Move: 340, Clear: 190,
		},
		kernel.AVX512: {
			Near: 256,
			First: RadixCosts{2: 81, 3: 103, 4: 82, 5: 120, 6: 111, 7: 151, 8: 116, 9: 158, 10: 147, 11: 224, 12: 143, 13: 260, 14: 187, 15: 186, 16: 160,
				17: 434, 19: 493, 23: 585, 29: 689, 31: 733, 37: 889, 41: 952, 43: 993, 47: 1052, 53: 1222, 59: 1321, 61: 1333},
			FirstFar: RadixCosts{2: 271, 3: 275, 4: 275, 5: 278, 6: 278, 7: 280, 8: 275, 9: 276, 10: 280, 11: 316, 12: 279, 13: 350, 14: 329, 15: 314, 16: 286,
				17: 427, 19: 487, 23: 584, 29: 684, 31: 720, 37: 885, 41: 954, 43: 998, 47: 1060, 53: 1205, 59: 1306, 61: 1333},
			Pass: RadixCosts{2: 160, 3: 138, 4: 143, 5: 187, 6: 184, 7: 228, 8: 193, 9: 244, 10: 233, 11: 301, 12: 233, 13: 338, 14: 269, 15: 269, 16: 239,
				17: 459, 19: 548, 23: 621, 29: 725, 31: 772, 37: 928, 41: 990, 43: 1034, 47: 1101, 53: 1256, 59: 1358, 61: 1385},
			Far: RadixCosts{2: 279, 3: 279, 4: 280, 5: 279, 6: 280, 7: 280, 8: 280, 9: 280, 10: 281, 11: 289, 12: 280, 13: 327, 14: 282, 15: 282, 16: 282,
				17: 487, 19: 598, 23: 685, 29: 815, 31: 858, 37: 1016, 41: 1074, 43: 1129, 47: 1191, 53: 1342, 59: 1436, 61: 1484},
			Move: 340, Clear: 190,
		},
		kernel.NEON: {
			Near: 512,
			Pass: RadixCosts{2: 390, 3: 448, 4: 428, 5: 660, 6: 611, 7: 821, 8: 642, 9: 923, 10: 807, 11: 1100, 12: 754, 13: 1232, 14: 960, 15: 978, 16: 871,
				17: 1550, 19: 1680, 23: 1930, 29: 2300, 31: 2420, 37: 2790, 41: 3040, 43: 3160, 47: 3410, 53: 3780, 59: 4150, 61: 4270},
			Far: RadixCosts{2: 500, 3: 500, 4: 500, 5: 660, 6: 611, 7: 821, 8: 642, 9: 923, 10: 807, 11: 1100, 12: 754, 13: 1232, 14: 960, 15: 978, 16: 871,
				17: 1550, 19: 1680, 23: 1930, 29: 2300, 31: 2420, 37: 2790, 41: 3040, 43: 3160, 47: 3410, 53: 3780, 59: 4150, 61: 4270},
			Move: 450, Clear: 250,
		},
	}
	costsSingle = map[kernel.Set]*Costs{
		kernel.Pure: pureSingle,
		kernel.AVX2: {
			Near: 512,
			First: RadixCosts{2: 73, 3: 77, 4: 73, 5: 102, 6: 80, 7: 143, 8: 99, 9: 146, 10: 132, 11: 219, 12: 112, 13: 262, 14: 177, 15: 166, 16: 127,
				17: 344, 19: 407, 23: 473, 29: 558, 31: 588, 37: 732, 41: 773, 43: 792, 47: 862, 53: 1024, 59: 1091, 61: 1119},
			FirstFar: RadixCosts{2: 161, 3: 240, 4: 163, 5: 247, 6: 253, 7: 251, 8: 192, 9: 265, 10: 277, 11: 249, 12: 269, 13: 275, 14: 282, 15: 270, 16: 213,
				17: 361, 19: 438, 23: 493, 29: 568, 31: 609, 37: 749, 41: 793, 43: 809, 47: 873, 53: 1038, 59: 1094, 61: 1117},
			Pass: RadixCosts{2: 87, 3: 111, 4: 108, 5: 147, 6: 137, 7: 196, 8: 145, 9: 202, 10: 186, 11: 280, 12: 174, 13: 336, 14: 234, 15: 224, 16: 198,
				17: 395, 19: 469, 23: 534, 29: 608, 31: 640, 37: 786, 41: 844, 43: 841, 47: 905, 53: 1080, 59: 1136, 61: 1165},
			Far: RadixCosts{2: 140, 3: 164, 4: 140, 5: 149, 6: 148, 7: 190, 8: 142, 9: 230, 10: 186, 11: 266, 12: 176, 13: 319, 14: 226, 15: 210, 16: 184,
				17: 401, 19: 472, 23: 542, 29: 610, 31: 650, 37: 801, 41: 858, 43: 868, 47: 914, 53: 1084, 59: 1139, 61: 1185},
			Move: 170, Clear: 95,
		},
		kernel.AVX512: {
			Near: 256,
			First: RadixCosts{2: 40, 3: 51, 4: 41, 5: 60, 6: 55, 7: 76, 8: 58, 9: 79, 10: 74, 11: 112, 12: 71, 13: 130, 14: 94, 15: 93, 16: 80,
				17: 217, 19: 246, 23: 291, 29: 348, 31: 367, 37: 447, 41: 475, 43: 499, 47: 529, 53: 609, 59: 652, 61: 666},
			FirstFar: RadixCosts{2: 136, 3: 138, 4: 138, 5: 139, 6: 139, 7: 140, 8: 137, 9: 138, 10: 140, 11: 159, 12: 138, 13: 174, 14: 166, 15: 157, 16: 143,
				17: 214, 19: 244, 23: 295, 29: 342, 31: 362, 37: 444, 41: 475, 43: 499, 47: 528, 53: 603, 59: 649, 61: 664},
			Pass: RadixCosts{2: 80, 3: 69, 4: 71, 5: 94, 6: 93, 7: 114, 8: 97, 9: 122, 10: 117, 11: 150, 12: 116, 13: 169, 14: 134, 15: 135, 16: 120,
				17: 232, 19: 273, 23: 309, 29: 365, 31: 383, 37: 460, 41: 493, 43: 515, 47: 548, 53: 627, 59: 670, 61: 686},
			Far: RadixCosts{2: 139, 3: 138, 4: 139, 5: 138, 6: 138, 7: 138, 8: 138, 9: 138, 10: 138, 11: 144, 12: 138, 13: 163, 14: 138, 15: 137, 16: 138,
				17: 235, 19: 294, 23: 338, 29: 402, 31: 423, 37: 501, 41: 534, 43: 559, 47: 592, 53: 672, 59: 720, 61: 740},
			Move: 170, Clear: 95,
		},
		kernel.NEON: {
			Near: 512,
			Pass: RadixCosts{2: 195, 3: 224, 4: 214, 5: 330, 6: 306, 7: 410, 8: 321, 9: 462, 10: 403, 11: 550, 12: 377, 13: 616, 14: 480, 15: 489, 16: 435,
				17: 780, 19: 840, 23: 960, 29: 1150, 31: 1210, 37: 1400, 41: 1520, 43: 1580, 47: 1700, 53: 1890, 59: 2070, 61: 2130},
			Far: RadixCosts{2: 250, 3: 250, 4: 250, 5: 330, 6: 306, 7: 410, 8: 321, 9: 462, 10: 403, 11: 550, 12: 377, 13: 616, 14: 480, 15: 489, 16: 435,
				17: 780, 19: 840, 23: 960, 29: 1150, 31: 1210, 37: 1400, 41: 1520, 43: 1580, 47: 1700, 53: 1890, 59: 2070, 61: 2130},
			Move: 225, Clear: 125,
		},
	}
)

// The twins take about the same at every size.
var (
	pureDouble = &Costs{
		Near: 512,
		Pass: RadixCosts{2: 3400, 3: 3700, 4: 3900, 5: 4600, 6: 6800, 7: 6300, 8: 4200, 9: 7600, 10: 8300, 11: 8500, 12: 9100, 13: 8700, 14: 9600, 15: 8800, 16: 10100,
			17: 9600, 19: 12800, 23: 13400, 29: 14700, 31: 16400, 37: 19900, 41: 21700, 43: 22600, 47: 20600, 53: 25000, 59: 25600, 61: 26200},
		Far: RadixCosts{2: 3400, 3: 3700, 4: 3900, 5: 4600, 6: 6800, 7: 6300, 8: 4200, 9: 7600, 10: 8300, 11: 8500, 12: 9100, 13: 8700, 14: 9600, 15: 8800, 16: 10100,
			17: 9600, 19: 12800, 23: 13400, 29: 14700, 31: 16400, 37: 19900, 41: 21700, 43: 22600, 47: 20600, 53: 25000, 59: 25600, 61: 26200},
		Move: 4000, Clear: 500,
	}
	pureSingle = &Costs{
		Near: 512,
		Pass: RadixCosts{2: 2600, 3: 3000, 4: 3100, 5: 3300, 6: 6700, 7: 6100, 8: 3300, 9: 7700, 10: 8500, 11: 8500, 12: 9300, 13: 8100, 14: 9700, 15: 9100, 16: 10300,
			17: 9300, 19: 13100, 23: 13300, 29: 14900, 31: 17200, 37: 21900, 41: 21400, 43: 20800, 47: 20400, 53: 27900, 59: 25700, 61: 26200},
		Far: RadixCosts{2: 2600, 3: 3000, 4: 3100, 5: 3300, 6: 6700, 7: 6100, 8: 3300, 9: 7700, 10: 8500, 11: 8500, 12: 9300, 13: 8100, 14: 9700, 15: 9100, 16: 10300,
			17: 9300, 19: 13100, 23: 13300, 29: 14900, 31: 17200, 37: 21900, 41: 21400, 43: 20800, 47: 20400, 53: 27900, 59: 25700, 61: 26200},
		Move: 4000, Clear: 500,
	}
)
