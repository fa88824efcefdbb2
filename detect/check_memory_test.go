package detect

import "testing"

// having is a process with so much memory.
func having(m Memory) Report {
	r := onLinux()
	r.Memory = m
	return r
}

const giga = int64(1) << 30

var memoryCases = []verdictCase{
	{"it fits exactly", having(Memory{Usable: giga, LimitedBy: "machine"}), Plan{Bytes: giga}, silent, nil},
	{
		"a byte too much for the machine", having(Memory{Total: 16 * giga, Available: giga, Usable: giga, LimitedBy: "machine"}),
		Plan{Bytes: giga + 1}, refused, []string{"1 GiB may be used", "of the machine's 16 GiB", "smaller oversampling"},
	},
	{
		"too much for a control group",
		having(Memory{Usable: giga, LimitedBy: "control group", Group: giga, GroupLimit: 3 * giga / 2, GroupFrom: "/sys/fs/cgroup/job"}),
		Plan{Bytes: 6 * giga}, refused, []string{"needs 6 GiB and 1 GiB may be used", "control group /sys/fs/cgroup/job with a limit of 1.5 GiB", "fewer workers"},
	},
	{
		"a control group whose limit is not known",
		having(Memory{Usable: 500, LimitedBy: "control group", GroupFrom: "/sys/fs/cgroup/job"}), Plan{Bytes: 501}, refused,
		[]string{"501 bytes", "(control group /sys/fs/cgroup/job)"},
	},
	{"more than the address space", having(Memory{Usable: giga, LimitedBy: "RLIMIT_AS", AddressSpace: giga}), Plan{Bytes: 2 * giga}, refused, []string{"RLIMIT_AS", "ulimit -v"}},
	{
		"each process has an address space of its own", having(Memory{Usable: giga, LimitedBy: "RLIMIT_AS", AddressSpace: giga, Available: 8 * giga, Group: -1}),
		Plan{Start: StartExec, Processes: 4, Bytes: 4 * giga}, silent, nil,
	},
	{
		"and not a byte more", having(Memory{Usable: giga, LimitedBy: "RLIMIT_AS", AddressSpace: giga, Available: 8 * giga, Group: -1}),
		Plan{Start: StartExec, Processes: 4, Bytes: 4*giga + 1}, refused, []string{"each process"},
	},
	{
		"all together they share the machine", having(Memory{Usable: giga, LimitedBy: "RLIMIT_AS", AddressSpace: giga, Total: 4 * giga, Available: 3 * giga, Group: -1}),
		Plan{Start: StartExec, Processes: 4, Bytes: 4 * giga}, refused, []string{"3 GiB may be used", "machine"},
	},
	{
		"and the control group", having(Memory{Usable: giga, LimitedBy: "RLIMIT_AS", AddressSpace: giga, Available: 8 * giga, Group: 2 * giga, GroupLimit: 2 * giga, GroupFrom: "/g"}),
		Plan{Start: StartExec, Processes: 4, Bytes: 4 * giga}, refused, []string{"control group /g"},
	},
	{"nothing is known", having(Memory{}), Plan{Bytes: 1 << 60}, silent, nil},
	{"nothing is left", having(Memory{LimitedBy: "control group", GroupFrom: "/g"}), Plan{Bytes: 1}, refused, []string{"0 bytes may be used"}},
	{"a limit without a name", having(Memory{Usable: 5}), Plan{Bytes: 1 << 50}, refused, []string{"1 PiB", "this machine has to spare"}},
	{"nothing is needed", having(Memory{Usable: 1}), Plan{}, silent, nil},
}

func TestThePlanFitsInMemory(t *testing.T) { expectVerdicts(t, AR112, memoryCases) }
