package main

import (
	"fmt"
	"io"
)

// survey is what is measured.
type survey struct {
	transforms []transform
	products   []product
	phases     []phases
	specials   []special
}

// full is the survey of docs/accuracy.md.
var full = survey{transforms, products, allPhases, specials}

// Peers of each table by their names in peers.py, with the names of what
// computes. Verdicts are those against the first.
var (
	transformPeers = []peer{{"fftw", "FFTW"}, {"ducc0", "ducc0"}, {"mkl", "MKL"}, {"numpy", "numpy"}}
	productPeers   = []peer{{"openblas", "OpenBLAS"}, {"mkl", "MKL"}, {"blis", "BLIS"}}
	phasorPeers    = []peer{{"numpy", "numpy"}}
)

type peer struct{ name, heading string }

// measure measures everything with those contenders.
func (s survey) measure(list []contender, progress io.Writer) (*document, error) {
	d := newDocument(list)
	for _, p := range []precision{double, single} {
		lines, planes := newTable(list, transformPeers, "size", "factors", "√log₂N"), newTable(list, transformPeers, "size", "factors", "√log₂N")
		for _, c := range s.transforms {
			fmt.Fprintf(progress, "%s: transform of %v\n", p, c)
			into := lines
			if c.Rows > 0 {
				into = planes
			}
			errs, err := c.measure(p, into.libraries())
			if err != nil {
				return nil, fmt.Errorf("%s: transform of %v: %w", p, c, err)
			}
			into.add(c.String(), []string{c.String(), c.factors(), fmt.Sprintf("%.1f", c.growth())}, errs, hundredths, noWorse)
		}
		d.Lines = append(d.Lines, lines.named("Lines, "+string(p)+" precision"))
		d.Planes = append(d.Planes, planes.named("Planes, "+string(p)+" precision"))

		multiplied := newTable(list, productPeers, "matrices", "numbers", "n")
		for _, c := range s.products {
			fmt.Fprintf(progress, "%s: product of %v, %s\n", p, c, c.Kind)
			errs, err := c.measure(p, multiplied.libraries())
			if err != nil {
				return nil, fmt.Errorf("%s: product of %v: %w", p, c, err)
			}
			multiplied.add(c.String()+", "+string(c.Kind), []string{c.String(), string(c.Kind), fmt.Sprint(c.terms())}, errs, thousandths, noWorseWithinBound)
		}
		d.Products = append(d.Products, multiplied.named("Products, "+string(p)+" precision"))

		turned := newTable(list, phasorPeers, "phase")
		for _, c := range s.phases {
			fmt.Fprintf(progress, "%s: phasors of %s\n", p, c.name)
			errs, err := c.measure(p, turned.libraries())
			if err != nil {
				return nil, fmt.Errorf("%s: phasors of %s: %w", p, c.name, err)
			}
			turned.add(c.name, []string{c.name}, errs, hundredths, withinOne)
		}
		d.Phasors = append(d.Phasors, turned.named("Phasors, "+string(p)+" precision"))

		edge := newTable(list, phasorPeers, "operands", "right")
		for _, c := range s.specials {
			words, err := c.results(p, edge.libraries())
			if err != nil {
				return nil, fmt.Errorf("%s: phasor of %s: %w", p, c.name, err)
			}
			edge.addWords(c.name, []string{c.name, fmt.Sprintf("%.3g", c.want)}, words)
		}
		d.Specials = append(d.Specials, edge.named("Phasors at the edge, "+string(p)+" precision"))
	}
	return d, nil
}
