package main

import (
	"fmt"
	"strings"
	"time"

	"arago/detect"
	"arago/internal/bytesize"
	"arago/internal/compare/report"
	"arago/propagate"
	"arago/workers"
)

type planCommand struct {
	File string `arg:"" help:"The system file."`

	systemFlags `embed:""`

	JSON bool `name:"json" help:"Print a JSON object."`
}

// Help implements kong.HelpProvider.
func (planCommand) Help() string {
	return `It reads the system file and says what "arago psf" would do with it, without doing it: how each plane is reached and how it is sampled, by which recipe, what the others would take, how the work is shared and why, the predicted time and memory, how many worker processes would serve best, and what would be refused. A run that would not fit ends with code 4 and the largest oversampling that would, one that would be unsafe with code 3.

    arago plan telescope.toml
    arago plan telescope.toml --mode processes --json | jq .processes`
}

// planReport is what arago plan says.
type planReport struct {
	System      string        `json:"system"`
	File        string        `json:"file"`
	SHA256      string        `json:"sha256"`
	Steps       []plannedStep `json:"steps"`
	Wavelengths int           `json:"wavelengths"`
	Backend     string        `json:"backend"`
	Libraries   []string      `json:"libraries"`
	Precision   string        `json:"precision"`

	Mode   string `json:"mode"`
	Reason string `json:"reason"`
	// Workers is the number of wavelengths computed at once, FFTWThreads that of
	// FFTW's threads, 0 if it has none.
	Workers     int `json:"workers"`
	FFTWThreads int `json:"fftw_threads,omitempty"`

	// SharedMemory is taken once, WavelengthMemory for each wavelength that is
	// computed at once; PredictedMemory is the peak of the run, AvailableMemory
	// what it may take, 0 if that is not known. All in bytes.
	SharedMemory     int64 `json:"shared_memory"`
	WavelengthMemory int64 `json:"wavelength_memory"`
	PredictedMemory  int64 `json:"predicted_memory"`
	AvailableMemory  int64 `json:"available_memory"`

	// Figures are where the figures are from that recipes are chosen and times
	// predicted by.
	Figures figuresReport `json:"figures"`
	// Seconds are what the program is predicted to take from its start to the image, if
	// work is shared by goroutines: PrepareSeconds, which were measured, to sample
	// masks, and RunSeconds. AgainSeconds is what a second run of the same plan would
	// take.
	Seconds        float64 `json:"predicted_seconds"`
	PrepareSeconds float64 `json:"prepare_seconds"`
	RunSeconds     float64 `json:"run_seconds"`
	AgainSeconds   float64 `json:"again_seconds"`
	// PredictedError is relative to the amplitude that all light of the first plane
	// would make in one sample.
	PredictedError float64 `json:"predicted_error"`
	// Warnings are about sampling and precision.
	Warnings []string `json:"warnings"`

	// Processes is the number of worker processes that would serve best.
	Processes        int      `json:"processes"`
	ProcessesMemory  int64    `json:"processes_memory"`
	ProcessesReasons []string `json:"processes_reasons"`

	Verdicts []detect.Verdict `json:"verdicts"`

	tuned     tuneReport
	limitedBy string
	estimate  workers.Estimate
}

// plannedStep says how a plane is reached, and what else would have led there.
type plannedStep struct {
	stepReport
	// Recipes are in the order in which they would be chosen, those that cannot do the
	// transform last.
	Recipes []recipeReport `json:"recipes,omitempty"`
}

// recipeReport is what a recipe takes at the shortest wavelength.
type recipeReport struct {
	Recipe string `json:"recipe"`
	// Reason says why the recipe cannot be taken, "" if it can.
	Reason string `json:"reason,omitempty"`
	// Seconds of one transform, PlanSeconds of making its plan.
	Seconds     float64 `json:"seconds"`
	PlanSeconds float64 `json:"plan_seconds"`
	// Operations are additions and multiplications of reals, Bytes what is read and
	// written.
	Operations float64 `json:"operations"`
	Bytes      float64 `json:"bytes"`
	// Scratch and Kernels are bytes of memory.
	Scratch int64 `json:"scratch"`
	Kernels int64 `json:"kernels"`
	// Error is relative to the brightest sample that such a field could make.
	Error float64 `json:"error"`
}

type figuresReport struct {
	Source string `json:"source"`
	Reason string `json:"reason,omitempty"`
	File   string `json:"file,omitempty"`
}

// Run prints the plan.
func (c planCommand) Run(a *app) error {
	began := time.Now()
	p, err := a.open(c.File)
	if err != nil {
		return err
	}
	if err := a.settle(p, c.systemFlags, watching{}, propagate.Options{}); err != nil {
		return err
	}
	r := p.planReport(time.Since(began))
	if c.JSON {
		err = a.printJSON(r)
	} else {
		err = a.print(r.text())
	}
	if err != nil {
		return err
	}
	err = detect.Refused(p.verdicts)
	if err != nil && exitCode(err) == exitMemory {
		err = p.tooLarge(watching{})
	}
	if err != nil {
		return alreadyPrinted{inFile(c.File, err)}
	}
	return nil
}

