package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os/exec"
	"strings"
)

// precision is that of a computation.
type precision string

const (
	double precision = "double"
	single precision = "single"
)

// unit is the unit roundoff u: the largest relative error of rounding.
func (p precision) unit() float64 {
	if p == single {
		return 0x1p-24
	}
	return 0x1p-53
}

func (p precision) round(x float64) float64 {
	if p == single {
		return float64(float32(x))
	}
	return x
}

// bytes returns how many bytes a real number takes.
func (p precision) bytes() int {
	if p == single {
		return 4
	}
	return 8
}

// encode returns numbers, which are rounded to p already, as little-endian bytes.
func (p precision) encode(x []float64) []byte {
	data := make([]byte, 0, p.bytes()*len(x))
	for _, v := range x {
		if p == single {
			data = binary.LittleEndian.AppendUint32(data, math.Float32bits(float32(v)))
		} else {
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
		}
	}
	return data
}

// decode is the reverse of encode.
func (p precision) decode(data []byte) []float64 {
	x := make([]float64, len(data)/p.bytes())
	for i := range x {
		if p == single {
			x[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:])))
		} else {
			x[i] = math.Float64frombits(binary.LittleEndian.Uint64(data[8*i:]))
		}
	}
	return x
}

// task is what a library is asked to compute. Complex numbers are pairs of
// reals. The operands follow the task as raw bytes, little-endian.
//
//   - "fft": a Rows × Cols complex matrix; the transform of the whole, or, with
//     Lines, of each row by itself, of the sign of the exponent and with no
//     factor in front
//   - "product": a Rows × Inner matrix, real with RealLeft, otherwise complex, and a
//     complex Inner × Cols one
//   - "phasor": Cols amplitudes, Cols optical path differences and one
//     wavelength, all in double precision
//   - "hello": no operands; the answer is the library and its version
type task struct {
	Do        string    `json:"do"`
	Precision precision `json:"precision"`
	Rows      int       `json:"rows"`
	Cols      int       `json:"cols"`
	Inner     int       `json:"inner"`
	Lines     bool      `json:"lines"`
	Sign      int       `json:"sign"`
	RealLeft  bool      `json:"realLeft"`
	// Operands are the numbers of bytes of the operands.
	Operands []int `json:"operands"`
}

// answer precedes the raw bytes of the result.
type answer struct {
	// Unsupported says that the library does not compute such tasks.
	Unsupported bool `json:"unsupported,omitempty"`
	// Error says why there is no result.
	Error string `json:"error,omitempty"`
	Bytes int    `json:"bytes"`
}

// library computes tasks.
type library interface {
	compute(t task, operands ...[]byte) ([]byte, error)
}

// process is a library at the other end of two pipes.
type process struct {
	tasks   io.WriteCloser
	answers *bufio.Reader
	// ended waits until the process has ended, and returns what it last said.
	ended func() string
}

func newProcess(tasks io.WriteCloser, answers io.Reader) *process {
	return &process{tasks, bufio.NewReaderSize(answers, 1<<20), func() string { return "" }}
}

// start starts a process and returns what it says about itself.
func start(command *exec.Cmd) (*process, string, error) {
	var stderr bytes.Buffer
	command.Stderr = &stderr
	tasks, err := command.StdinPipe()
	if err != nil {
		return nil, "", err
	}
	answers, err := command.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := command.Start(); err != nil {
		return nil, "", err
	}
	p := newProcess(tasks, answers)
	p.ended = func() string {
		_ = command.Wait() // how it ended no longer matters
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		return lines[len(lines)-1]
	}
	about, err := p.compute(task{Do: "hello"})
	if err != nil {
		p.stop()
		return nil, "", err
	}
	return p, string(about), nil
}

// stop ends the process and returns what it last said.
func (p *process) stop() string {
	p.tasks.Close()
	return p.ended()
}

// compute implements library.
func (p *process) compute(t task, operands ...[]byte) ([]byte, error) {
	a, result, err := p.exchange(t, operands)
	switch {
	case err == nil && a.Unsupported:
		return nil, errUnsupported
	case err == nil && a.Error != "":
		return nil, errors.New(a.Error)
	case err == nil:
		return result, nil
	}
	if said := p.stop(); said != "" {
		err = errors.New(said)
	}
	return nil, fmt.Errorf("the process has ended: %w", err)
}

// errUnsupported is a task that a library does not compute.
var errUnsupported = errors.New("the library does not compute this")

func (p *process) exchange(t task, operands [][]byte) (a answer, result []byte, err error) {
	for _, o := range operands {
		t.Operands = append(t.Operands, len(o))
	}
	if err := json.NewEncoder(p.tasks).Encode(t); err != nil {
		return a, nil, err
	}
	for _, o := range operands {
		if _, err := p.tasks.Write(o); err != nil {
			return a, nil, err
		}
	}
	line, err := p.answers.ReadBytes('\n')
	if err != nil {
		return a, nil, err
	}
	if err := json.Unmarshal(line, &a); err != nil {
		return a, nil, err
	}
	result = make([]byte, a.Bytes)
	_, err = io.ReadFull(p.answers, result)
	return a, result, err
}

// serve answers the tasks that come from in until it ends.
func serve(l library, in io.Reader, out io.Writer) error {
	reader := bufio.NewReaderSize(in, 1<<20)
	for {
		line, err := reader.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		var t task
		if err := json.Unmarshal(line, &t); err != nil {
			return err
		}
		operands := make([][]byte, len(t.Operands))
		for i, n := range t.Operands {
			operands[i] = make([]byte, n)
			if _, err := io.ReadFull(reader, operands[i]); err != nil {
				return err
			}
		}
		a := answer{}
		result, err := l.compute(t, operands...)
		switch {
		case errors.Is(err, errUnsupported):
			a.Unsupported = true
		case err != nil:
			a.Error = err.Error()
		}
		a.Bytes = len(result)
		if err := json.NewEncoder(out).Encode(a); err != nil {
			return err
		}
		if _, err := out.Write(result); err != nil {
			return err
		}
	}
}
