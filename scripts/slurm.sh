#!/bin/sh
# Runs an array job on a real Slurm: Debian's, started here with one node, on the loopback
# and in build/slurm, without systemd. Tasks are requeued and killed; what is merged must
# have the bits of a local run, and Slurm's account of memory must agree with the
# prediction. As root, on Debian 12; about two minutes. Whatever happens, nothing of it
# is left running.
set -eu
cd "$(dirname "$0")/.."
folder=$PWD/build/slurm
if [ "$(id -u)" != 0 ]; then
	echo "slurm: the node of a Slurm runs as root; run this as root" >&2
	exit 1
fi

# Everything that is started below has this in its environment, and so have the daemons
# and jobs of Slurm.
export ARAGO_SLURM="$folder"
policy=
stop() {
	[ -z "$policy" ] || rm -f "$policy"
	for signal in TERM KILL; do
		left=$(grep -lzxF "ARAGO_SLURM=$folder" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3)
		found=
		for pid in $left; do
			if [ "$pid" != $$ ] && kill -s $signal "$pid" 2>/dev/null; then found=1; fi
		done
		[ -z "$found" ] || sleep 1
	done
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

missing=
for package in slurm-wlm munge; do
	dpkg-query --show --showformat='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
if [ -n "$missing" ]; then
	# The packages would start daemons of their own.
	if [ ! -e /usr/sbin/policy-rc.d ]; then
		policy=/usr/sbin/policy-rc.d
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod +x "$policy"
	fi
	apt-get update -qq
	# shellcheck disable=SC2086 # one word per package
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
	[ -z "$policy" ] || rm -f "$policy"
	policy=
fi

go tool -modfile=tools/go.mod gotestsum --format standard-verbose -- -count=1 -timeout 10m -tags slurm -run Slurm ./sweep/submit
