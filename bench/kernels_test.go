package main

import (
	"context"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"arago/internal/compare"
	"arago/internal/kernel"
)

func TestEveryLoopOfEveryTableIsHeldAgainstItsTwin(t *testing.T) {
	for _, set := range kernel.Sets()[1:] {
		table := kernel.Of[float64](set)
		want := map[string]bool{}
		for _, part := range []any{table.Tiles, table.Lanes, table.Pointwise} {
			v := reflect.ValueOf(part)
			name, _, _ := strings.Cut(v.Type().Name(), "[")
			for i := range v.NumField() {
				if has(v.Field(i)) {
					want[name+"."+v.Type().Field(i).Name] = true
				}
			}
		}
		cases := kernelCases[float64](set, func(string) bool { return true })
		for _, c := range cases {
			name, _, _ := strings.Cut(c.name, "[")
			name, _, _ = strings.Cut(name, ",")
			delete(want, name)
		}
		if len(want) > 0 {
			t.Errorf("%s: nothing is known of %v", set, want)
		}
		// A turn of no time is one call of each.
		for _, m := range againstTwins(context.Background(), set, compare.Double, cases[:3], time.Nanosecond) {
			if !(m.Seconds > 0) || !(m.Twin > 0) || m.Set != set || m.Precision != compare.Double {
				t.Errorf("%+v", m)
			}
		}
	}
}

// has says whether a field of a table is a loop, or loops by radix, of its set.
func has(field reflect.Value) bool {
	switch field.Kind() {
	case reflect.Func:
		return !field.IsNil()
	case reflect.Array:
		for i := range field.Len() {
			if has(field.Index(i)) {
				return true
			}
		}
	}
	return false
}

func TestSummaryOfKernelsNamesTheLeastRatioAndWhatLoses(t *testing.T) {
	of := func(kernel, size string, own, twin float64) kernelMeasurement {
		return kernelMeasurement{"avx2", compare.Double, "Group", kernel, size, kernel == "Scale", own * 1e-9, twin * 1e-9, twin / own}
	}
	r := kernelReport{Date: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), Measurements: []kernelMeasurement{
		of("Scale", "1", 50, 4), // by the twin
		of("Fold", "1", 5, 4),   // within what a call takes
		of("Fold", "4", 20, 10),
		of("Fold", "8", 10, 40),
	}}
	text := r.summary()
	for _, want := range []string{"| Group | 0.50 at Fold 4; 0.8; 4.0 |", "Of 3 cases these", "In 1 more cases", "| avx2 | double | Fold | 4 | 20.0 | 10.0 |"} {
		if !strings.Contains(text, want) {
			t.Errorf("the summary lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "| Fold | 1 |") {
		t.Errorf("a nanosecond counts as a loss:\n%s", text)
	}
	r.Measurements = r.Measurements[3:]
	if text := r.summary(); !strings.Contains(text, "no loop takes longer") {
		t.Errorf("nothing loses, and the summary says\n%s", text)
	}
	path := t.TempDir() + "/kernels.md"
	if err := os.WriteFile(path, []byte("a\n<!-- bench:kernels -->\n<!-- /bench:kernels -->\nb\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := replaceBetween(path, "kernels", r.summary()); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || !strings.HasSuffix(string(got), "3 ns.\n<!-- /bench:kernels -->\nb\n") {
		t.Errorf("the file is now %s (%v)", got, err)
	}
}
