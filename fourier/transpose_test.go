package fourier

import (
	"testing"

	"arago/backend"
)

// numbered returns a matrix whose element (i, j) is i + j·√−1 plus 1000.
func numbered(rows, cols int) backend.Matrix[complex128] {
	m := backend.NewMatrix[complex128](rows, cols+3).Slice(0, rows, 0, cols)
	for i := range rows {
		for j := range cols {
			m.Set(i, j, complex(1000+float64(i), float64(j)))
		}
	}
	return m
}

func TestTransposesOfAllSmallSizes(t *testing.T) {
	for _, rows := range []int{1, 2, 3, 4, 5, 7, 8, 9, 70} {
		for _, cols := range []int{1, 2, 3, 5, 63, 64, 65, 130} {
			src, dst := numbered(rows, cols), numbered(cols, rows)
			transpose(dst, src)
			for i := range rows {
				for j := range cols {
					if dst.At(j, i) != src.At(i, j) {
						t.Fatalf("%d×%d: element (%d, %d) is %v", rows, cols, j, i, dst.At(j, i))
					}
				}
			}
		}
	}
}

func TestUnfoldingWhileTransposing(t *testing.T) {
	for _, m := range []int{1, 2, 3, 4, 7, 8, 9, 16, 17, 71} {
		for _, lines := range []int{1, 2, 5, 64, 67, 130} {
			for _, turned := range []int{0, 1, lines / 2, lines} {
				for _, sign := range []float64{1, -1} {
					parts, got := numbered(m, lines), numbered(lines, m)
					unfoldTransposed(got, parts, min(turned, lines), sign)
					i := complex(0, sign)
					for k := range lines {
						turn := complex128(1)
						if k >= turned {
							turn = i
						}
						for j := range m {
							// Rows j and m−1−j: the even part is in the upper one.
							even, odd := parts.At(min(j, m-1-j), k), parts.At(max(j, m-1-j), k)
							want := turn * (even + i*odd)
							if j > m-1-j {
								want = turn * (even - i*odd)
							} else if j == m-1-j {
								want = turn * even
							}
							if got.At(k, j) != want {
								t.Fatalf("%d×%d, turned from %d, sign %g: element (%d, %d) is %v, want %v", lines, m, turned, sign, k, j, got.At(k, j), want)
							}
						}
					}
				}
			}
		}
	}
}

func TestRowsAreUnfoldedAndSubtracted(t *testing.T) {
	for _, rows := range []int{1, 2, 5, 8} {
		const cols = 37
		parts, from := numbered(rows, cols), numbered(rows, cols)
		want := numbered(rows, cols)
		for i := range rows {
			for j := range cols {
				v := parts.At(i, j)
				if other := parts.At(rows-1-i, j); i < rows-1-i {
					v += other
				} else if i > rows-1-i {
					v = other - v
				}
				want.Set(i, j, v)
			}
		}
		unfoldAndSubtractRows[float64](from, parts)
		unfoldRows[float64](parts)
		whole := numbered(rows, cols)
		subtractRows[float64](whole, parts)
		for i := range rows {
			for j := range cols {
				if parts.At(i, j) != want.At(i, j) || from.At(i, j) != whole.At(i, j) || whole.At(i, j) != numbered(rows, cols).At(i, j)-want.At(i, j) {
					t.Fatalf("%d rows: element (%d, %d) is %v and %v, want %v", rows, i, j, parts.At(i, j), from.At(i, j), want.At(i, j))
				}
			}
		}
	}
}
