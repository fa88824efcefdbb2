package detect

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// anyReport draws reports that may contradict themselves: what is found depends
// on files and libraries that others write.
var anyReport = rapid.Custom(func(t *rapid.T) Report {
	number := rapid.OneOf(rapid.IntRange(-2, 70), rapid.Int())
	bytes := rapid.OneOf(rapid.Int64Range(-1, 1<<40), rapid.Int64())
	word := rapid.SampledFrom([]string{"", "a", "/usr/lib/x86_64-linux-gnu/libx.so.3", "b"})
	library := rapid.Custom(func(t *rapid.T) Library {
		return Library{
			Kind: rapid.SampledFrom([]Kind{OpenBLAS, MKL, BLIS, FlexiBLAS, ATLAS, Reference, Accelerate, FFTW, MKLFFTW,
				LibGOMP, LibIOMP, LibOMP, Unrecognised, ""}).Draw(t, "kind"),
			Version: rapid.SampledFrom([]string{"", "0.3.21", "0.3.30", "0.3.30.1"}).Draw(t, "version"),
			Path:    word.Draw(t, "path"), Static: rapid.Bool().Draw(t, "static"),
			Serves: rapid.SampledFrom([][]string{nil, {"Dot"}, {"FFT2"}, {"Dot", "FFT2"}}).Draw(t, "serves"),
			Symbols: rapid.SliceOfN(rapid.SampledFrom([]string{"", "fftw_", "fftw_execute_dft", "fftw_plan_many_dft", "fftw_init_threads",
				"fftwf_execute_dft", "fftwf_init_threads", "cblas_zgemm"}), 0, 4).Draw(t, "symbols"),
			Layer:   rapid.SampledFrom([]Layer{LayerUnknown, LayerSerial, LayerPthreads, LayerOpenMP, LayerTBB, LayerDispatch}).Draw(t, "layer"),
			Threads: number.Draw(t, "threads"), IntegerBits: rapid.SampledFrom([]int{0, 32, 64}).Draw(t, "bits"),
			ConcurrentCalls: rapid.SampledFrom([]Answer{Yes, No, Unknown, ""}).Draw(t, "concurrent"),
			Capacity:        number.Draw(t, "capacity"), Admits: number.Draw(t, "admits"),
		}
	})
	return Report{
		Process: Process{
			PID: number.Draw(t, "pid"), OS: rapid.SampledFrom([]string{"linux", "darwin", "windows", ""}).Draw(t, "os"),
			Arch: rapid.SampledFrom([]string{"amd64", "arm64", ""}).Draw(t, "arch"), Kernel: rapid.SampledFrom([]string{"", "23.6.0", "24.0.0", "x"}).Draw(t, "kernel"),
			Embedded: rapid.Bool().Draw(t, "embedded"), Host: word.Draw(t, "host"), Forked: rapid.Bool().Draw(t, "forked"),
		},
		CPU: CPU{
			Affinity: number.Draw(t, "affinity"), Quota: rapid.Float64().Draw(t, "quota"), QuotaFrom: word.Draw(t, "from"),
			MaxProcs: number.Draw(t, "procs"), Usable: number.Draw(t, "usable"),
		},
		Memory: Memory{
			Total: bytes.Draw(t, "total"), Available: bytes.Draw(t, "available"), Group: bytes.Draw(t, "group"), GroupLimit: bytes.Draw(t, "limit"),
			AddressSpace: bytes.Draw(t, "space"), Usable: bytes.Draw(t, "memory"),
			LimitedBy: rapid.SampledFrom([]string{"", "machine", "control group", "RLIMIT_AS", "x"}).Draw(t, "by"),
		},
		Libraries: rapid.SliceOfN(library, 0, 5).Draw(t, "libraries"),
	}
})

