package provoke

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"

	"arago/detect"
)

// AR101: a forked child calls Go.

func TestGoHangsInAForkedChildAndTheGuardAnswersInstead(t *testing.T) {
	arago := "arago=" + library(t)
	for _, before := range [][]string{{arago}, {arago, "sum"}} {
		unsafe := append(before, "fork", "limit=3", "bare_sum")
		host(t, nil, unsafe...).expectSignal(t, syscall.SIGALRM, "forked")

		safe := append(before, "fork", "sum")
		got := host(t, nil, safe...)
		got.expect(t, guarded, "forked", "AR101")

		// The sentence in C is the one that detect has for this process.
		m := regexp.MustCompile(`process (\d+), loaded in process (\d+)`).FindStringSubmatch(got.out)
		if m == nil {
			t.Fatalf("no processes are named: %v", got)
		}
		var report detect.Report
		report.Process.Forked = true
		report.Process.PID, _ = strconv.Atoi(m[1])
		report.Process.Loader, _ = strconv.Atoi(m[2])
		verdicts := detect.Check(report, detect.Plan{})
		if len(verdicts) != 1 || report.Process.PID == report.Process.Loader {
			t.Fatalf("verdicts on %+v: %v", report.Process, verdicts)
		}
		got.expect(t, guarded, verdicts[0].String()+"\n")
	}
}

func TestEveryEntranceIsGuarded(t *testing.T) {
	arago := "arago=" + library(t)
	for _, entrance := range []string{"sum", "ask={}", "take=1"} {
		host(t, nil, arago, "fork", entrance).expect(t, guarded, "AR101")
	}
}

func TestAragoLoadedAfterTheForkWorks(t *testing.T) {
	arago := "arago=" + library(t)
	host(t, nil, "fork", arago, "sum").expect(t, 0, "forked", "done")
	// A process that has forked goes on as well.
	host(t, nil, arago, "sum", "fork", arago).expect(t, 0, "done")
}

func TestForkedWorkersAreRefusedBeforeTheyAreForked(t *testing.T) {
	arago := "arago=" + library(t)
	got := host(t, nil, arago, `ask={"start":"fork","processes":2}`, "fork", "limit=3", "bare_sum")
	got.expect(t, refused, "refused AR101")
	got.expectNot(t, "forked\n")
	host(t, nil, arago, `ask={"start":"exec","processes":2,"threads":1}`).expectNot(t, "AR101")
}

func TestTheWaysInWhichPythonStartsWorkers(t *testing.T) {
	python := tool(t, "python3", "Debian: python3")
	modules, err := filepath.Abs(filepath.Join("testdata", "python"))
	if err != nil {
		t.Fatal(err)
	}
	environment := []string{"ARAGO_PROBE=" + library(t), "PYTHONPATH=" + modules, "PYTHONDONTWRITEBYTECODE=1"}
	const alarmed = 128 + int(syscall.SIGALRM)
	for _, c := range []struct {
		method, when, function string
		code                   int
		says                   string
	}{
		{"fork", "before", "bare_total", alarmed, ""},
		{"fork", "before", "total", guarded, "AR101"},
		{"fork", "inside", "total", 0, "5050"},
		{"spawn", "before", "total", 0, "5050"},
		// The server is forked for each worker. It is safe as long as nobody
		// makes it load Arago.
		{"forkserver", "before", "bare_total", alarmed, ""},
		{"forkserver", "before", "total", guarded, "AR101"},
		{"forkserver", "inside", "total", 0, "5050"},
	} {
		t.Run(fmt.Sprintf("%s, loaded %s, %s", c.method, c.when, c.function), func(t *testing.T) {
			run(t, environment, python, filepath.Join(modules, "host.py"), c.method, c.when, c.function).
				expect(t, c.code, c.says)
		})
	}
}
