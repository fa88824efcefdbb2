package compare

import "slices"

// Statistics are those of the time of one call, in seconds, over the turns of a
// contender.
type Statistics struct {
	Min    float64 `json:"min"`
	Q1     float64 `json:"q1"` // lower quartile
	Median float64 `json:"median"`
	Q3     float64 `json:"q3"` // upper quartile
	Max    float64 `json:"max"`
}

// StatisticsOf returns those of at least one time. Quantiles lie between
// neighbours as in Hyndman and Fan 1996, type 7.
func StatisticsOf(times []float64) Statistics {
	sorted := slices.Sorted(slices.Values(times))
	quantile := func(q float64) float64 {
		at := q * float64(len(sorted)-1)
		i := min(int(at), len(sorted)-1)
		next := sorted[min(i+1, len(sorted)-1)]
		return sorted[i] + (at-float64(i))*(next-sorted[i])
	}
	return Statistics{Min: quantile(0), Q1: quantile(0.25), Median: quantile(0.5), Q3: quantile(0.75), Max: quantile(1)}
}
