package fourier_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
)

// passage is a pupil of rows samples, an image of side × side, and a pupil of
// after samples behind it.
func passage(rows, side, after int, centred bool) (to, back fourier.Transform) {
	const step, wavelength = 0.01, 1e-6
	pupil := func(n int) grid.Grid {
		a := grid.Centered(n, step)
		if n != rows {
			// A padded pupil: the middle samples are those of the smaller one.
			a.Center = grid.Centered(rows, step).Center + float64((n-rows+1)/2)
		}
		return grid.Square(a, grid.Metre)
	}
	axis := grid.FFTCentered(side, wavelength/(step*float64(side)))
	if centred {
		axis = grid.Centered(side, axis.Step)
	}
	image := grid.Square(axis, grid.Radian)
	return fourier.Transform{In: pupil(rows), Out: image, Wavelength: wavelength, Sign: 1},
		fourier.Transform{In: image, Out: pupil(after), Wavelength: wavelength, Sign: -1}
}

// mask is something without symmetry.
func mask(i, j int) complex128 { return complex(1+0.1*float64(i), 0.2*float64(j)-0.3) }

func TestLightPassesAnImageInBandsAsByTheSumsThatDefineIt(t *testing.T) {
	for _, c := range []struct {
		rows, side, after int
		centred           bool
	}{{6, 12, 6, false}, {6, 12, 6, true}, {5, 15, 15, false}, {7, 7, 7, false}, {8, 24, 3, true}} {
		t.Run(fmt.Sprintf("%d to %d to %d, %v", c.rows, c.side, c.after, c.centred), func(t *testing.T) {
			to, back := passage(c.rows, c.side, c.after, c.centred)
			in := randomField[complex128](5, c.rows, c.rows)
			image := backend.NewMatrix[complex128](c.side, c.side)
			for i := range c.side {
				for j := range c.side {
					image.Set(i, j, bruteForce(to, in, i, j)*mask(i, j))
				}
			}
			want := backend.NewMatrix[complex128](c.after, c.after)
			for i := range c.after {
				for j := range c.after {
					want.Set(i, j, bruteForce(back, image, i, j))
				}
			}

			through, err := fourier.NewThrough(selection(t).Double, newCache(), to, back)
			if err != nil {
				t.Fatal(err)
			}
			var first []complex128
			for _, band := range []int{1, 4, c.side, 100} {
				src := backend.NewMatrix[complex128](c.rows, c.rows)
				copy(src.Data, in.Data)
				dst := backend.NewMatrix[complex128](c.after, c.after)
				if c.after == c.rows {
					dst = src
				}
				next := 0
				err := through.Execute(dst, src, make([]complex128, through.Scratch(band)), band, func(m backend.Matrix[complex128], from, to int) error {
					if from != next || to != min(c.side, from+band) || m.Rows != c.side || m.Cols != to-from {
						t.Fatalf("columns %d to %d come as %d×%d, after %d", from, to, m.Rows, m.Cols, next)
					}
					next = to
					for i := range m.Rows {
						for j := range m.Cols {
							m.Set(i, j, m.At(i, j)*mask(i, from+j))
						}
					}
					return nil
				})
				if err != nil || next != c.side {
					t.Fatalf("%d of %d columns: %v", next, c.side, err)
				}
				// Two transforms of fewer than 600 samples, of numbers of size one.
				if d := distance(dst, want); !(d <= 1e-13*norm(want)) {
					t.Errorf("bands of %d: off by %.3g", band, d)
				}
				if first == nil {
					first = slices.Clone(dst.Data)
				} else if !slices.Equal(first, dst.Data) {
					t.Errorf("bands of %d give other bits than bands of 1", band)
				}
			}
			if n := through.Scratch(4); n != max(c.rows, c.after)*c.side+4*c.side {
				t.Errorf("bands of 4 take %d samples", n)
			}
		})
	}
}

func TestThroughTellsWhatItCannotDo(t *testing.T) {
	core := selection(t).Double
	to, back := passage(4, 8, 4, false)
	other := back
	other.In.X.Center++
	if _, err := fourier.NewThrough(core, newCache(), to, other); !errors.Is(err, fourier.ErrGrid) {
		t.Errorf("another grid on the way back: %v", err)
	}
	for _, wrong := range []func(to, back *fourier.Transform){
		func(to, _ *fourier.Transform) { to.In.X.Step *= 1.1 },
		func(_, back *fourier.Transform) { back.Out.X.Step *= math.Pi },
	} {
		a, b := to, back
		wrong(&a, &b)
		if _, err := fourier.NewThrough(core, newCache(), a, b); !errors.Is(err, fourier.ErrGrid) {
			t.Errorf("a step that is none of an FFT: %v", err)
		}
	}
	through, err := fourier.NewThrough(core, newCache(), to, back)
	if err != nil {
		t.Fatal(err)
	}
	field := randomField[complex128](1, 4, 4)
	full := errors.New("enough")
	calls := 0
	err = through.Execute(field, field, make([]complex128, through.Scratch(2)), 2, func(backend.Matrix[complex128], int, int) error {
		calls++
		return full
	})
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("after %d calls: %v", calls, err)
	}
}
