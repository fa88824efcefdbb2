package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"arago/internal/compare"
)

// Lengths of the picture. The head is that of Heading.
const (
	panelWidth  vg.Length = 340
	panelHeight vg.Length = 215
)

// look is that of a contender, the same in all panels.
func (r *Report) look(contender string) Look {
	return LookOf(max(0, slices.Index(r.names(), contender)))
}

func (r *Report) names() []string {
	var names []string
	for _, l := range r.Libraries {
		names = append(names, l.Name)
	}
	return names
}

// WriteSVG writes a picture of all groups as SVG.
func (r *Report) WriteSVG(w io.Writer) error { return r.picture().WriteSVG(w) }

// WritePNG writes the same picture as PNG.
func (r *Report) WritePNG(w io.Writer) error { return r.picture().WritePNG(w) }

// layout returns the groups as rows of panels: one row for each operation.
func (r *Report) layout() [][]group {
	var rows [][]group
	for _, g := range r.groups() {
		if n := len(rows); n > 0 && rows[n-1][0].Operation == g.Operation {
			rows[n-1] = append(rows[n-1], g)
		} else {
			rows = append(rows, []group{g})
		}
	}
	return rows
}

// picture is that of the whole report.
func (r *Report) picture() Picture {
	rows := r.layout()
	across := 2
	for _, row := range rows {
		across = max(across, len(row))
	}
	var legend Legend
	for _, name := range r.names() {
		legend = append(legend, Key{Name: name, Look: r.look(name)})
	}
	width := panelWidth * vg.Length(across)
	height := HeadHeight + legend.Height(width) + panelHeight*vg.Length(max(1, len(rows)))
	return Picture{width, height, func(c draw.Canvas) {
		Heading(c, "Speed of back ends: GFLOP/s against size",
			r.Machine.String()+". Marks: median; bars: fastest and slowest turn; dashed: peak of the machine.")
		top := c.Max.Y - HeadHeight
		legend.Draw(c, top)
		top -= legend.Height(width)
		for y, row := range rows {
			for x, g := range row {
				r.panel(Panel(c, panelWidth*vg.Length(x), top-panelHeight*vg.Length(y), panelWidth, panelHeight), g)
			}
		}
	}}
}

// panel draws one group: GFLOP/s against size, sizes at equal distances.
func (r *Report) panel(c draw.Canvas, g group) {
	var sizes []int
	low, high := math.Inf(1), 0.0
	for _, row := range g.Rows {
		if !slices.Contains(sizes, row.Size) {
			sizes = append(sizes, row.Size)
		}
		slow, fast := row.speeds()
		low, high = min(low, slow), max(high, fast)
	}
	peak, known := r.peak(g.Precision, g.Cores)
	// Outer waits for memory, far below the peak: all else would shrink for it.
	known = known && g.Operation != compare.Outer && g.Operation != compare.OuterMultiply
	if known {
		high = max(high, peak.GFLOPS)
	}
	axes := Axes{Title: fmt.Sprintf("%s, %s, %s", g.Title(), g.Precision, cores(g.Cores)), Low: low, High: high}
	for i, size := range sizes {
		axes.Columns = append(axes.Columns, Column{strconv.Itoa(size), (float64(i) + 0.5) / float64(len(sizes))})
	}
	frame := axes.Draw(c)
	if known {
		frame.Level(peak.GFLOPS)
	}
	for k, name := range r.names() {
		var points []Point
		for _, row := range g.Rows {
			if row.Contender == name {
				slow, fast := row.speeds()
				points = append(points, Point{slices.Index(sizes, row.Size), slow, row.GFLOPS, fast})
			}
		}
		frame.Series(r.look(name), k, len(r.Libraries), points)
	}
}

// speeds returns the GFLOP/s of the slowest and of the fastest turn.
func (r Row) speeds() (slow, fast float64) {
	return r.GFLOPS * r.Seconds.Median / r.Seconds.Max, r.GFLOPS * r.Seconds.Median / r.Seconds.Min
}
