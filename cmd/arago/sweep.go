package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"arago/fitsfile"
	"arago/grid"
	"arago/internal/about"
	"arago/internal/bytesize"
	"arago/internal/compare/report"
	"arago/internal/failure"
	"arago/internal/imagefile"
	"arago/propagate"
	"arago/sweep"
	"arago/system"
	"arago/workers"
)

// studyFlags are the flags of all commands that compute the cases of a study, or say
// how they would be computed.
type studyFlags struct {
	Output    string `short:"o" placeholder:"FILE" help:"The FITS file of the whole study (default: the name of the sweep file, in the current folder)."`
	Backend   string `placeholder:"CHOICE" help:"The library that computes: a name, or dot=NAME,fft=NAME (see arago backends)."`
	Precision string `enum:"double,single" default:"double" placeholder:"WORD" help:"Precision of the field: double or single (default: double)."`
	Recipe    string `placeholder:"NAME" help:"How transforms are done, as for arago psf (default: chosen by figures that are the same on every machine)."`
	Mode      string `placeholder:"WORD" help:"How the work is shared: auto, goroutines, processes or fftw-threads (default: auto)."`
	Workers   int    `placeholder:"N" help:"How many cases are computed at once; what comes out is the same for any number (default: one for each processor, as far as they fit in memory)."`
}

// Validate is called by kong.
func (f studyFlags) Validate() error {
	if f.Output != "" && !isFITSName(f.Output) {
		return fmt.Errorf("--output is %q; it must end in .fits, .fit or .fts", f.Output)
	}
	return f.system().Validate()
}

// system returns the flags of a run of one system.
func (f studyFlags) system() systemFlags {
	return systemFlags{Backend: f.Backend, Precision: f.Precision, Recipe: f.Recipe, Mode: f.Mode, Workers: f.Workers}
}

func (f studyFlags) precision() propagate.Precision {
	if f.Precision == propagate.Single.String() {
		return propagate.Single
	}
	return propagate.Double
}

// output is the file of the whole study.
func (f studyFlags) output(file string) string {
	if f.Output != "" {
		return f.Output
	}
	return withoutExtension(filepath.Base(file)) + ".fits"
}

type sweepCommand struct {
	File string `arg:"" help:"The sweep file."`

	studyFlags `embed:""`

	TaskIndex *int `placeholder:"N" help:"Compute only the cases of this task, counted from 0 (default: what the scheduler's environment says, or all cases)."`
	TaskCount int  `placeholder:"N" help:"The number of tasks that share the cases (default: what the scheduler's environment says)."`
	Plan      bool `help:"Say how many cases there are, how long they take and how much memory, and compute nothing."`

	Plot      string `placeholder:"MEASURE" help:"The measure that the picture shows (default: strehl, peak or flux, the first that there is)."`
	NoPicture bool   `help:"Draw no picture."`
	JSON      bool   `name:"json" help:"Print a JSON object."`
	Quiet     bool   `short:"q" help:"Show no progress and print no summary."`

	// Worker is set for processes that compute cases for another one.
	Worker bool `hidden:""`
}

// Help implements kong.HelpProvider.
func (sweepCommand) Help() string {
	return `It computes many images: one system with other values of some parameters in each case. The sweep file names a system file and axes, each a parameter by its path and the values that it takes:

    system = "telescope.toml"

    [[axis]]
    path = "source.offset_r"
    range = { from = 0.0, to = 0.5, count = 6 }

    [[axis]]
    path = "plane.0.elements.1.coefficients.3"
    normal = { sigma = 20e-9, count = 100 }

It says how many cases there are and what they take, and writes a FITS file with a cube of the images and a table CASES of parameters and measures, a row for each. A picture shows a measure over one or two axes. What is computed is kept at once: whatever ends the program, the same command goes on where it was. Cases that an earlier version of the study has computed are not computed again.

    arago sweep study.toml --plan
    arago sweep study.toml -o results/study.fits
    arago sweep study.toml --task-index 3 --task-count 24

In an array job of Slurm, PBS, HyperQueue, Kubernetes (Indexed) or AWS Batch each task takes its index and their number from the environment, computes its share, and writes a shard; "arago merge study.toml" joins them. PBS, HyperQueue and Kubernetes do not say how many tasks there are: set ARAGO_TASK_COUNT, and ARAGO_TASK_FIRST if indices do not begin with 0.

Exit codes for a scheduler: 0 done; 75 and 130 try again, nothing is lost; 4 try again with more memory; 1, 2, 3 and 5 do not try again, something must be changed first.`
}

