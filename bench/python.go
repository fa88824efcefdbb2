package main

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"arago/internal/compare"
)

//go:embed worker/*.py
var workerFiles embed.FS

// workerSource is the program worker.py with the modules that it imports.
var workerSource = program("operands", "libraries", "native", "worker")

// putModule makes a module of a source, as if it had been imported.
const putModule = `
import sys, types

def put(name, source):
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(source, name + ".py", "exec"), module.__dict__)

`

// program returns a Python program of files in the folder worker: modules, in an order in
// which none imports a later one, and the program itself.
func program(names ...string) string {
	var s strings.Builder
	s.WriteString(putModule)
	for i, name := range names {
		source, err := workerFiles.ReadFile("worker/" + name + ".py")
		if err != nil {
			panic(err)
		}
		if i == len(names)-1 {
			s.Write(source)
			break
		}
		quoted, err := json.Marshal(string(source)) // a string in Python too
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(&s, "put('%s', %s)\n", name, quoted)
	}
	return s.String()
}

// pythonLibraries are those that worker.py knows.
var pythonLibraries = []string{"numpy", "scipy", "ducc0", "mkl", "blis"}

// threadSettings bound how long threads of libraries spin after a call to about a
// millisecond. By default it is up to 200, into the turn of another contender;
// with none, each call would wait for its threads to wake. MKL is kept from
// using fewer threads than it is told.
var threadSettings = []string{
	"KMP_BLOCKTIME=1", "GOMP_SPINCOUNT=100000", "OPENBLAS_THREAD_TIMEOUT=20",
	"MKL_DYNAMIC=FALSE", "MKL_INTERFACE_LAYER=LP64", "MKL_THREADING_LAYER=INTEL",
}

// worker is a process, mostly of Python, that serves one library for the whole
// comparison.
type worker struct {
	about   compare.Library
	process *exec.Cmd
	stdin   io.WriteCloser
	answers *bufio.Reader
	stderr  *bytes.Buffer
}

// startWorker starts the process for a library, with settings added to the
// environment. It is killed when ctx is done.
func startWorker(ctx context.Context, python, library string, settings ...string) (*worker, error) {
	return startProcess(exec.CommandContext(ctx, python, "-c", workerSource, library), settings)
}

// startProcess starts a process that answers as worker.py does.
func startProcess(process *exec.Cmd, settings []string) (*worker, error) {
	w := &worker{process: process, stderr: new(bytes.Buffer)}
	w.process.Env = append(append(os.Environ(), threadSettings...), settings...)
	w.process.Stderr = w.stderr
	var err error
	if w.stdin, err = w.process.StdinPipe(); err != nil {
		return nil, err
	}
	stdout, err := w.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	w.answers = bufio.NewReader(stdout)
	if err := w.process.Start(); err != nil {
		return nil, err
	}
	if err := w.ask(request{Do: "hello"}, &w.about); err != nil {
		w.stop()
		return nil, err
	}
	w.about.OwnMemory = true
	return w, nil
}

// stop ends the process and waits for it.
func (w *worker) stop() {
	w.stdin.Close()
	_ = w.process.Wait() // how it ended no longer matters
}

// request is what worker.py is asked.
type request struct {
	Do string `json:"do"`
	*compare.Task
	In     int      `json:"in,omitempty"`
	Out    int      `json:"out,omitempty"`
	Points [][2]int `json:"points,omitempty"`
	Calls  int      `json:"calls,omitempty"`
}

// ask sends a request and reads the answer into answer.
func (w *worker) ask(r, answer any) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := w.stdin.Write(append(line, '\n')); err != nil {
		return w.ended()
	}
	if line, err = w.answers.ReadBytes('\n'); err != nil {
		return w.ended()
	}
	var failure struct {
		Error       string `json:"error"`
		Unsupported bool   `json:"unsupported"`
	}
	if err := json.Unmarshal(line, &failure); err != nil {
		return err
	}
	switch {
	case failure.Error != "":
		return errors.New(failure.Error)
	case failure.Unsupported:
		return compare.ErrUnsupported
	}
	return json.Unmarshal(line, answer)
}

// ended says that the process is gone, with the last line that it printed.
func (w *worker) ended() error {
	w.stop()
	lines := strings.Split(strings.TrimSpace(w.stderr.String()), "\n")
	return fmt.Errorf("the process has ended: %s", lines[len(lines)-1])
}

// Library implements compare.Contender.
func (w *worker) Library() compare.Library { return w.about }

// Prepare implements compare.Contender.
func (w *worker) Prepare(_ context.Context, space *compare.Workspace) (compare.Run, error) {
	in, out := space.Window()
	if err := w.ask(request{Do: "prepare", Task: &space.Task, In: in, Out: out}, &struct{}{}); err != nil {
		return nil, err
	}
	return workerRun{w}, nil
}

type workerRun struct{ *worker }

func (r workerRun) Check(_ context.Context, points []compare.Point) ([]complex128, error) {
	q := request{Do: "check"}
	for _, p := range points {
		q.Points = append(q.Points, [2]int{p.Row, p.Col})
	}
	var answer struct {
		Values [][2]float64 `json:"values"`
	}
	if err := r.ask(q, &answer); err != nil {
		return nil, err
	}
	values := make([]complex128, len(answer.Values))
	for i, v := range answer.Values {
		values[i] = complex(v[0], v[1])
	}
	return values, nil
}

func (r workerRun) Time(_ context.Context, calls int) (time.Duration, error) {
	var answer struct {
		Seconds float64 `json:"seconds"`
	}
	err := r.ask(request{Do: "time", Calls: calls}, &answer)
	return time.Duration(answer.Seconds * float64(time.Second)), err
}

func (r workerRun) Close() error { return r.ask(request{Do: "close"}, &struct{}{}) }
