package fftw

import (
	"strings"
	"testing"
)

func TestEffortsAreReadAsTheyAreWritten(t *testing.T) {
	for _, e := range []Effort{Estimate, Measure, Patient} {
		if got, err := ParseEffort(e.String()); got != e || err != nil {
			t.Errorf("%v is read as %v (%v)", e, got, err)
		}
	}
	if got, err := ParseEffort(""); got != Estimate || err != nil {
		t.Errorf("no word is read as %v (%v), want estimate", got, err)
	}
	if _, err := ParseEffort("exhaustive"); err == nil || !strings.Contains(err.Error(), "write estimate, measure or patient") {
		t.Errorf("error %v does not say what may be written", err)
	}
	if got := Effort(7).String(); got != "Effort(7)" {
		t.Errorf("an effort that does not exist is written %q", got)
	}
}
