// Package detect finds out what this process may use of the machine it runs
// on. It computes nothing and knows no optics and no back end.
package detect
