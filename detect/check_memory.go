package detect

import (
	"fmt"

	"arago/internal/bytesize"
)

// limitAddressSpace is what Memory.LimitedBy says of RLIMIT_AS, which counts
// for each process by itself; the other limits count for all of them.
const limitAddressSpace = "RLIMIT_AS"

// notEnoughMemory judges AR112.
func notEnoughMemory(r Report, p Plan) []Verdict {
	m := r.Memory
	if m.Usable <= 0 && m.LimitedBy == "" {
		return nil // nothing is known
	}
	if m.LimitedBy != limitAddressSpace {
		return needsMore("the plan", p.Bytes, m.Usable, m, "run fewer workers, a smaller oversampling or single precision, or raise the limit")
	}
	n := int64(p.processes())
	each := p.Bytes / n
	if p.Bytes%n != 0 {
		each++
	}
	if v := needsMore("each process of the plan", each, m.Usable, m, "raise it (ulimit -v unlimited), or run a smaller oversampling or single precision"); v != nil {
		return v
	}
	// What all processes share may be short although each has room.
	for _, shared := range []Memory{
		{Usable: m.Available, LimitedBy: "machine", Total: m.Total},
		{Usable: m.Group, LimitedBy: "control group", GroupFrom: m.GroupFrom, GroupLimit: m.GroupLimit},
	} {
		if shared.Usable > 0 {
			if v := needsMore("the plan", p.Bytes, shared.Usable, shared, "run fewer workers, a smaller oversampling or single precision"); v != nil {
				return v
			}
		}
	}
	return nil
}

// needsMore refuses what needs more bytes than there are.
func needsMore(who string, need, have int64, m Memory, instead string) []Verdict {
	if need <= have {
		return nil
	}
	return []Verdict{{
		Refused: true,
		Problem: fmt.Sprintf("%s needs %s and %s may be used", who, bytesize.Text(need), bytesize.Text(have)),
		Where:   boundOf(m),
		Instead: instead,
	}}
}

// boundOf says where the bound comes from.
func boundOf(m Memory) string {
	switch {
	case m.LimitedBy == "control group" && m.GroupLimit > 0:
		return "control group " + m.GroupFrom + " with a limit of " + bytesize.Text(m.GroupLimit)
	case m.LimitedBy == "control group":
		return "control group " + m.GroupFrom
	case m.LimitedBy == "machine" && m.Total > 0:
		return "of the machine's " + bytesize.Text(m.Total)
	case m.LimitedBy == "":
		return "what this machine has to spare"
	}
	return m.LimitedBy
}
