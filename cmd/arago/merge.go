package main

import (
	"errors"

	"arago/internal/failure"
	"arago/sweep"
)

type mergeCommand struct {
	File string `arg:"" help:"The sweep file."`

	studyFlags `embed:""`

	TaskCount int    `placeholder:"N" help:"The number of tasks that shared the cases (default: as the shards say)."`
	Plot      string `placeholder:"MEASURE" help:"The measure that the picture shows."`
	NoPicture bool   `help:"Draw no picture."`
	JSON      bool   `name:"json" help:"Print a JSON object."`
	Quiet     bool   `short:"q" help:"Show no progress and print no summary."`
}

// Help implements kong.HelpProvider.
func (mergeCommand) Help() string {
	return `It joins the shards that the tasks of "arago sweep" have written into one FITS file, the same bytes as those of a run in one piece, and draws the picture. It takes the flags that the tasks were given, and looks for the shards beside the output. If a shard is missing, belongs to another version of the study, or is damaged, it says which tasks to run again and ends with code 75. Shards stay where they are.

    arago merge study.toml
    arago merge study.toml -o results/study.fits --task-count 24`
}

// Run joins the shards.
func (c mergeCommand) Run(a *app) error {
	j, err := a.study(c.File, c.studyFlags, sweep.Whole)
	if err != nil {
		return err
	}
	if err := j.checkPlot(c.Plot); err != nil {
		return err
	}
	tasks := c.TaskCount
	if tasks < 0 || tasks > sweep.MaxTasks {
		return failure.Misuse("--task-count is %d; it must be positive, and at most %d", tasks, sweep.MaxTasks)
	}
	if tasks == 0 {
		if tasks, err = sweep.CountTasks(j.output); err != nil {
			return again(err)
		}
	}
	show, wipe := a.sweepProgress(c.Quiet)
	defer wipe()
	done, err := j.cases.Merge(tasks, sweep.Run{Output: j.output, Cards: j.cards, Progress: show, Warn: a.warn})
	wipe()
	if err != nil && !errors.Is(err, sweep.ErrCases) {
		return again(err)
	}
	said := j.report()
	said.Tasks, said.joined = tasks, true
	said.add(done)
	if !c.NoPicture {
		a.drawn(j.picture(c.Plot, &said), said)
	}
	return a.concluded(said, c.JSON, c.Quiet, err)
}
