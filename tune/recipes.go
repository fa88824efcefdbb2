package tune

import (
	"context"
	"fmt"
	"math"

	"arago/backend"
	"arago/fourier"
	"arago/grid"
)

// Shape is a transform from a pupil of N samples across to an image of M samples
// across a field in λ/D, D being the width of the pupil's array.
type Shape struct {
	N     int     `json:"n"`
	M     int     `json:"m"`
	Field float64 `json:"field"`
}

// String writes the shape as tables do.
func (s Shape) String() string { return fmt.Sprintf("%d → %d over %g λ/D", s.N, s.M, s.Field) }

// Transform returns the transform of the shape.
func (s Shape) Transform() fourier.Transform {
	const diameter, wavelength = 6.5, 2e-6
	return fourier.Transform{
		In:         grid.Square(grid.Centered(s.N, diameter/float64(s.N)), grid.Metre),
		Out:        grid.Square(grid.Centered(s.M, s.Field*wavelength/diameter/float64(s.M)), grid.Radian),
		Wavelength: wavelength, Sign: 1,
	}
}

// Shapes are those that Recipes compares: images of few and of many λ/D, sampled
// finely and as coarsely as may be, from tiny ones to the whole field that a pupil
// carries.
func Shapes() []Shape {
	return []Shape{
		{16, 16, 4}, {32, 64, 16}, {64, 64, 64}, {128, 128, 20}, {256, 64, 8}, {256, 256, 256},
		{512, 512, 40}, {512, 128, 128}, {512, 1024, 512}, {1024, 32, 4}, {1024, 156, 25}, {1024, 624, 100},
		{1024, 1024, 512}, {1024, 400, 400}, {1024, 2048, 1024}, {2048, 1024, 60}, {2048, 2048, 200}, {2048, 256, 12}, {4096, 512, 16},
	}
}

// Comparison is how one recipe did on one shape.
type Comparison struct {
	Shape
	Recipe string `json:"recipe"`
	// Reason says why the recipe was left out, "" if it was not.
	Reason string `json:"reason,omitempty"`
	// Rank is the planner's, from 1, the choice, on.
	Rank int `json:"rank"`
	// Predicted and Measured are the seconds of a transform, PredictedOnce and
	// MeasuredOnce those of making its plan.
	Predicted     float64 `json:"predicted"`
	Measured      float64 `json:"measured"`
	PredictedOnce float64 `json:"predicted_once"`
	MeasuredOnce  float64 `json:"measured_once"`
}

// Recipes measures every recipe on the shapes, and returns a row for each, in the
// planner's order. A recipe that is predicted to take more than slowest seconds is
// left out. Its error is that of ctx.
func Recipes[R backend.Real, C backend.Complex](ctx context.Context, core backend.Core[R, C], m *fourier.Machine, shapes []Shape, slowest float64, o Options) ([]Comparison, error) {
	if o.Time == nil {
		o.Time = median
	}
	var c C
	_, single := any(c).(complex64)
	var rows []Comparison
	// All shapes have the same memory, which is new: of what was used before, large arrays
	// may be on small pages.
	var in, out int
	for _, s := range shapes {
		in, out = max(in, s.N*s.N), max(out, s.M*s.M)
	}
	fields, images := field[C](1, in).Data, field[C](1, out).Data
	for i, s := range shapes {
		if o.Progress != nil {
			o.Progress(i, len(shapes))
		}
		t := s.Transform()
		src, dst := backend.MatrixOf(s.N, s.N, fields[:s.N*s.N]), backend.MatrixOf(s.M, s.M, images[:s.M*s.M])
		for rank, e := range fourier.Estimates(t, m, single) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			row := Comparison{Shape: s, Recipe: e.Recipe, Reason: e.Reason, Rank: rank + 1, Predicted: e.Seconds, PredictedOnce: e.SecondsOnce}
			if e.Reason == "" && e.Seconds+e.SecondsOnce > slowest {
				row.Reason = fmt.Sprintf("would take %.2g s", e.Seconds+e.SecondsOnce)
			}
			if row.Reason == "" {
				var plan fourier.Plan[C]
				row.MeasuredOnce = o.Time(func() {
					var err error
					if plan, err = fourier.New(core, fourier.NewCache(math.MaxInt64), t, e.Recipe); err != nil {
						panic(err) // the estimate found no reason
					}
				})
				row.Measured = o.Time(func() { plan.Execute(dst, src) })
			}
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// Compromises returns the least that any choice could have of Regret: where a recipe is the
// best for a transform alone and another one with its plan, none is the best of both.
func Compromises(rows []Comparison) map[Shape]float64 {
	least := map[Shape]float64{}
	for i, chosen := range rows {
		if chosen.Reason != "" {
			continue
		}
		of := make([]Comparison, 0, len(rows))
		for k, r := range rows {
			if r.Shape == chosen.Shape {
				r.Rank = 2
				if k == i {
					r.Rank = 1
				}
				of = append(of, r)
			}
		}
		regret := Regret(of)[chosen.Shape]
		if best, ok := least[chosen.Shape]; !ok || regret < best {
			least[chosen.Shape] = regret
		}
	}
	return least
}

// Regret returns by how much longer than the best recipe each choice took, by the
// shape: the larger of the ratios for one transform with its plan and for a
// transform alone.
func Regret(rows []Comparison) map[Shape]float64 {
	first, ever := map[Shape]float64{}, map[Shape]float64{}
	for _, r := range rows {
		if r.Reason != "" {
			continue
		}
		if best, ok := ever[r.Shape]; !ok || r.Measured < best {
			ever[r.Shape] = r.Measured
		}
		if best, ok := first[r.Shape]; !ok || r.Measured+r.MeasuredOnce < best {
			first[r.Shape] = r.Measured + r.MeasuredOnce
		}
	}
	regret := map[Shape]float64{}
	for _, r := range rows {
		if r.Rank == 1 && r.Reason == "" {
			regret[r.Shape] = max(r.Measured/ever[r.Shape], (r.Measured+r.MeasuredOnce)/first[r.Shape])
		}
	}
	return regret
}
