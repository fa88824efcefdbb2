// Package sweep computes many images: one system with other values of some of its
// parameters in each case, for a grid of field points, thousands of wavefronts, a
// tolerance study.
//
//	study, err := sweep.Read("study.toml")
//	plan, err := study.Plan(options)        // how many cases, how long, how much memory
//	report, err := plan.Run(ctx, sweep.Task{Index: 3, Count: 24}, run)
//	…
//	joined, err := plan.Merge("study.fits", 24)
//
// # Cases
//
// A sweep file names a system file and axes: parameters by their paths, and the values
// they take. Axes multiply, the last one varying fastest, or advance together; see
// [Study]. A case is a number from 0 and the settings that follow from it. Values that
// are drawn at random follow from a master seed and a number by a stated hash, the same
// on every machine and for every way to share the cases out.
//
// # Tasks
//
// Cases are shared out to tasks in runs of consecutive numbers of about the same
// predicted cost. That cost comes from the description alone and from figures of a
// reference machine, so that all tasks agree on it wherever they run. Recipes are chosen
// by the same figures. So the cube that is merged from the shards of any number of tasks
// has the same bytes as the one that a single run writes, on machines of one kind.
//
// # Files
//
// A task writes its images into a file that has its whole size from the beginning,
// and, when one is there, a line with its checksum and measures into a journal. A task
// that was killed, at any moment, and is run again takes what is recorded and whole as
// done. When all cases are there the index table is written behind the cube and the
// file gets its name. A case is known by a hash of all that defines it: the values of
// the system, the samples of its FITS files, the program's version, back end, precision
// and recipe. What an earlier version of the study has in common with it is not computed
// again.
package sweep
