package propagate

// PredictedError is the error to be expected, from rounding, of the field in the last
// plane: of any sample, relative to the amplitude that all light behind the first plane
// would make in one sample if it came there in phase. The intensity of a sample of
// relative amplitude a is then good to 2·a·e + e² of the unaberrated peak: an image
// of a bright star to 2e of its peak, and where a coronagraph has taken its light
// away, e² stays behind.
func (p *Plan) PredictedError() float64 {
	roundoff := 0x1p-53
	if p.options.Precision == Single {
		roundoff = 0x1p-24
	}
	// A phasor, and the product with it, for each plane.
	e := 2 * roundoff * float64(len(p.stages))
	for _, st := range p.stages {
		e += st.chosen.Error
	}
	return e
}
