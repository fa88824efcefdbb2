package sweep_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"arago/sweep"
)

// For any costs and any number of tasks, every case belongs to exactly one task, cases
// of a task follow each other, and no task has more than its part of the cost and one
// case.
func TestTasksShareTheCasesEvenly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		costs := rapid.SliceOfN(rapid.Uint64Range(1, 1e15), 0, 60).Draw(t, "costs")
		tasks := rapid.IntRange(1, 100).Draw(t, "tasks")
		var total, most uint64
		for _, c := range costs {
			total += c
			most = max(most, c)
		}
		next := 0
		cuts := sweep.Cut(len(costs), func(i int) uint64 { return costs[i] }, total, tasks)
		for i := range tasks {
			from, to := cuts[i], cuts[i+1]
			if from != next || to < from {
				t.Fatalf("task %d of %d has the cases %d … %d, and the one before it ended with %d", i, tasks, from, to, next)
			}
			next = to
			var cost uint64
			for _, c := range costs[from:to] {
				cost += c
			}
			if float64(cost) > float64(total)/float64(tasks)+float64(most)*(1+1e-9) {
				t.Fatalf("task %d of %d costs %d of %d; the largest case costs %d", i, tasks, cost, total, most)
			}
		}
		if next != len(costs) {
			t.Fatalf("the tasks end with case %d of %d", next, len(costs))
		}
	})
}

// A case that takes as long as all others together is a task of its own.
func TestCostsOfCasesCount(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": telescope})
	p := planned(t, dir, `
system = "telescope.toml"
[output]
images = "none"
[[axis]]
path = "system.npix"
values = [4096, 16, 16, 16, 16, 16, 16, 16]
`)
	if from, to := p.Range(sweep.Task{Index: 0, Count: 2}); from != 0 || to != 1 {
		t.Errorf("the first of two tasks has the cases %d … %d, want the large one alone", from, to)
	}
	prediction := p.Predict(0, 8)
	if prediction.Cases != 8 || !(prediction.Slowest > 4*prediction.Quickest) || !(prediction.CaseBytes > 20<<20) {
		t.Errorf("%+v", prediction)
	}
	if p.Largest() != 0 {
		t.Errorf("case %d takes most memory, want the first", p.Largest())
	}
}

// How cases are shared out depends on nothing that is measured or configured.
func TestFiguresOfTheMachineDoNotChangeTheSplit(t *testing.T) {
	dir := folder(t, map[string]string{"telescope.toml": telescope})
	text := `
system = "telescope.toml"
[output]
images = "none"
[[axis]]
path = "system.npix"
range = { from = 16, to = 96, step = 16 }
[[axis]]
path = "plane.1.fov_pixels"
values = [4, 8, 16, 24]
`
	study, err := sweep.Parse("study.toml", []byte(text), dir)
	if err != nil {
		t.Fatal(err)
	}
	want := planned(t, dir, text)
	slow := options(t)
	slow.Propagate.Machine = slowMachine()
	got, err := study.Plan(slow)
	if err != nil {
		t.Fatal(err)
	}
	if want.Predict(0, 24).Seconds == got.Predict(0, 24).Seconds {
		t.Error("the figures of the machine do not change the predicted time")
	}
	for i := range 7 {
		task := sweep.Task{Index: i, Count: 7}
		f1, t1 := want.Range(task)
		f2, t2 := got.Range(task)
		if f1 != f2 || t1 != t2 {
			t.Errorf("%s has %d … %d and %d … %d", task.Name(), f1, t1, f2, t2)
		}
	}
}

