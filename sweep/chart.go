package sweep

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Chart is a measure over one or two axes of a study, averaged over the others.
type Chart struct {
	// Measure is the column of the index, Unit its unit, "" if it has none.
	Measure, Unit string
	X             ChartAxis
	// Y is nil if the measure is shown over one axis.
	Y *ChartAxis
	// Mean has a row for each point of Y, one if there is none; NaN where no case
	// has the measure.
	Mean [][]float64
}

// ChartAxis is an axis of a chart.
type ChartAxis struct {
	Label  string
	Values []float64
}

// Chart returns the chart of a measure out of the file of the whole study; "" stands for
// the Strehl ratio, the peak, the flux, or else the first that there is. Of a measure on
// several circles it is the first. Axes whose values are not drawn at random come first. It
// is false if there is nothing to show, since all axes have one point.
func (p *Plan) Chart(file, measure string) (Chart, bool, error) {
	name := strings.ToUpper(measure)
	if name == "" {
		for _, n := range []string{"STREHL", "PEAK", "FLUX", p.Measures.columns()[0].name} {
			if slices.ContainsFunc(p.Measures.columns(), func(c measureColumn) bool { return c.name == n }) {
				name = n
				break
			}
		}
	}
	columns := p.Measures.columns()
	which := slices.IndexFunc(columns, func(c measureColumn) bool { return c.name == name })
	if which < 0 {
		return Chart{}, false, fmt.Errorf("%s is no measure of this study; it has %s", measure, strings.Join(p.MeasureNames(), ", "))
	}
	var chosen []int
	for _, drawn := range []bool{false, true} {
		for k, g := range p.groups {
			if g.n > 1 && g.axes[0].drawn == drawn && len(chosen) < 2 {
				chosen = append(chosen, k)
			}
		}
	}
	if len(chosen) == 0 {
		return Chart{}, false, nil
	}
	c := Chart{Measure: strings.ToLower(name), Unit: columns[which].unit, X: p.chartAxis(chosen[0])}
	rows := 1
	if len(chosen) > 1 {
		y := p.chartAxis(chosen[1])
		c.Y, rows = &y, len(y.Values)
	}
	count := make([][]float64, rows)
	for i := range rows {
		c.Mean, count[i] = append(c.Mean, make([]float64, len(c.X.Values))), make([]float64, len(c.X.Values))
	}
	at := 0 // of the measure among the numbers of a case
	for _, before := range columns[:which] {
		at += before.repeat
	}
	f, err := openIndex(file)
	if err != nil {
		return Chart{}, false, err
	}
	defer f.Close()
	for part, err := range p.readIndex(f) {
		if err != nil {
			return Chart{}, false, fmt.Errorf("%s: %w", file, err)
		}
		for _, o := range part.outcomes {
			row, col := 0, p.point(chosen[0], o.slot)
			if len(chosen) > 1 {
				row = p.point(chosen[1], o.slot)
			}
			if v := o.measures[at]; !math.IsNaN(v) {
				c.Mean[row][col] += v
				count[row][col]++
			}
		}
	}
	for i := range rows {
		for j := range c.Mean[i] {
			c.Mean[i][j] /= count[i][j] // NaN if there is none
		}
	}
	return c, true, nil
}

// chartAxis returns the values of the first parameter of a group, or the numbers of its
// points where these are not numbers in order.
func (p *Plan) chartAxis(k int) ChartAxis {
	g := p.groups[k]
	a := ChartAxis{Label: g.axes[0].paths[0]}
	for point := range g.n {
		v, ok := g.axes[0].at(point, 0)[0], g.axes[0].kinds[0] != words && !g.axes[0].drawn
		if !ok {
			a.Values = append(a.Values, float64(point))
			continue
		}
		a.Values = append(a.Values, number(v))
	}
	rising := slices.IsSortedFunc(a.Values, func(a, b float64) int {
		if a < b {
			return -1
		}
		return 1
	})
	if !rising || g.axes[0].kinds[0] == words || g.axes[0].drawn {
		a.Label += " (number)"
		for i := range a.Values {
			a.Values[i] = float64(i)
		}
	}
	return a
}
