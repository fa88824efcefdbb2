package about

import (
	"time"

	"arago/detect"
	"arago/fourier"
	"arago/internal/settings"
	"arago/internal/source"
	"arago/propagate"
)

// Step says how a plane of a run is reached.
type Step struct {
	Plane  string `json:"plane"`
	Recipe string `json:"recipe"` // "" if no transform leads to the plane
	Rows   int    `json:"rows"`
	Cols   int    `json:"cols"`
	Note   string `json:"note,omitempty"`
}

// Steps describes the steps of a run.
func Steps(steps []propagate.Step) []Step {
	var list []Step
	for _, s := range steps {
		list = append(list, Step{s.Label, s.Recipe, s.Rows, s.Cols, s.Note})
	}
	return list
}

// PlannedStep says how a plane is reached, and what else would have led there.
type PlannedStep struct {
	Step
	// Recipes are in the order in which they would be chosen, those that cannot do the
	// transform last.
	Recipes []Recipe `json:"recipes,omitempty"`
}

// Recipe is what a recipe takes at the shortest wavelength.
type Recipe struct {
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

// PlannedSteps describes the steps of a plan with their alternatives.
func PlannedSteps(p *propagate.Plan) []PlannedStep {
	single := p.Options().Precision == propagate.Single
	var list []PlannedStep
	steps := Steps(p.Steps())
	for i, step := range p.Steps() {
		list = append(list, PlannedStep{Step: steps[i], Recipes: Recipes(step.Alternatives, single)})
	}
	return list
}

// Recipes describes what recipes would take.
func Recipes(estimates []fourier.Estimate, single bool) []Recipe {
	sample := 16
	if single {
		sample = 8
	}
	var list []Recipe
	for _, e := range estimates {
		list = append(list, Recipe{
			Recipe: e.Recipe, Reason: e.Reason, Seconds: e.Seconds, PlanSeconds: e.SecondsOnce,
			Operations: e.Each.Operations(), Bytes: e.Each.Bytes(sample), Scratch: e.Scratch, Kernels: e.Kernels, Error: e.Error,
		})
	}
	return list
}

// FigureSource says where figures of a machine are from.
type FigureSource struct {
	Source string `json:"source"`
	Reason string `json:"reason,omitempty"`
	File   string `json:"file,omitempty"`
}

// SourceOf says where figures are from.
func SourceOf(f settings.Figures) FigureSource { return FigureSource{f.Source, f.Reason, f.File} }

// Plan is what is said of a plan before it runs, in one process or in several.
type Plan struct {
	System      string        `json:"system"`
	File        string        `json:"file"`
	SHA256      string        `json:"sha256"`
	Steps       []PlannedStep `json:"steps"`
	Wavelengths int           `json:"wavelengths"`
	Backend     string        `json:"backend"`
	Libraries   []string      `json:"libraries"`
	Precision   string        `json:"precision"`

	// Workers is the number of wavelengths computed at once.
	Workers int `json:"workers"`
	// SharedMemory is taken once, WavelengthMemory for each wavelength that is
	// computed at once; PredictedMemory is the peak of the run, AvailableMemory
	// what it may take, 0 if that is not known. All in bytes.
	SharedMemory     int64 `json:"shared_memory"`
	WavelengthMemory int64 `json:"wavelength_memory"`
	PredictedMemory  int64 `json:"predicted_memory"`
	AvailableMemory  int64 `json:"available_memory"`

	// Figures are where the figures are from that recipes are chosen and times
	// predicted by.
	Figures FigureSource `json:"figures"`
	// Seconds are what it is predicted to take from the start to the image, if
	// work is shared by goroutines: PrepareSeconds, which were measured, to sample
	// masks, and RunSeconds. AgainSeconds is what a second run of the same plan would
	// take.
	Seconds        float64 `json:"predicted_seconds"`
	PrepareSeconds float64 `json:"prepare_seconds"`
	RunSeconds     float64 `json:"run_seconds"`
	AgainSeconds   float64 `json:"again_seconds"`
	// PredictedError is relative to the amplitude that all light of the first plane
	// would make in one sample, MaskError the part of it that the sampling of masks has.
	PredictedError float64 `json:"predicted_error"`
	MaskError      float64 `json:"mask_error"`
	// Warnings are about sampling and precision.
	Warnings []string `json:"warnings"`

	Verdicts []detect.Verdict `json:"verdicts"`
}

// PlanOf describes a plan of s that took so long to make, as it runs in one process.
func PlanOf(s source.Source, p *propagate.Plan, took time.Duration, f settings.Figures, verdicts []detect.Verdict, memory detect.Memory) Plan {
	m, t, o := p.Memory(), p.Time(), p.Options()
	return Plan{
		System: s.System.Name, File: s.File, SHA256: s.SHA256,
		Steps: PlannedSteps(p), Wavelengths: p.Lines(),
		Backend: o.Backend.Name(), Libraries: Libraries(o.Backend.Linear, o.Backend.Fourier), Precision: o.Precision.String(),
		Workers:      p.Workers(),
		SharedMemory: m.Shared, WavelengthMemory: m.Wavelength, PredictedMemory: m.Peak(p.Workers()), AvailableMemory: memory.Usable,
		Figures: SourceOf(f),
		Seconds: (took + t.First).Seconds(), PrepareSeconds: took.Seconds(), RunSeconds: t.First.Seconds(), AgainSeconds: t.Again.Seconds(),
		PredictedError: p.PredictedError(), MaskError: p.MaskError(), Warnings: append([]string{}, p.Warnings()...), Verdicts: append([]detect.Verdict{}, verdicts...),
	}
}
