// Package settings is what surrounds a computation, for the program and for the C library
// alike: the user's configuration and environment, the choice of back ends, the figures
// that times are predicted from, and what this process may use of the machine.
package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/pelletier/go-toml/v2"

	"arago/internal/failure"
	"arago/workers"
)

// Environment returns the value of an environment variable, as os.Getenv does.
type Environment func(variable string) string

// Config is the user's arago.toml. The first three keys are those of POPPY's
// configuration.
type Config struct {
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

	// File is where it was read, "" if there is none.
	File string `toml:"-"`
}

// configVariable names another file than the usual one.
const configVariable = "ARAGO_CONFIG"

// configPath returns where the configuration is looked for: arago/arago.toml in
// the user's folder for configurations.
func (e Environment) configPath() (path string, named bool) {
	if path := e(configVariable); path != "" {
		return path, true
	}
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", false
	}
	return filepath.Join(folder, "arago", "arago.toml"), false
}

// Config reads the configuration. That there is none is no error, unless
// ARAGO_CONFIG names it.
func (e Environment) Config() (Config, error) {
	path, named := e.configPath()
	if path == "" {
		return Config{}, nil
	}
	text, err := os.ReadFile(path)
	switch {
	case err != nil && !named && absent(err):
		return Config{}, nil
	case err != nil:
		return Config{}, fmt.Errorf("%s cannot be read: %w", path, failure.Cause(err))
	}
	c := Config{File: path}
	decoder := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return Config{}, c.wrong(err)
	}
	return c, c.check()
}

// absent says whether a file cannot be there for this user: a home that does
// not exist, or that is somebody else's, has no settings.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.ENOTDIR)
}

// wrong says in which line a configuration cannot be understood.
func (c Config) wrong(err error) error {
	if unknown, ok := errors.AsType[*toml.StrictMissingError](err); ok && len(unknown.Errors) > 0 {
		first := unknown.Errors[0]
		line, _ := first.Position()
		return fmt.Errorf("%s:%d: %s is not a setting; the settings are use_multiprocessing, use_fftw, n_processes, mode and backend",
			c.File, line, strings.Join(first.Key(), "."))
	}
	if bad, ok := errors.AsType[*toml.DecodeError](err); ok {
		line, _ := bad.Position()
		return fmt.Errorf("%s:%d: %s", c.File, line, strings.TrimPrefix(bad.Error(), "toml: "))
	}
	return fmt.Errorf("%s: %w", c.File, err)
}

func (c Config) check() error {
	if c.NProcesses < 0 {
		return fmt.Errorf("%s: n_processes is %d; it must be positive, or 0 to choose", c.File, c.NProcesses)
	}
	if c.Mode == "" {
		return nil
	}
	if _, err := workers.ParseMode(c.Mode); err != nil {
		return fmt.Errorf("%s: mode: %w", c.File, err)
	}
	if c.UseMultiprocessing || c.UseFFTW {
		return fmt.Errorf("%s: mode says the same as use_multiprocessing and use_fftw; leave out mode, or both others", c.File)
	}
	return nil
}
