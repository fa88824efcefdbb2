package main

import (
	"image"
	"image/color"
	"math"
	"strings"

	"arago/grid"
	"arago/internal/axes"
	"arago/internal/colormap"
)

// Sizes of a picture in pixels.
const (
	fieldSide = 900 // the longer side of the field, at most
	leastSide = 260 // what axes and colour bar need, however narrow the field
	mostRange = 6   // decades below the peak that the colours span, at most
)

var (
	titleText = lettering{size: 26, bold: true, color: ink, across: -0.5}
	noteText  = lettering{size: 19, color: faint, across: -0.5}
	labelText = lettering{size: 22, color: ink}
	tickText  = lettering{size: 20, color: ink}
)

// drawPicture draws an image in a logarithmic stretch of up to six decades
// below its peak, with axes in the unit of its grid (arcseconds on the sky,
// metres in pupils) and a colour bar. Samples are shown as they are: each is a
// square of whole pixels, or, where there are more samples than pixels, a pixel
// is the mean of those that it covers. y grows upwards.
func drawPicture(m grid.Map, title, note string) image.Image {
	unit, name := axes.Unit(m.Unit)
	width, height := fieldSize(m.Grid)
	const margin, gap, bar = 24, 30, 30
	x := axisOf(m.X, unit, width)
	y := axisOf(m.Y, unit, height)

	// From left to right: the label and numbers of y, the field, the colour bar
	// with its numbers and label.
	yTicks := y.ticks(most(height))
	numbers := 0.0
	for _, t := range yTicks {
		numbers = max(numbers, tickText.width(t.Label))
	}
	left := margin + 32 + int(math.Ceil(numbers)) + 22
	bottom := margin + 72
	plotWidth, plotHeight := max(width, leastSide), max(height, leastSide)
	right := gap + bar + 18 + int(math.Ceil(powerWidth(tickText, -mostRange))) + 46
	s := newSheet(left+plotWidth+right+margin, bottom+plotHeight+96+margin)

	field := box{left: left + (plotWidth-width)/2, bottom: bottom + (plotHeight-height)/2}
	field.right, field.top = field.left+width, field.bottom+height
	x.from, x.to = field.left, field.right
	y.from, y.to = field.bottom, field.top

	peak, decades := stretch(m)
	for row, values := range resample(m, width, height) {
		for col, v := range values {
			s.set(field.left+col, field.bottom+row, colormap.Inferno(1+math.Log10(v/peak)/float64(decades)))
		}
	}
	s.frame(field)
	s.xAxis(x, field.bottom, most(width), "x ("+name+")")
	s.yAxis(y, field.left, yTicks, "y ("+name+")", margin)
	s.colorBar(box{left + plotWidth + gap, bottom, left + plotWidth + gap + bar, bottom + plotHeight}, decades)

	middle := float64(left) + float64(plotWidth)/2
	room := 2 * min(middle, float64(s.pixels.Bounds().Dx())-middle)
	top := float64(bottom + plotHeight)
	title = strings.Join(strings.Fields(title), " ")
	s.write(middle, top+56, titleText, titleText.fitted(title, room-2*margin))
	s.write(middle, top+20, noteText, noteText.fitted(note, room-2*margin))
	return s.pixels
}

func axisOf(a grid.Axis, unit float64, pixels int) scale {
	low := (a.At(0) - a.Step/2) / unit
	return scale{low: low, high: low + a.Width()/unit, to: pixels}
}

// most returns how many ticks an axis may have.
func most(pixels int) int { return max(2, min(9, pixels/80)) }

// fieldSize returns the pixels that a field takes: whole pixels for each
// sample where they fit, and the same scale in both directions.
func fieldSize(g grid.Grid) (width, height int) {
	longest := max(g.X.N, g.Y.N)
	if g.X.Step == g.Y.Step && longest <= fieldSide {
		k := fieldSide / longest
		return k * g.X.N, k * g.Y.N
	}
	pixels := fieldSide / max(g.X.Width(), g.Y.Width())
	size := func(a grid.Axis) int { return max(1, int(math.Round(pixels*a.Width()))) }
	return size(g.X), size(g.Y)
}

