package workers_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"

	"arago/backend/all"
	"arago/optics"
	"arago/propagate"
	"arago/workers"
)

// makePlan makes the same plan in the parent and in its workers.
func makePlan(description []byte, o propagate.Options) (*propagate.Plan, error) {
	diameter, err := strconv.ParseFloat(string(description), 64)
	if err != nil {
		return nil, err
	}
	if o.Backend, err = all.Registry().Select("auto"); err != nil {
		return nil, err
	}
	return propagate.NewPlan(propagate.System{
		Diameter: diameter, Npix: 128, Oversample: 2,
		Source: propagate.Source{Spectrum: []propagate.Line{{Wavelength: 1.9e-6, Weight: 1}, {Wavelength: 2.1e-6, Weight: 1}}},
		Planes: []propagate.Plane{
			propagate.Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: diameter / 2}}},
			propagate.Detector{ScaleY: 0.05, ScaleX: 0.05, PixelsY: 60, PixelsX: 60, Oversample: 1},
		},
	}, o)
}

// The main function of a program whose plans are run by worker processes.
func ExampleRun() {
	if workers.IsWorker() {
		os.Exit(workers.Serve(makePlan))
	}

	description := []byte("6.5") // the diameter of the mirror in metres
	plan, err := makePlan(description, propagate.Options{})
	if err != nil {
		log.Fatal(err)
	}
	result, _, err := workers.Run(context.Background(), plan, workers.Job{
		Description: description,
		Warn:        func(sentence string) { fmt.Fprintln(os.Stderr, sentence) },
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.0f %% of the light is in the field\n", 100*result.Image.Sum())
}

// Why there are so many processes.
func ExampleEstimateOptimalProcesses() {
	need := workers.Need{Lines: 9, Memory: propagate.Memory{Shared: 100 << 20, Wavelength: 234 << 20}, Output: 12 << 20}
	fmt.Println(workers.EstimateOptimalProcesses(need, workers.Room{CPUs: 2, Memory: 20 << 30}))
	fmt.Println(workers.EstimateOptimalProcesses(need, workers.Room{CPUs: 32, Memory: 2 << 30}))
	fmt.Println(workers.EstimateOptimalProcesses(need, workers.Room{CPUs: 32, Memory: 256 << 20}))
	// Output:
	// 2 processes: 2 processors; 9 wavelengths; each process takes 310 MiB and 20 GiB are free
	// 6 processes: 32 processors; 9 wavelengths; each process takes 310 MiB and 2 GiB are free
	// 1 process: 32 processors; 9 wavelengths; one process and its parent take 410 MiB and 256 MiB are free
}
