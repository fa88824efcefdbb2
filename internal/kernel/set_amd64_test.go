//go:build !race && !purego

package kernel

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
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
		{"a virtual machine that hides BMI2", append([]cpuid.FeatureID{cpuid.AVX2, cpuid.FMA3}, avx512...), []Set{AVX2}},
	} {
		var cpu cpuid.CPUInfo
		cpu.Enable(c.has...)
		if got := vectorSets(&cpu); !slices.Equal(got, c.want) {
			t.Errorf("%s gets %v, want %v", c.processor, got, c.want)
		}
	}
}

// The generator writes above each kernel what of the processor it uses.
func TestASetIsSelectedOnlyWhereAllThatItsKernelsUseIsThere(t *testing.T) {
	// MMX+ is the generator's word for PREFETCHT0, which every amd64 has.
	avx2 := []string{"AVX", "AVX2", "FMA3", "MMX+"}
	for set, tested := range map[Set][]string{
		AVX2:   avx2,
		AVX512: append(slices.Clone(avx2), "BMI2", "AVX512F", "AVX512DQ", "AVX512BW", "AVX512VL"),
	} {
		files, err := filepath.Glob(filepath.Join(string(set), "*_amd64.s"))
		if err != nil || len(files) == 0 {
			t.Fatalf("kernels of %s: %v, %v", set, files, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(text)) {
				list, ok := strings.CutPrefix(strings.TrimSpace(line), "// Requires: ")
				if !ok {
					continue
				}
				for feature := range strings.SplitSeq(list, ", ") {
					if !slices.Contains(tested, feature) {
						t.Errorf("%s uses %s, which is not tested before %s is selected", file, feature, set)
					}
				}
			}
		}
	}
}
