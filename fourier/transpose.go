package fourier

import (
	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/parallel"
)

// How many rows of a transpose are written at a time, those that are unfolded on the
// way from two rows and written from both ends. Of 16 to 128 rows of 41 to 138 columns
// in double precision these were the fastest, or nearly (two cores of a Xeon, Sapphire
// Rapids).
const transposedRows, unfoldedRows = 64, 16

// transpose writes the transpose of src to dst. Four rows are read at a time, so that
// a cache line of dst is written at once.
func transpose[T backend.Scalar](dst, src backend.Matrix[T]) {
	parallel.Bands(dst.Rows, transposedRows, func(from, to int) {
		j := 0
		for ; j+4 <= src.Rows; j += 4 {
			a, b, c, d := src.Row(j)[from:to], src.Row(j + 1)[from:to], src.Row(j + 2)[from:to], src.Row(j + 3)[from:to]
			b, c, d = b[:len(a)], c[:len(a)], d[:len(a)]
			at := from*dst.Stride + j
			for i := range a {
				line := dst.Data[at : at+4 : at+4]
				line[0], line[1], line[2], line[3] = a[i], b[i], c[i], d[i]
				at += dst.Stride
			}
		}
		for ; j < src.Rows; j++ {
			row := src.Row(j)
			for i := from; i < to; i++ {
				dst.Data[i*dst.Stride+j] = row[i]
			}
		}
	})
}

// unfoldTransposed writes the transpose of a matrix of which the even and the odd
// part are known. Of the m rows of parts, row j and row m−1−j are the even part e and
// the odd part o of the rows j and m−1−j: those are e + i·o and e − i·o, or e − i·o
// and e + i·o for a negative sign, and in the middle e. They become columns. The rows
// of dst from turned on are multiplied by i, or by −i for a negative sign: they are
// themselves odd parts.
func unfoldTransposed[R backend.Real, C backend.Complex](dst, parts backend.Matrix[C], turned int, sign R) {
	m := parts.Rows
	parallel.Bands(dst.Rows, unfoldedRows, func(from, to int) {
		j := 0
		for ; j+4 <= m/2; j += 4 {
			if from < turned {
				unfold4(dst, parts, j, from, min(to, turned), false, sign)
			}
			if turned < to {
				unfold4(dst, parts, j, max(from, turned), to, true, sign)
			}
		}
		for ; j < m-j; j++ {
			for k := from; k < to; k++ {
				unfold1(dst, parts, j, k, k >= turned, sign)
			}
		}
	})
}

// unfold4 unfolds columns j … j+3 and their mirror images of rows from … to−1 of dst.
func unfold4[R backend.Real, C backend.Complex](dst, parts backend.Matrix[C], j, from, to int, turn bool, sign R) {
	m := parts.Rows
	var even, odd [4][]R
	for q := range 4 {
		even[q] = kernel.Reals[R](parts.Row(j + q)[from:to])
		odd[q] = kernel.Reals[R](parts.Row(m - 1 - j - q)[from:to])
	}
	e0, e1, e2, e3 := even[0], even[1], even[2], even[3]
	o0, o1, o2, o3 := odd[0], odd[1], odd[2], odd[3]
	e1, e2, e3 = e1[:len(e0)], e2[:len(e0)], e3[:len(e0)]
	o0, o1, o2, o3 = o0[:len(e0)], o1[:len(e0)], o2[:len(e0)], o3[:len(e0)]
	all := kernel.Reals[R](dst.Data)
	front, back, stride := 2*(from*dst.Stride+j), 2*(from*dst.Stride+m-4-j), 2*dst.Stride
	for k := 0; k+1 < len(e0); k += 2 {
		f, b := all[front:front+8:front+8], all[back:back+8:back+8]
		f[0], f[1], b[6], b[7] = unfolded(e0[k], e0[k+1], o0[k], o0[k+1], turn, sign)
		f[2], f[3], b[4], b[5] = unfolded(e1[k], e1[k+1], o1[k], o1[k+1], turn, sign)
		f[4], f[5], b[2], b[3] = unfolded(e2[k], e2[k+1], o2[k], o2[k+1], turn, sign)
		f[6], f[7], b[0], b[1] = unfolded(e3[k], e3[k+1], o3[k], o3[k+1], turn, sign)
		front, back = front+stride, back+stride
	}
}

// unfold1 unfolds column j and its mirror image of one row of dst.
func unfold1[R backend.Real, C backend.Complex](dst, parts backend.Matrix[C], j, k int, turn bool, sign R) {
	m := parts.Rows
	mirrored := m - 1 - j
	e, o := kernel.Reals[R](parts.Row(j)[k:k+1]), kernel.Reals[R](parts.Row(mirrored)[k:k+1])
	or, oi := o[0], o[1]
	if j == mirrored {
		or, oi = 0, 0
	}
	line := kernel.Reals[R](dst.Row(k))
	line[2*j], line[2*j+1], line[2*mirrored], line[2*mirrored+1] = unfolded(e[0], e[1], or, oi, turn, sign)
}

// unfolded returns e + i·o and e − i·o for a sign of 1, times i if turn.
func unfolded[R backend.Real](er, ei, or, oi R, turn bool, sign R) (ar, ai, br, bi R) {
	or, oi = sign*or, sign*oi
	ar, ai, br, bi = er-oi, ei+or, er+oi, ei-or
	if turn {
		ar, ai, br, bi = -sign*ai, sign*ar, -sign*bi, sign*br
	}
	return ar, ai, br, bi
}
