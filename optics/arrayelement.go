package optics

import (
	"fmt"
	"math"
	"slices"

	"arago/grid"
	"arago/internal/area"
	"arago/internal/spline"
)

// ArraySpec describes an ArrayElement. Each map carries its own grid: metres in
// a pupil, radians in an image, all maps of one element alike. The zero of its
// coordinates is the point that comes to lie on the optical axis and about which
// the map is flipped and turned: the middle of the array for grid.Centered, as
// POPPY takes it in pupils; sample N/2 for grid.FFTCentered, which suits masks
// that were made sample by sample for an intermediate image plane.
type ArraySpec struct {
	// Amplitude is the transmission of the field (not of its intensity). A map
	// without samples stands for none; at least one of the maps is needed.
	Amplitude grid.Map
	// OPD is the optical path difference in metres; positive is a phase advance.
	OPD grid.Map
	// Phase is a phase in radians that is the same at every wavelength: POPPY's
	// opd with the unit radian.
	Phase grid.Map
	// FlipX and FlipY mirror the maps left to right and bottom to top, before
	// they are rotated and shifted.
	FlipX, FlipY bool
	// Rotation turns the maps counter-clockwise, before they are shifted; degrees.
	Rotation float64
	// Shift moves the maps by fractions, −0.5 … 0.5, of the array (of the first
	// map that is given) in x and in y. POPPY rounds to whole samples; here the
	// shift is what it says.
	Shift [2]float64
	// ShiftX and ShiftY move the maps by metres in a pupil, by arcseconds in an
	// image. Either they or Shift may be given. POPPY cuts them to whole samples.
	ShiftX, ShiftY float64
}

// ArrayElement is an element that is given by arrays: a measured pupil, an
// apodizer, an OPD map from a file. It stands in the kind of plane that its
// maps are sampled for.
//
// Flip, rotation, shift and the change of pixel scale are one map from the
// samples of the plane to positions in the arrays, and one cubic spline is
// evaluated there; there is no chain of resamplings. Where a position hits a
// sample, the sample is copied: whole-sample shifts, flips, and quarter turns
// at the array's own pixel scale change no value. Amplitudes are limited to
// the range of the array, since a spline swings over at a sharp edge.
//
// If the plane is sampled more coarsely than an array, one position per sample
// would miss what lies between and alias. Each sample is then the mean over a
// regular k×k pattern of positions that covers it, k the smallest number that
// leaves them no farther apart than the samples of the array: the mean of the
// whole block where the plane's samples are made of whole samples of the array,
// and close to the mean over the area otherwise. Amplitude and OPD are
// averaged each for itself.
//
// Every sample of an array is a pixel: an array ends half a sample beyond its
// outermost ones. Outside, the amplitude is 0 and OPD and phase are 0. An
// element without an amplitude map transmits all light within its first map
// and none outside, as in POPPY.
type ArrayElement struct {
	unit                  grid.Unit
	amplitude, opd, phase *arrayMap
	placement             Placement
	flipX, flipY          float64 // −1 flips, 1 does not
}

// NewArrayElement checks the maps and prepares them for sampling; it copies
// them. The error is a *ParameterError for the first parameter that cannot be;
// one that is not finite in a map is named with its row and column.
func NewArrayElement(spec ArraySpec) (*ArrayElement, error) {
	e := &ArrayElement{
		placement: Placement{ShiftX: spec.ShiftX, ShiftY: spec.ShiftY, Rotation: spec.Rotation},
		flipX:     1, flipY: 1,
	}
	if spec.FlipX {
		e.flipX = -1
	}
	if spec.FlipY {
		e.flipY = -1
	}
	first := -1
	maps := []grid.Map{spec.Amplitude, spec.OPD, spec.Phase}
	parameters := []string{"transmission", "opd", "opd"}
	prepared := make([]*arrayMap, len(maps))
	for i, m := range maps {
		if len(m.Data) == 0 {
			continue
		}
		if first < 0 {
			first = i
		}
		if m.Unit != maps[first].Unit {
			return nil, &ParameterError{parameters[i], fmt.Sprintf("is sampled in %v, but %s in %v; both must have the same unit",
				m.Unit, parameters[first], maps[first].Unit)}
		}
		var err error
		if prepared[i], err = newArrayMap(parameters[i], m); err != nil {
			return nil, err
		}
	}
	if first < 0 {
		return nil, errNoArray
	}
	e.unit = maps[first].Unit
	e.amplitude, e.opd, e.phase = prepared[0], prepared[1], prepared[2]
	if err := e.setShift(spec, maps[first].Grid); err != nil {
		return nil, err
	}
	if err := e.placement.validate(); err != nil {
		return nil, err
	}
	return e, nil
}

var errNoArray = &ParameterError{"transmission", "is missing, and so is opd; an element from arrays needs one of them"}

