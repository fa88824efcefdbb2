package modes

import "strconv"

// Variant is a way in which the program shares its work.
type Variant struct {
	Name  string `json:"name"`
	Title string `json:"title"` // for people
	// Mode is the value of --mode.
	Mode string `json:"mode"`
	// Workers is the value of --workers; 0 lets the program choose.
	Workers int `json:"workers"`
	// Environment is what is added to the program's, as "NAME=value".
	Environment []string `json:"environment"`
}

// Variants returns all variants, in the order of reports. Others are compared
// with the first.
func Variants() []Variant {
	return []Variant{
		{Name: "single", Title: "single process", Mode: "goroutines", Workers: 1, Environment: []string{"GOMAXPROCS=1"}},
		{Name: "fftw-threads", Title: "FFTW threads", Mode: "fftw-threads", Environment: []string{}},
		{Name: "processes", Title: "worker processes", Mode: "processes", Environment: []string{}},
		{Name: "goroutines", Title: "goroutines", Mode: "goroutines", Environment: []string{}},
	}
}

// arguments returns the command line of a run.
func (v Variant) arguments(file, output, backend string) []string {
	args := []string{"psf", file, "-o", output, "--no-picture", "--json", "--mode", v.Mode, "--workers", strconv.Itoa(v.Workers)}
	if backend != "" {
		args = append(args, "--backend", backend)
	}
	return args
}
