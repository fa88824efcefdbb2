// Package submit writes what engines for array jobs read: a script or a manifest by
// which Slurm, PBS, HyperQueue, Kubernetes or AWS Batch runs the tasks of a sweep.
//
//	engine, ok := submit.Named("slurm")
//	text, err := engine.Write(submit.Job{Tasks: 24, CPUs: 1, …})
//
// Nothing is talked to: no engine has to be there, and no library of one is needed. What
// a task asks for follows from what is predicted of it, by stated margins; see [Job.Memory]
// and [Job.Time]. Exit codes that would come back in the next attempt too end a task;
// whatever else ends one, also a signal or a lost node, is tried again.
package submit
