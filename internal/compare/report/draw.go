package report

import (
	"bytes"
	"fmt"
	"html/template"
	"image/color"
	"io"
	"math"
	"strconv"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
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

func lettering(size font.Length, c color.Color, across text.XAlignment, up text.YAlignment) text.Style {
	return text.Style{Color: c, Font: font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}, XAlign: across, YAlign: up, Handler: texts}
}

// Picture is a drawing and its size.
type Picture struct {
	Width, Height vg.Length
	Draw          func(draw.Canvas)
}

// WriteSVG writes the picture as SVG, on a white ground.
func (p Picture) WriteSVG(w io.Writer) error {
	c := vgsvg.New(p.Width, p.Height)
	p.onWhite(draw.New(c))
	_, err := c.WriteTo(w)
	return err
}

// WritePNG writes the picture as PNG.
func (p Picture) WritePNG(w io.Writer) error {
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(p.Width, p.Height), vgimg.UseDPI(110))}
	p.onWhite(draw.New(c))
	_, err := c.WriteTo(w)
	return err
}

func (p Picture) onWhite(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	p.Draw(c)
}

// Element returns the picture as an element of a page.
func (p Picture) Element() (template.HTML, error) {
	c := vgsvg.New(p.Width, p.Height)
	p.Draw(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return "", err
	}
	// What stands before the element belongs to a file of its own.
	text := b.Bytes()
	if at := bytes.Index(text, []byte("<svg")); at > 0 {
		text = text[at:]
	}
	return template.HTML(text), nil
}

// HeadHeight is that of a heading.
const HeadHeight vg.Length = 62

// Heading writes a title and up to two lines of small print at the top of a
// picture.
func Heading(c draw.Canvas, title string, below ...string) {
	c.FillText(lettering(15, dark, text.XLeft, text.YTop), vg.Point{X: 14, Y: c.Max.Y - 12}, title)
	for i, line := range below {
		c.FillText(lettering(10, gray, text.XLeft, text.YTop), vg.Point{X: 14, Y: c.Max.Y - 34 - 13*vg.Length(i)}, line)
	}
}

// Panel returns the part of a canvas whose upper left corner is at (left, top).
func Panel(c draw.Canvas, left, top, width, height vg.Length) draw.Canvas {
	return draw.Canvas{Canvas: c, Rectangle: vg.Rectangle{
		Min: vg.Point{X: left, Y: top - height}, Max: vg.Point{X: left + width, Y: top},
	}}
}

// Look is how a series is drawn.
type Look struct {
	Ink  color.RGBA
	Mark draw.GlyphDrawer
}

// LookOf returns the look of series i, counted from 0.
func LookOf(i int) Look { return Look{inks[i%len(inks)], marks[i/len(inks)%len(marks)]} }

// CSS returns the colour as style sheets write it.
func (l Look) CSS() string { return fmt.Sprintf("#%02x%02x%02x", l.Ink.R, l.Ink.G, l.Ink.B) }

// Legend names the series of a picture.
type Legend []Key

// Key is a series in a legend.
type Key struct {
	Name string
	Look
	Apart bool // no line joins its marks
}

const legendLine vg.Length = 18

func (k Key) width() vg.Length {
	return lettering(11, dark, text.XLeft, text.YCenter).Width(k.Name) + 34
}

// lines breaks the legend into lines that fit.
func (l Legend) lines(width vg.Length) []Legend {
	var lines []Legend
	at := width
	for _, k := range l {
		w := k.width()
		if at+w > width-14 {
			lines = append(lines, nil)
			at = 14
		}
		lines[len(lines)-1] = append(lines[len(lines)-1], k)
		at += w
	}
	return lines
}

// Height is what the legend takes in a picture of this width.
func (l Legend) Height(width vg.Length) vg.Length { return legendLine * vg.Length(len(l.lines(width))) }

// Draw draws the legend below top.
func (l Legend) Draw(c draw.Canvas, top vg.Length) {
	for i, line := range l.lines(c.Max.X) {
		x, y := vg.Length(14), top-legendLine*(vg.Length(i)+0.5)
		for _, k := range line {
			if !k.Apart {
				c.StrokeLine2(draw.LineStyle{Color: k.Ink, Width: 1.6}, x, y, x+18, y)
			}
			c.DrawGlyph(draw.GlyphStyle{Color: k.Ink, Radius: 3.2, Shape: k.Mark}, vg.Point{X: x + 9, Y: y})
			c.FillText(lettering(11, dark, text.XLeft, text.YCenter), vg.Point{X: x + 22, Y: y}, k.Name)
			x += k.width()
		}
	}
}

// Axes are those of a panel: columns, and values on a logarithmic scale.
type Axes struct {
	// Title stands above the panel, Below under the columns; it may be "".
	Title, Below string
	Columns      []Column
	// Low and High are the least and the greatest value, both positive.
	Low, High float64
	// Ticks are the values that may be named; nil means round ones, as many as
	// there is room for. Label writes one; nil means in six digits at most.
	Ticks []float64
	Label func(float64) string
}

