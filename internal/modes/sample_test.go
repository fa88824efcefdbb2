package modes

import (
	"time"

	"arago/internal/compare"
	"arago/internal/compare/report"
)

// sample is a report with numbers made up: times double, memory grows as that of
// a real run, FFTW is not there, and one system does not fit.
func sample() *Report {
	results := new(Results)
	list := []int{1, 2, 3, 4, 6, 8}
	for _, k := range list {
		for _, c := range Cases() {
			p := Place{c, k}
			seconds, memory := 0.5*float64(k), int64(60+20*k)<<20
			if c == Coronagraph {
				seconds, memory = 0.3*float64(k*k), int64(60+22*k*k)<<20
			}
			for i, v := range Variants() {
				switch {
				case v.Name == "fftw-threads":
					results.Omissions = append(results.Omissions, Omission{p, v.Name, "FFTW is not in this program; rebuild with -tags fftw"})
					continue
				case v.Name == "processes" && c == Coronagraph && k == 8:
					results.Omissions = append(results.Omissions, Omission{p, v.Name, "not enough memory: it takes about 3.1 GiB and 2.0 GiB are free"})
					continue
				}
				s := seconds / (1 + 0.2*float64(i))
				speed := seconds / s
				row := Row{
					Place: p, Variant: v.Name, Turns: 3, PeakMemory: memory * int64(1+i) / 2, Workers: 1 + i/2, Speed: &speed,
					Seconds: compare.Statistics{Min: 0.95 * s, Q1: 0.97 * s, Median: s, Q3: 1.1 * s, Max: 1.2 * s},
				}
				results.Rows = append(results.Rows, row)
				for turn := range 3 {
					results.Runs = append(results.Runs, Run{p, v.Name, turn, s, row.PeakMemory, row.Workers, 0, "gonum"})
				}
			}
		}
	}
	r := NewReport(Options{Npix: DefaultNpix, Oversamplings: list}, results)
	r.Program, r.Date = "arago test", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	r.Machine = report.Machine{CPU: "Test <CPU>", Physical: 2, Cores: 2, L1: 32 << 10, L2: 1 << 20, L3: 30 << 20, OS: "linux", Arch: "amd64", Go: "go1.26"}
	return r
}
