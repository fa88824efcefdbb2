package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"arago/backend"
	"arago/backend/all"
	"arago/fourier"
	"arago/internal/settings"
	"arago/tune"
)

// tuned is a program whose measurements take no time and find a machine of round
// figures.
func tuned(t *testing.T) (a *app, stdout *strings.Builder, folder string) {
	t.Helper()
	folder = t.TempDir()
	stdout = new(strings.Builder)
	return &app{
		stdout: stdout, stderr: new(strings.Builder), registry: all.Registry(),
		getenv: func(name string) string {
			return map[string]string{"ARAGO_CACHE": folder, "ARAGO_BACKEND": "gonum", "SOURCE_DATE_EPOCH": "1700000000", "ARAGO_CONFIG": os.DevNull}[name]
		},
		measure: func(context.Context, backend.Selection, tune.Options) (*fourier.Machine, error) {
			m := *fourier.DefaultMachine()
			m.Double.Phasors = 12345e6
			return &m, nil
		},
		clock: func(work func()) float64 {
			work()
			return 1e-3
		},
	}, stdout, folder
}

func TestFiguresAreMeasuredKeptShownAndUsed(t *testing.T) {
	a, stdout, folder := tuned(t)
	if code := a.run(t.Context(), []string{"tune"}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, a.stderr)
	}
	for _, want := range []string{"measured by arago tune on 2023-11-14", "1.23e+04 million phasors", "products   by gonum Arago", filepath.Join(folder, "tune")} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, stdout)
		}
	}
	stdout.Reset()
	if code := a.run(t.Context(), []string{"tune", "--show", "--json"}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, a.stderr)
	}
	var r settings.Figures
	if err := json.Unmarshal([]byte(stdout.String()), &r); err != nil {
		t.Fatal(err)
	}
	if r.Source != settings.FromMeasurement || r.Machine.Double.Phasors != 12345e6 || r.Reason != "" {
		t.Errorf("%+v", r)
	}

	file := filepath.Join(t.TempDir(), "small.toml")
	if err := os.WriteFile(file, []byte(smallSystem), 0o644); err != nil {
		t.Fatal(err)
	}
	stdout.Reset()
	if code := a.run(t.Context(), []string{"plan", file, "--json"}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, a.stderr)
	}
	var plan planReport
	if err := json.Unmarshal([]byte(stdout.String()), &plan); err != nil {
		t.Fatal(err)
	}
	if plan.Figures.Source != settings.FromMeasurement || plan.Figures.File == "" {
		t.Errorf("the plan's figures are %+v", plan.Figures)
	}
	// Durations are whole nanoseconds; their sum in seconds is not exact.
	if math.Abs(plan.Seconds-plan.PrepareSeconds-plan.RunSeconds) > 1e-12 || plan.RunSeconds <= plan.AgainSeconds || plan.AgainSeconds <= 0 {
		t.Errorf("predicted: %g s = %g + %g, again %g", plan.Seconds, plan.PrepareSeconds, plan.RunSeconds, plan.AgainSeconds)
	}
	last := plan.Steps[len(plan.Steps)-1]
	if len(last.Recipes) < 5 || last.Recipes[0].Recipe != last.Recipe || last.Recipes[0].Operations <= 0 || last.Recipes[0].Bytes <= 0 || last.Recipes[0].Error <= 0 {
		t.Errorf("the last step is %+v", last)
	}
}

const smallSystem = `[system]
diameter = 2.0
npix = 32
[source]
wavelengths = [1e-6]
[[plane]]
kind = "pupil"
elements = [ { type = "circular_aperture", radius = 1.0 } ]
[[plane]]
kind = "detector"
pixelscale = 0.05
fov_pixels = 20
oversample = 1
`

func TestFiguresOfAnotherModelAreNotUsedAndItIsSaid(t *testing.T) {
	a, stdout, folder := tuned(t)
	s, err := a.choose("")
	if err != nil {
		t.Fatal(err)
	}
	i := tune.IdentityOf(s)
	other := i
	other.Format--
	path, err := tune.Save(filepath.Join(folder, "tune"), tune.File{Identity: other, Machine: *fourier.DefaultMachine()})
	if err != nil || path != i.Path(filepath.Join(folder, "tune")) {
		t.Fatalf("kept in %s: %v", path, err)
	}
	if code := a.run(t.Context(), []string{"tune", "--show"}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, a.stderr)
	}
	if want := fmt.Sprintf("those kept are of a format of %d, here %d", other.Format, i.Format); !strings.Contains(stdout.String(), want) || !strings.Contains(stdout.String(), "built-in") {
		t.Errorf("the page lacks %q:\n%s", want, stdout)
	}
}

func TestAMeasurementThatFailsKeepsNothing(t *testing.T) {
	a, _, folder := tuned(t)
	a.measure = func(context.Context, backend.Selection, tune.Options) (*fourier.Machine, error) {
		return nil, errors.New("the clock stands still")
	}
	if code := a.run(t.Context(), []string{"tune"}); code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	a.measure = func(context.Context, backend.Selection, tune.Options) (*fourier.Machine, error) {
		return new(fourier.Machine), nil
	}
	if code := a.run(t.Context(), []string{"tune"}); code != exitFailed {
		t.Errorf("figures of nothing: exit code %d", code)
	}
	if entries, _ := os.ReadDir(folder); len(entries) > 0 {
		t.Errorf("there is %v", entries)
	}
}

func TestBenchRecipesSaysWhatEachRecipeTookAndWhatWasChosen(t *testing.T) {
	a, stdout, folder := tuned(t)
	file := filepath.Join(folder, "recipes.json")
	if code := a.run(t.Context(), []string{"bench", "recipes", "--largest", "64", "--precision", "single", "--json", file}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, a.stderr)
	}
	for _, want := range []string{"64 → 64 over 64 λ/D", "compressed", "chirp-z", "×1.00", "1.00 ms", "single precision", "no choice took more than 1.00 times as long as the best recipe"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, stdout)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r recipesReport
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Rows) < 10 || r.SchemaVersion != 1 || r.Rows[0].Measured != 1e-3 {
		t.Errorf("%d rows, the first %+v", len(r.Rows), r.Rows[0])
	}
}
