package sweep_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"arago/propagate"
	"arago/sweep"
)

// tiny is a system that takes next to nothing.
var tiny = strings.NewReplacer("npix = 16", "npix = 8", "fov_pixels = 8", "fov_pixels = 4").Replace(telescope)

// four is a sweep of four cases over it.
const four = `
system = "telescope.toml"
[[axis]]
path = "source.offset_r"
values = [0.0, 0.01, 0.02, 0.03]
[measures]
take = ["peak"]
`

// interrupted runs the whole with one worker and ends it after so many cases.
func interrupted(t testing.TB, p *sweep.Plan, out string, after int) sweep.Report {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	report, err := p.Run(ctx, sweep.Whole, sweep.Run{Output: out, Workers: 1, Progress: func(p sweep.Progress) {
		if p.Done-p.Kept == after {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("an interrupted run ends with %v", err)
	}
	return report
}

func TestAnInterruptedRunGoesOnWhereItWas(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": telescope})
	p := planned(t, dir, offsets)
	whole, out := filepath.Join(dir, "whole.fits"), filepath.Join(dir, "parts", "study.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: whole})
	for round, kept := range []int{0, 5, 8} {
		after := []int{5, 3, 1}[round]
		if report := interrupted(t, p, out, after); report.Kept > kept || report.Computed != after {
			t.Errorf("round %d: %+v, want %d cases computed and %d kept", round, report, after, kept)
		}
		holds(t, filepath.Dir(out), "study.fits.journal", "study.fits.part")
	}
	report := computed(t, p, sweep.Whole, sweep.Run{Output: out})
	if report.Kept != 9 || report.Computed != 3 {
		t.Errorf("%+v, want 9 cases kept and 3 computed", report)
	}
	same(t, out, whole)
	holds(t, filepath.Dir(out), "study.fits")
	if again := computed(t, p, sweep.Whole, sweep.Run{Output: out}); again.Kept != 12 || again.Computed != 0 {
		t.Errorf("another run: %+v, want all kept", again)
	}
	same(t, out, whole)
}

// However little of a journal is left, or if a byte of it is wrong, the next run makes the
// same file.
func TestAJournalMayEndOrBeWrongAtAnyByte(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, four)
	whole, left := filepath.Join(dir, "whole.fits"), filepath.Join(dir, "left.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: whole})
	interrupted(t, p, left, 3)
	journal, part := content(t, left+".journal"), content(t, left+".part")
	out := filepath.Join(dir, "out.fits")
	resumed := func(what string, journal []byte) {
		t.Helper()
		for name, b := range map[string][]byte{out + ".journal": journal, out + ".part": part} {
			if err := os.WriteFile(name, b, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		os.Remove(out)
		report, err := p.Run(t.Context(), sweep.Whole, sweep.Run{Output: out, Workers: 1})
		if err != nil || report.Kept+report.Computed != 4 {
			t.Fatalf("%s: %+v, %v", what, report, err)
		}
		same(t, out, whole)
	}
	step := 1
	if raceEnabled {
		step = 29
	}
	for n := 0; n <= len(journal); n += step {
		resumed(fmt.Sprintf("%d bytes", n), journal[:n])
	}
	for n := 0; n < len(journal); n += 3 * step {
		wrong := append([]byte{}, journal...)
		wrong[n] ^= 1 << (n % 8)
		resumed(fmt.Sprintf("byte %d is wrong", n), wrong)
	}
}

// What a journal records counts only if the image is there: after a power failure it
// may not be.
func TestAnImageThatIsNotWholeIsComputedAgain(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, four)
	whole, out := filepath.Join(dir, "whole.fits"), filepath.Join(dir, "out.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: whole})
	interrupted(t, p, out, 3)
	part := content(t, out+".part")
	first := len(part) - 2880 // four images of 4×4 numbers lie in the last block
	clear(part[first+128 : first+2*128])
	if err := os.WriteFile(out+".part", part, 0o666); err != nil {
		t.Fatal(err)
	}
	report := computed(t, p, sweep.Whole, sweep.Run{Output: out})
	if report.Kept != 2 || report.Computed != 2 {
		t.Errorf("%+v, want 2 kept and 2 computed", report)
	}
	same(t, out, whole)
	// A part that is cut off has no image at all.
	os.Remove(out)
	interrupted(t, p, out, 3)
	if err := os.Truncate(out+".part", int64(first)); err != nil {
		t.Fatal(err)
	}
	computed(t, p, sweep.Whole, sweep.Run{Output: out})
	same(t, out, whole)
}

func TestAChangedStudyComputesOnlyWhatIsNew(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	longer := strings.Replace(four, "[0.0, 0.01, 0.02, 0.03]", "[-0.01, 0.0, 0.01, 0.015, 0.02, 0.03]", 1)
	want := filepath.Join(dir, "want.fits")
	computed(t, planned(t, dir, longer), sweep.Whole, sweep.Run{Output: want})
	for what, prepare := range map[string]func(out string){
		"finished":    func(out string) { computed(t, planned(t, dir, four), sweep.Whole, sweep.Run{Output: out}) },
		"interrupted": func(out string) { interrupted(t, planned(t, dir, four), out, 3) },
	} {
		out := filepath.Join(dir, what, "out.fits")
		prepare(out)
		kept := map[string]int{"finished": 4, "interrupted": 3}[what]
		report := computed(t, planned(t, dir, longer), sweep.Whole, sweep.Run{Output: out})
		if report.Kept != kept || report.Computed != 6-kept {
			t.Errorf("%s: %+v, want %d kept", what, report, kept)
		}
		same(t, out, want)
		holds(t, filepath.Dir(out), "out.fits")
	}
	// Another program, precision or parameter of the system computes all again.
	out := filepath.Join(dir, "finished", "out.fits")
	study, err := sweep.Parse("study.toml", []byte(longer), dir)
	if err != nil {
		t.Fatal(err)
	}
	other := options(t)
	other.Program = "another"
	p, err := study.Plan(other)
	if err != nil {
		t.Fatal(err)
	}
	if report := computed(t, p, sweep.Whole, sweep.Run{Output: out}); report.Computed != 6 {
		t.Errorf("another program: %+v, want all computed", report)
	}
	if err := os.WriteFile(filepath.Join(dir, "telescope.toml"), []byte(strings.Replace(tiny, "diameter = 2.0", "diameter = 2.1", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	if report := computed(t, planned(t, dir, longer), sweep.Whole, sweep.Run{Output: out}); report.Computed != 6 {
		t.Errorf("another telescope: %+v, want all computed", report)
	}
}

func TestAComputationIsNotDoneByTwo(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, four)
	out := filepath.Join(dir, "out.fits")
	met := false
	computed(t, p, sweep.Whole, sweep.Run{Output: out, Workers: 1, Progress: func(progress sweep.Progress) {
		if progress.Done != 2 {
			return
		}
		_, err := p.Run(t.Context(), sweep.Whole, sweep.Run{Output: out})
		met = errors.Is(err, sweep.ErrBusy) && strings.Contains(err.Error(), fmt.Sprintf("process %d on ", os.Getpid()))
		if !met {
			t.Errorf("the second run ends with %v", err)
		}
	}})
	if !met {
		t.Error("the second run did not meet the first")
	}
}

// child is set for a test program that runs a study as another process.
const child = "ARAGO_SWEEP_TEST"

func TestMain(m *testing.M) {
	if dir := os.Getenv(child); dir != "" {
		os.Exit(childMain(dir))
	}
	os.Exit(m.Run())
}

// childMain runs the study in a folder and writes a line for each case that it computes, or it is a worker process of such a run.
func childMain(dir string) int {
	t := new(testing.T)
	text, err := os.ReadFile(filepath.Join(dir, "study.toml"))
	if err != nil {
		return 2
	}
	p := planned(t, dir, string(text))
	run := sweep.Run{Output: filepath.Join(dir, "out.fits"), Workers: 2}
	if os.Getenv(child+"_WORKER") != "" {
		if mark := filepath.Join(dir, "die"); os.Remove(mark) == nil {
			fmt.Fprintln(os.Stderr, "killed for the test")
			return 3
		}
		if mark := filepath.Join(dir, "large"); os.Remove(mark) == nil {
			fmt.Fprintln(os.Stderr, "8 GiB and 1 GiB are free")
			return 4
		}
		if err := p.Serve(context.Background(), sweep.Whole, run, os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return 0
	}
	computed := 0
	run.Progress = func(p sweep.Progress) {
		if n := p.Done - p.Kept; n > computed {
			computed = n
			fmt.Println(n)
		}
	}
	if _, err := p.Run(context.Background(), sweep.Whole, run); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func childCommand(dir string, more ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(append(os.Environ(), child+"="+dir), more...)
	return cmd
}

// Processes are killed after a number of cases that is drawn, one after the other, until
// one is finished before its time. What they leave makes the same file.
func TestKilledProcessesLoseNothing(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny, "study.toml": many(120)})
	whole := filepath.Join(dir, "whole.fits")
	computed(t, planned(t, dir, many(120)), sweep.Whole, sweep.Run{Output: whole})
	random := rand.New(rand.NewPCG(9, 9))
	finished := false
	for round := 0; round < 200 && !finished; round++ {
		cmd := childCommand(dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 1 + random.IntN(40); n > 0 && lines.Scan(); n-- {
		}
		cmd.Process.Kill()
		for lines.Scan() {
		}
		finished = cmd.Wait() == nil
	}
	if !finished {
		t.Fatal("200 processes did not finish 120 cases")
	}
	same(t, filepath.Join(dir, "out.fits"), whole)
}

func TestWorkerProcessesMakeTheSameFile(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": tiny, "study.toml": many(30), "die": ""})
	p := planned(t, dir, many(30))
	whole, out := filepath.Join(dir, "whole.fits"), filepath.Join(dir, "out.fits")
	computed(t, p, sweep.Whole, sweep.Run{Output: whole})
	var warnings []string
	computed(t, p, sweep.Whole, sweep.Run{
		Output: out, Workers: 2, Warn: func(s string) { warnings = append(warnings, s) },
		Process: func() *exec.Cmd { return childCommand(dir, child+"_WORKER=1") },
	})
	same(t, out, whole)
	if len(warnings) != 1 || !strings.Contains(warnings[0], "a worker process died over case ") || !strings.Contains(warnings[0], "it wrote: killed for the test") {
		t.Errorf("the death of a process is told as %q", warnings)
	}
	// One that says that its case does not fit is believed, and no other is started.
	os.Remove(out)
	if err := os.WriteFile(filepath.Join(dir, "large"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := p.Run(t.Context(), sweep.Whole, sweep.Run{
		Output: out, Workers: 1, MemoryCode: 4, Process: func() *exec.Cmd { return childCommand(dir, child+"_WORKER=1") },
		Warn: func(s string) { t.Errorf("warning %q", s) },
	})
	if !errors.Is(err, propagate.ErrMemory) || errors.Is(err, sweep.ErrProcess) || !strings.Contains(err.Error(), "the worker process of case 0 (") || !strings.Contains(err.Error(), "it wrote: 8 GiB and 1 GiB are free") {
		t.Errorf("a process without enough memory ends the run with %v", err)
	}
	// One that dies again and again ends the run, and what is there is kept.
	os.Remove(out)
	_, err = p.Run(t.Context(), sweep.Whole, sweep.Run{
		Output: out, Workers: 1, Process: func() *exec.Cmd { return exec.Command(os.Args[0], "-test.run=^$", "-test.v=false") },
	})
	if !errors.Is(err, sweep.ErrProcess) || !strings.Contains(err.Error(), "twice over case 0") {
		t.Errorf("a process that always dies ends the run with %v", err)
	}
	_, err = p.Run(t.Context(), sweep.Whole, sweep.Run{
		Output: out, Workers: 1, Process: func() *exec.Cmd { return exec.Command(filepath.Join(dir, "nothing")) },
	})
	if !errors.Is(err, sweep.ErrProcess) || !strings.Contains(err.Error(), "it cannot be started") {
		t.Errorf("a process that is not there ends the run with %v", err)
	}
}

// The size that the issue asks for: ten thousand cases, interrupted three times.
func TestTenThousandCasesInterruptedThreeTimes(t *testing.T) {
	if raceEnabled {
		t.Skip("under the race detector it would take minutes, and cases race as well in the other tests")
	}
	dir := folder(t, map[string]string{"telescope.toml": tiny})
	p := planned(t, dir, many(10_000))
	out := filepath.Join(dir, "out.fits")
	for round := range 3 {
		if report := interrupted(t, p, out, 2500); report.Computed != 2500 || report.Kept > 2500*round {
			t.Errorf("round %d: %+v", round, report)
		}
	}
	report := computed(t, p, sweep.Whole, sweep.Run{Output: out})
	if report.Kept != 7500 || report.Computed != 2500 {
		t.Errorf("%+v, want 7500 kept and 2500 computed", report)
	}
	if rows := index(t, out).Rows(); rows != 10_000 {
		t.Errorf("the index has %d rows", rows)
	}
}