// studied is a study that is ready to run.
type studied struct {
	*prepared
	cases   *sweep.Plan
	options propagate.Options
	task    sweep.Task
	output  string
	// atOnce is the number of cases computed at once.
	atOnce     int
	prediction sweep.Prediction
	// seconds is the predicted time of the task.
	seconds  float64
	from, to int
}

// study reads a sweep file and settles how its cases are computed.
func (a *app) study(file string, f studyFlags, t sweep.Task) (*studied, error) {
	s, err := sweep.Read(file)
	if err != nil {
		return nil, again(err)
	}
	j := &studied{prepared: new(prepared), task: t, output: f.output(file)}
	first, err := s.Base.Variant(s.Case(0))
	if err != nil {
		return nil, again(fmt.Errorf("%s: %s: %w", file, s.Label(0), err))
	}
	if err := spare(s, first, j.output, f.Output != ""); err != nil {
		return nil, err
	}
	j.System, j.Files, j.Text, j.File = first.System, first.Files, s.Base.Text(), file
	wavelengths := f.system()
	wavelengths.Workers = 1
	settled := a.settle(j.prepared, wavelengths, watching{}, propagate.Options{})
	if settled != nil && !errors.Is(settled, propagate.ErrMemory) {
		return nil, settled
	}
	j.options = propagate.Options{Backend: j.backends, Precision: f.precision(), Recipe: f.Recipe, Machine: &j.tuned.Machine}
	if settled == nil {
		j.options = j.plan.Options()
	}
	program, err := identity()
	if err != nil {
		return nil, err
	}
	o := j.options
	if j.cases, err = s.Plan(sweep.Options{
		Propagate: propagate.Options{Backend: o.Backend, Precision: o.Precision, Recipe: o.Recipe, Machine: o.Machine, MemoryLimit: o.MemoryLimit},
		Program:   program,
	}); err != nil {
		return nil, failure.InFile(file, err)
	}
	j.from, j.to = j.cases.Range(t)
	j.prediction = j.cases.Predict(j.from, j.to)
	return j, j.short(settled, j.prediction.CaseBytes)
}

// spare refuses an output that would replace what the study reads or, unless the user has
// named it, what no sweep has written.
func spare(s *sweep.Study, first *system.Variant, output string, named bool) error {
	var files []string
	for _, f := range first.Files {
		files = append(files, f.Path)
	}
	if input := s.Input(output, files...); input != "" {
		return failure.Misuse("the output would replace %s, which the study reads; give another name with --output", input)
	}
	if info, err := os.Stat(output); !named && err == nil && info.Mode().IsRegular() && !sweep.IsOutput(output) {
		return failure.Misuse("%s is there already and is not what a sweep has written; give another name with --output, or this one to replace it", output)
	}
	return nil
}

// checkPlot refuses a measure that the picture cannot show.
func (j *studied) checkPlot(measure string) error {
	if names := j.cases.MeasureNames(); measure != "" && !slices.Contains(names, measure) {
		return failure.Misuse("--plot is %q; this study measures %s", measure, strings.Join(names, ", "))
	}
	return nil
}

