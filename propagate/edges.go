package propagate

import (
	"fmt"
	"math"
	"slices"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
	"arago/optics"
)

// RecipeConvolution is the recipe of image planes whose masks have straight edges along
// the axes, however far these go; see edges.
const RecipeConvolution = "convolution"

// edges is the way through image planes whose masks change at straight lines along the
// axes only: knife edges, four quadrants, rectangles wider than the image. Samples of a
// pupil that are Δ apart carry an image of the width λ/Δ, and with t for the masks
// together, the next pupil is
//
//	P_after[k] = Σ_j T[k−j]·P[j], T[d] = ∫∫ t(s)·exp(−2πi·d·s) ds
//
// for s = u·Δ/λ, the place in the image, from −½ to ½ on each axis: what padded planes come
// to as their padding grows. Lines cut the image into cells in each of which t is a
// number; T is the sum over these of products of integrals along the axes, which for a
// cell from a to b are
//
//	T[d] = (exp(−2πi·d·a) − exp(−2πi·d·b)) / (2πi·d), T[0] = b − a
//
// so nothing is sampled that could be too coarse. (A single edge in the middle has
// T[d] = (1 − (−1)^d) / (2πi·d), d ≠ 0: the discrete Hilbert transform. For four
// quadrants see D. Rouan et al., PASP 112, 1479 (2000).) The pupils have a finite number of
// samples, so only finitely many of T count, and the convolution is done by an FFT
// that holds these without folding any onto others. In the image of that FFT the mask is
//
//	Σ_d T[d]·exp(2πi·d·s)
//
// over just these d: the mask without the frequencies that no light goes by.
type edges struct {
	// x and y are the limits of the cells, from −∞ to ∞, in radians.
	x, y []float64
	// cells is what each cell does, row by row.
	cells []optics.Uniform
	out   block // the samples of the next pupil that are kept
	// farX and farY are how many samples apart the pupils' may be, cols and rows the
	// size of the FFT.
	farX, farY, cols, rows int
	step                   float64 // of the pupils
}

// planEdges estimates the way through the image planes from stage i on by convolution; the
// estimate's Reason says why it is not to be had.
func (p *Plan) planEdges(i int) (fourier.Estimate, *edges) {
	no := func(format string, args ...any) (fourier.Estimate, *edges) {
		return fourier.Estimate{Recipe: RecipeConvolution, Reason: fmt.Sprintf(format, args...)}, nil
	}
	st := &p.stages[i]
	if st.through == 0 {
		return no("the image as a whole is asked for")
	}
	p.findSupport(st.through)
	before, pupil := &p.stages[i-1], &p.stages[st.through]
	if pupil.grid.fixed.X.N > p.system.Npix {
		return no("the light beside the next pupil's array counts")
	}
	elements := p.imageElements(i)
	lines, err := optics.LinesOf(elements)
	if err != nil {
		return no("%v", err)
	}
	e := &edges{x: limits(lines.X), y: limits(lines.Y), out: pupil.kept, step: pupil.grid.fixed.X.Step}
	if rows, cols := len(e.y)-1, len(e.x)-1; rows*cols > mostCells {
		return no("edges cut the image into %d×%d parts, more than %d", rows, cols, mostCells)
	}
	for a := range len(e.y) - 1 {
		for b := range len(e.x) - 1 {
			cell, err := cellOf(elements, e.y[a], e.y[a+1], e.x[b], e.x[b+1])
			if err != nil {
				return no("%v", err)
			}
			e.cells = append(e.cells, cell)
		}
	}
	from, to := st.from.in(before.grid.fixed, pupil.grid.fixed), e.out
	e.farX = max(to.x1-1-from.x0, from.x1-1-to.x0)
	e.farY = max(to.y1-1-from.y0, from.y1-1-to.y0)
	e.cols, e.rows = fourier.FastLength(2*e.farX+1), fourier.FastLength(2*e.farY+1)

	sum := fourier.Estimate{Recipe: RecipeConvolution}
	there, back := p.edgesTransforms(e, i, p.shortest())
	p.addFFT(&sum, there)
	p.addFFT(&sum, back)
	return sum, e
}

