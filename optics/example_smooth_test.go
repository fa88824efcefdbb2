package optics_test

import (
	"fmt"
	"math"

	"arago/grid"
	"arago/optics"
)

// The rms of a Zernike wavefront error is that of its coefficients.
func ExampleZernikeWFE() {
	pupil := grid.Square(grid.Centered(256, 6.6/256), grid.Metre)
	wfe := optics.ZernikeWFE{
		Radius:       3.3,
		Coefficients: []float64{0, 0, 0, 30e-9, 40e-9}, // 30 nm of defocus, 40 nm of astigmatism
	}
	s, err := wfe.Sample(pupil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var sum, n float64
	for _, opd := range s.OPD {
		if opd != 0 {
			sum += opd * opd
			n++
		}
	}
	fmt.Printf("rms wavefront error %.0f nm\n", 1e9*math.Sqrt(sum/n))
	// Output: rms wavefront error 50 nm
}

func ExampleNollIndices() {
	for _, j := range []int{4, 6, 11} {
		n, m := optics.NollIndices(j)
		fmt.Printf("Z%d: n = %d, m = %d\n", j, n, m)
	}
	// Output:
	// Z4: n = 2, m = 0
	// Z6: n = 2, m = 2
	// Z11: n = 4, m = 0
}

// A tilt moves the star to the position angle that it is rotated to: the OPD
// rises the other way.
func ExampleTiltOpticalPathDifference() {
	pupil := grid.Square(grid.Centered(2, 1), grid.Metre) // samples at ±0.5 m
	tilt := optics.TiltOpticalPathDifference{
		TiltAngle: 1, // arcsec
		Placement: optics.Placement{Rotation: 90},
	}
	s, err := tilt.Sample(pupil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("OPD at -x %.3f um, at +x %.3f um\n", 1e6*s.OPD[0], 1e6*s.OPD[1])
	// Output: OPD at -x -2.424 um, at +x 2.424 um
}

// A measured pupil of 4×4 samples, turned by a quarter: the bright sample goes
// from the right end of the lowest row to that of the highest.
func ExampleNewArrayElement() {
	measured := grid.NewMap(grid.Square(grid.Centered(4, 0.5), grid.Metre))
	measured.Data[3] = 1
	e, err := optics.NewArrayElement(optics.ArraySpec{Amplitude: measured, Rotation: 90})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := e.Sample(measured.Grid)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range 4 {
		fmt.Println(s.Amplitude[4*i : 4*i+4])
	}
	// Output:
	// [0 0 0 0]
	// [0 0 0 0]
	// [0 0 0 0]
	// [0 0 0 1]
}

func ExampleCompoundAnalyticOptic() {
	pupil := grid.Square(grid.Centered(3, 1), grid.Metre)
	dimmed := optics.CompoundAnalyticOptic{
		MergeMode: "and",
		Optics: []optics.Element{
			optics.GaussianAperture{W: 1},
			optics.ScalarTransmission{Transmission: 0.5},
		},
	}
	s, err := dimmed.Sample(pupil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f\n", s.Amplitude[3:6])
	// Output: [0.184 0.500 0.184]
}

// An element for image planes does not stand in a pupil.
func ExamplePlaneError() {
	mask := optics.BandLimitedCoronagraph{Kind: "circular", Sigma: 2}
	_, err := mask.Sample(grid.Square(grid.Centered(64, 0.1), grid.Metre))
	fmt.Println(err)
	// Output: band-limited coronagraph stands in an image plane, sampled in rad, but this plane has 64×64 samples of 0.1×0.1 m
}
