package optics

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"reflect"

	"arago/grid"
	"arago/internal/area"
)

// Box is a rectangle with sides along the axes of a plane, in metres in a pupil
// and in arcseconds in an image.
type Box = area.Box

// Uniform is what a plane does to the field where it does the same everywhere; see
// Sample.
type Uniform struct{ Amplitude, OPD, Phase float64 }

// At returns the factor on the field at a wavelength.
func (u Uniform) At(wavelength float64) complex128 {
	cycles := u.OPD / wavelength
	return cmplx.Rect(u.Amplitude, 2*math.Pi*(cycles-math.RoundToEven(cycles))+u.Phase)
}

// Patchwork is what elements of one plane do together if the plane is made of
// patches with hard edges, and the elements do the same everywhere in each: an
// occulter is one patch, and so is the disc of a phase mask. The mean of the field's
// factor over any sample is then known exactly, at the edges too, whatever the
// factors are.
type Patchwork struct {
	// Outside is what the plane does outside all patches.
	Outside Uniform
	// Patches have bounds, and no point in common. Each does something else than
	// Outside, and than the others.
	Patches []Patch
}

// Patch is a part of a plane.
type Patch struct {
	Uniform
	region area.Region
	place  area.Map
}

// Bounds returns a box that holds the patch.
func (p Patch) Bounds() Box {
	b, _ := p.region.Bounds(p.place)
	return b
}

// Cover sets dst to the fraction of the area of each sample of g that the patch
// covers.
func (p Patch) Cover(dst []float64, g grid.Grid) {
	y, x := planeAxes(g)
	p.region.Fill(dst, p.place, y, x)
}

// Bounds returns a box that holds all patches.
func (p *Patchwork) Bounds() Box {
	box := Box{X0: math.Inf(1), X1: math.Inf(-1), Y0: math.Inf(1), Y1: math.Inf(-1)}
	for _, patch := range p.Patches {
		box = box.Join(patch.Bounds())
	}
	return box
}

// mostPatches bounds the work for elements that cut a plane to pieces.
const mostPatches = 64

// NewPatchwork returns the patchwork of valid elements. The error says in words why
// there is none: an element is smooth, or is to be sampled at pixel centres, or has
// no bounds.
func NewPatchwork(elements []Element) (*Patchwork, error) {
	c := cutter{}
	patches := []Patch{everywhere(1, 0)}
	for _, e := range elements {
		more, err := c.patches(e)
		if err != nil {
			return nil, err
		}
		if patches, err = c.cut(patches, more, Uniform.times); err != nil {
			return nil, err
		}
	}
	for i := range patches {
		if patches[i].Amplitude == 0 {
			patches[i].Uniform = Uniform{}
		}
		patches[i].place = c.base()
	}
	patches = joinEqual(patches)
	w := &Patchwork{}
	endless := 0
	for _, p := range patches {
		switch b, bounded := p.region.Bounds(p.place); {
		case !bounded:
			w.Outside = p.Uniform
			endless++
		case !b.Empty():
			w.Patches = append(w.Patches, p)
		}
	}
	if endless != 1 {
		return nil, errors.New("the mask goes on without end")
	}
	return w, nil
}

// times is the product of two factors.
func (u Uniform) times(v Uniform) Uniform {
	return Uniform{u.Amplitude * v.Amplitude, u.OPD + v.OPD, u.Phase + v.Phase}
}

// beside is the factor of openings beside each other; see Sample.open.
func (u Uniform) beside(v Uniform) Uniform {
	sum := Uniform{u.Amplitude + v.Amplitude - u.Amplitude*v.Amplitude, u.OPD, u.Phase}
	if v.Amplitude != 0 {
		sum.OPD += v.OPD
		sum.Phase += v.Phase
	}
	return sum
}

// everywhere is the patch that is the whole plane.
func everywhere(amplitude, opd float64) Patch {
	return Patch{Uniform: Uniform{Amplitude: amplitude, OPD: opd}, region: area.Not(area.Region{})}
}

// cutter cuts a plane into patches. Their regions are described in the coordinates
// of the first element that has a shape.
type cutter struct{ first *area.Map }

func (c *cutter) base() area.Map {
	if c.first == nil {
		return area.Identity
	}
	return *c.first
}

// patches returns those of an element; they make up the whole plane.
func (c *cutter) patches(e Element) ([]Patch, error) {
	switch e := e.(type) {
	case ScalarTransmission:
		return []Patch{everywhere(e.Transmission, 0)}, nil
	case ScalarOpticalPathDifference:
		return []Patch{everywhere(1, e.OPD)}, nil
	case CompoundAnalyticOptic:
		return c.compound(e)
	case InverseTransmission:
		patches, err := c.patches(e.Optic)
		for i := range patches {
			patches[i].Amplitude = 1 - patches[i].Amplitude
		}
		return patches, err
	case BandLimitedCoronagraph:
		return nil, errors.New("a band-limited mask goes on without end; padding by 2 or more is exact for it")
	}
	if e, ok := hardEdgedOf(e); ok {
		return c.hardEdged(e)
	}
	return nil, fmt.Errorf("%s is not made of even parts with bounds", inWords(e))
}

