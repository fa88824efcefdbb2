package report

import (
	"fmt"
	"image/color"
	"io"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"arago/internal/compare"
)

// Okabe and Ito 2008: eight colours that most colour-blind eyes tell apart; four
// more for longer lists. Beyond them the marks differ.
var (
	inks = []color.RGBA{
		{0x00, 0x72, 0xb2, 255}, {0xd5, 0x5e, 0x00, 255}, {0x00, 0x9e, 0x73, 255}, {0xcc, 0x79, 0xa7, 255},
		{0xe6, 0x9f, 0x00, 255}, {0x56, 0xb4, 0xe9, 255}, {0x33, 0x33, 0x33, 255}, {0x9a, 0x8f, 0x00, 255},
		{0x6a, 0x3d, 0x9a, 255}, {0x8c, 0x2d, 0x04, 255}, {0x99, 0x99, 0x99, 255}, {0x00, 0x44, 0x44, 255},
	}
	marks = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.SquareGlyph{}, draw.PyramidGlyph{}}

	dark  = color.RGBA{0x22, 0x22, 0x22, 255}
	gray  = color.RGBA{0x66, 0x66, 0x66, 255}
	faint = color.RGBA{0xdd, 0xdd, 0xdd, 255}

	texts = text.Plain{Fonts: font.NewCache(liberation.Collection())}
)

const (
	panelWidth  vg.Length = 340
	panelHeight vg.Length = 215
	legendLine  vg.Length = 18
	headHeight  vg.Length = 62
)

func lettering(size font.Length, c color.Color, across text.XAlignment, up text.YAlignment) text.Style {
	return text.Style{Color: c, Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}, XAlign: across, YAlign: up, Handler: texts}
}

// look returns colour and mark of a contender, the same in all panels.
func (r *Report) look(contender string) (color.RGBA, draw.GlyphDrawer) {
	i := max(0, slices.IndexFunc(r.names(), func(n string) bool { return n == contender }))
	return inks[i%len(inks)], marks[i/len(inks)%len(marks)]
}

func (r *Report) names() []string {
	var names []string
	for _, l := range r.Libraries {
		names = append(names, l.Name)
	}
	return names
}

// WriteSVG writes a picture of all groups as SVG.
func (r *Report) WriteSVG(w io.Writer) error {
	c := vgsvg.New(r.size())
	r.draw(draw.New(c))
	_, err := c.WriteTo(w)
	return err
}

// WritePNG writes the same picture as PNG.
func (r *Report) WritePNG(w io.Writer) error {
	width, height := r.size()
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(110))}
	r.draw(draw.New(c))
	_, err := c.WriteTo(w)
	return err
}

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

func (r *Report) size() (width, height vg.Length) {
	rows := r.layout()
	across := 2
	for _, row := range rows {
		across = max(across, len(row))
	}
	width = panelWidth * vg.Length(across)
	return width, headHeight + r.legendHeight(width) + panelHeight*vg.Length(max(1, len(rows)))
}

// draw draws the whole picture.
func (r *Report) draw(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	top := c.Max.Y
	c.FillText(lettering(15, dark, text.XLeft, text.YTop), vg.Point{X: 14, Y: top - 12}, "Speed of back ends: GFLOP/s against size")
	c.FillText(lettering(10, gray, text.XLeft, text.YTop), vg.Point{X: 14, Y: top - 34},
		r.Machine.String()+". Marks: median; bars: fastest and slowest turn; dashed: peak of the machine.")
	top -= headHeight
	r.legend(c, top)
	top -= r.legendHeight(c.Max.X)
	for y, row := range r.layout() {
		for x, g := range row {
			from := vg.Point{X: panelWidth * vg.Length(x), Y: top - panelHeight*vg.Length(y+1)}
			r.panel(draw.Canvas{Canvas: c, Rectangle: vg.Rectangle{Min: from, Max: from.Add(vg.Point{X: panelWidth, Y: panelHeight})}}, g)
		}
	}
}

func (r *Report) legendHeight(width vg.Length) vg.Length {
	return legendLine * vg.Length(len(r.legendLines(width)))
}

// legendLines breaks the names into lines that fit.
func (r *Report) legendLines(width vg.Length) [][]string {
	var lines [][]string
	at := width
	for _, name := range r.names() {
		w := r.legendWidth(name)
		if at+w > width-14 {
			lines = append(lines, nil)
			at = 14
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], name)
		at += w
	}
	return lines
}

func (r *Report) legendWidth(name string) vg.Length {
	return lettering(11, dark, text.XLeft, text.YCenter).Width(name) + 34
}

