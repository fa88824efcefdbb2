// Package area computes how much of each pixel of a grid a plane figure
// covers, exactly.
//
// A figure is a [Region]: discs, convex polygons and half-planes, joined by
// union, intersection and complement. An affine [Map] takes it to the plane of
// the grid, so that discs may become ellipses. [Region.Fill] gives the covered
// fraction of the area of every pixel: exactly 1 inside, exactly 0 outside,
// and on the edge the true fraction up to the rounding of the coordinates
// (about 1e-16 times the number of pixels from the origin of the grid).
//
// # Method
//
// All three basic shapes are convex. Between the lower and the upper edge of a
// row of pixels, a convex shape touches one run of pixels, and the pixels that
// it covers completely are one run as well: those between its chords along the
// two edges. So each shape cuts the row in at most four places. Between the
// cuts each shape is empty, full or partial, and three-valued logic gives the
// same for the figure; pixels that it does not settle lie on the edge of the
// figure.
//
// A pixel on the edge is cut into slabs at every y at which a boundary has a
// vertex, meets another one or enters the pixel. Within a slab the boundaries
// keep their order from left to right, so the figure is a set of trapezoids
// with straight or elliptic sides, whose areas have closed forms.
//
// The work grows with the number of rows and of pixels on edges, not with the
// number of pixels inside. Rows are independent of each other and there is no
// shared state: any number of goroutines may fill bands of one grid, and each
// gets the values that it would have in the whole.
package area
