package propagate

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"reflect"
	"sync"

	"arago/fourier"
	"arago/grid"
	"arago/optics"
)

// Pool keeps what plans of systems that are alike have in common: kernels and bases of
// transforms, and the samples of pupils and masks. Plans that have it in their Options
// take from it what is there, also at the same time. What comes out has the same bits
// as without it.
//
// Samples are kept from the second time on that they are asked for, so that elements
// that differ in every system do not drive out those that are always the same. What was
// not asked for the longest goes first where the limit is reached.
type Pool struct {
	kernels *fourier.Cache
	limit   int64

	mutex   sync.Mutex
	entries map[string]*pooled
	seen    map[uint64]bool // hashes of keys, which may be long
	seed    maphash.Seed
	bytes   int64
	clock   int
}

// pooled are samples that are shared.
type pooled struct {
	value func() (any, error)
	bytes int64
	used  int
	// of is kept as long as the samples are: the key of an element that is a pointer
	// is its address, which nothing else may have meanwhile.
	of sampling
}

// sampling is what samples are of, and all that they depend on.
type sampling struct {
	kind     kind
	elements []optics.Element
	grid     grid.Grid
	// sky is the part of the sky that is looked at, of masks in image planes: what they
	// are made of depends on it, see optics.Patchwork.Within.
	sky optics.Box
}

// kind is what samples are for.
type kind int

const (
	ofPupil kind = iota // of all elements of a pupil
	ofPart              // of one element of several in a pupil
	ofImage             // of the masks in image planes
)

// mostSeen bounds the list of what was asked for once.
const mostSeen = 4096

// NewPool returns a pool that keeps up to so many bytes of kernels, and as many of
// samples.
func NewPool(limit int64) *Pool {
	return &Pool{kernels: fourier.NewCache(limit), limit: limit, entries: map[string]*pooled{}, seen: map[uint64]bool{}, seed: maphash.MakeSeed()}
}

// PartBytes returns the size of the samples that are kept of elements of which plans
// have others beside them in a pupil. All other samples are the plans' own, and counted in
// their memory.
func (p *Pool) PartBytes() (sum int64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for _, e := range p.entries {
		if e.of.kind != ofPart {
			continue
		}
		if v, err := e.value(); err == nil {
			part := v.(effect)
			sum += 8 * int64(len(part.amplitude)+len(part.opd)+len(part.phase))
		}
	}
	return sum
}

// cache returns where a plan keeps its kernels: its own place, of so many bytes, if
// there is no pool.
func (p *Pool) cache(limit int64) *fourier.Cache {
	if p == nil {
		return fourier.NewCache(limit)
	}
	return p.kernels
}

// effect returns what the elements of a pupil together do on g.
func (p *Pool) effect(elements []optics.Element, g grid.Grid) (effect, error) {
	if p == nil || len(elements) == 0 {
		return sampleBands(elements, g)
	}
	e, err := p.take(sampling{kind: ofPupil, elements: elements, grid: g}, effectBytes(g), func(kept bool) (any, error) {
		if kept || len(elements) == 1 {
			return sampleBands(elements, g)
		}
		// Those that are shared one by one are taken from the pool.
		parts := make([]optics.Element, len(elements))
		for i, one := range elements {
			parts[i] = one
			alone := elements[i : i+1]
			if of := (sampling{kind: ofPart, elements: alone, grid: g}); p.wanted(of) {
				e, err := p.take(of, effectBytes(g), func(bool) (any, error) { return sampleBands(alone, g) })
				if err != nil {
					return nil, err
				}
				parts[i] = sampled{g, e.(effect)}
			}
		}
		return sampleBands(parts, g)
	})
	if err != nil {
		return effect{}, err
	}
	return e.(effect), nil
}

// effectBytes is what the samples of a plane take at most.
func effectBytes(g grid.Grid) int64 { return 3 * 8 * int64(g.Len()) }

// masks samples the masks of image planes that are passed by Babinet's principle, for
// light that carries a part of the sky.
func (p *Pool) masks(elements []optics.Element, o *occultation, sky optics.Box) {
	if p == nil {
		o.sample()
		return
	}
	bytes := 8 * int64(len(o.patches.Patches)) * int64(o.box.Len())
	got, _ := p.take(sampling{ofImage, elements, o.box, sky}, bytes, func(bool) (any, error) {
		o.sample()
		// What is kept is nobody's own: its plan may be reading while others take it.
		return &occultation{masks: o.masks, stray: o.stray}, nil
	})
	o.takeMasks(got.(*occultation))
}

