package sweep

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"

	"arago/internal/failure"
	"arago/propagate"
)

// Cases may be computed by processes of their own: where a library lets only one
// caller in at a time, or may crash. Such a process reads the number of a case from
// its standard input, one a line, and answers on its standard output with a record, as
// in a journal, and the image, if it is for a cube. It ends when its input does, also
// in the middle of a case.

// ErrProcess is a case over which two processes died.
var ErrProcess = errors.New("a worker process failed")

// Serve computes cases for another process; it is the whole of what the program does
// that Run.Process starts.
func (p *Plan) Serve(ctx context.Context, t Task, r Run, in io.Reader, out io.Writer) error {
	s := p.newShard(t, r.Output, nil)
	w := worker{engine: newEngine(p, s, r), buffer: make([]byte, s.layout.planeBytes)}
	slots := make(chan string)
	go func() {
		lines := bufio.NewScanner(in)
		for lines.Scan() {
			slots <- lines.Text()
		}
		// Whoever asked is gone; nobody waits for what is being computed.
		os.Exit(0)
	}()
	answer := bufio.NewWriter(out)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case text := <-slots:
			slot, err := strconv.Atoi(text)
			if err != nil || slot < 0 || slot >= s.n {
				return fmt.Errorf("there is no case %q here", text)
			}
			v, reference, err := w.read(slot)
			o, err := w.outcome(ctx, slot, v, reference, err)
			if err != nil {
				return err
			}
			answer.Write(appendRecord(nil, o.append))
			answer.Write(w.buffer)
			if err := answer.Flush(); err != nil {
				return err
			}
		}
	}
}

// remote is a process that computes cases.
type remote struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr *tail
}

// tail keeps the end of what is written to it.
type tail struct {
	mutex sync.Mutex
	text  []byte
}

// Write implements io.Writer.
func (t *tail) Write(b []byte) (int, error) {
	const most = 4096
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.text = append(t.text, b...)
	t.text = t.text[max(0, len(t.text)-most):]
	return len(b), nil
}

// last returns the last line.
func (t *tail) last() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	return lines[len(lines)-1]
}

func startRemote(cmd *exec.Cmd) (*remote, error) {
	r := &remote{cmd: cmd, stderr: new(tail)}
	cmd.Stderr = r.stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProcess, err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProcess, err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w: it cannot be started: %w", ErrProcess, failure.Cause(err))
	}
	r.in, r.out = in, bufio.NewReaderSize(out, 1<<16)
	return r, nil
}

// ask has a case computed; the image is put into plane.
func (r *remote) ask(slot int, numbers int, plane []byte) (outcome, error) {
	if _, err := fmt.Fprintln(r.in, slot); err != nil {
		return outcome{}, err
	}
	const longest = 16 << 20
	content, err := readRecord(r.out, longest)
	if err != nil {
		return outcome{}, err
	}
	o, ok := parseOutcome(content, numbers)
	if !ok || o.slot != slot {
		return outcome{}, errTorn
	}
	_, err = io.ReadFull(r.out, plane)
	return o, err
}

// end lets the process go, and says how it ended and with which code, −1 if it was killed.
func (r *remote) end() (text string, code int) {
	r.in.Close()
	r.cmd.Process.Kill()
	err := r.cmd.Wait()
	text = "ended"
	if err != nil {
		text = err.Error()
	}
	if last := r.stderr.last(); last != "" {
		text += "; it wrote: " + last
	}
	return text, r.cmd.ProcessState.ExitCode()
}

// elsewhere has a case computed by the worker's process. One that dies is replaced once.
func (w *worker) elsewhere(ctx context.Context, slot int) (outcome, error) {
	for attempt := 0; ; attempt++ {
		if w.remote == nil {
			var err error
			if w.remote, err = startRemote(w.run.Process()); err != nil {
				return outcome{}, err
			}
			// An interrupt does not wait for the case that is being computed.
			process := w.remote.cmd.Process
			w.unwatch = context.AfterFunc(ctx, func() { process.Kill() })
		}
		o, err := w.remote.ask(slot, w.shard.layout.numbers, w.buffer)
		if err == nil {
			return o, nil
		}
		text, code := w.leave()
		if ctx.Err() != nil {
			return outcome{}, ctx.Err()
		}
		label := w.plan.Label(w.shard.from + slot)
		if code > 0 && code == w.run.MemoryCode {
			return outcome{}, fmt.Errorf("%w: the worker process of %s: %s", propagate.ErrMemory, label, text)
		}
		if attempt > 0 {
			return outcome{}, fmt.Errorf("%w twice over %s: %s", ErrProcess, label, text)
		}
		if w.run.Warn != nil {
			w.run.Warn(fmt.Sprintf("a worker process died over %s and is replaced: %s", label, text))
		}
	}
}

// leave ends the worker's process, if it has one, and says how it ended.
func (w *worker) leave() (text string, code int) {
	if w.remote == nil {
		return "", 0
	}
	w.unwatch()
	text, code = w.remote.end()
	w.remote = nil
	return text, code
}
