package workers

import (
	"fmt"

	"arago/backend"
)

// Mode is a way to work in parallel, by the name that users write.
type Mode string

// The modes.
const (
	// Auto chooses.
	Auto Mode = "auto"
	// Goroutines of one process compute wavelengths, and the lines within a
	// transform.
	Goroutines Mode = "goroutines"
	// Processes compute wavelengths; see Run.
	Processes Mode = "processes"
	// FFTWThreads leaves it to FFTW's own threads to share a transform; there
	// is one wavelength at a time.
	FFTWThreads Mode = "fftw-threads"
)

// ParseMode reads the name of a mode; "" is Auto.
func ParseMode(name string) (Mode, error) {
	switch m := Mode(name); m {
	case "":
		return Auto, nil
	case Auto, Goroutines, Processes, FFTWThreads:
		return m, nil
	}
	return "", fmt.Errorf("%q is not a parallel mode; write auto, goroutines, processes or fftw-threads", name)
}

// Wish is what the user asks for.
type Wish struct {
	// Mode; "" is Auto.
	Mode Mode
	// Workers is the number of processes, or of wavelengths at once; 0 chooses.
	Workers int
}

// Facts are what a choice depends on.
type Facts struct {
	Need Need
	Room Room
	// Linear and Fourier are the back ends that compute.
	Linear, Fourier backend.Properties
	// Supported says that worker processes can be had; see Supported.
	Supported bool
}

// Choice is a mode, settled.
type Choice struct {
	// Mode is one of Goroutines, Processes and FFTWThreads.
	Mode Mode
	// Workers is the number of processes, at least 1; or of the wavelengths that
	// goroutines compute at once, 0 where NewPlan is to choose.
	Workers int
	// Reason says in one phrase why it is so.
	Reason string
	// Estimate explains the number of processes, where it was chosen.
	Estimate *Estimate
}

// Choose settles the mode. It is a function of its arguments only. Auto takes
// goroutines, unless a back end lets only one caller in at a time and processes
// would get round that. The error is ErrUnsupported for a mode that the system
// or the back ends do not have.
func Choose(w Wish, f Facts) (Choice, error) {
	switch w.Mode {
	case Auto, "":
		name, alone := f.oneAtATime()
		if !alone || f.forbidden() != nil {
			return Choice{Goroutines, w.Workers, "goroutines share masks, kernels and memory", nil}, nil
		}
		c := f.processes(w.Workers)
		if c.Workers < 2 {
			return Choice{Goroutines, w.Workers, fmt.Sprintf("%s lets one caller in at a time, but there is work or room for one process only", name), nil}, nil
		}
		c.Reason = name + " lets one caller in at a time, and each process has its own"
		return c, nil
	case Goroutines:
		return Choice{Goroutines, w.Workers, "as asked", nil}, nil
	case Processes:
		if err := f.forbidden(); err != nil {
			return Choice{}, err
		}
		return f.processes(w.Workers), nil
	case FFTWThreads:
		if f.Fourier.Name != "fftw" {
			return Choice{}, fmt.Errorf("%w: fftw-threads are FFTW's, and %s does the Fourier transforms; choose --backend fft=fftw or --mode goroutines", ErrUnsupported, f.Fourier.Name)
		}
		return Choice{FFTWThreads, 1, "as asked", nil}, nil
	}
	_, err := ParseMode(string(w.Mode))
	return Choice{}, err
}

// processes returns the choice of that many processes, 0 for as many as are good.
func (f Facts) processes(wished int) Choice {
	if wished > 0 {
		return Choice{Processes, max(1, min(wished, f.Need.Lines)), "as asked", nil}
	}
	e := EstimateOptimalProcesses(f.Need, f.Room)
	return Choice{Processes, e.Processes, "as asked", &e}
}

// oneAtATime names the back end that lets only one caller in.
func (f Facts) oneAtATime() (name string, alone bool) {
	for _, p := range []backend.Properties{f.Linear, f.Fourier} {
		if p.Callers == 1 {
			return p.Name, true
		}
	}
	return "", false
}

// forbidden says why there can be no worker processes.
func (f Facts) forbidden() error {
	if !f.Supported {
		return unsupported()
	}
	for _, p := range []backend.Properties{f.Linear, f.Fourier} {
		if !p.WorkerProcesses {
			return fmt.Errorf("%w: worker processes may not run beside %s as it is set up, with %d threads of its own; set it to one thread or choose --mode goroutines", ErrUnsupported, p.Name, p.Threads)
		}
	}
	return nil
}
