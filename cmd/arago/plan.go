package main

import (
	"fmt"
	"strings"
	"time"

	"arago/detect"
	"arago/internal/about"
	"arago/internal/bytesize"
	"arago/internal/compare/report"
	"arago/internal/failure"
	"arago/internal/settings"
	"arago/propagate"
	"arago/workers"
)

type planCommand struct {
	File string `arg:"" help:"The system file."`

	systemFlags `embed:""`
	verifyFlags `embed:""`

	JSON bool `name:"json" help:"Print a JSON object."`
}

// Help implements kong.HelpProvider.
func (planCommand) Help() string {
	return `It reads the system file and says what "arago psf" would do with it, without doing it: how each plane is reached and how it is sampled, by which recipe, what the others would take, how the work is shared and why, the predicted time and memory, how many worker processes would serve best, and what would be refused. A run that would not fit ends with code 4 and the largest oversampling that would, one that would be unsafe with code 3.

    arago plan telescope.toml
    arago plan telescope.toml --mode processes --json | jq .processes
    arago plan telescope.toml --verify 20`
}

// Validate is called by kong.
func (c planCommand) Validate() error {
	if err := c.verifyFlags.Validate(); err != nil {
		return err
	}
	return c.systemFlags.Validate()
}

// planReport is what arago plan says.
type planReport struct {
	about.Plan

	Mode   string `json:"mode"`
	Reason string `json:"reason"`
	// FFTWThreads is the number of FFTW's threads, 0 if it has none.
	FFTWThreads int `json:"fftw_threads,omitempty"`

	// Processes is the number of worker processes that would serve best.
	Processes        int      `json:"processes"`
	ProcessesMemory  int64    `json:"processes_memory"`
	ProcessesReasons []string `json:"processes_reasons"`

	// Verification is nil if no samples are to be verified.
	Verification *plannedVerification `json:"verification,omitempty"`

	tuned     settings.Figures
	limitedBy string
	estimate  workers.Estimate
}

// plannedVerification is what computing samples again takes: Memory is what the program has
// at its peak then, in bytes.
type plannedVerification struct {
	Seconds float64 `json:"predicted_seconds"`
	Memory  int64   `json:"predicted_memory"`
}

// Run prints the plan.
func (c planCommand) Run(a *app) error {
	began := time.Now()
	p, err := a.open(c.File)
	if err != nil {
		return err
	}
	looks := watching{verified: c.samples()}
	if err := a.settle(p, c.systemFlags, looks, propagate.Options{}); err != nil {
		return err
	}
	verifier, err := c.verifier(p.plan)
	if err != nil {
		return err
	}
	r := p.planReport(time.Since(began), looks)
	if verifier != nil {
		r.Verification = &plannedVerification{Seconds: verifier.Seconds(p.found.CPU.Usable), Memory: looks.verification(p.plan)}
	}
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
		err = p.tooLarge(looks)
	}
	if err != nil {
		return alreadyPrinted{failure.InFile(c.File, err)}
	}
	return nil
}

// planReport returns what is said of a plan that took so long to make.
func (p *prepared) planReport(took time.Duration, looks watching) planReport {
	r := planReport{
		Plan: about.PlanOf(p.Source, p.plan, took, p.tuned, p.verdicts, p.found.Memory),
		Mode: string(p.choice.Mode), Reason: p.choice.Reason, FFTWThreads: p.threads,
		Processes: p.estimate.Processes, ProcessesMemory: p.estimate.Bytes, ProcessesReasons: p.estimate.Reasons,
		tuned: p.tuned, limitedBy: p.found.Memory.LimitedBy, estimate: p.estimate,
	}
	r.Workers, r.PredictedMemory = p.choice.Workers, p.peak(looks)
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
		recipeTable(s, step)
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
	s.line("figures", "%s", r.tuned.Text())
	s.line("error", "%s", errorText(r.PredictedError, r.MaskError))
	if v := r.Verification; v != nil {
		s.line("verifying", "takes about %s more, with up to %s in all", report.Duration(v.Seconds), bytesize.Text(v.Memory))
	}
	for _, w := range r.Warnings {
		s.line("warning", "%s", w)
	}
	s.line("processes", "in mode processes there would be %s", r.estimate)
	s.verdicts(r.Verdicts)
	return b.String()
}

// errorText tells the predicted error, and what part of it masks have.
func errorText(predicted, masks float64) string {
	text := fmt.Sprintf("about %.1g of the amplitude that the star has without aberrations and masks", predicted)
	if masks > 0 {
		text += fmt.Sprintf("; %.1g from rounding, the rest from the sampling of masks", predicted-masks)
	}
	return text
}

// recipeTable writes what each recipe would take, the one that is taken with a mark.
func recipeTable(s columns, p about.PlannedStep) {
	if len(p.Recipes) == 0 {
		return
	}
	s.line("", "    %-11s %9s %9s %11s %9s %9s %9s %7s", "recipe", "time", "its plan", "operations", "traffic", "scratch", "kernels", "error")
	for _, r := range p.Recipes {
		if r.Reason != "" {
			s.line("", "    %-11s cannot: %s", r.Recipe, r.Reason)
			continue
		}
		mark := " "
		if r.Recipe == p.Recipe {
			mark = "*"
		}
		s.line("", "  %s %-11s %9s %9s %11s %9s %9s %9s %7.0e", mark, r.Recipe, report.Duration(r.Seconds), report.Duration(r.PlanSeconds),
			millions(r.Operations), bytesize.Text(int64(r.Bytes)), bytesize.Text(r.Scratch), bytesize.Text(r.Kernels), r.Error)
	}
}

// millions writes a number of operations.
func millions(n float64) string { return fmt.Sprintf("%.3g M", n/1e6) }
