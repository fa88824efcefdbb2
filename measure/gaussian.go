package measure

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"arago/grid"
)

// GaussianFWHM returns the full width at half maximum, in the unit of the grid,
// of the round Gaussian that fits the core of an image best: by least squares
// over the samples above a tenth of the largest one, with height, place and
// width free. It is steady against noise, as one number from many samples. The
// core of an Airy pattern is no Gaussian, and the one that fits it is 4 % too
// narrow; [FWHM] finds the width itself.
//
// POPPY's measure_fwhm is the same fit with its place fixed at the middle of
// the array.
func GaussianFWHM(m grid.Map) (float64, error) {
	if err := check(m); err != nil {
		return 0, err
	}
	row, column, top, err := peak(m)
	if err != nil {
		return 0, err
	}
	// In units of the peak and of the longer side of a pixel all parameters
	// are of the order of 1.
	unit := max(m.X.Step, m.Y.Step)
	const threshold = 0.1
	var core []sample
	for i := range m.Y.N {
		for j, v := range m.Row(i) {
			if v > threshold*top {
				core = append(core, sample{(float64(j) - column) * m.X.Step / unit, (float64(i) - row) * m.Y.Step / unit, v / top})
			}
		}
	}
	// Where the Gaussian is above the threshold it covers the area π·σ²·2·ln 10.
	pixel := m.X.Step / unit * m.Y.Step / unit
	first := gaussian{height: 1, sigma: math.Sqrt(float64(len(core)) * pixel / (2 * math.Pi * math.Ln10))}
	fit, ok := fitGaussian(core, first)
	if !ok {
		return 0, fmt.Errorf("%w: no Gaussian fits the %d samples above a tenth of its peak", ErrWidth, len(core))
	}
	return 2 * math.Sqrt(2*math.Ln2) * math.Abs(fit.sigma) * unit, nil
}

// sample is a value at a position.
type sample struct{ x, y, value float64 }

// gaussian is height·exp(−((x−x₀)²+(y−y₀)²)/2σ²).
type gaussian struct{ height, x, y, sigma float64 }

// at returns the value and its derivatives by the four parameters.
func (g gaussian) at(x, y float64) (value float64, by [4]float64) {
	dx, dy, s2 := x-g.x, y-g.y, g.sigma*g.sigma
	e := math.Exp(-(dx*dx + dy*dy) / (2 * s2))
	v := g.height * e
	return v, [4]float64{e, v * dx / s2, v * dy / s2, v * (dx*dx + dy*dy) / (s2 * g.sigma)}
}

func (g gaussian) squares(samples []sample) (sum float64) {
	for _, s := range samples {
		v, _ := g.at(s.x, s.y)
		sum += (s.value - v) * (s.value - v)
	}
	return sum
}

// fitGaussian minimises the sum of squares by the method of Levenberg and
// Marquardt: each step solves (JᵀJ + μ·diag JᵀJ)·δ = Jᵀr, and μ falls or rises
// as the step is good or not. It reports false if that does not settle.
func fitGaussian(samples []sample, g gaussian) (gaussian, bool) {
	if len(samples) < 4 {
		return g, false
	}
	best, damping := g.squares(samples), 1e-3
	for range 200 {
		normal, gradient := mat.NewSymDense(4, nil), mat.NewVecDense(4, nil)
		for _, s := range samples {
			v, by := g.at(s.x, s.y)
			j := mat.NewVecDense(4, by[:])
			normal.SymRankOne(normal, 1, j)
			gradient.AddScaledVec(gradient, s.value-v, j)
		}
		for i := range 4 {
			normal.SetSym(i, i, normal.At(i, i)*(1+damping))
		}
		var factor mat.Cholesky
		var step mat.VecDense
		if !factor.Factorize(normal) || factor.SolveVecTo(&step, gradient) != nil {
			return g, false
		}
		next := gaussian{g.height + step.AtVec(0), g.x + step.AtVec(1), g.y + step.AtVec(2), g.sigma + step.AtVec(3)}
		sum := next.squares(samples)
		if !(sum <= best) {
			damping *= 10
			continue
		}
		g, best, damping = next, sum, damping/10
		if mat.Norm(&step, math.Inf(1)) < 1e-10 {
			return g, true
		}
	}
	return g, false
}