// predict foretells what the task takes, and chooses how many cases are computed at once.
func (j *studied) predict(f studyFlags) error {
	if j.to > j.from {
		j.seconds = j.prediction.Seconds + float64(j.to-j.from)*j.cases.Rehearse(j.from, j.to)
	}
	err := j.settleWorkers(f)
	j.seconds /= float64(min(max(1, j.atOnce), max(1, j.found.CPU.Usable)))
	return err
}

// settleWorkers chooses how many cases are computed at once.
func (j *studied) settleWorkers(f studyFlags) error {
	free := j.found.Memory.Usable
	known := j.found.Memory.LimitedBy != ""
	if known && j.to > j.from && j.bytes(1) > free {
		return j.short(fmt.Errorf("%s: %w: a case takes about %s and %s are free (%s)", j.File, propagate.ErrMemory,
			bytesize.Text(j.bytes(1)), bytesize.Text(free), j.found.Memory.LimitedBy), j.bytes(1))
	}
	j.atOnce = max(1, j.found.CPU.Usable)
	if f.Workers > 0 {
		j.atOnce = f.Workers
	}
	if j.choice.Mode == workers.FFTWThreads {
		j.atOnce = 1
	}
	j.atOnce = max(1, min(j.atOnce, j.to-j.from))
	for f.Workers == 0 && known && j.atOnce > 1 && j.bytes(j.atOnce) > free {
		j.atOnce--
	}
	if known && j.atOnce > 1 && j.bytes(j.atOnce) > free {
		return j.short(fmt.Errorf("%s: %w: %d cases at once take about %s and %s are free (%s); leave out --workers to have as many as fit",
			j.File, propagate.ErrMemory, j.atOnce, bytesize.Text(j.bytes(j.atOnce)), bytesize.Text(free), j.found.Memory.LimitedBy), j.bytes(j.atOnce))
	}
	return nil
}

// short marks a lack of memory that another attempt may not have: the machine has as much
// as is needed, and others use it at the moment. A limit of the task's own stays as it is; and a tenth
// is never free, or a scheduler would try for ever.
func (j *studied) short(err error, need int64) error {
	m := j.found.Memory
	if !errors.Is(err, propagate.ErrMemory) || m.LimitedBy != "machine" || need > m.Total/10*9 {
		return err
	}
	return retryError{fmt.Errorf("%w; the machine has %s, and others use them at the moment: try again when they have ended", err, bytesize.Text(m.Total))}
}

// indexBytes bounds what a task keeps of each of its cases: 220 bytes were measured with one
// measure, and all that there are take 300 more.
const indexBytes = 600

// bytes is the memory that so many cases at once take.
func (j *studied) bytes(atOnce int) int64 {
	p := j.prediction
	more := p.MoreBytes
	if j.choice.Mode == workers.Processes {
		more = p.CaseBytes
		atOnce++ // the process that keeps the images
	}
	return p.CaseBytes + j.cases.SharedBytes() + int64(atOnce-1)*more + int64(j.to-j.from)*indexBytes
}

// cards writes what all images of a study have in common.
func (j *studied) cards(h *fitsfile.Header, g grid.Grid) {
	imagefile.GridCards(h, g)
	h.Set("CREATOR", about.Creator, "Program that wrote this file")
	h.Set("BACKEND", j.backends.Name(), "Back end")
	h.Set("PRECISN", j.options.Precision.String(), "Precision of the field")
}

// process returns a command that starts this program as a worker of this run.
func (j *studied) process(c sweepCommand) func() *exec.Cmd {
	arguments := []string{"sweep", c.File, "--worker", "--mode", string(workers.Goroutines), "--workers", "1", "--output", j.output,
		"--task-index", fmt.Sprint(j.task.Index), "--task-count", fmt.Sprint(j.task.Count),
		"--backend", j.backends.Name(), "--precision", j.options.Precision.String()}
	if c.Recipe != "" {
		arguments = append(arguments, "--recipe", c.Recipe)
	}
	threads := max(1, j.found.CPU.Usable/j.atOnce)
	return func() *exec.Cmd {
		program, err := workers.Program()
		cmd := exec.Command(program, arguments...)
		cmd.Err = errors.Join(cmd.Err, err)
		cmd.Args[0] = os.Args[0]
		cmd.Env = append(append(os.Environ(), workers.SingleThreaded()...), fmt.Sprintf("GOMAXPROCS=%d", threads))
		return cmd
	}
}

