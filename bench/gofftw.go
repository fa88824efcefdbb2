//go:build cgo && gofftw

package main

import (
	"runtime"

	"github.com/runningwild/go-fftw/fftw"
	"github.com/runningwild/go-fftw/fftw32"

	"arago/backend"
	"arago/internal/compare"
)

func init() { local = append(local, goFFTW) }

// goFFTW is the Go binding of FFTW that Arago does not link. Its plans keep the
// addresses of Go memory in C between calls, which the rules of cgo forbid
// (cmd/cgo, "Passing pointers"): it works as long as the collector does not move
// memory and somebody else keeps the arrays alive. It has no threads, no wisdom
// and no windows: for them arrays are padded. Its plans live as long as the
// program, for a contender has no moment to destroy them.
func goFFTW() (compare.Contender, error) {
	return compare.Local{
		About: compare.Library{
			Name: "go-fftw", Library: "FFTW by runningwild/go-fftw", Version: moduleVersion("github.com/runningwild/go-fftw"),
			License: "GPL-2.0-or-later", Threads: "none: it runs on one core",
		},
		Call: func(w *compare.Workspace) (func(), error) {
			if w.Operation != compare.FFT2 && w.Operation != compare.FFT2Windowed {
				return nil, compare.ErrUnsupported
			}
			n := [2]int{w.Size, w.Size}
			if w.Double != nil {
				return planned(w, w.Double, func(in, out []complex128) func() {
					plan := fftw.NewPlan2(&fftw.Array2{N: n, Elems: in}, &fftw.Array2{N: n, Elems: out}, fftw.Backward, fftw.Estimate)
					return func() { plan.Execute() }
				}), nil
			}
			return planned(w, w.Single, func(in, out []complex64) func() {
				plan := fftw32.NewPlan2(&fftw32.Array2{N: n, Elems: in}, &fftw32.Array2{N: n, Elems: out}, fftw32.Backward, fftw32.Estimate)
				return func() { plan.Execute() }
			}), nil
		},
	}, nil
}

// planned returns a transform by a plan for whole arrays: on the operands
// themselves, or, for windows, on padded arrays that blocks are copied to and
// from. Indices count modulo the size.
func planned[R backend.Real, C backend.Complex](w *compare.Workspace, o *compare.Operands[R, C], plan func(in, out []C) func()) func() {
	if w.Operation == compare.FFT2 {
		execute := plan(o.A.Data, o.Dst.Data)
		// C has the addresses; only o keeps the memory alive.
		return func() { execute(); runtime.KeepAlive(o) }
	}
	n := w.Size
	in, out := make([]C, n*n), make([]C, n*n)
	execute := plan(in, out)
	at := func(i, j, side int) int { return (i-side/2+n)%n*n + (j-side/2+n)%n }
	return func() {
		for i := range o.A.Rows {
			for j, v := range o.A.Row(i) {
				in[at(i, j, o.A.Rows)] = v
			}
		}
		execute()
		for i := range o.Dst.Rows {
			for j := range o.Dst.Row(i) {
				o.Dst.Set(i, j, out[at(i, j, o.Dst.Rows)])
			}
		}
	}
}
