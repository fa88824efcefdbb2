package library

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"

	"arago/backend"
	"arago/internal/failure"
	"arago/internal/truth"
)

func TestMain(m *testing.M) {
	// Neither the user's settings nor what was measured here play a part.
	none, err := os.MkdirTemp("", "library")
	if err != nil {
		panic(err)
	}
	environment = func(name string) string {
		return map[string]string{"ARAGO_BACKEND": "gonum", "ARAGO_CACHE": none, "SOURCE_DATE_EPOCH": "0"}[name]
	}
	code := m.Run()
	os.RemoveAll(none)
	os.Exit(code)
}

// arrayOf is numbers as an array of a caller.
func arrayOf[T backend.Scalar](data []T, stride int) Array {
	return Array{Data: unsafe.Pointer(unsafe.SliceData(data)), Stride: int64(stride)}
}

// ramp is numbers that are all different.
func ramp(n int) []complex128 {
	v := make([]complex128, n)
	for i := range v {
		v[i] = complex(float64(i%17)-8, float64(i%5))
	}
	return v
}

func TestATransformIsTheSumByItsDefinition(t *testing.T) {
	y, x := Axis{In: 9, Out: 7, Step: 0.013, InCenter: 4, OutCenter: 3}, Axis{In: 8, Out: 11, Step: 0.021, InCenter: 2.25, OutCenter: 6}
	src := ramp(72)
	for _, recipe := range []string{"", "dense", "folded", "compressed", "chirp-z"} {
		for _, scale := range []float64{0, 1, -2.5} {
			of := MFT{Sign: -1, Scale: scale, Y: y, X: x, Recipe: recipe}
			h, err := NewMFT(of)
			if err != nil {
				t.Fatal(err)
			}
			plan, err := LookUpMFT(h)
			if err != nil {
				t.Fatal(err)
			}
			got := make([]complex128, 77)
			given := append([]complex128{}, src...)
			if err := plan.Execute(arrayOf(got, 11), arrayOf(given, 8)); err != nil {
				t.Fatal(err)
			}
			factor := scale
			if scale == 0 {
				factor = math.Sqrt(y.Step * x.Step)
			}
			worst := 0.0
			for k := range 7 {
				for l := range 11 {
					var sum truth.Sum
					for i := range 9 {
						for j := range 8 {
							cycles := y.Step*(float64(i)-y.InCenter)*(float64(k)-y.OutCenter) + x.Step*(float64(j)-x.InCenter)*(float64(l)-x.OutCenter)
							sum.Add(src[i*8+j], truth.Phasor(-cycles, 1).Round())
						}
					}
					d := got[k*11+l] - complex(factor, 0)*sum.Value()
					worst = max(worst, math.Hypot(real(d), imag(d)))
				}
			}
			// 72 samples of up to 9; rounding, and the 1e-14 of compressed kernels.
			if limit := 72 * 9 * 2e-14 * math.Abs(factor); worst > limit {
				t.Errorf("%q, scale %g: off by %g, more than %g", recipe, scale, worst, limit)
			}
			for i := range src {
				if given[i] != src[i] {
					t.Fatalf("%q: the input was changed", recipe)
				}
			}
			if err := FreeMFT(h); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestPlansOfOneShotTransformsAreKeptUpToTheLimit(t *testing.T) {
	p := newPlans(3 * (overhead + 100))
	made := 0
	get := func(recipe string) {
		t.Helper()
		_, err := p.get(MFT{Recipe: recipe}, func() (*MFTPlan, error) {
			made++
			plan := new(MFTPlan)
			plan.estimate.Kernels = 100
			return plan, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		recipe string
		made   int
	}{{"a", 1}, {"b", 2}, {"c", 3}, {"a", 3}, {"d", 4}, {"a", 4}, {"c", 4}, {"b", 5}} {
		if get(c.recipe); made != c.made {
			t.Errorf("after %s %d plans were made, want %d", c.recipe, made, c.made)
		}
	}
	if p.bytes > p.limit || len(p.kept) != 3 || p.recent.Len() != 3 {
		t.Errorf("%d plans of %d bytes are kept, the limit is %d", len(p.kept), p.bytes, p.limit)
	}
	failed := errors.New("no plan")
	if _, err := p.get(MFT{Recipe: "e"}, func() (*MFTPlan, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Error(err)
	}
}

func TestNoPanicLeaves(t *testing.T) {
	for _, c := range []struct {
		what   func() error
		status Status
		words  string
	}{
		{func() error { return nil }, OK, ""},
		{func() error { panic("backend: a constant sentence") }, Internal, "a constant sentence; please report it"},
		{func() error { var none []int; _ = none[len(none)]; return nil }, Internal, "out of range"},
		{func() error { return failure.Misuse("so\nand so") }, WrongUse, "so; and so"},
		{func() error { return errors.New("a file") }, Failed, "a file"},
		{func() error { return errors.New("t\xe9l\xe9.toml") }, Failed, "t\uFFFDl\uFFFD.toml"},
		{func() error { _, err := LookUpSystem(1 << 60); return err }, BadHandle, "no system"},
	} {
		status, sentence := Protect(c.what)
		if status != c.status || !strings.Contains(sentence, c.words) || strings.Contains(sentence, "\n") {
			t.Errorf("status %d, %q, want %d, %q", status, sentence, c.status, c.words)
		}
	}
}

const pupilAndDetector = `
[system]
diameter = 1.0
npix = 32
[source]
wavelengths = [1e-6, 2e-6]
[[plane]]
kind = "pupil"
elements = [ { type = "circular_aperture", radius = 0.5 } ]
[[plane]]
kind = "detector"
pixelscale = 0.1
fov_pixels = 8
oversample = 2
`

func TestASystemRunsAndIsToldAbout(t *testing.T) {
	h, err := ParseSystem([]byte(pupilAndDetector), "", "", How{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := LookUpSystem(h)
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.Plan()
	if err != nil {
		t.Fatal(err)
	}
	var plan struct {
		Rows      int     `json:"rows"`
		PixelCols int     `json:"pixel_cols"`
		Seconds   float64 `json:"predicted_seconds"`
		Backend   string  `json:"backend"`
	}
	if err := json.Unmarshal([]byte(text), &plan); err != nil || plan.Rows != 16 || plan.PixelCols != 8 || !(plan.Seconds > 0) || plan.Backend != "gonum" {
		t.Errorf("%v: %+v of %s", err, plan, text)
	}
	pixels, calls := make([]float64, 64), 0
	if err := s.Run(Pixels, arrayOf(pixels, 8), func(done, all int64) bool { calls++; return done <= all }); err != nil || calls < 2 {
		t.Errorf("%v after %d calls", err, calls)
	}
	sum := 0.0
	for _, v := range pixels {
		sum += v
	}
	if !(sum > 0.5 && sum < 1) {
		t.Errorf("%g of the light is in the field", sum)
	}
	file, err := s.FITS(nil)
	if err != nil || len(file)%2880 != 0 || !strings.HasPrefix(string(file), "SIMPLE  =") {
		t.Errorf("a FITS file of %d bytes: %v", len(file), err)
	}
	err = s.Run(Pixels, arrayOf(pixels, 8), func(int64, int64) bool { return false })
	if failure.KindOf(err) != failure.Cancelled {
		t.Errorf("a run that was ended: %v", err)
	}
	if err := FreeSystem(h); err != nil {
		t.Error(err)
	}
	path := filepath.Join(t.TempDir(), "system.toml")
	if err := os.WriteFile(path, []byte(pupilAndDetector), 0o644); err != nil {
		t.Fatal(err)
	}
	if h, err = OpenSystem(path, How{Precision: Single, Recipe: "dense", Workers: 1}); err != nil {
		t.Fatal(err)
	}
	if err := FreeSystem(h); err != nil {
		t.Error(err)
	}
}

func TestARunThatWaitsForItsTurnHasDoneNothing(t *testing.T) {
	h, err := ParseSystem([]byte(pupilAndDetector), "", "", How{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := LookUpSystem(h)
	if err != nil {
		t.Fatal(err)
	}
	// Another run has come to its third plane, and ends after this one has told twice that it waits.
	s.turn <- struct{}{}
	s.done.Store(3)
	calls, last := 0, int64(0)
	_, err = s.FITS(func(done, all int64) bool {
		if calls++; calls <= 2 && done != 0 {
			t.Errorf("%d of %d planes are done while the run waits", done, all)
		}
		if calls == 2 {
			<-s.turn
		}
		if done < last {
			t.Errorf("%d planes are done after %d", done, last)
		}
		last = done
		return true
	})
	if err != nil || calls < 3 {
		t.Errorf("%v after %d calls", err, calls)
	}
	if err := FreeSystem(h); err != nil {
		t.Error(err)
	}
}

func TestAnArrayWithoutElementsTakesNoTimeHoweverLongItIs(t *testing.T) {
	const long = math.MaxInt64
	none := Array{}
	one := arrayOf(make([]complex128, 1), 1)
	for name, err := range map[string]error{
		"phasor":         Phasor(Double, Write, long, 0, 1, none, none, none),
		"product":        Product(Double, false, long, 0, 0, none, none, none),
		"product, wide":  Product(Double, false, 0, 0, long, none, none, none),
		"product, real":  Product(Single, true, long, 0, 0, none, none, none),
		"product, inner": Product(Double, false, 0, long, 0, none, none, none),
		"outer":          Outer(Double, Write, 1, 0, one, none, none),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheChoiceOfBackEndsStaysWhereItCannotBe(t *testing.T) {
	before, err := Backend()
	if err != nil {
		t.Fatal(err)
	}
	if err := SetBackend("quickest"); failure.KindOf(err) != failure.Misused || !strings.HasPrefix(err.Error(), `arago_set_backend says "quickest"`) {
		t.Errorf("a back end that is none: %v", err)
	}
	if after, err := Backend(); err != nil || after != before {
		t.Errorf("%q after %q: %v", after, before, err)
	}
	if err := SetThreads(-1); failure.KindOf(err) != failure.Misused {
		t.Error(err)
	}
	for _, report := range []func() (string, error){Build, Doctor} {
		if text, err := report(); err != nil || !json.Valid([]byte(text)) {
			t.Errorf("%v: %s", err, text)
		}
	}
}
