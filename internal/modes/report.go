package modes

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"arago/internal/compare/report"
)

// SchemaVersion is that of the JSON form.
const SchemaVersion = 1

// Report is a comparison with all that one must know to read it.
type Report struct {
	SchemaVersion int       `json:"schema_version"`
	Program       string    `json:"program"`
	Date          time.Time `json:"date"`
	// Quick says that oversamplings and turns were cut short.
	Quick   bool           `json:"quick"`
	Machine report.Machine `json:"machine"`
	// Npix is the number of samples across the pupil.
	Npix          int   `json:"npix"`
	Wavelengths   int   `json:"wavelengths"`
	Oversamplings []int `json:"oversamplings"`
	// Backend is the choice that was asked for, "" for none; each run says which
	// served.
	Backend  string    `json:"backend"`
	Variants []Variant `json:"variants"`
	Results
	// Documented are the figures of POPPY's manual, if they are for Npix.
	Documented []Documented `json:"poppy_documented"`
}

// Documented is a peak memory that POPPY's manual gives for one process, which
// computes one wavelength.
type Documented struct {
	Oversample int   `json:"oversample"`
	PeakMemory int64 `json:"peak_memory_per_process"`
	// Words are those of a label: the manual gives round figures.
	Words string `json:"words"`
}

// documented is docs/performance.rst of POPPY: a pupil of 1024 samples makes
// arrays of 256 MB at oversampling 4, and a process takes about 1 GB; at 8 it
// takes over 4 GB. A megabyte is 2²⁰ bytes there, for 4096² complex numbers are
// 256 of these.
var documented = []Documented{{4, 1 << 30, "about 1 GB"}, {8, 4 << 30, "over 4 GB"}}

// documentedNpix is what those figures are for.
const documentedNpix = 1024

// NewReport returns a report of results by options. The caller fills in Program,
// Date and Quick.
func NewReport(o Options, results *Results) *Report {
	r := &Report{
		SchemaVersion: SchemaVersion, Machine: report.ThisMachine(), Npix: o.Npix, Wavelengths: wavelengths,
		Oversamplings: o.Oversamplings, Backend: o.Backend, Variants: Variants(), Results: *results, Documented: []Documented{},
	}
	if o.Npix == documentedNpix {
		for _, d := range documented {
			if slices.Contains(o.Oversamplings, d.Oversample) {
				r.Documented = append(r.Documented, d)
			}
		}
	}
	return r
}

// WriteJSON writes the report as one JSON object.
func (r *Report) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}

// measured returns the variants that have rows.
func (r *Report) measured() []Variant {
	var list []Variant
	for _, v := range r.Variants {
		if slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Variant == v.Name }) {
			list = append(list, v)
		}
	}
	return list
}

// of returns the rows of a case.
func (r *Report) of(c Case) []Row {
	var rows []Row
	for _, row := range r.Rows {
		if row.Case == c {
			rows = append(rows, row)
		}
	}
	return rows
}

// title returns the name of a variant for people.
func (r *Report) title(variant string) string {
	for _, v := range r.Variants {
		if v.Name == variant {
			return v.Title
		}
	}
	return variant
}

// backends returns the back ends that served a variant.
func (r *Report) backends(variant string) string {
	var names []string
	for _, run := range r.Runs {
		if run.Variant == variant && !slices.Contains(names, run.Backend) {
			names = append(names, run.Backend)
		}
	}
	return strings.Join(names, ", ")
}

// about is a line on what was computed.
func (r *Report) about() string {
	turns := 0
	for _, row := range r.Rows {
		turns = max(turns, row.Turns)
	}
	plural := "s"
	if turns == 1 {
		plural = ""
	}
	return fmt.Sprintf("%d samples across the pupil, %d wavelengths in a band of %.0f %%, %d turn%s", r.Npix, r.Wavelengths, 100*band, turns, plural)
}

// command is the command line of a variant as people would write it.
func (v Variant) command() string {
	return strings.Join(append(slices.Clone(v.Environment), fmt.Sprintf("arago psf --mode %s --workers %d", v.Mode, v.Workers)), " ")
}

// mebibytes returns a number of bytes for people, "?" for 0.
func mebibytes(n int64) string {
	if n == 0 {
		return "?"
	}
	return fmt.Sprintf("%d MiB", (n+1<<19)>>20)
}

// ratio returns how many times as fast a row is as single process, "?" if that
// is not known.
func ratio(speed *float64) string {
	if speed == nil {
		return "?"
	}
	return fmt.Sprintf("%.2f", *speed)
}

// sharers says how many shared the work.
func (r Row) sharers() string {
	if r.Threads > 0 {
		return fmt.Sprintf("%d threads", r.Threads)
	}
	return strconv.Itoa(r.Workers)
}

// notes explain the numbers.
func (r *Report) notes() string {
	s := "Time is from reading the system file until the image is there, the median of the turns; " +
		"spread is from the fastest turn to the slowest. Speed is the time of the single process by that of the row. " +
		"Memory is the greatest of the program with all its worker processes; workers are the wavelengths computed at once."
	if len(r.Documented) > 0 {
		var list []string
		for _, d := range r.Documented {
			list = append(list, fmt.Sprintf("%s at oversampling %d", d.Words, d.Oversample))
		}
		s += fmt.Sprintf(" POPPY's manual gives, for %d samples across the pupil and for each process, which computes one wavelength: %s; "+
			"it says so without naming a case, and its figures are those of padded Fourier transforms, as a coronagraph needs them.",
			r.Npix, strings.Join(list, ", "))
	}
	return s
}

// omitted returns lines about what was left out, one for each variant and reason.
func (r *Report) omitted() []string {
	type key struct{ variant, reason string }
	var keys []key
	places := map[key][]string{}
	for _, o := range r.Omissions {
		k := key{o.Variant, o.Reason}
		if places[k] == nil {
			keys = append(keys, k)
		}
		places[k] = append(places[k], o.Place.title())
	}
	var lines []string
	for _, k := range keys {
		where := strings.Join(places[k], ", ")
		if !slices.ContainsFunc(r.Rows, func(row Row) bool { return row.Variant == k.variant }) && len(places[k]) > 1 {
			where = fmt.Sprintf("all %d systems", len(places[k]))
		}
		lines = append(lines, fmt.Sprintf("%s: %s (%s)", r.title(k.variant), k.reason, where))
	}
	return lines
}
