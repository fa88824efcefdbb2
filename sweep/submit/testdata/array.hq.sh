#!/bin/sh
# Tolerances 2.toml: 12000 cases in 24 tasks of HyperQueue.
# Hand it over with: hq submit FILE; some tasks alone: hq submit --array=3,7 FILE
#
# Predicted on this machine: 10 h in all, at most 25 min and 203 MiB for a task.
# Requested: twice that time and 5 min, a quarter and 64 MiB more memory.
#HQ --name=arago-tolerances-2
#HQ --array=0-23
#HQ --cpus=2 --pin=taskset
#HQ --resource mem=318
#HQ --time-request=3360s --time-limit=3360s
#HQ --crash-limit=4
#HQ --stdout=arago-tolerances-2-%{JOB_ID}-%{TASK_ID}.log --stderr=none

exec 2>&1
export GOMAXPROCS=2

# Again after a minute, where that may help. Cases that are done are not computed again.
left=3
while :; do
	(cd '/home/ada/It'\''s a study' || exit 75; exec /opt/arago/arago sweep 'Tolerances 2.toml' -o out/tolerances.fits --workers 2 --no-picture --task-index "$HQ_TASK_ID" --task-count 24)
	code=$?
	case $code in
	0 | 1 | 2 | 3 | 4 | 5) exit $code ;; # done, or it would fail again
	esac
	[ $left -gt 0 ] || exit $code
	left=$((left - 1))
	echo "ended with code $code; trying again, $left times more after that" >&2
	sleep 60
done
