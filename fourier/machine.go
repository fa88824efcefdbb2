package fourier

// Machine says how fast a machine computes with one choice of back ends, in
// either precision.
type Machine struct {
	Double, Single Rates
}

// Rates are the coefficients of the cost model in one precision.
type Rates struct{}
