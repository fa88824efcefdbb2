package optics

import (
	"math"
	"testing"

	"arago/grid"
)

func TestPixelScalesComeBackFromRadiansAsTheyWereWritten(t *testing.T) {
	for i := 1; i < 20000; i++ {
		scale := float64(i) / 1000
		if got := arcseconds(scale * grid.Arcsecond); got != scale {
			t.Fatalf("%v arcsec come back as %v", scale, got)
		}
	}
}

func TestOtherAnglesBecomeTheNearestArcseconds(t *testing.T) {
	for _, radians := range []float64{1e-6 / 3, math.Pi / 7e6, 1.0 / 3} {
		got := arcseconds(radians) * grid.Arcsecond
		if math.Abs(got-radians) > 4*0x1p-53*radians {
			t.Errorf("%v rad come back as %v", radians, got)
		}
	}
}
