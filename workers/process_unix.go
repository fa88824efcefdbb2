//go:build unix

package workers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

const supported = true

// The files that a worker inherits, by number.
const (
	ordersFD  = 3
	answersFD = 4
	memoryFD  = 5
)

// worker is a worker process as its parent sees it.
type worker struct {
	number  int
	process *exec.Cmd
	orders  *os.File
	answers *os.File
	output  *output
	// unwatch ends the watch over the context; killed is closed when that has
	// killed the worker.
	unwatch func() bool
	killed  chan struct{}
}

// start starts a worker, which is killed when ctx ends.
func start(ctx context.Context, program string, number int, environment []string, memory *os.File) (*worker, error) {
	theirOrders, orders, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirOrders.Close()
	answers, theirAnswers, err := os.Pipe()
	if err != nil {
		orders.Close()
		return nil, err
	}
	defer theirAnswers.Close()

	w := &worker{number: number, orders: orders, answers: answers, output: new(output), killed: make(chan struct{})}
	w.process = &exec.Cmd{
		Path: program,
		// For those who look at the list of processes.
		Args:       []string{os.Args[0], "worker", strconv.Itoa(number)},
		Env:        append(os.Environ(), environment...),
		Stdout:     w.output,
		Stderr:     w.output,
		ExtraFiles: []*os.File{theirOrders, theirAnswers, memory},
		// In a group of its own it does not get the terminal's interrupts.
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
		// Should something that it has started hold its output open.
		WaitDelay: time.Second,
	}
	if err := w.process.Start(); err != nil {
		orders.Close()
		answers.Close()
		return nil, err
	}
	w.unwatch = context.AfterFunc(ctx, func() {
		defer close(w.killed)
		w.kill()
	})
	return w, nil
}

// environment returns what the environment of each of so many workers adds.
// Libraries read it when they are loaded, before main.
func environment(n Need, job Job) []string {
	env := append(SingleThreaded(), variable+"=1", fmt.Sprintf("GOMAXPROCS=%d", job.Room.Each(job.Processes)))
	if job.Room.Memory > 0 {
		// The limit counts Go's own memory: neither the slots nor what
		// libraries take.
		part := (job.Room.Memory-n.once())/int64(job.Processes) - n.slotBytes() - ProcessBytes/2
		if job.Room.PerProcess > 0 {
			part = min(part, job.Room.PerProcess)
		}
		env = append(env, fmt.Sprintf("GOMEMLIMIT=%d", part))
	}
	return env
}

func (w *worker) kill() {
	// The error of a process that has ended already is of no interest.
	_ = w.process.Process.Kill()
}

// end kills the worker, if it has not ended by itself, and waits for it.
func (w *worker) end() {
	w.kill()
	w.wait()
}

// wait waits for a worker that is about to end.
func (w *worker) wait() {
	w.orders.Close()
	// How it ended is in ProcessState.
	_ = w.process.Wait()
	w.answers.Close()
	if !w.unwatch() {
		<-w.killed
	}
}

// bury ends a worker that was lost, and tells why: because of err, unless that
// is only that its pipe was closed.
func (w *worker) bury(err error) *Death {
	w.end()
	d := &Death{Worker: w.number, PID: w.process.Process.Pid, Line: -1, Output: w.output.String()}
	if errors.Is(err, errProtocol) {
		d.Cause = err.Error()
	} else {
		d.Cause = cause(w.process.ProcessState)
	}
	return d
}

// cause says how a process ended.
func cause(state *os.ProcessState) string {
	status, ok := state.Sys().(syscall.WaitStatus)
	switch {
	case ok && status.Signaled() && status.Signal() == syscall.SIGKILL:
		return "was killed by signal 9, as the system does when memory runs out, or somebody by hand,"
	case ok && status.Signaled():
		return fmt.Sprintf("was ended by signal %d (%v)", status.Signal(), status.Signal())
	}
	return fmt.Sprintf("ended with exit status %d", state.ExitCode())
}

// receive returns the next answer.
func (w *worker) receive() (a answer, err error) {
	err = read(w.answers, &a, longestAnswer)
	return a, err
}

// greet says hello and returns the outline of the worker's plan. The error is
// a *remoteError if that is what the worker has to say, otherwise it is lost.
func (w *worker) greet(h hello) (*outline, error) {
	// If the worker has gone, there is no answer either, or an older one.
	_ = write(w.orders, h)
	a, err := w.receive()
	switch {
	case err != nil:
		return nil, err
	case a.Kind == sayFailed && a.Failure != nil:
		return nil, a.Failure.error()
	case a.Kind != sayReady:
		return nil, breach("%q for a greeting", a.Kind)
	case a.Protocol != protocol:
		return nil, &remoteError{fmt.Sprintf("worker %d speaks version %d of the protocol, and this program version %d; its file was replaced while it ran, start it again", w.number, a.Protocol, protocol), ErrWorker}
	case a.Plan == nil:
		return nil, breach("ready without a plan")
	}
	return a.Plan, nil
}

// dismiss lets a worker that has nothing left to do leave, and returns its peak
// memory, 0 if it is not known.
func (w *worker) dismiss() int64 {
	_ = write(w.orders, order{Kind: doLeave})
	a, err := w.receive()
	if err != nil || a.Kind != sayBye {
		w.end()
		return 0
	}
	_, _ = io.Copy(io.Discard, w.answers)
	w.wait()
	return a.Peak
}
