package main

import (
	"strconv"

	"arago/detect"
	"arago/internal/failure"
	"arago/internal/settings"
	"arago/workers"
)

// wish is what the user said about how a run is shared, and where.
type wish struct {
	mode     workers.Mode
	modeFrom string // "--mode", "ARAGO_MODE", the configuration file, or "auto"
	// workers is the number of wavelengths at once, or of FFTW's threads; 0 to
	// choose.
	workers int
	// processes is the number of worker processes, if there are any; 0 to choose.
	processes int
	// both says that the configuration asks for worker processes and for FFTW's
	// threads.
	both bool
}

// wish collects what flags, environment and configuration say, in this order.
func (a *app) wish(f systemFlags, c settings.Config) (wish, error) {
	w := wish{mode: workers.Auto, modeFrom: "auto", workers: f.Workers}
	switch {
	case f.Mode != "":
		m, err := workers.ParseMode(f.Mode)
		if err != nil {
			return w, failure.Misuse("--mode: %w", err)
		}
		w.mode, w.modeFrom = m, "--mode"
	case a.getenv("ARAGO_MODE") != "":
		m, err := workers.ParseMode(a.getenv("ARAGO_MODE"))
		if err != nil {
			return w, failure.Misuse("the environment variable ARAGO_MODE: %w", err)
		}
		w.mode, w.modeFrom = m, "ARAGO_MODE"
	case c.Mode != "":
		w.mode, w.modeFrom = workers.Mode(c.Mode), c.File
	case c.UseMultiprocessing:
		w.mode, w.modeFrom, w.both = workers.Processes, c.File, c.UseFFTW
	case c.UseFFTW:
		w.mode, w.modeFrom = workers.FFTWThreads, c.File
	}
	if n := a.getenv("ARAGO_WORKERS"); w.workers == 0 && n != "" {
		v, err := strconv.Atoi(n)
		if err != nil || v < 0 {
			return w, failure.Misuse("the environment variable ARAGO_WORKERS says %q; it must be a number of workers, or 0 to choose", n)
		}
		w.workers = v
	}
	if w.processes = w.workers; w.workers == 0 {
		w.processes = c.NProcesses
	}
	if w.mode == workers.Processes {
		w.workers = w.processes
	}
	return w, nil
}

// fftwThreads is the number of threads that FFTW has in the mode that is named
// after them: at least two, or it would be no such mode.
func (w wish) fftwThreads(cpu detect.CPU) int {
	if w.workers > 0 {
		return w.workers
	}
	return max(2, cpu.Usable)
}
