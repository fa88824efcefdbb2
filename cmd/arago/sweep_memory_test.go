package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"arago/detect"
	"arago/propagate"
	"arago/sweep"
)

const gibibyte = 1 << 30

// within is a study of ten cases of 2 GiB, and 1 GiB for each more at once, where memory is
// limited so.
func within(m detect.Memory) *studied {
	j := &studied{prepared: new(prepared), cases: new(sweep.Plan), to: 10}
	j.File, j.found.Memory, j.found.CPU.Usable = "study.toml", m, 4
	j.prediction = sweep.Prediction{CaseBytes: 2 * gibibyte, MoreBytes: gibibyte}
	return j
}

// What does not fit at the moment is to be tried again; what never fits is not.
func TestAShortageOfMemoryHasTheCodeOfItsCause(t *testing.T) {
	for _, c := range []struct {
		what    string
		memory  detect.Memory
		workers int
		code    int
	}{
		{"others use the machine's memory", detect.Memory{LimitedBy: "machine", Usable: gibibyte, Total: 8 * gibibyte}, 0, exitAgain},
		{"the machine is too small", detect.Memory{LimitedBy: "machine", Usable: gibibyte, Total: gibibyte * 3 / 2}, 0, exitMemory},
		{"the control group is too small", detect.Memory{LimitedBy: "control group", Usable: gibibyte, Total: 8 * gibibyte, Group: gibibyte}, 0, exitMemory},
		{"the address space is too small", detect.Memory{LimitedBy: "RLIMIT_AS", Usable: gibibyte, Total: 8 * gibibyte}, 0, exitMemory},
		{"so many cases at once fit when others end", detect.Memory{LimitedBy: "machine", Usable: 3 * gibibyte, Total: 8 * gibibyte}, 4, exitAgain},
		{"so many cases at once never fit", detect.Memory{LimitedBy: "machine", Usable: 3 * gibibyte, Total: 4 * gibibyte}, 4, exitMemory},
		{"fewer cases at once fit", detect.Memory{LimitedBy: "machine", Usable: 4 * gibibyte, Total: 8 * gibibyte}, 0, exitDone},
	} {
		err := within(c.memory).settleWorkers(studyFlags{Workers: c.workers})
		if code := exitCode(err); code != c.code {
			t.Errorf("%s: %v has the code %d, want %d", c.what, err, code, c.code)
		}
		if err != nil && (!strings.HasPrefix(err.Error(), "study.toml: ") || c.code == exitAgain && !strings.HasSuffix(err.Error(), "the machine has 8 GiB, and others use them at the moment: try again when they have ended")) {
			t.Errorf("%s: it is told as %q", c.what, err)
		}
	}
	// Whoever finds it, be it a worker process in the middle of the run.
	j := within(detect.Memory{LimitedBy: "machine", Usable: gibibyte, Total: 8 * gibibyte})
	late := fmt.Errorf("%w: the worker process of case 3: exit status 4", propagate.ErrMemory)
	if code := exitCode(j.short(again(late), j.prediction.CaseBytes)); code != exitAgain {
		t.Errorf("a worker process that others leave no memory: code %d", code)
	}
	j.found.Memory.LimitedBy = "control group"
	if code := exitCode(j.short(again(late), j.prediction.CaseBytes)); code != exitMemory {
		t.Errorf("a worker process that its group leaves no memory: code %d", code)
	}
}

// Results of two builds in development are told apart, as far as the numerical core may
// differ; those of a release are not.
func TestBuildsInDevelopmentAreToldApart(t *testing.T) {
	hash := func() (string, error) { return "sha256:ab", nil }
	for _, c := range []struct {
		version, revision string
		changed           bool
		want              string
	}{
		{"1.2.0", "", false, "arago 1.2.0"},
		{"1.2.0", "c0ffee", false, "arago 1.2.0"},
		{"1.2.0", "c0ffee", true, "arago 1.2.0 sha256:ab"},
		{"1.3.0-dev", "c0ffee", false, "arago 1.3.0-dev c0ffee"},
		{"1.3.0-dev", "c0ffee", true, "arago 1.3.0-dev sha256:ab"},
		{"1.3.0-dev", "", false, "arago 1.3.0-dev sha256:ab"},
	} {
		if got, err := identityOf(c.version, c.revision, c.changed, hash); got != c.want || err != nil {
			t.Errorf("%+v: %q, %v", c, got, err)
		}
	}
	unreadable := errors.New("permission denied")
	if _, err := identityOf("1.3.0-dev", "", false, func() (string, error) { return "", unreadable }); !errors.Is(err, unreadable) || !strings.Contains(err.Error(), "start it by its path") {
		t.Errorf("a program that cannot be read: %v", err)
	}
	a, err := programHash()
	if err != nil {
		t.Fatal(err)
	}
	if b, err := programHash(); b != a || err != nil || len(a) != len("sha256:")+64 {
		t.Errorf("the hash of one program is %q and %q, %v", a, b, err)
	}
}
