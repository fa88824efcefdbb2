// Package passes is what the back ends share whose two-dimensional transform
// runs along one axis and then along the other: which axis comes first, what
// stands between the two, lines along an axis, and scratch memory.
package passes
