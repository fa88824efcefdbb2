// Package house holds the rules of the repository's structure as tests: which
// package may know which, and what the library may depend on. The picture that
// they draw is in docs/architecture.md.
package house
