package about

import (
	"errors"

	"arago/backend"
	"arago/detect"
	"arago/internal/failure"
	"arago/internal/kernel"
	"arago/internal/settings"
)

// Doctor is what is known about this process and this machine, and what would be
// refused there.
type Doctor struct {
	Program string `json:"program"`
	// Config is the configuration file that was read, "" if there is none.
	Config string `json:"config,omitempty"`
	// ConfigError says what is wrong with it; then it plays no part here.
	ConfigError string `json:"config_error,omitempty"`
	detect.Report
	// Kernels is the instruction set of the program's own inner loops,
	// KernelSets those that ARAGO_KERNELS can choose.
	Kernels    kernel.Set   `json:"kernels"`
	KernelSets []kernel.Set `json:"kernel_sets"`
	// Backend is the choice that was looked at, Backends all of this program.
	Backend  string    `json:"backend"`
	Backends []Backend `json:"backends"`
	// Mode is what is set.
	Mode string `json:"mode"`
	// Verdicts is what is to be said of it, Modes of every way to share work.
	Verdicts []detect.Verdict `json:"verdicts"`
	Modes    []ModeVerdicts   `json:"modes"`
	// Refused says that what is set would be refused.
	Refused bool `json:"refused"`
}

// ModeVerdicts is what is to be said of one way to share work.
type ModeVerdicts struct {
	Mode string `json:"mode"`
	// Missing says what this build or system lacks for the mode, "" if nothing.
	Missing  string           `json:"missing,omitempty"`
	Plan     detect.Plan      `json:"plan"`
	Verdicts []detect.Verdict `json:"verdicts"`
}

// Question is what a doctor is asked beside the process itself.
type Question struct {
	Registry *backend.Registry
	// Config is the configuration, and ConfigError why it could not be read.
	Config      settings.Config
	ConfigError error
	// Select returns the back ends to look at.
	Select func(detect.CPU) (backend.Selection, error)
	// Mode is what is set, and Plan what it amounts to.
	Mode string
	Plan func(detect.CPU) detect.Plan
	// Modes are others to be judged, of which Mode and Missing are given and Plan.
	Modes func(detect.CPU) []ModeVerdicts
}

// Examine answers. The error is that of Select, unless it refuses: then the answer says so.
func Examine(q Question) (Doctor, error) {
	r := Doctor{
		Program: Creator, Config: q.Config.File, Report: settings.Surroundings(), Mode: q.Mode,
		Verdicts: []detect.Verdict{}, Modes: []ModeVerdicts{},
		KernelSets: kernel.Sets(),
	}
	r.Kernels, _ = kernel.Selected() // its error is that of the choice of back ends below
	if q.ConfigError != nil {
		r.ConfigError = failure.OneLine(q.ConfigError.Error())
	}
	s, err := q.Select(r.CPU)
	var refusal *detect.Refusal
	switch {
	case errors.As(err, &refusal):
		// The library itself is refused: there is no more to look at.
		r.Libraries = detect.Scan(nil)
		r.Verdicts = refusal.Verdicts
	case err != nil:
		return r, err
	default:
		r.Backend = s.Name()
		r.Libraries = detect.Scan(settings.Served(s))
		r.Verdicts = append(r.Verdicts, detect.Check(r.Report, q.Plan(r.CPU))...)
		for _, m := range q.Modes(r.CPU) {
			m.Verdicts = append([]detect.Verdict{}, detect.Check(r.Report, m.Plan)...)
			r.Modes = append(r.Modes, m)
		}
	}
	r.Backends = Backends(q.Registry)
	r.Refused = detect.Refused(r.Verdicts) != nil
	return r, nil
}

// ForkWithoutExec is how Python's multiprocessing shares work by "fork".
func ForkWithoutExec(cpu detect.CPU) ModeVerdicts {
	return ModeVerdicts{
		Mode: "fork without exec",
		Plan: detect.Plan{Start: detect.StartFork, Processes: max(2, cpu.Usable), UsedBefore: true},
	}
}