func (r *Report) legend(c draw.Canvas, top vg.Length) {
	for i, line := range r.legendLines(c.Max.X) {
		x, y := vg.Length(14), top-legendLine*(vg.Length(i)+0.5)
		for _, name := range line {
			ink, mark := r.look(name)
			c.StrokeLine2(draw.LineStyle{Color: ink, Width: 1.6}, x, y, x+18, y)
			c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: 3.2, Shape: mark}, vg.Point{X: x + 9, Y: y})
			c.FillText(lettering(11, dark, text.XLeft, text.YCenter), vg.Point{X: x + 22, Y: y}, name)
			x += r.legendWidth(name)
		}
	}
}

// panel draws one group: GFLOP/s on a logarithmic scale against size, sizes at
// equal distances.
func (r *Report) panel(c draw.Canvas, g group) {
	box := vg.Rectangle{
		Min: vg.Point{X: c.Min.X + 46, Y: c.Min.Y + 34},
		Max: vg.Point{X: c.Max.X - 14, Y: c.Max.Y - 26},
	}
	c.FillText(lettering(11, dark, text.XLeft, text.YTop), vg.Point{X: box.Min.X, Y: c.Max.Y - 7},
		fmt.Sprintf("%s, %s, %s", g.Title(), g.Precision, cores(g.Cores)))

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
	bottom, top := math.Log10(low)-0.08, math.Log10(high)+0.08
	if short := 0.6 - (top - bottom); short > 0 { // so that small differences look small
		bottom, top = bottom-short/2, top+short/2
	}
	y := func(gflops float64) vg.Length {
		return box.Min.Y + box.Size().Y*vg.Length((math.Log10(gflops)-bottom)/(top-bottom))
	}
	x := func(i int) vg.Length {
		return box.Min.X + box.Size().X*vg.Length((float64(i)+0.5)/float64(len(sizes)))
	}

	for _, v := range ticks(bottom, top) {
		c.StrokeLine2(draw.LineStyle{Color: faint, Width: 0.7}, box.Min.X, y(v), box.Max.X, y(v))
		c.FillText(lettering(9, gray, text.XRight, text.YCenter), vg.Point{X: box.Min.X - 5, Y: y(v)}, strconv.FormatFloat(v, 'g', -1, 64))
	}
	for i, size := range sizes {
		c.StrokeLine2(draw.LineStyle{Color: gray, Width: 0.7}, x(i), box.Min.Y, x(i), box.Min.Y-3)
		c.FillText(lettering(9, gray, text.XCenter, text.YTop), vg.Point{X: x(i), Y: box.Min.Y - 6}, strconv.Itoa(size))
	}
	c.StrokeLines(draw.LineStyle{Color: gray, Width: 0.8},
		[]vg.Point{{X: box.Min.X, Y: box.Max.Y}, box.Min, {X: box.Max.X, Y: box.Min.Y}})
	if known {
		c.StrokeLine2(draw.LineStyle{Color: gray, Width: 1, Dashes: []vg.Length{4, 3}}, box.Min.X, y(peak.GFLOPS), box.Max.X, y(peak.GFLOPS))
	}

	for k, name := range r.names() {
		ink, mark := r.look(name)
		var line []vg.Point
		for _, row := range g.Rows {
			if row.Contender != name {
				continue
			}
			// Neighbours stand side by side, so that none hides another.
			aside := vg.Length(k)*2 - vg.Length(len(r.Libraries)-1)
			at := vg.Point{X: x(slices.Index(sizes, row.Size)) + aside, Y: y(row.GFLOPS)}
			slow, fast := row.speeds()
			c.StrokeLine2(draw.LineStyle{Color: ink, Width: 1}, at.X, y(slow), at.X, y(fast))
			c.DrawGlyph(draw.GlyphStyle{Color: ink, Radius: 2.6, Shape: mark}, at)
			line = append(line, at)
		}
		if len(line) > 1 {
			c.StrokeLines(draw.LineStyle{Color: ink, Width: 1.2}, line)
		}
	}
}

// speeds returns the GFLOP/s of the slowest and of the fastest turn.
func (r Row) speeds() (slow, fast float64) {
	return r.GFLOPS * r.Seconds.Median / r.Seconds.Max, r.GFLOPS * r.Seconds.Median / r.Seconds.Min
}

// ticks returns the round numbers between two powers of ten, more or fewer by the
// room for them.
func ticks(bottom, top float64) []float64 {
	steps := []float64{1, 2, 5}
	switch {
	case top-bottom > 3:
		steps = []float64{1}
	case top-bottom < 1:
		steps = []float64{1, 1.5, 2, 3, 4, 5, 7}
	}
	var list []float64
	for d := math.Floor(bottom); d <= top; d++ {
		for _, s := range steps {
			if v := s * math.Pow(10, d); math.Log10(v) >= bottom && math.Log10(v) <= top {
				list = append(list, v)
			}
		}
	}
	return list
}
