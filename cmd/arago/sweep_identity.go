package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"

	"arago/internal/about"
	"arago/internal/failure"
	"arago/workers"
)

// identity is what the results of this program are known by. Those of a release are known by
// its version. A version in development has many builds, each with a numerical core of its
// own: the revision of the source tells them apart, where the build knows it and nothing was
// changed since, otherwise a hash of the program.
func identity() (string, error) {
	revision, changed := "", false
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				revision = s.Value
			case "vcs.modified":
				changed = s.Value == "true"
			}
		}
	}
	return identityOf(about.Version, revision, changed, programHash)
}

// identityOf is identity of a build.
func identityOf(version, revision string, changed bool, hash func() (string, error)) (string, error) {
	name := "arago " + version
	switch {
	case changed:
	case !strings.HasSuffix(version, "-dev"):
		return name, nil
	case revision != "":
		return name + " " + revision, nil
	}
	sum, err := hash()
	if err != nil {
		return "", fmt.Errorf("the file of this program, by which results of builds in development are told apart, cannot be read (%w); start it by its path", failure.Cause(err))
	}
	return name + " " + sum, nil
}

// programHash returns a hash of the file of this program.
func programHash() (string, error) {
	path, err := workers.Program()
	if err != nil { // as in a container without /proc
		path, err = exec.LookPath(os.Args[0])
	}
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("sha256:%x", hash.Sum(nil)), nil
}
