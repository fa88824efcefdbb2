package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"time"

	"arago/backend"
	"arago/backend/all"
	"arago/backend/gonum"
	"arago/internal/compare"
	"arago/internal/kernel"
	"arago/internal/parallel"
	"arago/internal/product"
)

// server is Arago's pure Go back end as a process that answers what worker.py
// answers for other libraries. The set of kernels and GOMAXPROCS are chosen when
// a program starts, and so each choice has a process.
type server struct {
	selection backend.Selection
	calls     map[string]func()
	at        map[string]func(row, col int) complex128
	pages     [][]byte // in use
	spare     [][]byte // large blocks of the works before
}

// order is what a server is asked.
type order struct {
	Do string `json:"do"`
	work
	Cores  []int    `json:"cores,omitempty"`
	Points [][2]int `json:"points,omitempty"`
	Calls  int      `json:"calls,omitempty"`
}

// serve answers until its input ends.
func serve(in io.Reader, out io.Writer) error {
	set, err := kernel.Selected()
	if err != nil {
		return err
	}
	s := &server{}
	if s.selection, err = all.Registry().Select(gonum.Name); err != nil {
		return err
	}
	s.close()
	lines, answers := bufio.NewScanner(in), json.NewEncoder(out)
	for lines.Scan() {
		var o order
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			return err
		}
		if err := answers.Encode(s.answer(o, set)); err != nil {
			return err
		}
	}
	return lines.Err()
}

// answer carries out an order. What panics, as for want of memory, becomes an error.
func (s *server) answer(o order, set kernel.Set) (answer any) {
	defer func() {
		if p := recover(); p != nil {
			answer = map[string]string{"error": fmt.Sprint(p)}
		}
	}()
	switch o.Do {
	case "hello":
		return compare.Library{
			Name: "arago (" + string(set) + ")", Library: "arago", Version: runtime.Version(), Architecture: string(set),
			License: "BSD-3-Clause", Threads: "GOMAXPROCS",
		}
	case "ready":
		if o.Precision == compare.Double {
			ready(s, o.work, s.selection.Double)
		} else {
			ready(s, o.work, s.selection.Single)
		}
	case "sample":
		took := turn(s.calls[o.Operation], 1)
		values := make([][2]float64, len(o.Points))
		for i, p := range o.Points {
			v := s.at[o.Operation](p[0], p[1])
			values[i] = [2]float64{real(v), imag(v)}
		}
		return map[string]any{"values": values, "seconds": took.Seconds()}
	case "turn":
		return map[string]float64{"seconds": turn(s.calls[o.Operation], o.Calls).Seconds()}
	case "close":
		s.close()
	default:
		panic("nothing is known of " + o.Do)
	}
	return struct{}{}
}

func turn(call func(), calls int) time.Duration {
	if calls > 1 {
		call() // caches fill
	}
	began := time.Now()
	for range calls {
		call()
	}
	took := time.Since(began)
	if runtime.GOMAXPROCS(0) > 1 {
		time.Sleep(2 * time.Millisecond) // until helpers no longer look out for work, as in worker.py
	}
	return took
}

func (s *server) close() {
	for _, block := range s.pages {
		if len(block) >= large {
			s.spare = append(s.spare, block)
		} else {
			freePages(block)
		}
	}
	s.pages, s.calls, s.at = nil, map[string]func(){}, map[string]func(row, col int) complex128{}
}

// ready lays out the operands of a work.
func ready[R backend.Real, C backend.Complex](s *server, w work, core backend.Core[R, C]) {
	n := w.Columns
	matrix := func(stream, rows, cols int) backend.Matrix[C] {
		m := newMatrix[C](s, rows, cols)
		repeat(kernel.Reals[R](m.Data), func(i int) float64 { return cube(stream, i) })
		return m
	}
	rows, cols := w.shape()
	dst := newMatrix[C](s, rows, cols)
	s.at[w.Operation] = func(row, col int) complex128 { return complex128(dst.At(row, col)) }
	var call func()
	switch w.Operation {
	case dot:
		a, b := matrix(streamA, w.Rows, w.Inner), matrix(streamB, w.Inner, n)
		call = func() { core.Dot(dst, a, b) }
	case dotReal:
		a, b := newMatrix[R](s, w.Rows, w.Inner), matrix(streamB, w.Inner, n)
		repeat(a.Data, func(i int) float64 { return cube(streamA, i) })
		call = func() { core.DotReal(dst, a, b) }
	case dotFolded:
		evenRows, evenInner, oddRows, oddInner := w.halves()
		evenA, oddA, b := newMatrix[R](s, evenRows, evenInner), newMatrix[R](s, oddRows, oddInner), matrix(streamB, w.Inner, n)
		repeat(evenA.Data, func(i int) float64 { return cube(streamA, i) })
		repeat(oddA.Data, func(i int) float64 { return cube(streamC, i) })
		even := backend.MatrixOf(evenRows, n, dst.Data[:evenRows*n])
		odd := backend.MatrixOf(oddRows, n, dst.Data[evenRows*n:])
		call = func() { product.Folded(&kernel.For[R]().Tiles, even, odd, evenA, oddA, b) }
	case throughMemory:
		b := matrix(streamB, w.Inner, n)
		call = func() {
			table := kernel.For[R]()
			parallel.Bands(w.Inner+rows, 16, func(from, to int) {
				for i := from; i < min(to, w.Inner); i++ {
					table.Power(kernel.Reals[R](b.Row(i)))
				}
				for i := max(from, w.Inner); i < to; i++ {
					clear(dst.Row(i - w.Inner))
				}
			})
		}
	case fft2:
		a := matrix(streamA, n, n)
		call = func() { core.FFT2(dst, a, backend.FFT2{Rows: n, Cols: n, Sign: 1}) }
	case fft2Windowed:
		a := matrix(streamA, w.In, w.In)
		part := backend.FFT2{
			Rows: n, Cols: n, Sign: 1,
			Src: backend.Index{Row: -(w.In / 2), Col: -(w.In / 2)},
			Dst: backend.Index{Row: -(w.Out / 2), Col: -(w.Out / 2)},
		}
		call = func() { core.FFT2(dst, a, part) }
	case phasor:
		call = phasorCall[R](s, dst)
	default:
		panic("nothing is known of " + w.Operation)
	}
	s.calls[w.Operation] = call
}

// phasorCall returns a call that multiplies a field of ones by
// amplitude·exp(2πi·opd/λ), row by row in bands, as package propagate does.
func phasorCall[R backend.Real, C backend.Complex](s *server, field backend.Matrix[C]) func() {
	n := field.Cols
	a, o := newMatrix[float64](s, n, n), newMatrix[float64](s, n, n)
	repeat(a.Data, amplitude)
	repeat(o.Data, opd)
	ones := make([]C, n)
	for j := range ones {
		ones[j] = 1
	}
	return func() {
		table := kernel.For[R]()
		parallel.Bands(n, 32, func(from, to int) {
			for i := from; i < to; i++ {
				row := field.Row(i)
				copy(row, ones) // the factor is multiplied in
				table.Phasor(kernel.Reals[R](row), a.Row(i), o.Row(i), wavelength)
			}
		})
	}
}
