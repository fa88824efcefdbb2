package optics

import (
	"fmt"
	"math"

	"arago/grid"
	"arago/internal/randomfield"
)

// KolmogorovWFE is the wavefront error of a layer of turbulent air, in a pupil. The
// strength of the turbulence is either R0 or Cn2 times Dz. Piston over the disc is removed.
//
// The power spectral density of the OPD follows from that of the refractive index, which is
// at a spatial frequency κ (rad/m)
//
//	0.0330·Cn2·κ^(−11/3) · g(κ)
//
// with g = 1 for the kind "Kolmogorov"; (1 + κ0²/κ²)^(−11/6)·exp(−(κ/κm)²) for "von
// Karman", which needs an outer scale; exp(−(κ/κm)²) for "Tatarski" and the bump of R.
// Frehlich, Appl. Opt. 39, 393 (2000), for "Hill", which need an inner scale. κ0 is 2π
// by the outer scale, κm is 5.92 by the inner scale. (J. W. Goodman, Statistical Optics,
// Wiley 1985, section 8.4.)
//
// Waves longer than the period of four radii are there too, those of some 1e10 of it
// among them, as Lane, Glindemann and Dainty proposed in 1992. The structure function
// D(r) of many Kolmogorov wavefronts is 6.88·(r/r0)^(5/3) within 1 % for r up to a quarter of the disc's
// diameter, within 2 % up to half of it and within 5 % up to the whole.
//
// Differences from POPPY: r0 belongs to one wavelength and the OPD is the same at all of
// them (POPPY takes r0 for that of whatever wavelength is propagated); the outer scale
// is that of cycles, 1/L0, not of radians; with a seed, POPPY's real and imaginary parts
// are the same numbers.
type KolmogorovWFE struct {
	Disc
	// R0 is Fried's parameter in metres at ReferenceWavelength, of a plane wave through
	// the layer; 0 if Cn2 and Dz say how strong the turbulence is.
	R0 float64
	// ReferenceWavelength is the one, in metres, that R0 belongs to; 500e-9 is usual.
	ReferenceWavelength float64
	// Cn2 is the structure constant of the refractive index, m^(−2/3), and Dz the
	// thickness of the layer in metres.
	Cn2, Dz float64
	// InnerScale and OuterScale are in metres; 0 for none.
	InnerScale, OuterScale float64
	// Kind is "Kolmogorov" (POPPY's default), "Tatarski", "von Karman" or "Hill".
	Kind string
	// Seed says which of all such wavefronts it is; see StatisticalPSDWFE.
	Seed uint64
}

// Validate implements Element.
func (e KolmogorovWFE) Validate() error {
	err := firstError(
		checkNotNegative("r0", e.R0, "length (m)"),
		checkNotNegative("cn2", e.Cn2, "structure constant (m^(-2/3))"),
		checkNotNegative("dz", e.Dz, "length (m)"),
		checkNotNegative("inner_scale", e.InnerScale, "length (m)"),
		checkNotNegative("outer_scale", e.OuterScale, "length (m)"),
		e.Disc.validate(),
	)
	switch {
	case err != nil:
		return err
	case e.R0 > 0 && (e.Cn2 > 0 || e.Dz > 0):
		return &ParameterError{"r0", "is given together with cn2 or dz; either r0 or both of them say how strong the turbulence is"}
	case e.R0 == 0 && !(e.Cn2 > 0 && e.Dz > 0):
		return &ParameterError{"r0", "is missing; write r0 (m), or both cn2 (m^(-2/3)) and dz (m)"}
	case e.R0 > 0:
		err = checkPositive("reference_wavelength", e.ReferenceWavelength, "length (m)")
	}
	needs := func(parameter string, v float64) error {
		if v == 0 {
			return &ParameterError{parameter, fmt.Sprintf("is missing; turbulence of the kind %q has one (m)", e.Kind)}
		}
		return nil
	}
	// What a kind does not have must not be given: it would have no effect.
	excess := func(parameter string, v float64) error {
		if v > 0 {
			return &ParameterError{parameter, fmt.Sprintf("is %g m, but turbulence of the kind %q has none", v, e.Kind)}
		}
		return nil
	}
	switch e.Kind {
	case "Kolmogorov":
		return firstError(err, excess("inner_scale", e.InnerScale), excess("outer_scale", e.OuterScale))
	case "von Karman":
		return firstError(err, needs("outer_scale", e.OuterScale))
	case "Tatarski", "Hill":
		return firstError(err, needs("inner_scale", e.InnerScale), excess("outer_scale", e.OuterScale))
	}
	return firstError(err, &ParameterError{"kind", fmt.Sprintf("is %q; it must be \"Kolmogorov\", \"Tatarski\", \"von Karman\" or \"Hill\"", e.Kind)})
}

func (e KolmogorovWFE) inWords() string { return "Kolmogorov wavefront error" }

// strength is the power spectral density of the OPD at one cycle per metre of turbulence
// without scales.
func (e KolmogorovWFE) strength() float64 {
	if e.R0 > 0 {
		// That of the phase is 0.0229·r0^(−5/3)·f^(−11/3): R. J. Noll 1976, J. Opt. Soc.
		// Am. 66, 207, eq. 2, where the constant follows from Fried's 6.88. It is
		// Γ(11/6)²/(2π^(11/3))·(24/5·Γ(6/5))^(5/6).
		const noll = 0.022895587108555
		metres := e.ReferenceWavelength / (2 * math.Pi)
		return noll * randomfield.Pow(e.R0, -5.0/3) * metres * metres
	}
	// A layer adds up the index along the way, 2π·dz·Φ(κ), and κ = 2π·f.
	// The constant of Φ is Γ(8/3)·sin(π/3)/(4π²).
	const tatarski = 0.033005390636361
	return 2 * math.Pi * tatarski * randomfield.Pow(2*math.Pi, 2-11.0/3) * e.Cn2 * e.Dz
}

func (e KolmogorovWFE) screen() screen {
	strength := e.strength()
	square := func(v float64) float64 { return float64(v * v) }
	outer, inner := 0.0, 0.0
	if e.OuterScale > 0 {
		outer = square(1 / e.OuterScale)
	}
	switch e.Kind {
	case "von Karman", "Tatarski":
		inner = square(2 * math.Pi * e.InnerScale / 5.92)
	}
	s := newScreen(e.Disc, e.Seed, func(f2 float64) float64 {
		v := float64(strength * randomfield.Pow(f2+outer, -11.0/6))
		if inner > 0 {
			v *= randomfield.Exp(-float64(f2 * inner))
		}
		if e.Kind == "Hill" {
			v *= hill(float64(2 * math.Pi * e.InnerScale * math.Sqrt(f2)))
		}
		return v
	})
	s.field.Low = true
	return s
}

// hill is the factor of Frehlich at κ times the inner scale.
func hill(m float64) float64 {
	sum := 0.08277
	for _, c := range []float64{-0.28086, 2.8235, 0.70937, 1} {
		sum = float64(sum*m) + c
	}
	return float64(sum * randomfield.Exp(float64(-1.109*m)))
}

// Sample implements Element. Whoever samples a plane in parts asks Prepared before.
func (e KolmogorovWFE) Sample(g grid.Grid) (Sample, error) { return sampleScreen(e, g, zeros) }