// Column is a place of the horizontal axis, At from 0 (left) to 1.
type Column struct {
	Label string
	At    float64
}

// Frame is a panel whose axes have been drawn.
type Frame struct {
	canvas      draw.Canvas
	box         vg.Rectangle
	columns     []Column
	bottom, top float64 // powers of ten
}

// Draw draws the axes into the panel c.
func (a Axes) Draw(c draw.Canvas) Frame {
	box := vg.Rectangle{
		Min: vg.Point{X: c.Min.X + 46, Y: c.Min.Y + 34},
		Max: vg.Point{X: c.Max.X - 14, Y: c.Max.Y - 26},
	}
	f := Frame{c, box, a.Columns, math.Log10(a.Low) - 0.08, math.Log10(a.High) + 0.08}
	if short := 0.6 - (f.top - f.bottom); short > 0 { // so that small differences look small
		f.bottom, f.top = f.bottom-short/2, f.top+short/2
	}
	c.FillText(lettering(11, dark, text.XLeft, text.YTop), vg.Point{X: box.Min.X, Y: c.Max.Y - 7}, a.Title)
	c.FillText(lettering(9, gray, text.XCenter, text.YTop), vg.Point{X: (box.Min.X + box.Max.X) / 2, Y: box.Min.Y - 18}, a.Below)

	label := a.Label
	if label == nil {
		label = short
	}
	values := a.Ticks
	if values == nil {
		values = ticks(f.bottom, f.top)
	}
	for _, v := range values {
		if at := math.Log10(v); at < f.bottom || at > f.top {
			continue
		}
		y := f.y(v)
		c.StrokeLine2(draw.LineStyle{Color: faint, Width: 0.7}, box.Min.X, y, box.Max.X, y)
		c.FillText(lettering(9, gray, text.XRight, text.YCenter), vg.Point{X: box.Min.X - 5, Y: y}, label(v))
	}
	for i, column := range a.Columns {
		x := f.x(i)
		c.StrokeLine2(draw.LineStyle{Color: gray, Width: 0.7}, x, box.Min.Y, x, box.Min.Y-3)
		c.FillText(lettering(9, gray, text.XCenter, text.YTop), vg.Point{X: x, Y: box.Min.Y - 6}, column.Label)
	}
	c.StrokeLines(draw.LineStyle{Color: gray, Width: 0.8},
		[]vg.Point{{X: box.Min.X, Y: box.Max.Y}, box.Min, {X: box.Max.X, Y: box.Min.Y}})
	return f
}

func (f Frame) x(column int) vg.Length {
	return f.box.Min.X + f.box.Size().X*vg.Length(f.columns[column].At)
}

func (f Frame) y(value float64) vg.Length {
	return f.box.Min.Y + f.box.Size().Y*vg.Length((math.Log10(value)-f.bottom)/(f.top-f.bottom))
}

// Level draws a dashed line across the panel.
func (f Frame) Level(value float64) {
	f.canvas.StrokeLine2(draw.LineStyle{Color: gray, Width: 1, Dashes: []vg.Length{4, 3}},
		f.box.Min.X, f.y(value), f.box.Max.X, f.y(value))
}

// Point is a value of a series with its range.
type Point struct {
	Column            int // index in Axes.Columns
	Low, Middle, High float64
}

// Series draws points and lines between them. It is number i of n, which stand
// side by side, so that none hides another.
func (f Frame) Series(l Look, i, n int, points []Point) {
	aside := vg.Length(i)*2 - vg.Length(n-1)
	var line []vg.Point
	for _, p := range points {
		at := vg.Point{X: f.x(p.Column) + aside, Y: f.y(p.Middle)}
		f.canvas.StrokeLine2(draw.LineStyle{Color: l.Ink, Width: 1}, at.X, f.y(p.Low), at.X, f.y(p.High))
		f.canvas.DrawGlyph(draw.GlyphStyle{Color: l.Ink, Radius: 2.6, Shape: l.Mark}, at)
		line = append(line, at)
	}
	if len(line) > 1 {
		f.canvas.StrokeLines(draw.LineStyle{Color: l.Ink, Width: 1.2}, line)
	}
}

// Note draws a mark with words above and to the left of it.
func (f Frame) Note(l Look, column int, value float64, words string) {
	at := vg.Point{X: f.x(column), Y: f.y(value)}
	f.canvas.DrawGlyph(draw.GlyphStyle{Color: l.Ink, Radius: 4, Shape: l.Mark}, at)
	f.canvas.FillText(lettering(9, l.Ink, text.XRight, text.YBottom), at.Add(vg.Point{X: -5, Y: 3}), words)
}

// short writes a tick: without the last digits, which are those of rounding.
func short(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

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
