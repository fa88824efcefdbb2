package submit

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// study is a job for an engine, with what that engine needs.
func study(engine string) Job {
	j := Job{
		Study: "Tolerances 2.toml", Folder: "/home/ada/It's a study",
		Command: []string{"/opt/arago/arago", "sweep", "Tolerances 2.toml", "-o", "out/tolerances.fits", "--workers", "2", "--no-picture"},
		Cases:   12_000, Tasks: 24, CPUs: 2, Retries: 3, Never: []int{1, 2, 3, 4, 5},
		Total: 36_000, Longest: 1520, Bytes: 203 << 20,
	}
	switch engine {
	case "slurm", "pbs":
		j.Queue = "short"
	case "kubernetes":
		j.Image, j.Volume = "example.org/arago:1", "tolerances"
	case "aws-batch":
		j.Queue, j.Definition = "spot", "arago:1"
	}
	return j
}

func written(t *testing.T, name string, j Job) string {
	t.Helper()
	e, ok := Named(name)
	if !ok {
		t.Fatalf("there is no engine %s", name)
	}
	text, err := e.Write(j)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return text
}

func TestWhatEnginesRead(t *testing.T) {
	for _, name := range Names() {
		e, _ := Named(name)
		for _, tasks := range []int{1, 24} {
			j := study(name)
			file := "array" + e.Suffix
			if tasks == 1 {
				j.Tasks, file = 1, "single"+e.Suffix
			}
			got, path := written(t, name, j), filepath.Join("testdata", file)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs from what is written now (go test -update writes it anew):\n%s", path, got)
			}
		}
	}
}

func TestScriptsAreCorrectShell(t *testing.T) {
	for _, name := range Names() {
		e, _ := Named(name)
		if !e.Script {
			continue
		}
		path := filepath.Join("testdata", "array"+e.Suffix)
		for _, check := range [][]string{{"sh", "-n", path}, {"bash", "-n", path}, {"shellcheck", "--exclude=SC2086", path}} {
			if _, err := exec.LookPath(check[0]); err != nil {
				t.Logf("%s is not on this machine", check[0])
				continue
			}
			if out, err := exec.Command(check[0], check[1:]...).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", strings.Join(check, " "), err, out)
			}
		}
	}
}

// Each script runs with stand-ins for arago, scontrol and sleep: what is tried again, and how
// often, and what the engine is told.
func TestAScriptTriesAgainWhatMayHelp(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh on this machine, and no engine with scripts")
	}
	for _, c := range []struct {
		engine   string
		codes    []string // of the attempts
		restarts string   // SLURM_RESTART_COUNT
		lost     bool     // the folder of the study is not there
		calls    int
		code     int
		requeued bool
	}{
		{engine: "slurm", codes: []string{"0"}, calls: 1},
		{engine: "slurm", codes: []string{"4"}, calls: 1, code: 4},
		{engine: "slurm", codes: []string{"75"}, calls: 1, code: 75, requeued: true},
		{engine: "slurm", codes: []string{"137"}, restarts: "2", calls: 1, code: 137, requeued: true},
		{engine: "slurm", codes: []string{"137"}, restarts: "3", calls: 1, code: 137},
		{engine: "pbs", codes: []string{"75", "137", "0"}, calls: 3},
		{engine: "pbs", codes: []string{"75", "2"}, calls: 2, code: 2},
		{engine: "pbs", codes: []string{"75", "75", "75", "130", "0"}, calls: 4, code: 130},
		{engine: "hyperqueue", codes: []string{"5"}, calls: 1, code: 5},
		{engine: "hyperqueue", codes: []string{"143", "0"}, calls: 2},
		{engine: "slurm", lost: true, code: 75, requeued: true},
		{engine: "pbs", lost: true, code: 75},
	} {
		folder := t.TempDir()
		// The stand-in ends with the next of the codes and notes down what it was told.
		standIn := "#!/bin/sh\necho \"$GOMAXPROCS $*\" >>calls\nset -- " + strings.Join(c.codes, " ") +
			"\nshift $(($(wc -l <calls) - 1))\nexit $1\n"
		program := filepath.Join(folder, "arago")
		for name, text := range map[string]string{
			"arago": standIn, "scontrol": "#!/bin/sh\necho \"$*\" >>requeued\n", "sleep": "#!/bin/sh\n",
		} {
			path := filepath.Join(folder, name)
			if err := os.WriteFile(path, []byte(text), 0o777); err != nil {
				t.Fatal(err)
			}
		}
		j := study(c.engine)
		j.Folder, j.Command[0] = folder, program
		if c.lost {
			j.Folder = filepath.Join(folder, "lost")
		}
		e, _ := Named(c.engine)
		file := filepath.Join(folder, "job"+e.Suffix)
		if err := os.WriteFile(file, []byte(written(t, c.engine, j)), 0o777); err != nil {
			t.Fatal(err)
		}
		run := exec.Command("sh", file)
		run.Dir = folder
		run.Env = append(os.Environ(), "PATH="+folder+string(os.PathListSeparator)+os.Getenv("PATH"), "SLURM_CPUS_PER_TASK=2", "NCPUS=2",
			"SLURM_ARRAY_TASK_ID=7", "SLURM_JOB_ID=99", "PBS_ARRAY_INDEX=7", "HQ_TASK_ID=7", "SLURM_RESTART_COUNT="+c.restarts)
		out, err := run.CombinedOutput()
		if code := run.ProcessState.ExitCode(); code != c.code {
			t.Errorf("%s, attempts that end with %v: code %d (%v), not %d\n%s", c.engine, c.codes, code, err, c.code, out)
		}
		calls, _ := os.ReadFile(filepath.Join(folder, "calls"))
		want := strings.Repeat("2 sweep Tolerances 2.toml -o out/tolerances.fits --workers 2 --no-picture --task-index 7 --task-count 24\n", c.calls)
		if string(calls) != want {
			t.Errorf("%s, attempts that end with %v: called\n%snot\n%s", c.engine, c.codes, calls, want)
		}
		requeued, _ := os.ReadFile(filepath.Join(folder, "requeued"))
		if (string(requeued) == "requeue 99\n") != c.requeued {
			t.Errorf("%s, an attempt that ends with %v: scontrol was told %q", c.engine, c.codes, requeued)
		}
	}
}

