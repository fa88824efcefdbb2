package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"arago/internal/axes"
	"arago/internal/failure"
	"arago/measure"
)

// measurements is what arago measure says of an image. Lengths are in Unit.
type measurements struct {
	File  string     `json:"file"`
	Image string     `json:"image"`
	Rows  int        `json:"rows"`
	Cols  int        `json:"cols"`
	Step  [2]float64 `json:"step"` // y, x
	Unit  string     `json:"unit"`
	// DiffractionLimit is λ/D; 0 if the header does not tell it.
	DiffractionLimit float64 `json:"diffraction_limit,omitempty"`

	Flux   float64     `json:"flux"`
	Peak   float64     `json:"peak"`
	PeakAt pointReport `json:"peak_at"`
	FWHM   *float64    `json:"fwhm"`
	// Centroid of the light in a window of four widths about it.
	Centroid *pointReport `json:"centroid"`
	// Center is what the circles of Encircled and Radii are drawn around.
	Center pointReport `json:"center"`
	// Encircled and Radii refer to the light in the field.
	Encircled []energyReport `json:"encircled_energy"`
	Radii     []radiusReport `json:"radii"`
	Strehl    *float64       `json:"strehl"`
	// Missing says of each measure that was not taken why.
	Missing map[string]string `json:"missing,omitempty"`

	energy  measure.Energy
	profile measure.Profile
}

type pointReport struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

func pointOf(p measure.Point, unit float64) pointReport { return pointReport{p.X / unit, p.Y / unit} }

type energyReport struct {
	Radius            float64 `json:"radius"`
	DiffractionLimits float64 `json:"diffraction_limits,omitempty"`
	Fraction          float64 `json:"fraction"`
}

type radiusReport struct {
	Fraction float64 `json:"fraction"`
	Radius   float64 `json:"radius"`
}

// lacks notes why a measure was not taken, if err says so.
func (m *measurements) lacks(name string, err error) bool {
	if err == nil {
		return false
	}
	if m.Missing == nil {
		m.Missing = map[string]string{}
	}
	m.Missing[name] = failure.OneLine(err.Error())
	return true
}

// text is the report for people.
func (m *measurements) text() string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-16s %s\n", name, fmt.Sprintf(format, args...))
	}
	line("image", "%s", m.Image)
	line("samples", "%s of %s %s", pair("%d", m.Cols, m.Rows), pair("%.6g", m.Step[1], m.Step[0]), m.Unit)
	line("flux", "%.6g", m.Flux)
	line("peak", "%.6g at %s", m.Peak, m.point(m.PeakAt))
	if m.FWHM != nil {
		line("FWHM", "%s", m.length(*m.FWHM))
	}
	if m.Centroid != nil {
		line("centroid", "%s, in a window of %.4g %s", m.point(*m.Centroid), 4**m.FWHM, m.Unit)
	}
	line("circles around", "%s", m.point(m.Center))
	for _, e := range m.Encircled {
		line("encircled energy", "%5.2f %% of the light in the field within %s", 100*e.Fraction, m.length(e.Radius))
	}
	for _, r := range m.Radii {
		line("radius", "%s holds %.0f %% of the light in the field", m.length(r.Radius), 100*r.Fraction)
	}
	if m.Strehl != nil {
		line("Strehl ratio", "%.5f", *m.Strehl)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Missing)) {
		line("no "+name, "%s", m.Missing[name])
	}
	return b.String()
}

// length writes a length, in λ/D too if that is known.
func (m *measurements) length(v float64) string {
	if m.DiffractionLimit > 0 {
		return fmt.Sprintf("%.5g %s (%.4g λ/D)", v, m.Unit, v/m.DiffractionLimit)
	}
	return fmt.Sprintf("%.5g %s", v, m.Unit)
}

// point writes a position to a thousandth of a sample.
func (m *measurements) point(p pointReport) string {
	decimals := max(0, 3-axes.Exponent(min(m.Step[0], m.Step[1])))
	return fmt.Sprintf("x = %s, y = %s %s", axes.Number(p.X, decimals), axes.Number(p.Y, decimals), m.Unit)
}
