package main

import (
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"slices"

	"arago/internal/colormap"
	"arago/sweep"
)

func encodeChart(w io.Writer, c sweep.Chart, title string) error {
	if c.Y == nil {
		return png.Encode(w, drawCurve(c, title))
	}
	return png.Encode(w, drawTiles(c, title))
}

// measured names the measure of a chart with its unit.
func measured(c sweep.Chart) string {
	if c.Unit != "" {
		return c.Measure + " (" + c.Unit + ")"
	}
	return c.Measure
}

// extent returns the lowest and the highest number that is one, apart from each other.
func extent(rows ...[]float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, row := range rows {
		for _, v := range row {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if high-low <= 1e-12*max(math.Abs(low), math.Abs(high)) {
		apart := max(math.Abs(low)/10, 1e-300)
		low, high = low-apart, high+apart
	}
	return low, high
}

// drawCurve draws a measure over one axis.
func drawCurve(c sweep.Chart, title string) image.Image {
	const width, height, left, bottom, top, right = 900, 520, 170, 100, 110, 40
	s := newSheet(left+width+right, bottom+height+top)
	field := box{left, bottom, left + width, bottom + height}
	low, high := extent(c.X.Values)
	x := scale{low: low - (high-low)/40, high: high + (high-low)/40, from: field.left, to: field.right}
	low, high = extent(c.Mean[0])
	y := scale{low: low - (high-low)/20, high: high + (high-low)/20, from: field.bottom, to: field.top}
	ticks := y.ticks(most(height))
	numbers := tickText
	numbers.across, numbers.up = -1, -0.5
	for _, t := range ticks {
		s.level(field, y.at(t.At))
		s.write(left-14, y.at(t.At)+2, numbers, t.Label)
	}
	var curve [][2]float64
	for i, v := range c.Mean[0] {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		curve = append(curve, [2]float64{x.at(c.X.Values[i]), y.at(v)})
	}
	if len(curve) > 1 {
		s.line(3, curveColor, curve...)
	}
	const mostDots = 200 // beyond that they hide the line
	for _, p := range curve[:min(len(curve), mostDots)] {
		for dy := -4; dy <= 4; dy++ {
			for dx := -4; dx <= 4; dx++ {
				if dx*dx+dy*dy <= 17 {
					s.set(int(math.Round(p[0]))+dx, int(math.Round(p[1]))+dy, curveColor)
				}
			}
		}
	}
	s.frame(field)
	s.xAxis(x, field.bottom, most(width), c.X.Label)
	s.turnedLabel(24, float64(field.bottom+field.top)/2, measured(c))
	s.heading(field, title, "")
	return s.pixels
}

// drawTiles draws a measure over two axes: a tile for each pair of values.
func drawTiles(c sweep.Chart, title string) image.Image {
	const side, left, bottom, top, gap, bar, right = 700, 170, 100, 110, 30, 30, 190
	s := newSheet(left+side+gap+bar+right, bottom+side+top)
	field := box{left, bottom, left + side, bottom + side}
	x, y := tiles(c.X.Values, field.left, field.right), tiles(c.Y.Values, field.bottom, field.top)
	low, high := extent(c.Mean...)
	for row := field.bottom; row < field.top; row++ {
		values := c.Mean[min(len(c.Mean)-1, (row-field.bottom)*len(c.Mean)/side)]
		for col := field.left; col < field.right; col++ {
			if v := values[min(len(values)-1, (col-field.left)*len(values)/side)]; !math.IsNaN(v) {
				s.set(col, row, colormap.Inferno((v-low)/(high-low)))
			}
		}
	}
	s.frame(field)
	s.tileAxis(c.X, x, field.bottom, false)
	s.tileAxis(*c.Y, y, field.left, true)

	colors := box{field.right + gap, bottom, field.right + gap + bar, field.top}
	for row := colors.bottom; row < colors.top; row++ {
		for col := colors.left; col < colors.right; col++ {
			s.set(col, row, colormap.Inferno((float64(row-colors.bottom)+0.5)/side))
		}
	}
	s.frame(colors)
	values := scale{low: low, high: high, from: colors.bottom, to: colors.top}
	numbers := tickText
	numbers.up = -0.5
	for _, t := range values.ticks(9) {
		at := math.Round(values.at(t.At))
		s.line(2, ink, [2]float64{float64(colors.right + 2), at}, [2]float64{float64(colors.right + 9), at})
		s.write(float64(colors.right+15), at+2, numbers, t.Label)
	}
	s.heading(field, title, measured(c))
	return s.pixels
}

// tiles returns the middles of as many tiles as there are values.
func tiles(values []float64, from, to int) []float64 {
	middles := make([]float64, len(values))
	for i := range values {
		middles[i] = float64(from) + (float64(i)+0.5)*float64(to-from)/float64(len(values))
	}
	return middles
}

// tileAxis writes the values under or beside their tiles, as many as there is room for.
func (s *sheet) tileAxis(a sweep.ChartAxis, middles []float64, edge int, upright bool) {
	numbers := tickText
	labels := make([]string, len(a.Values))
	widest := tickText.size
	for i, v := range a.Values {
		labels[i] = fmt.Sprintf("%.4g", v)
		if !upright {
			widest = max(widest, numbers.width(labels[i]))
		}
	}
	each := 1
	if len(middles) > 1 {
		each = max(1, int(math.Ceil(1.3*widest/(middles[1]-middles[0]))))
	}
	numbers.across, numbers.up = -0.5, -1
	if upright {
		numbers.across, numbers.up = -1, -0.5
	}
	for i := 0; i < len(middles); i += each {
		at := math.Round(middles[i])
		if upright {
			s.line(2, ink, [2]float64{float64(edge - 2), at}, [2]float64{float64(edge - 9), at})
			s.write(float64(edge-14), at+2, numbers, labels[i])
			continue
		}
		s.line(2, ink, [2]float64{at, float64(edge - 2)}, [2]float64{at, float64(edge - 9)})
		s.write(at, float64(edge-14), numbers, labels[i])
	}
	middle := (slices.Min(middles) + slices.Max(middles)) / 2
	if upright {
		s.turnedLabel(24, middle, a.Label)
		return
	}
	name := labelText
	name.across, name.up = -0.5, -1
	s.write(middle, float64(edge-44), name, a.Label)
}

// heading writes a title and a note above a field.
func (s *sheet) heading(field box, title, note string) {
	middle, room := float64(field.left+field.right)/2, float64(field.right-field.left)
	s.write(middle, float64(field.top)+56, titleText, titleText.fitted(title, room))
	s.write(middle, float64(field.top)+20, noteText, noteText.fitted(note, room))
}
