package propagate

import (
	"math"
	"math/cmplx"
	"testing"

	"arago/grid"
	"arago/optics"
)

// masks are figures with the Fourier transforms that they have on paper, in units of
// arcseconds; res is λ/D in radians.
func analyticMasks(res float64) map[string]struct {
	element optics.Element
	hat     func(fx, fy float64) float64
} {
	r := 3.3 * res / grid.Arcsecond
	type mask = struct {
		element optics.Element
		hat     func(fx, fy float64) float64
	}
	return map[string]mask{
		"disc": {optics.CircularOcculter{Radius: r}, func(fx, fy float64) float64 {
			f := math.Hypot(fx, fy)
			if f == 0 {
				return math.Pi * r * r
			}
			return r * math.J1(2*math.Pi*r*f) / f
		}},
		"small disc": {optics.CircularFieldStop{Radius: r / 20}, func(fx, fy float64) float64 {
			f := math.Hypot(fx, fy)
			if f == 0 {
				return math.Pi * r * r / 400
			}
			return r / 20 * math.J1(2*math.Pi*r/20*f) / f
		}},
		"bar": {optics.BarOcculter{Width: r, Height: 2.2 * r}, func(fx, fy float64) float64 {
			return r * sinc(r*fx) * 2.2 * r * sinc(2.2*r*fy)
		}},
	}
}

// The samples of a mask have its Fourier transform wherever light goes by it, up to
// one cycle per λ/D, to about a millionth of its peak; and smoothMask knows how good
// they are.
func TestTheSamplesOfAMaskHaveItsFourierTransform(t *testing.T) {
	const res = 3.1e-7
	for name, m := range analyticMasks(res) {
		w, err := optics.NewPatchwork([]optics.Element{m.element})
		if err != nil {
			t.Fatal(err)
		}
		b := w.Bounds()
		axis := func(low, high float64) grid.Axis { return boxAxis(low*grid.Arcsecond, high*grid.Arcsecond, res) }
		box := grid.Grid{Y: axis(b.Y0, b.Y1), X: axis(b.X0, b.X1), Unit: grid.Radian}
		samples, unsettled := smoothMask(w.Patches[0], box)
		worst := 0.0
		for i := range 9 {
			for j := range 9 {
				fx, fy := float64(i)/8/res*grid.Arcsecond, (float64(j)-4)/4/res*grid.Arcsecond
				var sum complex128
				for k, v := range samples {
					y, x := box.Y.At(k/box.X.N)/grid.Arcsecond, box.X.At(k%box.X.N)/grid.Arcsecond
					sum += complex(v, 0) * cmplx.Rect(1, -2*math.Pi*(fx*x+fy*y))
				}
				sum *= complex(box.Y.Step*box.X.Step/grid.Arcsecond/grid.Arcsecond, 0)
				worst = max(worst, cmplx.Abs(sum-complex(m.hat(fx, fy), 0)))
			}
		}
		worst /= m.hat(0, 0)
		// An estimate from the change between two samplings may be some times too small
		// where edges happen to fall among the samples as well.
		if worst > 3*settled || worst > 5*unsettled {
			t.Errorf("%s on %v: the transform is off by %.2g of its peak, and was said to be by %.2g", name, box, worst, unsettled)
		}
	}
}

// The filter passes what is within one cycle per λ/D, with the droop of means over
// fine samples taken back, and stops what the box's sampling would fold there.
func TestTheFilterPassesWhatLightGoesByAndStopsWhatFoldsOntoIt(t *testing.T) {
	for _, factor := range []int{8, 16, 64} {
		taps := filter(factor)
		response := func(cyclesPerResolution float64) float64 {
			f := cyclesPerResolution / boxSampling / float64(factor) // cycles per fine sample
			sum := 0.0
			for k, v := range taps {
				sum += v * math.Cos(2*math.Pi*f*float64(k-len(taps)/2))
			}
			return sum * sinc(f)
		}
		for i := range 21 {
			f := float64(i)/10 - 1
			if d := math.Abs(response(f) - 1); d > filterRipple {
				t.Errorf("factor %d: %.1f cycles pass with an error of %.2g", factor, f, d)
			}
			for k := 1; k <= factor/2; k++ {
				if d := math.Abs(response(f + boxSampling*float64(k))); d > filterRipple {
					t.Errorf("factor %d: %.1f cycles, which fold onto %.1f, pass with %.2g", factor, f+boxSampling*float64(k), f, d)
				}
			}
		}
	}
}
