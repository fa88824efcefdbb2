//go:build fftw && cgo && (linux || darwin)

package fftw

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"arago/backend"
)

// measured opens the back end with effort measure and the cache folder of the
// environment. Warnings go to the slice.
func measured(t *testing.T, warnings *[]string) backend.Implementation {
	t.Helper()
	impl, err := NewWith(Options{Effort: Measure, Warn: func(s string) { *warnings = append(*warnings, s) }})
	if err != nil {
		t.Fatal(err)
	}
	return impl
}

// wisdomFile returns the file of double precision, in an empty cache folder.
func wisdomFile(t *testing.T) string {
	t.Helper()
	open(t, Options{}) // skips without FFTW, and sets the folder
	l, err := openLibrary(double, "")
	if err != nil {
		t.Fatal(err)
	}
	w := newWisdom(l, 1, func(sentence string) { t.Error(sentence) })
	if err := os.MkdirAll(filepath.Dir(w.file), 0o755); err != nil {
		t.Fatal(err)
	}
	return w.file
}

// isWholeWisdom says whether text begins and ends as wisdom does.
func isWholeWisdom(text []byte) bool {
	return bytes.HasPrefix(text, []byte("(fftw-")) && bytes.HasSuffix(text, []byte(")\n"))
}

// problems returns the keys of the problems that wisdom knows: the last four
// numbers of each line are a digest of a problem.
func problems(text string) map[string]bool {
	found := map[string]bool{}
	for _, m := range regexp.MustCompile(`(#x\w+ #x\w+ #x\w+ #x\w+)\)`).FindAllStringSubmatch(text, -1) {
		found[m[1]] = true
	}
	return found
}

// The role plan measures the sizes given and prints what FFTW then knows in
// double precision.
func init() {
	roles["plan"] = func(sizes []string) error {
		impl, err := NewWith(Options{Effort: Measure, Warn: warnTo(os.Stderr)})
		if err != nil {
			return err
		}
		for _, size := range sizes {
			var n int
			if _, err := fmt.Sscan(size, &n); err != nil {
				return err
			}
			if err := checkImpulse(impl.FourierDouble, n, n, 1e-12); err != nil {
				return err
			}
		}
		l, err := openLibrary(double, "")
		if err != nil {
			return err
		}
		planner.Lock()
		defer planner.Unlock()
		fmt.Print(string(l.exportWisdom()))
		return nil
	}
}

func TestWisdomOfOneProcessServesTheNext(t *testing.T) {
	file := wisdomFile(t)
	learnt := play(t, child(t, "plan", nil, "96"))
	if len(problems(learnt)) == 0 {
		t.Fatalf("measuring left no wisdom: %q", learnt)
	}
	kept, err := os.ReadFile(file)
	if err != nil || !isWholeWisdom(kept) {
		t.Fatalf("the file holds %q (%v)", kept, err)
	}
	remembered := problems(play(t, child(t, "plan", nil)))
	for p := range problems(learnt) {
		if !remembered[p] {
			t.Errorf("the next process does not know problem %s", p)
		}
	}
}

func init() {
	roles["bits"] = func([]string) error {
		impl, err := NewWith(Options{Warn: warnTo(os.Stderr)})
		if err != nil {
			return err
		}
		for _, n := range []int{30, 64, 97, 250} {
			m := backend.NewMatrix[complex128](n, n)
			for i := range m.Data {
				m.Data[i] = complex(float64(i*i%101), float64(i%7))
			}
			impl.FourierDouble.FFT2(m, m, backend.FFT2{Rows: n, Cols: n, Sign: 1})
			var bits []byte
			for _, v := range m.Data {
				bits = fmt.Appendf(bits, "%x", v)
			}
			fmt.Printf("%x ", sha256.Sum256(bits))
		}
		return nil
	}
}

// Worker processes rely on it: an image is the same whoever computes it.
func TestEstimatedPlansGiveTheSameBitsInEveryProcess(t *testing.T) {
	wisdomFile(t)
	first := play(t, child(t, "bits", nil))
	play(t, child(t, "plan", nil, "30", "64", "97", "250")) // leaves wisdom of these sizes
	if second := play(t, child(t, "bits", []string{"GOMAXPROCS=1"})); second != first {
		t.Errorf("one process gives %s, another %s", first, second)
	}
}

