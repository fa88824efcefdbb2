// Stopwatch runs a command several times and prints what each run took, by the
// operating system's own account: wall clock time, processor time and peak
// memory; and their medians. It serves `make bench`.
//
//	stopwatch -n 5 -- arago psf examples/segmented.toml
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"
)

func main() {
	n := flag.Int("n", 5, "number of `runs`; one more, which is not counted, comes first")
	flag.Parse()
	if flag.NArg() == 0 || *n < 1 {
		fmt.Fprintln(os.Stderr, "stopwatch: name a command and at least one run, as in: stopwatch -n 5 -- sleep 1")
		os.Exit(2)
	}
	var runs []usage
	for i := range *n + 1 {
		u, err := measure(flag.Arg(0), flag.Args()[1:])
		if err != nil {
			fmt.Fprintf(os.Stderr, "stopwatch: %s: %v\n", flag.Arg(0), err)
			os.Exit(1)
		}
		if i > 0 {
			runs = append(runs, u)
			fmt.Printf("run %-4d %v\n", i, u)
		}
	}
	fmt.Printf("median   %v\n", usage{
		wall:   median(runs, func(u usage) time.Duration { return u.wall }),
		cpu:    median(runs, func(u usage) time.Duration { return u.cpu }),
		memory: median(runs, func(u usage) int64 { return u.memory }),
	})
}

// usage is what one run took. A memory of 0 is not known.
type usage struct {
	wall, cpu time.Duration
	memory    int64 // bytes
}

func (u usage) String() string {
	s := fmt.Sprintf("%7.3f s, %7.3f s of processor time", u.wall.Seconds(), u.cpu.Seconds())
	if u.memory > 0 {
		s += fmt.Sprintf(", peak memory %.0f MiB", float64(u.memory)/(1<<20))
	}
	return s
}

func measure(name string, args []string) (usage, error) {
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return usage{}, err
	}
	return usage{
		wall:   time.Since(start),
		cpu:    cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		memory: peakMemory(cmd.ProcessState),
	}, nil
}

func median[T time.Duration | int64](runs []usage, of func(usage) T) T {
	values := make([]T, len(runs))
	for i, u := range runs {
		values[i] = of(u)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
