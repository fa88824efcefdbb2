// Package backendtest proves that a back end keeps the contract of package
// backend, and times it. A back end's own test file is a few lines:
//
//	func TestConformance(t *testing.T) { backendtest.RunTests(t, New) }
//
//	func BenchmarkBackend(b *testing.B) { backendtest.RunBenchmarks(b, New) }
//
// Every result is compared with a slow sum written here, compensated so that
// it is good to far more than the precision under test, never with another
// back end. What a library lacks (a nil field of backend.Implementation) is
// not tested, and the log says so.
//
// Operands stand in memory that ends where an inaccessible page begins, where
// the system allows it: reading or writing one element too far stops the
// program. Gaps between rows are filled with NaN and compared afterwards.
//
// To add a test, write a method of suite and name it in RunTests.
package backendtest