// mostCells bounds the work for elements that cut the image to pieces: each cell asks all of them.
const mostCells = 1 << 12

// limits returns those of the cells that lines along an axis make.
func limits(lines []float64) []float64 {
	list := []float64{math.Inf(-1)}
	for _, v := range lines {
		list = append(list, v*grid.Arcsecond)
	}
	return append(list, math.Inf(1))
}

// cellOf returns what elements do in a cell: in a sample well within it.
func cellOf(elements []optics.Element, y0, y1, x0, x1 float64) (optics.Uniform, error) {
	within := func(low, high float64) grid.Axis {
		const beyond = grid.Arcsecond
		switch {
		case math.IsInf(low, -1) && math.IsInf(high, 1):
			low, high = -beyond, beyond
		case math.IsInf(low, -1):
			low = high - beyond
		case math.IsInf(high, 1):
			high = low + beyond
		}
		step := (high - low) / 4
		return grid.Axis{N: 1, Step: step, Center: -(low + high) / 2 / step}
	}
	s, err := sample(elements, grid.Grid{Y: within(y0, y1), X: within(x0, x1), Unit: grid.Radian})
	cell := optics.Uniform{Amplitude: 1}
	if s.amplitude != nil {
		cell.Amplitude = s.amplitude[0]
	}
	if s.opd != nil {
		cell.OPD = s.opd[0]
	}
	if s.phase != nil {
		cell.Phase = s.phase[0]
	}
	return cell, err
}

// image is the grid of the FFT at a wavelength.
func (e *edges) image(wavelength float64) grid.Grid {
	axis := func(n int) grid.Axis { return grid.FFTCentered(n, wavelength/(float64(n)*e.step)) }
	return grid.Grid{Y: axis(e.rows), X: axis(e.cols), Unit: grid.Radian}
}

// edgesTransforms are the transforms from the pupil before the image planes from stage i
// on, and to the one behind them.
func (p *Plan) edgesTransforms(e *edges, i int, wavelength float64) (there, back fourier.Transform) {
	before, st := p.stages[i-1], p.stages[i]
	image := e.image(wavelength)
	there = toImage.transform(st.from.of(before.grid.fixed), image, wavelength)
	back = toPupil.transform(image, e.out.of(p.stages[st.through].grid.fixed), wavelength)
	return p.banded(there, nil), p.banded(back, nil)
}

// interval is a part of the width of an image, from low to high, in parts of that width.
type interval struct {
	cell      int
	low, high float64
}

// intervals returns the cells along an axis that lie in the image at a wavelength.
func (e *edges) intervals(limits []float64, wavelength float64) []interval {
	var list []interval
	for k := range len(limits) - 1 {
		low, high := max(limits[k]*e.step/wavelength, -0.5), min(limits[k+1]*e.step/wavelength, 0.5)
		if low < high {
			list = append(list, interval{k, low, high})
		}
	}
	return list
}

// coefficients returns T[d] of an interval for d from −far to far.
func (v interval) coefficients(far int) []complex128 {
	list := make([]complex128, 2*far+1)
	list[far] = complex(v.high-v.low, 0)
	for d := 1; d <= far; d++ {
		at := func(edge float64) complex128 { return phasor(-cycles{high: edge}.times(float64(d))) }
		t := (at(v.low) - at(v.high)) / complex(0, 2*math.Pi*float64(d))
		list[far+d], list[far-d] = t, complex(real(t), -imag(t))
	}
	return list
}

// passed returns an interval's indicator on n samples of an image, without the frequencies
// above far.
func (v interval) passed(core backend.Core[float64, complex128], far, n int) []float64 {
	values := backend.MatrixOf(1, 2*far+1, v.coefficients(far))
	image := backend.NewMatrix[complex128](1, n)
	core.FFT2(image, values, backend.FFT2{
		Rows: 1, Cols: n, Sign: 1, Along: backend.AlongRows,
		Src: backend.Index{Col: -far}, Dst: backend.Index{Col: -(n / 2)},
	})
	list := make([]float64, n)
	for k, c := range image.Data {
		list[k] = real(c)
	}
	return list
}

