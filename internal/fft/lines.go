package fft

import (
	"unsafe"

	"arago/backend"
	"arago/internal/kernel"
	"arago/internal/passes"
)

// lines is a matrix seen as count lines along one axis, neighbouring lines a block.
type lines[R float32 | float64] struct {
	data    []R
	stride  int // of rows, in reals
	columns bool
	count   int
	length  int
}

func rowsOf[R float32 | float64, C backend.Complex](m backend.Matrix[C]) lines[R] {
	return lines[R]{data: kernel.Reals[R](m.Data), stride: 2 * m.Stride, count: m.Rows, length: m.Cols}
}

func columnsOf[R float32 | float64, C backend.Complex](m backend.Matrix[C]) lines[R] {
	return lines[R]{data: kernel.Reals[R](m.Data), stride: 2 * m.Stride, columns: true, count: m.Cols, length: m.Rows}
}

// at returns the memory from element e of a line on.
func (l *lines[R]) at(line, e int) []R {
	if l.columns {
		return l.data[e*l.stride+2*line:]
	}
	return l.data[line*l.stride+2*e:]
}

// blocks says whether the memory of the lines holds blocks of width lines of at most so many
// elements each, block k where the lines k·width … stand.
func (l *lines[R]) blocks(width, elements int) bool {
	aligned := uintptr(unsafe.Pointer(unsafe.SliceData(l.data)))%passes.CacheLine == 0
	return !l.columns && l.stride == 2*l.length && l.count%width == 0 && l.length >= elements && aligned
}

// together returns how many blocks of width lines, elements of each, are loaded or stored
// together.
func (l *lines[R]) together(width, elements int) int {
	size := int(unsafe.Sizeof(l.data[0]))
	if !l.columns || 2*width*size > passes.CacheLine || l.stride*size < farRows {
		return 1
	}
	return max(1, min(widestGroup, groupBytes/(2*width*elements*size)))
}

// overlap says whether two slices share memory.
func overlap[T backend.Scalar](a, b []T) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	first := func(x []T) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(x))) }
	size := unsafe.Sizeof(a[0])
	return first(a) < first(b)+uintptr(len(b))*size && first(b) < first(a)+uintptr(len(a))*size
}

// load brings elements from e on of the lines first, first+step … into a block:
// element e+i to in[i]. Lanes beyond the last line become zero. step is 1 unless the
// lines are rows and there is one for each lane.
func (l *lines[R]) load(k *kernel.Lanes[R], x []R, first, step, e int, in []int32, turned bool) {
	if len(in) == 0 {
		return
	}
	count := min(k.Width, (l.count-first+step-1)/step)
	switch {
	case count < k.Width:
		l.loadFew(k.Width, x, first, count, e, in, turned)
	case l.columns:
		k.LoadColumns(x, l.at(first, e), l.stride, in, turned)
	default:
		k.LoadRows(x, l.at(first, e), step*l.stride, in, turned)
	}
}

// store is the reverse of load: element out[i] of a block becomes element e+i.
func (l *lines[R]) store(k *kernel.Lanes[R], x []R, first, e int, out []int32, turned bool) {
	if len(out) == 0 {
		return
	}
	count := min(k.Width, l.count-first)
	switch {
	case count < k.Width:
		l.storeFew(k.Width, x, first, count, e, out, turned)
	case l.columns:
		k.StoreColumns(l.at(first, e), l.stride, x, out, turned)
	default:
		k.StoreRows(l.at(first, e), l.stride, x, out, turned)
	}
}

// steps returns the distances of neighbouring lines and of neighbouring elements.
func (l *lines[R]) steps() (line, element int) {
	if l.columns {
		return 2, l.stride
	}
	return l.stride, 2
}

// loadFew is load of fewer lines than there are lanes.
func (l *lines[R]) loadFew(width int, x []R, first, count, e int, in []int32, turned bool) {
	from := l.at(first, e)
	line, element := l.steps()
	re, im := 0, 1
	if turned {
		re, im = 1, 0
	}
	for i, p := range in {
		lanes := x[2*int(p)*width:][:2*width]
		clear(lanes)
		for b := range count {
			at := i*element + b*line
			lanes[b], lanes[width+b] = from[at+re], from[at+im]
		}
	}
}

// storeFew is store of fewer lines than there are lanes.
func (l *lines[R]) storeFew(width int, x []R, first, count, e int, out []int32, turned bool) {
	to := l.at(first, e)
	line, element := l.steps()
	re, im := 0, 1
	if turned {
		re, im = 1, 0
	}
	for i, p := range out {
		lanes := x[2*int(p)*width:][:2*width]
		for b := range count {
			at := i*element + b*line
			to[at+re], to[at+im] = lanes[b], lanes[width+b]
		}
	}
}
