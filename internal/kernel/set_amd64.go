//go:build !race && !purego

package kernel

import "github.com/klauspost/cpuid/v2"

func detected() []Set { return vectorSets(&cpuid.CPU) }

// vectorSets returns the sets that a processor has. Features that the operating
// system does not keep registers for are not among those of cpuid.
func vectorSets(cpu *cpuid.CPUInfo) (sets []Set) {
	if cpu.Supports(cpuid.AVX2, cpuid.FMA3) {
		sets = append(sets, AVX2)
		if cpu.Supports(cpuid.BMI2, cpuid.AVX512F, cpuid.AVX512DQ, cpuid.AVX512BW, cpuid.AVX512VL) {
			sets = append(sets, AVX512)
		}
	}
	return sets
}
