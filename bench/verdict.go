package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"arago/internal/atomicfile"
	"arago/internal/compare"
	"arago/internal/compare/report"
	"arago/internal/kernel"
)

// targetReport is a comparison with the targets. Times are in seconds.
type targetReport struct {
	SchemaVersion int                 `json:"schema_version"`
	Program       string              `json:"program"`
	Date          time.Time           `json:"date"`
	Quick         bool                `json:"quick"`
	Machine       report.Machine      `json:"machine"`
	Peaks         []report.Peak       `json:"peaks"`
	Libraries     []restrictedLibrary `json:"libraries"`
	Measurements  []measurement       `json:"measurements"`
	Verdicts      []verdict           `json:"verdicts"`
	Failures      []failure           `json:"failures"`
}

// What Arago is held against where that is itself.
const (
	againstOneCore = "itself on one core"
	againstHalf    = "itself at half the size"
	againstDouble  = "itself in double precision"
	againstSquare  = "itself on the square product of 1024, or the memory if that allows less"
)

// verdict holds the rate of Arago on a work against a goal.
type verdict struct {
	Family    string            `json:"family"`
	Against   string            `json:"against"`
	Set       string            `json:"set"`
	Precision compare.Precision `json:"precision"`
	Size      string            `json:"size"`
	Cores     int               `json:"cores"`
	Rate      float64           `json:"rate"`
	Spread    float64           `json:"spread"` // half the distance between the quartiles, by the median
	Unit      string            `json:"unit"`
	Best      string            `json:"best"` // the fastest of the peers; Arago where Itself
	BestRate  float64           `json:"best_rate"`
	Ratio     float64           `json:"ratio"`
	AtLeast   float64           `json:"at_least"` // 0: only told
	Met       bool              `json:"met"`

	// Itself says that Arago is held against its own rate elsewhere. Peer is then the
	// fastest peer on this work, PeerRatio its rate by its own rate there: what the
	// same step brings or costs another. They are empty where no peer did both.
	Itself    bool    `json:"itself,omitempty"`
	Peer      string  `json:"peer,omitempty"`
	PeerRatio float64 `json:"peer_ratio,omitempty"`
}

// judge fills in the verdicts.
func (r *targetReport) judge(families []family) {
	r.Verdicts = nil
	for _, f := range families {
		for _, g := range f.Goals {
			for _, ours := range r.measured(f) {
				if best := r.fastest(ours, func(m measurement) bool {
					return slices.Contains(g.Against, m.Key) && m.Operation == g.operation(m.Work)
				}); best.Rate > 0 {
					r.add(f, g.Title, ours, best, g.AtLeast)
				}
			}
		}
		r.judgeItself(f)
	}
	// Families may share a title: what belongs together stands together.
	var heads []string
	for _, v := range r.Verdicts {
		if !slices.Contains(heads, v.head()) {
			heads = append(heads, v.head())
		}
	}
	slices.SortStableFunc(r.Verdicts, func(a, b verdict) int {
		return slices.Index(heads, a.head()) - slices.Index(heads, b.head())
	})
}

func (v verdict) head() string { return v.Family + ", against " + v.Against }

// measured returns what Arago did on the works of a family.
func (r *targetReport) measured(f family) []measurement {
	var all []measurement
	for _, m := range r.Measurements {
		if m.Key == "" && m.Operation == m.Work.Operation && slices.Contains(f.Works, m.Work) {
			all = append(all, m)
		}
	}
	return all
}

// fastest returns the fastest peer that did the same as ours on as many cores, of those
// that count; its rate is 0 if there is none.
func (r *targetReport) fastest(ours measurement, counts func(measurement) bool) measurement {
	best := measurement{}
	for _, m := range r.Measurements {
		if m.Key != "" && m.Set == ours.Set && m.Work == ours.Work && m.Cores == ours.Cores && m.Rate > best.Rate && counts(m) {
			best = m
		}
	}
	return best
}

func (r *targetReport) add(f family, against string, ours, best measurement, atLeast float64) {
	ratio := ours.Rate / best.Rate
	r.Verdicts = append(r.Verdicts, verdict{
		Family: f.Title, Against: against, Set: ours.Set, Precision: ours.Work.Precision, Size: ours.Work.size(), Cores: ours.Cores,
		Rate: ours.Rate, Spread: ours.spread(), Unit: ours.Unit, Best: best.Contender, BestRate: best.Rate,
		Ratio: ratio, AtLeast: atLeast, Met: ratio >= atLeast,
	})
}

