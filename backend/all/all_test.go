package all

import (
	"errors"
	"testing"

	"arago/backend"
)

func TestAutoFindsACompleteBackEndInEveryBuild(t *testing.T) {
	s, err := Registry().Select("auto")
	if err != nil {
		t.Fatal(err)
	}
	if s.Linear.Name == "" || s.Fourier.Name == "" {
		t.Errorf("auto chose %q for Dot and %q for FFT2; both must have a back end", s.Linear.Name, s.Fourier.Name)
	}
}

// A factory's name in the list and the name it gives itself are one: else
// messages and files would name a back end that cannot be asked for.
func TestBackEndsAreRegisteredUnderTheirOwnNames(t *testing.T) {
	r := Registry()
	if len(r.Names()) == 0 {
		t.Fatal("no back end is registered")
	}
	for _, name := range r.Names() {
		impl, err := r.Open(name)
		if errors.Is(err, backend.ErrNotBuilt) {
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if impl.Properties.Name != name {
			t.Errorf("%s calls itself %q", name, impl.Properties.Name)
		}
	}
}
