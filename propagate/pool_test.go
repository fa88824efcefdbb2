package propagate_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// unlike are systems that share some elements and kernels, and others not.
func unlike(t *testing.T) []propagate.System {
	t.Helper()
	var list []propagate.System
	for _, piston := range []float64{10e-9, 20e-9} {
		for _, radius := range []float64{0.4, 0.3} {
			s := lyot(32, 2, 1e-6, optics.CircularOcculter{Radius: radius}, optics.CircularAperture{Radius: 0.8}, 12)
			first := s.Planes[0].(propagate.Pupil)
			first.Elements = append(slices.Clone(first.Elements), optics.ZernikeWFE{Radius: 1, Coefficients: []float64{piston, 0, 0, 2 * piston}})
			s.Planes = slices.Clone(s.Planes)
			s.Planes[0] = first
			list = append(list, s)
		}
	}
	return list
}

func TestPlansThatShareAPoolHaveTheSameBits(t *testing.T) {
	for name, limit := range map[string]int64{"all fits": 1 << 30, "little fits": 40_000, "nothing fits": 0} {
		pool := propagate.NewPool(limit)
		for round := range 4 {
			for i, s := range unlike(t) {
				want := run(t, s, propagate.Options{}).Image
				if got := run(t, s, propagate.Options{Pool: pool}).Image; !slices.Equal(got.Data, want.Data) {
					t.Fatalf("%s: round %d, system %d: the image differs from that without a pool", name, round, i)
				}
			}
		}
	}
}

func TestAPoolServesManyPlansAtOnce(t *testing.T) {
	systems := unlike(t)
	var want [][]float64
	for _, s := range systems {
		want = append(want, image(t, s).Data)
	}
	o := propagate.Options{Backend: selection(t), Pool: propagate.NewPool(1 << 20)}
	done := make(chan error)
	for range 4 {
		go func() {
			for i := range 3 * len(systems) {
				plan, err := propagate.NewPlan(systems[i%len(systems)], o)
				if err != nil {
					done <- err
					return
				}
				r, err := plan.Run(context.Background())
				if err != nil {
					done <- err
					return
				}
				if !slices.Equal(r.Image.Data, want[i%len(systems)]) {
					t.Errorf("system %d: the image differs", i%len(systems))
				}
			}
			done <- nil
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// counted is a round hole that counts how often rows of it are sampled.
type counted struct {
	Hole optics.CircularAperture
	Rows *int
}

func (c counted) Validate() error { return c.Hole.Validate() }

func (c counted) Sample(g grid.Grid) (optics.Sample, error) {
	*c.Rows += g.Y.N
	return c.Hole.Sample(g)
}

func TestWhatIsAlwaysTheSameIsSampledTwice(t *testing.T) {
	rows := 0
	s := direct(32, 2, 1e-6, 0.05, 8, counted{optics.CircularAperture{Radius: 1}, &rows}, optics.ZernikeWFE{Radius: 1, Coefficients: []float64{0}})
	pool := propagate.NewPool(1 << 20)
	o := propagate.Options{Backend: selection(t), Pool: pool, Workers: 1}
	each := make([]int, 5)
	for i := range each {
		before := rows
		p := s.Planes[0].(propagate.Pupil)
		p.Elements = []optics.Element{p.Elements[0], optics.ZernikeWFE{Radius: 1, Coefficients: []float64{float64(i) * 1e-9}}}
		s.Planes = append([]propagate.Plane{p}, s.Planes[1:]...)
		if _, err := propagate.NewPlan(s, o); err != nil {
			t.Fatal(err)
		}
		each[i] = rows - before
	}
	// Beside its 32 rows, single samples are looked at to predict the memory.
	if each[0] < 32 || each[1] < 32 || each[2] >= 32 || each[4] >= 32 {
		t.Errorf("rows sampled for plans one after the other: %v; want 32 for the first two and then none", each)
	}
}

func TestForeseenMemoryAndGridAreThoseOfThePlan(t *testing.T) {
	for i, s := range unlike(t) {
		o := propagate.Options{Backend: selection(t), Workers: 1}
		plan, err := propagate.NewPlan(s, o)
		if err != nil {
			t.Fatal(err)
		}
		outlook, err := propagate.Foresee(s, o)
		if err != nil {
			t.Fatal(err)
		}
		r, err := plan.Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if outlook.Grid != r.Image.Grid {
			t.Errorf("system %d: the grid is foreseen as %v, and is %v", i, outlook.Grid, r.Image.Grid)
		}
		// Nobody knows yet what is dark: more, but not much.
		if got, want := outlook.Memory.Peak(1), plan.Memory().Peak(1); got < want || got > want+want/2 {
			t.Errorf("system %d: %d bytes are foreseen, %d predicted", i, got, want)
		}
		if !(outlook.Time.Again > 0) {
			t.Errorf("system %d: time %v", i, outlook.Time)
		}
	}
	bad := direct(32, 2, 1e-6, 5, 8, optics.CircularAperture{Radius: 1})
	if _, err := propagate.Foresee(bad, propagate.Options{Backend: selection(t)}); err == nil {
		t.Error("a field that the pupil does not carry is foreseen")
	}
}

// veil and shade are elements of types that have the same name: one lets a part of the
// amplitude pass, the other takes it away.
func veil(part float64) optics.Element {
	type screen struct{ optics.ScalarTransmission }
	return screen{optics.ScalarTransmission{Transmission: part}}
}

func shade(part float64) optics.Element {
	type screen struct{ complement }
	return screen{complement{part}}
}

type complement struct{ part float64 }

func (c complement) Validate() error { return nil }

func (c complement) Sample(g grid.Grid) (optics.Sample, error) {
	return optics.ScalarTransmission{Transmission: 1 - c.part}.Sample(g)
}

func TestAPoolTellsTypesOfTheSameNameApart(t *testing.T) {
	if a, b := fmt.Sprintf("%T", veil(0)), fmt.Sprintf("%T", shade(0)); a != b {
		t.Fatalf("the types have the names %s and %s", a, b)
	}
	pool := propagate.NewPool(1 << 20)
	for range 3 {
		for _, e := range []optics.Element{veil(0.2), shade(0.2)} {
			s := direct(32, 2, 1e-6, 0.05, 8, e)
			s.Normalize = propagate.NormalizeNone
			want := run(t, s, propagate.Options{}).Image
			if got := run(t, s, propagate.Options{Pool: pool}).Image; !slices.Equal(got.Data, want.Data) {
				t.Fatalf("%#v: the image differs from that without a pool", e)
			}
		}
	}
}
