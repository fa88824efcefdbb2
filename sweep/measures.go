package sweep

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"arago/grid"
	"arago/measure"
	"arago/propagate"
)

// Measures says what is measured of each image, and goes into the index.
type Measures struct {
	// Take names the measures: "flux", "peak", "fwhm", "encircled", "contrast" and
	// "strehl".
	Take []string `toml:"take"`
	// Radii of circles around the star for encircled and contrast, in λ/D of the
	// case: the weighted mean wavelength over the diameter.
	Radii []float64 `toml:"radii"`
	// Reference sets parameters so that the system is the one to compare with: without
	// aberrations for strehl, without the coronagraph's mask for contrast. Its values
	// go over those of the case.
	Reference map[string]any `toml:"reference"`
}

// measureNames are the values of Take; usual are those that are taken if it is left out.
var (
	measureNames = []string{"flux", "peak", "fwhm", "encircled", "contrast", "strehl"}
	usual        = []string{"flux", "peak", "fwhm", "encircled"}
	usualRadii   = []float64{1, 1.22, 2, 3, 5, 10}
)

func (m *Measures) check() error {
	if m.Take == nil {
		m.Take = slices.Clone(usual)
		if len(m.Reference) > 0 {
			m.Take = append(m.Take, "contrast", "strehl")
		}
	}
	for i, name := range m.Take {
		if !slices.Contains(measureNames, name) {
			return fmt.Errorf("take has %q; possible are %s", name, strings.Join(measureNames, ", "))
		}
		if slices.Contains(m.Take[:i], name) {
			return fmt.Errorf("take has %q twice", name)
		}
	}
	if m.takes("strehl") && len(m.Reference) == 0 {
		return fmt.Errorf("strehl needs a reference without aberrations, as in reference = { \"plane.0.elements.1.coefficients\" = [0.0] }")
	}
	if m.Radii == nil {
		m.Radii = slices.Clone(usualRadii)
	}
	for _, r := range m.Radii {
		if !(r > 0) || math.IsInf(r, 0) {
			return fmt.Errorf("radii has %g; radii are positive numbers, in λ/D", r)
		}
	}
	if len(m.Radii) == 0 || len(m.Radii) > 1000 {
		return fmt.Errorf("radii has %d values; from 1 to 1000 are possible", len(m.Radii))
	}
	return nil
}

func (m *Measures) takes(name string) bool { return slices.Contains(m.Take, name) }

// measureColumn is a column of the index that holds a measure.
type measureColumn struct {
	name, unit string
	repeat     int
}

// columns returns the columns of the measures in their order.
func (m *Measures) columns() []measureColumn {
	list := []measureColumn{{"LAMBDA_D", "arcsec", 1}}
	for _, name := range measureNames {
		if !m.takes(name) {
			continue
		}
		c := measureColumn{strings.ToUpper(name), "", 1}
		switch name {
		case "fwhm":
			c.unit = "arcsec"
		case "encircled", "contrast":
			c.repeat = len(m.Radii)
		}
		list = append(list, c)
	}
	return list
}

// MeasureNames returns the measures of the index, in lower case.
func (s *Study) MeasureNames() []string {
	var names []string
	for _, c := range s.Measures.columns() {
		names = append(names, strings.ToLower(c.name))
	}
	return names
}

// numbers returns how many numbers there are of a case.
func (m *Measures) numbers() int {
	n := 0
	for _, c := range m.columns() {
		n += c.repeat
	}
	return n
}

// standard is what an image is compared with: the peak of the reference, and that peak
// over the light in its field.
type standard struct{ peak, concentration float64 }

func standardOf(m grid.Map) (standard, error) {
	_, top, err := measure.Peak(m)
	if err != nil {
		return standard{}, fmt.Errorf("the reference cannot be measured: %w", err)
	}
	return standard{top, top / m.Sum()}, nil
}

// take measures an image; NaN stands for what it does not have, such as a width whose
// core is cut off. with is nil if there is no reference.
func (m *Measures) take(image grid.Map, s propagate.System, with *standard) []float64 {
	limit := diffraction(s)
	values := append(make([]float64, 0, m.numbers()), limit/grid.Arcsecond)
	flux := image.Sum()
	_, peak, err := measure.Peak(image)
	if err != nil {
		peak = math.NaN()
	}
	star := star(s)
	for _, name := range measureNames {
		if !m.takes(name) {
			continue
		}
		switch name {
		case "flux":
			values = append(values, flux)
		case "peak":
			values = append(values, peak)
		case "fwhm":
			width, err := measure.FWHM(image)
			if err != nil {
				width = math.NaN()
			}
			values = append(values, width/grid.Arcsecond)
		case "encircled":
			energy, err := measure.EncircledEnergy(image, star)
			for _, radius := range m.Radii {
				values = append(values, inField(image, star, radius*limit, err, func(r float64) float64 { return energy.Within(r) / energy.Total() }))
			}
		case "contrast":
			profile, err := measure.RadialProfile(image, star)
			brightest := peak
			if with != nil {
				brightest = with.peak
			}
			for _, radius := range m.Radii {
				values = append(values, inField(image, star, radius*limit, err, func(r float64) float64 { return at(profile, r) / brightest }))
			}
		case "strehl":
			values = append(values, peak/flux/with.concentration)
		}
	}
	return values
}

// diffraction returns λ/D in radians, for the mean wavelength.
func diffraction(s propagate.System) float64 {
	var mean, weights float64
	for _, l := range s.Source.Spectrum {
		mean += l.Wavelength * l.Weight
		weights += l.Weight
	}
	return mean / weights / s.Diameter
}

// star returns where the star stands in the last plane, whatever a coronagraph leaves of
// it.
func star(s propagate.System) measure.Point {
	sin, cos := math.Sincos(s.Source.OffsetTheta * grid.Degree)
	r := s.Source.OffsetR * grid.Arcsecond
	return measure.Point{X: -r * sin, Y: r * cos}
}

// inField returns a measure on a circle around the star, NaN if it leaves the field.
func inField(m grid.Map, star measure.Point, r float64, err error, value func(r float64) float64) float64 {
	inside := func(a grid.Axis, at float64) bool {
		return at-r >= a.At(0)-a.Step/2*(1+1e-9) && at+r <= a.At(a.N-1)+a.Step/2*(1+1e-9)
	}
	if err != nil || !inside(m.X, star.X) || !inside(m.Y, star.Y) {
		return math.NaN()
	}
	return value(r)
}

// at interpolates a profile linearly.
func at(p measure.Profile, r float64) float64 {
	k, _ := slices.BinarySearch(p.Radius, r)
	switch {
	case k == 0:
		return p.Mean[0]
	case k == len(p.Radius):
		return p.Mean[k-1]
	}
	t := (r - p.Radius[k-1]) / (p.Radius[k] - p.Radius[k-1])
	return p.Mean[k-1] + t*(p.Mean[k]-p.Mean[k-1])
}
