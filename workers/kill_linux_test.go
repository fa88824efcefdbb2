package workers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"arago/propagate"
)

// children lists the processes, dead ones that nobody has waited for included,
// whose parent is this one.
func children(t *testing.T) []int {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, file := range files {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		// PID (name) state parent …
		begin, end := strings.IndexByte(string(stat), ' '), strings.LastIndexByte(string(stat), ')')
		fields := strings.Fields(string(stat[end+1:]))
		pid, err := strconv.Atoi(string(stat[:begin]))
		if err == nil && fields[1] == strconv.Itoa(os.Getpid()) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// killOne kills a child chosen by r and says whether there was one.
func killOne(t *testing.T, r *rand.Rand) bool {
	pids := children(t)
	if len(pids) == 0 {
		return false
	}
	// One that has ended meanwhile is not hit: the system does not give its
	// number to another process so soon.
	return syscall.Kill(pids[r.IntN(len(pids))], syscall.SIGKILL) == nil
}

func openFiles(t *testing.T) int {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

// nothingIsLeft compares what this process has after a run with what it had
// before; call it before, and what it returns afterwards.
func nothingIsLeft(t *testing.T) (check func()) {
	t.Helper()
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	s := spec{System: "direct", Lines: 2}
	byProcesses(t, s, Job{Processes: 2}) // the first run opens what the run-time keeps
	files, goroutines := openFiles(t), runtime.NumGoroutine()
	return func() {
		t.Helper()
		if pids := children(t); len(pids) > 0 {
			t.Errorf("the processes %v are left", pids)
		}
		if n := openFiles(t); n != files {
			t.Errorf("%d files are open, before the run %d", n, files)
		}
		// A goroutine that has said that it is done may need a moment to end.
		for range 1_000_000 {
			if runtime.NumGoroutine() <= goroutines {
				break
			}
			runtime.Gosched()
		}
		if n := runtime.NumGoroutine(); n > goroutines {
			t.Errorf("there are %d goroutines, before the run %d", n, goroutines)
		}
		left, err := os.ReadDir(temporary)
		if err != nil || len(left) > 0 {
			t.Errorf("in the folder for temporary files: %v (%v)", left, err)
		}
		for _, folder := range []string{"/dev/shm", "/run/shm"} {
			if names, _ := filepath.Glob(folder + "/*arago*"); len(names) > 0 {
				t.Errorf("shared memory has names: %v", names)
			}
		}
	}
}

// Many runs in which one to three workers are killed, at planes that are
// counted or at any time. A single death never costs the image.
func TestRunsWhoseWorkersAreKilledGiveTheSameImageOrAClearError(t *testing.T) {
	check := nothingIsLeft(t)
	s := spec{System: "coronagraph", Lines: 6}
	plan := s.plan(nil)
	want := alone(t, s).Image
	random := rand.New(rand.NewPCG(5, 200))
	const total = 6 * 4
	var finished, killed, died, failed int
	for run := range killedRuns {
		kills := 1 + random.IntN(3)
		var warnings, last int
		var struck atomic.Int64
		job := Job{
			Processes: 1 + random.IntN(3), Description: s.description(),
			Warn: func(text string) {
				warnings++
				if !strings.Contains(text, "was killed by signal 9") {
					t.Errorf("run %d: %s", run, text)
				}
			},
		}
		count := func(done int) {
			if last++; done != last {
				t.Errorf("run %d: progress went from %d to %d", run, last-1, done)
			}
		}
		var stopped sync.WaitGroup
		over := make(chan struct{})
		if run%2 == 0 {
			at := map[int]bool{}
			for range kills {
				at[1+random.IntN(total)] = true
			}
			job.Progress = func(done, _ int) {
				count(done)
				if at[done] && killOne(t, random) {
					struck.Add(1)
				}
			}
			if run%4 == 0 {
				job.Observe = func(propagate.Snapshot) {}
			}
		} else {
			job.Progress = func(done, _ int) { count(done) }
			patience := random.IntN(2000)
			own := rand.New(rand.NewPCG(uint64(run), 200))
			stopped.Go(func() {
				for struck.Load() < int64(kills) {
					select {
					case <-over:
						return
					default:
					}
					if patience--; patience > 0 {
						runtime.Gosched()
						continue
					}
					if killOne(t, own) {
						struck.Add(1)
						patience = own.IntN(2000)
					}
				}
			})
		}
		r, report, err := Run(context.Background(), plan, job)
		close(over)
		stopped.Wait()

		killed += int(struck.Load())
		died += report.Deaths
		var death *Death
		switch {
		case err == nil:
			finished++
			sameBits(t, fmt.Sprintf("run %d, %d killed", run, struck.Load()), r.Image, want)
			if warnings != report.Deaths || last != total {
				t.Errorf("run %d: %d warnings of %d deaths, %d of %d planes", run, warnings, report.Deaths, last, total)
			}
		case !errors.Is(err, ErrWorker) || !errors.As(err, &death) || r != nil:
			t.Errorf("run %d: error %v", run, err)
		case report.Deaths < 2:
			t.Errorf("run %d: %d deaths ended it: %v", run, report.Deaths, err)
		default:
			failed++
		}
	}
	check()
	t.Logf("%d runs finished and %d gave up; %d workers were killed, %d while they were needed", finished, failed, killed, died)
	if died < killedRuns/2 || finished < killedRuns/2 {
		t.Error("too few workers died at work, or too few runs survived it, to show anything")
	}
}

func TestACancelledRunLeavesNothing(t *testing.T) {
	check := nothingIsLeft(t)
	s := spec{System: "coronagraph", Lines: 4}
	plan := s.plan(nil)
	for at := 0; at < 17; at += cancelledEach {
		for _, observed := range []bool{false, true} {
			ctx, cancel := context.WithCancel(context.Background())
			calls := 0
			job := Job{Processes: 2, Description: s.description(), Progress: func(done, _ int) {
				if calls++; done == at {
					cancel()
				}
			}}
			if observed {
				job.Observe = func(propagate.Snapshot) {}
			}
			if at == 0 {
				cancel()
			}
			r, report, err := Run(ctx, plan, job)
			cancel()
			// After the last plane the run may win the race.
			if at < 16 && (!errors.Is(err, context.Canceled) || r != nil) {
				t.Errorf("cancelled after %d planes: error %v", at, err)
			}
			if report.Deaths != 0 {
				t.Errorf("cancelled after %d planes: what the parent kills is counted as %d deaths", at, report.Deaths)
			}
			if calls > at+1 {
				t.Errorf("%d planes were reported after the end of the context", calls-at)
			}
		}
	}
	check()
}

func TestARunMayBeCancelledWhileWorkersStart(t *testing.T) {
	check := nothingIsLeft(t)
	s := spec{System: "coronagraph", Lines: 4}
	plan := s.plan(nil)
	random := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		ctx, cancel := context.WithCancel(context.Background())
		patience := random.IntN(3000)
		var stopped sync.WaitGroup
		stopped.Go(func() {
			for range patience {
				runtime.Gosched()
			}
			cancel()
		})
		_, _, err := Run(ctx, plan, Job{Processes: 3, Description: s.description()})
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		stopped.Wait()
	}
	check()
}

func TestRunsThatFailLeaveNothing(t *testing.T) {
	check := nothingIsLeft(t)
	for _, s := range []spec{
		{System: "coronagraph", Lines: 3, Fault: "exit"},
		{System: "coronagraph", Lines: 3, Fault: "babble", FaultLine: 2},
		{System: "coronagraph", Lines: 3, Dark: true},
		{System: "coronagraph", Lines: 3, Build: "kill"},
		{System: "coronagraph", Lines: 3, Build: "one line less"},
	} {
		if _, _, err := Run(context.Background(), s.plan(nil), Job{Processes: 3, Description: s.description()}); err == nil {
			t.Errorf("%+v: no error", s)
		}
	}
	check()
}

func TestWorkersAreOutOfReachOfTheTerminalsInterrupt(t *testing.T) {
	s := spec{System: "direct", Lines: 2}
	seen := 0
	byProcesses(t, s, Job{Processes: 2, Progress: func(int, int) {
		for _, pid := range children(t) {
			group, err := unix.Getpgid(pid)
			if errors.Is(err, unix.ESRCH) {
				continue // it had nothing left to do, and has ended
			}
			if err != nil || group != pid {
				t.Errorf("process %d is in the group %d (%v)", pid, group, err)
			}
			seen++
		}
	}})
	if seen == 0 {
		t.Error("no worker was seen")
	}
}

// The workers of a parent that is killed disappear, whatever they are doing: in
// a system call that never returns, as in a library, or in a loop without end.
func TestWorkersWhoseParentIsKilledExit(t *testing.T) {
	for _, fault := range []string{"wait", "spin"} {
		name := filepath.Join(t.TempDir(), "pipe")
		if err := unix.Mkfifo(name, 0o600); err != nil {
			t.Fatal(err)
		}
		program, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		s := spec{System: "coronagraph", Lines: 2, Marker: name, Build: fault}
		if fault == "wait" {
			s.Build, s.Fault = "", fault
			s.Lines = 1
		}
		parent, err := os.StartProcess(program, []string{"parent"}, &os.ProcAttr{
			Env:   append(os.Environ(), parentVariable+"="+string(s.description())),
			Files: []*os.File{nil, os.Stderr, os.Stderr},
		})
		if err != nil {
			t.Fatal(err)
		}
		pipe, err := os.Open(name) // waits for the first worker
		if err != nil {
			t.Fatal(err)
		}
		lines := make([]byte, 0, 64)
		for strings.Count(string(lines), "\n") < s.Lines {
			n, err := pipe.Read(lines[len(lines):cap(lines)])
			if err != nil {
				t.Fatalf("%s: after %q: %v", fault, lines, err)
			}
			lines = lines[:len(lines)+n]
		}
		if err := parent.Kill(); err != nil {
			t.Fatal(err)
		}
		if _, err := parent.Wait(); err != nil {
			t.Fatal(err)
		}
		// The pipe ends when no worker is left that has it open.
		if _, err := io.ReadAll(pipe); err != nil {
			t.Fatal(err)
		}
		pipe.Close()
	}
}
