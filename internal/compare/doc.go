// Package compare measures libraries against each other on the work that
// optics gives them: the operations of the contract arago/backend, at the sizes
// that occur, in both precisions, on one core and on all.
//
// # How it is measured
//
// All contenders for a task are prepared, then take turns (A B C, B C A, …),
// so that a machine that slows down or speeds up does so for all of them. A
// turn is several calls where one is too short to time. Each contender's time
// for a task is bounded, and so is the whole: what was left out is listed with
// its reason. Contenders in this process share operands; the memory that a
// task needs is known before it begins.
//
// GFLOP/s follow the customary counts ([Task.Operations]), whatever a library
// really does. A windowed transform is counted as the padded transform that it
// replaces, so a pruned one may seem to exceed the peak of the machine.
//
// One core means GOMAXPROCS(1) for what runs in this process. Arago's back ends
// hold their libraries at one thread and share work among goroutines, so this
// bounds them whole; other contenders say themselves how they are held.
//
// # Accuracy
//
// Beside each time stands the relative error in the 2-norm of a random sample
// of the result, against sums in twice the precision (package truth). Operands
// have 24 significant bits: both precisions, and contenders in other processes
// and languages, compute with the same numbers and have the same truth. The outer
// product of such numbers shows no error in double precision, for there is none.
package compare
