package main

import (
	"runtime/debug"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/dsp/fourier"

	"arago/backend"
	"arago/internal/compare"
	"arago/internal/kernel"
)

// gemms are the matrix products of a BLAS with gonum's interface.
type gemms interface {
	Zgemm(tA, tB blas.Transpose, m, n, k int, alpha complex128, a []complex128, lda int, b []complex128, ldb int, beta complex128, c []complex128, ldc int)
	Cgemm(tA, tB blas.Transpose, m, n, k int, alpha complex64, a []complex64, lda int, b []complex64, ldb int, beta complex64, c []complex64, ldc int)
	Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int)
	Sgemm(tA, tB blas.Transpose, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int)
}

// gemm returns one call of a product, or nil for another operation.
func gemm(by gemms, w *compare.Workspace) func() {
	m, k, n := w.Shape()
	d, s := w.Double, w.Single
	isReal := w.Operation == compare.DotReal || w.Operation == compare.DotRealThin
	switch {
	case w.Operation == compare.Dot && d != nil:
		return func() {
			by.Zgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, d.A.Data, k, d.B.Data, n, 0, d.Dst.Data, n)
		}
	case w.Operation == compare.Dot:
		return func() {
			by.Cgemm(blas.NoTrans, blas.NoTrans, m, n, k, 1, s.A.Data, k, s.B.Data, n, 0, s.Dst.Data, n)
		}
	// A complex matrix is a real one of twice the columns.
	case isReal && d != nil:
		b, dst := kernel.Reals[float64](d.B.Data), kernel.Reals[float64](d.Dst.Data)
		return func() {
			by.Dgemm(blas.NoTrans, blas.NoTrans, m, 2*n, k, 1, d.Real.Data, k, b, 2*n, 0, dst, 2*n)
		}
	case isReal:
		b, dst := kernel.Reals[float32](s.B.Data), kernel.Reals[float32](s.Dst.Data)
		return func() {
			by.Sgemm(blas.NoTrans, blas.NoTrans, m, 2*n, k, 1, s.Real.Data, k, b, 2*n, 0, dst, 2*n)
		}
	}
	return nil
}

// ownGonum is gonum as it is, without Arago's kernels: its BLAS, and its
// transforms by rows and columns, which exist in double precision.
func ownGonum() compare.Contender {
	return compare.Local{
		About: compare.Library{
			Name: "gonum itself", Library: "gonum", Version: moduleVersion("gonum.org/v1/gonum"), License: "BSD-3-Clause",
			Threads: "real × complex by goroutines, bounded by GOMAXPROCS; complex × complex and FFT run on one core",
		},
		Call: func(w *compare.Workspace) (func(), error) {
			if call := gemm(gonum.Implementation{}, w); call != nil {
				return call, nil
			}
			fft := w.Operation == compare.FFT2 || w.Operation == compare.FFT2Windowed
			if !fft || w.Double == nil {
				return nil, compare.ErrUnsupported
			}
			return rowsAndColumns(w), nil
		},
	}
}

// rowsAndColumns returns a transform by one-dimensional ones. Lines that are
// zero or not wanted are left out.
func rowsAndColumns(w *compare.Workspace) func() {
	n, src, dst := w.Size, w.Double.A, w.Double.Dst
	plan := fourier.NewCmplxFFT(n)
	line, spectrum := make([]complex128, n), make([]complex128, n)
	half := backend.NewMatrix[complex128](src.Rows, dst.Cols)
	in, out := 0, 0
	if w.Operation == compare.FFT2Windowed {
		in, out = src.Rows/2, dst.Rows/2
	}
	return func() {
		for i := range src.Rows {
			for j, v := range src.Row(i) {
				line[(j-in+n)%n] = v
			}
			plan.Sequence(spectrum, line) // sign +1, no factor
			for j := range half.Row(i) {
				half.Set(i, j, spectrum[(j-out+n)%n])
			}
		}
		clear(line)
		for j := range dst.Cols {
			for i := range src.Rows {
				line[(i-in+n)%n] = half.At(i, j)
			}
			plan.Sequence(spectrum, line)
			for i := range dst.Rows {
				dst.Set(i, j, spectrum[(i-out+n)%n])
			}
		}
		clear(line)
	}
}

// moduleVersion returns the version of a module that this program was built with.
func moduleVersion(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == path {
				return m.Version
			}
		}
	}
	return "of unknown version"
}
