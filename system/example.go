package system

import _ "embed"

//go:embed example.toml
var example string

// Example returns a system file to start from, in which every key is explained:
// a segmented telescope with a round-occulter coronagraph.
func Example() string { return example }
