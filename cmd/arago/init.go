package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"arago/system"
)

type initCommand struct {
	File  string `arg:"" optional:"" default:"telescope.toml" help:"The file to write; - is standard output (default: ${default})."`
	Force bool   `help:"Replace the file if it exists."`
}

// Help implements kong.HelpProvider.
func (initCommand) Help() string {
	return `The file describes a small telescope; each of its keys has a comment. Change what you like and give it to "arago psf". A file that exists is not touched without --force.

    arago init telescope.toml
    arago init - | less`
}

// Run writes the example.
func (c initCommand) Run(a *app) error {
	if c.File == "-" {
		return a.print(system.Example())
	}
	_, err := os.Lstat(c.File)
	if err == nil && !c.Force {
		return fmt.Errorf("%s exists; --force replaces it, or give another name", c.File)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return unwritable(c.File, err)
	}
	var out outputs
	defer out.discard()
	file, err := out.create(c.File)
	if err != nil {
		return err
	}
	if err := file.write(func(w io.Writer) error {
		_, err := io.WriteString(w, system.Example())
		return err
	}); err != nil {
		return err
	}
	if err := out.commit(); err != nil {
		return err
	}
	return a.print(fmt.Sprintf("wrote %s; \"arago psf %s\" makes an image of it\n", c.File, c.File))
}