// takeMasks makes the samples of another occultation of the same masks, on the same
// box, its own.
func (o *occultation) takeMasks(from *occultation) { o.masks, o.stray = from.masks, from.stray }

// imageElements returns the elements of the image planes that are passed together from
// stage i on.
func (p *Plan) imageElements(i int) []optics.Element {
	var elements []optics.Element
	for _, image := range p.stages[i:p.stages[i].through] {
		elements = append(elements, image.elements...)
	}
	return elements
}

// take returns samples from the pool, or has them made. build is told whether they will
// be kept.
func (p *Pool) take(of sampling, bytes int64, build func(kept bool) (any, error)) (any, error) {
	key, ok := of.key()
	if !ok {
		return build(false)
	}
	bytes += int64(len(key))
	p.mutex.Lock()
	p.clock++
	e := p.entries[key]
	if e == nil {
		if !p.see(key) || bytes > p.limit {
			p.mutex.Unlock()
			return build(false)
		}
		p.makeRoom(bytes)
		e = &pooled{value: sync.OnceValues(func() (any, error) { return build(true) }), bytes: bytes, of: of}
		p.entries[key] = e
		p.bytes += bytes
	}
	e.used = p.clock
	p.mutex.Unlock()
	return e.value()
}

// see notes that something was asked for and says whether it was before. The caller
// holds the mutex. Where two keys have the same hash, one is kept a time too early.
func (p *Pool) see(key string) bool {
	hash := maphash.String(p.seed, key)
	before := p.seen[hash]
	if !before && len(p.seen) >= mostSeen {
		clear(p.seen)
	}
	p.seen[hash] = true
	return before
}

// wanted says whether samples are in the pool or would be put there now; it counts as
// asking for them.
func (p *Pool) wanted(of sampling) bool {
	key, ok := of.key()
	if !ok {
		return false
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.entries[key] != nil || p.see(key)
}

// makeRoom forgets samples until so many bytes more may be kept.
func (p *Pool) makeRoom(bytes int64) {
	for p.bytes+bytes > p.limit {
		oldest, used := "", p.clock+1
		for key, e := range p.entries {
			if e.used < used {
				oldest, used = key, e.used
			}
		}
		p.bytes -= p.entries[oldest].bytes
		delete(p.entries, oldest)
	}
}

// sampled stands for an element whose samples on a grid are known.
type sampled struct {
	grid grid.Grid
	effect
}

// Sample implements optics.Element for bands of the grid.
func (s sampled) Sample(rows grid.Grid) (optics.Sample, error) {
	from := int(math.Round(s.grid.Y.Center - rows.Y.Center))
	part := s.part(from*s.grid.X.N, rows.Len())
	return optics.Sample{Amplitude: part.amplitude, OPD: part.opd, Phase: part.phase}, nil
}

// Validate implements optics.Element.
func (s sampled) Validate() error { return nil }

// key describes a sampling, exactly. It is false for elements that hold what has no
// description, such as a function.
func (s sampling) key() (string, bool) {
	key, ok := describe(nil, reflect.ValueOf(s))
	return string(key), ok
}

// describe appends a value, with its type where an interface hides it. Pointers are
// described by their addresses: elements do not change.
func describe(key []byte, v reflect.Value) ([]byte, bool) {
	word := func(bits uint64) []byte { return binary.LittleEndian.AppendUint64(key, bits) }
	switch v.Kind() {
	case reflect.Bool:
		return append(key, byte(btoi(v.Bool()))), true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return word(uint64(v.Int())), true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return word(v.Uint()), true
	case reflect.Float32, reflect.Float64:
		return word(math.Float64bits(v.Float())), true
	case reflect.String:
		return append(word(uint64(v.Len())), v.String()...), true
	case reflect.Pointer:
		return word(uint64(v.Pointer())), true
	case reflect.Interface:
		if v.IsNil() {
			return word(0), true
		}
		// A type is where it is described in memory: types of several packages, or
		// functions, may have the same name.
		return describe(word(uint64(reflect.ValueOf(v.Elem().Type()).Pointer())), v.Elem())
	case reflect.Slice, reflect.Array:
		key, ok := word(uint64(v.Len())), true
		for i := 0; i < v.Len() && ok; i++ {
			key, ok = describe(key, v.Index(i))
		}
		return key, ok
	case reflect.Struct:
		ok := true
		for i := 0; i < v.NumField() && ok; i++ {
			key, ok = describe(key, v.Field(i))
		}
		return key, ok
	}
	return nil, false
}
