package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"arago/detect"
	"arago/internal/bytesize"
	"arago/internal/compare/report"
	"arago/internal/failure"
	"arago/propagate"
	"arago/sweep"
	"arago/sweep/submit"
	"arago/workers"
)

type submitCommand struct {
	File string `arg:"" help:"The sweep file."`

	Engine string `required:"" placeholder:"NAME" help:"Who runs the tasks: slurm, pbs, hyperqueue, kubernetes or aws-batch."`
	Tasks  int    `placeholder:"N" help:"The number of tasks that share the cases (default: so many that each takes about half an hour)."`

	studyFlags `embed:""`

	Job     string `placeholder:"FILE" help:"The script or manifest to write (default: standard output; with --go, a file named after the sweep file)."`
	Go      bool   `help:"Hand the job over: to sbatch, qsub, hq, kubectl or aws."`
	Retries int    `default:"3" placeholder:"N" help:"How often a task is tried again that was killed or met a hiccup (default: ${default})."`

	Queue      string `placeholder:"NAME" help:"The partition of Slurm, or the queue of PBS or AWS Batch."`
	Image      string `placeholder:"NAME" help:"For Kubernetes: the container image with this program."`
	Volume     string `placeholder:"NAME" help:"For Kubernetes: the persistent volume claim whose root is the current folder."`
	Definition string `placeholder:"NAME" help:"For AWS Batch: the job definition with image and volumes."`
}

// Help implements kong.HelpProvider.
func (submitCommand) Help() string {
	return `It writes what an engine for array jobs reads: a script for Slurm, PBS or HyperQueue, a manifest of an Indexed Job for Kubernetes, the input of SubmitJob for AWS Batch. Each task runs "arago sweep" for its share of the cases; "arago merge" joins the shards when all are done.

A task asks for what is predicted and a margin: a quarter and 64 MiB more memory, twice the time and five minutes more. Predictions are for this machine; "arago tune" measures it. It gets one processor, or as many as --workers says, and computes as many cases at once. What would fail again is not tried again, everything else is: a signal, a lost node, a full disk. Cases that are done are not computed twice. A task that reaches its time limit is ended and, but for Kubernetes, not tried again: hand the same job over again, with a longer time in it.

    arago submit study.toml --engine slurm --go
    arago submit study.toml --engine slurm --tasks 200 --job study.sh
    arago submit study.toml --engine kubernetes --image example.org/arago:1 --volume study | kubectl create -f -
    arago submit study.toml --engine aws-batch --queue spot --definition arago:1 --go`
}

// Validate is called by kong.
func (c submitCommand) Validate() error {
	if !slices.Contains(submit.Names(), c.Engine) {
		return fmt.Errorf("--engine is %q; it must be one of %s", c.Engine, strings.Join(submit.Names(), ", "))
	}
	if c.Tasks < 0 {
		return fmt.Errorf("--tasks is %d; it must be positive, or 0 to choose", c.Tasks)
	}
	return c.studyFlags.Validate()
}

// neverAgain are the exit codes of arago sweep after which something has to be changed.
var neverAgain = []int{exitFailed, exitWrongUse, exitRefused, exitMemory, exitCases}

// Run writes the job.
func (c submitCommand) Run(ctx context.Context, a *app) error {
	engine, _ := submit.Named(c.Engine)
	program := ""
	if c.Go {
		var err error
		if program, err = exec.LookPath(engine.Program); err != nil {
			return fmt.Errorf("%s, which takes jobs for %s, is not on this machine; leave out --go, and hand the job over where it is", engine.Program, c.Engine)
		}
	}
	j, err := c.job(a, engine)
	if err != nil {
		return err
	}
	text, err := engine.Write(j)
	if errors.Is(err, submit.ErrJob) {
		return failure.Misuse("%w", err)
	}
	if err != nil {
		return err
	}
	file := c.Job
	if file == "" && !c.Go {
		return a.print(text)
	}
	if file == "" {
		file = withoutExtension(filepath.Base(c.File)) + engine.Suffix
	}
	if err := writeJob(file, text, engine.Script); err != nil {
		return err
	}
	handOver := append([]string{engine.Program}, engine.HandOver(file)...)
	var b strings.Builder
	s := columns{&b, 10}
	s.line("wrote", "%s", file)
	s.line("cases", "%d", j.Cases)
	s.line("tasks", "%d, each at most about %s and %s", j.Tasks, report.Duration(j.Longest), bytesize.Text(j.Bytes))
	if !c.Go {
		s.line("hand over", "%s", shellLine(handOver))
	}
	s.line("then", "%s", c.merge(j.Tasks))
	if err := a.print(b.String()); err != nil || !c.Go {
		return err
	}
	cmd := exec.CommandContext(ctx, program, handOver[1:]...)
	cmd.Stdout, cmd.Stderr = a.stdout, a.stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s did not take %s: %w", engine.Program, file, err)
	}
	return nil
}

