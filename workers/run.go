package workers

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"arago/internal/bytesize"
	"arago/propagate"
)

// Job says how a plan is run by worker processes.
type Job struct {
	// Processes is the number of workers; 0 chooses by
	// EstimateOptimalProcesses. There are never more than wavelengths.
	Processes int
	// Description is what workers make the plan from, handed to their Builder
	// as it is.
	Description []byte
	// Room is what the run may use. 0 processors stand for GOMAXPROCS; each
	// worker computes with its part of them, and at least one. Where the
	// memory is known, a run that would exceed it is ErrMemory, and workers
	// collect garbage as their part of it demands.
	Room Room
	// Observe and Progress are as in propagate.Options. Each plane of each
	// wavelength is reported once, also where a wavelength is computed again.
	Observe  func(propagate.Snapshot)
	Progress func(done, total int)
	// Warn, if not nil, is told in one sentence of each death of a worker
	// whose share is done again, one call at a time.
	Warn func(string)
}

// Report tells what became of the workers of a run.
type Report struct {
	// Processes is how many worked at once.
	Processes int
	// Deaths is how many died before their work was done.
	Deaths int
	// PeakWorkers is the sum of the peak memory that workers had resident, in
	// bytes, without what they share with the parent; 0 if it is not known.
	PeakWorkers int64
}

// Builder makes the plan of a run in a worker, from the description in the job
// of its parent. It passes the options on to propagate.NewPlan and adds the back
// end and the precision, which are those of the parent's plan. Masks, Workers,
// Observe and Progress are set and must stay.
type Builder func(description []byte, o propagate.Options) (*propagate.Plan, error)

// variable marks the environment of a worker.
const variable = "ARAGO_WORKER"

// IsWorker says whether this process was started as a worker. Then main does
// nothing but to exit with what Serve returns.
func IsWorker() bool { return os.Getenv(variable) == "1" }

// Supported says whether this system has worker processes: those of the Unix
// family do.
func Supported() bool { return supported }

func unsupported() error {
	return fmt.Errorf("%w: there are no worker processes on %s; choose --mode goroutines", ErrUnsupported, runtime.GOOS)
}

// Run runs a plan in worker processes. The result has the same bits as that of
// plan.Run. When it returns, no process, file or memory of the run is left; the
// callbacks in the options of the plan itself play no part.
//
// The error is that of ctx if it ends before the run does; ErrUnsupported;
// propagate.ErrMemory if the run would not fit in job.Room; ErrWorker, mostly a
// *Death, if a worker died twice over the same share or could not be started;
// or what a worker's plan had to say, which errors.Is recognises.
func Run(ctx context.Context, plan *propagate.Plan, job Job) (*propagate.Result, Report, error) {
	if err := ctx.Err(); err != nil {
		return nil, Report{}, err
	}
	if !supported {
		return nil, Report{}, unsupported()
	}
	if IsWorker() {
		// A main that does not ask IsWorker would start itself over and over.
		return nil, Report{}, fmt.Errorf("%w: this process is a worker itself; the program must call workers.Serve before anything else when workers.IsWorker says so", ErrWorker)
	}
	if job.Room.CPUs < 1 {
		job.Room.CPUs = runtime.GOMAXPROCS(0)
	}
	need := NeedOf(plan, job.Observe != nil)
	if job.Processes < 1 {
		job.Processes = EstimateOptimalProcesses(need, job.Room).Processes
	}
	job.Processes = min(job.Processes, plan.Lines())
	if err := fits(need, job); err != nil {
		return nil, Report{}, err
	}
	program, err := Program()
	if err != nil {
		return nil, Report{}, fmt.Errorf("%w: the program's own file is not known: %w", ErrWorker, err)
	}
	return share(ctx, plan, job, need, program)
}

// fits answers propagate.ErrMemory for more processes than there is room for.
func fits(n Need, job Job) error {
	r := job.Room
	if r.holds(n, job.Processes) {
		return nil
	}
	if r.PerProcess > 0 && max(n.each(), n.once()) > r.PerProcess {
		return fmt.Errorf("%w: a worker process takes about %s, its parent %s, and each may take %s; goroutines, one wavelength at a time, take %s",
			propagate.ErrMemory, bytesize.Text(n.each()), bytesize.Text(n.once()), bytesize.Text(r.PerProcess), bytesize.Text(n.Memory.Peak(1)))
	}
	err := fmt.Errorf("%w: %s take about %s and %s are free", propagate.ErrMemory,
		plural(job.Processes, "worker process and its parent", "worker processes and their parent"), bytesize.Text(n.Peak(job.Processes)), bytesize.Text(r.Memory))
	if fitting := EstimateOptimalProcesses(n, Room{CPUs: job.Processes, Memory: r.Memory}); fitting.Bytes <= r.Memory {
		return fmt.Errorf("%w; %d would fit", err, fitting.Processes)
	}
	return fmt.Errorf("%w; goroutines, one wavelength at a time, take %s", err, bytesize.Text(n.Memory.Peak(1)))
}

// SingleThreaded is what the environment of a process adds so that no library starts
// threads of its own in it.
func SingleThreaded() []string {
	var env []string
	for _, library := range []string{"OPENBLAS", "GOTO", "OMP", "MKL", "BLIS"} {
		env = append(env, library+"_NUM_THREADS=1")
	}
	return append(env, "VECLIB_MAXIMUM_THREADS=1")
}

// Program returns the file of the running program.
func Program() (string, error) {
	// On Linux this name stands for the program itself, even if its file has
	// been replaced or removed meanwhile.
	const itself = "/proc/self/exe"
	if runtime.GOOS == "linux" {
		if _, err := os.Stat(itself); err == nil {
			return itself, nil
		}
	}
	return os.Executable()
}
