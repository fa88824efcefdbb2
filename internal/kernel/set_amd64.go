//go:build !race && !purego

package kernel

import "github.com/klauspost/cpuid/v2"

func detected() (sets []Set) {
	if cpuid.CPU.Supports(cpuid.AVX2, cpuid.FMA3) {
		sets = append(sets, AVX2)
		if cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512DQ, cpuid.AVX512BW, cpuid.AVX512VL) {
			sets = append(sets, AVX512)
		}
	}
	return sets
}
