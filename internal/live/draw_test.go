package live

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/cmplx"
	"testing"

	"arago/grid"
	"arago/internal/colormap"
	"arago/propagate"
)

// plane returns a snapshot whose sample of row i and column j is f(i, j), on a
// grid of metres.
func plane(rows, cols int, f func(i, j int) complex128) propagate.Snapshot {
	s := propagate.Snapshot{Label: "test", Grid: grid.Grid{Y: grid.Centered(rows, 0.01), X: grid.Centered(cols, 0.01), Unit: grid.Metre}}
	for i := range rows {
		for j := range cols {
			s.Field = append(s.Field, f(i, j))
		}
	}
	return s
}

func decode(t *testing.T, file []byte) *image.Paletted {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return img.(*image.Paletted)
}

// near says that two colours differ by rounding, and by the step of phase that
// a palette of 255 has: 3 in any channel.
func near(a, b color.Color) bool {
	r, g, bl, al := a.RGBA()
	r2, g2, b2, al2 := b.RGBA()
	for _, d := range [][2]uint32{{r, r2}, {g, g2}, {bl, b2}, {al, al2}} {
		if math.Abs(float64(d[0])-float64(d[1])) > 3*257 {
			return false
		}
	}
	return true
}

func TestUniformFieldIsBrightAndHasOnePhase(t *testing.T) {
	for _, phase := range []float64{0, 1, -3, math.Pi, -math.Pi} {
		// 600 samples make blocks of 3, of which the last ones of 601 columns
		// hold one column only.
		d := draw(plane(600, 601, func(int, int) complex128 { return cmplx.Rect(0.5, phase) }))
		intensity, angle := decode(t, d.pictures.intensity), decode(t, d.pictures.phase)
		if size := intensity.Bounds().Size(); size != image.Pt(201, 200) || angle.Bounds().Size() != size {
			t.Fatalf("600 × 601 samples are drawn as %v pixels", size)
		}
		for y := range 200 {
			for x := range 201 {
				if intensity.At(x, y) != color.Color(colormap.Inferno(1)) {
					t.Fatalf("pixel (%d, %d) of the intensity is %v", x, y, intensity.At(x, y))
				}
				if !near(angle.At(x, y), colormap.Phase(phase)) {
					t.Fatalf("pixel (%d, %d) of phase %g is %v, want %v", x, y, phase, angle.At(x, y), colormap.Phase(phase))
				}
			}
		}
		if math.Abs(d.view.Sum-600*601*0.25) > 1e-6 || math.Abs(d.view.Peak-0.25) > 1e-15 || d.view.Bad != 0 {
			t.Errorf("sum %g, peak %g, %d bad samples", d.view.Sum, d.view.Peak, d.view.Bad)
		}
	}
}

func TestTiltTurnsThePhaseOnceForEachOfItsWaves(t *testing.T) {
	const n, waves = 512, 3
	d := draw(plane(n, n, func(_, j int) complex128 { return cmplx.Rect(1, 2*math.Pi*waves*float64(j)/n) }))
	img := decode(t, d.pictures.phase)
	width := img.Bounds().Dx()
	for y := range img.Bounds().Dy() {
		wraps := 0
		for x := 1; x < width; x++ {
			before, now := int(img.ColorIndexAt(x-1, y)), int(img.ColorIndexAt(x, y))
			if now < before {
				wraps++
				before -= phaseSteps
			}
			// 3 waves on 256 pixels are 255·3/256 = 2.99 steps of colour a pixel.
			if step := now - before; step < 2 || step > 4 {
				t.Fatalf("row %d rises by %d steps at column %d", y, step, x)
			}
		}
		if wraps != waves {
			t.Fatalf("row %d wraps %d times, want %d", y, wraps, waves)
		}
	}
}

func TestRowZeroIsTheLowestOfThePicture(t *testing.T) {
	// A quadrant of its own: rows 0 and 1, columns 4 to 9, that is low and right.
	s := plane(6, 10, func(i, j int) complex128 {
		if i < 2 && j >= 4 {
			return -1
		}
		return 0
	})
	d := draw(s)
	intensity, phase := decode(t, d.pictures.intensity), decode(t, d.pictures.phase)
	for y := range 6 {
		for x := range 10 {
			lit := y >= 4 && x >= 4
			if got := intensity.ColorIndexAt(x, y); (got == 255) != lit || (got == 0) == lit {
				t.Errorf("pixel (%d, %d) has intensity %d", x, y, got)
			}
			_, _, _, alpha := phase.At(x, y).RGBA()
			if (alpha != 0) != lit {
				t.Errorf("pixel (%d, %d) has a phase of opacity %d", x, y, alpha)
			}
		}
	}
	if d.view.Aspect != 10./6 {
		t.Errorf("width by height is %g", d.view.Aspect)
	}
}

func TestColoursSpanEightDecades(t *testing.T) {
	// Intensities 1, 1e-4, 1.1e-8, 0.9e-8.
	values := []float64{1, 1e-4, 1.1e-8, 0.9e-8}
	d := draw(plane(1, 4, func(_, j int) complex128 { return complex(0, math.Sqrt(values[j])) }))
	intensity, phase := decode(t, d.pictures.intensity), decode(t, d.pictures.phase)
	for x, want := range []uint8{255, 128, 1, 0} {
		if got := intensity.ColorIndexAt(x, 0); got != want {
			t.Errorf("an intensity of %g has colour %d of 255, want %d", values[x], got, want)
		}
	}
	for x, lit := range []bool{true, true, true, false} {
		if got := phase.ColorIndexAt(x, 0); (got != 0) != lit {
			t.Errorf("the phase at an intensity of %g is shown: %v", values[x], got != 0)
		}
	}
}

