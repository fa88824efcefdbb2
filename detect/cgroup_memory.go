package detect

import "io/fs"

// unlimited is beyond any memory. Version 1 writes about 2⁶³, rounded down to
// whole pages, where there is no limit.
const unlimited = 1 << 62

// room returns how much memory a group still allows of its limit; limited is
// false if it sets none. Files that were read lately and can be dropped at once
// (inactive_file) count as free although the group counts them as used.
func (g group) room(root fs.FS) (bytes, limit int64, limited bool) {
	limits, usage, droppable := []string{"memory.max", "memory.high"}, "memory.current", "inactive_file"
	if g.version == 1 {
		limits, usage, droppable = []string{"memory.limit_in_bytes"}, "memory.usage_in_bytes", "total_inactive_file"
	}
	limit = unlimited
	for _, name := range limits {
		// "max", where version 2 has no limit, is not a number.
		if v, ok := g.number(root, name); ok {
			limit = min(limit, v)
		}
	}
	if limit == unlimited {
		return 0, 0, false
	}
	used, _ := g.number(root, usage)
	if stat, ok := g.text(root, "memory.stat"); ok {
		if cached, ok := field(stat, droppable); ok {
			used -= cached
		}
	}
	return max(0, limit-max(0, used)), limit, true
}
