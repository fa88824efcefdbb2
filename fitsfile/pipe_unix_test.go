//go:build unix

package fitsfile_test

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"

	"arago/fitsfile"
)

func TestANamedPipeIsRefusedWithoutWaitingForItsWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe.fits")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := fitsfile.Open(path); !errors.Is(err, fitsfile.ErrNotFITS) {
		t.Errorf("error %v, want ErrNotFITS", err)
	}
}
