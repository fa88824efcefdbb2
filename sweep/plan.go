package sweep

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"arago/fourier"
	"arago/grid"
	"arago/propagate"
	"arago/system"
)

// Options say how the cases of a study are computed.
type Options struct {
	// Propagate has back end, precision and recipe. Its Machine has the figures by
	// which times are predicted, nil stands for built-in ones; recipes are chosen by
	// fourier.ReferenceMachine in any case. All else is for the study to set.
	Propagate propagate.Options
	// Program is the name and version of the program: another one computes all cases
	// again.
	Program string
}

// Plan is a study whose cases are counted, shared out and predicted.
type Plan struct {
	*Study
	options Options
	// ids are, by group, the class of each point: points of a class are alike in all
	// that costs are about. classes are those of cases, by the classes of their points.
	ids     [][]int32
	sizes   []int // number of classes of each group
	classes []class
	pool    *propagate.Pool
	// shared is the size of the samples that cases share beside their own; see Rehearse.
	shared int64
	// cuts are the first cases of the tasks that Range was asked for last, and the end.
	cutting sync.Mutex
	cuts    []int
}

// class is cases that cost the same.
type class struct {
	cases int
	first int // number of the first case
	cost  uint64
	// Outlook is of the image as it is kept, measured of the samples that are measured.
	propagate.Outlook
	measured grid.Grid
}

// Prediction is what cases take.
type Prediction struct {
	Cases int
	// Seconds of all cases one after the other, and of the quickest and the slowest
	// case, masks and kernels not counted that cases share.
	Seconds, Quickest, Slowest float64
	// CaseBytes is the memory of the case that takes most, with all that cases share;
	// MoreBytes what each case more at the same time adds.
	CaseBytes, MoreBytes int64
	// ImageBytes is the size of the cube.
	ImageBytes int64
}

// poolBytes bounds the kernels, and as much again the samples, that cases share.
const poolBytes = 256 << 20

// Plan counts the cases, checks a description of each kind, and predicts what they
// take. Nothing is sampled. The error is ErrStudy or what propagate.Foresee has to say.
func (s *Study) Plan(o Options) (*Plan, error) {
	if o.Propagate.Machine == nil {
		o.Propagate.Machine = fourier.DefaultMachine()
	}
	o.Propagate.Workers = 1
	p := &Plan{Study: s, options: o, pool: propagate.NewPool(poolBytes)}
	if err := p.checkPoints(); err != nil {
		return nil, err
	}
	p.classify()
	if err := p.foresee(); err != nil {
		return nil, err
	}
	return p, nil
}

// pointsChecked bounds how many points of an axis are read before the start.
const pointsChecked = 2000

// checkPoints reads the system at points of each axis, all others at their first: most
// slips of the pen show before anything is computed.
func (p *Plan) checkPoints() error {
	stride := 1
	for k := len(p.groups) - 1; k >= 0; k-- {
		g := p.groups[k]
		for at := 0; at < g.n; at += 1 + (g.n-1)/pointsChecked {
			number := at * stride
			if _, err := p.Base.Outline(p.Case(number)); err != nil {
				return wrongStudy("%w", p.inCase(number, err))
			}
		}
		stride *= g.n
	}
	if settings := p.reference(p.Case(0)); settings != nil {
		if _, err := p.Base.Outline(settings); err != nil {
			return wrongStudy("%s: measures: reference: %w", p.File, err)
		}
	}
	return nil
}

// costless are the keys whose values do not change what a case costs: positions,
// aberrations, names of files.
var costless = []string{
	"name", "offset_r", "offset_theta", "weights", "coefficients", "opd", "opd_index", "transmission", "transmission_index",
	"rotation", "shift", "shift_x", "shift_y", "seed", "angle",
}

// costs says whether the parameter at a path may change what a case costs.
func costs(path string) bool {
	parts := strings.Split(path, ".")
	for len(parts) > 1 {
		if _, err := strconv.Atoi(parts[len(parts)-1]); err != nil {
			break
		}
		parts = parts[:len(parts)-1] // an item of a list
	}
	return !slices.Contains(costless, parts[len(parts)-1])
}

// classify finds which points of each group are alike.
func (p *Plan) classify() {
	for _, g := range p.groups {
		ids := make([]int32, g.n)
		known := map[string]int32{}
		relevant := false
		for _, a := range g.axes {
			relevant = relevant || slices.ContainsFunc(a.paths, costs)
		}
		for point := range g.n {
			if !relevant {
				break
			}
			key := ""
			for _, set := range g.settings(nil, point, 0) {
				if costs(set.Path) {
					key += fmt.Sprintf("%T %v\x00", set.Value, set.Value)
				}
			}
			id, ok := known[key]
			if !ok {
				id = int32(len(known))
				known[key] = id
			}
			ids[point] = id
		}
		p.ids = append(p.ids, ids)
		p.sizes = append(p.sizes, max(1, len(known)))
	}
}

