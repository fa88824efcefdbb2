package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"arago/internal/compare"
	"arago/internal/kernel"
)

// TestMain lets the program of the tests be what targets starts.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "serve" {
		if err := serve(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// small are the families of a full comparison at sizes that take no time: every
// operation, in both precisions, with odd sizes and shapes that are not square.
func small() []family {
	all := families(false)
	for i, f := range all {
		var works []work
		for _, p := range []compare.Precision{compare.Double, compare.Single} {
			w := f.Works[0]
			w.Precision, w.Columns = p, 15
			switch {
			case w.Rows != w.Inner:
				w.Rows, w.Inner = 5, 9
			case w.Rows != 0:
				w.Rows, w.Inner = 15, 15
			case w.In != 0:
				w.Columns, w.In, w.Out = 16, 5, 7
			case f.Choice == "growth":
				w.Columns = 16
			}
			works = append(works, w)
		}
		all[i].Works = works
	}
	return all
}

// held runs the comparison at small sizes and returns its JSON and its table.
func held(t *testing.T, o targetOptions) (targetReport, string) {
	t.Helper()
	o.families, o.json = small(), t.TempDir()+"/t.json"
	o.pace = pace{Work: time.Millisecond, Family: time.Second, Turn: time.Microsecond, Fewest: 2, Most: 2}
	var table strings.Builder
	if err := targets(context.Background(), o, &table); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(o.json)
	if err != nil {
		t.Fatal(err)
	}
	var r targetReport
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	return r, table.String()
}

func TestEveryContenderOfTheTargetsComputesTheSame(t *testing.T) {
	r, _ := held(t, targetOptions{python: python(t)})
	products, transforms := "dot dot-real", "fft2 fft2-padded fft2-windowed"
	want := map[string]string{
		"": "dot dot-real fft2 fft2-windowed phasor", "openblas": products, "mkl": products + " " + transforms, "blis": products,
		"fftw": transforms, "ducc0": transforms, "scipy": transforms, "numpy": "phasor phasor-parts", "numexpr": "phasor phasor-parts",
	}
	did := map[string]map[string]bool{}
	for _, m := range r.Measurements {
		if did[m.Key] == nil {
			did[m.Key] = map[string]bool{}
		}
		did[m.Key][m.Operation] = true
		// Short sums and transforms, and phases of at most 10π, formed in the
		// precision of the work.
		epsilon := 0x1p-53
		if m.Work.Precision == compare.Single {
			epsilon = 0x1p-24
		}
		if !(m.RelativeError < 100*epsilon) {
			t.Errorf("%s %s %s: error %g", m.Contender, m.Operation, m.Work.size(), m.RelativeError)
		}
		if m.Rounds != 2 || !(m.Seconds.Median > 0) || !(m.Rate > 0) {
			t.Errorf("%s %s: %d rounds, %+v, rate %g", m.Contender, m.Operation, m.Rounds, m.Seconds, m.Rate)
		}
	}
	for _, f := range r.Failures {
		if f.Work != nil {
			t.Errorf("%s was not measured on %+v: %s", f.Contender, *f.Work, f.Why)
			continue
		}
		t.Logf("%s does not take part: %s", f.Contender, f.Why) // MKL, BLIS and FFTW are not everywhere
		delete(want, f.Contender)
	}
	for key, operations := range want {
		for _, o := range strings.Fields(operations) {
			if !did[key][o] {
				t.Errorf("%q did not do %s", key, o)
			}
		}
	}
}

func TestEachSetOfKernelsServesItsHalf(t *testing.T) {
	r, table := held(t, targetOptions{python: "no/such/python"})
	sets := map[string]bool{}
	for _, l := range r.Libraries {
		if l.Architecture != l.Set {
			t.Errorf("kernels %s served the half of %s", l.Architecture, l.Set)
		}
		sets[l.Set] = true
	}
	for _, s := range kernel.Sets() {
		if (s != kernel.Pure || len(kernel.Sets()) == 1) && !sets[string(s)] {
			t.Errorf("%s has no half", s)
		}
	}
	for _, missing := range []string{"openblas: ", "fftw: ", "numexpr: "} {
		if !strings.Contains(table, missing) {
			t.Errorf("the table does not say why %sis missing", missing)
		}
	}
	if _, err := startProcess(self(t), []string{kernel.Variable + "=abacus"}); err == nil || !strings.Contains(err.Error(), "abacus") {
		t.Errorf("kernels that are not there: error %v", err)
	}
}

// self is the program of the tests as a server.
func self(t *testing.T) *exec.Cmd {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return exec.Command(path, "serve")
}

// The truth that contenders are held against is itself held against sums
// written as the definitions are.
func TestTruthOfTargetsIsTheDefinition(t *testing.T) {
	w := work{Operation: fft2Windowed, Precision: compare.Double, Columns: 12, In: 5, Out: 7}
	for _, at := range [][2]int{{0, 0}, {3, 3}, {6, 1}} {
		want := complex128(0)
		for i := range w.In {
			for j := range w.In {
				turns := float64((i-2)*(at[0]-3)+(j-2)*(at[1]-3)) / 12
				want += number(streamA, i*w.In+j) * cmplx.Rect(1, 2*math.Pi*turns)
			}
		}
		// 25 terms of modulus below 2.
		if got := w.truth([][2]int{at})[0]; cmplx.Abs(got-want) > 1e-14 {
			t.Errorf("windowed transform at %v: %v, want %v", at, got, want)
		}
	}
	w = work{Operation: dot, Columns: 3, Rows: 2, Inner: 2}
	want := number(streamA, 2)*number(streamB, 1) + number(streamA, 3)*number(streamB, 4)
	if got := w.truth([][2]int{{1, 1}})[0]; cmplx.Abs(got-want) > 1e-15 {
		t.Errorf("product: %v, want %v", got, want)
	}
	w = work{Operation: phasor, Columns: 4}
	want = complex(amplitude(6), 0) * cmplx.Exp(complex(0, 2*math.Pi*opd(6)/wavelength))
	if got := w.truth([][2]int{{1, 2}})[0]; cmplx.Abs(got-want) > 1e-14 { // 31 radians
		t.Errorf("phasor: %v, want %v", got, want)
	}
	for _, f := range small() {
		rows, cols := f.Works[0].shape()
		for _, p := range f.Works[0].points() {
			if p[0] >= rows || p[1] >= cols {
				t.Errorf("%s is looked at outside of its result, at %v", f.Title, p)
			}
		}
	}
}

func TestOperandsRepeatAfterOnePeriod(t *testing.T) {
	x := make([]float32, 2*period+3)
	repeat(x, func(i int) float64 { return float64(i % 1000) })
	for _, i := range []int{0, period - 1, period, period + 1, 2*period + 2} {
		if want := float32(i % period % 1000); x[i] != want {
			t.Errorf("element %d is %g, want %g", i, x[i], want)
		}
	}
}

// sampleReport has one family with one goal, three sizes and two peers.
func sampleReport() (targetReport, []family) {
	works := []work{transform(256, compare.Double), transform(512, compare.Double), transform(1024, compare.Double)}
	families := []family{{Title: "FFT2", Choice: "fft", Works: works, Goals: []goal{{Title: "both", Against: []string{"fftw", "mkl"}, AtLeast: 1}}}}
	r := targetReport{Date: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	rates := map[string][]float64{"": {12, 9, 5}, "fftw": {10, 10, 4}, "mkl": {8, 11, 4.5}}
	for _, key := range []string{"", "fftw", "mkl"} {
		for i, w := range works {
			seconds := w.count() / rates[key][i] / 1e9
			r.Measurements = append(r.Measurements, measurement{
				Set: "avx2", Work: w, Contender: key + " itself", Key: key, Operation: fft2, Cores: 1, Rate: rates[key][i], Unit: "GFLOP/s",
				Seconds: compare.Statistics{Min: seconds, Q1: seconds, Median: seconds, Q3: 1.1 * seconds, Max: seconds},
			})
		}
	}
	return r, families
}

func TestVerdictIsAgainstTheFastestPeer(t *testing.T) {
	r, families := sampleReport()
	r.judge(families)
	if len(r.Verdicts) != 3 {
		t.Fatalf("%d verdicts, want 3: %+v", len(r.Verdicts), r.Verdicts)
	}
	for i, want := range []struct {
		best  string
		ratio float64
		met   bool
	}{{"fftw itself", 1.2, true}, {"mkl itself", 9. / 11, false}, {"mkl itself", 5 / 4.5, true}} {
		v := r.Verdicts[i]
		if v.Best != want.best || math.Abs(v.Ratio-want.ratio) > 1e-12 || v.Met != want.met || math.Abs(v.Spread-0.05) > 1e-12 {
			t.Errorf("verdict %+v, want %+v with a spread of 0.05", v, want)
		}
	}
	var table strings.Builder
	if err := r.writeTable(&table); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"FFT2, against both", "0.82   1         no", "2 of 3 targets met"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, table.String())
		}
	}
}

