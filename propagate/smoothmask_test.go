package propagate

import (
	"math"
	"math/cmplx"
	"sync/atomic"
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
		samples, unsettled, _ := smoothMask(w.Patches[0], box)
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
		taps := filter(factor, false)
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

// recorded is a patch that notes how many samples it was asked for at once.
type recorded struct {
	optics.Patch
	most *atomic.Int64
}

func (r recorded) Cover(dst []float64, g grid.Grid) {
	for n := int64(len(dst)); ; {
		most := r.most.Load()
		if n <= most || r.most.CompareAndSwap(most, n) {
			break
		}
	}
	r.Patch.Cover(dst, g)
}

// The samples of a mask have the same bits in however many bands its rows are filtered:
// those of a filter that has all fine samples at once.
func TestAMaskThatIsFilteredInBandsHasTheBitsOfTheWholeFilter(t *testing.T) {
	w, err := optics.NewPatchwork([]optics.Element{optics.CircularOcculter{Radius: 0.31, Placement: optics.Placement{ShiftX: 0.04}}})
	if err != nil {
		t.Fatal(err)
	}
	const res = 6e-8
	b := w.Bounds()
	axis := func(low, high float64) grid.Axis { return boxAxis(low*grid.Arcsecond, high*grid.Arcsecond, res) }
	box := grid.Grid{Y: axis(b.Y0, b.Y1), X: axis(b.X0, b.X1), Unit: grid.Radian}
	s := sampler{box: box}
	got := make([]float64, box.Len())
	for _, factor := range []int{16, 4} { // a sampler serves any factor after any other
		if factor == 16 && bandHeight(box, factor) > box.Y.N/4 {
			t.Fatalf("a box of %d rows is filtered %d at a time: this tests nothing", box.Y.N, bandHeight(box, factor))
		}
		var most atomic.Int64
		s.filter(got, recorded{w.Patches[0], &most}, factor)
		if bytes := 8 * most.Load(); bytes > fineBytes {
			t.Errorf("a goroutine takes %d bytes of fine samples at once, more than %d", bytes, fineBytes)
		}
		taps := filter(factor, false)
		y, x := fineAxis(box.Y, factor, len(taps)/2), fineAxis(box.X, factor, len(taps)/2)
		rows := make([]float64, y.N*box.X.N)
		fine := make([]float64, x.N)
		for i := range y.N {
			w.Patches[0].Cover(fine, grid.Grid{Y: y.Sub(i, i+1), X: x, Unit: grid.Radian})
			decimate(rows[i*box.X.N:][:box.X.N], fine, taps, factor)
		}
		want := make([]float64, box.Len())
		for i := range box.Y.N {
			for k, by := range taps {
				for j := range box.X.N {
					want[i*box.X.N+j] += by * rows[(i*factor+k)*box.X.N+j]
				}
			}
		}
		for k, v := range want {
			if got[k] != v {
				t.Fatalf("factor %d, sample %d: %v in bands, %v at once", factor, k, got[k], v)
			}
		}
	}
}

// What sampling takes is counted, and is little beside the samples of a large box; the
// filter that had all rows at once took 128 bytes for each of them.
func TestTheMemoryOfSamplingAMaskIsWhatItsBandsHave(t *testing.T) {
	for _, n := range []int{8, 60, 500, 1878, 4000} {
		a := grid.Centered(n, 1e-8)
		box := grid.Grid{Y: a, X: a, Unit: grid.Radian}
		const goroutines = 2
		predicted := samplerBytes(box, goroutines)
		for factor := firstFactor; factor == firstFactor || !lastSampling(box, factor/2); factor *= 2 {
			taps := len(filter(factor, false))
			cols := fineAxis(a, factor, taps/2).N
			rows := (bandHeight(box, factor)-1)*factor + taps
			if bytes := 8 * float64(rows*n+goroutines*fineHeight(cols)*cols); bytes > predicted {
				t.Errorf("box of %d², factor %d: %g bytes, predicted %g", n, factor, bytes, predicted)
			}
		}
		// The taps' rows, the band's, and those of two goroutines.
		if most := 8.*16*(2*filterReach*boxSampling+1)*float64(n) + bandBytes + goroutines*fineBytes; n >= 500 && predicted > most {
			t.Errorf("box of %d²: %g bytes are predicted, more than %g", n, predicted, most)
		}
	}
	if large := grid.Centered(4000, 1e-8); samplerBytes(grid.Grid{Y: large, X: large}, 2) > 4000*4000 {
		t.Error("sampling takes more than one byte for each sample of a large box")
	}
}
