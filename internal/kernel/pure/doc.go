// Package pure holds Arago's inner loops in plain Go. They run on every
// architecture, and they are the specification that the loops of every
// instruction set are tested against.
package pure
