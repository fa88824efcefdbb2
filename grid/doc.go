// Package grid is the vocabulary that all of Arago shares: how a plane is
// sampled, where its zero lies, and in which unit its coordinates are counted.
//
// A plane is sampled on a regular grid, row by row: row i lies at y, column j
// at x, and y grows with i (the first row is the lowest one, as FITS images
// are drawn). Every plane carries its grid, so nothing about centring is
// implied by convention or by the parity of an array:
//
//	x_j = (j − X.Center)·X.Step
//
// Inside Arago lengths are metres and angles are radians. The units that the
// field uses at the edge (arcseconds on the sky, degrees for rotations) are
// converted with the constants of this package.
package grid
