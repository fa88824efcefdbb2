package system

import (
	"errors"
	"fmt"
	"slices"

	"arago/optics"
)

const (
	// maxDepth bounds elements within elements.
	maxDepth = 16
	// maxCount bounds the sides of a polygon and the supports of a mirror: the
	// work of drawing grows with them.
	maxCount = 1000
	// unbounded stands where package optics or the file named sets the bound.
	unbounded = 1 << 30
)

// elementType is one type of element: what system files call it and how it is
// read.
type elementType struct {
	name string
	// alias is another name that POPPY has for it, "" if there is none.
	alias  string
	planes planeKind
	doc    string
	build  func(p *params) optics.Element
}

// elementTypes lists all types in the order in which people look for them. It
// is filled by init, since reading an element may mean reading others.
var elementTypes []elementType

func init() {
	elementTypes = []elementType{
		{"circular_aperture", "", inPupil, "A round hole", func(p *params) optics.Element {
			return optics.CircularAperture{
				Radius:       p.length("radius", 1, "radius"),
				PixelCenters: p.pixelCenters(),
				Placement:    p.placement(),
			}
		}},
		{"square_aperture", "", inPupil, "A square hole", func(p *params) optics.Element {
			return optics.SquareAperture{
				Size:         p.length("size", 1, "length of a side"),
				PixelCenters: p.pixelCenters(),
				Placement:    p.placement(),
			}
		}},
		{"rectangle_aperture", "", inPupil, "A rectangular hole", func(p *params) optics.Element {
			return optics.RectangleAperture{
				Width:        p.length("width", 0.5, "width along x"),
				Height:       p.length("height", 1, "height along y"),
				PixelCenters: p.pixelCenters(),
				Placement:    p.placement(),
			}
		}},
		{"hexagon_aperture", "", inPupil, "A regular hexagonal hole with two corners on the x axis", func(p *params) optics.Element {
			e := optics.HexagonAperture{}
			e.Side, e.Diameter, e.FlatToFlat = p.hexagon()
			e.PixelCenters, e.Placement = p.pixelCenters(), p.placement()
			return e
		}},
		{"ngon_aperture", "", inPupil, "A regular polygonal hole with a corner on the +x axis", func(p *params) optics.Element {
			return optics.NgonAperture{
				NSides:       p.whole("nsides", 6, 3, maxCount, "number of sides"),
				Radius:       p.length("radius", 1, "distance of the corners from the centre"),
				PixelCenters: p.pixelCenters(),
				Placement:    p.placement(),
			}
		}},
		{"multi_hexagon_aperture", "", inPupil, "Hexagonal segments in rings about the centre", func(p *params) optics.Element {
			e := optics.MultiHexagonAperture{
				Side:       p.size("side", p.unit(), "length of a side of a segment; excludes flattoflat"),
				FlatToFlat: p.size("flattoflat", p.unit(), "distance of opposite sides of a segment; 1 if neither it nor side is given"),
				Gap:        p.length("gap", 0.01, "gap between neighbouring segments"),
			}
			if !p.anyGiven("side", "flattoflat") {
				e.FlatToFlat = 1
			}
			e.Rings, e.SegmentList, e.Center = p.segments(false)
			e.PixelCenters, e.Placement = p.pixelCenters(), p.placement()
			return e
		}},
		{"multi_circular_aperture", "", inPupil, "Round segments in rings about the centre", func(p *params) optics.Element {
			e := optics.MultiCircularAperture{
				SegmentRadius: p.length("segment_radius", 1, "radius of a segment"),
				Gap:           p.length("gap", 0.01, "gap between neighbouring segments"),
			}
			e.Rings, e.SegmentList, e.Center = p.segments(true)
			e.PixelCenters, e.Placement = p.pixelCenters(), p.placement()
			return e
		}},
		{"secondary_obscuration", "", inPupil, "The shadow of a round secondary mirror and of its evenly spaced supports", func(p *params) optics.Element {
			return optics.SecondaryObscuration{
				SecondaryRadius:    p.length("secondary_radius", 0.5, "radius of the mirror"),
				NSupports:          p.whole("n_supports", 4, 0, maxCount, "number of supports"),
				SupportWidth:       p.length("support_width", 0.01, "width of each support"),
				SupportAngleOffset: p.number("support_angle_offset", 0, "deg", "angle of the first support, counter-clockwise from +x"),
				PixelCenters:       p.pixelCenters(),
				Placement:          p.placement(),
			}
		}},
		{"asymmetric_secondary_obscuration", "", inPupil, "The shadow of a round secondary mirror and of supports in any direction", func(p *params) optics.Element {
			return optics.AsymmetricSecondaryObscuration{
				SecondaryRadius: p.length("secondary_radius", 0.5, "radius of the mirror"),
				SupportAngle:    p.oneOrMore("support_angle", []float64{0, 90, 240}, "deg", "angle of each support, counter-clockwise from +y"),
				SupportWidth:    p.oneOrMore("support_width", []float64{0.01}, "m", "width of each support, or one for all"),
				SupportOffsetX:  p.oneOrMore("support_offset_x", []float64{0}, "m", "where each support starts along x, or one for all"),
				SupportOffsetY:  p.oneOrMore("support_offset_y", []float64{0}, "m", "where each support starts along y, or one for all"),
				PixelCenters:    p.pixelCenters(),
				Placement:       p.placement(),
			}
		}},
		{"gaussian_aperture", "", inPupil, "A pupil whose field falls off as a Gaussian", func(p *params) optics.Element {
			return optics.GaussianAperture{
				FWHM:      p.size("fwhm", p.unit(), "full width at half maximum of the field; either it or w must be given"),
				W:         p.size("w", p.unit(), "radius at which the field has fallen to 1/e; excludes fwhm"),
				Placement: p.placement(),
			}
		}},
		{"parity_test_aperture", "", inPupil, "A round hole with two notches that shows which way up an image is", func(p *params) optics.Element {
			return optics.ParityTestAperture{
				Radius:       p.length("radius", 1, "radius"),
				PixelCenters: p.pixelCenters(),
				Placement:    p.placement(),
			}
		}},
		{"thin_lens", "", inPupil, "A round lens: defocus and an aperture", func(p *params) optics.Element {
			return optics.ThinLens{
				NWaves:              p.number("nwaves", 4, "waves", "defocus from the middle to the rim; positive converges"),
				ReferenceWavelength: p.lightLength("reference_wavelength", 1e-6, "wavelength that nwaves is counted in"),
				Radius:              p.length("radius", 1, "radius"),
				PixelCenters:        p.pixelCenters(),
				Placement:           p.placement(),
			}
		}},
		{"zernike_wfe", "", inPupil, "A wavefront error: a sum of Zernike polynomials over a disc", func(p *params) optics.Element {
			e := optics.ZernikeWFE{
				Coefficients: p.numbers("coefficients", required, "m", "rms wavefront errors of the polynomials in Noll's order, beginning with piston"),
				Radius:       p.needNumber("radius", p.unit(), "radius of the disc"),
				ApertureStop: p.bool("aperture_stop", false, "whether the disc is an aperture too"),
				Placement:    p.placement(),
			}
			for i, c := range e.Coefficients {
				// Wavefront errors are counted in nanometres where not in metres.
				p.checkLightLength(fmt.Sprintf("coefficients[%d]", i), c, 1)
			}
			return e
		}},
		{"sine_wave_wfe", "", inPupil, "A wavefront error: a sinusoidal ripple along x", func(p *params) optics.Element {
			e := optics.SineWaveWFE{
				SpatialFreq: p.number("spatialfreq", 1, "cycles/m", "spatial frequency"),
				Amplitude:   p.number("amplitude", 1e-6, "m", "optical path difference at a crest"),
				PhaseOffset: p.number("phaseoffset", 0, "cycles", "phase at the centre"),
				Placement:   p.placement(),
			}
			p.checkLightLength("amplitude", e.Amplitude, 1)
			return e
		}},
		{"statistical_psd_wfe", "", inPupil, "A random wavefront error whose power spectrum falls as a power of the spatial frequency", func(p *params) optics.Element {
			e := optics.StatisticalPSDWFE{
				Index: p.number("index", 3, "", "power of the spatial frequency by which the power spectral density falls"),
				WFE:   p.number("wfe", 50e-9, "m", "rms over the disc"),
				Seed:  p.seed(),
				Disc:  p.disc(),
			}
			p.checkLightLength("wfe", e.WFE, 1)
			return e
		}},
		{"power_spectrum_wfe", "", inPupil, "A random wavefront error, that of a surface whose power spectral density is known", func(p *params) optics.Element {
			e := optics.PowerSpectrumWFE{
				PSDParameters:   p.psds("psd_parameters", "models, whose sum counts: beta·exp(-(k·inner_scale)^2)/(1/outer_scale^2 + k^2)^(alpha/2) + surf_roughness, in m^4 at k cycles/m; scales in m, 0 for none"),
				PSDWeight:       p.numbers("psd_weight", "", "", "factors on the models; 1 each if not given"),
				Seed:            p.seed(),
				ApplyReflection: p.bool("apply_reflection", false, "whether it is the surface of a mirror, which doubles the optical path difference"),
				RMS:             p.size("rms", "m", "rms of the surface over the disc that it is scaled to; what the models say if not given"),
				Disc:            p.disc(),
			}
			p.checkLightLength("rms", e.RMS, 1)
			return e
		}},
		{"kolmogorov_wfe", "", inPupil, "A random wavefront error: turbulent air", func(p *params) optics.Element {
			return optics.KolmogorovWFE{
				Kind:                p.word("kind", "Kolmogorov", []string{"Kolmogorov", "Tatarski", "von Karman", "Hill"}, "power spectrum; Tatarski and Hill have an inner scale, von Karman has an outer one and may have both"),
				R0:                  p.size("r0", "m", "Fried's parameter at the reference wavelength; excludes cn2 and dz"),
				ReferenceWavelength: p.lightLength("reference_wavelength", 500e-9, "wavelength that r0 belongs to"),
				Cn2:                 p.size("cn2", "m^(-2/3)", "structure constant of the refractive index; together with dz"),
				Dz:                  p.size("dz", "m", "thickness of the layer of air"),
				InnerScale:          p.size("inner_scale", "m", "inner scale of the turbulence"),
				OuterScale:          p.size("outer_scale", "m", "outer scale of the turbulence; the spectrum is flat below 1/outer_scale cycles/m"),
				Seed:                p.seed(),
				Disc:                p.disc(),
			}
		}},
		{"tilt_optical_path_difference", "", inPupil, "A tilt that moves the image in the direction of the position angle rotation", func(p *params) optics.Element {
			return optics.TiltOpticalPathDifference{
				TiltAngle: p.number("tilt_angle", 0.1, "arcsec", "how far the image moves"),
				Placement: p.placement(),
			}
		}},
		{"fqpm_fft_aligner", "", inPupil, "Moves the centre of the image planes that follow between samples, for a four-quadrant phase mask, and back", func(p *params) optics.Element {
			return optics.FQPMFFTAligner{
				Direction: p.word("direction", "forward", []string{"forward", "backward"}, "forward before the mask, backward behind it"),
			}
		}},
		{"circular_occulter", "", inImage, "An opaque disc", func(p *params) optics.Element {
			return optics.CircularOcculter{
				Radius:       p.length("radius", 1, "radius"),
				PixelCenters: p.pixelCenters(),
				Placement:    p.placement(),
			}
		}},
		{"bar_occulter", "", inImage, "An opaque rectangle", func(p *params) optics.Element {
			return optics.BarOcculter{
				Width:        p.length("width", 1, "width along x"),
				Height:       p.length("height", 10, "height along y"),
				PixelCenters: p.pixelCenters(),
				Placement:    p.placement(),
			}
		}},
		{"ideal_fqpm", "", inImage, "A four-quadrant phase mask", func(p *params) optics.Element {
			return optics.IdealFQPM{
				Wavelength: p.lightLength("wavelength", 10.65e-6, "wavelength at which the step is half a wave"),
				Placement:  p.placement(),
			}
		}},
		{"band_limited_coronagraph", "band_limited_coron", inImage, "A band-limited mask", func(p *params) optics.Element {
			return optics.BandLimitedCoronagraph{
				Kind:      p.word("kind", "circular", []string{"circular", "linear"}, "its form; a linear one is dark along the x axis"),
				Sigma:     p.number("sigma", 1, "rad/arcsec", "scale; a larger one makes a smaller mask"),
				Placement: p.placement(),
			}
		}},
		{"annular_field_stop", "", inImage, "A ring through which light passes", func(p *params) optics.Element {
			return optics.AnnularFieldStop{
				RadiusInner:  p.length("radius_inner", 0, "inner radius"),
				RadiusOuter:  p.length("radius_outer", 1, "outer radius; 0 for no outer edge"),
				PixelCenters: p.pixelCenters(),
				Placement:    p.placement(),
			}
		}},
		{"circular_field_stop", "", inImage, "A disc through which light passes (POPPY: an annular field stop)", func(p *params) optics.Element {
			return optics.CircularFieldStop{
				Radius:       p.length("radius", 1, "radius"),
				PixelCenters: p.pixelCenters(),
				Placement:    p.placement(),
			}
		}},
		{"square_field_stop", "", inImage, "A square through which light passes", func(p *params) optics.Element {
			return optics.SquareFieldStop{
				Size:         p.length("size", 20, "length of a side"),
				PixelCenters: p.pixelCenters(),
				Placement:    p.placement(),
			}
		}},
		{"rectangular_field_stop", "", inImage, "A rectangle through which light passes", func(p *params) optics.Element {
			return optics.RectangularFieldStop{
				Width:        p.length("width", 0.5, "width along x"),
				Height:       p.length("height", 5, "height along y"),
				PixelCenters: p.pixelCenters(),
				Placement:    p.placement(),
			}
		}},
		{"hexagon_field_stop", "", inImage, "A regular hexagon with two corners on the x axis, through which light passes", func(p *params) optics.Element {
			e := optics.HexagonFieldStop{}
			e.Side, e.Diameter, e.FlatToFlat = p.hexagon()
			e.PixelCenters, e.Placement = p.pixelCenters(), p.placement()
			return e
		}},
		{"knife_edge", "", inPupil | inImage, "An opaque half-plane; light passes at negative x", func(p *params) optics.Element {
			return optics.KnifeEdge{PixelCenters: p.pixelCenters(), Placement: p.placement()}
		}},
		{"scalar_transmission", "", inPupil | inImage, "Dims the whole plane", func(p *params) optics.Element {
			return optics.ScalarTransmission{Transmission: p.number("transmission", 1, "", "factor on the field, 0 to 1")}
		}},
		{"scalar_optical_path_difference", "", inPupil | inImage, "Delays or advances the whole plane", func(p *params) optics.Element {
			return optics.ScalarOpticalPathDifference{OPD: p.lightLength("opd", 1e-6, "optical path difference; positive is a phase advance")}
		}},
		{"fits_optical_element", "", inPupil | inImage, "Amplitude and optical path difference from FITS files", fitsElement},
		{"compound_analytic_optic", "", inPupil | inImage, "Several elements that act as one", func(p *params) optics.Element {
			return optics.CompoundAnalyticOptic{
				Optics:    p.elements("opticslist", "optics", required, "the elements; the key may also be written optics"),
				MergeMode: p.word("mergemode", "and", []string{"and", "or"}, "and: light passes where all let it pass; or: where one does"),
			}
		}},
		{"inverse_transmission", "", inPupil | inImage, "Lets pass what another element stops", func(p *params) optics.Element {
			return optics.InverseTransmission{Optic: p.element("optic", "the element to invert")}
		}},
	}
}

