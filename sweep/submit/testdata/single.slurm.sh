#!/bin/sh
# Tolerances 2.toml: 12000 cases in 1 task of Slurm.
# Hand it over with: sbatch FILE; some tasks alone: sbatch --array=3,7 FILE
#
# Predicted on this machine: 10 h in all, at most 25 min and 203 MiB for a task.
# Requested: twice that time and 5 min, a quarter and 64 MiB more memory.
#SBATCH --job-name=arago-tolerances-2
#SBATCH --array=0
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --mem=318M
#SBATCH --time=56
#SBATCH --partition=short
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=arago-tolerances-2-%A_%a.log

export GOMAXPROCS="${SLURM_CPUS_PER_TASK:-2}"
(cd '/home/ada/It'\''s a study' || exit 75; exec /opt/arago/arago sweep 'Tolerances 2.toml' -o out/tolerances.fits --workers 2 --no-picture --task-index "$SLURM_ARRAY_TASK_ID" --task-count 1)
code=$?
case $code in
0 | 1 | 2 | 3 | 4 | 5) exit $code ;; # done, or it would fail again
esac
# Back into the queue. Cases that are done are not computed again.
[ "${SLURM_RESTART_COUNT:-0}" -ge 3 ] || scontrol requeue "$SLURM_JOB_ID"
exit $code
