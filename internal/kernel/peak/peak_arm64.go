package peak

// Twenty-four accumulators hide the latency of a multiply-add (4 cycles) on the
// four ports that the widest cores have.

//go:noescape
func neonDouble(n int)

//go:noescape
func neonSingle(n int)

// widest returns the loop of NEON, which every 64-bit ARM has.
func widest(single bool) (loop, bool) {
	if single {
		return loop{"NEON", neonSingle, 24 * 2 * 4}, true
	}
	return loop{"NEON", neonDouble, 24 * 2 * 2}, true
}