// unit returns the unit of lengths in the plane that the element stands in.
func (p *params) unit() string {
	switch p.plane {
	case inPupil:
		return "m"
	case inImage:
		return "arcsec"
	}
	return "m or arcsec"
}

// length reads a length in the plane.
func (p *params) length(name string, otherwise float64, doc string) float64 {
	return p.number(name, otherwise, p.unit(), doc)
}

// pixelCenters reads the edge of an element.
func (p *params) pixelCenters() bool {
	return !p.bool("gray_pixel", true, "whether a pixel at an edge carries the fraction of its area through which light passes; false takes the pixel's centre")
}

// placement reads where an analytic element stands.
func (p *params) placement() optics.Placement {
	return optics.Placement{
		ShiftX:       p.length("shift_x", 0, "position of the centre along x"),
		ShiftY:       p.length("shift_y", 0, "position of the centre along y"),
		Rotation:     p.number("rotation", 0, "deg", "turn about the centre, counter-clockwise"),
		InclinationX: p.number("inclination_x", 0, "deg", "turn about the x axis out of the plane"),
		InclinationY: p.number("inclination_y", 0, "deg", "turn about the y axis out of the plane; not together with inclination_x"),
	}
}

// seed reads which of all random wavefronts an element is. It has no default: a file says
// what is computed, and a wavefront that nobody chose could not be computed again.
func (p *params) seed() uint64 {
	k := Parameter{"seed", kindWhole, required, "", "which of all such wavefronts it is; the same number is the same one everywhere"}
	return uint64(p.anyWhole(k, 0, 0, 1<<53))
}

