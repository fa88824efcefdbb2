package submit

// hyperqueue writes a script with directives for hq submit.
func (j Job) hyperqueue() (string, error) {
	var s script
	s.line("#!/bin/sh")
	s.WriteString(comment(j.about("HyperQueue", "hq submit FILE; some tasks alone: hq submit --array=3,7 FILE")))
	s.line("#HQ --name=%s", j.Name())
	s.line("#HQ --array=%s", j.indices())
	s.line("#HQ --cpus=%d --pin=taskset", j.CPUs)
	s.line("#HQ --resource mem=%d", j.Memory())
	// A worker must have that much time left; a task that takes longer is ended.
	s.line("#HQ --time-request=%[1]ds --time-limit=%[1]ds", int(j.Time().Seconds()))
	s.line("#HQ --crash-limit=%d", j.Retries+1)
	s.line("#HQ --stdout=%s-%%{JOB_ID}-%%{TASK_ID}.log --stderr=none", j.Name())
	s.line("")
	s.line("exec 2>&1")
	s.line("export GOMAXPROCS=%d", j.CPUs)
	s.attempts(j, "$HQ_TASK_ID")
	return s.String(), nil
}
