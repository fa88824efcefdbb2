//go:build linux

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"arago/backend/all"
	"arago/internal/live/livetest"
	"arago/workers"
)

var pageAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+/\S+`)

// startLive runs psf with a live page and returns the command and the address.
func startLive(t *testing.T, arguments ...string) (*exec.Cmd, string) {
	t.Helper()
	inFolder(t, coronagraph)
	arago, err := exec.LookPath("arago")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(arago, append([]string{"psf", "system.toml", "--live"}, arguments...)...)
	cmd.Stdout = os.Stderr
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if address := pageAddress.FindString(lines.Text()); address != "" {
			go func() {
				for lines.Scan() {
				}
			}()
			return cmd, address
		}
	}
	t.Fatalf("no address was told: %v", cmd.Wait())
	return nil, ""
}

func TestARunIsWatchedInEveryMode(t *testing.T) {
	for _, mode := range []workers.Mode{workers.Goroutines, workers.Processes, workers.FFTWThreads} {
		t.Run(string(mode), func(t *testing.T) {
			if mode == workers.FFTWThreads {
				if _, err := all.Registry().Open("fftw"); err != nil {
					t.Skip(err)
				}
			}
			cmd, address := startLive(t, "--mode", string(mode), "--workers", "2")
			page := livetest.Open(t, address)
			page.WaitFor(`document.body.dataset.state === "done"`)
			if got := page.Eval(`document.querySelector("#facts").textContent`); !strings.HasPrefix(got, string(mode)) {
				t.Errorf("the page says %q of the mode", got)
			}
			// Five planes at three wavelengths, each with both pictures.
			for line := range 3 {
				page.Eval(fmt.Sprintf(`document.querySelector("#wavelengths input[value='%d']").click()`, line))
				page.WaitFor(fmt.Sprintf(`document.body.dataset.line === "%d" &&
					[...document.querySelectorAll("article")].filter(a => [...a.querySelectorAll("img")].filter(i => i.complete && i.naturalWidth > 0).length === 2).length === 5`, line))
			}
			page.Save("live-" + string(mode))
			if faults := page.Faults(); len(faults) > 0 {
				t.Errorf("faults of the page: %q", faults)
			}
			for _, request := range page.Requests() {
				if !strings.HasPrefix(request, address) && !strings.HasPrefix(request, "data:") {
					t.Errorf("the page asked for %s", request)
				}
			}
			// Who leaves the page lets the program end.
			page.Close()
			if err := cmd.Wait(); err != nil {
				t.Errorf("the program ends with %v", err)
			}
			if names := listing(t); !slices.Equal(names, []string{"system.fits", "system.png", "system.toml"}) {
				t.Errorf("the run left %q", names)
			}
		})
	}
}

func TestAnInterruptEndsThePageOfARunThatIsDone(t *testing.T) {
	cmd, _ := startLive(t, "--quiet")
	await(t, "the image", func() bool { _, err := os.Stat("system.fits"); return err == nil })
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	// It may have come just before the last file had its name.
	if err := cmd.Wait(); err != nil && cmd.ProcessState.ExitCode() != exitInterrupted {
		t.Errorf("the program ends with %v", err)
	}
}
