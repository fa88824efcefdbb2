// Package report writes a comparison of libraries: as JSON for machines, as a
// table for a terminal, as a picture, and as a page that needs no network.
//
// # JSON
//
// A report is one object, the fields of [Report]. Its schema_version is 1; it is
// raised when a field changes its meaning or goes, not when one is added. Times
// are in seconds, memory in bytes, speeds in 1e9 operations per second.
package report

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"arago/internal/compare"
	"arago/internal/kernel/peak"
)

// SchemaVersion is that of the JSON form.
const SchemaVersion = 1

// Report is a comparison with all that one must know to read it.
type Report struct {
	SchemaVersion int       `json:"schema_version"`
	Program       string    `json:"program"`
	Date          time.Time `json:"date"`
	// Quick says that sizes and times were cut short.
	Quick     bool              `json:"quick"`
	Machine   Machine           `json:"machine"`
	Peaks     []Peak            `json:"peaks"`
	Libraries []compare.Library `json:"libraries"`
	Missing   []compare.Missing `json:"missing"`
	Rows      []Row             `json:"rows"`
	// Omissions are tasks that were not measured, with the reason.
	Omissions []compare.Omission `json:"omissions"`
}

// Peak is how many operations per second cores can do, measured by multiply-adds
// on registers.
type Peak struct {
	Precision compare.Precision `json:"precision"`
	Cores     int               `json:"cores"`
	GFLOPS    float64           `json:"gflops"`
	Set       string            `json:"instruction_set"`
}

// Row is a measurement.
type Row struct {
	compare.Measurement
	// ShareOfPeak is GFLOPS by the peak; null where the peak is not known.
	ShareOfPeak *float64 `json:"share_of_peak"`
}

// Run says what a comparison is of.
type Run struct {
	Program    string
	Date       time.Time
	Quick      bool
	Contenders []compare.Contender
	Missing    []compare.Missing
	Sizes      []int // nil means those of a full or quick comparison
	// Patience, if not 0, is how long a call and all together may take, instead of the
	// times of a full or quick comparison.
	Patience time.Duration
	// Only says which tasks are compared; nil means all.
	Only func(compare.Task) bool
	// Memory and Progress are those of compare.Options.
	Memory   int64
	Progress func(done, total int)
}

// Compare compares on one core and on all that this process may use. Its error
// is that of the context.
func Compare(ctx context.Context, run Run) (*Report, error) {
	cores := []int{1}
	if all := runtime.GOMAXPROCS(0); all > 1 {
		cores = append(cores, all)
	}
	sizes := run.Sizes
	switch {
	case sizes != nil:
	case run.Quick:
		sizes = compare.QuickSizes
	default:
		sizes = compare.Sizes
	}
	r := &Report{
		SchemaVersion: SchemaVersion, Program: run.Program, Date: run.Date, Quick: run.Quick,
		Machine: ThisMachine(), Peaks: Peaks(cores), Missing: append([]compare.Missing{}, run.Missing...),
	}
	for _, k := range run.Contenders {
		r.Libraries = append(r.Libraries, k.Library())
	}
	o := compare.Limits(run.Quick)
	if run.Patience > 0 {
		o.LongestCall, o.Budget = run.Patience, run.Patience
	}
	o.Tasks, o.Contenders = compare.Tasks(sizes, cores), run.Contenders
	if run.Only != nil {
		o.Tasks = slices.DeleteFunc(o.Tasks, func(t compare.Task) bool { return !run.Only(t) })
	}
	o.Memory, o.Progress = run.Memory, run.Progress
	results, err := compare.Compare(ctx, o)
	if err != nil {
		return nil, err
	}
	r.Fill(results)
	return r, nil
}

// Chart is what can be drawn in each way.
type Chart interface {
	WriteSVG(io.Writer) error
	WritePNG(io.Writer) error
	WriteHTML(io.Writer) error
}

// Plotter returns what draws the kind of chart that the ending of a file's name
// asks for, or nil if it is none of .svg, .png and .html.
func Plotter(path string) func(Chart, io.Writer) error {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".svg":
		return Chart.WriteSVG
	case ".png":
		return Chart.WritePNG
	case ".html":
		return Chart.WriteHTML
	}
	return nil
}

