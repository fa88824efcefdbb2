package grid

// Map is a real quantity sampled on a grid, row by row: the value of row i and
// column j is Data[i*X.N+j]. Intensities, transmissions and optical path
// differences are maps.
type Map struct {
	Grid
	Data []float64
}

// NewMap returns a map of zeros.
func NewMap(g Grid) Map { return Map{Grid: g, Data: make([]float64, g.Len())} }

// Row returns row i; it shares the map's memory.
func (m Map) Row(i int) []float64 { return m.Data[i*m.X.N : (i+1)*m.X.N] }

// At returns the value of row i and column j.
func (m Map) At(i, j int) float64 { return m.Data[i*m.X.N+j] }

// Sum returns the sum of all values. Rows are summed one by one and then
// together, so the result does not depend on how the rows were computed.
func (m Map) Sum() float64 {
	var total float64
	for i := range m.Y.N {
		var row float64
		for _, v := range m.Row(i) {
			row += v
		}
		total += row
	}
	return total
}

// Binned returns the map summed over blocks of factor × factor samples: an
// oversampled image becomes the image in detector pixels. It panics if factor
// does not divide both sizes.
func (m Map) Binned(factor int) Map {
	if factor < 1 || m.Y.N%factor != 0 || m.X.N%factor != 0 {
		panic("grid: binning factor does not divide the size of the map")
	}
	out := NewMap(Grid{Y: m.Y.Binned(factor), X: m.X.Binned(factor), Unit: m.Unit})
	for i := range m.Y.N {
		dst := out.Row(i / factor)
		for j, v := range m.Row(i) {
			dst[j/factor] += v
		}
	}
	return out
}

// Binned returns the axis whose samples are blocks of factor samples of a; see
// Map.Binned.
func (a Axis) Binned(factor int) Axis {
	// The middle of the first block lies at index (factor−1)/2 of a.
	f := float64(factor)
	return Axis{N: a.N / factor, Step: a.Step * f, Center: (a.Center - (f-1)/2) / f}
}
