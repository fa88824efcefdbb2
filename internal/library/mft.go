package library

import (
	"errors"
	"fmt"
	"math"

	"arago/backend"
	"arago/detect"
	"arago/fourier"
	"arago/grid"
	"arago/internal/about"
	"arago/internal/bytesize"
	"arago/internal/failure"
	"arago/internal/passes"
	"arago/propagate"
)

// Axis is one axis of a matrix Fourier transform.
type Axis struct {
	In, Out             int64
	Step                float64 // cycles from one pair of samples to the next
	InCenter, OutCenter float64
}

// MFT says which matrix Fourier transform; it can be the key of a map. Scale is the factor
// of the plain sum, 0 that of the unitary transform.
type MFT struct {
	Precision Precision
	Sign      int32
	Scale     float64
	Y, X      Axis
	Recipe    string
}

// MFTPlan is a transform made ready.
type MFTPlan struct {
	of        MFT
	chosen    *chosen
	estimates []fourier.Estimate
	estimate  fourier.Estimate // of the recipe
	execute   func(dst, src Array) error
}

// check says what is wrong with the description, but for what its recipe has to say.
func (t MFT) check() error {
	if err := t.Precision.check(); err != nil {
		return err
	}
	if t.Sign != 1 && t.Sign != -1 {
		return failure.Misuse("sign is %d; it must be +1 or -1", t.Sign)
	}
	if math.IsNaN(t.Scale) || math.IsInf(t.Scale, 0) {
		return failure.Misuse("scale is %g; it must be a finite number, or ARAGO_UNITARY (0)", t.Scale)
	}
	for _, a := range []struct {
		name string
		Axis
	}{{"y", t.Y}, {"x", t.X}} {
		switch {
		case a.In < 1 || a.Out < 1:
			return failure.Misuse("axis %s goes from %d samples to %d; both must be positive", a.name, a.In, a.Out)
		case a.In > longest || a.Out > longest:
			return failure.Misuse("axis %s goes from %d samples to %d; at most %d can be", a.name, a.In, a.Out, longest)
		case !(a.Step > 0) || math.IsInf(a.Step, 0):
			return failure.Misuse("the step of axis %s is %g cycles; it must be positive", a.name, a.Step)
		case !(math.Abs(a.InCenter) <= farthest && math.Abs(a.OutCenter) <= farthest):
			return failure.Misuse("the centres of axis %s are %g and %g; they must be indices of at most %g", a.name, a.InCenter, a.OutCenter, float64(farthest))
		}
	}
	return nil
}

// What an axis may have: samples whose kernels can be counted in bytes, centres whose
// phases have digits behind the point.
const (
	longest  = 1 << 24
	farthest = 0x1p40
)

// transform returns the transform of package fourier: a wavelength of 1 and steps of 1
// before it make the step after it the cycles.
func (t MFT) transform() fourier.Transform {
	axes := func(a Axis) (in, out grid.Axis) {
		return grid.Axis{N: int(a.In), Step: 1, Center: a.InCenter}, grid.Axis{N: int(a.Out), Step: a.Step, Center: a.OutCenter}
	}
	var f fourier.Transform
	f.In.Y, f.Out.Y = axes(t.Y)
	f.In.X, f.Out.X = axes(t.X)
	f.In.Unit, f.Out.Unit = grid.Metre, grid.Radian
	f.Wavelength, f.Sign = 1, int(t.Sign)
	return f
}

// factor is what is left to multiply by after the unitary transform.
func (t MFT) factor() float64 {
	if t.Scale == 0 {
		return 1
	}
	f := t.Scale / math.Sqrt(t.Y.Step*t.X.Step)
	if math.Abs(f-1) <= 4*0x1p-53 {
		return 1 // the same but for the rounding of the root
	}
	return f
}

// PlanMFT makes a plan with what computes now.
func PlanMFT(t MFT) (*MFTPlan, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	c, err := current()
	if err != nil {
		return nil, err
	}
	return newMFT(c, t)
}

func newMFT(c *chosen, t MFT) (*MFTPlan, error) {
	p := &MFTPlan{of: t, chosen: c, estimates: fourier.Estimates(t.transform(), &c.figures.Machine, t.Precision == Single)}
	found := false
	for _, e := range p.estimates {
		if t.Recipe == e.Recipe || t.Recipe == "" && e.Reason == "" {
			p.estimate, found = e, true
			break
		}
	}
	switch {
	case !found && t.Recipe == "":
		return nil, failure.Misuse("no recipe can do this transform")
	case !found:
		return nil, failure.Misuse("there is no recipe %q; it must be dense, folded, compressed, chirp-z or fft, or be left out to choose", t.Recipe)
	case p.estimate.Reason != "":
		return nil, failure.Misuse("recipe %q cannot do this transform: %s; leave it out to choose another", t.Recipe, p.estimate.Reason)
	}
	if err := fits("the transform", p.estimate.Kernels+p.estimate.Scratch); err != nil {
		return nil, err
	}
	var err error
	if t.Precision == Single {
		p.execute, err = executor(c.backends.Single, c.kernels, t, p.estimate.Recipe)
	} else {
		p.execute, err = executor(c.backends.Double, c.kernels, t, p.estimate.Recipe)
	}
	if errors.Is(err, fourier.ErrGrid) {
		return nil, failure.Misuse("%w", err)
	}
	return p, err
}

