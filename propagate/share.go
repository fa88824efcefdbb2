package propagate

import (
	"context"
	"fmt"
	"unsafe"

	"arago/backend"
	"arago/grid"
)

// A run may be shared: each wavelength propagated by whoever has time, in this
// process or another one, and the fields added by one. The outcome has the
// same bits as that of Run.

// Lines returns the number of wavelengths.
func (p *Plan) Lines() int { return len(p.system.Source.Spectrum) }

// Planes returns the number of planes; see [System].
func (p *Plan) Planes() int { return len(p.stages) }

// Wavelength returns that of a line of the spectrum, in metres.
func (p *Plan) Wavelength(line int) float64 { return p.system.Source.Spectrum[line].Wavelength }

// FieldBytes is the size of what Propagate writes.
func (p *Plan) FieldBytes() int {
	g := p.stages[len(p.stages)-1].grid.fixed
	return g.Len() * p.options.Precision.elementBytes()
}

// WidestPlane is the number of samples of the plane that has most.
func (p *Plan) WidestPlane() int {
	widest := 0
	for _, st := range p.stages {
		widest = max(widest, st.grid.fixed.Len())
	}
	return widest
}

// Propagate carries one wavelength of the spectrum through all planes and
// writes the field in the last one to dst, before it is normalised to the light behind
// the first plane, which is for Sum.Add. dst has FieldBytes bytes and lies
// as memory of complex numbers must: row by row, in the precision of the plan
// and the machine's byte order. Observe and Progress are told of its planes, one
// call at a time for each wavelength.
func (p *Plan) Propagate(ctx context.Context, line int, dst []byte) error {
	return p.runner.propagate(ctx, line, dst)
}

// Sum adds the fields of a run that is shared.
type Sum struct {
	plan     *Plan
	spectrum []Line
	image    grid.Map
	next     int
}

// NewSum returns a sum that nothing has been added to.
func (p *Plan) NewSum() *Sum {
	spectrum := p.system.Source.normalized()
	last := p.stages[len(p.stages)-1].grid
	return &Sum{plan: p, spectrum: spectrum, image: grid.NewMap(last.at(spectrum[0].Wavelength))}
}

// Add adds the next wavelength, in the order of the spectrum; field is what
// Propagate has written for it.
func (s *Sum) Add(field []byte) {
	s.plan.runner.add(s.image, field, s.spectrum[s.next].Weight)
	s.next++
}

// Next returns the index of the wavelength that is to be added next.
func (s *Sum) Next() int { return s.next }

// Result returns the result of the run; all wavelengths have been added.
func (s *Sum) Result() (*Result, error) {
	if s.next != len(s.spectrum) {
		return nil, fmt.Errorf("propagate: %d of %d wavelengths have been added", s.next, len(s.spectrum))
	}
	r := Result{Image: s.image}
	s.plan.describe(&r)
	return &r, nil
}

// propagate implements runner.
func (e *engine[R, C]) propagate(ctx context.Context, line int, dst []byte) error {
	w := &wave[R, C]{engine: e}
	if err := w.propagate(ctx, line, e.plan.system.Source.Spectrum[line].Wavelength, newReporter(e.plan)); err != nil {
		return err
	}
	out := e.field(dst)
	for i := range out.Rows {
		copy(out.Row(i), w.field.Row(i))
	}
	return nil
}

// add implements runner.
func (e *engine[R, C]) add(image grid.Map, field []byte, weight float64) {
	addTo[R](image, e.field(field), weight*e.plan.dimming)
}

// field returns memory as the samples of the last plane.
func (e *engine[R, C]) field(memory []byte) backend.Matrix[C] {
	if len(memory) != e.plan.FieldBytes() {
		panic("propagate: the memory for a field does not have FieldBytes bytes")
	}
	g := e.plan.stages[len(e.plan.stages)-1].grid.fixed
	return backend.MatrixOf(g.Y.N, g.X.N, unsafe.Slice((*C)(unsafe.Pointer(unsafe.SliceData(memory))), g.Len()))
}

// elementBytes is the size of a complex number.
func (p Precision) elementBytes() int {
	if p == Single {
		return 8
	}
	return 16
}
