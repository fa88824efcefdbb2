package propagate

import (
	"arago/fourier"
	"arago/grid"
	"arago/optics"
)

// stage is one plane of a plan: what leads to it and what stands in it. It
// holds nothing that depends on the wavelength but in grid.
type stage struct {
	label string
	plane Plane
	move  move
	// grid of the plane's samples.
	grid gridRule
	// crop is the number of samples per axis to which a padded pupil is cut
	// before the move, 0 for none.
	crop int
	// elements are sampled at each wavelength, in bands of rows; a pupil's are
	// sampled once, into effect.
	elements []optics.Element
	effect   effect
	// normalize says that the total intensity is made 1 behind this plane.
	normalize bool
	// from are the samples of the plane before that the move sees.
	from block
	// lit are blocks of these samples outside which it is dark, if the move goes from one to
	// the next.
	lit []fourier.Block
	// support are the samples that may hold light, kept those of a pupil that are in
	// memory; all others are dark. Neither is ever without samples, and support lies
	// within kept.
	support, kept block
	// recipe names the transform that leads to the plane, or is "". chosen is what it
	// takes, at the shortest wavelength, alternatives all that was considered.
	recipe       string
	chosen       fourier.Estimate
	alternatives []fourier.Estimate
	// occultation is not nil for an image plane that is passed by Babinet's principle.
	occultation *occultation
	// edges is not nil for an image plane that is passed by a convolution.
	edges *edges
	// through is, for an image plane that light only passes on its way to the
	// next pupil, the index of that pupil, else 0. See wave.through.
	through int
}

// move is how a plane is reached from the one before it.
type move int

const (
	stay move = iota
	toImage
	toPupil
	toDetector
	turn
	mirror
)

// gridRule gives the grid of a plane at a wavelength: a fixed one, or an image
// plane whose step is λ/width.
type gridRule struct {
	fixed grid.Grid
	// width in metres, of the padded pupil; 0 for a fixed grid.
	width float64
}

func (r gridRule) at(wavelength float64) grid.Grid {
	g := r.fixed
	if r.width > 0 {
		g.Y.Step, g.X.Step = wavelength/r.width, wavelength/r.width
	}
	return g
}

// layout turns the planes of a valid system into stages: the grid of each, how
// it is reached, and no more samples than what comes after it can see or, for POPPY's
// recipe, than POPPY has where light may be.
func (s System) layout(recipe string) []stage {
	pupil := grid.Square(grid.Centered(s.Npix, s.Diameter/float64(s.Npix)), grid.Metre)
	side := s.Npix * s.Oversample
	// The padded pupil holds the samples of the pupil in its middle. If the
	// padding is odd, there is one more sample in front than behind.
	padded := pupil
	padded.Y.N, padded.Y.Center = side, pupil.Y.Center+float64((side-s.Npix+1)/2)
	padded.X = padded.Y
	image := gridRule{
		fixed: grid.Square(grid.FFTCentered(side, 0), grid.Radian),
		width: s.Diameter * float64(s.Oversample),
	}

	stages := make([]stage, len(s.Planes))
	before := gridRule{fixed: pupil}
	inImage := false
	for i, p := range s.Planes {
		st := stage{label: p.Label(), plane: p, grid: before}
		switch p := p.(type) {
		case Pupil:
			st.elements = p.Elements
			if inImage {
				st.move, st.grid = toPupil, gridRule{fixed: padded}
				if s.onlyArrayIsSeen(i) || recipe != fourier.RecipeFFT && s.onlyArrayIsOpen(i) {
					st.grid = gridRule{fixed: pupil}
				}
			}
			inImage = false
			image.fixed = centred(image.fixed, p.Elements)
		case Image:
			st.elements = p.Elements
			if !inImage {
				st.move, st.grid = toImage, image
			}
			inImage = true
		case Rotation:
			st.move = turn
			if !inImage {
				st.grid = gridRule{fixed: pupil}
			}
		case Inversion:
			st.move = mirror
		case Detector:
			st.move, st.grid = toDetector, gridRule{fixed: p.grid()}
		}
		// A rotation and the detector see the array only.
		if (st.move == turn && !inImage || st.move == toDetector) && before.fixed.X.N > s.Npix {
			st.crop = s.Npix
		}
		stages[i] = st
		before = st.grid
	}
	if i := s.normalizedPlane(); i >= 0 {
		stages[i].normalize = true
	}
	for i := range stages {
		stages[i].through = passedTo(stages, i)
	}
	return stages
}