func TestEstimatedPlansTouchNoFile(t *testing.T) {
	file := wisdomFile(t)
	impl, err := NewWith(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := checkImpulse(impl.FourierDouble, 32, 32, 1e-13); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) > 0 {
		t.Errorf("the cache folder holds %v (%v)", entries, err)
	}
}

func TestWisdomThatIsNotIsIgnoredWithAWarningAndReplaced(t *testing.T) {
	good := func() string {
		file := wisdomFile(t)
		play(t, child(t, "plan", nil, "40"))
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}()
	// The first number is part of the digest of FFTW's solvers.
	at := strings.Index(good, "#x") + 2
	otherSolvers := good[:at] + "0000000" + good[at+7:]
	for name, text := range map[string]string{
		"empty":             "",
		"garbage":           "\x00\xff(((((",
		"cut off":           good[:len(good)*2/3],
		"of another FFTW":   strings.Replace(good, "(fftw-3.", "(fftw-2.", 1),
		"of other solvers":  otherSolvers,
		"a very long token": "(fftw-3.3.10 " + strings.Repeat("a", 1<<16) + ")",
	} {
		t.Run(name, func(t *testing.T) {
			file := wisdomFile(t)
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			var warnings []string
			impl := measured(t, &warnings)
			if len(warnings) != 1 || !strings.Contains(warnings[0], file+" is not wisdom of this FFTW") {
				t.Errorf("warnings %q", warnings)
			}
			if err := checkImpulse(impl.FourierDouble, 20, 24, 1e-13); err != nil {
				t.Error(err)
			}
			if now, err := os.ReadFile(file); err != nil || !isWholeWisdom(now) {
				t.Errorf("the file holds %.60q (%v)", now, err)
			}
			if len(warnings) != 1 {
				t.Errorf("warnings %q", warnings)
			}
		})
	}
}

