package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
	"arago/internal/about"
)

// benchApp is a program with the pure Go back end and one that is not in it.
func benchApp() (a *app, stdout, stderr *strings.Builder) {
	r := new(backend.Registry)
	r.Register(gonum.Name, gonum.New)
	r.Register("fftw", func() (backend.Implementation, error) {
		return backend.Implementation{}, &backend.NotBuiltError{Name: "fftw", Tag: "fftw"}
	})
	r.Register("broken", func() (backend.Implementation, error) {
		return backend.Implementation{}, errors.New("libbroken.so.1 has no symbol cblas_zgemm")
	})
	stdout, stderr = new(strings.Builder), new(strings.Builder)
	return &app{stdout: stdout, stderr: stderr, getenv: noEnvironment, registry: r}, stdout, stderr
}

func TestBenchBackendsWritesTableJSONAndChart(t *testing.T) {
	t.Chdir(t.TempDir())
	a, stdout, _ := benchApp()
	c := benchBackendsCommand{Quick: true, JSON: "b.json", Plot: "b.html"}
	if err := c.run(context.Background(), a, []int{8, 11}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"FFT2, whole array, single precision, 1 core", "broken", "libbroken.so.1 has no symbol"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the table lacks %q: %s", want, stdout)
		}
	}
	text, err := os.ReadFile("b.json")
	if err != nil {
		t.Fatal(err)
	}
	var report struct {
		SchemaVersion int `json:"schema_version"`
		Program       string
		Rows          []struct{ Contender string }
	}
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	if report.SchemaVersion != 1 || report.Program != about.Creator || len(report.Rows) < 24 || report.Rows[0].Contender != "gonum" {
		t.Errorf("the JSON begins with %.300s", text)
	}
	if page, err := os.ReadFile("b.html"); err != nil || !strings.Contains(string(page), `<table id="measurements">`) {
		t.Errorf("the page is not there: %v", err)
	}
}

func TestBenchBackendsRefusesWhatIsWrongBeforeItMeasures(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--plot", "b.pdf"}, exitWrongUse, ".svg, .png or .html"},
		{[]string{"--backend", "cublas"}, exitWrongUse, `unknown back end "cublas"`},
		{[]string{"--backend", "gonum, fftw"}, exitWrongUse, "rebuild with -tags fftw"},
		{[]string{"--backend", "broken"}, exitFailed, "no symbol cblas_zgemm"},
		{[]string{"--plot", "no/such/folder.svg"}, exitFailed, "no/such/folder.svg cannot be written"},
	} {
		a, stdout, stderr := benchApp()
		code := a.run(context.Background(), append([]string{"bench", "backends", "--quick"}, c.args...))
		if code != c.code || !strings.Contains(stderr.String(), c.says) || stdout.Len() > 0 || strings.Count(stderr.String(), "\n") != 1 {
			t.Errorf("%q exits with %d, want %d: %s%s", c.args, code, c.code, stderr, stdout)
		}
	}
}

func TestInterruptedBenchLeavesNoFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	a, stdout, stderr := benchApp()
	code := a.run(ctx, []string{"bench", "backends", "--quick", "--json=b.json", "--plot", "b.png"})
	if code != exitInterrupted || stdout.Len() > 0 || !strings.Contains(stderr.String(), "nothing was written") {
		t.Errorf("exit code %d: %s%s", code, stderr, stdout)
	}
	if names := listing(t); len(names) != 0 {
		t.Errorf("left %q", names)
	}
}
