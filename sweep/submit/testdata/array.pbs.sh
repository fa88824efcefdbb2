#!/bin/sh
# Tolerances 2.toml: 12000 cases in 24 tasks of PBS.
# Hand it over with: qsub FILE; one task alone: qsub -J 3-4:2 FILE
#
# Predicted on this machine: 10 h in all, at most 25 min and 203 MiB for a task.
# Requested: twice that time and 5 min, a quarter and 64 MiB more memory.
#PBS -N arago-tolerances-2
#PBS -J 0-23
#PBS -l select=1:ncpus=2:mem=318mb
#PBS -l walltime=0:56:00
#PBS -q short
#PBS -r y
#PBS -j oe

export GOMAXPROCS="${NCPUS:-2}"

# Again after a minute, where that may help. Cases that are done are not computed again.
left=3
while :; do
	(cd '/home/ada/It'\''s a study' || exit 75; exec /opt/arago/arago sweep 'Tolerances 2.toml' -o out/tolerances.fits --workers 2 --no-picture --task-index "${PBS_ARRAY_INDEX:-0}" --task-count 24)
	code=$?
	case $code in
	0 | 1 | 2 | 3 | 4 | 5) exit $code ;; # done, or it would fail again
	esac
	[ $left -gt 0 ] || exit $code
	left=$((left - 1))
	echo "ended with code $code; trying again, $left times more after that" >&2
	sleep 60
done