// disc reads where a random wavefront error is described.
func (p *params) disc() optics.Disc {
	return optics.Disc{
		Radius: p.needNumber("radius", p.unit(), "radius of the disc that holds the light; the wavefront repeats itself after four times the radius"),
		ShiftX: p.length("shift_x", 0, "how far the wavefront is moved along x"),
		ShiftY: p.length("shift_y", 0, "how far the wavefront is moved along y"),
	}
}

// psds reads models of power spectra.
func (p *params) psds(name, doc string) []optics.PSD {
	const items = 5
	var models []optics.PSD
	for _, list := range p.lists(Parameter{name, kindPSDs, required, "", doc}, items) {
		models = append(models, optics.PSD{Alpha: list[0], Beta: list[1], OuterScale: list[2], InnerScale: list[3], SurfRoughness: list[4]})
	}
	return models
}

// hexagon reads the size of a hexagon: its side is 1 if none of the three is given.
func (p *params) hexagon() (side, diameter, flatToFlat float64) {
	side = p.size("side", p.unit(), "length of a side; 1 if neither it nor diameter nor flattoflat is given")
	diameter = p.size("diameter", p.unit(), "distance of opposite corners; excludes side and flattoflat")
	flatToFlat = p.size("flattoflat", p.unit(), "distance of opposite sides; excludes side and diameter")
	if !p.anyGiven("side", "diameter", "flattoflat") {
		side = 1
	}
	return side, diameter, flatToFlat
}

