package sweep

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"arago/internal/failure"
)

// axis is parameters that change together, and the values they take.
type axis struct {
	paths []string
	names []string // of the columns in the index
	n     int
	zip   string
	// file is that of a table, "" if the axis is none.
	file string
	// kinds are those of the columns; drawn says that values are drawn at random.
	kinds []kind
	drawn bool
	// at returns the values at a point, one for each path. number is that of the case.
	at func(point, number int) []any
}

// axisText is an axis as a sweep file has it.
type axisText struct {
	Path    any               `toml:"path"`
	Name    any               `toml:"name"`
	Values  []any             `toml:"values"`
	Range   *rangeText        `toml:"range"`
	Files   string            `toml:"files"`
	Table   string            `toml:"table"`
	Columns map[string]string `toml:"columns"`
	Seeds   int               `toml:"seeds"`
	Normal  *normalText       `toml:"normal"`
	Uniform *uniformText      `toml:"uniform"`
	Common  bool              `toml:"common"`
	Zip     string            `toml:"zip"`
}

type rangeText struct {
	From    any    `toml:"from"`
	To      any    `toml:"to"`
	Step    any    `toml:"step"`
	Count   int    `toml:"count"`
	Spacing string `toml:"spacing"`
}

// maxCases bounds the cases of a study, and so the points of an axis.
const maxCases = 100_000_000

// axis reads an axis. Names of files are relative to the folder dir.
func (t axisText) axis(seed int64, dir string) (*axis, error) {
	paths, err := texts(t.Path, "path")
	if err != nil {
		return nil, err
	}
	a := &axis{paths: paths, zip: t.Zip}
	kinds := 0
	for _, given := range []bool{t.Values != nil, t.Range != nil, t.Files != "", t.Table != "", t.Seeds != 0, t.Normal != nil, t.Uniform != nil} {
		if given {
			kinds++
		}
	}
	if kinds != 1 {
		return nil, fmt.Errorf("has %d of values, range, files, table, seeds, normal and uniform; write one of them", kinds)
	}
	if t.Columns != nil && t.Table == "" {
		return nil, fmt.Errorf("has columns, which belong to a table")
	}
	if t.Common && t.Seeds == 0 && t.Normal == nil && t.Uniform == nil {
		return nil, fmt.Errorf("has common, which belongs to seeds, normal and uniform")
	}
	if t.Table == "" && len(paths) == 0 {
		return nil, fmt.Errorf("has no path; write the parameter that changes, as in path = \"source.offset_r\"")
	}
	switch {
	case t.Values != nil:
		err = a.list(t.Values)
	case t.Range != nil:
		err = a.spread(*t.Range)
	case t.Files != "":
		err = a.files(t.Files, dir)
	case t.Table != "":
		err = a.table(t.Table, t.Columns, dir)
	case t.Seeds != 0:
		err = a.random(t.Seeds, t.Common, seed, func(d draw) any { return d.seed() })
	case t.Normal != nil:
		err = t.Normal.axis(a, t.Common, seed)
	default:
		err = t.Uniform.axis(a, t.Common, seed)
	}
	if err != nil {
		return nil, err
	}
	points := a.n
	if a.drawn {
		points = 1 // all are alike
	}
	a.kinds = make([]kind, len(a.paths))
	for point := range points {
		for i, v := range a.at(point, point) {
			a.kinds[i] = max(a.kinds[i], kindOf(v))
		}
	}
	if a.names, err = texts(t.Name, "name"); err != nil {
		return nil, err
	}
	if len(a.names) == 0 {
		for _, p := range a.paths {
			a.names = append(a.names, columnName(p))
		}
	}
	if len(a.names) != len(a.paths) {
		return nil, fmt.Errorf("has %d names for %d parameters; write one for each, or none", len(a.names), len(a.paths))
	}
	for i := range a.names {
		a.names[i] = columnName(a.names[i])
	}
	return a, nil
}

// kind is what a column holds.
type kind int