// Run computes a task.
func (c sweepCommand) Run(ctx context.Context, a *app) error {
	index := -1
	if c.TaskIndex != nil {
		if index = *c.TaskIndex; index < 0 {
			return failure.Misuse("--task-index is %d; tasks count from 0", index)
		}
	}
	if c.TaskCount < 0 {
		return failure.Misuse("--task-count is %d; it must be positive", c.TaskCount)
	}
	task, err := sweep.TaskOf(index, c.TaskCount, a.getenv)
	if err != nil {
		return failure.Misuse("%w", err)
	}
	j, err := a.study(c.File, c.studyFlags, task)
	if err != nil {
		return err
	}
	if err := j.checkPlot(c.Plot); err != nil {
		return err
	}
	ctx, release := interruptible(ctx)
	defer release()
	if c.Worker {
		j.plan = nil
		return j.cases.Serve(ctx, task, sweep.Run{Output: j.output, Cards: j.cards}, os.Stdin, a.stdout)
	}
	if err := a.refuse(j.prepared, watching{}); err != nil {
		return j.short(failure.InFile(c.File, err), j.prediction.CaseBytes)
	}
	j.plan = nil // its samples would stay in memory as long as the sweep runs
	if err := j.predict(c.studyFlags); err != nil {
		return err
	}
	said := j.report()
	if !c.JSON && !c.Quiet || c.Plan && !c.JSON {
		if err := a.print(said.plan()); err != nil {
			return err
		}
	}
	if c.Plan {
		if c.JSON {
			return a.printJSON(said)
		}
		return nil
	}
	show, wipe := a.sweepProgress(c.Quiet)
	defer wipe()
	run := sweep.Run{Output: j.output, Workers: j.atOnce, Cards: j.cards, Progress: show, Warn: a.warn}
	if j.choice.Mode == workers.Processes {
		run.Process, run.MemoryCode = j.process(c), exitMemory
	}
	done, err := j.cases.Run(ctx, task, run)
	wipe()
	failed := errors.Is(err, sweep.ErrCases)
	if err != nil && !failed {
		if ctx.Err() != nil {
			return keptError{interruptedError(fmt.Sprintf("interrupted; %d of %d cases are kept, and the same command goes on from there", done.Computed+done.Kept, j.to-j.from))}
		}
		return j.short(again(err), j.prediction.CaseBytes)
	}
	said.add(done)
	if task.Count == 1 && !c.NoPicture {
		a.drawn(j.picture(c.Plot, &said), said)
	}
	return a.concluded(said, c.JSON, c.Quiet, err)
}

// interruptedError is what is said of an interrupt.
type interruptedError string

func (e interruptedError) Error() string { return string(e) }

func (interruptedError) Unwrap() error { return context.Canceled }

// concluded prints what became of a study; failed is its error, if cases failed.
func (a *app) concluded(said sweepReport, asJSON, quiet bool, failed error) error {
	var err error
	switch {
	case asJSON:
		err = a.printJSON(said)
	case !quiet:
		err = a.print(said.done())
	}
	if err != nil {
		return err
	}
	if failed != nil {
		return alreadyPrinted{failed}
	}
	return nil
}

// again marks an error that another attempt may not have: somebody else is at work, a
// disk is full for now, a file server has hiccups, other tasks are not done yet.
func again(err error) error {
	transient := sweep.Transient(err) || errors.Is(err, sweep.ErrBusy) || errors.Is(err, sweep.ErrMissing) || errors.Is(err, sweep.ErrProcess) ||
		errors.Is(err, sweep.ErrOutput) && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, fs.ErrNotExist)
	if transient {
		return retryError{err}
	}
	return err
}

