package library

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"

	"arago/backend"
	"arago/backend/all"
	"arago/detect"
	"arago/fourier"
	"arago/internal/about"
	"arago/internal/failure"
	"arago/internal/settings"
)

// chosen is what computes, from a choice of back ends until the next one.
type chosen struct {
	backends backend.Selection
	figures  settings.Figures
	// kernels are what plans share; once are the plans of one-shot calls.
	kernels *fourier.Cache
	once    *plans
}

// session is what all calls share.
var session struct {
	current atomic.Pointer[chosen] // nil until something needs it

	sync.Mutex
	bounded  bool
	registry *backend.Registry
	argument string // of SetBackend
}

var environment = settings.Environment(os.Getenv)

// current returns what computes. The first call chooses it.
func current() (*chosen, error) {
	if c := session.current.Load(); c != nil {
		return c, nil
	}
	session.Lock()
	defer session.Unlock()
	if c := session.current.Load(); c != nil {
		return c, nil
	}
	c, err := choose(session.argument)
	if err != nil {
		return nil, err
	}
	session.current.Store(c)
	return c, nil
}

// prepare makes the session ready; it is locked.
func prepare() {
	if session.bounded {
		return
	}
	session.bounded = true
	session.registry = all.Registry()
	_, cpu, memory := detect.Limits()
	settings.BoundThreads(cpu)
	settings.BoundGarbage(memory)
}

// choose selects back ends and looks whether they are safe here. The session is locked.
func choose(argument string) (*chosen, error) {
	prepare()
	config, err := environment.Config()
	if err != nil {
		return nil, err
	}
	s, err := settings.Backends(session.registry, said(argument, config))
	if err != nil {
		return nil, err
	}
	if err := safe(s); err != nil {
		return nil, err
	}
	_, _, memory := detect.Limits()
	kept := int64(mostKept)
	if memory.LimitedBy != "" {
		kept = min(kept, memory.Usable/8)
	}
	return &chosen{backends: s, figures: environment.Figures(s), kernels: fourier.NewCache(kept), once: newPlans(kept)}, nil
}

// said returns what the user says about back ends; argument is that of SetBackend.
func said(argument string, config settings.Config) backend.Choice {
	c := environment.Choice(argument, config)
	c.Place = "arago_set_backend"
	return c
}

// mostKept bounds, in bytes, the kernels that plans share after they were freed, and those
// of the plans that one-shot calls leave for the next one. Those of forty wavelengths of
// 2048 samples to 1024 are 50 MB.
const mostKept = 512 << 20

// safe says why back ends may not compute in this process, on all threads.
func safe(s backend.Selection) error {
	r := settings.Surroundings()
	r.Libraries = detect.Scan(settings.Served(s))
	return detect.Refused(detect.Check(r, detect.Plan{Threads: r.CPU.MaxProcs}))
}

// SetBackend chooses what computes from now on; "" goes back to what the user has set.
func SetBackend(choice string) error {
	session.Lock()
	defer session.Unlock()
	c, err := choose(choice)
	if err != nil {
		return err
	}
	session.argument = choice
	session.current.Store(c)
	return nil
}

// Backend returns the name of what computes.
func Backend() (string, error) {
	c, err := current()
	if err != nil {
		return "", err
	}
	return c.backends.Name(), nil
}

// SetThreads sets how many threads compute at once; 0 stands for as many as are worth
// using.
func SetThreads(n int) error {
	if n < 0 {
		return failure.Misuse("threads is %d; it must be positive, or 0 to choose", n)
	}
	session.Lock()
	defer session.Unlock()
	prepare()
	before := runtime.GOMAXPROCS(0)
	if n == before {
		return nil
	}
	runtime.SetDefaultGOMAXPROCS()
	_, cpu, _ := detect.Limits()
	if n == 0 {
		settings.BoundThreads(cpu)
		return nil
	}
	if n > cpu.Usable {
		runtime.GOMAXPROCS(before)
		return failure.Misuse("%d threads are more than the %d processors that this process may use; set at most that, or 0", n, cpu.Usable)
	}
	runtime.GOMAXPROCS(n)
	return nil
}

// Threads returns how many threads compute at once.
func Threads() int {
	session.Lock()
	defer session.Unlock()
	prepare()
	return runtime.GOMAXPROCS(0)
}

// Build returns, as JSON, what the library is made of.
func Build() (string, error) {
	session.Lock()
	prepare()
	session.Unlock()
	return about.JSON(about.BuildOf(session.registry))
}

// Doctor returns, as JSON, what is known about this process.
func Doctor() (string, error) {
	session.Lock()
	defer session.Unlock()
	prepare()
	config, faulty := environment.Config()
	threads := func(cpu detect.CPU) detect.Plan { return detect.Plan{Threads: cpu.MaxProcs} }
	const mode = "goroutines"
	r, err := about.Examine(about.Question{
		Registry: session.registry, Config: config, ConfigError: faulty,
		Select: func(detect.CPU) (backend.Selection, error) {
			return settings.Backends(session.registry, said(session.argument, config))
		},
		Mode: mode, Plan: threads,
		Modes: func(cpu detect.CPU) []about.ModeVerdicts {
			return []about.ModeVerdicts{{Mode: mode, Plan: threads(cpu)}, about.ForkWithoutExec(cpu)}
		},
	})
	if err != nil {
		return "", err
	}
	return about.JSON(r)
}