// planReport returns what is said of a plan that took so long to make.
func (p *prepared) planReport(took time.Duration) planReport {
	m, t := p.plan.Memory(), p.plan.Time()
	r := planReport{
		System: p.system.Name, File: p.file, SHA256: p.sha256,
		Steps: plannedSteps(p.plan), Wavelengths: p.plan.Lines(),
		Backend: p.backends.Name(), Libraries: libraries(p.backends.Linear, p.backends.Fourier), Precision: p.plan.Options().Precision.String(),
		Mode: string(p.choice.Mode), Reason: p.choice.Reason, Workers: p.choice.Workers, FFTWThreads: p.threads,
		SharedMemory: m.Shared, WavelengthMemory: m.Wavelength,
		PredictedMemory: p.peak(watching{}), AvailableMemory: p.found.Memory.Usable,
		Processes: p.estimate.Processes, ProcessesMemory: p.estimate.Bytes, ProcessesReasons: p.estimate.Reasons,
		Figures: figuresReport{p.tuned.Source, p.tuned.Reason, p.tuned.File},
		Seconds: (took + t.First).Seconds(), PrepareSeconds: took.Seconds(), RunSeconds: t.First.Seconds(), AgainSeconds: t.Again.Seconds(),
		PredictedError: p.plan.PredictedError(), Warnings: append([]string{}, p.plan.Warnings()...),
		Verdicts: p.verdicts, tuned: p.tuned, limitedBy: p.found.Memory.LimitedBy, estimate: p.estimate,
	}
	if r.Verdicts == nil {
		r.Verdicts = []detect.Verdict{}
	}
	return r
}

func (r planReport) text() string {
	var b strings.Builder
	s := columns{&b, 10}
	if r.System != "" {
		s.line("system", "%s", r.System)
	}
	for i, step := range r.Steps {
		reached := ""
		if step.Recipe != "" {
			reached = ", by " + step.Recipe
		}
		s.line(once("planes", i), "%d %s, %s samples%s", i+1, step.Plane, pair("%d", step.Cols, step.Rows), reached)
		if step.Note != "" {
			s.line("", "  %s", step.Note)
		}
		step.table(s)
	}
	s.line("back end", "%s (%s), %s precision", r.Backend, strings.Join(r.Libraries, ", "), r.Precision)
	s.line("mode", "%s: %s", r.Mode, r.Reason)
	at := fmt.Sprintf("%d of %d wavelengths at once", r.Workers, r.Wavelengths)
	if r.FFTWThreads > 0 {
		at += fmt.Sprintf(", %d threads of FFTW", r.FFTWThreads)
	}
	s.line("workers", "%s", at)
	s.line("memory", "about %s: %s once, %s for each wavelength at once", bytesize.Text(r.PredictedMemory), bytesize.Text(r.SharedMemory), bytesize.Text(r.WavelengthMemory))
	if r.AvailableMemory > 0 {
		s.line("", "%s are free (%s)", bytesize.Text(r.AvailableMemory), r.limitedBy)
	}
	s.line("time", "about %s: %s until masks are sampled, measured just now, and %s to compute; again with the same plan %s",
		report.Duration(r.Seconds), report.Duration(r.PrepareSeconds), report.Duration(r.RunSeconds), report.Duration(r.AgainSeconds))
	s.line("figures", "%s", r.tuned.source())
	s.line("error", "about %.1g of the amplitude that the star has without aberrations and masks", r.PredictedError)
	for _, w := range r.Warnings {
		s.line("warning", "%s", w)
	}
	s.line("processes", "in mode processes there would be %s", r.estimate)
	s.verdicts(r.Verdicts)
	return b.String()
}

func plannedSteps(p *propagate.Plan) []plannedStep {
	sample := 16
	if p.Options().Precision == propagate.Single {
		sample = 8
	}
	var list []plannedStep
	reports := stepReports(p.Steps())
	for i, step := range p.Steps() {
		planned := plannedStep{stepReport: reports[i]}
		for _, e := range step.Alternatives {
			planned.Recipes = append(planned.Recipes, recipeReport{
				Recipe: e.Recipe, Reason: e.Reason, Seconds: e.Seconds, PlanSeconds: e.SecondsOnce,
				Operations: e.Each.Operations(), Bytes: e.Each.Bytes(sample), Scratch: e.Scratch, Kernels: e.Kernels, Error: e.Error,
			})
		}
		list = append(list, planned)
	}
	return list
}

// table writes what each recipe would take, the one that is taken with a mark.
func (p plannedStep) table(s columns) {
	if len(p.Recipes) == 0 {
		return
	}
	s.line("", "    %-10s %9s %9s %11s %9s %9s %9s %7s", "recipe", "time", "its plan", "operations", "traffic", "scratch", "kernels", "error")
	for _, r := range p.Recipes {
		if r.Reason != "" {
			s.line("", "    %-10s cannot: %s", r.Recipe, r.Reason)
			continue
		}
		mark := " "
		if r.Recipe == p.Recipe {
			mark = "*"
		}
		s.line("", "  %s %-10s %9s %9s %11s %9s %9s %9s %7.0e", mark, r.Recipe, report.Duration(r.Seconds), report.Duration(r.PlanSeconds),
			millions(r.Operations), bytesize.Text(int64(r.Bytes)), bytesize.Text(r.Scratch), bytesize.Text(r.Kernels), r.Error)
	}
}

// millions writes a number of operations.
func millions(n float64) string { return fmt.Sprintf("%.3g M", n/1e6) }
