package optics

import "arago/grid"

// evaluate returns f at the middle of each sample of g. Its arguments are the
// coordinates of the element that is placed by p: metres in a pupil plane,
// arcseconds in an image plane.
func evaluate(g grid.Grid, p Placement, f func(x, y float64) float64) []float64 {
	toElement := p.affine()
	yAxis, xAxis := planeAxes(g)
	xs := xAxis.Coordinates()
	values := make([]float64, 0, g.Len())
	for _, y := range yAxis.Coordinates() {
		for _, x := range xs {
			values = append(values, f(toElement.apply(x, y)))
		}
	}
	return values
}
