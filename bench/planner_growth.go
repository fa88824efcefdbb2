package main

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"strings"
	"time"

	"arago/internal/compare"
	"arago/propagate"
	"arago/system"
)

// growthKey is what --only calls the growth of runs.
const growthKey = "growth"

// opticsGrowth is how the time of a run grows with its wavelengths, and falls with a second
// processor. Times are in seconds.
type opticsGrowth struct {
	Key    string        `json:"key"`
	Points []growthPoint `json:"points"`
}

// growthPoint is a run of so many wavelengths on so many processors.
type growthPoint struct {
	Wavelengths int `json:"wavelengths"`
	Processors  int `json:"processors"`
	// First is the time of making a plan and running it once, Again that of its next run.
	First compare.Statistics `json:"first"`
	Again compare.Statistics `json:"again"`
}

// grownWavelengths are the numbers of wavelengths, fromOne the one that is also run on one
// processor.
var grownWavelengths = []int{1, 3, 9, 27}

const fromOne = 9

// grow measures the runs of a work's system, in turns.
func (o plannerOptions) grow(ctx context.Context, w opticsWork) (opticsGrowth, error) {
	s, err := system.Read(w.File)
	if err != nil {
		return opticsGrowth{}, err
	}
	backends, err := backends()
	if err != nil {
		return opticsGrowth{}, err
	}
	out := opticsGrowth{Key: w.Key}
	for _, n := range grownWavelengths {
		out.Points = append(out.Points, growthPoint{Wavelengths: n, Processors: runtime.GOMAXPROCS(0)})
	}
	if runtime.GOMAXPROCS(0) > 1 {
		out.Points = append(out.Points, growthPoint{Wavelengths: fromOne, Processors: 1})
	}
	first, again := make([][]float64, len(out.Points)), make([][]float64, len(out.Points))
	once := func(i int) error {
		p := out.Points[i]
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(p.Processors))
		run := s
		run.Source.Spectrum = spread(s.Source.Spectrum, p.Wavelengths)
		began := time.Now()
		plan, err := propagate.NewPlan(run, propagate.Options{Backend: backends})
		if err != nil {
			return err
		}
		if _, err = plan.Run(ctx); err != nil {
			return err
		}
		first[i] = append(first[i], time.Since(began).Seconds())
		began = time.Now()
		if _, err = plan.Run(ctx); err != nil {
			return err
		}
		again[i] = append(again[i], time.Since(began).Seconds())
		return nil
	}
	o.progress(w.Title + ": more wavelengths")
	for range o.rounds {
		for i := range out.Points {
			if err := once(i); err != nil {
				return out, err
			}
		}
	}
	for i := range out.Points {
		out.Points[i].First, out.Points[i].Again = compare.StatisticsOf(first[i]), compare.StatisticsOf(again[i])
	}
	return out, nil
}

// spread returns n lines of equal weight, evenly spaced over the band of a spectrum.
func spread(spectrum []propagate.Line, n int) []propagate.Line {
	low, high := math.Inf(1), 0.0
	for _, l := range spectrum {
		low, high = min(low, l.Wavelength), max(high, l.Wavelength)
	}
	lines := make([]propagate.Line, n)
	for i := range lines {
		lines[i] = propagate.Line{Wavelength: (low + high) / 2, Weight: 1}
		if n > 1 {
			lines[i].Wavelength = low + (high-low)*float64(i)/float64(n-1)
		}
	}
	return lines
}

// markdownGrowth is the growth of all runs as a table.
func (r *opticsReport) markdownGrowth(b *strings.Builder) {
	if len(r.Growth) == 0 {
		return
	}
	b.WriteString("\nOne system at more wavelengths of the same band, a run of a plan that has run (with its plan and first run):\n\n| |")
	for _, n := range grownWavelengths {
		fmt.Fprintf(b, " %d |", n)
	}
	b.WriteString(" each one more | constant part | second processor |\n|---|" + strings.Repeat("---|", len(grownWavelengths)+3) + "\n")
	for _, g := range r.Growth {
		fmt.Fprintf(b, "| %s |", opticsResult{Key: g.Key}.work().Title)
		for _, n := range grownWavelengths {
			p := g.point(n, false)
			fmt.Fprintf(b, " %s (%s) |", milliseconds(p.Again.Median), milliseconds(p.First.Median))
		}
		each, constant := g.line(func(p growthPoint) float64 { return p.Again.Median })
		eachFirst, constantFirst := g.line(func(p growthPoint) float64 { return p.First.Median })
		fmt.Fprintf(b, " %s (%s) | %s (%s) |", milliseconds(each), milliseconds(eachFirst), milliseconds(constant), milliseconds(constantFirst))
		second := "–"
		if one, all := g.point(fromOne, true), g.point(fromOne, false); one.Processors == 1 {
			second = fmt.Sprintf("×%.2f (×%.2f)", one.Again.Median/all.Again.Median, one.First.Median/all.First.Median)
		}
		fmt.Fprintf(b, " %s |\n", second)
	}
}

// point returns what was measured of so many wavelengths, on one processor or on all.
func (g opticsGrowth) point(wavelengths int, one bool) growthPoint {
	found := growthPoint{}
	for _, p := range g.Points {
		if p.Wavelengths == wavelengths && (found.Wavelengths == 0 || one) {
			found = p
		}
	}
	return found
}

// line returns what each further wavelength takes and what is left for none: the straight line
// of least squares of the relative deviations.
func (g opticsGrowth) line(of func(growthPoint) float64) (each, constant float64) {
	var w, wx, wy, wxx, wxy float64
	for _, n := range grownWavelengths {
		x, y := float64(n), of(g.point(n, false))
		weight := 1 / (y * y)
		w, wx, wy, wxx, wxy = w+weight, wx+weight*x, wy+weight*y, wxx+weight*x*x, wxy+weight*x*y
	}
	each = (w*wxy - wx*wy) / (w*wxx - wx*wx)
	return each, (wy - each*wx) / w
}