const (
	wholes kind = iota // all values are whole numbers
	numbers
	words
)

func kindOf(v any) kind {
	switch v.(type) {
	case int64:
		return wholes
	case float64:
		return numbers
	}
	return words
}

// columnName makes a name that every reader of FITS tables takes.
func columnName(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 128 && (r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') {
			return r
		}
		return '_'
	}, s)
}

// texts reads a text or a list of them.
func texts(v any, key string) ([]string, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		return []string{v}, nil
	case []any:
		var list []string
		for _, item := range v {
			s, ok := item.(string)
			if !ok {
				return nil, fmt.Errorf("has a %s that is no text in quotes", key)
			}
			list = append(list, s)
		}
		return list, nil
	}
	return nil, fmt.Errorf("has a %s that is no text in quotes", key)
}

// list takes the values one by one; with several paths each is a list with a value
// for each.
func (a *axis) list(values []any) error {
	if len(values) == 0 {
		return fmt.Errorf("has no values; write at least one")
	}
	a.n = len(values)
	if len(a.paths) == 1 {
		a.at = func(point, _ int) []any { return values[point : point+1] }
		return nil
	}
	for i, v := range values {
		if list, ok := v.([]any); !ok || len(list) != len(a.paths) {
			return fmt.Errorf("has %d paths, and item %d of its values is no list of as many", len(a.paths), i)
		}
	}
	a.at = func(point, _ int) []any { return values[point].([]any) }
	return nil
}

// spread takes values from a range.
func (a *axis) spread(t rangeText) error {
	if len(a.paths) > 1 {
		return fmt.Errorf("has a range and %d paths; a range is of one parameter, and axes with the same zip advance together", len(a.paths))
	}
	values, err := t.values()
	if err != nil {
		return err
	}
	return a.list(values)
}

// values returns the points of a range.
func (t rangeText) values() ([]any, error) {
	numbers := [3]float64{}
	whole := true
	for i, v := range []struct {
		key string
		v   any
	}{{"from", t.From}, {"to", t.To}, {"step", t.Step}} {
		switch n := v.v.(type) {
		case int64:
			numbers[i] = float64(n)
		case float64:
			numbers[i], whole = n, false
		case nil:
			if v.key != "step" {
				return nil, fmt.Errorf("has a range without %s; write range = { from = 0.0, to = 1.0, count = 11 }", v.key)
			}
		default:
			return nil, fmt.Errorf("has a range whose %s is no number", v.key)
		}
		if math.IsNaN(numbers[i]) || math.IsInf(numbers[i], 0) {
			return nil, fmt.Errorf("has a range whose %s is not finite", v.key)
		}
	}
	from, to, step := numbers[0], numbers[1], numbers[2]
	if (t.Step == nil) == (t.Count == 0) || t.Count < 0 {
		return nil, fmt.Errorf("has a range that needs count or step, one of them, and positive")
	}
	at, span, err := t.spacing(from, to, step)
	if err != nil {
		return nil, err
	}
	n := t.Count
	if t.Step != nil {
		steps := span / step
		if t.Spacing == "geometric" {
			steps = span / math.Log10(step)
		}
		// An end that rounding puts a little beyond counts.
		if !(steps >= -1e-9) || steps > maxCases {
			return nil, fmt.Errorf("has a range whose step does not lead from %g to %g, or in more than %d steps", from, to, maxCases)
		}
		n = 1 + int(steps*(1+1e-12)+1e-9)
	}
	if n > maxCases {
		return nil, fmt.Errorf("has a range of %d values; at most %d are possible", n, maxCases)
	}
	values := make([]any, n)
	for i := range values {
		v := at(i, n)
		if t.Step == nil && n > 1 && i == n-1 {
			v = to
		}
		values[i] = v
		if whole && v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			values[i] = int64(v)
		}
	}
	// Whole numbers as far as all are.
	if slices.ContainsFunc(values, func(v any) bool { _, ok := v.(float64); return ok }) {
		for i, v := range values {
			if n, ok := v.(int64); ok {
				values[i] = float64(n)
			}
		}
	}
	return values, nil
}