// sweepReport is what arago sweep and arago merge say.
type sweepReport struct {
	Study  string `json:"study"`
	SHA256 string `json:"sha256"`
	// Cases of the whole study, and how many values each axis has.
	Cases int        `json:"cases"`
	Axes  []axisSaid `json:"axes"`
	// Task counts from 0; its cases are From … To−1.
	Task  int `json:"task"`
	Tasks int `json:"tasks"`
	From  int `json:"from"`
	To    int `json:"to"`

	Backend   string `json:"backend"`
	Precision string `json:"precision"`
	Mode      string `json:"mode"`
	// AtOnce is the number of cases computed at once.
	AtOnce int `json:"at_once"`
	// Predicted for this task: in all, of the quickest and the slowest case, and the
	// memory of one case at a time, of each one more, and in all, in bytes.
	Seconds     float64 `json:"predicted_seconds"`
	Quickest    float64 `json:"quickest_case_seconds"`
	Slowest     float64 `json:"slowest_case_seconds"`
	CaseMemory  int64   `json:"case_memory"`
	MoreMemory  int64   `json:"more_memory"`
	Memory      int64   `json:"predicted_memory"`
	ImageBytes  int64   `json:"image_bytes"`
	RowsAndCols [2]int  `json:"image_shape"`

	// What became of it; File is "" where nothing was computed.
	File     string       `json:"file,omitempty"`
	Picture  string       `json:"picture,omitempty"`
	Computed int          `json:"computed"`
	Kept     int          `json:"kept"`
	Failed   []failedCase `json:"failed,omitempty"`
	Took     float64      `json:"seconds,omitempty"`
	joined   bool         // by arago merge
}

type axisSaid struct {
	Paths  []string `json:"paths"`
	Values int      `json:"values"`
}

type failedCase struct {
	Case    int    `json:"case"`
	Problem string `json:"problem"`
}

func (j *studied) report() sweepReport {
	r := sweepReport{
		Study: j.cases.File, SHA256: j.cases.Digest(), Cases: j.cases.Cases(),
		Task: j.task.Index, Tasks: j.task.Count, From: j.from, To: j.to,
		Backend: j.backends.Name(), Precision: j.options.Precision.String(), Mode: string(j.choice.Mode), AtOnce: j.atOnce,
		Seconds: j.seconds, Quickest: j.prediction.Quickest, Slowest: j.prediction.Slowest,
		CaseMemory: j.bytes(1), MoreMemory: j.bytes(2) - j.bytes(1), Memory: j.bytes(j.atOnce), ImageBytes: j.prediction.ImageBytes,
	}
	r.RowsAndCols[0], r.RowsAndCols[1] = j.cases.Shape(0)
	for _, g := range j.cases.Axes() {
		r.Axes = append(r.Axes, axisSaid{g.Paths, g.Values})
	}
	return r
}

func (r *sweepReport) add(done sweep.Report) {
	r.File, r.Computed, r.Kept, r.Took = done.File, done.Computed, done.Kept, done.Seconds
	for _, f := range done.Failed {
		r.Failed = append(r.Failed, failedCase(f))
	}
}