// writeJob writes a job whole or not at all.
func writeJob(path, text string, executable bool) error {
	var out outputs
	defer out.discard()
	file, err := out.create(path)
	if err != nil {
		return err
	}
	if err := file.write(func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	}); err != nil {
		return err
	}
	if err := out.commit(); err != nil {
		return err
	}
	if !executable {
		return nil
	}
	info, err := os.Stat(path)
	if err == nil {
		// Whoever may read it may run it.
		err = os.Chmod(path, info.Mode()|info.Mode()>>2&0o111)
	}
	if err != nil {
		return unwritable(path, err)
	}
	return nil
}

// merge is the command that joins the shards.
func (c submitCommand) merge(tasks int) string {
	words := []string{"arago", "merge", submit.NotOption(c.File), "--task-count", strconv.Itoa(tasks)}
	return shellLine(append(words, c.how()...))
}

// shellLine is a command as one types it.
func shellLine(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = submit.Quoted(w)
	}
	return strings.Join(quoted, " ")
}

// how are the flags that say what is computed and where to. Values may begin with a dash.
func (c submitCommand) how() []string {
	var words []string
	for _, f := range [][2]string{{"--output", c.Output}, {"--backend", c.Backend}, {"--recipe", c.Recipe}, {"--mode", c.Mode}} {
		if f[1] != "" {
			words = append(words, f[0]+"="+f[1])
		}
	}
	if c.Precision != propagate.Double.String() {
		words = append(words, "--precision="+c.Precision)
	}
	return words
}

// job predicts what the study takes, and shares it out. Nothing depends on the memory of
// this machine, where the tasks do not run.
func (c *submitCommand) job(a *app, engine submit.Engine) (submit.Job, error) {
	none := submit.Job{}
	selected, err := a.choose(c.Backend)
	if err != nil {
		return none, err
	}
	// What a variable of the environment or a file chose here may be chosen otherwise there.
	c.Backend = selected.Name()
	s, err := sweep.Read(c.File)
	if err != nil {
		return none, err
	}
	tuned := a.getenv.Figures(selected)
	o := propagate.Options{Backend: selected, Precision: c.precision(), Recipe: c.Recipe, Machine: &tuned.Machine}
	plan, err := s.Plan(sweep.Options{Propagate: o})
	if err != nil {
		return none, failure.InFile(c.File, err)
	}
	j := submit.Job{
		Study: c.File, Cases: s.Cases(), CPUs: max(1, c.Workers), Retries: c.Retries, Never: neverAgain,
		Queue: c.Queue, Image: c.Image, Volume: c.Volume, Definition: c.Definition,
	}
	p := plan.Predict(0, j.Cases)
	j.Total = p.Seconds
	if _, _, memory := detect.Limits(); memory.LimitedBy == "" || p.CaseBytes <= memory.Usable {
		j.Total += float64(j.Cases) * plan.Rehearse(0, j.Cases)
	}
	if j.Tasks = c.Tasks; j.Tasks == 0 {
		j.Tasks = engine.Tasks(j.Total/float64(j.CPUs), j.Cases)
	}
	// The last case of a task may begin when all its others are done, and runs on one
	// processor.
	j.Longest = j.Total/float64(j.Tasks*j.CPUs) + p.Slowest
	share := studied{prepared: new(prepared), cases: plan, prediction: p, to: (j.Cases + j.Tasks - 1) / j.Tasks}
	share.choice.Mode = workers.Mode(c.Mode)
	j.Bytes = share.bytes(max(1, min(j.CPUs, share.to)))
	return j, c.place(&j, engine)
}

// place says where the command runs, and fills in the command.
func (c submitCommand) place(j *submit.Job, engine submit.Engine) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("where this program is cannot be told: %w", err)
	}
	if j.Folder, err = os.Getwd(); err != nil {
		return fmt.Errorf("the current folder cannot be told: %w", failure.Cause(err))
	}
	if !engine.Script {
		for _, path := range []string{c.File, c.output(c.File)} {
			if !filepath.IsLocal(path) {
				return failure.Misuse("%s is not below the current folder, and tasks of %s see only a volume that holds it; name it relative to there", path, c.Engine)
			}
		}
	}
	j.Command = append([]string{program, "sweep", submit.NotOption(c.File)}, c.how()...)
	j.Command = append(j.Command, "--workers", strconv.Itoa(j.CPUs), "--no-picture")
	return nil
}
