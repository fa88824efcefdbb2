package fourier

// Estimates returns what each recipe would take to do t in double or, if single,
// in single precision, the one to choose first, those that cannot do it last.
func Estimates(t Transform, m *Machine, single bool) []Estimate {
	return []Estimate{{Recipe: RecipeDense}}
}
