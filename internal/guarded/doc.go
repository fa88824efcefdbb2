// Package guarded gives tests memory in which a step outside a slice does not
// go unseen: its pages lie between two inaccessible ones, and what is left of
// them around the slice is known and looked at again.
package guarded