func TestTasksKnowThemselvesFromTheirScheduler(t *testing.T) {
	for _, c := range []struct {
		index, count int
		env          string
		want         sweep.Task
		problem      string
	}{
		{-1, 0, "", sweep.Whole, ""},
		{2, 5, "", sweep.Task{Index: 2, Count: 5}, ""},
		{-1, 0, "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=24 SLURM_ARRAY_TASK_STEP=1 SLURM_ARRAY_TASK_COUNT=24", sweep.Task{Index: 2, Count: 24, From: "SLURM_ARRAY_TASK_ID"}, ""},
		{-1, 0, "SLURM_ARRAY_TASK_ID=14 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_MAX=20 SLURM_ARRAY_TASK_STEP=2", sweep.Task{Index: 2, Count: 6, From: "SLURM_ARRAY_TASK_ID"}, ""},
		{-1, 0, "SLURM_ARRAY_TASK_ID=15 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_MAX=20 SLURM_ARRAY_TASK_STEP=2", sweep.Task{}, "none of the indices from 10 in steps of 2"},
		// Task 3 of an array of 24 that is submitted again alone.
		{-1, 0, "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_COUNT=1 ARAGO_TASK_COUNT=24", sweep.Task{Index: 3, Count: 24, From: "SLURM_ARRAY_TASK_ID"}, ""},
		{-1, 0, "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_COUNT=1 ARAGO_TASK_COUNT=24 ARAGO_TASK_FIRST=1", sweep.Task{Index: 2, Count: 24, From: "SLURM_ARRAY_TASK_ID"}, ""},
		{-1, 0, "PBS_ARRAY_INDEX=4 ARAGO_TASK_COUNT=8", sweep.Task{Index: 4, Count: 8, From: "PBS_ARRAY_INDEX"}, ""},
		{-1, 8, "PBS_ARRAY_INDEX=8 ARAGO_TASK_FIRST=1", sweep.Task{Index: 7, Count: 8, From: "PBS_ARRAY_INDEX"}, ""},
		{-1, 0, "PBS_ARRAY_INDEX=4", sweep.Task{}, "PBS_ARRAY_INDEX says that this is task 4, and nothing says of how many; give --task-count or set ARAGO_TASK_COUNT"},
		{-1, 0, "HQ_TASK_ID=0 ARAGO_TASK_COUNT=3", sweep.Task{Index: 0, Count: 3, From: "HQ_TASK_ID"}, ""},
		// A worker of HyperQueue that an array of Slurm or PBS has started hands theirs on.
		{-1, 0, "HQ_TASK_ID=2 ARAGO_TASK_COUNT=3 SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=9", sweep.Task{Index: 2, Count: 3, From: "HQ_TASK_ID"}, ""},
		{-1, 0, "HQ_TASK_ID=1 ARAGO_TASK_COUNT=3 PBS_ARRAY_INDEX=7", sweep.Task{Index: 1, Count: 3, From: "HQ_TASK_ID"}, ""},
		{-1, 0, "JOB_COMPLETION_INDEX=2 ARAGO_TASK_COUNT=3", sweep.Task{Index: 2, Count: 3, From: "JOB_COMPLETION_INDEX"}, ""},
		{-1, 0, "AWS_BATCH_JOB_ARRAY_INDEX=1 AWS_BATCH_JOB_ARRAY_SIZE=4", sweep.Task{Index: 1, Count: 4, From: "AWS_BATCH_JOB_ARRAY_INDEX"}, ""},
		{1, 4, "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=24", sweep.Task{Index: 1, Count: 4}, ""},
		{-1, 0, "HQ_TASK_ID=x ARAGO_TASK_COUNT=3", sweep.Task{}, "HQ_TASK_ID says \"x\", which is no whole number"},
		{0, 10_000_001, "", sweep.Task{}, "there are 10000001 tasks; at most 10000000 are possible"},
		{4, 4, "", sweep.Task{}, "the index of the task is 4 and there are 4 tasks"},
		{-1, 4, "", sweep.Task{}, "nothing says which one this is; give --task-index"},
		{1, 0, "", sweep.Task{}, "--task-index says that this is task 1"},
	} {
		getenv := func(name string) string {
			for _, pair := range strings.Fields(c.env) {
				if n, v, _ := strings.Cut(pair, "="); n == name {
					return v
				}
			}
			return ""
		}
		got, err := sweep.TaskOf(c.index, c.count, getenv)
		if c.problem != "" {
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("%d %d %s: %v, want %q", c.index, c.count, c.env, err, c.problem)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%d %d %s: %v (%v), want %v", c.index, c.count, c.env, got, err, c.want)
		}
	}
	if name := (sweep.Task{Index: 2, Count: 24}).Name(); name != "task 3 of 24" {
		t.Error(name)
	}
}
