package main

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"arago/internal/axes"
)

var curveColor = color.RGBA{0x7a, 0x1d, 0x6d, 0xff}

// drawProfile draws the mean intensity on circles, in a logarithmic stretch of
// up to eight decades, and below it the encircled energy, against the radius.
func drawProfile(img picked, m *measurements) image.Image {
	const width, upper, lower = 900, 420, 340
	const left, bottom, between, top, right = 130, 100, 50, 110, 40
	s := newSheet(left+width+right, bottom+lower+between+upper+top)
	energy := box{left, bottom, left + width, bottom + lower}
	profile := box{left, energy.top + between, left + width, energy.top + between + upper}

	unit, name := axes.Unit(img.Unit)
	radius := scale{low: 0, high: m.profile.Radius[len(m.profile.Radius)-1] / unit, from: left, to: left + width}

	// The mean intensity.
	peak := m.Peak
	for _, v := range m.profile.Mean {
		peak = max(peak, v)
	}
	const deepest = 8.0
	lowest := 0.0
	var curve [][2]float64
	for i, v := range m.profile.Mean {
		decade := -deepest
		if v > 0 {
			decade = max(decade, math.Log10(v/peak))
		}
		lowest = min(lowest, decade)
		curve = append(curve, [2]float64{radius.at(m.profile.Radius[i] / unit), decade})
	}
	decades := scale{low: math.Min(-1, math.Floor(lowest)), high: 0, from: profile.bottom, to: profile.top}
	for d := decades.low; d <= 0; d++ {
		s.level(profile, decades.at(d))
		numbers := tickText
		numbers.across, numbers.up = -1, -0.5
		s.power(float64(left)-14, decades.at(d)+2, numbers, int(d))
	}
	for i := range curve {
		curve[i][1] = decades.at(curve[i][1])
	}
	s.line(3, curveColor, curve...)

	// The encircled energy.
	fraction := scale{low: 0, high: 1, from: energy.bottom, to: energy.top}
	numbers := tickText
	numbers.across, numbers.up = -1, -0.5
	for _, t := range fraction.ticks(6) {
		s.level(energy, fraction.at(t.At))
		s.write(float64(left)-14, fraction.at(t.At)+2, numbers, t.Label)
	}
	curve = curve[:0]
	for x := energy.left; x <= energy.right; x++ {
		r := radius.high * float64(x-energy.left) / width
		curve = append(curve, [2]float64{float64(x), fraction.at(m.energy.Within(r*unit) / m.energy.Total())})
	}
	s.line(3, curveColor, curve...)
	// Their names stand where the curve does not come: at the lower right.
	label := lettering{size: 20, color: faint, across: -1}
	for i, r := range m.Radii {
		x, y := radius.at(r.Radius), fraction.at(r.Fraction)
		s.line(2, faint, [2]float64{x, float64(energy.bottom)}, [2]float64{x, y})
		s.write(float64(energy.right)-16, float64(energy.bottom+16+32*i), label,
			fmt.Sprintf("%.0f %% within %.4g %s", 100*r.Fraction, r.Radius, name))
	}

	s.frame(profile)
	s.frame(energy)
	s.xAxis(radius, energy.bottom, most(width), "radius ("+name+")")
	s.turnedLabel(20, float64(profile.bottom+profile.top)/2, "mean intensity / peak")
	s.turnedLabel(20, float64(energy.bottom+energy.top)/2, "encircled energy")
	middle := float64(left) + width/2
	s.write(middle, float64(profile.top)+56, titleText, titleText.fitted("Radial profile", width))
	s.write(middle, float64(profile.top)+20, noteText, noteText.fitted(img.name+", around "+m.point(m.Center), width))
	return s.pixels
}

// level draws a faint line across a box.
func (s *sheet) level(b box, y float64) {
	y = math.Round(y)
	s.line(2, rule, [2]float64{float64(b.left), y}, [2]float64{float64(b.right), y})
}
