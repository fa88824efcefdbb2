package optics

import (
	"fmt"

	"arago/grid"
	"arago/internal/randomfield"
)

// PSD is a model of the power spectral density of a surface (m⁴ at a spatial frequency k
// in cycles per metre, of both signs):
//
//	Beta · exp(−(k·InnerScale)²) / (1/OuterScale² + k²)^(Alpha/2) + SurfRoughness
//
// (J. Males, MagAO-X Preliminary Design Review 2017, section 5.1, eq. 1.)
type PSD struct {
	// Alpha is the power of the spatial frequency by which the spectrum falls.
	Alpha float64
	// Beta is the spectrum at one cycle per metre, but for the scales: m^(4−Alpha).
	Beta float64
	// OuterScale is the length in metres beyond which the spectrum is flat; 0 for none.
	OuterScale float64
	// InnerScale is the length in metres below which the spectrum vanishes; 0 for none.
	InnerScale float64
	// SurfRoughness is the part of the spectrum that is the same at all frequencies (m⁴).
	// What it adds to the rms depends on the frequencies that the samples carry.
	SurfRoughness float64
}

// at returns the density at a squared frequency.
func (p PSD) at(square float64) float64 {
	knee := square
	if p.OuterScale > 0 {
		knee += 1 / float64(p.OuterScale*p.OuterScale)
	}
	v := float64(p.Beta * randomfield.Pow(knee, -p.Alpha/2))
	if p.InnerScale > 0 {
		v *= randomfield.Exp(-float64(square * float64(p.InnerScale*p.InnerScale)))
	}
	return float64(v) + p.SurfRoughness
}

// PowerSpectrumWFE is a random wavefront error in a pupil, that of a surface whose power
// spectral density is known: a sum of models, for what is left by figuring, by polishing
// and by roughness. It has waves from half a cycle per diameter of the disc up to what the
// samples carry; piston over the disc is removed.
//
// POPPY's wavefront is another one where samples are other ones, and its rms has the
// piston in it; its parameter incident_angle is left out here: the path by which a surface
// changes a beam that it reflects at an angle is smaller by the cosine, not larger.
type PowerSpectrumWFE struct {
	Disc
	// PSDParameters are the models, whose sum counts.
	PSDParameters []PSD
	// PSDWeight are factors on the models; 1 each if there are none.
	PSDWeight []float64
	// Seed says which of all such wavefronts it is; see StatisticalPSDWFE.
	Seed uint64
	// ApplyReflection doubles the OPD: it is that of a mirror, whose surface is described.
	ApplyReflection bool
	// RMS, if it is not 0, is the rms in metres over the disc, before ApplyReflection
	// doubles it, that the wavefront is scaled to. Otherwise it is what the models say.
	RMS float64
}

// Validate implements Element.
func (e PowerSpectrumWFE) Validate() error {
	if len(e.PSDParameters) == 0 {
		return &ParameterError{"psd_parameters", "is empty; it must list models, each as [alpha, beta, outer_scale, inner_scale, surf_roughness]"}
	}
	var any bool
	for i, p := range e.PSDParameters {
		part := func(k int) string { return fmt.Sprintf("psd_parameters[%d][%d]", i, k) }
		err := firstError(
			checkWithin(part(0), p.Alpha, -steepest, steepest),
			checkNotNegative(part(1), p.Beta, "density (m^(4-alpha))"),
			checkNotNegative(part(2), p.OuterScale, "length (m)"),
			checkNotNegative(part(3), p.InnerScale, "length (m)"),
			checkNotNegative(part(4), p.SurfRoughness, "density (m^4)"),
		)
		if err != nil {
			return err
		}
		any = any || p.Beta > 0 || p.SurfRoughness > 0
	}
	if n := len(e.PSDWeight); n != 0 && n != len(e.PSDParameters) {
		return &ParameterError{"psd_weight", fmt.Sprintf("lists %d weights for %d models; write one for each, or none", n, len(e.PSDParameters))}
	}
	for i, w := range e.PSDWeight {
		if err := checkNotNegative(fmt.Sprintf("psd_weight[%d]", i), w, "number"); err != nil {
			return err
		}
	}
	if e.RMS > 0 && !any {
		return &ParameterError{"rms", fmt.Sprintf("is %g m, but no model has a spectrum that could be scaled to it; write a beta or a surf_roughness above 0", e.RMS)}
	}
	return firstError(checkNotNegative("rms", e.RMS, "length (m)"), e.Disc.validate())
}

func (e PowerSpectrumWFE) inWords() string { return "power spectrum wavefront error" }

func (e PowerSpectrumWFE) screen() screen {
	factor := 1.0
	if e.ApplyReflection {
		factor = 2
	}
	s := newScreen(e.Disc, e.Seed, func(square float64) (sum float64) {
		for i, p := range e.PSDParameters {
			weight := 1.0
			if len(e.PSDWeight) > 0 {
				weight = e.PSDWeight[i]
			}
			sum += float64(weight * p.at(square))
		}
		return factor * factor * sum
	})
	s.rms = factor * e.RMS
	return s
}

// Sample implements Element. Whoever samples a plane in parts asks Prepared before.
func (e PowerSpectrumWFE) Sample(g grid.Grid) (Sample, error) { return sampleScreen(e, g, zeros) }
