package spline

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"
)

// tolerance is that of agreement with scipy for samples of order 1: both sum 16
// products of numbers below 10, in different order.
const tolerance = 1e-14

// small is an array without any symmetry, used with scipy's answers below.
func small() (rows, cols int, samples []float64) {
	for i := range 4 {
		for j := range 5 {
			samples = append(samples, float64((7*i+3*j*j+i*j)%11)/4-1)
		}
	}
	return 4, 5, samples
}

func noise(n int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	v := make([]float64, n)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	return v
}

// scipy 1.11.4, numpy 1.26.4, with a the array of small:
//
//	map_coordinates(a, points, order=3, mode="constant", cval=0)
func TestSplineAgreesWithScipy(t *testing.T) {
	rows, cols, samples := small()
	s := New(rows, cols, samples, 0)
	for _, c := range []struct{ row, col, want float64 }{
		{0.25, 0.5, -0.5889107840401788},
		{1.5, 2.25, 1.373064313616072},
		{2.9, 3.99, -0.0001764233848213616},
		{0.1, 3.3, 0.2609904937500005},
		{2.5, 0.75, 0.6918439592633929},
		{1, 2.5, 1.0496651785714286},
		{-0.01, 1, 0},
		{1, 4.01, 0},
	} {
		if got := s.At(c.row, c.col); math.Abs(got-c.want) > tolerance {
			t.Errorf("At(%g, %g) = %.17g, scipy %.17g", c.row, c.col, got, c.want)
		}
	}
}

// scipy 1.11.4: map_coordinates([[2, 3, 5]], …, order=3), and of [[2, 3]].
func TestSplineOfShortLinesAgreesWithScipy(t *testing.T) {
	three := New(1, 3, []float64{2, 3, 5}, 0)
	two := New(2, 1, []float64{2, 3}, 0)
	one := New(1, 1, []float64{7}, 0.5)
	for _, c := range []struct{ got, want float64 }{
		{three.At(0, 0.5), 2.21875},
		{three.At(0, 1.2), 3.496},
		{three.At(0, 2), 5},
		{two.At(0.5, 0), 2.5},
		{two.At(0.2, 0), 2.104},
		{two.At(1, 0), 3},
		{one.At(0, 0), 7},
		{one.At(-0.4, 0.5), 7},
	} {
		if math.Abs(c.got-c.want) > tolerance {
			t.Errorf("got %.17g, scipy %.17g", c.got, c.want)
		}
	}
}

func TestSplineGoesThroughEverySample(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {1, 2}, {2, 1}, {2, 2}, {3, 7}, {40, 33}, {5, 200}} {
		rows, cols := size[0], size[1]
		samples := noise(rows*cols, 3)
		s := New(rows, cols, samples, 0)
		for i := range rows {
			for j := range cols {
				// The recursions round a few times at the size of the gain, 6 per axis.
				if got := s.At(float64(i), float64(j)); math.Abs(got-samples[i*cols+j]) > 1e-14 {
					t.Fatalf("%d×%d: At(%d, %d) = %.17g, sample %.17g", rows, cols, i, j, got, samples[i*cols+j])
				}
			}
		}
	}
}

// The cubic spline through samples with mirrors at both ends is the one whose
// second derivatives M solve M[k−1]+4M[k]+M[k+1] = 6(f[k−1]−2f[k]+f[k+1]),
// indices mirrored: another construction of the same curve, solved here by
// relaxation and evaluated piece by piece.
func TestSplineIsThatOfTheSecondDerivatives(t *testing.T) {
	const n = 12
	f := noise(n, 4)
	m := make([]float64, n)
	for range 200 { // contracts by at least 1/2 each time
		for k := range m {
			a, b := mirrored(k-1, n), mirrored(k+1, n)
			m[k] = (6*(f[a]-2*f[k]+f[b]) - m[a] - m[b]) / 4
		}
	}
	row, column := New(1, n, f, 0), New(n, 1, f, 0)
	for x := 0.0; x < n-1; x += 0.13 {
		k := int(x)
		b := x - float64(k)
		a := 1 - b
		want := a*f[k] + b*f[k+1] + ((a*a*a-a)*m[k]+(b*b*b-b)*m[k+1])/6
		for _, got := range []float64{row.At(0, x), column.At(x, 0)} {
			if math.Abs(got-want) > tolerance {
				t.Errorf("at %g: %.17g, want %.17g", x, got, want)
			}
		}
	}
}