func TestSecondCoreAndGrowthAreHeldAgainstItself(t *testing.T) {
	product := square(dot)(512, compare.Double)
	large := transform(largestGrowth, compare.Double)
	r := targetReport{Measurements: []measurement{
		{Set: "avx2", Work: product, Cores: 1, Rate: 100}, {Set: "avx2", Work: product, Cores: 2, Rate: 180},
		{Set: "avx2", Work: transform(256, compare.Double), Cores: 1, Rate: 10}, {Set: "avx2", Work: large, Cores: 1, Rate: 8},
	}}
	r.judge([]family{{Choice: "products", Works: []work{product}}, {Choice: "growth", Works: []work{large}}})
	if len(r.Verdicts) != 2 {
		t.Fatalf("verdicts %+v, want 2", r.Verdicts)
	}
	if v := r.Verdicts[0]; v.Ratio != 1.8 || v.Met || v.AtLeast != overOneCore {
		t.Errorf("second core: %+v", v)
	}
	if v := r.Verdicts[1]; v.Ratio != 0.8 || v.AtLeast != 0 || v.Size != "8192 to 256" {
		t.Errorf("growth: %+v", v)
	}
}

func TestSummaryReplacesWhatStandsBetweenTheMarkers(t *testing.T) {
	r, families := sampleReport()
	r.judge(families)
	path := t.TempDir() + "/README.md"
	text := "before\n" + beginTargets + "\nold\n" + endTargets + "\nafter\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the markers stay
		if err := r.writeInto(path); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(got), "before\n"+beginTargets+"\n") || !strings.HasSuffix(string(got), endTargets+"\nafter\n") || strings.Contains(string(got), "old") {
		t.Errorf("the file is now\n%s", got)
	}
	for _, want := range []string{
		"| work | against | at least | precision | avx2, 1 core |", "| FFT2 | both | 1 | double | 1.11, least 0.82 at 512; 2 of 3 |", "22 November 2026",
		"| FFT2 | 512 | double | 9.00 : 11.0, mkl itself |",
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("the summary lacks %q:\n%s", want, got)
		}
	}
	if err := os.WriteFile(path, []byte("no markers"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := r.writeInto(path); err == nil || !strings.Contains(err.Error(), beginTargets) {
		t.Errorf("without markers: error %v", err)
	}
}

func TestUnknownFamilyIsRefused(t *testing.T) {
	if err := targets(context.Background(), targetOptions{only: []string{"fft", "wavelets"}}, &strings.Builder{}); err == nil || !strings.Contains(err.Error(), "wavelets") {
		t.Errorf("error %v", err)
	}
}
