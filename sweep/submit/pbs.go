package submit

import "time"

// pbs writes a script for qsub of OpenPBS and PBS Professional.
func (j Job) pbs() (string, error) {
	var s script
	s.line("#!/bin/sh")
	s.WriteString(comment(j.about("PBS", "qsub FILE; one task alone: qsub -J 3-4:2 FILE")))
	s.line("#PBS -N %s", j.Name())
	if j.Tasks > 1 { // PBS has no array of one
		s.line("#PBS -J %s", j.indices())
	}
	s.line("#PBS -l select=1:ncpus=%d:mem=%dmb", j.CPUs, j.Memory())
	minutes := int(j.Time() / time.Minute)
	s.line("#PBS -l walltime=%d:%02d:00", minutes/60, minutes%60)
	if j.Queue != "" {
		s.line("#PBS -q %s", j.Queue)
	}
	s.line("#PBS -r y") // again if its node is lost
	s.line("#PBS -j oe")
	s.line("")
	s.line(`export GOMAXPROCS="${NCPUS:-%d}"`, j.CPUs)
	s.attempts(j, "${PBS_ARRAY_INDEX:-0}")
	return s.String(), nil
}