// classOf returns the class of a case.
func (p *Plan) classOf(number int) int {
	c := 0
	for k := range p.groups {
		c = c*p.sizes[k] + int(p.ids[k][p.point(k, number)])
	}
	return c
}

// overhead is what a case costs beside its propagation, in nanoseconds: to read the
// system, to measure and to write.
const overhead = 300_000

// foresee predicts each class by its first case.
func (p *Plan) foresee() error {
	n := 1
	for _, size := range p.sizes {
		if n > maxCases/size {
			return wrongStudy("%s: there are more than %d kinds of cases that differ in cost", p.File, maxCases)
		}
		n *= size
	}
	p.classes = make([]class, n)
	reference, predicted := p.options.Propagate, p.options.Propagate
	reference.Machine = fourier.ReferenceMachine()
	// Each case is computed by one processor.
	one := *predicted.Machine
	one.Together = fourier.DefaultTogether(1)
	predicted.Machine = &one
	for number := range p.count {
		c := &p.classes[p.classOf(number)]
		if c.cases++; c.cases > 1 {
			continue
		}
		c.first = number
		s, err := p.Base.Outline(p.Case(number))
		if err != nil {
			return wrongStudy("%w", p.inCase(number, err))
		}
		agreed, err := propagate.Foresee(s, reference)
		if err != nil {
			return p.inCase(number, err)
		}
		// Rounded, so that the last bits of arithmetic do not matter.
		c.cost = overhead + uint64(digits(1e9*agreed.Time.Again.Seconds(), 3))
		if c.Outlook, err = propagate.Foresee(s, predicted); err != nil {
			return p.inCase(number, err)
		}
		c.measured, c.Outlook.Grid = agreed.Grid, p.kept(agreed.Grid, s)
	}
	if p.Output.Images == "cube" {
		for _, c := range p.classes {
			if g, first := c.Grid, p.classes[p.classOf(0)].Grid; c.cases > 0 && (g.Y.N != first.Y.N || g.X.N != first.X.N) {
				return wrongStudy("%s: the images of a cube must have the same size, but %s has %d×%d samples and %s has %d×%d; write images = \"files\" in [output], or keep the size of the field", p.File, p.Label(0), first.Y.N, first.X.N, p.Label(c.first), g.Y.N, g.X.N)
			}
		}
	}
	return nil
}

// kept returns the grid of the image as it is kept.
func (p *Plan) kept(g grid.Grid, s propagate.System) grid.Grid {
	d, ok := s.Planes[len(s.Planes)-1].(propagate.Detector)
	if !ok || p.Output.Sampling == "samples" {
		return g
	}
	g.Y, g.X = g.Y.Binned(d.Oversample), g.X.Binned(d.Oversample)
	return g
}

// Shape returns the rows and columns of the image of a case as it is kept.
func (p *Plan) Shape(number int) (rows, cols int) {
	g := p.classes[p.classOf(number)].Grid
	return g.Y.N, g.X.N
}

// planeBytes is the size of an image in a cube, 0 if there is none.
func (p *Plan) planeBytes() int {
	if p.Output.Images != "cube" {
		return 0
	}
	rows, cols := p.Shape(0)
	return rows * cols * p.Output.Bits / 8
}

const (
	// collectedFrom is the size of a case from which on what it leaves is collected
	// before the next one begins.
	collectedFrom = 16 << 20
	// uncollected is what smaller cases leave to wait for the next collection (10 to 16
	// MiB for 1000 to 40 000 cases of 64² samples).
	uncollected = 13 << 20
)

// Predict returns what the cases from … to−1 take.
func (p *Plan) Predict(from, to int) Prediction {
	r := Prediction{Cases: to - from, Quickest: math.Inf(1)}
	for n := from; n < to; n++ {
		c := &p.classes[p.classOf(n)]
		seconds := c.Time.Again.Seconds() + overhead*1e-9
		r.Seconds += seconds
		r.Quickest, r.Slowest = min(r.Quickest, seconds), max(r.Slowest, seconds)
		r.CaseBytes = max(r.CaseBytes, c.Memory.Peak(1))
		r.MoreBytes = max(r.MoreBytes, c.Memory.Peak(1)-propagate.ProgramBytes)
	}
	if to <= from {
		r.Quickest = 0
	}
	if r.MoreBytes < collectedFrom {
		r.CaseBytes += uncollected
	}
	r.ImageBytes = int64(to-from) * int64(p.planeBytes())
	return r
}

