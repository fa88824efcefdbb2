package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"arago/internal/compare"
	"arago/internal/compare/report"
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
	products, transforms := "dot dot-real dot-folded", "fft2 fft2-padded fft2-windowed"
	want := map[string]string{
		"": "dot dot-real dot-folded through-memory fft2 fft2-windowed phasor", "openblas": products, "mkl": products + " " + transforms, "blis": products,
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
	// Two even and one odd row of a product with three rows of four numbers, of which
	// the middle one has no partner.
	w = work{Operation: dotFolded, Rows: 3, Inner: 3, Columns: 4}
	b := func(row, col int) complex128 { return number(streamB, 4*row+col) }
	for row, want := range []complex128{
		complex(cube(streamA, 0), 0)*(b(0, 2)+b(2, 2)) + complex(cube(streamA, 1), 0)*b(1, 2),
		complex(cube(streamA, 2), 0)*(b(0, 2)+b(2, 2)) + complex(cube(streamA, 3), 0)*b(1, 2),
		complex(cube(streamC, 0), 0) * (b(0, 2) - b(2, 2)),
	} {
		if got := w.truth([][2]int{{row, 2}})[0]; cmplx.Abs(got-want) > 1e-15 {
			t.Errorf("folded product, row %d: %v, want %v", row, got, want)
		}
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
	works := []work{transform(240, compare.Double), transform(480, compare.Double), transform(960, compare.Double)}
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

func TestAragoIsHeldAgainstItselfBesideThePeers(t *testing.T) {
	dots, folded := square(dot)(512, compare.Double), thin(dotFolded, []int{40}, []int{512}, []int{2048})[0]
	small, large, single := transform(4096, compare.Double), transform(8192, compare.Double), transform(8192, compare.Single)
	r := targetReport{}
	rates := func(key string, w work, cores int, rate float64) {
		r.Measurements = append(r.Measurements, measurement{
			Set: "avx2", Work: w, Operation: w.Operation, Contender: key + " itself", Key: key, Cores: cores, Rate: rate,
		})
	}
	rates("", dots, 1, 100)
	rates("", dots, 2, 180)
	rates("mkl", dots, 1, 110)
	rates("mkl", dots, 2, 187)
	rates("blis", dots, 1, 50) // gains more, but is not the fastest
	rates("blis", dots, 2, 100)
	rates("", small, 1, 10)
	rates("", large, 1, 8)
	rates("mkl", small, 1, 10)
	rates("mkl", large, 1, 7)
	rates("fftw", large, 1, 9) // the fastest, but nothing is known of it at half the size
	rates("", single, 1, 16)
	rates("", square(dotReal)(1024, compare.Double), 1, 100)
	rates("", folded, 1, 90)
	r.Measurements = append(r.Measurements, measurement{Set: "avx2", Work: folded, Operation: throughMemory, Cores: 1, Rate: 90})
	r.judge([]family{
		{Title: "products", Choice: "products", Works: []work{dots}},
		{Title: "folded", Choice: "folded", Works: []work{folded}},
		{Title: "FFT2", Choice: "fft", Works: []work{small, large, single}},
	})
	want := []verdict{
		{Family: "products", Against: againstOneCore, Size: "512", Ratio: 1.8, AtLeast: 1.9, Peer: "mkl itself", PeerRatio: 1.7},
		{Family: "folded", Against: againstSquare, Size: "40×512×4096", Ratio: 1, AtLeast: 1, Met: true},
		{Family: "FFT2", Against: againstHalf, Size: "8192", Ratio: 0.8, AtLeast: 1, Peer: "mkl itself", PeerRatio: 0.7},
		{Family: "FFT2", Against: againstDouble, Size: "8192", Ratio: 2, AtLeast: 2, Met: true},
	}
	if len(r.Verdicts) != len(want) {
		t.Fatalf("%d verdicts, want %d: %+v", len(r.Verdicts), len(want), r.Verdicts)
	}
	for i, w := range want {
		v := r.Verdicts[i]
		if !v.Itself || v.Family != w.Family || v.Against != w.Against || v.Size != w.Size || math.Abs(v.Ratio-w.Ratio) > 1e-12 ||
			v.AtLeast != w.AtLeast || v.Met != w.Met || v.Peer != w.Peer || math.Abs(v.PeerRatio-w.PeerRatio) > 1e-12 {
			t.Errorf("verdict %+v, want %+v", v, w)
		}
	}
	if got := cell(r.Verdicts[:1]); got != "1.80, missed (1.70)" {
		t.Errorf("the summary of the second core reads %q", got)
	}
	r.Peaks = []report.Peak{{Precision: compare.Double, Cores: 1, GFLOPS: 100}, {Precision: compare.Double, Cores: 2, GFLOPS: 198}}
	if got := r.ceilings(); !strings.Contains(got, "×1.98 in double precision (100 to 198 GFLOP/s)") {
		t.Errorf("the ceiling reads %q", got)
	}
}

func TestSummaryReplacesWhatStandsBetweenTheMarkers(t *testing.T) {
	const beginTargets, endTargets = "<!-- bench:targets -->", "<!-- /bench:targets -->"
	r, families := sampleReport()
	r.judge(families)
	path := t.TempDir() + "/README.md"
	text := "before\n" + beginTargets + "\nold\n" + endTargets + "\nafter\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the markers stay
		if err := replaceBetween(path, targetsMarker, r.summary()); err != nil {
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
		"| work | against | at least | precision | avx2, 1 core |", "| FFT2 | both | 1 | double | 1.11, least 0.82 at 480; 2 of 3 |", "22 November 2026",
		"| FFT2 | 480 | double | 9.00 : 11.0, mkl itself |",
	} {
		if !strings.Contains(string(got), want) {
			t.Errorf("the summary lacks %q:\n%s", want, got)
		}
	}
	if err := os.WriteFile(path, []byte("no markers"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := replaceBetween(path, targetsMarker, r.summary()); err == nil || !strings.Contains(err.Error(), beginTargets) {
		t.Errorf("without markers: error %v", err)
	}
}

func TestUnknownFamilyIsRefused(t *testing.T) {
	if err := targets(context.Background(), targetOptions{only: []string{"fft", "wavelets"}}, &strings.Builder{}); err == nil || !strings.Contains(err.Error(), "wavelets") {
		t.Errorf("error %v", err)
	}
}

func TestPeersFarFromTheBestAreNotWaitedFor(t *testing.T) {
	of := func(key string, cores int, times ...float64) *entry {
		return &entry{measurement: measurement{Key: key, Operation: fft2, Cores: cores}, times: times}
	}
	slow, far, near, best, alone := of("", 1, 9, 9, 9), of("scipy", 1, 3, 3, 1), of("mkl", 1, 1, 2, 5), of("fftw", 1, 1, 1.1, 1.2), of("scipy", 2, 7, 8, 9)
	entries := []*entry{slow, far, near, best, alone}
	if left := contending(entries, []goal{{Against: []string{"scipy"}}, {Against: transformers}}); !slices.Equal(left, entries) {
		t.Errorf("%d contenders are left, want all: one goal is against scipy alone", len(left))
	}
	left := contending(entries, []goal{{Against: transformers}})
	if want := []*entry{slow, near, best, alone}; !slices.Equal(left, want) {
		t.Errorf("%d contenders are left, want Arago, MKL, FFTW and who is alone on two cores", len(left))
	}
}

func TestSavedRunsAreTakenTogether(t *testing.T) {
	folder := t.TempDir()
	save := func(name string, of func(*targetReport)) string {
		t.Helper()
		r, _ := sampleReport()
		of(&r)
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(folder+"/"+name, text, 0o644); err != nil {
			t.Fatal(err)
		}
		return folder + "/" + name
	}
	first := save("first.json", func(*targetReport) {})
	// A later run of one size has other rates, and lacks a peer.
	second := save("second.json", func(r *targetReport) {
		r.Date = r.Date.AddDate(0, 0, 1)
		for _, m := range r.Measurements {
			if m.Work.Columns == 480 && m.Key != "mkl" {
				m.Rate *= 2
				r.Measurements = []measurement{m}
				break
			}
		}
	})
	readme := folder + "/README.md"
	if err := os.WriteFile(readme, []byte("<!-- bench:targets -->\n<!-- /bench:targets -->\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, families := sampleReport()
	o := targetOptions{from: []string{first, second}, families: families, json: folder + "/both.json", readme: readme, python: "no/such/python"}
	if err := targets(context.Background(), o, &strings.Builder{}); err != nil {
		t.Fatal(err)
	}
	both, err := saved([]string{folder + "/both.json"})
	if err != nil {
		t.Fatal(err)
	}
	// Three works of three contenders; of one of them only Arago's new rate is left.
	if len(both.Measurements) != 7 || both.Date.Day() != 23 {
		t.Errorf("%d measurements of %v, want 7 of the 23rd", len(both.Measurements), both.Date)
	}
	if m, ok := both.of("", fft2, "avx2", transform(480, compare.Double), 1); !ok || m.Rate != 18 {
		t.Errorf("the later run says %+v", m)
	}
	if text, err := os.ReadFile(readme); err != nil || !strings.Contains(string(text), "23 November 2026") {
		t.Errorf("the summary reads %s (%v)", text, err)
	}
	other := save("other.json", func(r *targetReport) { r.Machine.CPU = "abacus" })
	if _, err := saved([]string{first, other}); err == nil || !strings.Contains(err.Error(), "another machine") {
		t.Errorf("runs of two machines: error %v", err)
	}
}