// passedTo returns the index of the pupil that an image plane leads to, by way
// of no other planes than images, or 0 if it is not so, or if the image as a
// whole is asked for on the way.
func passedTo(stages []stage, i int) int {
	if stages[i].move != toImage {
		return 0
	}
	for j := i; j < len(stages); j++ {
		switch {
		case j > i && stages[j].move == toPupil:
			return j
		case stages[j].normalize, j > i && stages[j].move != stay:
			return 0
		}
	}
	return 0
}

// grid returns the samples of a detector.
func (d Detector) grid() grid.Grid {
	axis := func(pixels int, scale float64) grid.Axis {
		return grid.Centered(pixels*d.Oversample, scale*grid.Arcsecond/float64(d.Oversample))
	}
	return grid.Grid{Y: axis(d.PixelsY, d.ScaleY), X: axis(d.PixelsX, d.ScaleX), Unit: grid.Radian}
}

// centred returns the grid of the image planes behind a pupil: its elements
// may ask for another centring.
func centred(image grid.Grid, elements []optics.Element) grid.Grid {
	for _, e := range elements {
		c, ok := e.(optics.ImageCentering)
		if !ok {
			continue
		}
		axis := grid.FFTCentered(image.X.N, image.X.Step)
		if c.CentersImage() {
			axis = grid.Centered(image.X.N, image.X.Step)
		}
		image.Y, image.X = axis, axis
	}
	return image
}

// onlyArrayIsSeen says whether the light outside the pupil array plays no part
// any more behind plane i, a pupil reached from an image: it is cut off before
// it is counted or transformed.
func (s System) onlyArrayIsSeen(i int) bool {
	counted := s.normalizedPlane()
	for j := i; j < len(s.Planes); j++ {
		switch s.Planes[j].(type) {
		case Image:
			return false
		case Rotation, Detector:
			return true
		}
		if j == counted {
			return false
		}
	}
	return false
}

// onlyArrayIsOpen says whether plane i, a pupil, stops all light outside the pupil
// array, or one of the pupils directly behind it does and nothing is counted before.
func (s System) onlyArrayIsOpen(i int) bool {
	counted := s.normalizedPlane()
	for j := i; j < len(s.Planes); j++ {
		p, ok := s.Planes[j].(Pupil)
		if !ok {
			return false
		}
		// Where an edge is that of the array, rounding may put it beside that.
		reach := s.Diameter / 2 * (1 + 1e-12)
		if b, bounded := optics.Opening(p.Elements); bounded && max(-b.X0, b.X1, -b.Y0, b.Y1) <= reach {
			return true
		}
		if j == counted {
			return false
		}
	}
	return false
}

// normalizedPlane returns the index of the plane behind which the total is
// made 1, or −1.
func (s System) normalizedPlane() int {
	switch s.Normalize {
	case NormalizeFirst:
		return 0
	case NormalizeLast:
		return len(s.Planes) - 1
	case NormalizeExitPupil:
		for i := len(s.Planes) - 1; i >= 0; i-- {
			if _, ok := s.Planes[i].(Pupil); ok {
				return i
			}
		}
	}
	return -1
}

// transform returns the transform that leads from one grid to another.
func (m move) transform(from, to grid.Grid, wavelength float64) fourier.Transform {
	sign := 1
	if m == toPupil {
		sign = -1
	}
	return fourier.Transform{In: from, Out: to, Wavelength: wavelength, Sign: sign}
}