// plan says what is to be computed.
func (r sweepReport) plan() string {
	var b strings.Builder
	s := columns{&b, 10}
	var sizes []string
	for _, a := range r.Axes {
		sizes = append(sizes, fmt.Sprint(a.Values))
	}
	s.line("cases", "%d (%s)", r.Cases, strings.Join(sizes, " × "))
	for i, a := range r.Axes {
		s.line(once("axes", i), "%s", strings.Join(a.Paths, ", "))
	}
	if r.Tasks > 1 {
		s.line("task", "%d of %d: %s", r.Task+1, r.Tasks, r.casesText())
	}
	if r.To > r.From {
		each := report.Duration(r.Quickest)
		if slowest := report.Duration(r.Slowest); slowest != each {
			each += " to " + slowest
		}
		s.line("time", "about %s: %s to propagate each case, %d at once (%s)", report.Duration(r.Seconds), each, r.AtOnce, r.Mode)
		s.line("memory", "about %s: %s for one case, %s for each more at once", bytesize.Text(r.Memory), bytesize.Text(r.CaseMemory), bytesize.Text(r.MoreMemory))
		s.line("images", "%s samples each, %s in all", pair("%d", r.RowsAndCols[1], r.RowsAndCols[0]), bytesize.Text(r.ImageBytes))
	}
	s.line("back end", "%s, %s precision", r.Backend, r.Precision)
	return b.String()
}

func (r sweepReport) casesText() string {
	if r.To == r.From {
		return "no cases, there are more tasks than that"
	}
	return fmt.Sprintf("cases %d to %d", r.From, r.To-1)
}

// done says what became of it.
func (r sweepReport) done() string {
	var b strings.Builder
	s := columns{&b, 10}
	if r.File == "" {
		s.line("wrote", "nothing: this task has no cases")
		return b.String()
	}
	switch {
	case r.joined:
		s.line("joined", "%d cases of %d tasks, in %s", r.Kept, r.Tasks, report.Duration(r.Took))
	default:
		s.line("done", "%d cases computed, %d were there, in %s", r.Computed, r.Kept, report.Duration(r.Took))
	}
	const most = 10
	for i, f := range r.Failed[:min(most, len(r.Failed))] {
		s.line(once("failed", i), "case %d: %s", f.Case, f.Problem)
	}
	if n := len(r.Failed); n > most {
		s.line("", "and %d more; column PROBLEM of the index has all", n-most)
	}
	files := r.File
	if r.Picture != "" {
		files += ", " + r.Picture
	}
	s.line("wrote", "%s", files)
	return b.String()
}

// sweepProgress returns a function that shows how far a sweep has come, and one that
// wipes that away. Into a file, such as a scheduler keeps, a line goes every now and
// then.
func (a *app) sweepProgress(quiet bool) (show func(sweep.Progress), wipe func()) {
	if quiet {
		return nil, func() {}
	}
	if isTerminal(a.stderr) {
		bar, wipe := a.progress(false)
		return func(p sweep.Progress) { bar(p.Done, p.Total) }, wipe
	}
	const first, longest = 30 * time.Second, 10 * time.Minute
	pause, next := first, time.Now().Add(first)
	return func(p sweep.Progress) {
		if now := time.Now(); now.After(next) && p.Done < p.Total {
			pause = min(2*pause, longest)
			next = now.Add(pause)
			fmt.Fprintf(a.stderr, "arago: %d of %d cases, %v left\n", p.Done, p.Total, p.Left.Round(time.Second))
		}
	}, func() {}
}

// drawn warns of a picture that could not be made: what was computed is there all the same.
func (a *app) drawn(err error, said sweepReport) {
	if err != nil {
		a.warn(fmt.Sprintf("there is no picture: %v; %s is whole", err, said.File))
	}
}

// picture draws a measure over one or two axes beside the file.
func (j *studied) picture(measure string, said *sweepReport) error {
	chart, ok, err := j.cases.Chart(said.File, measure)
	if err != nil || !ok {
		return err
	}
	finite := slices.ContainsFunc(chart.Mean, func(row []float64) bool {
		return slices.ContainsFunc(row, func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) })
	})
	if !finite {
		return nil
	}
	path := withoutExtension(said.File) + ".png"
	var out outputs
	defer out.discard()
	file, err := out.create(path)
	if err != nil {
		return err
	}
	if err := file.write(func(w io.Writer) error { return encodeChart(w, chart, filepath.Base(j.cases.File)) }); err != nil {
		return err
	}
	if err := out.commit(); err != nil {
		return err
	}
	said.Picture = path
	return nil
}
