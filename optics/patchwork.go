package optics

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"reflect"
	"slices"

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
//
// An array of transmissions whose rim is the same all around is such a mask, too: its frame
// is a patch with the transmission of the rim, and what is inside is added by a patch that
// is graded. With c for the covers of patches and t for their factors, the factor on
// the field is t₀ + Σ c·(t − t₀), t₀ being that outside.
type Patchwork struct {
	// Outside is what the plane does outside all patches.
	Outside Uniform
	// Patches have bounds, and no point in common but where one is graded. Each does
	// something else than Outside, and than the others.
	Patches []Patch
}

// Patch is a part of a plane.
type Patch struct {
	Uniform
	region area.Region
	place  area.Map
	// graded is not nil where the cover is by how much an array differs from its rim, and
	// frame where the patch is the whole of an array.
	graded, frame *ArrayElement
}

// Graded says whether the cover of the patch is smooth, a value at the middle of each
// sample, and no fraction of an area.
func (p Patch) Graded() bool { return p.graded != nil }

// Bounds returns a box that holds the patch.
func (p Patch) Bounds() Box {
	b, _ := p.region.Bounds(p.place)
	return b
}

// Cover sets dst to the fraction of the area of each sample of g that the patch
// covers, or to what it covers of the light, if it is graded.
func (p Patch) Cover(dst []float64, g grid.Grid) {
	if p.graded != nil {
		p.graded.insideRim(dst, g)
		return
	}
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

// Within returns what a patchwork does inside a box, wherever that is the same: where an
// array's frame holds all of the box, nothing is outside of it.
func (p *Patchwork) Within(box Box) *Patchwork {
	for i, frame := range p.Patches {
		if frame.frame == nil || !frame.frame.holds(box) || frame.OPD != p.Outside.OPD && p.Outside.Amplitude != 0 {
			continue
		}
		inside := &Patchwork{Outside: frame.Uniform}
		for k, patch := range p.Patches {
			if k != i {
				patch.Amplitude += frame.Amplitude - p.Outside.Amplitude
				inside.Patches = append(inside.Patches, patch)
			}
		}
		return inside
	}
	return p
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
	if e, ok := e.(*ArrayElement); ok {
		return c.array(e)
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
	open, ok := c.moved(e.region(), p)
	if !ok {
		return nil, fmt.Errorf("the %s is inclined in another way than what stands beside it", name)
	}
	return []Patch{
		{Uniform: Uniform{Amplitude: 1}, region: open},
		{region: area.Not(open)},
	}, nil
}

// moved returns a region of an element in the coordinates of the first one that has a
// shape, unless one is inclined and the other is not.
func (c *cutter) moved(r area.Region, p Placement) (moved area.Region, ok bool) {
	place := p.affine().toPlane()
	if c.first == nil {
		c.first = &place
	}
	if place == *c.first {
		return r, true
	}
	// Where the coordinates of the first element have gone, in its own.
	place = c.first.Inverse().After(place)
	return area.Moved(r, place), place.KeepsCircles()
}

// array returns the patches of an array of transmissions.
func (c *cutter) array(e *ArrayElement) ([]Patch, error) {
	if e.opd != nil || e.phase != nil {
		return nil, errors.New("an array of path differences is not made of even parts with bounds")
	}
	rim, even := e.amplitude.rim()
	if !even {
		return nil, errors.New("an array whose rim is not the same all around has no bounds within which it differs from it")
	}
	frame, ok := c.moved(e.footprint(0, 0, float64(e.amplitude.y.N), float64(e.amplitude.x.N)), e.placement)
	patches := []Patch{
		{Uniform: Uniform{Amplitude: rim}, region: frame, frame: e},
		{region: area.Not(frame)},
	}
	if inside, some := e.inside(rim); some && ok {
		inside, ok = c.moved(inside, e.placement)
		patches = append(patches, Patch{Uniform: Uniform{Amplitude: -1}, region: inside, graded: e})
	}
	if !ok {
		return nil, errors.New("the array is turned or inclined in another way than what stands beside it")
	}
	return patches, nil
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
		if e.MergeMode == "or" && slices.ContainsFunc(more, Patch.Graded) {
			return nil, errors.New("an array that is an opening beside others is not made of even parts")
		}
		if patches, err = c.cut(patches, more, combine); err != nil {
			return nil, err
		}
	}
	return patches, nil
}

// cut returns the patches that each patch of a makes with each of b.
func (c *cutter) cut(a, b []Patch, combine func(a, b Uniform) Uniform) ([]Patch, error) {
	if len(a) > 1 && len(b) > 1 && (slices.ContainsFunc(a, Patch.Graded) || slices.ContainsFunc(b, Patch.Graded)) {
		return nil, errors.New("an array and other shapes in one plane are not made of even parts")
	}
	// What a patch absorbs is not cut: regions that are cut again and again double each time.
	wholeA := absorbing(a, b, combine)
	wholeB := absorbing(b, a, func(q, p Uniform) Uniform { return combine(p, q) })
	var out []Patch
	for i, p := range a {
		if wholeA[i] {
			p.frame = nil // others stand beside it
			out = append(out, p)
			continue
		}
		for k, q := range b {
			if wholeB[k] {
				continue
			}
			both := Patch{region: area.Intersect(p.region, q.region)}
			switch {
			case len(a) == 1:
				both = q
			case len(b) == 1:
				both = p
			}
			both.Uniform = combine(p.Uniform, q.Uniform)
			if box, bounded := both.region.Bounds(c.base()); !bounded || !box.Empty() {
				out = append(out, both)
			}
		}
	}
	for k, q := range b {
		if wholeB[k] {
			q.frame = nil
			out = append(out, q)
		}
	}
	if out = joinEqual(out); len(out) > mostPatches {
		return nil, fmt.Errorf("the mask is cut into more than %d parts", mostPatches)
	}
	return out, nil
}

// absorbing says of each patch of a whether it stays what it is under all of b, as dark ones do.
// Those of a and of b may overlap, and do the same there.
func absorbing(a, b []Patch, combine func(a, b Uniform) Uniform) []bool {
	absorbs := make([]bool, len(a))
	for i, p := range a {
		absorbs[i] = len(a) > 1 && len(b) > 1 && !slices.ContainsFunc(b, func(q Patch) bool { return combine(p.Uniform, q.Uniform) != p.Uniform })
	}
	return absorbs
}

// joinEqual joins patches that do the same.
func joinEqual(patches []Patch) []Patch {
	var out []Patch
next:
	for _, p := range patches {
		for i := range out {
			if out[i].Uniform == p.Uniform && !out[i].Graded() && !p.Graded() {
				out[i].region, out[i].frame = area.Union(out[i].region, p.region), nil
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
