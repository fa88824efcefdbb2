package detect

import (
	"errors"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// What Check says under one code.
const (
	silent  = "silent"
	warned  = "warned"
	refused = "refused"
)

// verdictCase is a plan in a process that somebody made up, and what Check is
// to say of it under one code.
type verdictCase struct {
	name   string
	report Report
	plan   Plan
	want   string
	// says are words that the sentence must hold.
	says []string
}

func expectVerdicts(t *testing.T, code string, cases []verdictCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, sentences := silent, ""
			for _, v := range Check(c.report, c.plan) {
				if v.Code != code {
					continue
				}
				if got == silent {
					got = warned
				}
				if v.Refused {
					got = refused
				}
				sentences += v.String() + "\n"
			}
			if got != c.want {
				t.Errorf("%s is %s, want %s: %s", code, got, c.want, sentences)
			}
			for _, s := range c.says {
				if !strings.Contains(sentences, s) {
					t.Errorf("%q is not said in: %s", s, sentences)
				}
			}
		})
	}
}

// onLinux is a process on Debian with some libraries, and eight processors.
func onLinux(libraries ...Library) Report {
	return Report{
		Process:   Process{PID: 4711, OS: "linux", Arch: "amd64"},
		CPU:       CPU{Affinity: 8, MaxProcs: 8, Usable: 8},
		Libraries: libraries,
	}
}

// onMac is a process on macOS 15 with some libraries.
func onMac(libraries ...Library) Report {
	r := onLinux(libraries...)
	r.Process.OS, r.Process.Arch, r.Process.Kernel = "darwin", "arm64", "24.1.0"
	return r
}

// embedded puts a process inside Python.
func embedded(r Report) Report {
	r.Process.Embedded, r.Process.Host = true, "/usr/bin/python3.11"
	return r
}

const debian = "/usr/lib/x86_64-linux-gnu/"

// blas is a library that serves Dot.
func blas(kind Kind, version, path string, layer Layer, threads int) Library {
	return Library{
		Kind: kind, Version: version, Path: path, Serves: []string{"Dot"}, Symbols: []string{"cblas_zgemm"},
		Layer: layer, Threads: threads, IntegerBits: 32, ConcurrentCalls: Yes,
	}
}

// openBLAS is Debian's, which serves Dot.
func openBLAS(layer Layer, threads int) Library {
	folder := map[Layer]string{LayerPthreads: "openblas-pthread", LayerOpenMP: "openblas-openmp", LayerSerial: "openblas-serial"}[layer]
	l := blas(OpenBLAS, "0.3.21", debian+folder+"/libopenblasp-r0.3.21.so", layer, threads)
	l.Capacity = 65
	return l
}

// serialOpenBLAS is Debian's build for one thread; admits is how many calls
// Arago lets in.
func serialOpenBLAS(admits int) Library {
	l := openBLAS(LayerSerial, 1)
	l.ConcurrentCalls, l.Admits, l.Capacity = No, admits, 50
	return l
}

// fftw is Debian's FFTW, which serves FFT2.
func fftw() Library {
	return Library{
		Kind: FFTW, Version: "3.3.10", Path: debian + "libfftw3.so.3.6.9", Serves: []string{"FFT2"},
		Symbols: []string{"fftw_plan_many_dft", "fftw_execute_dft"}, Layer: LayerSerial, Threads: 1, ConcurrentCalls: Yes,
	}
}

// fftwThreads is the file of FFTW's functions for threads.
func fftwThreads(layer Layer) Library {
	file := map[Layer]string{LayerPthreads: "libfftw3_threads.so.3.6.9", LayerOpenMP: "libfftw3_omp.so.3.6.9"}[layer]
	return Library{
		Kind: FFTW, Version: "3.3.10", Path: debian + file, Serves: []string{"FFT2"},
		Symbols: []string{"fftw_init_threads", "fftw_plan_with_nthreads"}, Layer: layer, ConcurrentCalls: Yes,
	}
}

// somebodys is a library that is loaded and does not serve.
func somebodys(l Library) Library {
	l.Serves, l.Symbols, l.Admits = nil, nil, 0
	return l
}

// runtimeOf is an OpenMP runtime.
func runtimeOf(kind Kind, path string) Library {
	return Library{Kind: kind, Path: path, Layer: LayerOpenMP, ConcurrentCalls: Yes}
}

func TestAGoodPlanGetsNoVerdict(t *testing.T) {
	for _, r := range []Report{
		onLinux(),
		onLinux(openBLAS(LayerPthreads, 1), fftw(), fftwThreads(LayerPthreads)),
		onLinux(openBLAS(LayerOpenMP, 1), runtimeOf(LibGOMP, debian+"libgomp.so.1.0.0")),
		onLinux(blas(MKL, "2024.1", "/opt/mkl/lib/libmkl_rt.so.2", LayerSerial, 1), fftw()),
		onMac(blas(Accelerate, "15.1", "/System/Library/Frameworks/Accelerate.framework/Accelerate", LayerDispatch, 0)),
	} {
		r.Memory = Memory{Usable: 4 << 30, LimitedBy: "machine"}
		for _, p := range []Plan{
			{},
			{Threads: 8, Bytes: 1 << 30},
			{Start: StartExec, Processes: 4, Threads: 2, Bytes: 4 << 30},
		} {
			if v := Check(r, p); len(v) != 0 {
				t.Errorf("plan %+v beside %v: %v", p, r.Libraries, v)
			}
		}
	}
}