// setShift turns a shift in fractions of the array into one in lengths.
func (e *ArrayElement) setShift(spec ArraySpec, g grid.Grid) error {
	if spec.Shift == [2]float64{} {
		return nil
	}
	if spec.ShiftX != 0 || spec.ShiftY != 0 {
		return &ParameterError{"shift", "is given together with shift_x or shift_y; only one of the two can set the position"}
	}
	for _, s := range spec.Shift {
		if !(math.Abs(s) <= 0.5) {
			return &ParameterError{"shift", fmt.Sprintf("is %g; it is a fraction of the array and must lie between -0.5 and 0.5", s)}
		}
	}
	y, x := planeAxes(g)
	e.placement.ShiftX = spec.Shift[0] * x.Width()
	e.placement.ShiftY = spec.Shift[1] * y.Width()
	return nil
}

// Validate implements Element. An element made by NewArrayElement is valid.
func (e *ArrayElement) Validate() error {
	if e.amplitude == nil && e.opd == nil && e.phase == nil {
		return errNoArray
	}
	return nil
}

// Sample implements Element.
func (e *ArrayElement) Sample(g grid.Grid) (Sample, error) {
	if err := firstError(e.Validate(), checkPlane("array element", e.unit, g)); err != nil {
		return Sample{}, err
	}
	var s Sample
	switch {
	case e.amplitude != nil:
		s.Amplitude = e.resample(e.amplitude, g, e.amplitude.limited)
	case e.opd != nil:
		s.Amplitude = e.resample(e.opd, g, e.opd.footprint)
	default:
		s.Amplitude = e.resample(e.phase, g, e.phase.footprint)
	}
	if e.opd != nil {
		s.OPD = e.resample(e.opd, g, e.opd.at)
	}
	if e.phase != nil {
		s.Phase = e.resample(e.phase, g, e.phase.at)
	}
	return s, nil
}

// bounds returns a box outside of which the amplitude is 0.
func (e *ArrayElement) bounds() Box {
	m := e.amplitude
	if m == nil {
		m = e.opd
	}
	if m == nil {
		m = e.phase
	}
	// The middle of the array; its sides lie half a sample beyond the samples.
	x := e.flipX * (float64(m.x.N-1)/2 - m.x.Center) * m.x.Step
	y := e.flipY * (float64(m.y.N-1)/2 - m.y.Center) * m.y.Step
	b, _ := area.Rectangle(x, y, math.Abs(m.x.Width()), math.Abs(m.y.Width())).Bounds(e.placement.affine().toPlane())
	return b
}

// footprint returns the region of some samples of the amplitudes, from row y0 to row y1 and
// from column x0 to column x1, each counted from the edge of the first sample.
func (e *ArrayElement) footprint(y0, x0, y1, x1 float64) area.Region {
	m := e.amplitude
	x := e.flipX * ((x0+x1-1)/2 - m.x.Center) * m.x.Step
	y := e.flipY * ((y0+y1-1)/2 - m.y.Center) * m.y.Step
	return area.Rectangle(x, y, (x1-x0)*m.x.Step, (y1-y0)*m.y.Step)
}

// splineReach is how many samples beyond a sample a cubic spline through it is felt: it falls
// by a factor of 2 − √3 from one to the next, to 2e-6.
const splineReach = 10

// inside returns the region in which the amplitudes may differ from those of their rim, and
// whether there is one.
func (e *ArrayElement) inside(rim float64) (r area.Region, some bool) {
	m := e.amplitude
	y0, x0, y1, x1 := m.y.N, m.x.N, 0, 0
	for k, v := range m.data {
		if v != rim {
			i, j := k/m.x.N, k%m.x.N
			y0, y1, x0, x1 = min(y0, i), max(y1, i+1), min(x0, j), max(x1, j+1)
		}
	}
	if y0 >= y1 {
		return r, false
	}
	return e.footprint(float64(max(0, y0-splineReach)), float64(max(0, x0-splineReach)),
		float64(min(m.y.N, y1+splineReach)), float64(min(m.x.N, x1+splineReach))), true
}

// insideRim sets dst to how much less the amplitude is on each sample of g than on the rim.
func (e *ArrayElement) insideRim(dst []float64, g grid.Grid) {
	m := e.amplitude
	rim, _ := m.rim()
	copy(dst, e.resample(m, g, func(row, col float64) float64 {
		if m.footprint(row, col) == 0 {
			return 0
		}
		return rim - m.limited(row, col)
	}))
}

// holds says whether a box of the plane lies on the array of amplitudes as a whole.
func (e *ArrayElement) holds(box Box) bool {
	m := e.amplitude
	toElement := e.placement.affine()
	for _, x := range []float64{box.X0, box.X1} {
		for _, y := range []float64{box.Y0, box.Y1} {
			ex, ey := toElement.apply(x, y)
			if m.footprint(e.flipY*ey/m.y.Step+m.y.Center, e.flipX*ex/m.x.Step+m.x.Center) == 0 {
				return false
			}
		}
	}
	return true
}

