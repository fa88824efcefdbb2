// Package colormap turns values into colours that people can compare: inferno
// for what goes from nothing to much, and a cyclic map for phases.
package colormap
