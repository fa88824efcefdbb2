package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"image/png"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"arago/detect"
	"arago/fitsfile"
	"arago/propagate"
	"arago/system"
)

type psfCommand struct {
	File string `arg:"" help:"The system file."`

	Output     string `short:"o" placeholder:"FILE" help:"The FITS file to write; the picture lies beside it (default: the name of the system file, in the current folder)."`
	SavePlanes string `placeholder:"DIR" help:"Also write the field behind each plane, at each wavelength, as a FITS cube into this folder."`
	NoPicture  bool   `help:"Write no picture."`
	Backend    string `placeholder:"CHOICE" help:"The library that computes: a name, or dot=NAME,fft=NAME (see arago backends)."`
	Precision  string `enum:"double,single" default:"double" placeholder:"WORD" help:"Precision of the field: double or single (default: double)."`
	Workers    int    `placeholder:"N" help:"How many wavelengths are computed at once; the result is the same for any number (default: as many as fit)."`
	JSON       bool   `name:"json" help:"Print a JSON object."`
	Quiet      bool   `short:"q" help:"Show no progress and print no summary."`
}

// Help implements kong.HelpProvider.
func (psfCommand) Help() string {
	return `It reads the system file, propagates light of all its wavelengths through its planes, and writes a FITS file: first the image in the samples of the detector, then, as extension DET_SAMP, the same summed to detector pixels. Headers carry POPPY's keywords and how the image was made. Beside it lies a picture with a logarithmic stretch. Files that exist are replaced, each in one step; if anything fails, or on an interrupt, they stay as they were.

    arago psf telescope.toml
    arago psf telescope.toml -o results/psf.fits --save-planes results/planes
    arago psf telescope.toml --json | jq .flux

The same system file gives the same bits on every run with the same back end. With SOURCE_DATE_EPOCH set, that includes the date in the headers.`
}

// Validate is called by kong.
func (c psfCommand) Validate() error {
	if c.Workers < 0 {
		return fmt.Errorf("--workers is %d; it must be positive, or 0 to choose", c.Workers)
	}
	if c.Output != "" && !isFITSName(c.Output) {
		return fmt.Errorf("--output is %q; it must end in .fits, .fit or .fts", c.Output)
	}
	return nil
}

func isFITSName(path string) bool {
	return slices.Contains([]string{".fits", ".fit", ".fts"}, strings.ToLower(filepath.Ext(path)))
}

// withoutExtension returns path up to the dot of its extension.
func withoutExtension(path string) string { return strings.TrimSuffix(path, filepath.Ext(path)) }

// job is one run of psf.
type job struct {
	origin
	plan    *propagate.Plan
	result  *propagate.Result
	seconds float64

	out     outputs
	fits    *output
	picture *output // nil if none is wanted
	planes  *planeFiles
}

// Run computes the image.
func (c psfCommand) Run(ctx context.Context, a *app) error {
	began := time.Now()
	ctx, release := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer release()
	// Once the first signal has been noticed, a second one ends the program at
	// once, as it does by default.
	context.AfterFunc(ctx, release)
	backends, err := a.choose(c.Backend)
	if err != nil {
		return err
	}
	var j job
	if j.date, err = a.date(); err != nil {
		return err
	}
	if err := j.read(c.File); err != nil {
		return err
	}
	defer j.out.discard()
	if err := j.open(c); err != nil {
		return err
	}

	options := propagate.Options{Backend: backends, Workers: c.Workers}
	if c.Precision == propagate.Single.String() {
		options.Precision = propagate.Single
	}
	if free, known := detect.AvailableMemory(); known {
		options.MemoryLimit = max(1, free)
	}
	// A plane that cannot be written ends the run.
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if j.planes != nil {
		j.planes.fail = stop
		options.Observe = j.planes.save
	}
	show, wipe := a.progress(c.Quiet)
	options.Progress = show
	defer wipe()
	if j.plan, err = propagate.NewPlan(j.system, options); err != nil {
		return inFile(c.File, err)
	}
	if j.planes != nil && options.MemoryLimit > 0 {
		if err := j.planes.fit(j.plan, options.MemoryLimit); err != nil {
			return inFile(c.File, err)
		}
	}
	j.result, err = j.plan.Run(running)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case running.Err() != nil:
		return context.Cause(running)
	case err != nil:
		return inFile(c.File, err)
	}
	j.seconds = time.Since(began).Seconds()
	wipe()

	if err := j.write(ctx); err != nil {
		return err
	}
	switch {
	case c.JSON:
		return a.printJSON(j.report())
	case c.Quiet:
		return nil
	}
	return a.print(j.report().text())
}

// inFile says which system file an error is about.
func inFile(file string, err error) error { return fmt.Errorf("%s: %w", file, err) }

// systemFileLimit bounds what is read of a system file, in bytes. It is beyond
// what system.Parse accepts, which tells the user.
const systemFileLimit = 4 << 20

// read reads the system file, once, so that the hash is of the text that was
// understood.
func (j *job) read(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", path, cause(err))
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, systemFileLimit))
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", path, cause(err))
	}
	if j.system, err = system.Parse(path, text, filepath.Dir(path)); err != nil {
		return err
	}
	j.file = path
	j.sha256 = fmt.Sprintf("%x", sha256.Sum256(text))
	return nil
}

// open begins all output files.
func (j *job) open(c psfCommand) error {
	path := c.Output
	if path == "" {
		path = withoutExtension(filepath.Base(c.File)) + ".fits"
	}
	var err error
	if j.fits, err = j.out.create(path); err != nil {
		return err
	}
	if !c.NoPicture {
		if j.picture, err = j.out.create(withoutExtension(path) + ".png"); err != nil {
			return err
		}
	}
	if c.SavePlanes != "" {
		j.planes, err = j.openPlanes(c.SavePlanes)
	}
	return err
}

// write fills the output files and gives them their names.
func (j *job) write(ctx context.Context) error {
	hdus := j.imageHDUs(j.result)
	if err := j.fits.write(func(w io.Writer) error { return fitsfile.Encode(w, j.fits.path, hdus...) }); err != nil {
		return err
	}
	if j.picture != nil {
		drawing := drawPicture(j.result.Image, j.title(), j.note())
		if err := j.picture.write(func(w io.Writer) error { return png.Encode(w, drawing) }); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return j.out.commit()
}

// title returns the name of the system, or else that of its file.
func (j *job) title() string {
	if j.system.Name != "" {
		return j.system.Name
	}
	return filepath.Base(j.file)
}

// note is the line below the title of the picture.
func (j *job) note() string {
	note := spectrumText(j.result.Spectrum)
	switch j.system.Normalize {
	case propagate.NormalizeFirst, propagate.NormalizeExitPupil:
		note += fmt.Sprintf(" · %.4g %% of the light in the field", 100*j.result.Image.Sum())
	}
	return note
}

// spectrumText names the wavelengths of a spectrum.
func spectrumText(lines []propagate.Line) string {
	low, high := lines[0].Wavelength, lines[0].Wavelength
	for _, l := range lines {
		low, high = min(low, l.Wavelength), max(high, l.Wavelength)
	}
	unit, name := 1e-6, "µm"
	if high < 1e-6 {
		unit, name = 1e-9, "nm"
	}
	if len(lines) == 1 {
		return fmt.Sprintf("%.4g %s", low/unit, name)
	}
	return fmt.Sprintf("%d wavelengths from %.4g to %.4g %s", len(lines), low/unit, high/unit, name)
}
