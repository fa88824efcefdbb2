package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/pelletier/go-toml/v2"

	"arago/detect"
	"arago/workers"
)

// config is the user's arago.toml. The first three keys are those of POPPY's
// configuration.
type config struct {
	// UseMultiprocessing computes wavelengths in worker processes.
	UseMultiprocessing bool `toml:"use_multiprocessing"`
	// UseFFTW lets FFTW transform with threads of its own.
	UseFFTW bool `toml:"use_fftw"`
	// NProcesses is the number of worker processes; 0 means to choose.
	NProcesses int `toml:"n_processes"`
	// Mode says the same as the first two keys in one word.
	Mode string `toml:"mode"`
	// Backend is a choice as --backend takes it.
	Backend string `toml:"backend"`

	// file is where it was read, "" if there is none.
	file string
}

// configVariable names another file than the usual one.
const configVariable = "ARAGO_CONFIG"

// configPath returns where the configuration is looked for: arago/arago.toml in
// the user's folder for configurations.
func (a *app) configPath() (path string, named bool) {
	if path := a.getenv(configVariable); path != "" {
		return path, true
	}
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", false
	}
	return filepath.Join(folder, "arago", "arago.toml"), false
}

// config reads the configuration. That there is none is no error, unless
// ARAGO_CONFIG names it.
func (a *app) config() (config, error) {
	path, named := a.configPath()
	if path == "" {
		return config{}, nil
	}
	text, err := os.ReadFile(path)
	switch {
	case err != nil && !named && absent(err):
		return config{}, nil
	case err != nil:
		return config{}, fmt.Errorf("%s cannot be read: %w", path, cause(err))
	}
	c := config{file: path}
	decoder := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return config{}, c.wrong(err)
	}
	return c, c.check()
}

// absent says whether a file cannot be there for this user: a home that does
// not exist, or that is somebody else's, has no settings.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ENOTDIR)
}

// wrong says in which line a configuration cannot be understood.
func (c config) wrong(err error) error {
	if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(unknown.Errors) > 0 {
		first := unknown.Errors[0]
		line, _ := first.Position()
		return fmt.Errorf("%s:%d: %s is not a setting; the settings are use_multiprocessing, use_fftw, n_processes, mode and backend",
			c.file, line, strings.Join(first.Key(), "."))
	}
	if bad, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := bad.Position()
		return fmt.Errorf("%s:%d: %s", c.file, line, strings.TrimPrefix(bad.Error(), "toml: "))
	}
	return fmt.Errorf("%s: %w", c.file, err)
}

func (c config) check() error {
	if c.NProcesses < 0 {
		return fmt.Errorf("%s: n_processes is %d; it must be positive, or 0 to choose", c.file, c.NProcesses)
	}
	if c.Mode == "" {
		return nil
	}
	if _, err := workers.ParseMode(c.Mode); err != nil {
		return fmt.Errorf("%s: mode: %w", c.file, err)
	}
	if c.UseMultiprocessing || c.UseFFTW {
		return fmt.Errorf("%s: mode says the same as use_multiprocessing and use_fftw; leave out mode, or both others", c.file)
	}
	return nil
}

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
func (a *app) wish(f systemFlags, c config) (wish, error) {
	w := wish{mode: workers.Auto, modeFrom: "auto", workers: f.Workers}
	switch {
	case f.Mode != "":
		m, err := workers.ParseMode(f.Mode)
		if err != nil {
			return w, wrongUse("--mode: %w", err)
		}
		w.mode, w.modeFrom = m, "--mode"
	case a.getenv("ARAGO_MODE") != "":
		m, err := workers.ParseMode(a.getenv("ARAGO_MODE"))
		if err != nil {
			return w, wrongUse("the environment variable ARAGO_MODE: %w", err)
		}
		w.mode, w.modeFrom = m, "ARAGO_MODE"
	case c.Mode != "":
		w.mode, w.modeFrom = workers.Mode(c.Mode), c.file
	case c.UseMultiprocessing:
		w.mode, w.modeFrom, w.both = workers.Processes, c.file, c.UseFFTW
	case c.UseFFTW:
		w.mode, w.modeFrom = workers.FFTWThreads, c.file
	}
	if n := a.getenv("ARAGO_WORKERS"); w.workers == 0 && n != "" {
		v, err := strconv.Atoi(n)
		if err != nil || v < 0 {
			return w, wrongUse("the environment variable ARAGO_WORKERS says %q; it must be a number of workers, or 0 to choose", n)
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