// Peaks measures the peaks of this machine for each precision and number of
// cores; none where there is no loop for it.
func Peaks(cores []int) []Peak {
	peaks := []Peak{}
	for _, p := range []compare.Precision{compare.Double, compare.Single} {
		for _, c := range cores {
			if rate, set, ok := peak.Measure(p == compare.Single, c); ok {
				peaks = append(peaks, Peak{p, c, rate / 1e9, set})
			}
		}
	}
	return peaks
}

// Fill puts results into the report, which has its peaks.
func (r *Report) Fill(results *compare.Results) {
	// Empty lists, not null, for those who read the JSON.
	r.Omissions = append([]compare.Omission{}, results.Omissions...)
	r.Rows = []Row{}
	for _, m := range results.Measurements {
		row := Row{Measurement: m}
		if p, ok := r.peak(m.Precision, m.Cores); ok {
			share := m.GFLOPS / p.GFLOPS
			row.ShareOfPeak = &share
		}
		r.Rows = append(r.Rows, row)
	}
}

func (r *Report) peak(p compare.Precision, cores int) (Peak, bool) {
	i := slices.IndexFunc(r.Peaks, func(k Peak) bool { return k.Precision == p && k.Cores == cores && k.GFLOPS > 0 })
	if i < 0 {
		return Peak{}, false
	}
	return r.Peaks[i], true
}

// WriteJSON writes the report as one JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// group is the rows of one operation, precision and number of cores.
type group struct {
	compare.Operation
	compare.Precision
	Cores int
	Rows  []Row // by size, the fastest first
}

// groups returns the rows in groups, in the order of reports.
func (r *Report) groups() []group {
	var groups []group
	for _, o := range compare.Operations() {
		for _, p := range []compare.Precision{compare.Double, compare.Single} {
			for _, c := range r.cores() {
				g := group{Operation: o, Precision: p, Cores: c}
				for _, row := range r.Rows {
					if row.Operation == o && row.Precision == p && row.Cores == c {
						g.Rows = append(g.Rows, row)
					}
				}
				slices.SortStableFunc(g.Rows, func(a, b Row) int {
					if a.Size != b.Size {
						return a.Size - b.Size
					}
					if a.Seconds.Median < b.Seconds.Median {
						return -1
					}
					return 1
				})
				if len(g.Rows) > 0 {
					groups = append(groups, g)
				}
			}
		}
	}
	return groups
}

// cores returns the numbers of cores that occur.
func (r *Report) cores() []int {
	seen := map[int]bool{}
	var list []int
	for _, row := range r.Rows {
		if !seen[row.Cores] {
			seen[row.Cores] = true
			list = append(list, row.Cores)
		}
	}
	slices.Sort(list)
	return list
}

// standing is how a contender did in an operation, over all tasks in which it
// took part.
type standing struct {
	Contender string
	// Ratio is the geometric mean of its time by that of the fastest.
	Ratio float64
}

// standings returns those of an operation, the best first.
func (r *Report) standings(o compare.Operation) []standing {
	fastest := map[compare.Task]float64{}
	for _, row := range r.Rows {
		if f, ok := fastest[row.Task]; !ok || row.Seconds.Median < f {
			fastest[row.Task] = row.Seconds.Median
		}
	}
	var list []standing
	for _, l := range r.Libraries {
		var logs float64
		var n int
		for _, row := range r.Rows {
			if row.Operation == o && row.Contender == l.Name && fastest[row.Task] > 0 {
				logs += math.Log(row.Seconds.Median / fastest[row.Task])
				n++
			}
		}
		if n > 0 {
			list = append(list, standing{l.Name, math.Exp(logs / float64(n))})
		}
	}
	slices.SortStableFunc(list, func(a, b standing) int {
		if a.Ratio < b.Ratio {
			return -1
		}
		if a.Ratio > b.Ratio {
			return 1
		}
		return 0
	})
	return list
}
