package propagate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"arago/fourier"
	"arago/optics"
)

// RecipeBabinet is the recipe of image planes whose masks differ from what is around
// them within a small box only; see occultation.
const RecipeBabinet = "babinet"

// Recipes returns the names that Options.Recipe may have beside "".
func Recipes() []string { return slices.Clone(recipes[1:]) }

// recipes are the values of Options.Recipe. The FFT and Babinet's principle are for
// image planes; the others are ways of fourier to do one transform.
var recipes = []string{"", fourier.RecipeDense, fourier.RecipeFolded, fourier.RecipeCompressed, fourier.RecipeChirpZ, fourier.RecipeFFT, RecipeBabinet}

// transformRecipe returns the recipe that is asked for the transform to a detector or a box,
// "" to choose: with "fft" it is dense, as in POPPY, for an FFT has no detector's pixels.
func (o *Options) transformRecipe() string {
	switch o.Recipe {
	case fourier.RecipeFFT:
		return fourier.RecipeDense
	case RecipeBabinet:
		return ""
	}
	return o.Recipe
}

// choose decides how each stage is reached. The recipes are those that are best at
// the shortest wavelength; they can do the others.
func (p *Plan) choose() error {
	if !slices.Contains(recipes, p.options.Recipe) {
		return invalid("%q is no recipe; it must be one of %q, or none", p.options.Recipe, recipes[1:])
	}
	p.bands = p.system.Source.bands()
	for i := range p.stages {
		p.findSupport(i)
		st := &p.stages[i]
		var err error
		switch {
		case st.move == toDetector:
			err = p.chooseDetector(i)
		case st.move == toImage:
			err = p.chooseImage(i)
		case st.move == toPupil && st.recipe == "":
			st.recipe = fourier.RecipeFFT
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// findSupport notes which samples of plane i may hold light, and which have to be
// kept: only these, where a transform follows. The planes before are decided.
func (p *Plan) findSupport(i int) {
	st := &p.stages[i]
	g := st.grid.fixed
	st.support, st.kept = whole(g), whole(g)
	present := whole(g)
	if i > 0 {
		before := p.stages[i-1]
		switch st.move {
		case stay:
			st.support, present = before.support, before.kept
		case turn:
			st.from = whole(before.grid.fixed)
		case toPupil:
			if image := p.stages[p.imageBefore(i)]; image.occultation != nil && len(image.occultation.patches.Patches) == 0 {
				// The light stays where it is.
				st.support = image.from.in(p.stages[p.imageBefore(i)-1].grid.fixed, g).and(whole(g))
			}
		case toImage, toDetector:
			st.from = before.support
		}
		if st.crop > 0 {
			st.from = st.from.and(p.seen(i - 1))
		}
		if st.move == toImage || st.move == toDetector {
			st.lit = holes(p.stages[i-1].effect.amplitude, p.stages[i-1].grid.fixed, st.from)
		}
	}
	if _, ok := st.plane.(Pupil); ok {
		// Before the pupil is sampled its elements say roughly where it is open.
		st.support = st.support.and(opening(st.elements, g)).and(lit(st.effect.amplitude, g))
		if st.support.and(p.seen(i)) == (block{}) {
			// Transforms need samples, even of no light.
			st.support = present
		} else {
			// A pupil in the plane of another one has no more samples than are left of that.
			st.support = st.support.aboutTheAxis(g, present)
		}
		if p.transformed(i) {
			st.kept = st.support
		}
	}
}

// seen returns the samples of plane i that the step behind it, and behind all that only
// multiplies, is to see.
func (p *Plan) seen(i int) block {
	g := p.stages[i].grid.fixed
	for _, st := range p.stages[i+1:] {
		if st.move == stay {
			continue
		}
		if st.crop > 0 {
			_, y := g.Y.Cropped(st.crop)
			_, x := g.X.Cropped(st.crop)
			return block{y, y + st.crop, x, x + st.crop}
		}
		break
	}
	return whole(g)
}

// imageBefore returns the index of the image plane at which light arrived that goes on
// to pupil i.
func (p *Plan) imageBefore(i int) int {
	for p.stages[i].move != toImage {
		i--
	}
	return i
}

// transformed says whether all that is done with the light behind stage i, but to
// multiply it by the elements of more pupils, is a transform.
func (p *Plan) transformed(i int) bool {
	for _, st := range p.stages[i+1:] {
		if st.move != stay {
			return st.move == toImage || st.move == toDetector
		}
	}
	return false
}

// shortest is the wavelength at which recipes are chosen.
func (p *Plan) shortest() float64 { return p.system.Source.shortest() }

// banded says of a transform that there is one at each wavelength of the source, and
// what is lit before it.
func (p *Plan) banded(t fourier.Transform, lit []fourier.Block) fourier.Transform {
	t.Shortest, t.Lit = p.shortest(), lit
	return t
}

// estimates returns what each recipe would take for a transform.
func (p *Plan) estimates(t fourier.Transform) []fourier.Estimate {
	t.Wavelengths, t.Bands = p.Lines(), p.bands
	return fourier.Estimates(t, p.options.Machine, p.options.Precision == Single)
}

// transformTo returns the transform that leads to stage i from the plane before it.
func (p *Plan) transformTo(i int, wavelength float64) fourier.Transform {
	before, st := p.stages[i-1], p.stages[i]
	return p.banded(st.move.transform(st.from.of(before.grid.at(wavelength)), st.grid.at(wavelength), wavelength), st.lit)
}

// chooseDetector takes the best recipe, or that of the options.
func (p *Plan) chooseDetector(i int) error {
	st := &p.stages[i]
	var err error
	st.chosen, st.alternatives, err = p.chooseTransform(func(wavelength float64) fourier.Transform {
		return p.transformTo(i, wavelength)
	}, p.options.transformRecipe())
	if err != nil {
		return fmt.Errorf("plane %d (%s): %w", i+1, st.label, err)
	}
	st.recipe = st.chosen.Recipe
	if !st.chosen.Holes {
		st.lit = nil
	}
	return nil
}

// chooseTransform returns the best recipe for a transform that can do it at all
// wavelengths, or the one that is asked for, and what was considered: that one first.
func (p *Plan) chooseTransform(at func(wavelength float64) fourier.Transform, forced string) (chosen fourier.Estimate, considered []fourier.Estimate, err error) {
	considered = p.estimates(at(p.shortest()))
	for k := range considered {
		e := &considered[k]
		// Only an FFT asks for more of a wavelength than that it is one.
		if e.Reason == "" && e.Recipe == fourier.RecipeFFT && !p.fftAtAll(at) {
			*e = fourier.Estimate{Recipe: e.Recipe, Reason: "the grids do not fit an FFT at all wavelengths"}
		}
	}
	slices.SortStableFunc(considered, func(a, b fourier.Estimate) int { return btoi(a.Reason != "") - btoi(b.Reason != "") })
	for k, e := range considered {
		switch {
		case forced != "" && e.Recipe != forced:
		case e.Reason == "":
			return e, slices.Insert(slices.Delete(considered, k, k+1), 0, e), nil
		case forced != "":
			return e, considered, invalid("the recipe %q cannot lead there: %s; choose another one, or none", forced, e.Reason)
		}
	}
	return fourier.Estimate{}, considered, invalid("no recipe leads there, which should not be: please report it with the system")
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// fftAtAll says whether a transform can be an FFT at every wavelength.
func (p *Plan) fftAtAll(at func(wavelength float64) fourier.Transform) bool {
	for _, l := range p.system.Source.Spectrum {
		for _, e := range p.estimates(at(l.Wavelength)) {
			if e.Recipe == fourier.RecipeFFT && e.Reason != "" {
				return false
			}
		}
	}
	return true
}

// widestBox is the padding of an FFT that has as many samples as the largest box of a
// mask that is passed by Babinet's principle.
const widestBox = 4

// chooseImage decides whether the light passes the image planes from stage i on in a
// small box, by Babinet's principle, or on the padded grid of an FFT.
func (p *Plan) chooseImage(i int) error {
	st := &p.stages[i]
	st.recipe, st.occultation, st.edges = fourier.RecipeFFT, nil, nil
	fft := p.paddedFFT(i)
	babinet, occultation, err := p.planOccultation(i)
	if err != nil {
		return fmt.Errorf("plane %d (%s): %w", i+1, st.label, err)
	}
	forced := p.options.Recipe == RecipeBabinet
	if most := float64(widestBox * p.system.Npix); babinet.Reason == "" && !forced && samples(occultation.box) > most*most {
		// Not for its time: what is computed may not depend on the machine, nor on
		// Oversample or the recipe of the transforms, and the two differ by the sampling
		// of the masks. The box has the better one, and takes less, but where masks fill
		// the image.
		babinet = fourier.Estimate{Recipe: RecipeBabinet, Reason: fmt.Sprintf("a box around the masks has %d×%d samples, more than an image padded %d times",
			occultation.box.Y.N, occultation.box.X.N, widestBox)}
	}
	st.chosen, st.alternatives = fft, []fourier.Estimate{fft, babinet}
	if st.through > 0 {
		p.stages[st.through].recipe = fourier.RecipeFFT
	}
	if k, mask := p.maskOf(i); babinet.Reason != "" && forced && mask != "" {
		return invalid("plane %d (%s): the recipe %q cannot pass %s: %s; choose another one, or none", k+1, p.stages[k].label, RecipeBabinet, mask, babinet.Reason)
	}
	if babinet.Reason != "" {
		p.chooseEdges(i)
		return nil
	}
	if p.options.Recipe == fourier.RecipeFFT {
		return nil
	}
	slices.Reverse(st.alternatives)
	st.chosen, st.occultation = babinet, occultation
	// Where the masks do nothing, what is lit behind them has been found only now.
	p.findSupport(st.through)
	occultation.out = p.stages[st.through].kept
	for k := i; k <= st.through; k++ {
		p.stages[k].recipe = RecipeBabinet
	}
	return nil
}

// maskOf says which mask it is that keeps the light from passing the image planes from stage i
// on in a box, and in which of them: the first element that would do so by itself, or else
// all together. It is "" if there are no masks.
func (p *Plan) maskOf(i int) (stage int, mask string) {
	elements := 0
	for k := i; k == i || k < len(p.stages) && p.stages[k].move == stay; k++ {
		for j, e := range p.stages[k].elements {
			if elements++; elements == 1 {
				stage, mask = k, elementName(j, e)
			}
			if _, err := optics.NewPatchwork([]optics.Element{e}); err != nil {
				return k, elementName(j, e)
			}
		}
	}
	if elements > 1 {
		mask = "its masks together"
	}
	return stage, mask
}

// elementName names element i of a plane: a KnifeEdge is "element 1 (knife edge)".
func elementName(i int, e optics.Element) string {
	t := reflect.TypeOf(e)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	words, last := "", rune(0)
	for _, r := range t.Name() {
		if unicode.IsUpper(r) && unicode.IsLower(last) {
			words += " "
		}
		words, last = words+string(r), r
	}
	return fmt.Sprintf("element %d (%s)", i+1, strings.ToLower(words))
}

// paddedFFT estimates the way through the image planes from stage i on by FFT: there,
// through the masks, and back.
func (p *Plan) paddedFFT(i int) fourier.Estimate {
	st := p.stages[i]
	to := p.transformTo(i, p.shortest())
	sum := fourier.Estimate{Recipe: fourier.RecipeFFT}
	p.addFFT(&sum, to)
	last := i
	if st.through > 0 {
		last = st.through
		p.addFFT(&sum, toPupil.transform(to.Out, p.stages[last].grid.at(to.Wavelength), to.Wavelength))
	}
	// Masks are sampled anew at each wavelength, a little faster than an element of a kernel, and then
	// multiplied into the field.
	masks := fourier.Work{}
	for _, image := range p.stages[i:last] {
		masks.Elements += 0.6 * float64(len(image.elements)) * float64(to.Out.Len())
	}
	addEstimate(&sum, fourier.Estimate{Each: masks, Seconds: p.machine().Seconds(masks, p.options.Precision == Single)})
	return sum
}

func (p *Plan) addFFT(sum *fourier.Estimate, t fourier.Transform) {
	for _, e := range p.estimates(t) {
		if e.Recipe == fourier.RecipeFFT {
			addEstimate(sum, e)
		}
	}
}

// addEstimate adds what another step takes, one after the other.
func addEstimate(sum *fourier.Estimate, e fourier.Estimate) {
	sum.Each.Add(e.Each)
	sum.Once.Add(e.Once)
	sum.Bases.Add(e.Bases)
	sum.Seconds += e.Seconds
	sum.SecondsOnce += e.SecondsOnce
	sum.SecondsBases += e.SecondsBases
	sum.Scratch = max(sum.Scratch, e.Scratch)
	sum.Kernels += e.Kernels
	sum.BasesKernels += e.BasesKernels
	sum.Error += e.Error
}

// machine has the figures that times are predicted from.
func (p *Plan) machine() *fourier.Machine {
	if p.options.Machine != nil {
		return p.options.Machine
	}
	return fourier.DefaultMachine()
}
