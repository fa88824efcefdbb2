// Command guarded is a C library with the Go runtime and package detect in it,
// behind the fork guard. The tests of package provoke build and load it.
package main

/*
#cgo CFLAGS: -I${SRCDIR}/../../../forkguard
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"arago/detect"
	"arago/detect/forkguard"
)

func main() {}

// ProbeSum needs the scheduler and the garbage collector, as all that computes
// does. A few goroutines alone, in a forked child, may be finished by luck: if
// no thread of the parent was parked at the fork, Go starts a new one. The
// collector waits for threads that were running as well.
//
//export ProbeSum
func ProbeSum(n C.int) C.int {
	var sum C.int
	var lock sync.Mutex
	var all sync.WaitGroup
	for i := C.int(1); i <= n; i++ {
		all.Go(func() {
			lock.Lock()
			defer lock.Unlock()
			sum += i
		})
	}
	all.Wait()
	runtime.GC()
	return sum
}

// ProbeAsk judges a plan in this process as it is.
//
//export ProbeAsk
func ProbeAsk(plan *C.char, n C.int, addresses *unsafe.Pointer, symbols **C.char, answer *C.char, size C.int) C.int {
	var p detect.Plan
	if err := json.Unmarshal([]byte(C.GoString(plan)), &p); err != nil {
		return -1
	}
	var served []detect.Served
	for i, address := range unsafe.Slice(addresses, n) {
		if address == nil {
			continue
		}
		part := "FFT2"
		if i == 0 {
			part = "Dot"
		}
		served = append(served, detect.Served{Part: part, Symbol: C.GoString(unsafe.Slice(symbols, n)[i]), Address: uintptr(address)})
	}
	var lines strings.Builder
	refusals := 0
	for _, v := range detect.Check(report(served), p) {
		what := "warning"
		if v.Refused {
			what = "refused"
			refusals++
		}
		fmt.Fprintln(&lines, what, v)
	}
	room := unsafe.Slice((*byte)(unsafe.Pointer(answer)), size)
	room[copy(room[:size-1], lines.String())] = 0
	return C.int(refusals)
}

// report says what is found in this process.
func report(served []detect.Served) detect.Report {
	var r detect.Report
	r.Process, r.CPU, r.Memory = detect.Limits()
	r.Process.Embedded = true
	r.Process.Forked, r.Process.Loader = forkguard.Forked(), forkguard.Loader()
	r.Libraries = detect.Scan(served)
	return r
}

// ProbeTake takes memory and touches it.
//
//export ProbeTake
func ProbeTake(mebibytes C.int) C.int {
	memory := make([]byte, int(mebibytes)<<20)
	for i := 0; i < len(memory); i += 4096 {
		memory[i] = 1
	}
	runtime.KeepAlive(memory)
	return 0
}