// A smooth function is met to fourth order in the step: halving it makes the
// error in the middle 16 times smaller.
func TestSplineErrorFallsWithTheFourthPowerOfTheStep(t *testing.T) {
	worst := func(n int) float64 {
		h := 1 / float64(n)
		// Mirrors at both ends suit a cosine of whole half periods.
		f := func(u, v float64) float64 { return math.Cos(3*math.Pi*u) * math.Cos(2*math.Pi*v) }
		samples := make([]float64, (n+1)*(n+1))
		for i := range n + 1 {
			for j := range n + 1 {
				samples[i*(n+1)+j] = f(float64(i)*h, float64(j)*h)
			}
		}
		s := New(n+1, n+1, samples, 0)
		var e float64
		for i := range n {
			for j := range n {
				row, col := float64(i)+0.5, float64(j)+0.5
				e = max(e, math.Abs(s.At(row, col)-f(row*h, col*h)))
			}
		}
		return e
	}
	if ratio := worst(32) / worst(64); ratio < 15 || ratio > 17 {
		t.Errorf("halving the step makes the error %.3g times smaller, want 16", ratio)
	}
}

func TestSplineEndsAtItsMargin(t *testing.T) {
	samples := []float64{1, 1, 1, 1, 1, 1}
	bare, wide := New(2, 3, samples, 0), New(2, 3, samples, 0.5)
	for _, c := range []struct {
		s        *Surface
		row, col float64
		want     float64
	}{
		{bare, 0, -1e-12, 1}, // a rounding error outside is on the edge
		{bare, 1 + 1e-12, 2, 1},
		{bare, 0, -0.01, 0},
		{bare, 1.01, 1, 0},
		{bare, math.NaN(), 1, 0},
		{bare, 0, math.Inf(1), 0},
		{wide, -0.5, 2.5, 1},
		{wide, -0.51, 1, 0},
		{wide, 1, 2.51, 0},
	} {
		if got := c.s.At(c.row, c.col); math.Abs(got-c.want) > tolerance {
			t.Errorf("margin %.1g: At(%g, %g) = %g, want %g", c.s.margin, c.row, c.col, got, c.want)
		}
	}
}

func TestSplineKeepsItsOwnCopyOfTheSamples(t *testing.T) {
	samples := []float64{1, 2, 3, 4}
	s := New(2, 2, samples, 0)
	before := s.At(0.5, 0.5)
	samples[0] = 100
	if s.At(0.5, 0.5) != before {
		t.Error("changing the array after New changed the spline")
	}
}

func TestSplineIsEvaluatedByManyGoroutinesAtOnce(t *testing.T) {
	s := New(30, 30, noise(900, 5), 0)
	want := s.At(3.3, 4.4)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if s.At(3.3, 4.4) != want {
				t.Error("a concurrent evaluation differs")
			}
		})
	}
	wg.Wait()
}

func TestNewRefusesImpossibleArguments(t *testing.T) {
	for name, f := range map[string]func(){
		"sizes that do not agree": func() { New(2, 2, make([]float64, 3), 0) },
		"no samples":              func() { New(0, 2, nil, 0) },
		"a margin of a sample":    func() { New(1, 1, []float64{1}, 1) },
		"a margin that is NaN":    func() { New(1, 1, []float64{1}, math.NaN()) },
	} {
		if !panics(f) {
			t.Errorf("New accepts %s", name)
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}
