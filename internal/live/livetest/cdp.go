package livetest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// browser is a Chromium that is told what to do by the Chrome DevTools
// Protocol: JSON messages, each ended by a zero byte, which it reads from its
// file descriptor 3 and writes to 4.
type browser struct {
	cmd  *exec.Cmd
	to   io.WriteCloser
	said bytes.Buffer // its standard error; read after the end

	mutex   sync.Mutex
	next    int
	waiting map[int]chan reply
	ended   error // why no more replies come
	event   func(method string, params json.RawMessage)
}

type reply struct {
	result json.RawMessage
	err    error
}

// message is one of either direction.
type message struct {
	ID        int             `json:"id,omitempty"`
	Session   string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    json.RawMessage `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	ErrorText *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// start starts a browser; event is called for each event, one at a time.
func start(program string, args []string, event func(method string, params json.RawMessage)) (*browser, error) {
	theirIn, to, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirIn.Close()
	from, theirOut, err := os.Pipe()
	if err != nil {
		to.Close()
		return nil, err
	}
	defer theirOut.Close()
	b := &browser{cmd: exec.Command(program, args...), to: to, waiting: map[int]chan reply{}, event: event}
	b.cmd.ExtraFiles = []*os.File{theirIn, theirOut}
	b.cmd.Stderr = &b.said
	// Its helper processes hold standard error open: Wait returns when they have
	// ended, or so long after the browser.
	b.cmd.WaitDelay = 10 * time.Second
	if err := b.cmd.Start(); err != nil {
		to.Close()
		from.Close()
		return nil, err
	}
	go b.read(from)
	return b, nil
}

// read takes replies and events until the browser ends.
func (b *browser) read(from io.ReadCloser) {
	defer from.Close()
	in := bufio.NewReader(from)
	for {
		line, err := in.ReadBytes(0)
		var m message
		if err == nil {
			err = json.Unmarshal(line[:len(line)-1], &m)
		}
		b.mutex.Lock()
		if err != nil {
			b.ended = fmt.Errorf("the browser has ended: %w", err)
			for _, w := range b.waiting {
				w <- reply{err: b.ended}
			}
			b.waiting = nil
			b.mutex.Unlock()
			return
		}
		w := b.waiting[m.ID]
		delete(b.waiting, m.ID)
		b.mutex.Unlock()
		switch {
		case m.ID == 0:
			b.event(m.Method, m.Params)
		case w != nil && m.ErrorText != nil:
			w <- reply{err: errors.New(m.ErrorText.Message)}
		case w != nil:
			w <- reply{result: m.Result}
		}
	}
}

// call sends a command and unpacks its result, if that is not nil. It gives up
// at the deadline, unless that is zero.
func (b *browser) call(deadline time.Time, session, method string, params, result any) error {
	packed, err := json.Marshal(params)
	if err != nil {
		return err
	}
	b.mutex.Lock()
	if b.ended != nil {
		b.mutex.Unlock()
		return b.ended
	}
	b.next++
	id, answer := b.next, make(chan reply, 1)
	b.waiting[id] = answer
	text, err := json.Marshal(message{ID: id, Session: session, Method: method, Params: packed})
	if err == nil {
		_, err = b.to.Write(append(text, 0))
	}
	b.mutex.Unlock()
	if err != nil {
		return err
	}
	var late <-chan time.Time
	if !deadline.IsZero() {
		late = time.After(time.Until(deadline))
	}
	select {
	case r := <-answer:
		if r.err != nil {
			return fmt.Errorf("%s: %w", method, r.err)
		}
		if result == nil {
			return nil
		}
		return json.Unmarshal(r.result, result)
	case <-late:
		return fmt.Errorf("%s: no answer before the test's deadline", method)
	}
}

// stop ends the browser and its helpers.
func (b *browser) stop() {
	const patience = 10 * time.Second
	if b.call(time.Now().Add(patience), "", "Browser.close", struct{}{}, nil) != nil {
		_ = b.cmd.Process.Kill()
	}
	b.to.Close()
	_ = b.cmd.Wait()
}
