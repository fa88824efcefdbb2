package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"arago/internal/compare/report"
	"arago/internal/settings"
	"arago/propagate"
	"arago/tune"
)

type benchRecipesCommand struct {
	Backend   string `placeholder:"CHOICE" help:"The library that computes: a name, or dot=NAME,fft=NAME (see arago backends)."`
	Precision string `enum:"double,single" default:"double" placeholder:"WORD" help:"Precision of the field: double or single (default: double)."`
	Largest   int    `placeholder:"N" default:"4096" help:"Leave out pupils and images of more samples across (default: 4096)."`
	JSON      string `name:"json" placeholder:"FILE" help:"Also write all numbers as JSON."`
	Quiet     bool   `short:"q" help:"Show no progress and print no table."`
}

// Help implements kong.HelpProvider.
func (benchRecipesCommand) Help() string {
	return `Every recipe on transforms from a pupil to an image, from tiny ones to 4096 samples across: the time of one transform and that of making its plan, predicted by the figures that runs use ("arago tune --show"), and measured. Recipes are in the order in which the planner prefers them; "choice" is by how much longer the first took than the best one, alone or with the making of its plan, whichever is worse. Nothing else should be running; it takes half a minute and up to 2 GB of memory.

    arago tune && arago bench recipes
    arago bench recipes --largest 1024 --precision single`
}

// slowestRecipe is the predicted time, in seconds, from which on a recipe is not
// measured.
const slowestRecipe = 0.6

// recipesReport is what arago bench recipes writes.
type recipesReport struct {
	SchemaVersion int               `json:"schema_version"`
	Machine       report.Machine    `json:"machine"`
	Backend       string            `json:"backend"`
	Precision     string            `json:"precision"`
	Figures       settings.Figures  `json:"figures"`
	Rows          []tune.Comparison `json:"rows"`
}

// Run compares.
func (c benchRecipesCommand) Run(ctx context.Context, a *app) error {
	ctx, release := interruptible(ctx)
	defer release()
	s, err := a.choose(c.Backend)
	if err != nil {
		return err
	}
	var out outputs
	defer out.discard()
	var file *output
	if c.JSON != "" {
		if file, err = out.create(c.JSON); err != nil {
			return err
		}
	}
	var shapes []tune.Shape
	for _, shape := range tune.Shapes() {
		if max(shape.N, shape.M) <= c.Largest {
			shapes = append(shapes, shape)
		}
	}
	r := recipesReport{SchemaVersion: 1, Machine: report.ThisMachine(), Backend: s.Name(), Precision: c.Precision, Figures: a.getenv.Figures(s)}
	show, wipe := a.benchProgress(c.Quiet)
	defer wipe()
	o := tune.Options{Progress: show, Time: a.clock}
	if c.Precision == propagate.Single.String() {
		r.Rows, err = tune.Recipes(ctx, s.Single, &r.Figures.Machine, shapes, slowestRecipe, o)
	} else {
		r.Rows, err = tune.Recipes(ctx, s.Double, &r.Figures.Machine, shapes, slowestRecipe, o)
	}
	wipe()
	if err != nil {
		return err
	}
	if file != nil {
		if err := file.write(func(w io.Writer) error { return json.NewEncoder(w).Encode(r) }); err != nil {
			return err
		}
	}
	if !c.Quiet {
		if err := a.print(r.text()); err != nil {
			return err
		}
	}
	return out.commit()
}

// text is the table for a terminal.
func (r recipesReport) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s, %s precision; %s\n\n", r.Machine, r.Backend, r.Precision, r.Figures.Text())
	fmt.Fprintf(&b, "%-28s  %-10s  %10s  %10s  %6s  %10s  %10s  %6s\n", "transform", "recipe", "predicted", "measured", "", "plan pred.", "plan meas.", "choice")
	regret := tune.Regret(r.Rows)
	for _, row := range r.Rows {
		shape, choice := "", ""
		if row.Rank == 1 {
			shape = row.Shape.String()
			if factor, ok := regret[row.Shape]; ok {
				choice = fmt.Sprintf("×%.2f", factor)
			}
		}
		if row.Reason != "" {
			fmt.Fprintf(&b, "%-28s  %-10s  %s\n", shape, row.Recipe, row.Reason)
			continue
		}
		fmt.Fprintf(&b, "%-28s  %-10s  %10s  %10s  %6.2f  %10s  %10s  %6s\n", shape, row.Recipe,
			report.Duration(row.Predicted), report.Duration(row.Measured), row.Measured/row.Predicted,
			report.Duration(row.PredictedOnce), report.Duration(row.MeasuredOnce), choice)
	}
	b.WriteString("\n" + r.verdict() + "\n")
	return b.String()
}

// verdict says how far the choices were from the best, and the predictions of what was chosen
// from what was measured.
func (r recipesReport) verdict() string {
	worst, largest, beyond := tune.Shape{}, 0.0, 1.0
	least := tune.Compromises(r.Rows)
	for shape, factor := range tune.Regret(r.Rows) {
		beyond = max(beyond, factor/least[shape])
		if factor > largest {
			worst, largest = shape, factor
		}
	}
	if largest == 0 {
		return "no recipe was measured"
	}
	var ratios []float64
	near := 0
	for _, row := range r.Rows {
		if row.Rank != 1 || row.Reason != "" {
			continue
		}
		ratio := row.Predicted / row.Measured
		ratios = append(ratios, ratio)
		if math.Abs(ratio-1) <= 0.3 {
			near++
		}
	}
	return fmt.Sprintf("no choice took more than %.2f times as long as the best recipe (%v), and more than %.2f times what is best both for once and for ever; of the %d transforms that were chosen %d were predicted within 30 %%, all within %.2f … %.2f of the measured time",
		largest, worst, beyond, len(ratios), near, slices.Min(ratios), slices.Max(ratios))
}
