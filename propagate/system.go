package propagate

import (
	"fmt"

	"arago/optics"
)

// System describes an optical system: a source and the planes that its light
// passes, in this order.
type System struct {
	// Name is for people.
	Name string
	// Diameter is the width of the pupil array in metres.
	Diameter float64
	// Npix is the number of samples across the pupil array.
	Npix int
	// Oversample is the padding of pupils before intermediate image planes:
	// those are sampled at λ/(Diameter·Oversample), Npix·Oversample samples
	// wide.
	Oversample int
	// Normalize says where the light is counted.
	Normalize Normalization
	Source    Source
	// Planes begin with a Pupil. A Detector, if there is one, comes last.
	Planes []Plane
}

// Source is a point source.
type Source struct {
	// Spectrum lists the wavelengths; a result is the sum of their images.
	Spectrum []Line
	// OffsetR and OffsetTheta place the source on the sky as the last plane
	// sees it: distance from the axis in arcseconds, and position angle in
	// degrees, counter-clockwise from +y.
	OffsetR, OffsetTheta float64
}

// Line is one wavelength of a spectrum.
type Line struct {
	// Wavelength in metres.
	Wavelength float64
	// Weight relative to those of the other lines; they are divided by their sum.
	Weight float64
}

// Normalization says in which plane the total intensity of each wavelength is 1.
type Normalization int

const (
	// NormalizeFirst: after the first plane. The sum of an image is then the
	// fraction of the light in the entrance pupil that arrives in its field.
	NormalizeFirst Normalization = iota
	// NormalizeLast: in the last plane, that is within the detector's field.
	NormalizeLast
	// NormalizeExitPupil: after the last plane that is a pupil.
	NormalizeExitPupil
	// NormalizeNone: the field has amplitude 1 in every sample of the pupil
	// array before the first plane.
	NormalizeNone
)

var normalizationNames = []string{"first", "last", "exit_pupil", "none"}

// String returns the name that system files use.
func (n Normalization) String() string {
	if n < 0 || int(n) >= len(normalizationNames) {
		return fmt.Sprintf("Normalization(%d)", int(n))
	}
	return normalizationNames[n]
}

// ParseNormalization returns the normalisation of that name: first, last,
// exit_pupil or none.
func ParseNormalization(name string) (Normalization, error) {
	for i, n := range normalizationNames {
		if n == name {
			return Normalization(i), nil
		}
	}
	return 0, fmt.Errorf("normalization %q is not one of first, last, exit_pupil, none", name)
}

// Plane is one of Pupil, Image, Rotation, Inversion and Detector.
type Plane interface {
	// Label names the plane for people.
	Label() string
	isPlane()
}

// Pupil is a plane whose coordinates are metres. Its elements multiply.
type Pupil struct {
	Name     string
	Elements []optics.Element
}

// Image is an intermediate image plane, whose coordinates are angles on the
// sky. Its elements multiply.
type Image struct {
	Name     string
	Elements []optics.Element
}

// Rotation turns the field counter-clockwise about the axis.
type Rotation struct {
	// Angle in degrees.
	Angle float64
}

// Inversion mirrors the field: x → −x, y → −y or both.
type Inversion struct{ X, Y bool }

// Detector is the last plane: a regular grid of pixels centred on the axis.
type Detector struct {
	// ScaleY and ScaleX are the size of a pixel in arcseconds.
	ScaleY, ScaleX float64
	// PixelsY and PixelsX are the number of pixels.
	PixelsY, PixelsX int
	// Oversample is the number of samples across a pixel.
	Oversample int
}

func (Pupil) isPlane()     {}
func (Image) isPlane()     {}
func (Rotation) isPlane()  {}
func (Inversion) isPlane() {}
func (Detector) isPlane()  {}

// Label implements Plane.
func (p Pupil) Label() string { return label(p.Name, "pupil") }

// Label implements Plane.
func (p Image) Label() string { return label(p.Name, "image") }

// Label implements Plane.
func (p Rotation) Label() string { return fmt.Sprintf("rotation by %g°", p.Angle) }

// Label implements Plane.
func (p Inversion) Label() string {
	switch {
	case p.X && p.Y:
		return "inversion of both axes"
	case p.X:
		return "inversion of x"
	}
	return "inversion of y"
}

// Label implements Plane.
func (d Detector) Label() string { return "detector" }

func label(name, kind string) string {
	if name == "" {
		return kind
	}
	return name
}
