package propagate

import "arago/grid"

// Outlook is what is predicted of a system before anything of it is sampled.
type Outlook struct {
	// Memory of a run with one wavelength at once.
	Memory Memory
	// Time of runs, without that of sampling masks.
	Time Time
	// Grid is that of the last plane, at the shortest wavelength if it depends on it.
	Grid grid.Grid
}

// ProgramBytes is the part of Memory.Shared that no plan adds to: the program itself.
const ProgramBytes = programBytes

// Foresee predicts what a plan of a system would take, by the figures of
// Options.Machine. It checks the system as NewPlan does and samples nothing, so it is
// fast; pupils count as if their elements let light pass wherever they roughly may.
func Foresee(s System, o Options) (Outlook, error) {
	if err := s.validate(); err != nil {
		return Outlook{}, err
	}
	if err := s.checkSampling(); err != nil {
		return Outlook{}, err
	}
	p := &Plan{system: s, options: o, stages: s.layout(o.Recipe), workers: 1}
	if err := p.choose(); err != nil {
		return Outlook{}, err
	}
	p.settle()
	return Outlook{Memory: p.memory, Time: p.Time(), Grid: p.stages[len(p.stages)-1].grid.at(p.shortest())}, nil
}
