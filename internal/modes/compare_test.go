package modes

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// options are those of a comparison with the fake program that behaves as how
// says; the temporary files lie in the folder returned.
func options(t *testing.T, how string) (o Options, folder string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	t.Setenv("MODES_FAKE", how)
	t.Setenv("ARAGO_WORKERS", "7")
	// A program built with the race detector waits a second before it ends.
	t.Setenv("GORACE", "atexit_sleep_ms=0")
	for _, name := range []string{"TMPDIR", "TMP"} { // Unix, Windows
		t.Setenv(name, folder)
	}
	return Options{
		Program: program, Npix: 64, Oversamplings: []int{1, 2, 4}, Turns: 3, RunLimit: time.Hour, Budget: time.Hour,
	}, folder
}

// empty demands that a comparison has left nothing.
func empty(t *testing.T, folder string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) > 0 {
		t.Errorf("left %v, %v", entries, err)
	}
}

func TestVariantsTakeTurnsOnEachSystem(t *testing.T) {
	o, folder := options(t, "good")
	o.Backend = "-chosen"
	var last, total int
	o.Progress = func(done, of int) {
		if done < last {
			t.Errorf("progress went from %d to %d", last, done)
		}
		last, total = done, of
	}
	r, err := Compare(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	empty(t, folder)
	if want := 3 * 2 * 3 * 4; len(r.Runs) != want || last != want || total != want || len(r.Omissions) > 0 {
		t.Errorf("%d runs, progress %d of %d, omissions %v; want %d runs", len(r.Runs), last, total, r.Omissions, want)
	}
	var order []string
	for _, run := range r.Runs[:12] {
		if run.Place != (Place{Direct, 1}) {
			t.Errorf("the run is on %v", run.Place)
		}
		order = append(order, run.Variant)
	}
	want := []string{
		"single", "fftw-threads", "processes", "goroutines",
		"fftw-threads", "processes", "goroutines", "single",
		"processes", "goroutines", "single", "fftw-threads",
	}
	if !slices.Equal(order, want) {
		t.Errorf("the order is %q", order)
	}
	if next := r.Runs[12]; next.Place != (Place{Coronagraph, 1}) || next.Backend != "gonum-chosen" || next.Workers != 2 || next.Threads != 0 || next.PeakMemory != 1<<20 {
		t.Errorf("run 13 is %+v", next)
	}
	for _, row := range r.Rows {
		want := 2.0 // the fake's single process takes twice as long
		if row.Variant == "single" {
			want = 1
		}
		if row.Speed == nil || *row.Speed != want || row.Turns != 3 || row.Workers != 2 || row.PeakMemory != int64(row.Oversample)<<20 ||
			(row.Threads == 5) != (row.Variant == "fftw-threads") {
			t.Errorf("row %+v", row)
		}
	}
	if len(r.Rows) != 24 {
		t.Errorf("%d rows", len(r.Rows))
	}
}

func TestRowsHaveMedianSpreadAndGreatestMemory(t *testing.T) {
	p := Place{Coronagraph, 4}
	c := comparison{variants: Variants(), results: &Results{Runs: []Run{
		{p, "single", 0, 6, 100, 1, 0, ""}, {p, "goroutines", 0, 2, 300, 2, 0, ""}, {p, "processes", 0, 3, 300, 2, 0, ""},
		{p, "single", 1, 9, 120, 1, 0, ""}, {p, "goroutines", 1, 4, 200, 2, 0, ""},
		{p, "single", 2, 4, 110, 1, 0, ""}, {p, "goroutines", 2, 3, 250, 2, 0, ""},
		{Place{Direct, 4}, "single", 2, 100, 900, 1, 0, ""},
	}}}
	// Processes broke down in their second turn.
	c.sumUp(p, map[string]bool{"processes": true})
	if len(c.results.Rows) != 2 {
		t.Fatalf("rows %+v", c.results.Rows)
	}
	single, goroutines := c.results.Rows[0], c.results.Rows[1]
	if s := single.Seconds; s.Min != 4 || s.Median != 6 || s.Max != 9 || single.PeakMemory != 120 || *single.Speed != 1 {
		t.Errorf("single process: %+v", single)
	}
	if s := goroutines.Seconds; s.Median != 3 || goroutines.PeakMemory != 300 || *goroutines.Speed != 2 {
		t.Errorf("goroutines: %+v", goroutines)
	}
	// Without the first there is nothing to compare with.
	c.results.Rows = nil
	c.sumUp(p, map[string]bool{"single": true})
	if len(c.results.Rows) != 2 || c.results.Rows[0].Speed != nil {
		t.Errorf("rows %+v", c.results.Rows)
	}
}

func TestWhatTheProgramRefusesIsLeftOutWithItsSentence(t *testing.T) {
	for _, c := range []struct {
		how, variant, reason string
		omissions            int
	}{
		{"refuses:processes", "processes", "worker processes beside FFTW threads are refused", 6},
		{"not built:fftw-threads", "fftw-threads", `"fftw" is not in this program; rebuild with -tags fftw`, 6},
		// Of three oversamplings only 4 is too much; the file's name is not shown.
		{"full:processes", "processes", "not enough memory: it takes about 3.1 GiB and 2.0 GiB are free", 2},
	} {
		t.Run(c.how, func(t *testing.T) {
			o, folder := options(t, c.how)
			r, err := Compare(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			empty(t, folder)
			if len(r.Omissions) != c.omissions || len(r.Rows) != 24-c.omissions {
				t.Errorf("%d rows, omissions %+v", len(r.Rows), r.Omissions)
			}
			for _, omitted := range r.Omissions {
				if omitted.Variant != c.variant || omitted.Reason != c.reason {
					t.Errorf("omission %+v, want %s: %s", omitted, c.variant, c.reason)
				}
			}
		})
	}
}

func TestRunThatIsKilledIsLeftOut(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("on Windows a killed process has an ordinary exit code")
	}
	o, _ := options(t, "killed:processes")
	o.Oversamplings = []int{1}
	r, err := Compare(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Omissions) != 2 || !strings.Contains(r.Omissions[0].Reason, "ended from outside (signal: killed)") {
		t.Errorf("omissions %+v", r.Omissions)
	}
}

func TestProgramThatDoesNotAnswerRightEndsTheComparison(t *testing.T) {
	for how, says := range map[string]string{
		"garbage:processes":    "(exit code 0) gave no JSON object; on standard error it said: last line",
		"no reason:goroutines": "(exit code 1) gave no reason for its failure; on standard error it said: nothing",
		"other mode":           `answered that its mode was "auto"`,
		"no time":              "did not say how long it took",
	} {
		t.Run(how, func(t *testing.T) {
			o, folder := options(t, how)
			if _, err := Compare(context.Background(), o); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("error %v", err)
			}
			empty(t, folder)
		})
	}
	o, _ := options(t, "good")
	o.Program += ".not-there"
	if _, err := Compare(context.Background(), o); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	// An interrupt from a terminal reaches the program too.
	o, _ = options(t, "interrupted")
	if _, err := Compare(context.Background(), o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestComparisonOfNothingIsAnError(t *testing.T) {
	o, _ := options(t, "refuses")
	if _, err := Compare(context.Background(), o); !errors.Is(err, ErrNothing) || !strings.Contains(err.Error(), "are refused") {
		t.Errorf("error %v", err)
	}
	o.Oversamplings = nil
	if _, err := Compare(context.Background(), o); !errors.Is(err, ErrNothing) {
		t.Errorf("error %v", err)
	}
}

func TestNoTemporaryFolderIsAnError(t *testing.T) {
	o, folder := options(t, "good")
	for _, name := range []string{"TMPDIR", "TMP"} {
		t.Setenv(name, folder+"/missing")
	}
	if _, err := Compare(context.Background(), o); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestInterruptEndsTheProgramAndLeavesNothing(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	o, folder := options(t, "hangs")
	t.Setenv("MODES_FAKE_LISTENER", listener.Addr().String())
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := Compare(ctx, o)
		ended <- err
	}()
	running, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer running.Close()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	// The system has closed the connection of a process that is no more.
	if n, err := running.Read(make([]byte, 1)); n > 0 || err == nil {
		t.Errorf("the program goes on: read %d bytes, %v", n, err)
	}
	empty(t, folder)
}

func TestRunThatTakesTooLongIsLeftOut(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	o, _ := options(t, "hangs")
	t.Setenv("MODES_FAKE_LISTENER", listener.Addr().String())
	o.RunLimit = time.Millisecond
	o.Oversamplings = []int{1}
	if _, err := Compare(context.Background(), o); !errors.Is(err, ErrNothing) || !strings.Contains(err.Error(), "no result after 1ms") {
		t.Errorf("error %v", err)
	}
}

func TestSystemsBeyondTheBudgetAreLeftOut(t *testing.T) {
	o, _ := options(t, "good")
	o.Budget = time.Minute
	now := time.Time{}
	o.Now = func() time.Time {
		now = now.Add(14 * time.Second)
		return now
	}
	// The clock is read at the beginning, before each system and before each
	// turn but the first: 14, 28 and 42 s after the beginning on the first
	// system, 56 and 70 s on the second, which is left after one turn.
	r, err := Compare(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) != 8 || r.Rows[0].Turns != 3 || r.Rows[7].Turns != 1 || len(r.Omissions) != 16 ||
		r.Omissions[0].Reason != "the time for the comparison, 1m0s, is over" {
		t.Errorf("rows %+v, omissions %+v", r.Rows, r.Omissions)
	}
}

func TestQuickComparisonIsPartOfTheFullOne(t *testing.T) {
	quick, full := Limits(true), Limits(false)
	for _, k := range quick.Oversamplings {
		if !slices.Contains(full.Oversamplings, k) {
			t.Errorf("oversampling %d is in the quick comparison only", k)
		}
	}
	if quick.Npix != full.Npix || quick.Turns >= full.Turns || quick.Budget >= full.Budget || full.Oversamplings[len(full.Oversamplings)-1] != 8 {
		t.Errorf("quick %+v, full %+v", quick, full)
	}
}
