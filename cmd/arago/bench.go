package main

// benchCommand holds the comparisons.
type benchCommand struct {
	Backends benchBackendsCommand `cmd:"" help:"Compare the libraries in this program on the work of optics: speed, spread, accuracy."`
}
