package kernel

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Set is an instruction set for which there are kernels.
type Set string

const (
	// Pure is plain Go: the twins, on every architecture.
	Pure Set = "pure"
	// AVX2 is amd64 with AVX2 and FMA3.
	AVX2 Set = "avx2"
	// AVX512 is amd64 with AVX-512 F, DQ, BW and VL.
	AVX512 Set = "avx512"
	// NEON is arm64, all of which have it.
	NEON Set = "neon"
)

// Name returns the set as reports name it.
func (s Set) Name() string {
	return map[Set]string{Pure: "Go", AVX2: "AVX2", AVX512: "AVX-512", NEON: "NEON"}[s]
}

// Variable is the environment variable that chooses the instruction set in
// place of the processor's best one.
const Variable = "ARAGO_KERNELS"

// sets are those that this processor has, Pure first, the best one last.
var sets = append([]Set{Pure}, detected()...)

// Sets returns the instruction sets that this build has kernels for and this
// processor can run: Pure first, the best one last.
func Sets() []Set { return slices.Clone(sets) }

var selected, selectedErr = choose(os.Getenv(Variable), sets)

// Selected returns the instruction set whose kernels For returns, and an error
// if ARAGO_KERNELS asks for one that cannot be had; the set is then Pure.
func Selected() (Set, error) { return selected, selectedErr }

// choose returns the set named in the environment, or the best of sets if none is.
func choose(name string, sets []Set) (Set, error) {
	if name == "" {
		return sets[len(sets)-1], nil
	}
	if s := Set(name); slices.Contains(sets, s) {
		return s, nil
	}
	names := make([]string, len(sets))
	for i, s := range sets {
		names[i] = string(s)
	}
	return Pure, fmt.Errorf("%s says %q, which is not among the kernels that can run here: %s",
		Variable, name, strings.Join(names, ", "))
}
