package backend_test

import (
	"fmt"
	"log"
	"math"

	"arago/backend"
	"arago/backend/all"
)

// A transform of 8×8 of which only one sample is not zero and one row is
// wanted. Indices count modulo 8: the row begins at −4.
func ExampleCore_FFT2() {
	selection, err := all.Registry().Select("gonum")
	if err != nil {
		log.Fatal(err)
	}
	one := backend.MatrixOf(1, 1, []complex128{1})
	row := backend.NewMatrix[complex128](1, 8)
	selection.Double.FFT2(row, one, backend.FFT2{
		Rows: 8, Cols: 8, Sign: +1,
		Src: backend.Index{Row: 0, Col: 2},
		Dst: backend.Index{Row: 0, Col: -4},
	})
	for _, v := range row.Row(0) {
		fmt.Printf("%+d%+di ", int(math.Round(real(v))), int(math.Round(imag(v))))
	}
	// Output:
	// +1+0i +0+1i -1+0i +0-1i +1+0i +0+1i -1+0i +0-1i
}

func ExampleRegistry_Select() {
	selection, err := all.Registry().Select("dot=gonum,fft=gonum")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(selection.Name(), selection.Linear.License)
	_, err = all.Registry().Select("cublas")
	fmt.Println(err != nil)
	// Output:
	// gonum BSD-3-Clause
	// true
}
