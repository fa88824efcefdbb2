package main

import (
	"bytes"
	"errors"
	"io"
	"math"
	"math/cmplx"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"arago/internal/kernel"
)

// The test program serves Arago, as the program itself does.
func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) != "" {
		serveArago()
		return
	}
	os.Exit(m.Run())
}

// byDefinition computes by the plainest sums in double precision and adds an
// error, relative to the largest part of the result, to every part.
type byDefinition struct{ err float64 }

func (l byDefinition) compute(t task, operands ...[]byte) ([]byte, error) {
	var z []complex128
	switch t.Do {
	case "fft":
		x := complexes(t.Precision.decode(operands[0]))
		z = make([]complex128, len(x))
		for i := range z {
			for j := range t.Cols {
				turns := float64(i%t.Cols*j%t.Cols) / float64(t.Cols)
				z[i] += x[i/t.Cols*t.Cols+j] * cmplx.Rect(1, float64(t.Sign)*2*math.Pi*turns)
			}
		}
	case "product":
		a, b := t.Precision.decode(operands[0]), complexes(t.Precision.decode(operands[1]))
		z = make([]complex128, t.Rows*t.Cols)
		for i := range z {
			for k := range t.Inner {
				at := i/t.Cols*t.Inner + k
				x := complex(a[at%len(a)], 0)
				if !t.RealLeft {
					x = complex(a[2*at], a[2*at+1])
				}
				z[i] += x * b[k*t.Cols+i%t.Cols]
			}
		}
	case "phasor":
		amplitude, opd, wavelength := double.decode(operands[0]), double.decode(operands[1]), double.decode(operands[2])[0]
		for i, d := range opd {
			z = append(z, cmplx.Rect(amplitude[i], 2*math.Pi*(d/wavelength)))
		}
	}
	var largest float64
	for _, v := range z {
		largest = max(largest, math.Abs(real(v)), math.Abs(imag(v)))
	}
	var reals []float64
	for _, v := range z {
		reals = append(reals, t.Precision.round(real(v)+l.err*largest), t.Precision.round(imag(v)+l.err*largest))
	}
	return t.Precision.encode(reals), nil
}

// other is a library that answers always the same.
type other struct {
	data []byte
	err  error
}

func (o other) compute(task, ...[]byte) ([]byte, error) { return o.data, o.err }

func TestErrorsThatAreKnownAreMeasured(t *testing.T) {
	// An error of 10⁻⁶ is far above the rounding errors of double precision.
	const wrong = 1e-6
	libraries := []library{byDefinition{}, byDefinition{wrong}}
	within := func(what string, got, low, high float64) {
		t.Helper()
		if !(got >= low && got <= high) {
			t.Errorf("%s: error %g, want %g … %g", what, got, low, high)
		}
	}

	lines, err := transform{Cols: 4}.measure(double, libraries)
	if err != nil {
		t.Fatal(err)
	}
	// The largest part of 65536·4 random samples is some 2.3 times their root mean
	// square; both parts err by that.
	within("lines by definition, in u", lines[0].rms, 0.1, 4)
	within("wrong lines", lines[1].rms*double.unit(), 2*wrong, 5*wrong)

	for _, realLeft := range []bool{true, false} {
		c := product{3, 4, 5, realLeft, uniform}
		errs, err := c.measure(double, libraries)
		if err != nil {
			t.Fatal(err)
		}
		within("product by definition, in bounds", errs[0].max, 0, 1)
		within("wrong product", errs[1].rms*gamma(c.terms(), double.unit()), 0.3*wrong, 10*wrong)
	}

	errs, err := waves("1 … 2 waves", 1, 2).measure(double, libraries)
	if err != nil {
		t.Fatal(err)
	}
	// d/λ is rounded at up to 2 waves, which are 4π of phase.
	within("phasors by definition, in ulp", errs[0].max, 0.3, 10)
	// Of amplitudes down to almost 0, the error of 10⁻⁶ is the larger part.
	within("wrong phasors", errs[1].rms*double.ulp(), wrong, math.Inf(1))
}

func TestErrorsInSinglePrecisionAreRelativeToItsUnit(t *testing.T) {
	// Computed in double precision and rounded once: half a unit at most.
	errs, err := product{3, 4, 5, true, uniform}.measure(single, []library{byDefinition{}})
	if err != nil {
		t.Fatal(err)
	}
	if limit := single.unit() / gamma(4, single.unit()); !(errs[0].max > 0 && errs[0].max <= limit) {
		t.Errorf("the largest error is %g of the bound, want up to %g", errs[0].max, limit)
	}
}

