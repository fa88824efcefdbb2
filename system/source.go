package system

import (
	"fmt"

	"arago/propagate"
)

// source reads [source].
func (r *reader) source(t *table) propagate.Source {
	p := &params{reader: r, table: t, where: "source"}
	var wavelengths []float64
	if _, list := p.given("wavelengths"); list || !p.givenBand() {
		wavelengths = p.wavelengths()
	} else {
		wavelengths = p.band()
	}
	s := propagate.Source{
		Spectrum:    p.spectrum(wavelengths),
		OffsetR:     p.number("offset_r", 0, "arcsec", "the distance of the star from the axis"),
		OffsetTheta: p.number("offset_theta", 0, "deg", "the position angle of the star, counter-clockwise from +y"),
	}
	p.finish()
	return s
}

func (p *params) givenBand() bool {
	for _, key := range []string{"center", "bandwidth", "count"} {
		if _, ok := p.given(key); ok {
			return true
		}
	}
	return false
}

// wavelengths reads the wavelengths one by one.
func (p *params) wavelengths() []float64 {
	list := p.numbers("wavelengths", required, "m", "the wavelengths; or give center, bandwidth and count")
	if list != nil && len(list) == 0 && !p.failed {
		p.fail("wavelengths", "is empty; it must list at least one wavelength, in metres")
	}
	if len(list) > maxWavelengths {
		p.fail("wavelengths", "has %d values; at most %d are possible", len(list), maxWavelengths)
		return nil
	}
	if !p.failed {
		for i, w := range list {
			p.checkWavelength(fmt.Sprintf("wavelengths[%d]", i), w)
		}
	}
	for _, key := range []string{"center", "bandwidth", "count"} {
		// Not looked at, so that finish would report it: better to say why.
		p.known = append(p.known, Parameter{Name: key})
		if _, ok := p.given(key); ok {
			p.fail(key, "is given together with wavelengths; give wavelengths, or center, bandwidth and count")
		}
	}
	return list
}

// band reads a band of evenly spaced wavelengths: the middles of count parts of
// equal width.
func (p *params) band() []float64 {
	center := p.needNumber("center", "m", "the middle of the band")
	bandwidth := p.needNumber("bandwidth", "", "the full width of the band as a fraction of center: 0.1 is 10 %")
	count := p.needWhole("count", 1, maxWavelengths, "the number of wavelengths in the band")
	p.known = append(p.known, Parameter{Name: "wavelengths"})
	if p.failed {
		return nil
	}
	p.checkWavelength("center", center)
	switch {
	case bandwidth > 0 && bandwidth < 1e-5:
		// Far narrower than any filter, and what a width in metres looks like.
		p.fail("bandwidth", "is %s; it is a fraction of center, not a length: 0.1 is 10 %%", formatNumber(bandwidth))
	case !(bandwidth > 0 && bandwidth < 2):
		p.fail("bandwidth", "is %s; it is a fraction of center and must lie between 0 and 2: 0.1 is 10 %%", formatNumber(bandwidth))
	}
	wavelengths := make([]float64, count)
	for i := range wavelengths {
		wavelengths[i] = center * (1 + bandwidth*((float64(i)+0.5)/float64(count)-0.5))
	}
	return wavelengths
}

func (p *params) checkWavelength(key string, w float64) {
	if p.checkPositive(key, w) {
		p.checkLightLength(key, w, mostMicrons)
	}
}

// spectrum reads the weights of the wavelengths.
func (p *params) spectrum(wavelengths []float64) []propagate.Line {
	weights := p.numbers("weights", "", "", "the weights of the wavelengths; all alike if left out")
	if p.failed {
		return nil
	}
	if weights != nil && len(weights) != len(wavelengths) {
		p.fail("weights", "is a list of length %d, but the number of wavelengths is %d; write one weight for each", len(weights), len(wavelengths))
		return nil
	}
	lines := make([]propagate.Line, len(wavelengths))
	var sum float64
	for i, w := range wavelengths {
		lines[i] = propagate.Line{Wavelength: w, Weight: 1}
		if weights != nil {
			lines[i].Weight = weights[i]
		}
		if lines[i].Weight < 0 {
			p.fail(fmt.Sprintf("weights[%d]", i), "is %s; it must be zero or positive", formatNumber(lines[i].Weight))
		}
		sum += lines[i].Weight
	}
	if sum == 0 && !p.failed {
		p.fail("weights", "are all zero; at least one must be positive")
	}
	return lines
}
