package main

import (
	"context"
	"fmt"
	"image/png"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"arago/detect"
	"arago/fitsfile"
	"arago/internal/about"
	"arago/internal/failure"
	"arago/propagate"
	"arago/workers"
)

type psfCommand struct {
	File string `arg:"" help:"The system file."`

	systemFlags `embed:""`
	verifyFlags `embed:""`

	Output     string `short:"o" placeholder:"FILE" help:"The FITS file to write; the picture lies beside it (default: the name of the system file, in the current folder)."`
	SavePlanes string `placeholder:"DIR" help:"Also write the field behind each plane, at each wavelength, as a FITS cube into this folder."`
	Live       bool   `help:"Show the planes on a page for your browser while they are computed; the address is printed."`
	NoPicture  bool   `help:"Write no picture."`
	JSON       bool   `name:"json" help:"Print a JSON object."`
	Quiet      bool   `short:"q" help:"Show no progress and print no summary."`
}

// Help implements kong.HelpProvider.
func (psfCommand) Help() string {
	return `It reads the system file, propagates light of all its wavelengths through its planes, and writes a FITS file: first the image in the samples of the detector, then, as extension DET_SAMP, the same summed to detector pixels. Headers carry POPPY's keywords and how the image was made. Beside it lies a picture with a logarithmic stretch. Files that exist are replaced, each in one step; if anything fails, or on an interrupt, they stay as they were.

    arago psf telescope.toml
    arago psf telescope.toml -o results/psf.fits --save-planes results/planes
    arago psf telescope.toml --live
    arago psf telescope.toml --json | jq .flux
    arago psf telescope.toml --verify 20
    arago psf coronagraph.toml --verify-at 0.3..0.8

The work is shared in one of three modes: by goroutines (the usual way), by worker processes, which are this program started again, or, one wavelength at a time, by threads of FFTW's own. --mode says which, or the environment variable ARAGO_MODE, or arago.toml in your folder for configurations (ARAGO_CONFIG names another file), with the keys use_multiprocessing, use_fftw and n_processes as in POPPY, or mode and backend. What would be unsafe is refused with exit code 3; "arago plan" and "arago doctor" tell beforehand. A worker process that dies is replaced and its wavelength computed again. In every mode --live shows the planes in your browser while they are computed, from a page on this machine alone; the program then ends when the page is closed.

The same system file gives the same bits on every run with the same back end, by goroutines and by processes, for any number of either. With SOURCE_DATE_EPOCH set, that includes the date in the headers.`
}

// Validate is called by kong.
func (c psfCommand) Validate() error {
	if c.Output != "" && !isFITSName(c.Output) {
		return fmt.Errorf("--output is %q; it must end in .fits, .fit or .fts", c.Output)
	}
	if err := c.verifyFlags.Validate(); err != nil {
		return err
	}
	return c.systemFlags.Validate()
}

func isFITSName(path string) bool {
	return slices.Contains([]string{".fits", ".fit", ".fts"}, strings.ToLower(filepath.Ext(path)))
}

// withoutExtension returns path up to the dot of its extension.
func withoutExtension(path string) string { return strings.TrimSuffix(path, filepath.Ext(path)) }

// job is one run of psf.
type job struct {
	*prepared
	result  *propagate.Result
	seconds float64
	// predicted is what was predicted for seconds, 0 if nothing was.
	predicted float64
	// peakMemory is what was resident at most, in bytes; 0 if it is not known.
	peakMemory int64
	workers    workers.Report
	looks      watching
	// verifier and verified are nil where nothing is to be verified.
	verifier        *propagate.Verifier
	verified        *propagate.Verification
	verifiedSeconds float64

	out     outputs
	fits    *output
	picture *output // nil if none is wanted
	planes  *planeFiles
}

// Run computes the image.
func (c psfCommand) Run(ctx context.Context, a *app) error {
	began := time.Now()
	var j job
	var err error
	if j.prepared, err = a.open(c.File); err != nil {
		return err
	}
	ctx, release := interruptible(ctx)
	defer release()
	defer j.out.discard()
	if err := j.open(c); err != nil {
		return err
	}
	show, wipe := a.progress(c.Quiet)
	defer wipe()
	watch := &watch{progress: show, planes: j.planes}
	j.looks = watching{saved: c.SavePlanes != "", live: c.Live, verified: c.samples()}
	if err := a.settle(j.prepared, c.systemFlags, j.looks, watch.callbacks(j.looks)); err != nil {
		return err
	}
	// Before it runs: a place beside the image is told at once.
	if j.verifier, err = c.verifier(j.plan); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := a.refuse(j.prepared, j.looks); err != nil {
		return failure.InFile(c.File, err)
	}
	// A plane that cannot be written ends the run.
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if j.planes != nil {
		j.planes.fail = stop
	}
	if c.Live {
		if err := watch.open(j.prepared, a); err != nil {
			return err
		}
		defer watch.page.Close()
	}
	if j.choice.Mode == workers.Goroutines {
		j.predicted = (time.Since(began) + j.plan.Time().First).Seconds()
	}
	j.result, err = j.run(running, a)
	switch {
	case ctx.Err() != nil:
		err = ctx.Err()
	case running.Err() != nil:
		err = context.Cause(running)
	case err != nil:
		err = failure.InFile(c.File, err)
	}
	if err != nil {
		watch.failed(err)
		return err
	}
	j.seconds = time.Since(began).Seconds()
	if own, ok := detect.PeakResident(); ok {
		j.peakMemory = own + j.workers.PeakWorkers
	}
	wipe()

	if j.verifier != nil {
		if err := j.verify(ctx, c, a); err != nil {
			watch.failed(err)
			return err
		}
	}
	// What is to be printed is made before files get their names: a report that
	// cannot be made leaves no files that nothing was said of.
	said := ""
	switch {
	case c.JSON:
		said, err = about.JSON(j.report())
	case !c.Quiet:
		said = j.report().text()
	}
	if err == nil {
		err = j.write(ctx)
	}
	if err == nil && said != "" {
		err = a.print(said)
	}
	if err != nil {
		watch.failed(err)
		return err
	}
	watch.done(ctx, fmt.Sprintf("%.3g s, wrote %s", j.seconds, strings.Join(j.report().files(), ", ")), a)
	return nil
}

// run computes in the mode that was chosen.
func (j *job) run(ctx context.Context, a *app) (*propagate.Result, error) {
	if j.choice.Mode != workers.Processes {
		return j.plan.Run(ctx)
	}
	description, err := j.describe()
	if err != nil {
		return nil, err
	}
	o := j.plan.Options()
	result, report, err := workers.Run(ctx, j.plan, workers.Job{
		Processes: j.choice.Workers, Room: j.room(), Description: description, Observe: o.Observe, Progress: o.Progress, Warn: a.warn,
	})
	j.workers = report
	return result, err
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
	hdus := j.ImageHDUs(j.result, j.verified)
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
func (p *prepared) title() string {
	if p.System.Name != "" {
		return p.System.Name
	}
	return filepath.Base(p.File)
}

// note is the line below the title of the picture.
func (j *job) note() string {
	note := spectrumText(j.result.Spectrum)
	switch j.System.Normalize {
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