func TestRefusalsComeFirstAndThenTheOrderOfCodes(t *testing.T) {
	r := embedded(onLinux(serialOpenBLAS(1), fftw(),
		runtimeOf(LibGOMP, "/a/libgomp.so.1"), runtimeOf(LibGOMP, "/b/libgomp.so.1")))
	r.CPU.Usable = 2
	r.Memory = Memory{Usable: 10}
	var got []string
	for _, v := range Check(r, Plan{Start: StartFork, Processes: 4, Threads: 2, FFTWThreads: 2, Bytes: 11}) {
		mark := v.Code
		if !v.Refused {
			mark += "?"
		}
		got = append(got, mark)
	}
	want := []string{"AR101", "AR105", "AR112", "AR113", "AR104?", "AR107?", "AR109?"}
	if !slices.Equal(got, want) {
		t.Errorf("verdicts %v, want %v", got, want)
	}
}

func TestCodesAndNamesAreUniqueAndInOrder(t *testing.T) {
	names := map[string]bool{}
	for i, rule := range rules {
		if names[rule.name] {
			t.Errorf("two codes are called %s", rule.name)
		}
		names[rule.name] = true
		if i > 0 && rule.code <= rules[i-1].code {
			t.Errorf("%s stands behind %s", rule.code, rules[i-1].code)
		}
		if !regexp.MustCompile(`^AR1\d\d$`).MatchString(rule.code) {
			t.Errorf("%s is no code", rule.code)
		}
	}
}

func TestTheDocumentationExplainsEachCodeAndNoOther(t *testing.T) {
	text, err := os.ReadFile("../docs/parallel-safety.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range rules {
		row := regexp.MustCompile(`(?m)^\| <a id="` + strings.ToLower(rule.code) + `"></a>` + rule.code + ` \| ` + rule.name + ` \|.*\| *(measured|documented|only reasoned about)`)
		if !row.Match(text) {
			t.Errorf("the table of codes has no row for %s %s that ends in how it is known", rule.code, rule.name)
		}
	}
	for _, code := range regexp.MustCompile(`AR1\d\d`).FindAllString(string(text), -1) {
		if !slices.ContainsFunc(rules[:], func(r rule) bool { return r.code == code }) {
			t.Errorf("there is no code %s", code)
		}
	}
}

// onMacBefore15 is a process on macOS 14.
func onMacBefore15(libraries ...Library) Report {
	r := onMac(libraries...)
	r.Process.Kernel = "23.6.0"
	return r
}

// A verdict is a whole sentence without a full stop, so that it can stand
// in an error.
func TestVerdictsArePartsOfSentences(t *testing.T) {
	for _, v := range everyVerdict() {
		for _, part := range []string{v.Problem, v.Instead} {
			if part == "" || strings.HasSuffix(part, ".") || strings.Contains(part, "\n") || strings.Contains(part, "  ") || strings.Contains(part, "%!") {
				t.Errorf("%s: %q", v.Code, part)
			}
		}
	}
}

// everyVerdict returns verdicts under each code.
func everyVerdict() []Verdict {
	var all []Verdict
	for _, cases := range [][]verdictCase{
		forkedGoCases, forkedPoolCases, accelerateForkCases, forkWhileBusyCases, serialRaceCases, oversubscribedCases,
		capacityCases, fftwThreadsAndProcessesCases, sharedPoolCases, ilp64MismatchCases, mixedOpenMPCases,
		interposedFFTWCases, plannerBusyCases, memoryCases,
	} {
		for _, c := range cases {
			all = append(all, Check(c.report, c.plan)...)
		}
	}
	return all
}

func TestEachCodeIsBothSaidAndNotSaid(t *testing.T) {
	said := map[string]bool{}
	for _, v := range everyVerdict() {
		said[v.Code+v.Name] = true
	}
	for _, rule := range rules {
		if !said[rule.code+rule.name] {
			t.Errorf("no case provokes %s %s", rule.code, rule.name)
		}
	}
}

func TestARefusalTellsTheFirstVerdictWholeAndTheOthersInShort(t *testing.T) {
	r := onLinux(wide(openBLAS(LayerPthreads, 1)))
	r.CPU.Usable = 2
	if err := Refused(Check(r, Plan{Threads: 3})[1:]); err != nil {
		t.Errorf("a warning is an error: %v", err)
	}
	err := Refused(Check(r, Plan{Start: StartFork, Threads: 5}))
	var refusal *Refusal
	if !errors.As(err, &refusal) || len(refusal.Verdicts) != 3 {
		t.Fatalf("error %v", err)
	}
	for _, part := range []string{"refused as unsafe: AR101: ", "spawn", "; also AR105 ", ", AR106 "} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not said in: %v", part, err)
		}
	}
	if strings.Contains(err.Error(), "use the LP64 build") {
		t.Errorf("what to do about the third verdict makes it long: %v", err)
	}
}

func TestProductsThatDoNotFitAreTheLargestNumber(t *testing.T) {
	for _, c := range []struct {
		factors []int
		want    int
	}{
		{nil, 1}, {[]int{2, 3, 7}, 42}, {[]int{math.MaxInt, 1}, math.MaxInt},
		{[]int{math.MaxInt, 2}, math.MaxInt}, {[]int{math.MaxInt, math.MaxInt, 5}, math.MaxInt},
	} {
		if got := product(c.factors...); got != c.want {
			t.Errorf("product of %v is %d, want %d", c.factors, got, c.want)
		}
	}
}