// spacing returns the value at a point and what steps are counted in. Products are
// rounded before they are added (float64(…)), so that linear ranges are the same on every
// machine. Powers may differ in their last bits from one processor to another; rounded to
// fourteen digits they are the same unless such a difference meets the middle between two
// of these numbers. The hash of a case is of its values, so that this would be found.
func (t rangeText) spacing(from, to, step float64) (at func(i, n int) float64, span float64, err error) {
	powers := t.Spacing == "log" || t.Spacing == "geometric"
	if powers && !(from > 0 && to > 0) {
		return nil, 0, fmt.Errorf("has a range with spacing %q from %g to %g; both ends must be positive", t.Spacing, from, to)
	}
	ratio := func(x float64) float64 { return digits(from*math.Pow(10, x), 14) }
	switch span := math.Log10(to / from); t.Spacing {
	case "", "linear":
		if t.Step != nil {
			return func(i, _ int) float64 { return from + float64(step*float64(i)) }, to - from, nil
		}
		return func(i, n int) float64 {
			if n == 1 {
				return from
			}
			return from + (to-from)*float64(i)/float64(n-1)
		}, to - from, nil
	case "log":
		if t.Step != nil {
			return func(i, _ int) float64 { return ratio(step * float64(i)) }, span, nil
		}
		fallthrough
	case "geometric":
		if t.Step == nil {
			return func(i, n int) float64 {
				if i == 0 {
					return from
				}
				return ratio(span * float64(i) / float64(n-1))
			}, span, nil
		}
		if !(step > 0) || step == 1 {
			return nil, 0, fmt.Errorf("has a geometric range whose step is %g; it is the ratio of neighbours and must be positive and not 1", step)
		}
		return func(i, _ int) float64 { return ratio(math.Log10(step) * float64(i)) }, span, nil
	}
	return nil, 0, fmt.Errorf("has a range with spacing %q; write linear, log (step in decades) or geometric (step a ratio)", t.Spacing)
}

// digits rounds to so many significant digits.
func digits(v float64, n int) float64 {
	r, _ := strconv.ParseFloat(strconv.FormatFloat(v, 'g', n, 64), 64)
	return r
}

// literal returns a pattern that only the name itself matches.
func literal(name string) string {
	var b strings.Builder
	for _, r := range []byte(name) {
		switch {
		case r == '*' || r == '?' || r == '[':
			b.WriteString("[" + string(rune(r)) + "]")
		case r == '\\' && filepath.Separator != '\\':
			b.WriteString(`\\`)
		default:
			b.WriteByte(r)
		}
	}
	return b.String()
}

// files takes the names of the files that a pattern matches, in the order of their
// names, as the system file would write them.
func (a *axis) files(pattern, dir string) error {
	if len(a.paths) != 1 {
		return fmt.Errorf("has files and %d paths; a series of files is of one parameter", len(a.paths))
	}
	full := pattern
	if !filepath.IsAbs(full) {
		full = filepath.Join(literal(dir), pattern)
	}
	found, err := filepath.Glob(full)
	if err != nil {
		return fmt.Errorf("has files %q, which is no pattern: %w", pattern, err)
	}
	if len(found) == 0 {
		return fmt.Errorf("has files %q, and no file matches that", pattern)
	}
	slices.Sort(found)
	values := make([]any, len(found))
	for i, f := range found {
		info, err := os.Stat(f)
		if err != nil {
			return fmt.Errorf("has files %q, and %s cannot be read: %w", pattern, f, failure.Cause(err))
		}
		if !info.Mode().IsRegular() {
			return fmt.Errorf("has files %q, and %s is no file that can be read", pattern, f)
		}
		if values[i] = f; !filepath.IsAbs(pattern) {
			relative, err := filepath.Rel(dir, f)
			if err != nil {
				return err
			}
			values[i] = filepath.ToSlash(relative)
		}
	}
	return a.list(values)
}
