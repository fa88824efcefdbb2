//go:build !race && !purego

package kernel

import (
	"slices"
	"testing"

	"github.com/klauspost/cpuid/v2"
)

// What cpuid says of processors, of the features that decide.
func TestProcessorsGetTheSetsThatTheyCanRun(t *testing.T) {
	avx512 := []cpuid.FeatureID{cpuid.AVX512F, cpuid.AVX512CD, cpuid.AVX512DQ, cpuid.AVX512BW, cpuid.AVX512VL}
	haswell := []cpuid.FeatureID{cpuid.SSE42, cpuid.AVX, cpuid.F16C, cpuid.AVX2, cpuid.FMA3, cpuid.BMI1, cpuid.BMI2}
	for _, c := range []struct {
		processor string
		has       []cpuid.FeatureID
		want      []Set
	}{
		{"Nehalem", []cpuid.FeatureID{cpuid.SSE42}, nil},
		{"Sandy Bridge", []cpuid.FeatureID{cpuid.SSE42, cpuid.AVX}, nil},
		{"Piledriver: FMA and no AVX2", []cpuid.FeatureID{cpuid.SSE42, cpuid.AVX, cpuid.F16C, cpuid.FMA3, cpuid.FMA4}, nil},
		{"Eden X4: AVX2 and no FMA", []cpuid.FeatureID{cpuid.SSE42, cpuid.AVX, cpuid.AVX2, cpuid.BMI1, cpuid.BMI2}, nil},
		{"Haswell", haswell, []Set{AVX2}},
		{"Zen 3", append(slices.Clone(haswell), cpuid.SSE4A, cpuid.VAES), []Set{AVX2}},
		{"Knights Landing: AVX-512 F and CD", append(slices.Clone(haswell), cpuid.AVX512F, cpuid.AVX512CD, cpuid.AVX512ER, cpuid.AVX512PF), []Set{AVX2}},
		{"Skylake-SP", append(slices.Clone(haswell), avx512...), []Set{AVX2, AVX512}},
		{"Zen 4", append(slices.Clone(haswell), append(avx512, cpuid.SSE4A, cpuid.AVX512VNNI, cpuid.AVX512BF16)...), []Set{AVX2, AVX512}},
		{"AVX-512 without AVX2", avx512, nil},
	} {
		var cpu cpuid.CPUInfo
		cpu.Enable(c.has...)
		if got := vectorSets(&cpu); !slices.Equal(got, c.want) {
			t.Errorf("%s gets %v, want %v", c.processor, got, c.want)
		}
	}
}
