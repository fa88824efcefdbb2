package compare

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"arago/backend"
	"arago/backend/gonum"
)

// fake is a contender whose calls take as long as it is told, on no clock.
type fake struct {
	name    string
	took    func(call int) time.Duration
	without Operation // which it has not
	own     bool
	wrong   error // what Time returns

	log   *[]string
	calls int
}

func (f *fake) Library() Library { return Library{Name: f.name, OwnMemory: f.own} }

func (f *fake) Prepare(_ context.Context, w *Workspace) (Run, error) {
	if w.Operation == f.without {
		return nil, ErrUnsupported
	}
	return &fakeRun{f, w}, nil
}

type fakeRun struct {
	*fake
	w *Workspace
}

func (r *fakeRun) Check(ctx context.Context, points []Point) ([]complex128, error) {
	return r.w.truth(ctx, points)
}

func (r *fakeRun) Time(_ context.Context, calls int) (time.Duration, error) {
	if r.log != nil {
		*r.log = append(*r.log, r.name)
	}
	if r.wrong != nil {
		return 0, r.wrong
	}
	var sum time.Duration
	for range calls {
		sum += r.took(r.calls)
		r.calls++
	}
	return sum, nil
}

func (r *fakeRun) Close() error { return nil }

func always(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }

func outer(size int) Task { return Task{Outer, Double, size, 1} }

