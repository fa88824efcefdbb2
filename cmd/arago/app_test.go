package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"

	"arago/backend"
	"arago/backend/gonum"
	"arago/internal/failure"
	"arago/propagate"
)

func TestExitCodesTellWhatKindOfErrorItWas(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{errors.New("anything"), exitFailed},
		{failure.Misuse("a flag"), exitWrongUse},
		{failure.InFile("x.toml", fmt.Errorf("%w: too large", propagate.ErrMemory)), exitMemory},
		{fmt.Errorf("running: %w", context.Canceled), exitInterrupted},
		{propagate.ErrSampling, exitFailed},
		{failure.Misuse("%w", backend.ErrUnknown), exitWrongUse},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v has the code %d, want %d", c.err, got, c.want)
		}
	}
}

func TestMessagesOfSeveralLinesBecomeOneSentence(t *testing.T) {
	if got, want := failure.OneLine("a\n  b\r\nc\n"), "a; b; c"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFlagsBehindTwoDashesAreNotFlags(t *testing.T) {
	if !wantsJSON([]string{"psf", "x", "--json"}) || wantsJSON([]string{"psf", "--", "--json"}) {
		t.Error("--json is not told from an argument of that name")
	}
}

func TestBackEndThatIsNotInTheBuildSaysHowToGetIt(t *testing.T) {
	r := new(backend.Registry)
	r.Register(gonum.Name, gonum.New)
	r.Register("fftw", func() (backend.Implementation, error) {
		return backend.Implementation{}, &backend.NotBuiltError{Name: "fftw", Tag: "fftw", Adds: "FFT2 by FFTW"}
	})
	r.Register("broken", func() (backend.Implementation, error) {
		return backend.Implementation{}, errors.New("libbroken.so.1 has no symbol cblas_zgemm")
	})
	var stdout, stderr strings.Builder
	a := &app{stdout: &stdout, stderr: &stderr, getenv: noEnvironment, registry: r}
	if code := a.run(context.Background(), []string{"backends"}); code != exitDone {
		t.Fatalf("exit code %d: %s", code, &stderr)
	}
	for _, want := range []string{"-tags fftw  FFT2 by FFTW", "libbroken.so.1 has no symbol"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the list does not say %q: %s", want, &stdout)
		}
	}
	// To ask for what is not in the build is wrong use; what does not work failed.
	for name, want := range map[string]int{"fftw": exitWrongUse, "broken": exitFailed} {
		if code := a.run(context.Background(), []string{"backends", "--backend", name}); code != want {
			t.Errorf("--backend %s exits with %d, want %d", name, code, want)
		}
	}
}

func TestOutputsAppearTogetherOrNotAtAll(t *testing.T) {
	t.Chdir(t.TempDir())
	begin := func() (*outputs, []*output) {
		var o outputs
		if err := o.makeFolder("folder"); err != nil {
			t.Fatal(err)
		}
		var files []*output
		for _, name := range []string{"a", "folder/b"} {
			f, err := o.create(name)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		return &o, files
	}
	o, _ := begin()
	o.discard()
	if names := listing(t); len(names) != 0 {
		t.Errorf("discarded outputs left %q", names)
	}

	o, files := begin()
	for _, f := range files {
		if err := f.write(func(w io.Writer) error { _, err := w.Write([]byte("x")); return err }); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.commit(); err != nil {
		t.Fatal(err)
	}
	o.discard() // does nothing any more
	for _, name := range []string{"a", "folder/b"} {
		if text, err := os.ReadFile(name); err != nil || string(text) != "x" {
			t.Errorf("%s holds %q, %v", name, text, err)
		}
	}
}

func TestOutputWhoseFolderIsGoneSaysSo(t *testing.T) {
	t.Chdir(t.TempDir())
	var o outputs
	defer o.discard()
	if err := o.makeFolder("folder"); err != nil {
		t.Fatal(err)
	}
	f, err := o.create("folder/file")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll("folder"); err != nil {
		t.Fatal(err)
	}
	if err := f.write(func(io.Writer) error { return nil }); err != nil {
		t.Fatal(err)
	}
	err = o.commit()
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "folder/file cannot be written: ") {
		t.Errorf("got %v", err)
	}
}

func TestFailedContentIsToldWithTheNameOfTheFile(t *testing.T) {
	t.Chdir(t.TempDir())
	var o outputs
	defer o.discard()
	f, err := o.create("image.fits")
	if err != nil {
		t.Fatal(err)
	}
	err = f.write(func(io.Writer) error { return errors.New("no space left on device") })
	if err == nil || err.Error() != "image.fits cannot be written: no space left on device" {
		t.Errorf("got %v", err)
	}
}
