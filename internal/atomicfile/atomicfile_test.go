package atomicfile_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"arago/internal/atomicfile"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// expect fails unless the folder holds exactly the files named, with their contents.
func expect(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(files) {
		t.Errorf("the folder holds %v, want %v", entries, files)
	}
	for name, content := range files {
		if got, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(got) != content {
			t.Errorf("%s holds %q (%v), want %q", name, got, err, content)
		}
	}
}

func TestAFileAppearsWithItsWholeContent(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "image")
	for _, content := range []string{"first", "second"} {
		if err := atomicfile.Replace(path, text(content)); err != nil {
			t.Fatal(err)
		}
		expect(t, folder, map[string]string{"image": content})
	}
}

func TestWhatFailsLeavesTheOldFileAndNothingElse(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "image")
	if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	failure := errors.New("out of numbers")
	err := atomicfile.Replace(path, func(w io.Writer) error {
		if err := text("half of it")(w); err != nil {
			return err
		}
		return failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("error %v, want %v", err, failure)
	}
	expect(t, folder, map[string]string{"image": "old"})

	f, err := atomicfile.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	f.Discard()
	expect(t, folder, map[string]string{"image": "old"})
}

func TestALinkIsFollowed(t *testing.T) {
	folder, elsewhere := t.TempDir(), t.TempDir()
	link := filepath.Join(folder, "link")
	target := filepath.Join(elsewhere, "image")
	if err := os.WriteFile(target, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.Replace(link, text("new")); err != nil {
		t.Fatal(err)
	}
	expect(t, elsewhere, map[string]string{"image": "new"})
}

func TestWhatCannotBeWrittenIsToldAtOnce(t *testing.T) {
	folder := t.TempDir()
	if _, err := atomicfile.Create(folder); !errors.Is(err, atomicfile.ErrNotRegular) {
		t.Errorf("a folder: error %v, want ErrNotRegular", err)
	}
	if _, err := atomicfile.Create(filepath.Join(folder, "missing", "image")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing folder: error %v, want ErrNotExist", err)
	}
	expect(t, folder, nil)
}
