package fitsfile

import (
	"fmt"
	"strings"
)

// HDU is one unit of a FITS file that holds an image, a cube, or a header alone.
type HDU struct {
	// Name is the unit's name (EXTNAME); it may be empty.
	Name string
	// Header holds the cards, but for Name and those that describe the layout
	// of the data.
	Header Header
	// Shape is (rows, columns) of an image, (planes, rows, columns) of a cube,
	// or empty where there is neither.
	Shape []int
	// Data holds the samples row by row, plane by plane.
	Data []float64
	// Single says that the file keeps the samples in single precision
	// (BITPIX = −32). When an HDU is written without it, they take 64 bits.
	Single bool
}

// samples returns the number of samples that a shape holds; the shape is known
// to be small enough.
func samples(shape []int) int {
	if len(shape) == 0 {
		return 0
	}
	n := 1
	for _, s := range shape {
		n *= s
	}
	return n
}

func shapeString(shape []int) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", "×")
}