// hardEdgedOf returns an element of this package as one with hard edges, if it is
// one. A type of another package that embeds one of ours has its methods too, but
// may have a Sample of its own, and then is something else.
func hardEdgedOf(e Element) (hardEdged, bool) {
	if !ours(e) {
		return nil, false
	}
	h, ok := e.(hardEdged)
	return h, ok
}

// ours says whether the type of an element is declared in this package.
func ours(e Element) bool {
	t := reflect.TypeOf(e)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath() == reflect.TypeFor[Placement]().PkgPath()
}

// inWords says what an element is that has no hard edges.
func inWords(e Element) string {
	switch e.(type) {
	case IdealFQPM:
		return "a four-quadrant phase mask"
	case *ArrayElement:
		return "an array"
	}
	if ours(e) {
		return "a smooth element"
	}
	return "an element that is not one of Arago's own"
}

func (c *cutter) hardEdged(e hardEdged) ([]Patch, error) {
	name, _ := e.kind()
	p, pixelCenters := e.placed()
	if pixelCenters {
		return nil, fmt.Errorf("the %s is to be sampled at the centres of the pixels, which are those of the FFT", name)
	}
	place, open := p.affine().toPlane(), e.region()
	if c.first == nil {
		c.first = &place
	}
	if place != *c.first {
		// Where the coordinates of the first element have gone, in its own.
		place = c.first.Inverse().After(place)
		if !place.KeepsCircles() {
			return nil, fmt.Errorf("the %s is inclined in another way than what stands beside it", name)
		}
		open = area.Moved(open, place)
	}
	return []Patch{
		{Uniform: Uniform{Amplitude: 1}, region: open},
		{region: area.Not(open)},
	}, nil
}

func (c *cutter) compound(e CompoundAnalyticOptic) ([]Patch, error) {
	combine, patches := Uniform.times, []Patch{everywhere(1, 0)}
	if e.MergeMode == "or" {
		combine, patches = Uniform.beside, []Patch{everywhere(0, 0)}
	}
	for _, optic := range e.Optics {
		more, err := c.patches(optic)
		if err != nil {
			return nil, err
		}
		if patches, err = c.cut(patches, more, combine); err != nil {
			return nil, err
		}
	}
	return patches, nil
}

// cut returns the patches that each patch of a makes with each of b.
func (c *cutter) cut(a, b []Patch, combine func(a, b Uniform) Uniform) ([]Patch, error) {
	var out []Patch
	for _, p := range a {
		for _, q := range b {
			region := area.Intersect(p.region, q.region)
			switch {
			case len(a) == 1:
				region = q.region
			case len(b) == 1:
				region = p.region
			}
			if box, bounded := region.Bounds(c.base()); !bounded || !box.Empty() {
				out = append(out, Patch{Uniform: combine(p.Uniform, q.Uniform), region: region})
			}
		}
	}
	if out = joinEqual(out); len(out) > mostPatches {
		return nil, fmt.Errorf("the mask is cut into more than %d parts", mostPatches)
	}
	return out, nil
}

// joinEqual joins patches that do the same.
func joinEqual(patches []Patch) []Patch {
	var out []Patch
next:
	for _, p := range patches {
		for i := range out {
			if out[i].Uniform == p.Uniform {
				out[i].region = area.Union(out[i].region, p.region)
				continue next
			}
		}
		out = append(out, p)
	}
	return out
}

// Opening returns a box outside of which no light passes the elements of a plane,
// and whether there is one.
func Opening(elements []Element) (box Box, bounded bool) {
	for _, e := range elements {
		b, ok := opening(e)
		switch {
		case ok && bounded:
			box = box.Intersect(b)
		case ok:
			box, bounded = b, true
		}
	}
	return box, bounded
}

func opening(e Element) (box Box, bounded bool) {
	if e, ok := hardEdgedOf(e); ok {
		p, _ := e.placed()
		return e.region().Bounds(p.affine().toPlane())
	}
	switch e := e.(type) {
	case *ArrayElement:
		return e.bounds(), true
	case CompoundAnalyticOptic:
		if e.MergeMode == "and" {
			return Opening(e.Optics)
		}
		for i, optic := range e.Optics {
			b, ok := opening(optic)
			switch {
			case !ok:
				return Box{}, false
			case i == 0:
				box = b
			default:
				box = box.Join(b)
			}
		}
		return box, true
	}
	return Box{}, false
}
