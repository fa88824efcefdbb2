//go:build unix

package workers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"arago/backend/all"
	"arago/grid"
	"arago/optics"
	"arago/propagate"
)

// The test program is its own worker, as Arago is; it can also be the parent
// in a test that ends a parent, and a worker that does not know its part.
const (
	parentVariable = "ARAGO_TEST_PARENT"
	roleVariable   = "ARAGO_TEST_ROLE"
)

func TestMain(m *testing.M) {
	if IsWorker() {
		if role := os.Getenv(roleVariable); role != "" {
			os.Exit(pretend(role))
		}
		os.Exit(Serve(build))
	}
	if text := os.Getenv(parentVariable); text != "" {
		s := parse([]byte(text))
		if _, _, err := Run(context.Background(), s.plan(nil), Job{Processes: 2, Description: []byte(text)}); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	// Under the race detector each process would wait for a second at its end.
	if err := os.Setenv("GORACE", os.Getenv("GORACE")+" atexit_sleep_ms=0"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// spec describes a run to its workers.
type spec struct {
	// System is "direct" or "coronagraph", Lines the number of wavelengths.
	System string
	Lines  int
	// Backend is a choice of back ends, "gonum" if empty.
	Backend string
	Single  bool
	// Dark makes the light vanish where it is counted.
	Dark bool
	// Fault befalls workers in the image plane of line FaultLine; if Marker is
	// not empty, only the one that can make this file.
	Fault     string
	FaultLine int
	Marker    string
	// Build befalls workers while they make their plan.
	Build string
}

func parse(text []byte) spec {
	var s spec
	if err := json.Unmarshal(text, &s); err != nil {
		panic(err)
	}
	return s
}

func (s spec) description() []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return text
}

// plan makes the plan of the parent. Faults are in it too, but befall workers only.
func (s spec) plan(change func(*propagate.Options)) *propagate.Plan {
	var o propagate.Options
	if change != nil {
		change(&o)
	}
	p, err := s.newPlan(o)
	if err != nil {
		panic(err)
	}
	return p
}

func (s spec) newPlan(o propagate.Options) (*propagate.Plan, error) {
	name := s.Backend
	if name == "" {
		name = "gonum"
	}
	selection, err := all.Registry().Select(name)
	if err != nil {
		return nil, err
	}
	o.Backend = selection
	if s.Single {
		o.Precision = propagate.Single
	}
	return propagate.NewPlan(s.system(), o)
}

// system is a segmented telescope of 6 m with an aberration: direct imaging, or
// a coronagraph with an occulter and a Lyot stop.
func (s spec) system() propagate.System {
	system := propagate.System{Diameter: 6, Npix: 48, Oversample: 2}
	for i := range s.Lines {
		system.Source.Spectrum = append(system.Source.Spectrum, propagate.Line{Wavelength: (2 + 0.1*float64(i)) * 1e-6, Weight: float64(1 + i%3)})
	}
	mirror := propagate.Pupil{Elements: []optics.Element{
		optics.MultiHexagonAperture{Side: 0.7, Gap: 0.02, Rings: 2, Center: true},
		optics.ZernikeWFE{Radius: 3, Coefficients: []float64{0, 50e-9, 0, 80e-9, 0, 30e-9}},
	}}
	detector := propagate.Detector{ScaleY: 0.04, ScaleX: 0.04, PixelsY: 20, PixelsX: 24, Oversample: 2}
	if s.System == "direct" {
		system.Planes = []propagate.Plane{mirror, detector}
		return system
	}
	focus := propagate.Image{Elements: []optics.Element{optics.CircularOcculter{Radius: 0.15}}}
	if s.Dark {
		focus.Elements = []optics.Element{optics.ScalarTransmission{}}
		system.Normalize = propagate.NormalizeLast
	}
	if s.Fault != "" {
		// The grid of an image plane tells the wavelength.
		step := system.Source.Spectrum[s.FaultLine].Wavelength / (system.Diameter * float64(system.Oversample))
		focus.Elements = append(focus.Elements, fault{s, step})
	}
	system.Planes = []propagate.Plane{mirror, focus, propagate.Pupil{Elements: []optics.Element{optics.CircularAperture{Radius: 2.5}}}, detector}
	return system
}

// build is what workers make their plan with.
func build(description []byte, o propagate.Options) (*propagate.Plan, error) {
	s := parse(description)
	switch s.Build {
	case "":
	case "memory":
		o.MemoryLimit = 1
	case "environment":
		return nil, errors.New(strings.Join(os.Environ(), "\n"))
	case "one line less":
		s.Lines--
	default:
		s.befall(s.Build)
	}
	return s.newPlan(o)
}

// fault is an element that something befalls in a worker, where the samples of a plane have
// a certain distance.
type fault struct {
	spec
	step float64
}

func (fault) Validate() error { return nil }
func (f fault) Sample(g grid.Grid) (optics.Sample, error) {
	if g.X.Step == f.step && IsWorker() {
		f.befall(f.Fault)
	}
	return optics.Sample{}, nil
}

// befall does what is told to this process.
func (s spec) befall(what string) {
	if s.Marker != "" && what != "wait" && what != "spin" {
		file, err := os.OpenFile(s.Marker, os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return
		}
		file.Close()
	}
	switch what {
	case "exit":
		fmt.Println("The library says hello.")
		fmt.Fprintln(os.Stderr, "The disk is on fire.")
		os.Exit(3)
	case "panic":
		panic("the array is worn out")
	case "kill":
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "terminate":
		_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
		select {}
	case "babble":
		_, _ = os.NewFile(answersFD, "answers").Write(make([]byte, 1<<10))
		select {}
	case "wait", "spin":
		// Marker is a named pipe, which is closed when the last process that
		// writes to it has ended.
		pipe, err := os.OpenFile(s.Marker, os.O_WRONLY, 0)
		if err != nil {
			panic(err)
		}
		fmt.Fprintln(pipe, os.Getpid())
		for n := uint64(0); what == "spin" && n < math.MaxUint64; n++ {
		}
		// A read that never returns, of which Go knows as little as of a
		// library's function.
		var ends [2]int
		if err := unix.Pipe(ends[:]); err != nil {
			panic(err)
		}
		_, _ = unix.Read(ends[0], make([]byte, 1))
		pipe.Close()
	}
}

// pretend is a worker that has learnt another part.
func pretend(role string) int {
	orders, answers := os.NewFile(ordersFD, ""), os.NewFile(answersFD, "")
	var h hello
	if err := read(orders, &h, longestOrder); err != nil {
		return 1
	}
	plan, err := parse(h.Description).newPlan(propagate.Options{})
	if err != nil {
		return 1
	}
	outline := outlineOf(plan)
	greeting := answer{Kind: sayReady, Protocol: protocol, Plan: &outline}
	var first answer
	switch role {
	case "newer":
		greeting.Protocol = 99
	case "without a plan":
		greeting.Plan = nil
	case "polite":
		greeting.Kind = sayBye
	case "without a failure":
		greeting.Kind = sayFailed
	case "without a grid":
		first = answer{Kind: sayPlane}
	case "large plane":
		g := grid.Square(grid.Centered(1<<20, 1), grid.Metre)
		first = answer{Kind: sayPlane, Grid: &g}
	case "second plane first":
		first = answer{Kind: sayPlane, Plane: 1}
	case "done too early":
		first = answer{Kind: sayDone}
	case "unknown word":
		first = answer{Kind: "whatever"}
	}
	if err := write(answers, greeting); err != nil {
		return 1
	}
	var o order
	if err := read(orders, &o, longestOrder); err != nil {
		return 1
	}
	if role == "numbers" {
		_, _ = answers.Write([]byte("\x00\x00\x00\x02{]"))
	} else if err := write(answers, first); err != nil {
		return 1
	}
	_ = read(orders, &o, longestOrder)
	return 1
}