func TestWisdomThatCanNeitherBeReadNorKeptIsAWarningEach(t *testing.T) {
	file := wisdomFile(t)
	// A folder in its place, with something in it.
	if err := os.MkdirAll(filepath.Join(file, "in the way"), 0o755); err != nil {
		t.Fatal(err)
	}
	var warnings []string
	impl := measured(t, &warnings)
	for _, n := range []int{12, 14} {
		if err := checkImpulse(impl.FourierDouble, n, n, 1e-13); err != nil {
			t.Error(err)
		}
	}
	if len(warnings) != 2 || !strings.Contains(warnings[0], "cannot be read") || !strings.Contains(warnings[1], "cannot be kept") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestACacheFolderThatCannotBeMadeIsAWarning(t *testing.T) {
	open(t, Options{})
	notAFolder := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(notAFolder, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CACHE_HOME", notAFolder)
	t.Setenv("HOME", notAFolder)
	var warnings []string
	impl := measured(t, &warnings)
	if err := checkImpulse(impl.FourierDouble, 18, 18, 1e-13); err != nil {
		t.Error(err)
	}
	if all := strings.Join(warnings, "\n"); !strings.Contains(all, "cannot be kept") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestWithoutACacheFolderThereIsAWarning(t *testing.T) {
	open(t, Options{})
	t.Setenv("XDG_CACHE_HOME", "")
	t.Setenv("HOME", "")
	var warnings []string
	impl := measured(t, &warnings)
	if err := checkImpulse(impl.FourierDouble, 18, 18, 1e-13); err != nil {
		t.Error(err)
	}
	// One for each precision.
	if len(warnings) != 2 || !strings.Contains(warnings[0], "cannot be kept") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestTwoProcessesThatWriteWisdomAtOnceLoseNothing(t *testing.T) {
	file := wisdomFile(t)
	sizes := [2][]string{}
	for i := range 24 {
		sizes[i%2] = append(sizes[i%2], fmt.Sprint(16+i))
	}
	type outcome struct {
		known string
		err   error
	}
	done := make(chan outcome)
	for _, s := range sizes {
		c := child(t, "plan", nil, s...)
		var warnings strings.Builder
		c.Stderr = &warnings
		go func() {
			out, err := c.Output()
			if warnings.Len() > 0 {
				err = fmt.Errorf("%v: %s", err, warnings.String())
			}
			done <- outcome{string(out), err}
		}()
	}
	// Meanwhile a third one reads: never half a file.
	var outcomes []outcome
	for reads := 0; len(outcomes) < len(sizes); reads++ {
		select {
		case o := <-done:
			outcomes = append(outcomes, o)
		default:
			if text, err := os.ReadFile(file); err == nil && !isWholeWisdom(text) {
				t.Fatalf("read %d finds half a file: %.60q…", reads, text)
			}
		}
	}
	text, err := os.ReadFile(file)
	if err != nil || !isWholeWisdom(text) {
		t.Fatalf("the file holds %.60q (%v)", text, err)
	}
	kept := problems(string(text))
	for _, o := range outcomes {
		if o.err != nil {
			t.Fatal(o.err)
		}
		for p := range problems(o.known) {
			if !kept[p] {
				t.Errorf("problem %s, which a process had solved, is not in the file", p)
			}
		}
	}
	// A fresh process reads it without a complaint.
	c := child(t, "plan", nil)
	var complaints strings.Builder
	c.Stderr = &complaints
	if _, err := c.Output(); err != nil || complaints.Len() > 0 {
		t.Errorf("%v %s", err, complaints.String())
	}
	if left, _ := filepath.Glob(file + ".*"); len(left) != 1 || left[0] != file+".lock" {
		t.Errorf("beside the file there are %v, want the lock only", left)
	}
}

func TestALockThatCannotBeHadIsDoneWithout(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lock")
	unlock := lockFile(file, 1)
	lockFile(file, 1)() // returns though the lock is held
	unlock()
	lockFile(filepath.Join(file, "no folder"), 1)() // nor does it need a file
}

func TestWisdomIsKeptPerLibraryProcessorPrecisionAndThreads(t *testing.T) {
	name := func(version, architecture, cpu, precision string, threads int) string {
		return wisdomName(version, architecture, cpu, precision, threads)
	}
	names := map[string]bool{}
	for _, n := range []string{
		name("3.3.10", "sse2-avx", "Xeon 1", "double", 1),
		name("3.3.9", "sse2-avx", "Xeon 1", "double", 1),
		name("3.3.10", "sse2", "Xeon 1", "double", 1),
		name("3.3.10", "sse2-avx", "Xeon 2", "double", 1),
		name("3.3.10", "sse2-avx", "Xeon 1", "single", 1),
		name("3.3.10", "sse2-avx", "Xeon 1", "double", 2),
	} {
		names[n] = true
	}
	if len(names) != 6 {
		t.Errorf("six kinds of wisdom have %d names: %v", len(names), names)
	}
	if got, want := name("3.3.10", "sse2-avx", "A/B (R) ../ 3", "double", 1), "3.3.10-sse2-avx-A-B-R-..-3-double-threads-1.wisdom"; got != want {
		t.Errorf("file name %q, want %q", got, want)
	}
}

func TestProcessorsDifferIfTheirModelsDo(t *testing.T) {
	const xeon = "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 207\nmodel name\t: Intel(R) Xeon(R) Processor\nstepping\t: 2\ncpu MHz\t\t: 2300.1\nflags\t\t: fpu avx2\n\nprocessor\t: 1\nmodel name\t: second\n"
	base := describeCPU(xeon)
	if !strings.HasPrefix(base, "Intel(R) Xeon(R) Processor ") {
		t.Errorf("name %q", base)
	}
	if other := describeCPU(strings.ReplaceAll(xeon, "2300.1", "900.0")); other != base {
		t.Errorf("the clock of the moment changes the name to %q", other)
	}
	for old, new := range map[string]string{": 207": ": 143", "fpu avx2": "fpu avx2 avx512f"} {
		if other := describeCPU(strings.Replace(xeon, old, new, 1)); other == base {
			t.Errorf("with %q for %q the name is the same", new, old)
		}
	}
	if got := describeCPU(""); !strings.HasPrefix(got, "unknown-processor ") {
		t.Errorf("a processor that says nothing is called %q", got)
	}
	if once, again := cpuModel(), cpuModel(); once != again {
		t.Error("the same machine has two names")
	}
}