// edgesMask is the mask in the image of the FFT at one wavelength: in row i and column j
//
//	first[j] + Σ more[a].rows[i]·more[a].cols[j]
type edgesMask struct {
	first []complex128
	more  []edgesTerm
}

type edgesTerm struct {
	rows []float64
	cols []complex128
}

// mask computes the mask at a wavelength.
func (e *edges) mask(core backend.Core[float64, complex128], wavelength float64) edgesMask {
	across := e.intervals(e.x, wavelength)
	passed := make([][]float64, len(across))
	for b, v := range across {
		passed[b] = v.passed(core, e.farX, e.cols)
	}
	row := func(cell int) []complex128 {
		sum := make([]complex128, e.cols)
		for b, v := range across {
			factor := e.cells[cell*(len(e.x)-1)+v.cell].At(wavelength)
			for j, w := range passed[b] {
				sum[j] += complex(w, 0) * factor
			}
		}
		return sum
	}
	// All intervals along an axis make 1.
	down := e.intervals(e.y, wavelength)
	m := edgesMask{first: row(down[0].cell)}
	for _, v := range down[1:] {
		term := edgesTerm{v.passed(core, e.farY, e.rows), row(v.cell)}
		for j := range term.cols {
			term.cols[j] -= m.first[j]
		}
		m.more = append(m.more, term)
	}
	return m
}

// note says how the masks are passed.
func (e *edges) note() string {
	cells := func(limits []float64) int { return len(limits) - 1 }
	return fmt.Sprintf("straight edges, %d×%d parts, known exactly; a convolution by FFTs of %d×%d", cells(e.x), cells(e.y), e.cols, e.rows)
}

// chooseEdges decides for the convolution, if it is to be had, and nothing else is asked for.
func (p *Plan) chooseEdges(i int) {
	st := &p.stages[i]
	estimate, e := p.planEdges(i)
	if e == nil || p.options.Recipe == fourier.RecipeFFT {
		st.alternatives = append(st.alternatives, estimate)
		return
	}
	st.alternatives = slices.Insert(st.alternatives, 0, estimate)
	st.chosen, st.edges = estimate, e
	for k := i; k <= st.through; k++ {
		p.stages[k].recipe = RecipeConvolution
	}
}

// scalar is the work of plain loops, which multiply the mask in.
func (e *edges) scalar() float64 {
	return (6 + 3*float64(len(e.y)-2)) * float64(e.rows) * float64(e.cols)
}

// maskNumbers is how many real numbers the mask at a wavelength takes.
func (e *edges) maskNumbers() float64 {
	x, y := float64(len(e.x)-1), float64(len(e.y)-1)
	return float64(e.cols)*(x+2*y+4) + float64(e.rows)*(y+4)
}

// convolved counts the convolution by which the image planes from stage i on are passed.
func (w *walk) convolved(i int) {
	st := &w.plan.stages[i]
	e := st.edges
	from := float64(st.from.rows()) * float64(st.from.cols())
	out := float64(e.out.rows()) * float64(e.out.cols())
	if w.plan.options.Observe != nil {
		image, shown := w.plan.shown(i)
		w.spare = max(w.spare, from)
		w.bytes = max(w.bytes, float64(w.plan.options.Precision.elementBytes())*samples(image))
		w.transform(shown, 0)
	}
	between := float64(max(st.from.rows(), e.out.rows())) * float64(e.cols)
	w.scratch = max(w.scratch, between+float64(e.rows)*float64(w.plan.bandColumns(e.rows, e.cols)))
	w.bytes = max(w.bytes, 8*e.maskNumbers())
	if st.from.rows() != e.out.rows() || st.from.cols() != e.out.cols() {
		w.place(out)
	}
}