func TestNaNIsTheLargestError(t *testing.T) {
	var d deviation
	for _, x := range []float64{1, math.NaN(), 2} {
		d.add(x)
	}
	if !math.IsNaN(d.max) {
		t.Errorf("the largest error is %g", d.max)
	}
	if noWorse(d, deviation{rms: 1}) == "" || withinOne(d, d) == "" || noWorseWithinBound(d, deviation{absent: true}) == "" {
		t.Error("NaN passes")
	}
}

func TestLibraryThatDoesNotComputeThisIsLeftOutAndOneThatFailsEndsTheSurvey(t *testing.T) {
	c := transform{Rows: 2, Cols: 2}
	errs, err := c.measure(double, []library{other{err: errUnsupported}, byDefinition{}})
	if err != nil || !errs[0].absent || errs[1].absent {
		t.Errorf("%+v, %v", errs, err)
	}
	for _, wrong := range []other{{err: errBits}, {data: make([]byte, 8)}} {
		if _, err := c.measure(double, []library{wrong}); err == nil {
			t.Errorf("%+v passes", wrong)
		}
	}
}

func TestPhasorsAtTheEdgeAreRightInAllPartsAndLanes(t *testing.T) {
	row := func(z complex128, last complex128) library {
		var reals []float64
		for range 18 {
			reals = append(reals, real(z), imag(z))
		}
		return other{data: double.encode(append(reals, real(last), imag(last)))}
	}
	quarter := special{"OPD λ/4", 1, 0.25, 1, 1i}
	lost := special{"OPD NaN", 1, none, 1, nan}
	for _, c := range []struct {
		special
		library
		want string
	}{
		{quarter, row(1i, 1i), right},
		{quarter, row(complex(0x1p-52, 1), complex(0x1p-52, 1)), right},
		{quarter, row(complex(0x1p-51, 1), complex(0x1p-51, 1)), "(4.44e-16+1i)"},
		{quarter, row(1i, 1), "not the same in all lanes"},
		{quarter, row(nan, nan), "NaN"},
		{lost, row(nan, nan), right},
		{lost, row(complex(none, 0), complex(none, 0)), "(NaN+0i)"},
		{lost, row(1, 1), "(1+0i)"},
	} {
		words, err := c.results(double, []library{c.library})
		if err != nil || words[0] != c.want {
			t.Errorf("%s: %v, %v, want %s", c.special.name, words, err, c.want)
		}
	}
}

func TestVerdictNamesTheInstructionSetsThatAreWorse(t *testing.T) {
	list := []contender{{Name: "pure", own: true}, {Name: "avx2", own: true}, {Name: "fftw"}, {Name: "blis"}}
	d := newDocument(list)
	lines := newTable(list, transformPeers, "size")
	lines.add("8", []string{"8"}, []deviation{{rms: 1, max: 2}, {rms: 1.02, max: 9}, {rms: 1, max: 3}}, hundredths, noWorse)
	lines.add("9", []string{"9"}, []deviation{{rms: 1, max: 2}, {rms: 1.5, max: 2e7}, {rms: 1, max: 3}}, hundredths, noWorse)
	lines.add("11", []string{"11"}, []deviation{{rms: 2, max: 2}, {rms: 1, max: 2}, {rms: 1, max: 3}}, hundredths, noWorse)
	lines.add("10", []string{"10"}, []deviation{{rms: 9, max: 9}, {rms: 9, max: 9}, {absent: true}}, hundredths, noWorse)
	const want = `| size | Arago pure | Arago avx2 | FFTW | verdict |
| --- | --- | --- | --- | --- |
| 8 | 1.00 (2.00) | 1.02 (9.00) | 1.00 (3.00) | good |
| 9 | 1.00 (2.00) | 1.50 (2.0e+07) | 1.00 (3.00) | **worse**: avx2 ×1.50 |
| 11 | 2.00 (2.00) | 1.00 (2.00) | 1.00 (3.00) | **worse**: pure ×2.00 |
| 10 | 9.00 (9.00) | 9.00 (9.00) | – | good |
`
	if lines.String() != want {
		t.Errorf("the table is\n%s", lines)
	}
	d.Lines = []*table{lines.named("Lines")}
	var text strings.Builder
	if err := d.write(&text); err != nil {
		t.Fatal(err)
	}
	for _, sentence := range []string{"avx2, Arago is good in 3 of 4 rows", "worse in 1:", "- Lines: 9: ×1.50", "instruction sets are worse: 1."} {
		if !strings.Contains(text.String(), sentence) {
			t.Errorf("the document does not say %q:\n%s", sentence, text.String())
		}
	}
}

