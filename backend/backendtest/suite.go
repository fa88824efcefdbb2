package backendtest

import (
	"math/rand/v2"
	"testing"

	"arago/backend"
)

// RunTests runs the conformance suite on the back end that open makes.
func RunTests(t *testing.T, open backend.Factory) {
	impl, err := open()
	if err != nil {
		t.Fatalf("the back end cannot be opened: %v", err)
	}
	t.Run("Properties", func(t *testing.T) { testProperties(t, impl) })

	// The suite's own selection: parts that the library lacks stay away from it.
	var registry backend.Registry
	registry.Register("under-test", open)
	registry.Register("absent", absent)
	selection, err := registry.Select("under-test")
	if err != nil {
		t.Fatalf("the back end cannot be selected: %v", err)
	}
	double := suite[float64, complex128]{
		core: selection.Double, properties: impl.Properties, epsilon: 0x1p-53,
		linear: impl.LinearDouble != nil, fourier: impl.FourierDouble != nil,
	}
	single := suite[float32, complex64]{
		core: selection.Single, properties: impl.Properties, epsilon: 0x1p-24,
		linear: impl.LinearSingle != nil, fourier: impl.FourierSingle != nil,
	}
	for part, has := range map[string]bool{"Dot and Outer": double.linear, "FFT2": double.fourier} {
		if !has {
			t.Logf("back end %s has no %s", impl.Properties.Name, part)
		}
	}
	t.Run("complex128", double.run)
	t.Run("complex64", single.run)
}

// absent stands for the parts that the back end under test lacks, so that a
// complete selection can be made around the others. It is never called.
func absent() (backend.Implementation, error) {
	return backend.Implementation{
		Properties:   backend.Properties{Name: "absent", ConcurrentCalls: true},
		LinearDouble: noLinear[float64, complex128]{}, LinearSingle: noLinear[float32, complex64]{},
		FourierDouble: noFourier[complex128]{}, FourierSingle: noFourier[complex64]{},
	}, nil
}

type (
	noLinear[R backend.Real, C backend.Complex] struct{ backend.Linear[R, C] }
	noFourier[C backend.Complex]                struct{ backend.Fourier[C] }
)

// suite is the conformance suite in one precision.
type suite[R backend.Real, C backend.Complex] struct {
	core            backend.Core[R, C]
	properties      backend.Properties
	epsilon         float64 // unit roundoff
	linear, fourier bool
}

func (s suite[R, C]) run(t *testing.T) {
	tests := []struct {
		name string
		has  bool
		test func(*testing.T)
	}{
		{"DotSmallShapes", s.linear, s.testDotSmallShapes},
		{"DotShapesOfOptics", s.linear, s.testDotShapesOfOptics},
		{"DotNotFinite", s.linear, s.testDotNotFinite},
		{"Outer", s.linear, s.testOuter},
		{"OuterNotFinite", s.linear, s.testOuterNotFinite},
		{"FFT2SmallSizes", s.fourier, s.testFFT2SmallSizes},
		{"FFT2Windows", s.fourier, s.testFFT2Windows},
		{"FFT2AlongOneAxis", s.fourier, s.testFFT2AlongOneAxis},
		{"FFT2InPlace", s.fourier, s.testFFT2InPlace},
		{"FFT2LargeSizes", s.fourier, s.testFFT2LargeSizes},
		{"FFT2Properties", s.fourier, s.testFFT2Properties},
		{"FFT2NotFinite", s.fourier, s.testFFT2NotFinite},
		{"Concurrent", s.linear || s.fourier, s.testConcurrent},
		{"Reproducible", s.properties.Reproducible, s.testReproducible},
	}
	for _, c := range tests {
		if c.has {
			t.Run(c.name, c.test)
		}
	}
}

// random returns a generator with a fixed seed.
func random() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

func testProperties(t *testing.T, impl backend.Implementation) {
	p := impl.Properties
	if p.Name == "" || p.Library == "" || p.Version == "" || p.License == "" {
		t.Errorf("name, library, version and licence must be stated: %+v", p)
	}
	if p.Threads < 1 {
		t.Errorf("a call uses %d threads", p.Threads)
	}
	if (impl.LinearDouble == nil) != (impl.LinearSingle == nil) {
		t.Error("Dot and Outer exist in one precision only")
	}
	if (impl.FourierDouble == nil) != (impl.FourierSingle == nil) {
		t.Error("FFT2 exists in one precision only")
	}
	if impl.LinearDouble == nil && impl.FourierDouble == nil {
		t.Error("the back end has no operation at all")
	}
}