func compared(t *testing.T, o Options) *Results {
	t.Helper()
	r, err := Compare(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestContendersTakeTurnsAndTheOrderRotates(t *testing.T) {
	var log []string
	second := always(time.Second)
	compared(t, Options{
		Tasks: []Task{outer(8)}, Share: time.Second, LongestCall: time.Minute, Budget: time.Hour,
		Contenders: []Contender{
			&fake{name: "A", took: second, log: &log}, &fake{name: "B", took: second, log: &log}, &fake{name: "C", took: second, log: &log},
		},
	})
	// One call each to find how long it takes; then three rounds, for a call
	// takes a contender's whole share.
	if got, want := strings.Join(log, ""), "ABC"+"ABC"+"BCA"+"CAB"; got != want {
		t.Errorf("the turns are %s, want %s", got, want)
	}
}

func TestShortCallsAreRepeatedInATurn(t *testing.T) {
	r := compared(t, Options{
		Tasks: []Task{outer(100)}, Share: 9 * time.Millisecond, LongestCall: time.Second, Budget: time.Hour,
		Contenders: []Contender{&fake{name: "A", took: always(10 * time.Microsecond)}},
	})
	m := r.Measurements[0]
	if m.Calls != 100 || m.Rounds != mostRounds {
		t.Errorf("%d calls in each of %d rounds, want 100 in %d", m.Calls, m.Rounds, mostRounds)
	}
	// 6·100² operations in 10 µs.
	if math.Abs(m.GFLOPS-6) > 1e-9 || math.Abs(m.Seconds.Median-1e-5) > 1e-15 {
		t.Errorf("%g GFLOP/s in %g s, want 6 in 1e-5", m.GFLOPS, m.Seconds.Median)
	}
	if m.RelativeError != 0 {
		t.Errorf("the error of the truth is %g", m.RelativeError)
	}
}

func TestQuantilesAreThoseOfHyndmanAndFan7(t *testing.T) {
	// R: quantile(c(1, 2, 4, 8, 16, 32), type = 7) gives 1, 2.5, 6, 14, 32.
	got := StatisticsOf([]float64{32, 1, 16, 2, 8, 4})
	if want := (Statistics{Min: 1, Q1: 2.5, Median: 6, Q3: 14, Max: 32}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := StatisticsOf([]float64{3}); got != (Statistics{3, 3, 3, 3, 3}) {
		t.Errorf("of one time: %+v", got)
	}
}

func TestOneSlowTurnMovesTheSpreadAndNotTheMedian(t *testing.T) {
	r := compared(t, Options{
		Tasks: []Task{outer(8)}, Share: 9 * time.Millisecond, LongestCall: time.Second, Budget: time.Hour,
		Contenders: []Contender{&fake{name: "A", took: func(call int) time.Duration {
			if call == 2 {
				return 5 * time.Millisecond
			}
			return time.Millisecond
		}}},
	})
	if s := r.Measurements[0].Seconds; s.Median != 1e-3 || s.Max != 5e-3 || s.Min != 1e-3 {
		t.Errorf("got %+v", s)
	}
}

func TestWhatWouldTakeTooLongIsLeftOutWithItsReason(t *testing.T) {
	// A second for each operation of the smallest size: 384 of them.
	r := compared(t, Options{
		Tasks: []Task{outer(8), outer(80)}, Share: time.Second, LongestCall: 10 * time.Second, Budget: time.Hour,
		Contenders: []Contender{&fake{name: "slow", took: always(time.Second)}, &fake{name: "fast", took: always(time.Microsecond)}},
	})
	if len(r.Measurements) != 3 || len(r.Omissions) != 1 {
		t.Fatalf("%d measurements and %d omissions, want 3 and 1", len(r.Measurements), len(r.Omissions))
	}
	o := r.Omissions[0]
	if o.Contender != "slow" || o.Size != 80 || o.Reason != "a call would take about 1e+02 s; 10s are allowed" {
		t.Errorf("left out: %+v", o)
	}
}

func TestFirstCallThatTakesTooLongIsTheLastOne(t *testing.T) {
	calls := 0
	slow := func(int) time.Duration { calls++; return time.Minute }
	two := outer(8)
	two.Cores = 2
	r := compared(t, Options{
		Tasks: []Task{outer(8), two}, Share: time.Second, LongestCall: 10 * time.Second, Budget: time.Hour,
		Contenders: []Contender{&fake{name: "slow", took: slow}},
	})
	// On two cores it would take half a minute at best.
	want := []string{"a call takes 60 s; 10s are allowed", "a call would take about 30 s; 10s are allowed"}
	if calls != 1 || len(r.Measurements) != 0 || len(r.Omissions) != 2 || r.Omissions[0].Reason != want[0] || r.Omissions[1].Reason != want[1] {
		t.Errorf("%d calls, measured %+v, omitted %+v", calls, r.Measurements, r.Omissions)
	}
}

func TestBudgetOfTimeAndMemoryBoundTheWhole(t *testing.T) {
	var at time.Time
	r := compared(t, Options{
		Tasks: []Task{outer(8), outer(16), outer(4000)}, Share: time.Second, LongestCall: time.Hour, Budget: 90 * time.Minute,
		Memory:     1 << 20,
		Contenders: []Contender{&fake{name: "A", took: always(time.Second)}, &fake{name: "process", took: always(time.Second), own: true}},
		Now:        func() time.Time { at = at.Add(time.Hour); return at },
	})
	// Looks at the clock: start, 1 h, 2 h, 3 h.
	if len(r.Measurements) != 2 || len(r.Omissions) != 2 {
		t.Fatalf("%d measurements, omitted %+v", len(r.Measurements), r.Omissions)
	}
	r = compared(t, Options{
		Tasks: []Task{outer(200)}, Share: time.Second, LongestCall: time.Hour, Budget: time.Hour, Memory: 1 << 20,
		Contenders: []Contender{&fake{name: "A", took: always(1)}, &fake{name: "process", took: always(1), own: true}},
	})
	// 16·200² bytes fit once, not twice.
	if len(r.Omissions) != 1 || !strings.HasPrefix(r.Omissions[0].Reason, "it may need 0.0 GB of memory") {
		t.Errorf("omitted %+v", r.Omissions)
	}
}

func TestContenderThatFailsDoesNotStopTheOthers(t *testing.T) {
	r := compared(t, Options{
		Tasks: []Task{outer(8)}, Share: time.Second, LongestCall: time.Hour, Budget: time.Hour,
		Contenders: []Contender{
			&fake{name: "broken", wrong: errors.New("out of plans")},
			&fake{name: "without", without: Outer},
			&fake{name: "whole", took: always(time.Second)},
		},
	})
	if len(r.Measurements) != 1 || r.Measurements[0].Contender != "whole" {
		t.Errorf("measured %+v", r.Measurements)
	}
	if len(r.Omissions) != 1 || r.Omissions[0].Reason != "out of plans" {
		t.Errorf("omitted %+v", r.Omissions)
	}
}

func TestComparisonEndsWhenItIsCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var told []int
	_, err := Compare(ctx, Options{
		Tasks: []Task{outer(8), outer(16)}, Share: time.Second, LongestCall: time.Hour, Budget: time.Hour,
		Contenders: []Contender{&fake{name: "A", took: func(int) time.Duration { cancel(); return time.Second }}},
		Progress:   func(done, _ int) { told = append(told, done) },
	})
	if !errors.Is(err, context.Canceled) || len(told) != 1 {
		t.Errorf("error %v after progress %v", err, told)
	}
}

// The error that is reported for a back end is real: known from its arithmetic.
func TestBackEndAgreesWithTheTruthInEveryOperation(t *testing.T) {
	var registry backend.Registry
	registry.Register(gonum.Name, gonum.New)
	contenders, missing, err := Backends(&registry, nil)
	if err != nil || len(missing) != 0 {
		t.Fatal(err, missing)
	}
	r := compared(t, Options{
		Tasks: Tasks([]int{24, 13}, []int{1, 2}), Contenders: contenders,
		Share: time.Microsecond, LongestCall: time.Hour, Budget: time.Hour,
	})
	if len(r.Measurements) != 2*7*2*2 {
		t.Fatalf("%d measurements, want one for each task", len(r.Measurements))
	}
	for _, m := range r.Measurements {
		// Sums of at most 24 terms, transforms of Bluestein's kind among them:
		// well below fifty roundings. Only products of numbers of 24 bits are exact
		// in double precision.
		epsilon := 0x1p-53
		if m.Precision == Single {
			epsilon = 0x1p-24
		}
		exact := m.Operation == Outer && m.Precision == Double
		if !((m.RelativeError > 0) != exact && m.RelativeError < 50*epsilon) {
			t.Errorf("%+v: error %g", m.Task, m.RelativeError)
		}
	}
}

func TestResultThatIsWrongIsSeen(t *testing.T) {
	wrong := Local{About: Library{Name: "wrong"}, Call: func(w *Workspace) (func(), error) {
		return func() { clear(w.Double.Dst.Data) }, nil
	}}
	panics := Local{About: Library{Name: "panics"}, Call: func(*Workspace) (func(), error) {
		return func() { panic("no memory for a plan") }, nil
	}}
	nan := Local{About: Library{Name: "nan"}, Call: func(w *Workspace) (func(), error) {
		return func() {
			for i := range w.Double.Dst.Data {
				w.Double.Dst.Data[i] = complex(math.NaN(), 0)
			}
		}, nil
	}}
	var threads []int
	wrong.Threads = func(n int) { threads = append(threads, n) }
	r := compared(t, Options{
		Tasks: []Task{{FFT2, Double, 16, 2}}, Contenders: []Contender{wrong, panics, nan},
		Share: time.Microsecond, LongestCall: time.Hour, Budget: time.Hour,
	})
	if len(r.Measurements) != 1 || r.Measurements[0].RelativeError != 1 {
		t.Errorf("the error of nothing is not 1: %+v", r.Measurements)
	}
	if len(r.Omissions) != 2 || r.Omissions[0].Reason != "panics gave up: no memory for a plan" || r.Omissions[1].Reason != "the result is not a number" {
		t.Errorf("omitted %+v", r.Omissions)
	}
	if len(threads) < 2 || threads[0] != 2 || threads[1] != 1 {
		t.Errorf("threads were set to %v, want 2 for the call and 1 after it", threads)
	}
}

func TestBackEndsThatCannotBeOpenedAreMissingUnlessAskedFor(t *testing.T) {
	registry := new(backend.Registry)
	registry.Register(gonum.Name, gonum.New)
	registry.Register("broken", func() (backend.Implementation, error) {
		return backend.Implementation{}, errors.New("no file libbroken")
	})
	registry.Register("absent", func() (backend.Implementation, error) {
		return backend.Implementation{}, &backend.NotBuiltError{Name: "absent", Tag: "absent"}
	})
	contenders, missing, err := Backends(registry, nil)
	if err != nil || len(contenders) != 1 || len(missing) != 1 || missing[0].Why != "no file libbroken" {
		t.Errorf("%d contenders, missing %v, error %v", len(contenders), missing, err)
	}
	for name, want := range map[string]error{"absent": backend.ErrNotBuilt, "unheard-of": backend.ErrUnknown} {
		if _, _, err := Backends(registry, []string{name}); !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", name, err, want)
		}
	}
}

func TestLibraryWithoutAnOperationHasNoRowsForIt(t *testing.T) {
	registry := new(backend.Registry)
	registry.Register("products", func() (backend.Implementation, error) {
		impl, err := gonum.New()
		impl.Properties.Name, impl.FourierDouble, impl.FourierSingle = "products", nil, nil
		return impl, err
	})
	registry.Register(gonum.Name, gonum.New)
	contenders, _, err := Backends(registry, []string{"products"})
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorkspace(Task{FFT2, Double, 8, 1})
	if _, err := contenders[0].Prepare(context.Background(), w); !errors.Is(err, ErrUnsupported) {
		t.Errorf("error %v; the FFT of another back end must not stand in", err)
	}
}

func TestOperandsAreExactInSinglePrecisionAndPhasesHaveModulusOne(t *testing.T) {
	for i := range 1000 {
		if v := number(streamA, i); complex128(complex64(v)) != v || math.Abs(real(v)) > 1 {
			t.Fatalf("number %d is %v", i, v)
		}
		if p := phase(streamCol, i); complex128(complex64(p)) != p || math.Abs(real(p)*real(p)+imag(p)*imag(p)-1) > 0x1p-22 {
			t.Fatalf("phase %d is %v", i, p)
		}
	}
	// The same counter in another language must give the same: SplitMix64's
	// finaliser of 2⁴⁰ and 2⁴⁰+1, computed with Python's integers.
	if a, b := uniform(1, 0), uniform(1, 1); a != -0.9947723150253296 || b != 0.23015069961547852 {
		t.Errorf("stream 1 begins with %.9g, %.9g", a, b)
	}
}

func TestCountsOfOperationsAreTheCustomaryOnes(t *testing.T) {
	for o, want := range map[Operation]float64{
		Dot: 8 * 4096, DotReal: 4 * 4096, DotRealThin: 4 * 2 * 16 * 32, Outer: 6 * 256, OuterMultiply: 12 * 256, FFT2: 10 * 256 * 4, FFT2Windowed: 10 * 256 * 4,
	} {
		if got := (Task{Operation: o, Size: 16}).Operations(); got != want {
			t.Errorf("%s counts %g, want %g", o, got, want)
		}
		if o.Title() == "" {
			t.Errorf("%s has no title", o)
		}
	}
	if rows, inner, columns := (Task{Operation: DotRealThin, Size: 1024}).Shape(); rows != 128 || inner != 1024 || columns != 2048 {
		t.Errorf("the thin product of 1024 is of %d×%d by %d×%d, want 128×1024 by 1024×2048", rows, inner, inner, columns)
	}
	if in, out := (Task{Size: 4096}).Window(); in != 1024 || out != 640 {
		t.Errorf("the window of 4096 is %d and %d, want 1024 and 640", in, out)
	}
}