// judgeItself holds Arago against itself.
func (r *targetReport) judgeItself(f family) {
	// Only products do not wait for memory.
	secondCore := 0.0
	if f.Choice == "products" {
		secondCore = overOneCore
	}
	r.against(f, againstOneCore, func(w work, cores int) (work, int, float64) {
		if cores != 2 {
			return w, 1, 0
		}
		return w, 1, secondCore
	})
	// GFLOP/s of transforms count n log n: a ratio of 1 is a cost that grows as that.
	r.against(f, againstHalf, func(w work, cores int) (work, int, float64) {
		if w.Operation != fft2 || w.Columns&(w.Columns-1) != 0 {
			return work{}, 0, 0
		}
		w.Columns /= 2
		return w, cores, asHalf
	})
	r.against(f, againstDouble, func(w work, cores int) (work, int, float64) {
		if w.Operation != fft2 {
			return work{}, 0, 0
		}
		w.Precision = compare.Double
		return w, cores, overDouble
	})
	r.against(f, againstSquare, func(w work, cores int) (work, int, float64) {
		if w.Operation != dotFolded {
			return work{}, 0, 0
		}
		return square(dotReal)(1024, w.Precision), cores, asSquare
	})
}

// against holds the rates of Arago on the works of a family against its rates on
// another work or number of cores, which elsewhere returns with the ratio of rates
// that there should be at least, 0 if it is only told. Where the passes over memory that
// the work needs have been timed and take longer, it is held against these.
func (r *targetReport) against(f family, title string, elsewhere func(w work, cores int) (work, int, float64)) {
	for _, ours := range r.measured(f) {
		other, cores, atLeast := elsewhere(ours.Work, ours.Cores)
		if other == ours.Work && cores == ours.Cores {
			continue
		}
		reference, ok := r.of("", other.Operation, ours.Set, other, cores)
		if !ok {
			continue
		}
		limit := reference
		if m, ok := r.of("", throughMemory, ours.Set, ours.Work, ours.Cores); ok && m.Rate < limit.Rate {
			limit = m
			limit.Contender = "memory"
		}
		r.add(f, title, ours, limit, atLeast)
		v := &r.Verdicts[len(r.Verdicts)-1]
		v.Itself = true
		peer := r.fastest(ours, func(m measurement) bool {
			_, ok := r.of(m.Key, other.Operation, m.Set, other, cores)
			return ok && m.Operation == ours.Work.Operation
		})
		if peer.Rate > 0 {
			there, _ := r.of(peer.Key, other.Operation, peer.Set, other, cores)
			v.Peer, v.PeerRatio = peer.Contender, peer.Rate/there.Rate
		}
	}
}

// of returns the measurement of a library on a work; key is that of goals.
func (r *targetReport) of(key, operation, set string, w work, cores int) (measurement, bool) {
	i := slices.IndexFunc(r.Measurements, func(m measurement) bool {
		return m.Key == key && m.Operation == operation && m.Set == set && m.Work == w && m.Cores == cores
	})
	if i < 0 {
		return measurement{}, false
	}
	return r.Measurements[i], true
}