// anyPlan draws plans, possible or not.
var anyPlan = rapid.Custom(func(t *rapid.T) Plan {
	number := rapid.OneOf(rapid.IntRange(-1, 9), rapid.Int())
	return Plan{
		Start:     rapid.SampledFrom([]Start{StartNone, StartExec, StartFork, "x"}).Draw(t, "start"),
		Processes: number.Draw(t, "processes"), Threads: number.Draw(t, "threads"), FFTWThreads: number.Draw(t, "fftw threads"),
		UsedBefore: rapid.Bool().Draw(t, "used"), Bytes: rapid.OneOf(rapid.Int64Range(0, 1<<40), rapid.Int64()).Draw(t, "bytes"),
	}
})

func TestCheckAnswersAnyReportWholeAndTwiceTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, p := anyReport.Draw(t, "report"), anyPlan.Draw(t, "plan")
		first := Check(r, p)
		if !reflect.DeepEqual(first, Check(r, p)) {
			t.Error("the second answer is another one")
		}
		for _, v := range first {
			if v.Code == "" || v.Name == "" || v.Problem == "" || v.Instead == "" {
				t.Errorf("a part is missing: %+v", v)
			}
		}
		if !slices.IsSortedFunc(first, func(a, b Verdict) int {
			switch {
			case a.Refused && !b.Refused:
				return -1
			case b.Refused && !a.Refused:
				return 1
			}
			return 0
		}) {
			t.Errorf("a warning stands before a refusal: %v", first)
		}
	})
}

// severity is 0 for silence, 1 for a warning, 2 for a refusal.
func severity(verdicts []Verdict, code string) int {
	s := 0
	for _, v := range verdicts {
		if v.Code == code {
			s = max(s, 1)
			if v.Refused {
				s = 2
			}
		}
	}
	return s
}

func TestMoreMemoryNeverRefusesForMemory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, p := anyReport.Draw(t, "report"), anyPlan.Draw(t, "plan")
		// 0 means that nothing is known, which is no amount.
		positive := rapid.Int64Range(1, 1<<62)
		r.Memory.Usable, r.Memory.Available, r.Memory.Group = positive.Draw(t, "usable"), positive.Draw(t, "available"), positive.Draw(t, "group")
		before := severity(Check(r, p), AR112)
		grow := rapid.Int64Range(0, 1<<61)
		r.Memory.Usable += grow.Draw(t, "more")
		r.Memory.Available += grow.Draw(t, "more available")
		r.Memory.Group += grow.Draw(t, "more in the group")
		if after := severity(Check(r, p), AR112); after > before {
			t.Error("with more memory it is refused")
		}
	})
}

func TestFewerProcessesNeverOversubscribeMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, p := anyReport.Draw(t, "report"), anyPlan.Draw(t, "plan")
		before := severity(Check(r, p), AR105)
		p.Processes -= rapid.IntRange(0, max(0, p.Processes)).Draw(t, "fewer")
		if after := severity(Check(r, p), AR105); after > before {
			t.Errorf("with fewer processes the severity rises from %d to %d", before, after)
		}
	})
}

var (
	fewerProcesses = regexp.MustCompile(`run (\d+) process`)
	fewerThreads   = regexp.MustCompile(`run (\d+) threads? in each`)
	fewerOfFFTW    = regexp.MustCompile(`give FFTW (\d+) thread`)
)

func TestThePlanThatCheckSuggestsFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.IntRange(0, 200)
		p := Plan{Processes: number.Draw(t, "processes"), Threads: number.Draw(t, "threads"), FFTWThreads: number.Draw(t, "fftw threads")}
		r := Report{CPU: CPU{Usable: rapid.IntRange(1, 64).Draw(t, "usable")}}
		instead := ""
		for _, v := range Check(r, p) {
			if v.Code == AR105 {
				instead = v.Instead
			}
		}
		if instead == "" {
			return
		}
		for number, form := range map[*int]*regexp.Regexp{&p.Processes: fewerProcesses, &p.Threads: fewerThreads, &p.FFTWThreads: fewerOfFFTW} {
			if m := form.FindStringSubmatch(instead); m != nil {
				*number, _ = strconv.Atoi(m[1])
			}
		}
		if severity(Check(r, p), AR105) != 0 {
			t.Errorf("%q leads to a plan that does not fit: %+v on %d processors", instead, p, r.CPU.Usable)
		}
	})
}
