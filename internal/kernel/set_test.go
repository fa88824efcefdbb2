package kernel

import (
	"os"
	"slices"
	"testing"
)

func TestChooseTakesTheBestSetOrTheOneNamed(t *testing.T) {
	for _, c := range []struct {
		name string
		sets []Set
		want Set
	}{
		{"", []Set{Pure}, Pure},
		{"", []Set{Pure, NEON}, NEON},
		{"", []Set{Pure, AVX2, AVX512}, AVX512},
		{"pure", []Set{Pure, AVX2, AVX512}, Pure},
		{"avx2", []Set{Pure, AVX2, AVX512}, AVX2},
		{"neon", []Set{Pure, NEON}, NEON},
	} {
		if got, err := choose(c.name, c.sets); got != c.want || err != nil {
			t.Errorf("%q of %v gives %v, %v, want %v", c.name, c.sets, got, err, c.want)
		}
	}
}

func TestChooseRefusesWhatCannotRunWithASentence(t *testing.T) {
	for _, name := range []string{"avx512", "neon", "AVX2", "sse4", " ", "pure,avx2"} {
		got, err := choose(name, []Set{Pure, AVX2})
		if got != Pure || err == nil {
			t.Errorf("%q gives %v, %v, want the twins and an error", name, got, err)
			continue
		}
		want := `ARAGO_KERNELS says "` + name + `", which is not among the kernels that can run here: pure, avx2`
		if err.Error() != want {
			t.Errorf("%q: the error reads %q", name, err)
		}
	}
}

func TestEverySetHasANameAndATableOfItsOwn(t *testing.T) {
	if sets := Sets(); sets[0] != Pure {
		t.Errorf("the sets are %v, want pure first", sets)
	}
	for _, set := range Sets() {
		if Of[float64](set).Set != set || Of[float32](set).Set != set {
			t.Errorf("the tables of %s are of %s and %s", set, Of[float64](set).Set, Of[float32](set).Set)
		}
		if name := set.Name(); name == "" {
			t.Errorf("%s has no name", set)
		}
	}
}

// required is the environment variable by which whoever starts the tests under
// an emulated processor says which set must have been selected there.
const required = "ARAGO_REQUIRE_KERNELS"

func TestSelectedIsTheBestTheOneNamedAndTheOneRequired(t *testing.T) {
	got, err := Selected()
	if err != nil {
		t.Fatal(err)
	}
	want := Sets()[len(Sets())-1]
	if name := os.Getenv(Variable); name != "" {
		want = Set(name)
	}
	if got != want {
		t.Errorf("%s of %v is selected, want %s", got, Sets(), want)
	}
	if name := os.Getenv(required); name != "" && got != Set(name) {
		t.Errorf("%s of %v is selected, %s says %s", got, Sets(), required, name)
	}
	if For[float64]() != Of[float64](got) || For[float32]() != Of[float32](got) {
		t.Errorf("For does not return the tables of %s", got)
	}
}

func TestSetsIsACopy(t *testing.T) {
	s := Sets()
	if s[0] = "none"; slices.Contains(Sets(), "none") {
		t.Error("a caller can change what Sets returns")
	}
}