// resample returns the rows of pixels, the lowest first, that show a map.
func resample(m grid.Map, width, height int) [][]float64 {
	// cover returns the samples from i up to j that pixel p of n shows.
	cover := func(p, n, samples int) (i, j int) {
		i = p * samples / n
		return i, max(i+1, (p+1)*samples/n)
	}
	rows := make([][]float64, height)
	for y := range rows {
		rows[y] = make([]float64, width)
		i0, i1 := cover(y, height, m.Y.N)
		for x := range rows[y] {
			j0, j1 := cover(x, width, m.X.N)
			var sum float64
			for i := i0; i < i1; i++ {
				for _, v := range m.Row(i)[j0:j1] {
					sum += v
				}
			}
			rows[y][x] = sum / float64((i1-i0)*(j1-j0))
		}
	}
	return rows
}

// stretch returns the brightest sample of a map and the whole decades from
// there down to the darkest that is not zero, six at most.
func stretch(m grid.Map) (peak float64, decades int) {
	low := math.Inf(1)
	for _, v := range m.Data {
		peak = max(peak, v)
		if v > 0 {
			low = min(low, v)
		}
	}
	if peak == 0 {
		return 0, mostRange
	}
	return peak, int(max(1, min(mostRange, math.Ceil(math.Log10(peak/low)))))
}

// xAxis draws ticks, numbers and label below pixel row bottom.
func (s *sheet) xAxis(x scale, bottom, count int, label string) {
	numbers := tickText
	numbers.across, numbers.up = -0.5, -1
	base := float64(bottom - 2)
	for _, t := range x.spacedTicks(count, tickText) {
		at := math.Round(x.at(t.At))
		s.line(2, ink, [2]float64{at, base}, [2]float64{at, base - 7})
		s.write(at, base-12, numbers, t.Label)
	}
	name := labelText
	name.across, name.up = -0.5, -1
	s.write(float64(x.from+x.to)/2, base-42, name, label)
}

// yAxis draws ticks, numbers and label left of pixel column left; the label
// stands at pixel column edge.
func (s *sheet) yAxis(y scale, left int, ticks []axes.Tick, label string, edge float64) {
	numbers := tickText
	numbers.across, numbers.up = -1, -0.5
	base := float64(left - 2)
	for _, t := range ticks {
		at := math.Round(y.at(t.At))
		s.line(2, ink, [2]float64{base, at}, [2]float64{base - 7, at})
		s.write(base-12, at+2, numbers, t.Label)
	}
	s.turnedLabel(edge, float64(y.from+y.to)/2, label)
}

// turnedLabel writes the label of a vertical axis whose left edge is at x.
func (s *sheet) turnedLabel(x, y float64, label string) {
	name := labelText
	name.turned, name.across, name.up = true, -0.5, -1
	s.write(x, y, name, label)
}

// colorBar draws what the colours mean, with a tick at each decade.
func (s *sheet) colorBar(r box, decades int) {
	for y := r.bottom; y < r.top; y++ {
		c := color.Color(colormap.Inferno((float64(y-r.bottom) + 0.5) / float64(r.height())))
		for x := r.left; x < r.right; x++ {
			s.set(x, y, c)
		}
	}
	s.frame(r)
	numbers := tickText
	numbers.up = -0.5
	values := scale{low: float64(-decades), high: 0, from: r.bottom, to: r.top}
	base := float64(r.right + 2)
	for d := -decades; d <= 0; d++ {
		at := math.Round(values.at(float64(d)))
		s.line(2, ink, [2]float64{base, at}, [2]float64{base + 7, at})
		s.power(base+13, at+2, numbers, d)
	}
	x := base + 13 + powerWidth(tickText, -mostRange) + 14
	s.turnedLabel(x, float64(r.bottom+r.top)/2, "intensity / peak")
}
