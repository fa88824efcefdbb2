package detect

// Start says how worker processes begin.
type Start string

// Ways to begin.
const (
	// StartNone: there are no worker processes.
	StartNone Start = ""
	// StartExec: a new program, as os/exec, spawn and loky do it.
	StartExec Start = "exec"
	// StartFork: a copy of this process that goes on without exec, as Python's
	// multiprocessing does by "fork".
	StartFork Start = "fork"
)

// Plan is what a program is about to do, as far as safety depends on it. The
// zero value is one caller in one process.
type Plan struct {
	Start Start `json:"start,omitempty"`
	// Processes is the number of worker processes that compute at once; 0 and
	// 1 mean no more than one process computes.
	Processes int `json:"processes"`
	// Threads is how many of Arago's own threads compute in each process;
	// 0 means 1.
	Threads int `json:"threads"`
	// FFTWThreads is the number of FFTW's own threads in one transform; 0 and
	// 1 mean none beside the caller.
	FFTWThreads int `json:"fftw_threads"`
	// UsedBefore says that libraries have run in this process before workers
	// start: what they started does not survive a fork.
	UsedBefore bool `json:"used_before,omitempty"`
	// Bytes is the predicted peak memory of all processes together.
	Bytes int64 `json:"bytes,omitempty"`
}

// Verdict is one thing that is unsafe or unwise about a plan in a process.
type Verdict struct {
	// Code is stable: "AR104". Name is what the code stands for.
	Code string `json:"code"`
	Name string `json:"name"`
	// Refused says that the plan must not be carried out; otherwise it is a
	// warning.
	Refused bool `json:"refused"`
	// Problem, Where and Instead are parts of sentences: what is wrong, where
	// that was seen, what to do instead.
	Problem string `json:"problem"`
	Where   string `json:"where"`
	Instead string `json:"instead"`
}

// String returns the verdict as one sentence.
func (v Verdict) String() string {
	s := v.Code + ": " + v.Problem
	if v.Where != "" {
		s += " (" + v.Where + ")"
	}
	return s + "; " + v.Instead
}

// Refusal is the error of a plan that must not be carried out. Programs end
// with exit code 3.
type Refusal struct{ Verdicts []Verdict }

// Error returns the first verdict as a sentence, and the codes of the others.
func (r *Refusal) Error() string {
	s := "refused as unsafe: " + r.Verdicts[0].String()
	for i, v := range r.Verdicts[1:] {
		if i == 0 {
			s += "; also "
		} else {
			s += ", "
		}
		s += v.Code + " " + v.Problem
	}
	return s
}

// Refused returns those of the verdicts that refuse, as a [*Refusal], or nil if
// there are none.
func Refused(verdicts []Verdict) error {
	var r Refusal
	for _, v := range verdicts {
		if v.Refused {
			r.Verdicts = append(r.Verdicts, v)
		}
	}
	if len(r.Verdicts) == 0 {
		return nil
	}
	return &r
}
