package sweep

import (
	"fmt"
	"strconv"
)

// Task is one of several that share the cases of a study.
type Task struct {
	// Index counts from 0 to Count−1.
	Index, Count int
	// From says where both come from: "SLURM_ARRAY_TASK_ID", or "" if nobody says.
	From string
}

// Whole is the task that has all cases.
var Whole = Task{Index: 0, Count: 1}

// MaxTasks bounds the tasks of a study; no engine takes as many.
const MaxTasks = 10_000_000

// Name returns "task 3 of 24", counted from 1.
func (t Task) Name() string { return fmt.Sprintf("task %d of %d", t.Index+1, t.Count) }

// scheduler is how an engine for array jobs tells a task who it is.
type scheduler struct {
	index string
	// first, last and step are variables with those of the array's indices, count with
	// their number; "" where the engine has none.
	first, last, step, count string
}

// schedulers are asked in this order. HyperQueue is often run within a job of Slurm or
// PBS, whose variables its tasks then have as well: the innermost engine counts.
var schedulers = []scheduler{
	{index: "HQ_TASK_ID"},
	{index: "SLURM_ARRAY_TASK_ID", first: "SLURM_ARRAY_TASK_MIN", last: "SLURM_ARRAY_TASK_MAX", step: "SLURM_ARRAY_TASK_STEP", count: "SLURM_ARRAY_TASK_COUNT"},
	{index: "PBS_ARRAY_INDEX"},
	{index: "JOB_COMPLETION_INDEX"},
	{index: "AWS_BATCH_JOB_ARRAY_INDEX", count: "AWS_BATCH_JOB_ARRAY_SIZE"},
}

// TaskOf returns the task that the environment of a scheduler's array job says this
// process is, Whole if it says nothing. index and count, if they are not negative or 0,
// go before it.
//
// PBS, HyperQueue and Kubernetes do not say how many tasks there are: ARAGO_TASK_COUNT
// does. Slurm says how many there are in the array, which are too few where only some
// tasks are submitted again: ARAGO_TASK_COUNT goes before that too. With it, indices count
// from ARAGO_TASK_FIRST, 0 if that is not set; otherwise, those of Slurm from the first
// one of the array, all others from 0.
func TaskOf(index, count int, getenv func(string) string) (Task, error) {
	t := Task{Index: index, Count: count}
	var err error
	number := func(name string, otherwise int) int {
		text := getenv(name)
		if name == "" || text == "" {
			return otherwise
		}
		n, bad := strconv.Atoi(text)
		if bad != nil && err == nil {
			err = fmt.Errorf("the environment variable %s says %q, which is no whole number", name, text)
		}
		return n
	}
	for _, s := range schedulers {
		// HyperQueue and others leave a variable empty in jobs that are no arrays.
		if getenv(s.index) == "" || index >= 0 {
			continue
		}
		t.From = s.index
		all := number("ARAGO_TASK_COUNT", 0)
		if all != 0 {
			s.first, s.step, s.count = "ARAGO_TASK_FIRST", "", "ARAGO_TASK_COUNT"
		}
		first, step := number(s.first, number("ARAGO_TASK_FIRST", 0)), max(1, number(s.step, 1))
		at := number(s.index, 0)
		t.Index = (at - first) / step
		if err == nil && (at-first)%step != 0 {
			err = fmt.Errorf("%s is %d, which is none of the indices from %d in steps of %d", s.index, at, first, step)
		}
		if t.Count == 0 {
			t.Count = number(s.count, 0)
			if t.Count == 0 && s.last != "" && getenv(s.last) != "" {
				t.Count = (number(s.last, 0)-first)/step + 1
			}
		}
		break
	}
	if t.Count == 0 {
		t.Count = number("ARAGO_TASK_COUNT", 0)
	}
	switch {
	case err != nil:
		return t, err
	case t.Index < 0 && t.Count == 0:
		return Whole, nil
	case t.Index < 0 && t.From == "":
		return t, fmt.Errorf("there are %d tasks, and nothing says which one this is; give --task-index, from 0", t.Count)
	case t.Count == 0:
		from := "--task-index"
		if t.From != "" {
			from = t.From
		}
		return t, fmt.Errorf("%s says that this is task %d, and nothing says of how many; give --task-count or set ARAGO_TASK_COUNT", from, t.Index)
	case t.Count > MaxTasks:
		return t, fmt.Errorf("there are %d tasks; at most %d are possible", t.Count, MaxTasks)
	case t.Count < 0 || t.Index < 0 || t.Index >= t.Count:
		return t, fmt.Errorf("the index of the task is %d and there are %d tasks; indices count from 0 to one less than that", t.Index, t.Count)
	}
	return t, nil
}
