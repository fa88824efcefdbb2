//go:build fftw && cgo && (linux || darwin)

package fftw

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// wisdom keeps what FFTW's planner found in a file of the user's cache folder.
// The planner of a library is one for the whole process; the file holds what it
// knew when the last plan was made.
type wisdom struct {
	library *library
	file    string // "" where there is no cache folder
	warn    func(string)
	last    []byte // what the file was known to hold
	warned  bool   // that it cannot be kept
}

func newWisdom(l *library, threads int, warn func(string)) *wisdom {
	w := &wisdom{library: l, warn: warn}
	folder, err := os.UserCacheDir()
	if err != nil {
		w.cannotKeep(err)
		return w
	}
	name := wisdomName(l.version, l.architecture, cpuModel(), l.precision.name, threads)
	w.file = filepath.Join(folder, "arago", "fftw", name)
	return w
}

// wisdomName is the key of wisdom: it is good for one build of one version of
// FFTW, one processor model, one precision and one number of threads.
func wisdomName(version, architecture, cpu, precision string, threads int) string {
	return fileWord(fmt.Sprintf("%s %s %s %s threads %d", version, architecture, cpu, precision, threads)) + ".wisdom"
}

// fileWord makes text fit for a file name.
func fileWord(text string) string {
	var out []byte
	for _, c := range []byte(text) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '_':
			out = append(out, c)
		case len(out) > 0 && out[len(out)-1] != '-':
			out = append(out, '-')
		}
	}
	return string(bytes.TrimSuffix(out, []byte("-")))
}

// load gives FFTW what the file holds. A file that is not wisdom is left for
// keep to replace.
func (w *wisdom) load() {
	text, err := w.read()
	if err != nil {
		w.warn(fmt.Sprintf("FFTW wisdom cannot be read and is ignored: %v", err))
		return
	}
	planner.Lock()
	defer planner.Unlock()
	w.last = text
	if text != nil && !w.library.importWisdom(text) {
		w.warn(fmt.Sprintf("%s is not wisdom of this FFTW; it is ignored and will be replaced", w.file))
	}
}

// read returns nil where there is no file.
func (w *wisdom) read() ([]byte, error) {
	if w.file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(w.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

// keep writes what FFTW knows now together with what the file holds: another
// process may have written it meanwhile. The caller holds planner.
func (w *wisdom) keep() {
	if w.file == "" {
		return
	}
	if err := os.MkdirAll(filepath.Dir(w.file), 0o755); err != nil {
		w.cannotKeep(err)
		return
	}
	defer lockFile(w.file+".lock", lockTries)()
	before, err := w.read()
	if err == nil && before != nil && !bytes.Equal(before, w.last) {
		w.library.importWisdom(before)
	}
	text := w.library.exportWisdom()
	if !bytes.Equal(text, before) {
		if err := replaceFile(w.file, text); err != nil {
			w.cannotKeep(err)
			return
		}
	}
	w.last = text
}

func (w *wisdom) cannotKeep(err error) {
	if !w.warned {
		w.warned = true
		w.warn(fmt.Sprintf("FFTW wisdom cannot be kept, so each process searches for plans anew: %v", err))
	}
}

// replaceFile writes a file so that a reader finds the old or the new content, whole.
func replaceFile(file string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // fails when it has been renamed
	if _, err := temporary.Write(content); err != nil {
		temporary.Close()
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}

// How long a process waits for another one that writes wisdom.
const (
	lockPause = 10 * time.Millisecond
	lockTries = 100
)

// lockFile keeps other processes away from a file while its content is merged,
// and returns what lets them in again. After so many tries it does without the
// lock: then the last writer wins, and a plan is searched for once more.
func lockFile(file string, tries int) (unlock func()) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return func() {}
	}
	for range tries {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil || !errors.Is(err, syscall.EWOULDBLOCK) {
			break
		}
		time.Sleep(lockPause)
	}
	return func() { f.Close() }
}