func TestNoFileIsTakenForAnOption(t *testing.T) {
	for _, name := range Names() {
		e, _ := Named(name)
		words := e.HandOver("-x.sh")
		if last := words[len(words)-1]; last != "./-x.sh" && last != "file://./-x.sh" {
			t.Errorf("%s is told %q", name, words)
		}
	}
}

func TestRequestsHaveTheirMargins(t *testing.T) {
	// 100 MiB·1.25 + 64 MiB = 189 MiB; a byte more is another MiB.
	if got := (Job{Bytes: 100 << 20}).Memory(); got != 189 {
		t.Errorf("100 MiB predicted: %d MiB requested, not 189", got)
	}
	if got := (Job{Bytes: 100<<20 + 1}).Memory(); got != 190 {
		t.Errorf("a byte more than 100 MiB predicted: %d MiB requested, not 190", got)
	}
	for seconds, want := range map[float64]time.Duration{
		0: 5 * time.Minute, 0.1: 6 * time.Minute, 30: 6 * time.Minute, 1800: 65 * time.Minute, 1e12: 365 * 24 * time.Hour,
	} {
		if got := (Job{Longest: seconds}).Time(); got != want {
			t.Errorf("%g s predicted: %v requested, not %v", seconds, got, want)
		}
	}
}

func TestTasksTakeAboutHalfAnHour(t *testing.T) {
	e, _ := Named("slurm")
	for _, c := range []struct {
		seconds float64
		cases   int
		want    int
	}{
		{0, 10, 1}, {1800, 10, 1}, {1801, 10, 2}, {36000, 12000, 20}, {36000, 7, 7}, {1e9, 1_000_000, 1001}, {1e300, 1_000_000, 1001},
	} {
		if got := e.Tasks(c.seconds, c.cases); got != c.want {
			t.Errorf("%d cases that take %g s: %d tasks, not %d", c.cases, c.seconds, got, c.want)
		}
	}
}

func TestJobsThatAnEngineCannotRunAreRefused(t *testing.T) {
	for _, c := range []struct {
		engine string
		change func(*Job)
		says   string
	}{
		{"slurm", func(j *Job) { j.Tasks = 1002 }, "slurm runs at most 1001"},
		{"slurm", func(j *Job) { j.Cases = 23 }, "24 tasks for 23 cases"},
		{"slurm", func(j *Job) { j.Image = "x" }, "only engines that run containers"},
		{"pbs", func(j *Job) { j.CPUs = 0 }, "at least 1"},
		{"pbs", func(j *Job) { j.Study = "a\n#PBS -q other.toml" }, "line break"},
		{"hyperqueue", func(j *Job) { j.Queue = "short" }, "there are no queues"},
		{"hyperqueue", func(j *Job) { j.Retries = 10 }, "from 0 to 9"},
		{"kubernetes", func(j *Job) { j.Image = "" }, "--image"},
		{"kubernetes", func(j *Job) { j.Volume = "" }, "--volume"},
		{"kubernetes", func(j *Job) { j.Queue = "q" }, "neither queues"},
		{"aws-batch", func(j *Job) { j.Queue = "" }, "--queue"},
		{"aws-batch", func(j *Job) { j.Definition = "" }, "--definition"},
		{"aws-batch", func(j *Job) { j.Volume = "v" }, "from the job definition"},
		{"aws-batch", func(j *Job) { j.Never = []int{1, 2, 3, 4, 5, 6} }, "at most five"},
	} {
		e, _ := Named(c.engine)
		j := study(c.engine)
		c.change(&j)
		if text, err := e.Write(j); !errors.Is(err, ErrJob) || !strings.Contains(err.Error(), c.says) || text != "" {
			t.Errorf("%s: error %v and %d bytes; the error must say %q", c.engine, err, len(text), c.says)
		}
	}
}

func TestNamesSuitEveryEngine(t *testing.T) {
	for study, want := range map[string]string{
		"study.toml":               "arago-study",
		"out/Tolerances 2.toml":    "arago-tolerances-2",
		"été.toml":                 "arago--t",
		"-.toml":                   "arago",
		strings.Repeat("long", 20): "arago-longlonglonglonglonglonglonglongl"[:39] + "o",
	} {
		got := Job{Study: study}.Name()
		if got != want || len(got) > 40 {
			t.Errorf("the job of %q is called %q, not %q", study, got, want)
		}
	}
	names := Names()
	slices.Sort(names)
	if len(slices.Compact(names)) != 5 {
		t.Errorf("there are the engines %v; there must be five", names)
	}
}