// segments reads which segments an aperture has.
func (p *params) segments(center bool) (int, []int, bool) {
	rings := p.whole("rings", 1, -unbounded, unbounded, "number of rings of segments about the centre")
	list := p.wholes("segmentlist", "numbers of the segments that are there, from 0 at the centre; rings and center then do not count")
	return rings, list, p.bool("center", center, "whether there is a segment at the centre")
}

func (p *params) anyGiven(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		_, ok := p.given(name)
		return ok
	})
}

// element reads an element that stands in a plane of the given kind, at the
// given depth within other elements. It returns nil if anything is wrong.
func (r *reader) element(t *table, where string, plane planeKind, depth int) optics.Element {
	p := &params{reader: r, table: t, where: where, plane: plane, depth: depth}
	if depth > maxDepth {
		p.fail("", "an element lies more than %d elements deep; that is no optical system", maxDepth)
		return nil
	}
	et := p.elementType()
	if et == nil {
		return nil
	}
	if et.planes&plane == 0 {
		p.fail("type", "is %q, which stands in a plane of kind %q; this one is of kind %q", et.name, et.planes, plane)
		return nil
	}
	p.where += ", " + et.name
	e := et.build(p)
	p.finish()
	if p.failed {
		return nil
	}
	if err := e.Validate(); err != nil {
		if bad, ok := errors.AsType[*optics.ParameterError](err); ok {
			p.fail(bad.Parameter, "%s", bad.Problem)
		} else {
			p.fail("", "%v", err)
		}
		return nil
	}
	return e
}

