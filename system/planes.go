package system

import (
	"fmt"
	"math"

	"arago/optics"
	"arago/propagate"
)

// planeKind is the kind of plane that elements stand in.
type planeKind int

const (
	inPupil planeKind = 1 << iota
	inImage
)

// String returns the words that messages and lists use.
func (k planeKind) String() string {
	switch k {
	case inPupil:
		return "pupil"
	case inImage:
		return "image"
	}
	return "pupil or image"
}

var planeKinds = []string{"pupil", "image", "rotation", "inversion", "detector"}

// planes reads all [[plane]] tables; head is the system that they belong to.
func (r *reader) planes(tables []*table, head propagate.System) []propagate.Plane {
	var planes []propagate.Plane
	lastImage := 0 // number of the image plane that the light comes from, 0 for a pupil
	for i, t := range tables {
		p := &params{reader: r, table: t, where: fmt.Sprintf("plane %d", i+1)}
		kind := p.word("kind", required, planeKinds, "what the plane is")
		if i == 0 && kind != "" && kind != "pupil" {
			p.fail("kind", `is %q; the first plane must be a "pupil"`, kind)
		}
		switch kind {
		case "pupil":
			planes = append(planes, propagate.Pupil{Name: p.planeName(), Elements: p.planeElements(inPupil)})
			lastImage = 0
		case "image":
			planes = append(planes, propagate.Image{Name: p.planeName(), Elements: p.planeElements(inImage)})
			lastImage = i + 1
		case "rotation":
			planes = append(planes, propagate.Rotation{
				Angle: p.needNumber("angle", "deg", "how far the field is turned, counter-clockwise"),
			})
		case "inversion":
			axis := p.word("axis", "both", []string{"x", "y", "both"}, "the axis whose direction is inverted")
			planes = append(planes, propagate.Inversion{X: axis != "y", Y: axis != "x"})
		case "detector":
			if i < len(tables)-1 {
				p.fail("kind", `is "detector", but planes follow; a system has one detector, as its last plane`)
			}
			if lastImage > 0 {
				p.fail("kind", `is "detector", but the light comes from the image of plane %d; put a plane of kind "pupil" before it`, lastImage)
			}
			planes = append(planes, p.detector(head.Oversample))
		default:
			// Without a kind nobody knows which keys are right.
			for _, e := range p.missing {
				p.add(e)
			}
			continue
		}
		p.finish()
		if i == len(tables)-1 && lastImage > 0 && kind != "detector" && len(head.Source.Spectrum) > 1 {
			p.fail("kind", `is %q, so the system ends in an image whose scale changes with the wavelength, and it has %d wavelengths; add a plane of kind "pupil" and one of kind "detector"`,
				kind, len(head.Source.Spectrum))
		}
	}
	return planes
}

func (p *params) planeName() string { return p.text("name", "what people call the plane") }

func (p *params) planeElements(kind planeKind) []optics.Element {
	p.plane = kind
	return p.elements("elements", "", "", "what stands in the plane; nothing if left out")
}

// detector reads the keys of a detector; oversample is the default of its own.
func (p *params) detector(oversample int) propagate.Detector {
	scale, scaleOK := p.pair("pixelscale", required, "arcsec/pixel", "the size of a pixel")
	arcsec, arcsecOK := p.pair("fov_arcsec", "", "arcsec", "the field of view")
	pixels, pixelsOK := p.pair("fov_pixels", "", "pixels", "the field of view")
	d := propagate.Detector{
		ScaleY: scale[0], ScaleX: scale[1],
		Oversample: p.whole("oversample", oversample, 1, maxSide, "the samples across a pixel"),
	}
	_, byAngle := p.given("fov_arcsec")
	_, byPixels := p.given("fov_pixels")
	switch {
	case byAngle && byPixels:
		p.fail("fov_pixels", "is given together with fov_arcsec; only one of them can set the field of view")
	case !byAngle && !byPixels:
		p.lack("fov_arcsec", "is missing, and so is fov_pixels; one of them sets the field of view")
	case arcsecOK && scaleOK:
		// POPPY rounds to whole pixels, half to even.
		d.PixelsY = p.wholePixels("fov_arcsec", math.RoundToEven(arcsec[0]/scale[0]), d.Oversample)
		d.PixelsX = p.wholePixels("fov_arcsec", math.RoundToEven(arcsec[1]/scale[1]), d.Oversample)
	case pixelsOK:
		for _, n := range pixels {
			if n != math.Trunc(n) {
				p.fail("fov_pixels", "is %s; it must be a whole number of pixels", formatNumber(n))
				return d
			}
		}
		d.PixelsY = p.wholePixels("fov_pixels", pixels[0], d.Oversample)
		d.PixelsX = p.wholePixels("fov_pixels", pixels[1], d.Oversample)
	}
	return d
}

// wholePixels checks a number of pixels across the field that key sets.
func (p *params) wholePixels(key string, n float64, oversample int) int {
	switch samples := n * float64(oversample); {
	case n < 1:
		p.fail(key, "makes a field of less than one pixel; it must hold at least one")
	case samples > maxSide:
		p.fail(key, "makes a field of %g pixels, which with oversample = %d is %g samples a side; it may have %d", n, oversample, samples, maxSide)
	default:
		return int(n)
	}
	return 0
}
