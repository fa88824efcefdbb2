package workers

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"arago/propagate"
)

const mebi = 1 << 20

func TestEstimateNamesWhatLimitsIt(t *testing.T) {
	// Each process takes 200 + 46 + ProcessBytes = 310 MiB beside 90 MiB once.
	need := Need{Lines: 9, Memory: propagate.Memory{Shared: 90 * mebi, Wavelength: 200 * mebi}, Output: 46 * mebi}
	for _, c := range []struct {
		lines     int
		room      Room
		processes int
		by, text  string
	}{
		{9, Room{CPUs: 2, Memory: 20 << 30}, 2, "processors", "2 processes: 2 processors; 9 wavelengths; each process takes 310 MiB and 20 GiB are free"},
		{9, Room{CPUs: 64, Memory: 20 << 30}, 9, "wavelengths", "9 processes: 64 processors; 9 wavelengths; each process takes 310 MiB and 20 GiB are free"},
		{9, Room{CPUs: 64, Memory: 1020 * mebi}, 3, "memory", "3 processes: 64 processors; 9 wavelengths; each process takes 310 MiB and 1020 MiB are free"},
		{9, Room{CPUs: 64, Memory: 1019 * mebi}, 2, "memory", "2 processes: 64 processors; 9 wavelengths; each process takes 310 MiB and 1019 MiB are free"},
		{9, Room{CPUs: 4, Memory: 100 * mebi}, 1, "memory", "1 process: 4 processors; 9 wavelengths; one process and its parent take 400 MiB and 100 MiB are free"},
		{9, Room{CPUs: 4, Memory: 1}, 1, "memory", "1 process: 4 processors; 9 wavelengths; one process and its parent take 400 MiB and 1 bytes are free"},
		{1, Room{CPUs: 4, Memory: 20 << 30}, 1, "wavelengths", "1 process: 4 processors; 1 wavelength; each process takes 310 MiB and 20 GiB are free"},
		{9, Room{CPUs: 3, Memory: 0}, 3, "processors", "3 processes: 3 processors; 9 wavelengths; each process takes 310 MiB; how much memory is free is not known"},
		{9, Room{CPUs: 0, Memory: 0}, 1, "processors", "1 process: 1 processor; 9 wavelengths; each process takes 310 MiB; how much memory is free is not known"},
	} {
		need.Lines = c.lines
		e := EstimateOptimalProcesses(need, c.room)
		if e.Processes != c.processes || e.LimitedBy != c.by || e.String() != c.text {
			t.Errorf("%d wavelengths, %+v: limited by %s: %s\nwant: limited by %s: %s", c.lines, c.room, e.LimitedBy, e, c.by, c.text)
		}
		if want := int64(90+310*c.processes) * mebi; e.Bytes != want {
			t.Errorf("%+v: %d bytes, want %d", c.room, e.Bytes, want)
		}
	}
}

func TestWatchingTakesTheWidestPlaneInTheSlotAndTwiceMore(t *testing.T) {
	need := Need{Lines: 4, Memory: propagate.Memory{Shared: mebi, Wavelength: mebi}, Output: 3 * mebi}
	watched := need
	watched.Plane = 10 * mebi
	// Without: 1 + n(1+3+P). With: 1+10 + n(1+10+10+P).
	for _, n := range []int{1, 2, 5} {
		if more := watched.Peak(n) - need.Peak(n); more != int64(10+17*n)*mebi {
			t.Errorf("%d processes: %d MiB more", n, more/mebi)
		}
	}
}

// Beyond the bound of a plan's kernels, each process reaches it by itself.
func TestEachProcessMayKeepKernelsUpToTheBound(t *testing.T) {
	const kept = 256 * mebi
	all := Need{Lines: 4, Memory: propagate.Memory{Shared: kept}}
	some := Need{Lines: 4, Memory: propagate.Memory{Shared: kept, Kept: kept}}
	if more := some.Peak(3) - all.Peak(3); more != 3*kept {
		t.Errorf("%d bytes more, want three times the bound of kernels", more)
	}
}

func TestPredictionsTooLargeToCountDoNotTurnNegative(t *testing.T) {
	need := Need{Lines: 100, Memory: propagate.Memory{Shared: 1e18, Wavelength: 1e18}, Output: 1e18}
	e := EstimateOptimalProcesses(need, Room{CPUs: 100, Memory: 0})
	if e.Processes != 100 || e.Bytes != math.MaxInt64 {
		t.Errorf("%+v", e)
	}
	if e := EstimateOptimalProcesses(need, Room{CPUs: 100, Memory: 1 << 40}); e.Processes != 1 || e.LimitedBy != "memory" {
		t.Errorf("%+v", e)
	}
}

func drawNeed(t *rapid.T) Need {
	bytes := func(name string) int64 { return rapid.Int64Range(0, 1<<40).Draw(t, name) }
	return Need{
		Lines:  rapid.IntRange(-1, 1000).Draw(t, "wavelengths"),
		Memory: propagate.Memory{Shared: bytes("shared"), Wavelength: bytes("wavelength")},
		Output: bytes("output"), Plane: bytes("plane"),
	}
}

func drawRoom(t *rapid.T) Room {
	return Room{CPUs: rapid.IntRange(-3, 1000).Draw(t, "processors"), Memory: rapid.Int64Range(0, 1<<45).Draw(t, "memory")}
}

func TestThereIsAlwaysAProcessAndNoMoreThanThereIsRoomFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, r := drawNeed(t), drawRoom(t)
		e := EstimateOptimalProcesses(n, r)
		switch {
		case e.Processes < 1:
			t.Fatalf("%d processes", e.Processes)
		case e.Bytes != n.Peak(e.Processes) || len(e.Reasons) != 3:
			t.Fatalf("%+v", e)
		case e.Processes > 1 && (e.Processes > r.CPUs || e.Processes > n.Lines || r.Memory > 0 && e.Bytes > r.Memory):
			t.Fatalf("%d processes are more than there is room for", e.Processes)
		}
		// One more would break the limit that is named.
		more := e.Processes + 1
		ok := map[string]bool{
			"processors": more > r.CPUs, "wavelengths": more > n.Lines, "memory": n.Peak(more) > r.Memory,
		}[e.LimitedBy]
		if !ok {
			t.Fatalf("%d processes are said to be limited by %s, but %d are not", e.Processes, e.LimitedBy, more)
		}
	})
}

func TestMoreRoomNeverMeansFewerProcesses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, r := drawNeed(t), drawRoom(t)
		r.Memory = max(1, r.Memory)
		larger := Room{CPUs: r.CPUs + rapid.IntRange(0, 50).Draw(t, "more processors"), Memory: r.Memory + rapid.Int64Range(0, 1<<44).Draw(t, "more memory")}
		if a, b := EstimateOptimalProcesses(n, r), EstimateOptimalProcesses(n, larger); b.Processes < a.Processes {
			t.Fatalf("%d processes in %+v, but %d in %+v", a.Processes, r, b.Processes, larger)
		}
	})
}

func TestProcessorsAreSharedOutAndNobodyIsWithoutOne(t *testing.T) {
	for _, c := range []struct{ cpus, processes, want int }{{8, 2, 4}, {7, 2, 3}, {2, 5, 1}, {0, 0, 1}} {
		if got := (Room{CPUs: c.cpus}).Each(c.processes); got != c.want {
			t.Errorf("%d processors for %d processes: %d each, want %d", c.cpus, c.processes, got, c.want)
		}
	}
}
