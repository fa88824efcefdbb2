package optics

import (
	"arago/grid"
	"arago/internal/randomfield"
)

// StatisticalPSDWFE is a random wavefront error in a pupil whose power spectral density
// falls as a power of the spatial frequency: what polishing leaves, from half a cycle per
// diameter of the disc up to what the samples carry.
//
// Its rms over the samples on the disc is exactly WFE, and piston over the disc is
// removed. POPPY scales over the whole array, whatever the radius; there the wavefront
// repeats itself at the edges of the array, and is another one where the samples are other ones.
type StatisticalPSDWFE struct {
	Disc
	// Index is the power of the spatial frequency by which the spectrum falls; POPPY's
	// default is 3.
	Index float64
	// WFE is the rms of the OPD over the disc in metres; POPPY's default is 50e-9.
	WFE float64
	// Seed says which of all such wavefronts it is. The same number is the same wavefront
	// on every machine, in every plane, however it is sampled: finer samples add finer
	// waves to it (and the rms is that of all).
	Seed uint64
}

// steepest bounds the powers of spatial frequencies.
const steepest = 20

// Validate implements Element.
func (e StatisticalPSDWFE) Validate() error {
	return firstError(
		checkWithin("index", e.Index, -steepest, steepest),
		checkNotNegative("wfe", e.WFE, "length (m)"),
		e.Disc.validate(),
	)
}

func (e StatisticalPSDWFE) inWords() string { return "statistical PSD wavefront error" }

func (e StatisticalPSDWFE) screen() screen {
	scale := float64(e.Radius * e.Radius)
	s := newScreen(e.Disc, e.Seed, func(square float64) float64 { return randomfield.Pow(float64(square*scale), -e.Index/2) })
	s.rms = e.WFE
	if e.WFE == 0 {
		s.field.Power = func(float64) float64 { return 0 }
	}
	return s
}

// Sample implements Element. Whoever samples a plane in parts asks Prepared before.
func (e StatisticalPSDWFE) Sample(g grid.Grid) (Sample, error) { return sampleScreen(e, g, zeros) }