func TestPixelIsTheMeanIntensityAndThePhaseOfTheBrightestSample(t *testing.T) {
	// Blocks of 2 × 2; the first holds |E|² = 4, 1, 1, 2 and the others 8.
	s := plane(512, 512, func(i, j int) complex128 {
		switch [2]int{i, j} {
		case [2]int{0, 0}:
			return 2i
		case [2]int{0, 1}, [2]int{1, 0}:
			return -1
		case [2]int{1, 1}:
			return complex(-math.Sqrt2, 0)
		}
		return complex(2*math.Sqrt2, 0)
	})
	p := reduce(s)
	if p.block != 2 || p.width != 256 || p.height != 256 {
		t.Fatalf("blocks of %d make %d × %d pixels", p.block, p.width, p.height)
	}
	if p.intensity[0] != 2 || math.Abs(p.intensity[1]-8) > 1e-14 {
		t.Errorf("the first pixels are %g and %g, want 2 and 8", p.intensity[0], p.intensity[1])
	}
	if p.field[0] != 2i {
		t.Errorf("the phase of the first pixel is that of %v, want 2i", p.field[0])
	}
	// The brightest of a block may lie in its second row, too.
	s.Field[0], s.Field[512] = -1, 2i
	if p := reduce(s); p.field[0] != 2i {
		t.Errorf("the phase is that of %v, want 2i of the second row", p.field[0])
	}
}

func TestNoPictureHasMoreThan256PixelsAcross(t *testing.T) {
	for _, c := range []struct{ rows, cols, height, width int }{
		{1, 1, 1, 1}, {256, 256, 256, 256}, {257, 256, 129, 128}, {1, 1000, 1, 250}, {1025, 3, 205, 1},
	} {
		d := draw(plane(c.rows, c.cols, func(int, int) complex128 { return 1 }))
		if got := decode(t, d.pictures.phase).Bounds().Size(); got != image.Pt(c.width, c.height) {
			t.Errorf("%d × %d samples are drawn as %v, want %d × %d", c.cols, c.rows, got, c.width, c.height)
		}
	}
}

func TestTicksLieWhereTheirValuesAre(t *testing.T) {
	// An intermediate image plane of 8 samples has its zero on sample 4; on the
	// picture, that is the middle of the fifth of eight pixels.
	s := plane(8, 8, func(int, int) complex128 { return 1 })
	s.Grid = grid.Square(grid.FFTCentered(8, grid.Arcsecond), grid.Radian)
	v := draw(s).view
	if v.Unit != "arcsec" {
		t.Errorf("the unit is %q", v.Unit)
	}
	want := []axisTick{{0.5 / 8, "−4"}, {2.5 / 8, "−2"}, {4.5 / 8, "0"}, {6.5 / 8, "2"}}
	for _, axis := range [][]axisTick{v.X, v.Y} {
		if len(axis) != len(want) {
			t.Fatalf("the ticks are %v, want %v", axis, want)
		}
		for i, tick := range axis {
			if tick.Label != want[i].Label || math.Abs(tick.At-want[i].At) > 1e-12 {
				t.Errorf("tick %v, want %v", tick, want[i])
			}
		}
	}
}

func TestPixelsOfUnequalStepsKeepTheShapeOfThePlane(t *testing.T) {
	s := plane(10, 10, func(int, int) complex128 { return 1 })
	s.Grid.X.Step = 0.03
	if got := draw(s).view.Aspect; math.Abs(got-3) > 1e-12 {
		t.Errorf("width by height is %g, want 3", got)
	}
}

func TestDarkPlaneIsDark(t *testing.T) {
	d := draw(plane(4, 4, func(int, int) complex128 { return 0 }))
	intensity, phase := decode(t, d.pictures.intensity), decode(t, d.pictures.phase)
	for i := range 16 {
		if intensity.Pix[i] != 0 || phase.Pix[i] != 0 {
			t.Fatalf("pixel %d has colours %d and %d", i, intensity.Pix[i], phase.Pix[i])
		}
	}
	if d.view.Sum != 0 || d.view.Peak != 0 {
		t.Errorf("sum %g, peak %g", d.view.Sum, d.view.Peak)
	}
}

func TestSamplesThatAreNoNumbersAreCountedAndLeftOut(t *testing.T) {
	bad := []complex128{cmplx.NaN(), cmplx.Inf(), complex(math.NaN(), 1), complex(1e200, 0)}
	d := draw(plane(2, 4, func(i, j int) complex128 {
		if i == 0 {
			return bad[j]
		}
		return 2
	}))
	if d.view.Bad != 4 || d.view.Sum != 16 || d.view.Peak != 4 {
		t.Errorf("%d bad samples, sum %g, peak %g; want 4, 16, 4", d.view.Bad, d.view.Sum, d.view.Peak)
	}
	phase := decode(t, d.pictures.phase)
	for x := range 4 {
		if phase.ColorIndexAt(x, 1) != 0 || phase.ColorIndexAt(x, 0) == 0 {
			t.Errorf("column %d shows the phase of no number, or none of a good one", x)
		}
	}
}

func TestLegendsHoldTheColoursOfThePictures(t *testing.T) {
	bar := decode(t, legends.intensity)
	if bar.At(0, 0) != color.Color(colormap.Inferno(0)) || bar.At(255, 0) != color.Color(colormap.Inferno(1)) {
		t.Error("the legend of intensity does not go from the darkest colour to the lightest")
	}
	circle := decode(t, legends.phase)
	middle := circle.Bounds().Dx() / 2
	if !near(circle.At(0, 0), colormap.Phase(-math.Pi)) || !near(circle.At(middle, 0), colormap.Phase(0)) {
		t.Error("the legend of phase does not go from −π through 0")
	}
}
