package main

import (
	"image"
	"image/color"
	"math"
	"slices"
	"testing"

	"arago/grid"
	"arago/internal/colormap"
)

// field returns the pixels of the field, which has the size want: those inside of
// the first frame from the left.
func field(t *testing.T, img image.Image, want image.Point) image.Rectangle {
	t.Helper()
	// The frame is two pixels wide and outside of the field; on the middle line
	// of the picture the first ink of some length is its left side.
	b := img.Bounds()
	isInk := func(x, y int) bool { return img.At(x, y) == color.Color(ink) }
	for x := b.Min.X; x < b.Max.X; x++ {
		length := 0
		for y := b.Min.Y; y < b.Max.Y; y++ {
			if !isInk(x, y) {
				length = 0
				continue
			}
			// The left side is as long as the field is high, with both ends.
			if length++; length == want.Y+4 && isInk(x+1, y) {
				return image.Rect(x+2, y-want.Y-1, x+2+want.X, y-1)
			}
		}
	}
	t.Fatal("the picture has no frame of the size of the field")
	return image.Rectangle{}
}

func TestPictureShowsEachSampleAsASquareOfWholePixelsWithYUpwards(t *testing.T) {
	// Three rows of two samples over six decades: the lowest row is row 0.
	m := grid.Map{
		Grid: grid.Grid{Y: grid.Centered(3, grid.Arcsecond), X: grid.Centered(2, grid.Arcsecond), Unit: grid.Radian},
		Data: []float64{1, 1e-1, 1e-2, 1e-3, 1e-6, 0},
	}
	img := drawPicture(m, "six samples", "")
	const k = 300 // 900 pixels for three samples
	f := field(t, img, image.Pt(2*k, 3*k))
	for i := range 3 {
		for j := range 2 {
			// 0 is as dark as the end of the scale.
			want := colormap.Inferno(1 + max(-6, math.Log10(m.At(i, j)))/6)
			for y := f.Max.Y - (i+1)*k; y < f.Max.Y-i*k; y++ {
				for x := f.Min.X + j*k; x < f.Min.X+(j+1)*k; x++ {
					if img.At(x, y) != color.Color(want) {
						t.Fatalf("pixel (%d, %d) of sample (%d, %d) is %v, want %v", x, y, i, j, img.At(x, y), want)
					}
				}
			}
		}
	}
}

func TestPixelOfALargeImageIsTheMeanOfTheSamplesThatItCovers(t *testing.T) {
	g := grid.Grid{Y: grid.Centered(4, 1), X: grid.Centered(5, 1)}
	m := grid.NewMap(g)
	for i := range m.Data {
		m.Data[i] = float64(i)
	}
	got := resample(m, 2, 2)
	// Columns 0–1 and 2–4; rows 0–1 and 2–3.
	want := [][]float64{{(0 + 1 + 5 + 6) / 4., (2 + 3 + 4 + 7 + 8 + 9) / 6.}, {(10 + 11 + 15 + 16) / 4., (12 + 13 + 14 + 17 + 18 + 19) / 6.}}
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("row %d is %v, want %v", i, got[i], want[i])
		}
	}
}

func TestFieldHasTheSameScaleInBothDirections(t *testing.T) {
	for _, c := range []struct {
		y, x          grid.Axis
		width, height int
	}{
		{grid.Centered(628, 1), grid.Centered(628, 1), 628, 628},
		{grid.Centered(10, 1), grid.Centered(20, 1), 900, 450},
		{grid.Centered(2000, 1), grid.Centered(1000, 1), 450, 900},
		{grid.Centered(100, 2), grid.Centered(100, 1), 450, 900},
		{grid.Centered(1, 1), grid.Centered(5000, 1), 900, 1},
	} {
		if w, h := fieldSize(grid.Grid{Y: c.y, X: c.x}); w != c.width || h != c.height {
			t.Errorf("%v by %v takes %d × %d pixels, want %d × %d", c.x, c.y, w, h, c.width, c.height)
		}
	}
}

func TestColoursSpanTheDecadesOfTheImageSixAtMost(t *testing.T) {
	for _, c := range []struct {
		data    []float64
		peak    float64
		decades int
	}{
		{[]float64{1, 0.02, 0, 0}, 1, 2},
		{[]float64{2, 1e-9, 0, 0}, 2, 6},
		{[]float64{5, 5, 5, 5}, 5, 1},
		{[]float64{0, 0, 0, 0}, 0, 6},
	} {
		m := grid.Map{Grid: grid.Square(grid.Centered(2, 1), grid.Metre), Data: c.data}
		if peak, decades := stretch(m); peak != c.peak || decades != c.decades {
			t.Errorf("%v has the peak %g and %d decades, want %g and %d", c.data, peak, decades, c.peak, c.decades)
		}
	}
}

func TestTicksFitSideBySide(t *testing.T) {
	// Nine labels such as −0.00025 do not fit in 300 pixels.
	s := scale{low: -0.001, high: 0.001, to: 300}
	spaced := s.spacedTicks(9, tickText)
	for i := 1; i < len(spaced); i++ {
		if gap := s.at(spaced[i].At) - s.at(spaced[i-1].At); tickText.width(spaced[i].Label) >= gap {
			t.Errorf("the label %q is wider than the %g pixels to its neighbour", spaced[i].Label, gap)
		}
	}
}

func TestLongTitlesAreCutToTheWidthOfThePicture(t *testing.T) {
	if got := titleText.fitted("short", 500); got != "short" {
		t.Errorf("a title that fits becomes %q", got)
	}
	got := titleText.fitted("a title that is far too long for so few pixels", 100)
	if titleText.width(got) > 100 || !slices.Equal([]rune(got)[:3], []rune("a t")) {
		t.Errorf("got %q, %g pixels wide", got, titleText.width(got))
	}
}
