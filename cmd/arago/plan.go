package main

import (
	"fmt"
	"strings"

	"arago/detect"
	"arago/internal/bytesize"
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
	return `It reads the system file and says what "arago psf" would do with it, without doing it: how each plane is reached and how it is sampled, how the work is shared and why, the predicted memory, how many worker processes would serve best, and what would be refused. A run that would not fit ends with code 4 and the largest oversampling that would, one that would be unsafe with code 3.

    arago plan telescope.toml
    arago plan telescope.toml --mode processes --json | jq .processes`
}

// planReport is what arago plan says.
type planReport struct {
	System      string       `json:"system"`
	File        string       `json:"file"`
	SHA256      string       `json:"sha256"`
	Steps       []stepReport `json:"steps"`
	Wavelengths int          `json:"wavelengths"`
	Backend     string       `json:"backend"`
	Libraries   []string     `json:"libraries"`
	Precision   string       `json:"precision"`

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

	// Processes is the number of worker processes that would serve best.
	Processes        int      `json:"processes"`
	ProcessesMemory  int64    `json:"processes_memory"`
	ProcessesReasons []string `json:"processes_reasons"`

	Verdicts []detect.Verdict `json:"verdicts"`

	limitedBy string
	estimate  workers.Estimate
}

// Run prints the plan.
func (c planCommand) Run(a *app) error {
	p, err := a.open(c.File)
	if err != nil {
		return err
	}
	if err := a.settle(p, c.systemFlags, watching{}, propagate.Options{}); err != nil {
		return err
	}
	r := p.planReport()
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

func (p *prepared) planReport() planReport {
	m := p.plan.Memory()
	r := planReport{
		System: p.system.Name, File: p.file, SHA256: p.sha256,
		Steps: stepReports(p.plan.Steps()), Wavelengths: p.plan.Lines(),
		Backend: p.backends.Name(), Libraries: libraries(p.backends.Linear, p.backends.Fourier), Precision: p.plan.Options().Precision.String(),
		Mode: string(p.choice.Mode), Reason: p.choice.Reason, Workers: p.choice.Workers, FFTWThreads: p.threads,
		SharedMemory: m.Shared, WavelengthMemory: m.Wavelength,
		PredictedMemory: p.peak(watching{}), AvailableMemory: p.found.Memory.Usable,
		Processes: p.estimate.Processes, ProcessesMemory: p.estimate.Bytes, ProcessesReasons: p.estimate.Reasons,
		Verdicts: p.verdicts, limitedBy: p.found.Memory.LimitedBy, estimate: p.estimate,
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
	s.line("processes", "in mode processes there would be %s", r.estimate)
	s.verdicts(r.Verdicts)
	return b.String()
}
