package workers

import (
	"errors"
	"strings"
	"testing"

	"arago/backend"
	"arago/propagate"
)

func TestModesAreReadByTheirNames(t *testing.T) {
	for name, want := range map[string]Mode{
		"": Auto, "auto": Auto, "goroutines": Goroutines, "processes": Processes, "fftw-threads": FFTWThreads,
	} {
		if m, err := ParseMode(name); m != want || err != nil {
			t.Errorf("%q is read as %q (%v)", name, m, err)
		}
	}
	if _, err := ParseMode("threads"); err == nil || !strings.Contains(err.Error(), `"threads" is not a parallel mode; write auto, goroutines, processes or fftw-threads`) {
		t.Errorf("error %v", err)
	}
}

func TestTheModeFollowsFromTheWishAndTheFacts(t *testing.T) {
	free := backend.Properties{Name: "free", WorkerProcesses: true}
	narrow := backend.Properties{Name: "narrow", WorkerProcesses: true, Callers: 1}
	threaded := backend.Properties{Name: "fftw", Threads: 4}
	need := Need{Lines: 9, Memory: propagate.Memory{Shared: 1 << 20, Wavelength: 1 << 20}}
	one := need
	one.Lines = 1
	room := Room{CPUs: 4, Memory: 8 << 30}
	usual := Facts{need, room, free, free, true}
	change := func(f func(*Facts)) Facts {
		facts := usual
		f(&facts)
		return facts
	}
	for _, c := range []struct {
		name    string
		wish    Wish
		facts   Facts
		mode    Mode
		workers int
		reason  string
	}{
		{"nothing asked", Wish{}, usual, Goroutines, 0, "goroutines share masks"},
		{"a number", Wish{Mode: Auto, Workers: 3}, usual, Goroutines, 3, "goroutines share masks"},
		{"a narrow BLAS", Wish{}, change(func(f *Facts) { f.Linear = narrow }), Processes, 4, "narrow lets one caller in at a time, and each process has its own"},
		{"a narrow FFT", Wish{}, change(func(f *Facts) { f.Fourier = narrow }), Processes, 4, "narrow lets one caller in at a time"},
		{"a narrow BLAS, a number", Wish{Workers: 2}, change(func(f *Facts) { f.Linear = narrow }), Processes, 2, "narrow"},
		{"a narrow BLAS, one worker", Wish{Workers: 1}, change(func(f *Facts) { f.Linear = narrow }), Goroutines, 1, "work or room for one process only"},
		{"a narrow BLAS, one wavelength", Wish{}, change(func(f *Facts) { f.Linear, f.Need = narrow, one }), Goroutines, 0, "work or room for one process only"},
		{"a narrow BLAS, one processor", Wish{}, change(func(f *Facts) { f.Linear, f.Room.CPUs = narrow, 1 }), Goroutines, 0, "work or room for one process only"},
		{"a narrow BLAS, little memory", Wish{}, change(func(f *Facts) { f.Linear, f.Room.Memory = narrow, 1 }), Goroutines, 0, "work or room for one process only"},
		{"a narrow BLAS without processes", Wish{}, change(func(f *Facts) { f.Linear, f.Supported = narrow, false }), Goroutines, 0, "goroutines share masks"},
		{"a narrow BLAS beside threads", Wish{}, change(func(f *Facts) { f.Linear, f.Fourier = narrow, threaded }), Goroutines, 0, "goroutines share masks"},
		{"goroutines", Wish{Goroutines, 5}, change(func(f *Facts) { f.Linear = narrow }), Goroutines, 5, "as asked"},
		{"processes", Wish{Mode: Processes}, usual, Processes, 4, "as asked"},
		{"many processes", Wish{Processes, 99}, usual, Processes, 9, "as asked"},
		{"FFTW's threads", Wish{FFTWThreads, 5}, change(func(f *Facts) { f.Fourier = threaded }), FFTWThreads, 1, "as asked"},
	} {
		got, err := Choose(c.wish, c.facts)
		if err != nil || got.Mode != c.mode || got.Workers != c.workers || !strings.Contains(got.Reason, c.reason) {
			t.Errorf("%s: %+v (%v), want %d by %s because %q", c.name, got, err, c.workers, c.mode, c.reason)
		}
		if explained := c.wish.Workers == 0 && c.mode == Processes; (got.Estimate != nil) != explained {
			t.Errorf("%s: estimate %v", c.name, got.Estimate)
		}
	}

	for _, c := range []struct {
		wish  Wish
		facts Facts
		is    error
		says  string
	}{
		{Wish{Mode: Processes}, change(func(f *Facts) { f.Supported = false }), ErrUnsupported, "choose --mode goroutines"},
		{Wish{Mode: Processes}, change(func(f *Facts) { f.Fourier = threaded }), ErrUnsupported, "may not run beside fftw as it is set up, with 4 threads of its own"},
		{Wish{Mode: FFTWThreads}, usual, ErrUnsupported, "free does the Fourier transforms; choose --backend fft=fftw"},
		{Wish{Mode: "sideways"}, usual, nil, `"sideways" is not a parallel mode`},
	} {
		_, err := Choose(c.wish, c.facts)
		if err == nil || c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: error %v, want %v with %q", c.wish, err, c.is, c.says)
		}
	}
}
