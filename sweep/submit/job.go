package submit

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"time"
)

// Job is an array job: one command, run by several tasks.
type Job struct {
	// Study is the sweep file as the command names it.
	Study string
	// Folder is where the command runs, an absolute path. Engines that run containers
	// use Volume instead.
	Folder string
	// Command is the program and its arguments, but for those that say which task it is.
	Command []string

	// Cases is the number of cases of the study, Tasks that of tasks, CPUs what each task
	// is granted. Retries is how often a task that failed is tried again.
	Cases, Tasks, CPUs, Retries int
	// Never are the exit codes with which a task is not tried again.
	Never []int

	// Total and Longest are the predicted seconds of all tasks one after the other, and
	// of the longest one. Bytes is the predicted memory of the task that takes most.
	Total, Longest float64
	Bytes          int64

	// Queue is a partition of Slurm, a queue of PBS or AWS Batch; "" leaves the choice to
	// the engine.
	Queue string
	// Image is the container image and Volume the persistent volume claim in which the
	// study lies, for Kubernetes.
	Image, Volume string
	// Definition is the job definition of AWS Batch that names image and volumes.
	Definition string
}

// Margins of requests over predictions.
const (
	// memoryMargin and memoryMore: a quarter, by which predictions may be too low, and
	// what the prediction does not know: the shell, and pages of files that count as
	// memory in a control group.
	memoryMargin = 1.25
	memoryMore   = 64 << 20

	// timeMargin and timeMore: predictions are those of the machine that writes the job.
	// A node may be half as fast, and slow to start and to read.
	timeMargin = 2
	timeMore   = 5 * time.Minute
)

const mebibyte = 1 << 20

// Memory is what a task asks for, in MiB: a quarter and 64 MiB more than predicted.
func (j Job) Memory() int64 {
	return int64(math.Ceil((float64(j.Bytes)*memoryMargin + memoryMore) / mebibyte))
}

// longest bounds the time that is asked for: no engine has a longer limit.
const longest = 365 * 24 * time.Hour

// Time is what a task asks for, in whole minutes: twice the predicted time and five
// minutes.
func (j Job) Time() time.Duration {
	seconds := math.Min(timeMargin*j.Longest, longest.Seconds())
	return min(longest, (time.Duration(seconds*float64(time.Second)) + timeMore + time.Minute - 1).Truncate(time.Minute))
}

// Tasks returns how many tasks suit a study: so many that each takes about half an hour,
// since short tasks find gaps between other jobs and long ones lose less to starting, but
// no more than cases, nor than the engine allows.
func (e Engine) Tasks(seconds float64, cases int) int {
	const each = 1800
	n := e.most
	if tasks := math.Ceil(seconds / each); tasks < float64(n) {
		n = int(tasks)
	}
	return max(1, min(n, cases))
}

// Name returns the name of a job for a study: small letters, digits and dashes, at most
// 40 of them, a letter first, as every engine allows.
func (j Job) Name() string {
	base := strings.ToLower(filepath.Base(j.Study))
	base = strings.TrimSuffix(base, filepath.Ext(base))
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, base)
	name = "arago-" + name
	return strings.Trim(name[:min(len(name), 40)], "-")
}

// about says what is predicted and what is asked for, in lines for a comment.
func (j Job) about(engine, handOver string) []string {
	return []string{
		fmt.Sprintf("%s: %s in %s of %s.", j.Study, counted(j.Cases, "case"), counted(j.Tasks, "task"), engine),
		"Hand it over with: " + handOver,
		"",
		fmt.Sprintf("Predicted on this machine: %s in all, at most %s and %.0f MiB for a task.", span(j.Total), span(j.Longest), math.Ceil(float64(j.Bytes)/mebibyte)),
		"Requested: twice that time and 5 min, a quarter and 64 MiB more memory.",
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// span writes a time for people.
func span(seconds float64) string {
	switch {
	case seconds < 90:
		return fmt.Sprintf("%.2g s", seconds)
	case seconds < 5400:
		return fmt.Sprintf("%.0f min", seconds/60)
	case seconds < 48*3600:
		return fmt.Sprintf("%.3g h", seconds/3600)
	}
	return fmt.Sprintf("%.3g days", seconds/86400)
}

// indices are those of all tasks, as engines write ranges.
func (j Job) indices() string {
	if j.Tasks == 1 {
		return "0"
	}
	return fmt.Sprintf("0-%d", j.Tasks-1)
}