// writeTable writes all verdicts.
func (r *targetReport) writeTable(out io.Writer) error {
	fmt.Fprintf(out, "%s\n%s\n", r.Machine, r.Date.Format("2006-01-02 15:04 MST"))
	for _, l := range r.Libraries {
		fmt.Fprintf(out, "  %s: %s\n", l.Set, l.describe())
	}
	if ceilings := r.ceilings(); ceilings != "" {
		fmt.Fprintf(out, "  %s\n", ceilings)
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	head := ""
	for _, v := range r.Verdicts {
		if v.head() != head {
			head = v.head()
			last := "\t"
			if v.Itself {
				last = "\tpeer\tits ratio"
			}
			fmt.Fprintf(table, "\n%s\n", head)
			fmt.Fprintln(table, "set\tprecision\tcores\tsize\tarago\t±\tbest\trate\tratio\tat least\tmet"+last)
		}
		target, met := "–", ""
		if v.AtLeast > 0 {
			target, met = fmt.Sprintf("%.4g", v.AtLeast), "no"
			if v.Met {
				met = "yes"
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s %s\t%.0f %%\t%s\t%s\t%.2f\t%s\t%s\t", v.Set, v.Precision, v.Cores, v.Size,
			threeDigits(v.Rate), v.Unit, 100*v.Spread, v.Best, threeDigits(v.BestRate), v.Ratio, target, met)
		if v.PeerRatio > 0 {
			fmt.Fprintf(table, "%s\t%.2f", v.Peer, v.PeerRatio)
		}
		fmt.Fprintln(table)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, f := range r.Failures {
		what := ""
		if f.Work != nil {
			what = fmt.Sprintf(" (%s %s %s)", f.Work.Operation, f.Work.size(), f.Work.Precision)
		}
		fmt.Fprintf(out, "\nnot measured: %s, %s%s: %s", f.Set, f.Contender, what, f.Why)
	}
	if len(r.Failures) > 0 {
		fmt.Fprintln(out)
	}
	judged, met := 0, 0
	for _, v := range r.Verdicts {
		if v.AtLeast > 0 {
			judged++
			if v.Met {
				met++
			}
		}
	}
	_, err := fmt.Fprintf(out, "\n%d of %d targets met\n", met, judged)
	return err
}

func threeDigits(v float64) string {
	digits := max(0, 2-int(math.Floor(math.Log10(v))))
	return fmt.Sprintf("%.*f", digits, v)
}

// targetsMarker names the part of a file that the summary stands in.
const targetsMarker = "targets"

// replaceBetween replaces what stands between the lines <!-- bench:name --> and
// <!-- /bench:name --> of a file.
func replaceBetween(path, name, summary string) error {
	begin, end := "<!-- bench:"+name+" -->", "<!-- /bench:"+name+" -->"
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(text), begin)
	_, after, ends := strings.Cut(rest, end)
	if !begins || !ends {
		return fmt.Errorf("%s has no lines %s and %s", path, begin, end)
	}
	return atomicfile.Replace(path, func(w io.Writer) error {
		_, err := io.WriteString(w, before+begin+"\n"+summary+end+after)
		return err
	})
}

// line is a row of the summary, column a set on a number of cores.
type line struct {
	family, against string
	precision       compare.Precision
	atLeast         float64
	itself          bool
}

type column struct {
	set   string
	cores int
}

func (v verdict) line() line     { return line{v.Family, v.Against, v.Precision, v.AtLeast, v.Itself} }
func (v verdict) column() column { return column{v.Set, v.Cores} }

// summary is what the README shows, in Markdown: for each family, goal and
// precision the ratios over all sizes, then rates at one size of each.
func (r *targetReport) summary() string {
	var lines []line
	var columns []column
	cells := map[line]map[column][]verdict{}
	for _, v := range r.Verdicts {
		l, c := v.line(), v.column()
		if l.against == againstOneCore && l.atLeast == 0 {
			continue // the table in full and the JSON have it
		}
		if cells[l] == nil {
			cells[l] = map[column][]verdict{}
			lines = append(lines, l)
		}
		if !slices.Contains(columns, c) {
			columns = append(columns, c)
		}
		cells[l][c] = append(cells[l][c], v)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s;\n%s. The rate of Arago by that of the fastest peer, medians of interleaved turns:\n", r.Machine, r.Date.Format("2 January 2006"))
	b.WriteString("the median over the sizes of a row, the least, and how many sizes reach the target. Where Arago is\n")
	b.WriteString("held against itself, the ratio of the fastest peer to itself stands in brackets, median over the sizes.")
	if ceilings := r.ceilings(); ceilings != "" {
		b.WriteString("\n" + strings.ToUpper(ceilings[:1]) + ceilings[1:] + ".")
	}
	b.WriteString("\n\n")
	b.WriteString("| work | against | at least | precision |")
	for _, c := range columns {
		fmt.Fprintf(&b, " %s, %s |", c.set, inWords(c.cores))
	}
	b.WriteString("\n|---|---|---|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, l := range lines {
		target := "–"
		if l.atLeast > 0 {
			target = fmt.Sprintf("%.4g", l.atLeast)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |", l.family, l.against, target, l.precision)
		for _, c := range columns {
			fmt.Fprintf(&b, " %s |", cell(cells[l][c]))
		}
		b.WriteString("\n")
	}
	r.writeRates(&b, lines, columns, cells)
	b.WriteString("\nVersions: " + r.versions() + ".\n")
	return b.String()
}

// writeRates writes the rates at the middle one of the sizes of each line that
// has a target, with the fastest peer.
func (r *targetReport) writeRates(b *strings.Builder, lines []line, columns []column, cells map[line]map[column][]verdict) {
	b.WriteString("\nRates at one size of each, Arago : fastest peer, in GFLOP/s (phasors: 1e9 samples a second):\n\n")
	b.WriteString("| work | size | precision |")
	for _, c := range columns {
		fmt.Fprintf(b, " %s, %s |", c.set, inWords(c.cores))
	}
	b.WriteString("\n|---|---|---|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, l := range lines {
		if l.atLeast == 0 || l.itself {
			continue
		}
		size := ""
		for _, c := range columns {
			if all := cells[l][c]; len(all) > 0 {
				size = all[len(all)/2].Size
			}
		}
		fmt.Fprintf(b, "| %s | %s | %s |", l.family, size, l.precision)
		for _, c := range columns {
			text := "–"
			for _, v := range cells[l][c] {
				if v.Size == size {
					text = fmt.Sprintf("%s : %s, %s", threeDigits(v.Rate), threeDigits(v.BestRate), short(v.Best))
				}
			}
			fmt.Fprintf(b, " %s |", text)
		}
		b.WriteString("\n")
	}
}

// cell sums up the verdicts of one column.
func cell(verdicts []verdict) string {
	if len(verdicts) == 0 {
		return "–"
	}
	sorted := slices.SortedFunc(slices.Values(verdicts), func(a, b verdict) int { return cmp.Compare(a.Ratio, b.Ratio) })
	least := sorted[0]
	peers := ""
	if ratios := peerRatios(verdicts); len(ratios) > 0 {
		peers = fmt.Sprintf(" (%.2f)", compare.StatisticsOf(ratios).Median)
	}
	if len(sorted) == 1 {
		text := fmt.Sprintf("%.2f", least.Ratio)
		if least.AtLeast > 0 && !least.Met {
			text += ", missed"
		}
		return text + peers
	}
	middle := (sorted[(len(sorted)-1)/2].Ratio + sorted[len(sorted)/2].Ratio) / 2
	text := fmt.Sprintf("%.2f, least %.2f at %s", middle, least.Ratio, least.Size)
	if least.AtLeast > 0 {
		met := 0
		for _, v := range sorted {
			if v.Met {
				met++
			}
		}
		text += fmt.Sprintf("; %d of %d", met, len(sorted))
	}
	return text + peers
}

func peerRatios(verdicts []verdict) (ratios []float64) {
	for _, v := range verdicts {
		if v.PeerRatio > 0 {
			ratios = append(ratios, v.PeerRatio)
		}
	}
	return ratios
}

// ceilings says what more cores bring to multiply-adds on registers: more they
// bring to nothing on this machine.
func (r *targetReport) ceilings() string {
	var parts []string
	for _, one := range r.Peaks {
		for _, p := range r.Peaks {
			if one.Cores == 1 && p.Cores > 1 && p.Precision == one.Precision {
				parts = append(parts, fmt.Sprintf("×%.2f in %s precision (%s to %s GFLOP/s)", p.GFLOPS/one.GFLOPS, p.Precision, threeDigits(one.GFLOPS), threeDigits(p.GFLOPS)))
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "multiply-adds on registers gain by all cores " + strings.Join(parts, ", ")
}

// versions names the libraries of the first half, and says what other halves
// hold them to.
func (r *targetReport) versions() string {
	var names []string
	restricted := ""
	for _, l := range r.Libraries {
		switch {
		case strings.HasPrefix(l.Name, "arago"):
		case l.Set == r.Libraries[0].Set:
			names = append(names, short(l.Name)+" "+l.Version)
		case l.Set == string(kernel.AVX2):
			restricted = "; beside the avx2 kernels they are held to AVX2"
		}
	}
	return strings.Join(names, ", ") + restricted
}

// short is the name of a library without how it is called.
func short(name string) string {
	name, _, _ = strings.Cut(name, " (")
	return name
}

func inWords(cores int) string {
	if cores == 1 {
		return "1 core"
	}
	return fmt.Sprintf("%d cores", cores)
}
