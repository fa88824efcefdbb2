package backend_test

import (
	"errors"
	"strings"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
)

// fake returns a factory of a back end with the parts of gonum that it is said to have.
func fake(name string, linear, fourier bool) backend.Factory {
	return func() (backend.Implementation, error) {
		i, err := gonum.New()
		i.Properties.Name = name
		if !linear {
			i.LinearDouble, i.LinearSingle = nil, nil
		}
		if !fourier {
			i.FourierDouble, i.FourierSingle = nil, nil
		}
		return i, err
	}
}

var errBroken = errors.New("libbroken.so.1 is not on this machine")

func exampleRegistry() *backend.Registry {
	var r backend.Registry
	r.Register("blas", fake("blas", true, false))
	r.Register("missing", func() (backend.Implementation, error) {
		return backend.Implementation{}, &backend.NotBuiltError{Name: "missing", Tag: "missing"}
	})
	r.Register("broken", func() (backend.Implementation, error) { return backend.Implementation{}, errBroken })
	r.Register("fftw", fake("fftw", false, true))
	r.Register("gonum", fake("gonum", true, true))
	return &r
}

func TestAChoiceNamesTheBackEndOfEachPart(t *testing.T) {
	for choice, want := range map[string]string{
		"gonum":               "gonum",
		" gonum ":             "gonum",
		"auto":                "dot=blas,fft=fftw",
		"":                    "dot=blas,fft=fftw",
		"dot=blas,fft=gonum":  "dot=blas,fft=gonum",
		"fft=gonum, dot=blas": "dot=blas,fft=gonum",
		"dot=gonum,fft=gonum": "gonum",
		"dot=gonum":           "dot=gonum,fft=fftw",
		"fft=gonum":           "dot=blas,fft=gonum",
		"blas":                "dot=blas,fft=fftw",
		"fftw":                "dot=blas,fft=fftw",
	} {
		s, err := exampleRegistry().Select(choice)
		if err != nil {
			t.Errorf("%q: %v", choice, err)
		} else if s.Name() != want {
			t.Errorf("%q chose %s, want %s", choice, s.Name(), want)
		}
	}
}

func TestAChoiceThatCannotBeSaysWhy(t *testing.T) {
	for choice, want := range map[string]struct {
		is    error
		words string
	}{
		"openblass":         {backend.ErrUnknown, "this program knows blas, missing, broken, fftw, gonum"},
		"missing":           {backend.ErrNotBuilt, "rebuild with -tags missing"},
		"broken":            {errBroken, "libbroken.so.1"},
		"dot=fftw,fft=fftw": {nil, ""}, // as the bare name
		"dot=fftw":          {backend.ErrIncomplete, `"fftw" has no Dot`},
		"fft=blas":          {backend.ErrIncomplete, `"blas" has no FFT2`},
		"dot=":              {backend.ErrUnknown, "write a name, or dot=NAME,fft=NAME"},
		"outer=gonum":       {backend.ErrUnknown, "dot=NAME,fft=NAME"},
		"dot=blas,dot=blas": {backend.ErrUnknown, "dot=NAME,fft=NAME"},
		"blas,fftw":         {backend.ErrUnknown, "dot=NAME,fft=NAME"},
		"dot=gonum,fft=x":   {backend.ErrUnknown, `"x"`},
	} {
		_, err := exampleRegistry().Select(choice)
		if want.is == nil {
			if err != nil {
				t.Errorf("%q: %v", choice, err)
			}
			continue
		}
		if !errors.Is(err, want.is) || !strings.Contains(err.Error(), want.words) {
			t.Errorf("%q: error %v, want %v with %q", choice, err, want.is, want.words)
		}
	}
}

func TestAutoSaysWhatFailedWhenNothingIsLeft(t *testing.T) {
	var r backend.Registry
	r.Register("blas", fake("blas", true, false))
	r.Register("broken", func() (backend.Implementation, error) { return backend.Implementation{}, errBroken })
	_, err := r.Select("auto")
	if !errors.Is(err, backend.ErrIncomplete) || !strings.Contains(err.Error(), "no back end of this program has FFT2; broken: libbroken.so.1") {
		t.Errorf("error %v", err)
	}
}

func TestTheFirstPlaceThatSpeaksDecides(t *testing.T) {
	r := exampleRegistry()
	for _, c := range []struct {
		choice backend.Choice
		want   string
	}{
		{backend.Choice{}, "dot=blas,fft=fftw"},
		{backend.Choice{Config: "gonum"}, "gonum"},
		{backend.Choice{Environment: "dot=gonum", Config: "gonum"}, "dot=gonum,fft=fftw"},
		{backend.Choice{Argument: "gonum", Environment: "nonsense", Config: "nonsense"}, "gonum"},
	} {
		s, err := r.Choose(c.choice)
		if err != nil || s.Name() != c.want {
			t.Errorf("%+v chose %s (%v), want %s", c.choice, s.Name(), err, c.want)
		}
	}
	_, err := r.Choose(backend.Choice{Environment: "missing"})
	if !errors.Is(err, backend.ErrNotBuilt) || !strings.HasPrefix(err.Error(), `ARAGO_BACKEND says "missing": `) {
		t.Errorf("error %v does not name the place", err)
	}
}

func TestABackEndIsOpenedOnce(t *testing.T) {
	opened := 0
	var r backend.Registry
	r.Register("gonum", func() (backend.Implementation, error) {
		opened++
		return gonum.New()
	})
	for range 3 {
		if _, err := r.Select("gonum"); err != nil {
			t.Fatal(err)
		}
	}
	if impl, err := r.Open("gonum"); err != nil || impl.Properties.Name != "gonum" || opened != 1 {
		t.Errorf("opened %d times, %v", opened, err)
	}
}

func TestNamesAreWordsAndUnique(t *testing.T) {
	var r backend.Registry
	r.Register("one", gonum.New)
	for _, name := range []string{"", "auto", "a b", "a,b", "a=b", "one"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("registered %q", name)
				}
			}()
			r.Register(name, gonum.New)
		}()
	}
}