// elementType reads the type of an element; nil if there is no such type.
func (p *params) elementType() *elementType {
	k := Parameter{"type", kindType, required, "", "what the element is"}
	v, ok := p.look(k)
	if !ok {
		for _, e := range p.missing {
			p.add(e)
		}
		return nil
	}
	name, ok := v.data.(string)
	if !ok {
		p.wrong("type", v, k)
		return nil
	}
	var names []string
	for i := range elementTypes {
		et := &elementTypes[i]
		if name == et.name || name == et.alias && name != "" {
			return et
		}
		if et.planes&p.plane != 0 {
			names = append(names, et.name)
		}
	}
	all := make([]string, len(elementTypes))
	for i, et := range elementTypes {
		all[i] = et.name
	}
	p.fail("type", "is %s, which is no element; %s", quoted(name),
		possible(name, all, fmt.Sprintf("in a plane of kind %q there can be", p.plane), listed(names, "and")))
	return nil
}

// ElementInfo describes a type of element.
type ElementInfo struct {
	// Type is its name in system files, Alias another one or "".
	Type, Alias string
	// Planes says where it stands: "pupil", "image", or "pupil or image".
	Planes string
	// Doc says what it is, without a full stop.
	Doc string
	// Parameters lists its keys.
	Parameters []Parameter
}

// Elements returns all types of elements, those of pupils first.
func Elements() []ElementInfo {
	infos := make([]ElementInfo, len(elementTypes))
	for i, et := range elementTypes {
		// Without a table the builder only names its parameters.
		p := &params{plane: et.planes}
		et.build(p)
		infos[i] = ElementInfo{Type: et.name, Alias: et.alias, Planes: et.planes.String(), Doc: et.doc, Parameters: p.known}
	}
	return infos
}
