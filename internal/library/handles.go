package library

import "sync"

// Handle names a plan or a system. A number is used once: a handle that was freed never
// becomes another one. 0 is none.
type Handle uint64

// handles holds what handles name.
var handles struct {
	sync.RWMutex
	last  Handle
	table map[Handle]any
}

func register(what any) Handle {
	handles.Lock()
	defer handles.Unlock()
	if handles.table == nil {
		handles.table = map[Handle]any{}
	}
	handles.last++
	handles.table[handles.last] = what
	return handles.last
}

// lookUp returns what a handle names, if that is a T.
func lookUp[T any](h Handle, name string) (T, error) {
	handles.RLock()
	what, ok := handles.table[h].(T)
	handles.RUnlock()
	if !ok {
		return what, badHandle{name}
	}
	return what, nil
}

// free forgets a handle that names a T.
func free[T any](h Handle, name string) error {
	handles.Lock()
	defer handles.Unlock()
	if _, ok := handles.table[h].(T); !ok {
		return badHandle{name}
	}
	delete(handles.table, h)
	return nil
}
