package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"arago/internal/about"
	"arago/internal/modes"
)

// smallComparison is one of small systems, which runs this program as it is
// installed for scripts.
func smallComparison(t *testing.T) modes.Options {
	t.Helper()
	program, err := exec.LookPath("arago")
	if err != nil {
		t.Fatal(err)
	}
	// A configuration of whoever runs the tests must not choose for them.
	t.Setenv("ARAGO_CONFIG", filepath.Join(t.TempDir(), "arago.toml"))
	if err := os.WriteFile(os.Getenv("ARAGO_CONFIG"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	o := modes.Limits(true)
	o.Program, o.Npix, o.Oversamplings = program, 64, []int{1, 2}
	return o
}

func TestBenchModesRunsThisProgramInEachMode(t *testing.T) {
	o := smallComparison(t)
	t.Chdir(t.TempDir())
	a, stdout, _ := benchApp()
	c := benchModesCommand{Quick: true, Npix: o.Npix, JSON: "m.json", Plot: "m.svg"}
	if err := c.run(context.Background(), a, o); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"direct imaging", "Lyot coronagraph", "64 samples across the pupil", "worker processes", "goroutines"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the table lacks %q: %s", want, stdout)
		}
	}
	text, err := os.ReadFile("m.json")
	if err != nil {
		t.Fatal(err)
	}
	var r modes.Report
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	// What this build or machine does not offer is left out, with a reason; the
	// single process and goroutines are always there.
	if r.SchemaVersion != 1 || r.Program != about.Creator || !r.Quick || len(r.Rows)+len(r.Omissions) != 2*2*4 || len(r.Runs) != len(r.Rows) {
		t.Errorf("the JSON begins with %.300s", text)
	}
	count := map[string]int{}
	for _, row := range r.Rows {
		count[row.Variant]++
		if row.Seconds.Median <= 0 || row.Workers < 1 || row.Variant == "single" && row.Workers != 1 {
			t.Errorf("row %+v", row)
		}
	}
	if count["single"] != 4 || count["goroutines"] != 4 {
		t.Errorf("rows %v, omissions %+v", count, r.Omissions)
	}
	for _, omitted := range r.Omissions {
		if omitted.Reason == "" {
			t.Errorf("no reason for %+v", omitted)
		}
	}
	if picture, err := os.ReadFile("m.svg"); err != nil || !strings.Contains(string(picture), "single process") {
		t.Errorf("the picture is not there: %v", err)
	}
}

func TestBenchModesRefusesWhatIsWrongBeforeItMeasures(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--plot", "m.pdf"}, exitWrongUse, ".svg, .png or .html"},
		{[]string{"--npix", "8"}, exitWrongUse, "--npix is 8; it must be from 16 to 8192"},
		{[]string{"--backend", "cublas"}, exitWrongUse, `unknown back end "cublas"`},
		{[]string{"--json", "no/such/folder.json"}, exitFailed, "no/such/folder.json cannot be written"},
	} {
		a, stdout, stderr := benchApp()
		code := a.run(context.Background(), append([]string{"bench", "modes", "--quick"}, c.args...))
		if code != c.code || !strings.Contains(stderr.String(), c.says) || stdout.Len() > 0 || strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("%q exits with %d, want %d: %s%s", c.args, code, c.code, stderr, stdout)
		}
	}
}

func TestInterruptedBenchModesLeavesNoFiles(t *testing.T) {
	o := smallComparison(t)
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	a, stdout, _ := benchApp()
	c := benchModesCommand{Quick: true, Npix: o.Npix, JSON: "m.json", Plot: "m.png"}
	if err := c.run(ctx, a, o); exitCode(err) != exitInterrupted || stdout.Len() > 0 {
		t.Errorf("error %v: %s", err, stdout)
	}
	if names := listing(t); len(names) != 0 {
		t.Errorf("left %q", names)
	}
}