// Rehearse reads a few of the cases from … to−1, makes them ready to run, and measures a
// made-up image. It returns how many seconds that takes for each case once what they share
// is there: it takes as long as it takes, which nothing foretells. It is 0 if none of the
// cases can be made ready. From then on SharedBytes says what cases share.
func (p *Plan) Rehearse(from, to int) (seconds float64) {
	const times = 4 // what is asked for twice is shared from then on
	// A pool of its own: in that of the cases, what these four alone have would be kept.
	pool := propagate.NewPool(poolBytes)
	for i := range times {
		number := from + i*(to-1-from)/(times-1)
		began := time.Now()
		v, err := p.Base.Variant(p.Case(number))
		if err != nil {
			continue
		}
		o := p.options.Propagate
		o.Machine, o.Pool = fourier.ReferenceMachine(), pool
		if _, err := propagate.NewPlan(v.System, o); err != nil {
			continue
		}
		seconds = time.Since(began).Seconds()
		if i == times-1 {
			image := madeUp(p.classes[p.classOf(number)].measured, v.System)
			began = time.Now()
			p.Measures.take(image, v.System, &standard{1, 1})
			seconds += time.Since(began).Seconds()
		}
	}
	p.shared = pool.PartBytes()
	return seconds
}

// SharedBytes returns the size of what cases share beside what Predict counts for each, as
// Rehearse has found it.
func (p *Plan) SharedBytes() int64 { return p.shared }

// madeUp returns a Gaussian image of about the star's width where the star stands.
func madeUp(g grid.Grid, s propagate.System) grid.Map {
	m := grid.NewMap(g)
	star, width := star(s), diffraction(s)
	for i, y := range g.Y.Coordinates() {
		row := m.Row(i)
		for j, x := range g.X.Coordinates() {
			r := math.Hypot(x-star.X, y-star.Y) / width
			row[j] = math.Exp(-r*r) + 1e-6
		}
	}
	return m
}

// Largest returns the case that takes most memory.
func (p *Plan) Largest() int {
	largest, most := 0, int64(-1)
	for _, c := range p.classes {
		if bytes := c.Memory.Peak(1); c.cases > 0 && bytes > most {
			largest, most = c.first, bytes
		}
	}
	return largest
}

// Range returns the cases of a task: from … to−1. Cases are cut into runs of
// consecutive numbers; a case belongs to the task in whose equal part of the whole cost
// its middle lies, so that no task has more than its part and the cost of one case. Costs
// are those of a reference machine: the same for all tasks.
func (p *Plan) Range(t Task) (from, to int) {
	p.cutting.Lock()
	defer p.cutting.Unlock()
	if len(p.cuts) == t.Count+1 {
		return p.cuts[t.Index], p.cuts[t.Index+1]
	}
	var total uint64
	for _, c := range p.classes {
		total += uint64(c.cases) * c.cost
	}
	costs := make([]uint64, 0, len(p.classes))
	for _, c := range p.classes {
		costs = append(costs, c.cost)
	}
	p.cuts = cut(p.count, func(i int) uint64 { return costs[p.classOf(i)] }, total, t.Count)
	return p.cuts[t.Index], p.cuts[t.Index+1]
}

// cut returns the first case of each task, and in the end n; see Plan.Range.
func cut(n int, cost func(int) uint64, total uint64, tasks int) []int {
	cuts := make([]int, 0, tasks+1)
	var before uint64
	for i := range n {
		c := cost(i)
		// (before + c/2)/total ≥ k/tasks, in whole numbers of 128 bits.
		h1, l1 := bits.Mul64(2*before+c, uint64(tasks))
		for len(cuts) < tasks {
			h2, l2 := bits.Mul64(2*total, uint64(len(cuts)))
			if h1 < h2 || h1 == h2 && l1 < l2 {
				break
			}
			cuts = append(cuts, i)
		}
		before += c
	}
	for len(cuts) <= tasks {
		cuts = append(cuts, n)
	}
	return cuts
}

// identity is what all cases have in common that their hashes depend on.
func (p *Plan) identity() [sha256.Size]byte {
	o := p.options.Propagate
	return sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s %s\x00%s %s\x00%v\x00%s\x00%s %d\x00%q %v",
		p.options.Program, o.Backend.Name(), o.Backend.Linear.Library, o.Backend.Linear.Version,
		o.Backend.Fourier.Library, o.Backend.Fourier.Version, o.Precision, o.Recipe,
		p.Output.Sampling, p.Output.Bits, p.Measures.Take, p.Measures.Radii))
}

// caseHash is the hash of all that defines a case.
func caseHash(identity [sha256.Size]byte, v, reference *system.Variant) [sha256.Size]byte {
	text := append(identity[:], v.Digest[:]...)
	if reference != nil {
		text = append(text, reference.Digest[:]...)
	}
	return sha256.Sum256(text)
}
