package main

import (
	"image/color"
	"image/draw"
	"math"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	vgdraw "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"arago/internal/axes"
)

// sheet is what pictures are drawn on: white, counted in pixels, with y upwards
// from the lower edge. Whole coordinates are the borders between pixels, so
// lines of even width at whole coordinates are sharp.
type sheet struct {
	canvas vgdraw.Canvas
	pixels draw.Image
	height int
}

var (
	ink   = color.RGBA{0x26, 0x26, 0x26, 0xff}
	faint = color.RGBA{0x6e, 0x6e, 0x6e, 0xff}
	rule  = color.RGBA{0xdd, 0xdd, 0xdd, 0xff}
)

func newSheet(width, height int) *sheet {
	// At 72 dots per inch a point, the unit of lengths of vg, is a pixel.
	c := vgimg.NewWith(vgimg.UseWH(vg.Length(width), vg.Length(height)), vgimg.UseDPI(72))
	return &sheet{canvas: vgdraw.New(c), pixels: c.Image(), height: height}
}

// lettering is how text looks and how it lies to its point: Left and Bottom of
// the text are there if Across and Up are 0, its middle at −½, its right and
// top at −1.
type lettering struct {
	size       float64
	bold       bool
	color      color.Color
	across, up float64
	// turned writes from below upwards.
	turned bool
}

func (l lettering) style() text.Style {
	s := text.Style{
		Color:   l.color,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Length(l.size)},
		XAlign:  text.XAlignment(l.across),
		YAlign:  text.YAlignment(l.up),
		Handler: plot.DefaultTextHandler,
	}
	if l.bold {
		s.Font.Weight = stdfont.WeightBold
	}
	if l.turned {
		s.Rotation = math.Pi / 2
	}
	return s
}

func (l lettering) width(s string) float64 { return float64(l.style().Width(s)) }

// fitted returns s, cut short if it would be wider than width.
func (l lettering) fitted(s string, width float64) string {
	if l.width(s) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 0 && l.width(string(runes)+"…") > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

func (s *sheet) write(x, y float64, l lettering, words string) {
	s.canvas.FillText(l.style(), vg.Point{X: vg.Length(x), Y: vg.Length(y)}, words)
}

// power writes a power of ten: across and up say how it lies to its point.
func (s *sheet) power(x, y float64, l lettering, exponent int) {
	small := l
	small.size = 0.72 * l.size
	raised := axes.Number(float64(exponent), 0)
	x += l.across * powerWidth(l, exponent)
	l.across, small.across = 0, 0
	s.write(x, y, l, "10")
	s.write(x+l.width("10")+1, y+0.38*l.size, small, raised)
}

func powerWidth(l lettering, exponent int) float64 {
	small := l
	small.size = 0.72 * l.size
	return l.width("10") + 1 + small.width(axes.Number(float64(exponent), 0))
}

func (s *sheet) line(width float64, c color.Color, points ...[2]float64) {
	path := make([]vg.Point, len(points))
	for i, p := range points {
		path[i] = vg.Point{X: vg.Length(p[0]), Y: vg.Length(p[1])}
	}
	s.canvas.StrokeLines(vgdraw.LineStyle{Color: c, Width: vg.Length(width)}, path)
}

// frame draws a line two pixels wide around the pixels of r.
func (s *sheet) frame(r box) {
	for y := r.bottom - 2; y < r.top+2; y++ {
		for x := r.left - 2; x < r.right+2; x++ {
			if x == r.left && y >= r.bottom && y < r.top {
				x = r.right
			}
			s.set(x, y, ink)
		}
	}
}

// set colours the pixel of column x and row y, counted from the lower left.
func (s *sheet) set(x, y int, c color.Color) { s.pixels.Set(x, s.height-1-y, c) }

// box is a rectangle of pixels on a sheet.
type box struct{ left, bottom, right, top int }

func (b box) height() int { return b.top - b.bottom }
