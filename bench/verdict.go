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
	Libraries     []restrictedLibrary `json:"libraries"`
	Measurements  []measurement       `json:"measurements"`
	Verdicts      []verdict           `json:"verdicts"`
	Failures      []failure           `json:"failures"`
}

// againstOneCore is what the second core is held against.
const againstOneCore = "itself on one core"

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
	Best      string            `json:"best"` // the fastest of the peers
	BestRate  float64           `json:"best_rate"`
	Ratio     float64           `json:"ratio"`
	AtLeast   float64           `json:"at_least"` // 0: only told
	Met       bool              `json:"met"`
}

// judge fills in the verdicts.
func (r *targetReport) judge(families []family) {
	for _, f := range families {
		for _, g := range f.Goals {
			for _, ours := range r.Measurements {
				if ours.Key != "" || !slices.Contains(f.Works, ours.Work) {
					continue
				}
				best := measurement{}
				for _, m := range r.Measurements {
					if m.Set == ours.Set && m.Work == ours.Work && m.Cores == ours.Cores && m.Rate > best.Rate &&
						slices.Contains(g.Against, m.Key) && m.Operation == g.operation(m.Work) {
						best = m
					}
				}
				if best.Rate > 0 {
					r.add(f, g.Title, ours, best.Contender, best.Rate, ours.Rate/best.Rate, g.AtLeast)
				}
			}
		}
		r.judgeScaling(f)
		if f.Choice == "growth" {
			r.judgeGrowth(f)
		}
	}
}

func (r *targetReport) add(f family, against string, ours measurement, best string, bestRate, ratio, atLeast float64) {
	r.Verdicts = append(r.Verdicts, verdict{
		Family: f.Title, Against: against, Set: ours.Set, Precision: ours.Work.Precision, Size: ours.Work.size(), Cores: ours.Cores,
		Rate: ours.Rate, Spread: ours.spread(), Unit: ours.Unit, Best: best, BestRate: bestRate,
		Ratio: ratio, AtLeast: atLeast, Met: ratio >= atLeast,
	})
}

// judgeScaling holds all cores against one. Only products do not wait for memory.
func (r *targetReport) judgeScaling(f family) {
	for _, ours := range r.Measurements {
		if ours.Key != "" || ours.Cores == 1 || !slices.Contains(f.Works, ours.Work) {
			continue
		}
		atLeast := 0.0
		if f.Choice == "products" && ours.Cores == 2 {
			atLeast = overOneCore
		}
		if one, ok := r.ours(ours.Set, ours.Work, 1); ok {
			r.add(f, againstOneCore, ours, one.Contender, one.Rate, ours.Rate/one.Rate, atLeast)
		}
	}
}

// judgeGrowth holds the largest transform against those of powers of two: GFLOP/s
// count n log n, so that a ratio of 1 is a cost that grows as that.
func (r *targetReport) judgeGrowth(f family) {
	for _, ours := range r.Measurements {
		if ours.Key != "" || !slices.Contains(f.Works, ours.Work) {
			continue
		}
		for _, n := range powersOfTwo {
			if smaller, ok := r.ours(ours.Set, transform(n, ours.Work.Precision), ours.Cores); ok {
				r.add(f, "itself at smaller sizes", ours, smaller.Contender+" at "+smaller.Work.size(), smaller.Rate, ours.Rate/smaller.Rate, 0)
				r.Verdicts[len(r.Verdicts)-1].Size += " to " + smaller.Work.size()
			}
		}
	}
}

// ours returns the measurement of Arago on a work.
func (r *targetReport) ours(set string, w work, cores int) (measurement, bool) {
	i := slices.IndexFunc(r.Measurements, func(m measurement) bool {
		return m.Key == "" && m.Set == set && m.Work == w && m.Cores == cores
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
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	head := ""
	for _, v := range r.Verdicts {
		if h := v.Family + ", against " + v.Against; h != head {
			head = h
			fmt.Fprintf(table, "\n%s\n", h)
			fmt.Fprintln(table, "set\tprecision\tcores\tsize\tarago\t±\tbest\trate\tratio\tat least\tmet")
		}
		target, met := "–", ""
		if v.AtLeast > 0 {
			target, met = fmt.Sprintf("%.4g", v.AtLeast), "no"
			if v.Met {
				met = "yes"
			}
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s %s\t%.0f %%\t%s\t%s\t%.2f\t%s\t%s\n", v.Set, v.Precision, v.Cores, v.Size,
			threeDigits(v.Rate), v.Unit, 100*v.Spread, v.Best, threeDigits(v.BestRate), v.Ratio, target, met)
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

// Markers around what writeInto replaces.
const (
	beginTargets = "<!-- bench:targets -->"
	endTargets   = "<!-- /bench:targets -->"
)

// writeInto replaces what stands between the markers of a file by the summary.
func (r *targetReport) writeInto(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, begins := strings.Cut(string(text), beginTargets)
	_, after, ends := strings.Cut(rest, endTargets)
	if !begins || !ends {
		return fmt.Errorf("%s has no lines %s and %s", path, beginTargets, endTargets)
	}
	return atomicfile.Replace(path, func(w io.Writer) error {
		_, err := io.WriteString(w, before+beginTargets+"\n"+r.summary()+endTargets+after)
		return err
	})
}

// line is a row of the summary, column a set on a number of cores.
type line struct {
	family, against string
	precision       compare.Precision
	atLeast         float64
}

type column struct {
	set   string
	cores int
}

func (v verdict) line() line     { return line{v.Family, v.Against, v.Precision, v.AtLeast} }
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
	b.WriteString("the median over the sizes of a row, the least, and how many sizes reach the target.\n\n")
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
		if l.atLeast == 0 || l.against == againstOneCore {
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
	if len(sorted) == 1 {
		text := fmt.Sprintf("%.2f", least.Ratio)
		if least.AtLeast > 0 && !least.Met {
			text += ", missed"
		}
		return text
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
	return text
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