// fits says whether so many bytes fit in memory.
func fits(what string, bytes int64) error {
	const little = 64 << 20 // to ask takes longer than to take so much
	if bytes <= little {
		return nil
	}
	if free, known := detect.AvailableMemory(); known && bytes > free {
		return fmt.Errorf("%w: %s takes %s and %s are free; take fewer samples, or single precision",
			propagate.ErrMemory, what, bytesize.Text(bytes), bytesize.Text(free))
	}
	return nil
}

// executor makes the plan of a transform in one precision, and what executes it.
func executor[R backend.Real, C backend.Complex](core backend.Core[R, C], kernels *fourier.Cache, t MFT, recipe string) (func(dst, src Array) error, error) {
	plan, err := fourier.New(core, kernels, t.transform(), recipe)
	if err != nil {
		return nil, err
	}
	factor, keeps := t.factor(), fourier.Keeps(plan)
	// The factor goes to where there are fewer samples, unless the input is copied anyway.
	copies := !keeps || factor != 1 && t.Y.In*t.X.In < t.Y.Out*t.X.Out
	return func(to, from Array) error {
		dst, err := matrix[C](to, t.Y.Out, t.X.Out, "dst")
		if err != nil {
			return err
		}
		src, err := matrix[C](from, t.Y.In, t.X.In, "src")
		if err != nil {
			return err
		}
		if err := apart(dst, src, "src"); err != nil {
			return err
		}
		if copies {
			memory := passes.Scratch[C]().Get(src.Rows * src.Cols)
			defer passes.Scratch[C]().Put(memory)
			fourier.ExecuteFrom[R](plan, dst, src, backend.MatrixOf(src.Rows, src.Cols, *memory), factor)
			return nil
		}
		plan.Execute(dst, src)
		if factor != 1 {
			scaled[R](dst, factor)
		}
		return nil
	}, nil
}

// Execute transforms src into dst.
func (p *MFTPlan) Execute(dst, src Array) error { return p.execute(dst, src) }

// Describe returns what the plan is, as JSON.
func (p *MFTPlan) Describe() (string, error) {
	return about.JSON(struct {
		Recipe         string             `json:"recipe"`
		Precision      string             `json:"precision"`
		In             [2]int64           `json:"in"`  // rows, columns
		Out            [2]int64           `json:"out"` // rows, columns
		Backend        string             `json:"backend"`
		Libraries      []string           `json:"libraries"`
		Figures        about.FigureSource `json:"figures"`
		Seconds        float64            `json:"predicted_seconds"`
		PlanSeconds    float64            `json:"predicted_plan_seconds"`
		Kernels        int64              `json:"kernels"`
		Scratch        int64              `json:"scratch"`
		PredictedError float64            `json:"predicted_error"`
		Recipes        []about.Recipe     `json:"recipes"`
	}{
		Recipe: p.estimate.Recipe, Precision: [...]string{"double", "single"}[p.of.Precision],
		In: [2]int64{p.of.Y.In, p.of.X.In}, Out: [2]int64{p.of.Y.Out, p.of.X.Out},
		Backend: p.chosen.backends.Name(), Libraries: about.Libraries(p.chosen.backends.Linear, p.chosen.backends.Fourier),
		Figures: about.SourceOf(p.chosen.figures), Seconds: p.estimate.Seconds, PlanSeconds: p.estimate.SecondsOnce,
		Kernels: p.estimate.Kernels, Scratch: p.estimate.Scratch, PredictedError: p.estimate.Error,
		Recipes: about.Recipes(p.estimates, p.of.Precision == Single),
	})
}

// NewMFT makes a plan and returns its handle.
func NewMFT(t MFT) (Handle, error) {
	p, err := PlanMFT(t)
	if err != nil {
		return 0, err
	}
	return register(p), nil
}

const mftName = "mft"

// LookUpMFT returns the plan that a handle names.
func LookUpMFT(h Handle) (*MFTPlan, error) { return lookUp[*MFTPlan](h, mftName) }

// FreeMFT ends the life of a handle.
func FreeMFT(h Handle) error { return free[*MFTPlan](h, mftName) }

// TransformOnce executes a transform whose plan is made if it is not that of an earlier call.
func TransformOnce(t MFT, dst, src Array) error {
	c, err := current()
	if err != nil {
		return err
	}
	p, err := c.once.get(t, func() (*MFTPlan, error) {
		if err := t.check(); err != nil {
			return nil, err
		}
		return newMFT(c, t)
	})
	if err != nil {
		return err
	}
	return p.execute(dst, src)
}
