package modes

import (
	"image/color"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"arago/internal/compare/report"
)

const (
	panelWidth  vg.Length = 430
	panelHeight vg.Length = 270
)

// manual is how the figures of POPPY's manual are drawn.
var manual = report.Key{
	Name: "POPPY's manual, for each process", Apart: true,
	Look: report.Look{Ink: color.RGBA{0x33, 0x33, 0x33, 255}, Mark: draw.RingGlyph{}},
}

// WriteSVG writes the picture as SVG: time above, peak memory below, against
// oversampling, a column for each case.
func (r *Report) WriteSVG(w io.Writer) error { return r.picture().WriteSVG(w) }

// WritePNG writes the same picture as PNG.
func (r *Report) WritePNG(w io.Writer) error { return r.picture().WritePNG(w) }

func (r *Report) picture() report.Picture {
	var legend report.Legend
	for i, v := range r.Variants {
		if slices.ContainsFunc(r.measured(), func(m Variant) bool { return m.Name == v.Name }) {
			legend = append(legend, report.Key{Name: v.Title, Look: report.LookOf(i)})
		}
	}
	if len(r.Documented) > 0 {
		legend = append(legend, manual)
	}
	width := panelWidth * vg.Length(len(Cases()))
	height := report.HeadHeight + legend.Height(width) + 2*panelHeight
	return report.Picture{Width: width, Height: height, Draw: func(c draw.Canvas) {
		report.Heading(c, "Parallel modes: time and peak memory against oversampling", r.Machine.String()+".",
			r.about()+". Marks: median time, greatest memory; bars: fastest and slowest turn.")
		top := c.Max.Y - report.HeadHeight
		legend.Draw(c, top)
		top -= legend.Height(width)
		for i, kind := range Cases() {
			left := panelWidth * vg.Length(i)
			r.times(report.Panel(c, left, top, panelWidth, panelHeight), kind)
			r.memory(report.Panel(c, left, top-panelHeight, panelWidth, panelHeight), kind)
		}
	}}
}

// times draws the time of a case.
func (r *Report) times(c draw.Canvas, kind Case) {
	axes := r.axes(kind, "time in s")
	points := r.points(kind, func(row Row) (low, middle, high float64) {
		return row.Seconds.Min, row.Seconds.Median, row.Seconds.Max
	})
	axes.Low, axes.High = bounds(points)
	r.series(axes.Draw(c), points)
}

// memory draws the peak memory of a case, and what POPPY's manual says of it.
func (r *Report) memory(c draw.Canvas, kind Case) {
	axes := r.axes(kind, "peak memory")
	points := r.points(kind, func(row Row) (low, middle, high float64) {
		m := float64(row.PeakMemory)
		return m, m, m
	})
	axes.Low, axes.High = bounds(points)
	for _, d := range r.Documented {
		axes.Low, axes.High = min(axes.Low, float64(d.PeakMemory)), max(axes.High, float64(d.PeakMemory))
	}
	for bytes := int64(1 << 20); bytes <= 1<<50; bytes *= 2 {
		axes.Ticks = append(axes.Ticks, float64(bytes))
	}
	axes.Label = binary
	frame := axes.Draw(c)
	r.series(frame, points)
	for _, d := range r.Documented {
		frame.Note(manual.Look, slices.Index(r.Oversamplings, d.Oversample), float64(d.PeakMemory), d.Words)
	}
}

// axes returns those of a panel, with a column for each oversampling at its place.
func (r *Report) axes(kind Case, what string) report.Axes {
	a := report.Axes{Title: sentence(kind.Title()) + ": " + what, Below: "oversampling"}
	for _, k := range r.Oversamplings {
		at, least := 0.5, slices.Min(r.Oversamplings)
		if span := slices.Max(r.Oversamplings) - least; span > 0 {
			at = 0.05 + 0.9*float64(k-least)/float64(span)
		}
		a.Columns = append(a.Columns, report.Column{Label: strconv.Itoa(k), At: at})
	}
	return a
}

// points returns the values of the rows of a case for each variant; values of 0
// are not known.
func (r *Report) points(kind Case, values func(Row) (low, middle, high float64)) map[string][]report.Point {
	points := map[string][]report.Point{}
	for _, row := range r.of(kind) {
		if low, middle, high := values(row); low > 0 {
			points[row.Variant] = append(points[row.Variant],
				report.Point{Column: slices.Index(r.Oversamplings, row.Oversample), Low: low, Middle: middle, High: high})
		}
	}
	return points
}

func (r *Report) series(f report.Frame, points map[string][]report.Point) {
	for i, v := range r.Variants {
		f.Series(report.LookOf(i), i, len(r.Variants), points[v.Name])
	}
}

// bounds returns the least and the greatest value.
func bounds(points map[string][]report.Point) (low, high float64) {
	low, high = math.Inf(1), 0
	for _, list := range points {
		for _, p := range list {
			low, high = min(low, p.Low), max(high, p.High)
		}
	}
	if high == 0 { // no value at all
		return 1, 1
	}
	return low, high
}

// binary writes a power of two of bytes, from 1 MiB.
func binary(bytes float64) string {
	units := []string{"MiB", "GiB", "TiB", "PiB"}
	for bytes /= 1 << 20; bytes >= 1024; bytes /= 1024 {
		units = units[1:]
	}
	return strconv.FormatFloat(bytes, 'g', -1, 64) + " " + units[0]
}

// sentence returns words with a capital letter.
func sentence(words string) string { return strings.ToUpper(words[:1]) + words[1:] }
