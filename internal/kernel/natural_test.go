package kernel_test

import (
	"fmt"
	"testing"

	"arago/internal/guarded"
	"arago/internal/kernel/kerneltest"
	"arago/internal/kernel/pure"
)

func TestEveryPassFromNaturalOrderAgreesWithItsTwin(t *testing.T) {
	checkLanes(t, checkNatural[float64], checkNatural[float32])
}

func checkNatural[R float32 | float64](m *laneRooms[R]) {
	for r := range m.lanes.Natural {
		if m.lanes.Natural[r] == nil {
			continue
		}
		for count := range 5 {
			place := guarded.Place((count+r)%4 - 1)
			m.first(r, count, count+1, count, place)
			m.first(r, count, count, count+2, place)
			for _, turned := range []bool{false, true} {
				m.firstColumns(r, count, count+1, turned, place)
			}
			for blocks := range 4 {
				m.natural(r, 0, blocks, count, place)
				m.natural(r, 3, blocks, count, place)
			}
		}
		if r == 2 || r == 16 {
			for _, place := range guarded.Places[R]() {
				m.first(r, 3, 4, 3, place)
				m.firstColumns(r, 2, 2, false, place)
				m.natural(r, 1, 2, 3, place)
			}
		}
	}
}

// first compares one pass from elements in natural order.
func (m *laneRooms[R]) first(r, count, dstSpan, srcSpan int, place guarded.Place) {
	m.t.Helper()
	if m.lanes.First[r] == nil {
		m.t.Errorf("radix %d has passes behind the first one but not that", r)
		return
	}
	width := m.lanes.Width
	src := kerneltest.Normal(m.r, guarded.In[R](m.a, 2*width*(max(0, (r-1)*srcSpan)+count), place))
	dst := fillNaN(guarded.In[R](m.b, 2*width*(max(0, (r-1)*dstSpan)+count), place))
	want := append([]R(nil), dst...)
	m.lanes.First[r](dst, src, count, dstSpan, srcSpan)
	pure.First[R](width, r)(want, src, count, dstSpan, srcSpan)
	kerneltest.Agree(m.t, fmt.Sprintf("radix %d, first pass, %d butterflies, spans %d and %d, %v", r, count, dstSpan, srcSpan, place), dst, want, m.radixTolerance(r))
}

// firstColumns compares one pass from columns of a matrix with a gap behind each row.
func (m *laneRooms[R]) firstColumns(r, count, dstSpan int, turned bool, place guarded.Place) {
	m.t.Helper()
	if m.lanes.FirstColumns[r] == nil {
		return
	}
	width := m.lanes.Width
	rows, stride := r*count, 2*width+3
	src := kerneltest.Normal(m.r, guarded.In[R](m.a, max(0, (rows-1)*stride+2*width), place))
	dst := fillNaN(guarded.In[R](m.b, 2*width*(max(0, (r-1)*dstSpan)+count), place))
	want := append([]R(nil), dst...)
	m.lanes.FirstColumns[r](dst, src, stride, count, dstSpan, count, turned)
	pure.FirstColumns[R](width, r)(want, src, stride, count, dstSpan, count, turned)
	kerneltest.Agree(m.t, fmt.Sprintf("radix %d, first pass of columns, %d butterflies, turned %v, %v", r, count, turned, place), dst, want, m.radixTolerance(r))
}

// natural compares one pass behind the first one.
func (m *laneRooms[R]) natural(r, first, blocks, span int, place guarded.Place) {
	m.t.Helper()
	width := m.lanes.Width
	tw := twiddles(m.c, place, r, first+blocks, root[R])
	x := kerneltest.Normal(m.r, guarded.In[R](m.a, 2*width*blocks*r*span, place))
	want := append([]R(nil), x...)
	m.lanes.Natural[r](x, tw, first, blocks, span)
	pure.Natural[R](width, r)(want, tw, first, blocks, span)
	kerneltest.Agree(m.t, fmt.Sprintf("radix %d, from natural order, blocks %d to %d, span %d, %v", r, first, first+blocks, span, place), x, want, m.radixTolerance(r))
}