func TestProtocolCarriesResultsRefusalsAndErrors(t *testing.T) {
	for _, c := range []struct {
		other
		want error
	}{
		{other{data: []byte("result")}, nil},
		{other{err: errUnsupported}, errUnsupported},
		{other{err: errors.New("no plan")}, errors.New("no plan")},
	} {
		tasks, asked := io.Pipe()
		answered, answers := io.Pipe()
		go func() {
			_ = serve(c.other, tasks, answers)
			answers.Close()
		}()
		p := newProcess(asked, answered)
		data, err := p.compute(task{Do: "fft"}, []byte("one"), []byte("two"))
		if (err == nil) != (c.want == nil) || err != nil && err.Error() != c.want.Error() || !bytes.Equal(data, c.data) {
			t.Errorf("%+v arrives as %q, %v", c.other, data, err)
		}
		asked.Close()
	}
}

// small is a survey that takes no time.
var small = survey{
	transforms: []transform{{Cols: 8}, {Cols: 17}, {8, 12}},
	products:   []product{{7, 6, 5, true, wide}, {7, 6, 5, false, cancelling}},
	phases:     allPhases[:2],
	specials:   specials,
}

// python is the interpreter with the libraries: that of setup.sh, or the one
// that BENCH_PYTHON names.
func python(t *testing.T) string {
	t.Helper()
	path := os.Getenv("BENCH_PYTHON")
	if path == "" {
		path = "../.venv/bin/python"
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not there; sh setup.sh makes it", path)
	}
	return path
}

// written runs a survey and returns the file.
func written(t *testing.T, python string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "accuracy.md")
	if err := run(small, path, python, io.Discard); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSurveyOfEveryInstructionSetIsTheSameAgain(t *testing.T) {
	text := written(t, "no/such/python")
	for _, set := range kernel.Sets() {
		if !strings.Contains(text, "| "+string(set)+" |") || !strings.Contains(text, "Arago "+string(set)) {
			t.Errorf("%s did not take part:\n%s", set, text)
		}
	}
	for _, peer := range peers {
		if !strings.Contains(text, "Not there: "+peer+":") {
			t.Errorf("the document does not say that %s is not there", peer)
		}
	}
	if again := written(t, "no/such/python"); again != text {
		t.Errorf("the second run gives another file:\n%s", again)
	}
}

func TestOtherLibrariesComputeTheSame(t *testing.T) {
	list, missing, stop, err := contenders(python(t))
	defer stop()
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range missing { // MKL, BLIS and FFTW are not everywhere
		t.Log(sentence)
	}
	for _, p := range []precision{double, single} {
		for _, c := range list {
			one := []library{c.library}
			check := func(what string, errs []deviation, err error, limit float64) {
				t.Helper()
				if err != nil {
					t.Errorf("%s, %s: %s: %v", c.Name, p, what, err)
				} else if !errs[0].absent && !(errs[0].max <= limit) {
					t.Errorf("%s, %s: %s: error %g, want up to %g", c.Name, p, what, errs[0].max, limit)
				}
			}
			// Small sizes: a wrong sign, factor or operand errs by 1/u.
			for _, f := range small.transforms {
				errs, err := f.measure(p, one)
				check("transform of "+f.String(), errs, err, 50)
			}
			for _, m := range small.products {
				errs, err := m.measure(p, one)
				check("product of "+m.String(), errs, err, 1)
			}
			if c.own || c.Name == "numpy" {
				errs, err := small.phases[0].measure(p, one)
				check("phasors", errs, err, 8)
			}
		}
	}
}

func TestProcessThatEndsSaysWhy(t *testing.T) {
	text := written(t, "/bin/false")
	if !strings.Contains(text, "Not there: fftw: the process has ended") {
		t.Errorf("the document does not say why:\n%s", text[:2000])
	}
}

func TestSizesAreWrittenWithTheirFactors(t *testing.T) {
	for _, c := range []struct {
		transform
		want string
	}{
		{transform{Cols: 1024}, "1024: 2¹⁰"},
		{transform{Cols: 30030}, "30030: 2·3·5·7·11·13"},
		{transform{Cols: 97}, "97: 97"},
		{transform{500, 500}, "500 × 500: 2²·5³"},
		{transform{360, 7}, "360 × 7: 2³·3²·5, 7"},
	} {
		if got := c.String() + ": " + c.factors(); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
