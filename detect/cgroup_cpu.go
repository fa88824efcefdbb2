package detect

import (
	"io/fs"
	"strconv"
	"strings"
)

// quota returns the processor time that a group grants, in processors: the time
// per period over the period. Limited is false if the group sets no limit.
func (g group) quota(root fs.FS) (processors float64, limited bool) {
	var time, period int64
	if g.version == 1 {
		// The quota is −1 where there is no limit.
		time, _ = g.number(root, "cpu.cfs_quota_us")
		period, _ = g.number(root, "cpu.cfs_period_us")
	} else {
		// "200000 100000", or "max 100000" where there is no limit.
		text, _ := g.text(root, "cpu.max")
		if f := strings.Fields(text); len(f) == 2 {
			time, _ = strconv.ParseInt(f[0], 10, 64)
			period, _ = strconv.ParseInt(f[1], 10, 64)
		}
	}
	if time <= 0 || period <= 0 {
		return 0, false
	}
	return float64(time) / float64(period), true
}

// tightestQuota returns the smallest quota of the groups of this process and
// their ancestors and the group that sets it; 0 if none does.
func tightestQuota(root fs.FS) (processors float64, from string) {
	for _, g := range groups(root, "cpu") {
		if q, limited := g.quota(root); limited && (from == "" || q < processors) {
			processors, from = q, g.name()
		}
	}
	return processors, from
}

// smallestSet returns the number of processors in the smallest cpuset of the
// groups of this process and their ancestors, 0 if there are no cpusets.
func smallestSet(root fs.FS) int {
	smallest := 0
	for _, g := range groups(root, "cpuset") {
		// What a group really has; in version 1 the name is turned round.
		file := "cpuset.cpus.effective"
		if g.version == 1 {
			file = "cpuset.effective_cpus"
		}
		text, _ := g.text(root, file)
		// A group that has never been given a set is empty in version 1.
		if n, ok := countList(text); ok && n > 0 && (smallest == 0 || n < smallest) {
			smallest = n
		}
	}
	return smallest
}

// countList returns how many numbers a list of the kernel holds, such as
// "0-3,8": ascending, none twice (cpuset(7), "List format").
func countList(text string) (n int, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, true
	}
	for part := range strings.SplitSeq(text, ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		a, errA := strconv.Atoi(first)
		b, errB := strconv.Atoi(last)
		if errA != nil || errB != nil || a < 0 || b < a {
			return 0, false
		}
		n += b - a + 1
	}
	return n, true
}
