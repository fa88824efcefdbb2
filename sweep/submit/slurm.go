package submit

import "time"

// slurm writes a script for sbatch(1).
func (j Job) slurm() (string, error) {
	var s script
	s.line("#!/bin/sh")
	s.WriteString(comment(j.about("Slurm", "sbatch FILE; some tasks alone: sbatch --array=3,7 FILE")))
	s.line("#SBATCH --job-name=%s", j.Name())
	s.line("#SBATCH --array=%s", j.indices())
	s.line("#SBATCH --ntasks=1")
	s.line("#SBATCH --cpus-per-task=%d", j.CPUs)
	s.line("#SBATCH --mem=%dM", j.Memory())
	s.line("#SBATCH --time=%d", int(j.Time()/time.Minute))
	if j.Queue != "" {
		s.line("#SBATCH --partition=%s", Quoted(j.Queue))
	}
	s.line("#SBATCH --requeue")
	s.line("#SBATCH --open-mode=append")
	s.line("#SBATCH --output=%s-%%A_%%a.log", j.Name())
	s.line("")
	s.line(`export GOMAXPROCS="${SLURM_CPUS_PER_TASK:-%d}"`, j.CPUs)
	s.line("%s", j.command("$SLURM_ARRAY_TASK_ID"))
	s.line("code=$?")
	s.line("case $code in")
	s.line("%s) exit $code ;; # done, or it would fail again", j.never())
	s.line("esac")
	s.line("# Back into the queue. Cases that are done are not computed again.")
	s.line(`[ "${SLURM_RESTART_COUNT:-0}" -ge %d ] || scontrol requeue "$SLURM_JOB_ID"`, j.Retries)
	s.line("exit $code")
	return s.String(), nil
}
