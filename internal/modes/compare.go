package modes

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"arago/internal/compare"
)

// Options say what is compared and how long it may take.
type Options struct {
	// Program is the path of the program; Backend is the value of its --backend,
	// "" for none.
	Program, Backend string
	// Npix is the number of samples across the pupil, from LeastNpix to MostNpix.
	Npix          int
	Oversamplings []int
	// Turns is the number of runs of each variant on a system.
	Turns int

	// RunLimit is the time for a run; one that takes longer is left out.
	RunLimit time.Duration
	// Budget is the time for all; systems that it does not reach are left out.
	Budget time.Duration

	// Progress, if not nil, is told before each run how many are done.
	Progress func(done, total int)
	// Now is the clock of Budget; nil means time.Now.
	Now func() time.Time
}

// Limits returns options with the sizes and times of a full or of a quick
// comparison.
func Limits(quick bool) Options {
	if quick {
		return Options{
			Npix: DefaultNpix, Oversamplings: []int{1, 2, 4}, Turns: 1,
			RunLimit: 2 * time.Minute, Budget: 5 * time.Minute,
		}
	}
	return Options{
		Npix: DefaultNpix, Oversamplings: []int{1, 2, 3, 4, 6, 8}, Turns: 3,
		RunLimit: 10 * time.Minute, Budget: time.Hour,
	}
}

// Place is a system in the comparison.
type Place struct {
	Case       Case `json:"case"`
	Oversample int  `json:"oversample"`
}

func (p Place) title() string {
	return fmt.Sprintf("%s at oversampling %d", p.Case.Title(), p.Oversample)
}

// Run is one run of the program.
type Run struct {
	Place
	Variant string `json:"variant"`
	// Turn counts from 0.
	Turn    int     `json:"turn"`
	Seconds float64 `json:"seconds"`
	// PeakMemory in bytes, of the program with its worker processes; 0 if it is
	// not known.
	PeakMemory int64 `json:"peak_memory"`
	// Workers is how many wavelengths were computed at once, Threads the number
	// of FFTW's threads, 0 if it had none.
	Workers int    `json:"workers"`
	Threads int    `json:"fftw_threads"`
	Backend string `json:"backend"`
}

// Omission is a variant that was left out on a system.
type Omission struct {
	Place
	Variant string `json:"variant"`
	Reason  string `json:"reason"`
}

// Row sums up the runs of a variant on a system.
type Row struct {
	Place
	Variant string             `json:"variant"`
	Turns   int                `json:"turns"`
	Seconds compare.Statistics `json:"seconds"`
	// PeakMemory is the greatest of the runs; 0 if it is not known.
	PeakMemory int64 `json:"peak_memory"`
	Workers    int   `json:"workers"`
	Threads    int   `json:"fftw_threads"`
	// Speed is the median time of the first variant by that of this one; null if
	// the first was left out.
	Speed *float64 `json:"speed"`
}

// Results of a comparison.
type Results struct {
	Runs      []Run      `json:"runs"`
	Rows      []Row      `json:"rows"`
	Omissions []Omission `json:"omissions"`
}

// ErrNothing is returned if no variant could be measured on any system.
var ErrNothing = errors.New("nothing could be measured")

// Compare measures. It leaves no file. Its error is that of the context,
// ErrNothing, or tells that the program did not do what it should.
func Compare(ctx context.Context, o Options) (*Results, error) {
	folder, err := os.MkdirTemp("", "arago-modes-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	c := &comparison{Options: o, folder: folder, variants: Variants(), results: &Results{Runs: []Run{}, Rows: []Row{}, Omissions: []Omission{}}}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.began = c.Now()
	c.total = len(o.Oversamplings) * len(Cases()) * o.Turns * len(c.variants)
	// The cheap first, of both cases.
	for _, k := range o.Oversamplings {
		for _, kind := range Cases() {
			if err := c.place(ctx, Place{kind, k}); err != nil {
				return nil, err
			}
		}
	}
	c.tell()
	if len(c.results.Rows) == 0 {
		for _, omitted := range c.results.Omissions {
			return nil, fmt.Errorf("%w: %s", ErrNothing, omitted.Reason)
		}
		return nil, ErrNothing
	}
	return c.results, nil
}

type comparison struct {
	Options
	folder      string
	variants    []Variant
	results     *Results
	began       time.Time
	done, total int
}

func (c *comparison) tell() {
	if c.Progress != nil {
		c.Progress(c.done, c.total)
	}
}

func (c *comparison) over() bool { return c.Now().Sub(c.began) > c.Budget }

// place lets the variants take turns on a system.
func (c *comparison) place(ctx context.Context, p Place) error {
	end := c.done + c.Turns*len(c.variants)
	defer func() { c.done = end }()
	omitted := map[string]bool{}
	omit := func(v Variant, reason string) {
		omitted[v.Name] = true
		c.results.Omissions = append(c.results.Omissions, Omission{p, v.Name, reason})
	}
	if c.over() {
		for _, v := range c.variants {
			omit(v, fmt.Sprintf("the time for the comparison, %v, is over", c.Budget))
		}
		return nil
	}
	file := filepath.Join(c.folder, fmt.Sprintf("%s-%d.toml", p.Case, p.Oversample))
	if err := os.WriteFile(file, []byte(System(p.Case, c.Npix, p.Oversample)), 0o666); err != nil {
		return err
	}
	for turn := range c.Turns {
		if turn > 0 && c.over() {
			break
		}
		for i := range c.variants {
			v := c.variants[(i+turn)%len(c.variants)]
			c.tell()
			c.done++
			if omitted[v.Name] {
				continue
			}
			a, err := c.run(ctx, v, file)
			var out *leftOut
			switch {
			case errors.As(err, &out):
				omit(v, out.reason)
				continue
			case err != nil:
				return err
			}
			c.results.Runs = append(c.results.Runs, Run{p, v.Name, turn, a.Seconds, int64(a.PeakMemory), a.Workers, a.Threads, a.Backend})
		}
	}
	c.sumUp(p, omitted)
	return nil
}

// sumUp adds the rows of a system. A variant that was left out in a later turn
// has none: it did not do the work reliably.
func (c *comparison) sumUp(p Place, omitted map[string]bool) {
	var first float64
	for i, v := range c.variants {
		row := Row{Place: p, Variant: v.Name}
		var seconds []float64
		for _, r := range c.results.Runs {
			if r.Place == p && r.Variant == v.Name {
				seconds = append(seconds, r.Seconds)
				row.PeakMemory = max(row.PeakMemory, r.PeakMemory)
				row.Workers, row.Threads = max(row.Workers, r.Workers), max(row.Threads, r.Threads)
			}
		}
		if len(seconds) == 0 || omitted[v.Name] {
			continue
		}
		row.Turns, row.Seconds = len(seconds), compare.StatisticsOf(seconds)
		if i == 0 {
			first = row.Seconds.Median
		}
		if first > 0 {
			speed := first / row.Seconds.Median
			row.Speed = &speed
		}
		c.results.Rows = append(c.results.Rows, row)
	}
}