// rim returns the value that the samples along the edges of the array have, if they all
// have the same.
func (m *arrayMap) rim() (v float64, even bool) {
	v = m.data[0]
	for i := range m.y.N {
		for j := range m.x.N {
			if edge := i == 0 || j == 0 || i == m.y.N-1 || j == m.x.N-1; edge && m.data[i*m.x.N+j] != v {
				return 0, false
			}
		}
	}
	return v, true
}

// resample returns the mean of value over each sample of g; value takes
// positions in the array m.
func (e *ArrayElement) resample(m *arrayMap, g grid.Grid, value func(row, col float64) float64) []float64 {
	yAxis, xAxis := planeAxes(g)
	toElement := e.placement.affine()
	position := func(x, y float64) (row, col float64) {
		ex, ey := toElement.apply(x, y)
		return e.flipY*ey/m.y.Step + m.y.Center, e.flipX*ex/m.x.Step + m.x.Center
	}
	pixel := math.Min(math.Abs(m.y.Step), math.Abs(m.x.Step))
	dys, dxs := pattern(yAxis.Step, pixel), pattern(xAxis.Step, pixel)
	scale := 1 / float64(len(dys)*len(dxs))

	xs := xAxis.Coordinates()
	values := make([]float64, 0, g.Len())
	for _, y := range yAxis.Coordinates() {
		for _, x := range xs {
			var sum float64
			for _, dy := range dys {
				for _, dx := range dxs {
					sum += value(position(x+dx, y+dy))
				}
			}
			values = append(values, sum*scale)
		}
	}
	return values
}

// pattern returns where, relative to the middle of a sample of width step, an
// array with samples of width pixel is evaluated: at the middles of equal
// parts that are no wider than pixel. The twentieth is room for pixel scales
// that were rounded in a file's header: such arrays are not to be blurred.
func pattern(step, pixel float64) []float64 {
	n := max(1, int(math.Ceil(math.Abs(step)/pixel-0.05)))
	offsets := make([]float64, n)
	for k := range offsets {
		offsets[k] = (float64(k) - float64(n-1)/2) * step / float64(n)
	}
	return offsets
}

// arrayMap is one array, ready to be evaluated at any position.
type arrayMap struct {
	y, x    grid.Axis // steps in metres or arcseconds
	data    []float64
	surface *spline.Surface
	lo, hi  float64 // range of data
}

func newArrayMap(parameter string, m grid.Map) (*arrayMap, error) {
	if m.Y.N < 1 || m.X.N < 1 || len(m.Data) != m.Len() {
		return nil, &ParameterError{parameter, fmt.Sprintf("has %d samples on a grid of %d×%d; the numbers must agree",
			len(m.Data), m.Y.N, m.X.N)}
	}
	for _, a := range []grid.Axis{m.Y, m.X} {
		if err := firstError(checkPositive("pixelscale", a.Step, "step between samples"), checkFinite(parameter, a.Center)); err != nil {
			return nil, err
		}
	}
	for k, v := range m.Data {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, &ParameterError{parameter, fmt.Sprintf("is %g at row %d, column %d (both counted from 0); every sample must be finite",
				v, k/m.X.N, k%m.X.N)}
		}
	}
	y, x := planeAxes(m.Grid)
	return &arrayMap{
		y: y, x: x,
		data:    slices.Clone(m.Data),
		surface: spline.New(y.N, x.N, m.Data, 0.5),
		lo:      slices.Min(m.Data),
		hi:      slices.Max(m.Data),
	}, nil
}

// onSample is how close, in samples, a position must come to a sample to be
// on it: above the rounding of coordinates, far below any shift that is meant.
const onSample = 1e-9

// at returns the array's value at a position counted in samples, 0 outside.
func (m *arrayMap) at(row, col float64) float64 {
	i, j := math.Round(row), math.Round(col)
	if math.Abs(row-i) <= onSample && math.Abs(col-j) <= onSample {
		if i < 0 || i >= float64(m.y.N) || j < 0 || j >= float64(m.x.N) {
			return 0
		}
		return m.data[int(i)*m.x.N+int(j)]
	}
	return m.surface.At(row, col)
}

// limited returns the array's value, limited to the array's range, 0 outside.
func (m *arrayMap) limited(row, col float64) float64 {
	if m.footprint(row, col) == 0 {
		return 0
	}
	return min(max(m.at(row, col), m.lo), m.hi)
}

// footprint returns 1 on the array and 0 outside.
func (m *arrayMap) footprint(row, col float64) float64 {
	if row >= -0.5-onSample && row <= float64(m.y.N)-0.5+onSample &&
		col >= -0.5-onSample && col <= float64(m.x.N)-0.5+onSample {
		return 1
	}
	return 0
}
