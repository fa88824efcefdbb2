package live

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/cmplx"

	"arago/grid"
	"arago/internal/axes"
	"arago/internal/colormap"
	"arago/propagate"
)

const (
	// mostPixels of a picture, in each direction.
	mostPixels = 256
	// decades below the brightest pixel that the colours of intensity span.
	// Phase is shown where the intensity is within them.
	decades = 8
	// brighter is by how much a sample must exceed the others of its block to
	// give it its phase. Where all are equal but for rounding, which is 1e-7 in
	// single precision, it is the same one in each block.
	brighter = 1 + 1e-5
)

// drawing is a plane made ready to be looked at.
type drawing struct {
	view     view
	pictures pictures
}

// pictures are PNG files. Row 0 of the plane is the lowest row of pixels.
type pictures struct{ intensity, phase []byte }

func (p *pictures) size() int { return len(p.intensity) + len(p.phase) }

// view says what the pictures of a plane show.
type view struct {
	Rows int    `json:"rows"` // samples
	Cols int    `json:"cols"`
	Unit string `json:"unit"`
	// Aspect is width by height, in the unit.
	Aspect float64    `json:"aspect"`
	X      []axisTick `json:"x"`
	Y      []axisTick `json:"y"`
	// Sum of the intensity over all samples, and the brightest of them; both
	// leave out samples that are not finite numbers, which Bad counts.
	Sum  float64 `json:"sum"`
	Peak float64 `json:"peak"`
	Bad  int     `json:"bad"`
}

// axisTick is a tick at a fraction of the axis, from the left or from below.
type axisTick struct {
	At    float64 `json:"at"`
	Label string  `json:"label"`
}

// draw reduces a plane to pixels and draws them.
func draw(s propagate.Snapshot) drawing {
	p := reduce(s)
	unit, name := axes.Unit(s.Grid.Unit)
	x, y := extent(s.Grid.X, p.width*p.block), extent(s.Grid.Y, p.height*p.block)
	return drawing{
		view: view{
			Rows: s.Grid.Y.N, Cols: s.Grid.X.N,
			Unit:   name,
			Aspect: (x.high - x.low) / (y.high - y.low),
			X:      x.ticks(unit), Y: y.ticks(unit),
			Sum: min(p.sum, math.MaxFloat64), Peak: p.peak, Bad: p.bad,
		},
		pictures: pictures{
			intensity: encode(p.width, p.height, intensityColors, p.intensityIndex()),
			phase:     encode(p.width, p.height, phaseColors, p.phaseIndex()),
		},
	}
}

// pixels stand for square blocks of samples, row by row from below. Blocks at
// the upper and right edge may hold fewer samples.
type pixels struct {
	block, width, height int

	// intensity is the mean of |E|². field is the brightest sample: its phase
	// is one that the field has, while a mean of samples that turn several
	// times within a block would have a phase that means nothing.
	intensity []float64
	field     []complex128

	sum, peak float64 // of the samples
	bad       int
}

func reduce(s propagate.Snapshot) pixels {
	rows, cols := s.Grid.Y.N, s.Grid.X.N
	block := max(1, (max(rows, cols)+mostPixels-1)/mostPixels)
	p := pixels{block: block, width: (cols + block - 1) / block, height: (rows + block - 1) / block}
	p.intensity = make([]float64, p.width*p.height)
	p.field = make([]complex128, p.width*p.height)
	for i := range rows {
		samples := s.Field[i*cols : (i+1)*cols]
		first := i / block * p.width
		for j := range p.width {
			var power, brightest float64
			var field complex128
			for _, e := range samples[j*block : min((j+1)*block, cols)] {
				v := real(e)*real(e) + imag(e)*imag(e)
				if !(v <= math.MaxFloat64) {
					p.bad++
					continue
				}
				power += v
				p.peak = max(p.peak, v)
				if v > brighter*brightest {
					brightest, field = v, e
				}
			}
			p.sum += power
			p.intensity[first+j] += power
			if before := p.field[first+j]; brightest > brighter*(real(before)*real(before)+imag(before)*imag(before)) {
				p.field[first+j] = field
			}
		}
	}
	for i := range p.height {
		for j := range p.width {
			samples := float64(min(block, rows-i*block) * min(block, cols-j*block))
			p.intensity[i*p.width+j] /= samples
		}
	}
	return p
}

// brightest returns the intensity of the brightest pixel.
func (p *pixels) brightest() float64 {
	most := 0.0
	for _, v := range p.intensity {
		most = max(most, v)
	}
	return most
}

// Indices of colours: intensityColors span the decades; the first of
// phaseColors is transparent, the others go around from −π.
var intensityColors, phaseColors = func() (intensity, phase color.Palette) {
	intensity, phase = make(color.Palette, 256), make(color.Palette, 256)
	phase[0] = color.RGBA{}
	for i := range 256 {
		intensity[i] = colormap.Inferno(float64(i) / 255)
		if i > 0 {
			phase[i] = colormap.Phase((float64(i-1)/phaseSteps - 0.5) * 2 * math.Pi)
		}
	}
	return intensity, phase
}()

const phaseSteps = 255

func (p *pixels) intensityIndex() func(i int) uint8 {
	brightest := p.brightest()
	return func(i int) uint8 {
		v := 1 + math.Log10(p.intensity[i]/brightest)/decades
		if !(v > 0) { // no light at all is not a number here
			return 0
		}
		return uint8(255*v + 0.5)
	}
}

func (p *pixels) phaseIndex() func(i int) uint8 {
	least := p.brightest() * math.Pow10(-decades)
	return func(i int) uint8 {
		if v := p.intensity[i]; v == 0 || v < least {
			return 0
		}
		turns := cmplx.Phase(p.field[i])/(2*math.Pi) + 0.5
		return 1 + uint8(int(phaseSteps*turns+0.5)%phaseSteps)
	}
}

// encode returns the PNG file of a picture whose pixel i, counted row by row
// from below, has colour index(i).
func encode(width, height int, colors color.Palette, index func(i int) uint8) []byte {
	img := image.NewPaletted(image.Rect(0, 0, width, height), colors)
	for i := range height {
		row := img.Pix[(height-1-i)*img.Stride:]
		for j := range width {
			row[j] = index(i*width + j)
		}
	}
	var file bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&file, img); err != nil {
		panic("live: a picture cannot be encoded: " + err.Error()) // memory takes all that is written
	}
	return bytes.Clone(file.Bytes()) // without spare capacity, which the budget would not count
}

// legends are the colours of intensity, from the least to the most, and of
// phase, from −π to π, as pictures one pixel high.
var legends = pictures{
	intensity: encode(256, 1, intensityColors, func(i int) uint8 { return uint8(i) }),
	phase:     encode(phaseSteps, 1, phaseColors, func(i int) uint8 { return uint8(1 + i) }),
}

// side is an axis from the outer edge of its first sample to that of its last
// pixel.
type side struct{ low, high float64 }

func extent(a grid.Axis, samples int) side {
	low := a.At(0) - a.Step/2
	return side{low, low + float64(samples)*a.Step}
}

func (s side) ticks(unit float64) []axisTick {
	const most = 6 // which makes two at least
	low, high := s.low/unit, s.high/unit
	var out []axisTick
	for _, t := range axes.Ticks(low, high, most) {
		out = append(out, axisTick{(t.At - low) / (high - low), t.Label})
	}
	return out
}
