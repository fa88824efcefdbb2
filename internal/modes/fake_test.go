package modes

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestMain lets the test binary stand in for the program: with MODES_FAKE set it
// answers as that says.
func TestMain(m *testing.M) {
	if how := os.Getenv("MODES_FAKE"); how != "" {
		os.Exit(fake(how, os.Args[1:]))
	}
	os.Exit(m.Run())
}

var oversampleKey = regexp.MustCompile(`oversample = (\d+)`)

// fake behaves as the program does in mode, oversampling and environment; how
// says what goes wrong.
func fake(how string, args []string) int {
	flags := map[string]string{}
	for i := 2; i+1 < len(args); i++ {
		if strings.HasPrefix(args[i], "-") {
			flags[args[i]] = args[i+1]
		}
	}
	mode, workers, file := flags["--mode"], flags["--workers"], args[1]
	text, err := os.ReadFile(file)
	match := oversampleKey.FindSubmatch(text)
	if err != nil || args[0] != "psf" || flags["-o"] == "" || match == nil {
		fmt.Fprintf(os.Stderr, "wrong line %q: %v\n", args, err)
		return 1
	}
	k, _ := strconv.Atoi(string(match[1]))
	// Where the mode is not named, what goes wrong goes wrong in all.
	how, only, _ := strings.Cut(how, ":")
	if only != "" && only != mode {
		how = "good"
	}
	answer := func(v any, code int) int {
		_ = json.NewEncoder(os.Stdout).Encode(v)
		return code
	}
	refuse := func(code int, sentence string) int {
		return answer(map[string]any{"error": sentence, "code": code}, code)
	}
	switch how {
	case "refuses":
		return refuse(3, "worker processes beside FFTW threads are refused")
	case "full":
		if k >= 4 {
			return refuse(4, file+": not enough memory: it takes about 3.1 GiB and 2.0 GiB are free")
		}
	case "not built":
		return refuse(2, `"fftw" is not in this program; rebuild with -tags fftw`)
	case "garbage":
		fmt.Print("an image, honestly")
		fmt.Fprint(os.Stderr, "first line\nlast line\n")
		return 0
	case "no reason":
		return answer(map[string]any{"mode": mode}, 1)
	case "other mode":
		return answer(map[string]any{"mode": "auto", "seconds": 1}, 0)
	case "no time":
		return answer(map[string]any{"mode": mode}, 0)
	case "interrupted":
		return 130
	case "killed":
		self, _ := os.FindProcess(os.Getpid())
		_ = self.Kill()
		select {}
	case "hangs":
		// It tells that it runs, and stays until it is ended.
		c, err := net.Dial("tcp", os.Getenv("MODES_FAKE_LISTENER"))
		if err != nil {
			return 1
		}
		_, _ = io.Copy(io.Discard, c)
		return 1
	}
	if os.Getenv("ARAGO_WORKERS") != "" {
		return refuse(1, "the number of workers must be the program's own choice")
	}
	seconds := float64(k)
	if mode == "goroutines" && workers == "1" {
		if os.Getenv("GOMAXPROCS") != "1" {
			return refuse(1, "a single process must have one core")
		}
		seconds *= 2
	}
	done := map[string]any{
		"mode": mode, "workers": 2, "seconds": seconds, "peak_memory": float64(k << 20), "backend": "gonum" + flags["--backend"],
	}
	if mode == "fftw-threads" {
		done["fftw_threads"] = 5
	}
	return answer(done, 0)
}
