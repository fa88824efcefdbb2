package fft

import "arago/internal/kernel"

// Costs says what the loops take, in picoseconds per complex number of a line,
// and so decides which recipes are the cheapest.
type Costs struct {
	// Near is the number of elements up to which a group goes through all its
	// passes before the next group does: a block of so many elements stays in the
	// first-level cache.
	Near int
	// Pass[r] is a pass of radix r that makes groups of up to Near elements, Far[r]
	// one that makes larger ones.
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
	switch size := r * span; {
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
// bound by the second-level cache. Move and Clear are what they take in a
// transform of 1024² numbers in 4096², where the memory they read and write is in the
// second-level cache.
//
// In AVX-512 and double precision two passes of radix 8 take as long as one of 16 and one of
// 4, but err more: 64 numbers by 1.24 u in place of 1.17. The cost of radix 8 leans to the latter.
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
			Pass: RadixCosts{2: 182, 3: 242, 4: 205, 5: 280, 6: 319, 7: 444, 8: 317, 9: 484, 10: 431, 11: 620, 12: 396, 13: 740, 14: 564, 15: 508, 16: 433,
				17: 880, 19: 990, 23: 1140, 29: 1290, 31: 1360, 37: 1680, 41: 1870, 43: 1800, 47: 2040, 53: 2340, 59: 2460, 61: 2490},
			Far: RadixCosts{2: 332, 3: 367, 4: 354, 5: 381, 6: 361, 7: 477, 8: 378, 9: 488, 10: 473, 11: 620, 12: 621, 13: 740, 14: 564, 15: 575, 16: 450,
				17: 920, 19: 1060, 23: 1210, 29: 1370, 31: 1450, 37: 1890, 41: 1950, 43: 1940, 47: 2060, 53: 2420, 59: 2570, 61: 2820},
			Move: 450, Clear: 250,
		},
		kernel.AVX512: {
			Near: 256,
			Pass: RadixCosts{2: 127, 3: 162, 4: 172, 5: 221, 6: 220, 7: 278, 8: 231, 9: 296, 10: 268, 11: 355, 12: 278, 13: 419, 14: 323, 15: 328, 16: 287,
				17: 610, 19: 690, 23: 860, 29: 960, 31: 990, 37: 1200, 41: 1270, 43: 1510, 47: 1690, 53: 1790, 59: 1810, 61: 1910},
			Far: RadixCosts{2: 370, 3: 372, 4: 391, 5: 370, 6: 400, 7: 370, 8: 413, 9: 450, 10: 400, 11: 558, 12: 473, 13: 453, 14: 400, 15: 400, 16: 400,
				17: 710, 19: 830, 23: 1040, 29: 1120, 31: 1140, 37: 1370, 41: 1440, 43: 1500, 47: 1600, 53: 1780, 59: 1910, 61: 1980},
			Move: 450, Clear: 250,
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
			Pass: RadixCosts{2: 91, 3: 126, 4: 120, 5: 142, 6: 147, 7: 232, 8: 165, 9: 240, 10: 222, 11: 341, 12: 205, 13: 420, 14: 288, 15: 261, 16: 256,
				17: 490, 19: 510, 23: 580, 29: 660, 31: 690, 37: 910, 41: 1030, 43: 940, 47: 1200, 53: 1200, 59: 1340, 61: 1420},
			Far: RadixCosts{2: 178, 3: 179, 4: 182, 5: 214, 6: 176, 7: 276, 8: 184, 9: 240, 10: 222, 11: 341, 12: 328, 13: 420, 14: 316, 15: 275, 16: 256,
				17: 570, 19: 630, 23: 640, 29: 690, 31: 830, 37: 1060, 41: 1120, 43: 1060, 47: 1020, 53: 1210, 59: 1270, 61: 1330},
			Move: 225, Clear: 125,
		},
		kernel.AVX512: {
			Near: 256,
			Pass: RadixCosts{2: 59, 3: 80, 4: 84, 5: 107, 6: 102, 7: 136, 8: 114, 9: 146, 10: 144, 11: 183, 12: 140, 13: 209, 14: 162, 15: 166, 16: 144,
				17: 310, 19: 350, 23: 440, 29: 490, 31: 510, 37: 620, 41: 640, 43: 670, 47: 730, 53: 810, 59: 890, 61: 910},
			Far: RadixCosts{2: 186, 3: 180, 4: 183, 5: 182, 6: 182, 7: 179, 8: 184, 9: 185, 10: 182, 11: 188, 12: 193, 13: 214, 14: 186, 15: 183, 16: 190,
				17: 360, 19: 410, 23: 490, 29: 580, 31: 580, 37: 720, 41: 750, 43: 770, 47: 830, 53: 950, 59: 970, 61: 1100},
			Move: 225, Clear: 125,
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
