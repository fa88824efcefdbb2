package library

import (
	"container/list"
	"sync"
)

// plans are those of the last one-shot calls, up to so many bytes of kernels. The one that
// was not used for the longest goes first.
type plans struct {
	limit int64

	mutex  sync.Mutex
	kept   map[MFT]*list.Element // of *keptPlan
	recent *list.List            // the last used first
	bytes  int64
}

type keptPlan struct {
	key   MFT
	plan  *MFTPlan
	bytes int64
}

// overhead is about what a plan takes beside its kernels.
const overhead = 4096

func newPlans(limit int64) *plans {
	return &plans{limit: limit, kept: map[MFT]*list.Element{}, recent: list.New()}
}

// get returns the plan of t. Several who ask for one that is not there at the same time
// each make it; their kernels are the same.
func (p *plans) get(t MFT, plan func() (*MFTPlan, error)) (*MFTPlan, error) {
	p.mutex.Lock()
	if e := p.kept[t]; e != nil {
		p.recent.MoveToFront(e)
		p.mutex.Unlock()
		return e.Value.(*keptPlan).plan, nil
	}
	p.mutex.Unlock()
	made, err := plan()
	if err != nil {
		return nil, err
	}
	p.keep(&keptPlan{t, made, made.estimate.Kernels + overhead})
	return made, nil
}

func (p *plans) keep(k *keptPlan) {
	if k.bytes > p.limit {
		return
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.kept[k.key] != nil {
		return
	}
	for p.bytes+k.bytes > p.limit {
		oldest := p.recent.Remove(p.recent.Back()).(*keptPlan)
		delete(p.kept, oldest.key)
		p.bytes -= oldest.bytes
	}
	p.kept[k.key] = p.recent.PushFront(k)
	p.bytes += k.bytes
}
