//go:build unix

package workers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"arago/backend"
	"arago/backend/all"
	"arago/grid"
	"arago/propagate"
)

// alone runs a plan by one goroutine: the truth for all other ways.
func alone(t *testing.T, s spec) *propagate.Result {
	t.Helper()
	r, err := s.plan(func(o *propagate.Options) { o.Workers = 1 }).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// byProcesses runs a plan in worker processes.
func byProcesses(t *testing.T, s spec, job Job) (*propagate.Result, Report) {
	t.Helper()
	job.Description = s.description()
	r, report, err := Run(context.Background(), s.plan(nil), job)
	if err != nil {
		t.Fatal(err)
	}
	return r, report
}

func sameBits(t *testing.T, name string, got, want grid.Map) {
	t.Helper()
	if got.Grid != want.Grid || !slices.Equal(got.Data, want.Data) {
		t.Errorf("%s: the image is not the one of a single goroutine", name)
	}
}

// reproducible lists the choices of back ends in this build that promise the
// same bits.
func reproducible(t *testing.T) []string {
	t.Helper()
	var names []string
	registry := all.Registry()
	for _, name := range registry.Names() {
		s, err := registry.Select(name)
		if errors.Is(err, backend.ErrNotBuilt) {
			continue
		}
		if err != nil {
			t.Logf("%s is not tried: %v", name, err)
			continue
		}
		if s.Linear.Reproducible && s.Fourier.Reproducible {
			names = append(names, name)
		}
	}
	return names
}

func TestTheImageHasTheSameBitsInEveryMode(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, name := range reproducible(t) {
		for _, system := range []string{"direct", "coronagraph"} {
			for _, single := range []bool{false, true} {
				s := spec{System: system, Lines: 5, Backend: name, Single: single}
				what := fmt.Sprintf("%s, %s, single %v", name, system, single)
				runtime.GOMAXPROCS(1)
				want := alone(t, s)
				if sum := want.Image.Sum(); !(sum > 0.001) {
					t.Fatalf("%s: the image holds %g of the light", what, sum)
				}
				for _, n := range []int{1, 2, 3, 7} {
					runtime.GOMAXPROCS(n)
					r, err := s.plan(func(o *propagate.Options) { o.Workers = n }).Run(context.Background())
					if err != nil {
						t.Fatal(err)
					}
					sameBits(t, fmt.Sprintf("%s, %d goroutines", what, n), r.Image, want.Image)
				}
				for _, n := range []int{1, 2, 3} {
					r, report := byProcesses(t, s, Job{Processes: n, Room: Room{CPUs: 3}})
					sameBits(t, fmt.Sprintf("%s, %d processes", what, n), r.Image, want.Image)
					if report.Processes != n || report.Deaths != 0 {
						t.Errorf("%s, %d processes: report %+v", what, n, report)
					}
					if !slices.Equal(r.Spectrum, want.Spectrum) || !slices.EqualFunc(r.Steps, want.Steps, sameStep) || r.Backend != want.Backend {
						t.Errorf("%s, %d processes: the result tells another story than that of goroutines", what, n)
					}
				}
			}
		}
	}
}

// sameStep says whether two steps are the same, whatever times were predicted with how
// many processors.
func sameStep(a, b propagate.Step) bool {
	return a.Label == b.Label && a.Recipe == b.Recipe && a.Rows == b.Rows && a.Cols == b.Cols && a.Note == b.Note
}

// planes records what an observer sees.
type planes map[[2]int]propagate.Snapshot

func (p planes) observe(t *testing.T) func(propagate.Snapshot) {
	return func(s propagate.Snapshot) {
		key := [2]int{s.Line, s.Plane}
		if _, ok := p[key]; ok {
			t.Errorf("plane %d of wavelength %d is shown twice", s.Plane, s.Line)
		}
		if _, ok := p[[2]int{s.Line, s.Plane - 1}]; !ok && s.Plane > 0 {
			t.Errorf("plane %d of wavelength %d is shown before the one in front of it", s.Plane, s.Line)
		}
		p[key] = s
	}
}

func (p planes) compare(t *testing.T, name string, want planes) {
	t.Helper()
	if len(p) != len(want) {
		t.Errorf("%s: %d planes, want %d", name, len(p), len(want))
	}
	for key, w := range want {
		g := p[key]
		if g.Label != w.Label || g.Grid != w.Grid || g.Wavelength != w.Wavelength || !slices.Equal(g.Field, w.Field) {
			t.Errorf("%s: plane %d of wavelength %d is not what goroutines show", name, key[1], key[0])
		}
	}
}

func TestTheObserverSeesTheSamePlanesFromProcesses(t *testing.T) {
	for _, single := range []bool{false, true} {
		s := spec{System: "coronagraph", Lines: 4, Single: single}
		want := planes{}
		plan := s.plan(func(o *propagate.Options) { o.Observe = want.observe(t) })
		result, err := plan.Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{1, 2, 3} {
			seen, last := planes{}, 0
			r, _ := byProcesses(t, s, Job{Processes: n, Observe: seen.observe(t), Progress: func(done, total int) {
				if last++; done != last || total != 16 || len(seen) != done {
					t.Errorf("after %d planes, of which the observer has seen %d: progress %d of %d", last, len(seen), done, total)
				}
			}})
			name := fmt.Sprintf("single %v, %d processes", single, n)
			sameBits(t, name, r.Image, result.Image)
			seen.compare(t, name, want)
			if last != 16 {
				t.Errorf("%s: progress ended at %d of 16", name, last)
			}
		}
	}
}

func TestProgressCountsWithoutAnObserver(t *testing.T) {
	last := 0
	byProcesses(t, spec{System: "coronagraph", Lines: 3}, Job{Processes: 2, Progress: func(done, total int) {
		if last++; done != last || total != 12 {
			t.Errorf("progress %d of %d, want %d of 12", done, total, last)
		}
	}})
	if last != 12 {
		t.Errorf("progress ended at %d of 12", last)
	}
}

func TestAWorkerThatDiesOnceIsReplacedAndNothingIsSeenTwice(t *testing.T) {
	for _, c := range []struct{ fault, says string }{
		{"kill", "was killed by signal 9, as the system does when memory runs out, or somebody by hand, at wavelength 3 (2.2e-06 m); its share is done once more"},
		{"exit", "ended with exit status 3 at wavelength 3 (2.2e-06 m); it wrote: The disk is on fire.; its share is done once more"},
		{"panic", "ended with exit status 2 at wavelength 3 (2.2e-06 m); it wrote: panic: the array is worn out"},
		{"terminate", "was ended by signal 15 (terminated) at wavelength 3"},
		{"babble", "broke the protocol: "},
	} {
		// An element of a kind of its own, though nothing befalls it: image planes with
		// one are passed by FFT.
		s := spec{System: "coronagraph", Lines: 4, Fault: "nothing"}
		want := planes{}
		result, err := s.plan(func(o *propagate.Options) { o.Observe = want.observe(t) }).Run(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		s.Fault, s.FaultLine, s.Marker = c.fault, 2, filepath.Join(t.TempDir(), "marker")
		var warnings []string
		last, seen := 0, planes{}
		r, report := byProcesses(t, s, Job{
			Processes: 2, Observe: seen.observe(t),
			Progress: func(done, _ int) {
				if last++; done != last {
					t.Errorf("%s: after %d came %d", c.fault, last-1, done)
				}
			},
			Warn: func(text string) { warnings = append(warnings, text) },
		})
		sameBits(t, c.fault, r.Image, result.Image)
		seen.compare(t, c.fault, want)
		if report.Deaths != 1 || len(warnings) != 1 || !strings.Contains(warnings[0], c.says) || !strings.HasPrefix(warnings[0], "worker ") {
			t.Errorf("%s: report %+v, warnings %q, want one with %q", c.fault, report, warnings, c.says)
		}
	}
}

func TestTheSecondDeathOnAWavelengthIsAnErrorWithTheOutput(t *testing.T) {
	s := spec{System: "coronagraph", Lines: 3, Fault: "exit", FaultLine: 1}
	var warnings []string
	r, report, err := Run(context.Background(), s.plan(nil), Job{
		Processes: 2, Description: s.description(), Warn: func(text string) { warnings = append(warnings, text) },
	})
	var death *Death
	if r != nil || !errors.Is(err, ErrWorker) || !errors.As(err, &death) {
		t.Fatalf("error %v, want ErrWorker and a *Death", err)
	}
	if death.Output != "The library says hello.\nThe disk is on fire.\n" || death.Line != 1 || death.Wavelength != 2.1e-6 || death.PID == 0 {
		t.Errorf("%+v", *death)
	}
	if !errors.Is(death, ErrWorker) {
		t.Error("a death alone is not an ErrWorker")
	}
	if !strings.Contains(err.Error(), "ended with exit status 3 at wavelength 2 (2.1e-06 m); it wrote: The disk is on fire.") {
		t.Errorf("error: %v", err)
	}
	if report.Deaths != 2 || len(warnings) != 1 {
		t.Errorf("%d deaths, %d warnings; want 2 and 1", report.Deaths, len(warnings))
	}
}

func TestAWorkerThatDiesBeforeItIsReadyIsReplacedOnce(t *testing.T) {
	s := spec{System: "direct", Lines: 2, Build: "exit", Marker: filepath.Join(t.TempDir(), "marker")}
	var warnings []string
	r, report := byProcesses(t, s, Job{Processes: 1, Warn: func(text string) { warnings = append(warnings, text) }})
	sameBits(t, "after a death in the beginning", r.Image, alone(t, s).Image)
	if report.Deaths != 1 || len(warnings) != 1 || !strings.Contains(warnings[0], "ended with exit status 3 before it was ready; it wrote: The disk is on fire.") {
		t.Errorf("report %+v, warnings %q", report, warnings)
	}
	s.Marker = ""
	_, report, err := Run(context.Background(), s.plan(nil), Job{Processes: 1, Description: s.description()})
	var death *Death
	if !errors.Is(err, ErrWorker) || !errors.As(err, &death) || death.Line != -1 || report.Deaths != 2 {
		t.Errorf("two deaths before the first wavelength: error %v, report %+v", err, report)
	}
}

func TestErrorsOfAWorkersPlanAreThoseOfThePlan(t *testing.T) {
	for _, c := range []struct {
		spec spec
		is   error
	}{
		{spec{System: "coronagraph", Lines: 3, Dark: true}, propagate.ErrDark},
		{spec{System: "coronagraph", Lines: 3, Build: "memory"}, propagate.ErrMemory},
	} {
		plan := c.spec.plan(nil)
		_, report, err := Run(context.Background(), plan, Job{Processes: 2, Description: c.spec.description()})
		if !errors.Is(err, c.is) || report.Deaths != 0 {
			t.Errorf("error %v, want %v; report %+v", err, c.is, report)
		}
		if c.is == propagate.ErrDark {
			if _, own := plan.Run(context.Background()); own.Error()[:40] != err.Error()[:40] {
				t.Errorf("error %q, by goroutines %q", err, own)
			}
		}
	}
}

func TestAPlanThatIsNotTheParentsIsAnError(t *testing.T) {
	s := spec{System: "direct", Lines: 3, Build: "one line less"}
	_, _, err := Run(context.Background(), s.plan(nil), Job{Processes: 1, Description: s.description()})
	if !errors.Is(err, ErrWorker) || !strings.Contains(err.Error(), "the plan of worker 1 is not that of its parent") {
		t.Errorf("error %v", err)
	}
}

func TestThreadsOfLibrariesAreLimitedBeforeAWorkerBegins(t *testing.T) {
	s := spec{System: "direct", Lines: 4, Build: "environment"}
	t.Setenv("OMP_NUM_THREADS", "13")
	memory := int64(4 << 30)
	_, _, err := Run(context.Background(), s.plan(nil), Job{Processes: 2, Description: s.description(), Room: Room{CPUs: 5, Memory: memory}})
	if err == nil {
		t.Fatal("the worker did not tell its environment")
	}
	environment := strings.Split(err.Error(), "\n")
	for _, want := range []string{
		"ARAGO_WORKER=1", "GOMAXPROCS=2", "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1", "MKL_NUM_THREADS=1",
		"BLIS_NUM_THREADS=1", "VECLIB_MAXIMUM_THREADS=1", "GOTO_NUM_THREADS=1",
	} {
		if !slices.Contains(environment, want) {
			t.Errorf("%s is not in the environment of a worker", want)
		}
	}
	i := slices.IndexFunc(environment, func(s string) bool { return strings.HasPrefix(s, "GOMEMLIMIT=") })
	var limit int64
	if i >= 0 {
		_, _ = fmt.Sscanf(environment[i], "GOMEMLIMIT=%d", &limit)
	}
	if limit < memory/4 || limit > memory/2 {
		t.Errorf("a worker may use %d bytes, want less than a half of %d", limit, memory)
	}
}

func TestWhatIsNotInTheProtocolIsADeath(t *testing.T) {
	for _, c := range []struct{ role, says string }{
		{"polite", `"bye" for a greeting`},
		{"without a plan", "ready without a plan"},
		{"without a failure", `"failed" for a greeting`},
		{"without a grid", "a plane without its grid"},
		{"large plane", "a plane without its grid"},
		{"second plane first", "plane 2 comes after plane 0"},
		{"done too early", `"done" while it computes`},
		{"unknown word", `"whatever" while it computes`},
		{"numbers", "invalid character"},
	} {
		t.Setenv(roleVariable, c.role)
		s := spec{System: "direct", Lines: 2}
		var warnings []string
		_, report, err := Run(context.Background(), s.plan(nil), Job{
			Processes: 1, Description: s.description(), Observe: func(propagate.Snapshot) {},
			Warn: func(text string) { warnings = append(warnings, text) },
		})
		if !errors.Is(err, ErrWorker) || !strings.Contains(err.Error(), "broke the protocol: "+c.says) {
			t.Errorf("%s: error %v, want %q", c.role, err, c.says)
		}
		if report.Deaths != 2 || len(warnings) != 1 {
			t.Errorf("%s: report %+v, %d warnings", c.role, report, len(warnings))
		}
	}
}

func TestAnotherVersionOfTheProtocolIsAnErrorAtOnce(t *testing.T) {
	t.Setenv(roleVariable, "newer")
	s := spec{System: "direct", Lines: 2}
	_, report, err := Run(context.Background(), s.plan(nil), Job{Processes: 1, Description: s.description()})
	if !errors.Is(err, ErrWorker) || !strings.Contains(err.Error(), "version 99 of the protocol, and this program version 1") || report.Deaths != 0 {
		t.Errorf("error %v, report %+v", err, report)
	}
}

func TestAProgramThatCannotBeStartedOrIsNoWorkerIsAnError(t *testing.T) {
	s := spec{System: "direct", Lines: 2}
	plan := s.plan(nil)
	job := Job{Processes: 1, Room: Room{CPUs: 1}}
	_, _, err := share(context.Background(), plan, job, NeedOf(plan, false), filepath.Join(t.TempDir(), "none"))
	if !errors.Is(err, ErrWorker) || !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "worker 1 could not be started") {
		t.Errorf("no such program: error %v", err)
	}
	other, err := exec.LookPath("true")
	if err != nil {
		t.Skip("no program is known here that does nothing")
	}
	_, _, err = share(context.Background(), plan, job, NeedOf(plan, false), other)
	if !errors.Is(err, ErrWorker) || !strings.Contains(err.Error(), "ended with exit status 0 before it was ready") {
		t.Errorf("another program: error %v", err)
	}
}

func TestARunThatDoesNotFitIsRefusedBeforeItStarts(t *testing.T) {
	t.Setenv(roleVariable, "polite") // a worker would be an error of its own
	s := spec{System: "coronagraph", Lines: 5}
	plan := s.plan(nil)
	need := NeedOf(plan, false)
	for memory, says := range map[int64]string{
		need.Peak(2): "3 worker processes and their parent take about ",
		1 << 20:      "; goroutines, one wavelength at a time, take ",
	} {
		_, _, err := Run(context.Background(), plan, Job{Processes: 3, Description: s.description(), Room: Room{CPUs: 3, Memory: memory}})
		if !errors.Is(err, propagate.ErrMemory) || !strings.Contains(err.Error(), says) {
			t.Errorf("%d bytes: error %v, want %q", memory, err, says)
		}
		if memory == need.Peak(2) && !strings.HasSuffix(err.Error(), "; 2 would fit") {
			t.Errorf("memory for 2: error %v", err)
		}
	}
}

func TestTheNumberOfProcessesIsChosenFromTheRoom(t *testing.T) {
	s := spec{System: "direct", Lines: 3}
	for _, c := range []struct{ cpus, asked, want int }{{2, 0, 2}, {64, 0, 3}, {1, 9, 3}, {1, 0, 1}} {
		_, report := byProcesses(t, s, Job{Processes: c.asked, Room: Room{CPUs: c.cpus, Memory: 1 << 40}})
		if report.Processes != c.want {
			t.Errorf("%d asked for with %d processors: %d processes, want %d", c.asked, c.cpus, report.Processes, c.want)
		}
		if runtime.GOOS == "linux" && report.PeakWorkers < int64(c.want)<<20 {
			t.Errorf("%d workers had %d bytes", c.want, report.PeakWorkers)
		}
	}
}

func TestAWorkerDoesNotStartWorkers(t *testing.T) {
	s := spec{System: "direct", Lines: 2}
	plan := s.plan(nil)
	t.Setenv(variable, "1")
	if _, _, err := Run(context.Background(), plan, Job{}); !errors.Is(err, ErrWorker) || !strings.Contains(err.Error(), "workers.Serve") {
		t.Errorf("error %v", err)
	}
}

func TestAWorkerStartedByHandSaysSo(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program)
	c.Env = append(os.Environ(), "ARAGO_WORKER=1")
	out, err := c.CombinedOutput()
	if c.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "the variable ARAGO_WORKER is not for use by hand") {
		t.Errorf("%v: %s", err, out)
	}
}
