package detect

// Report is what was found about this process and the machine that it runs on.
// It is data only: [Check] judges it, and tests make their own.
type Report struct {
	Process Process `json:"process"`
	CPU     CPU     `json:"cpu"`
	Memory  Memory  `json:"memory"`
	// Libraries are the numerical libraries in this process: those that serve
	// Arago first, then whatever else is loaded.
	Libraries []Library `json:"libraries"`
}

// Process is what is known about the process itself.
type Process struct {
	PID int `json:"pid"`
	// OS, Arch and Go are those of the program.
	OS   string `json:"os"`
	Arch string `json:"arch"`
	Go   string `json:"go"`
	// Kernel is the release of the operating system's kernel, "" if unknown.
	Kernel string `json:"kernel,omitempty"`
	// Embedded says that Arago is a library inside another program, Host.
	Embedded bool   `json:"embedded"`
	Host     string `json:"host,omitempty"`
	// Forked says that this process was forked, without exec, from the process
	// Loader, which had loaded Arago. Nothing of Go runs in it any more.
	Forked bool `json:"forked"`
	Loader int  `json:"loader,omitempty"`
}

// CPU is what this process may use of the machine's processors.
type CPU struct {
	Model string `json:"model"`
	// Features are the vector instructions, in cpuid's words: "AVX2".
	Features []string `json:"features"`
	// PhysicalCores and LogicalCores are those of the machine, 0 if unknown.
	PhysicalCores int `json:"physical_cores"`
	LogicalCores  int `json:"logical_cores"`
	// L1D, L2 and L3 are the sizes of the caches in bytes, 0 if unknown.
	L1D int `json:"l1d"`
	L2  int `json:"l2"`
	L3  int `json:"l3"`

	// Affinity is the number of processors that the process may run on, by its
	// affinity mask and the cpusets of its control groups.
	Affinity int `json:"affinity"`
	// Quota is the processor time that the tightest control group grants, in
	// processors; 0 means no limit. QuotaFrom is the folder of that group.
	Quota     float64 `json:"quota"`
	QuotaFrom string  `json:"quota_from,omitempty"`
	// MaxProcs is GOMAXPROCS.
	MaxProcs int `json:"gomaxprocs"`
	// Usable is the number of processors that are worth using: at least 1, at
	// most Affinity, MaxProcs and Quota.
	Usable int `json:"usable"`
}

// Memory is what this process may still take, in bytes.
type Memory struct {
	// Total is the machine's memory, Available what it has to spare.
	Total     int64 `json:"total"`
	Available int64 `json:"available"`
	// Group is what the tightest control group still allows, −1 without a
	// limit; GroupLimit is that limit, GroupFrom the folder of the group.
	Group      int64  `json:"group"`
	GroupLimit int64  `json:"group_limit,omitempty"`
	GroupFrom  string `json:"group_from,omitempty"`
	// AddressSpace is what RLIMIT_AS still allows, −1 without a limit. It
	// bounds virtual memory, of which Go and OpenBLAS take much more than they
	// touch.
	AddressSpace int64 `json:"address_space"`
	// Usable is the smallest of the above, 0 if nothing is known.
	Usable int64 `json:"usable"`
	// LimitedBy says which one it is: "machine", "control group", "RLIMIT_AS".
	LimitedBy string `json:"limited_by,omitempty"`
}

// Kind says whose library it is.
type Kind string

// Kinds of libraries.
const (
	OpenBLAS   Kind = "OpenBLAS"
	MKL        Kind = "Intel MKL"
	BLIS       Kind = "BLIS"
	FlexiBLAS  Kind = "FlexiBLAS"
	ATLAS      Kind = "ATLAS"
	Reference  Kind = "reference BLAS"
	Accelerate Kind = "Accelerate"
	FFTW       Kind = "FFTW"
	MKLFFTW    Kind = "MKL, by its FFTW interface"
	LibGOMP    Kind = "libgomp"
	LibIOMP    Kind = "libiomp"
	LibOMP     Kind = "libomp"

	// Unrecognised is a file that serves and that nothing tells the kind of.
	Unrecognised Kind = "not recognised"
)

// Layer says what a library starts threads with.
type Layer string

// Threading layers.
const (
	LayerUnknown  Layer = ""
	LayerSerial   Layer = "serial"
	LayerPthreads Layer = "pthreads"
	LayerOpenMP   Layer = "OpenMP"
	LayerTBB      Layer = "TBB"
	LayerDispatch Layer = "libdispatch"
)

// Answer is yes, no, or not known.
type Answer string

// Answers.
const (
	Unknown Answer = "unknown"
	Yes     Answer = "yes"
	No      Answer = "no"
)

// Library is a numerical library in this process.
type Library struct {
	Kind Kind `json:"kind"`
	// Version as the library says it, "" if it does not.
	Version string `json:"version,omitempty"`
	// Path is the file without links; of a library inside the program itself,
	// the program.
	Path   string `json:"path"`
	Static bool   `json:"static,omitempty"`
	// Serves are the parts of Arago whose calls reach this library: "Dot",
	// "FFT2". It is empty for what somebody else has loaded.
	Serves []string `json:"serves,omitempty"`
	// Symbols are the functions, called by Arago, that lie in the file.
	Symbols []string `json:"symbols,omitempty"`

	Layer Layer `json:"layer,omitempty"`
	// Threads is how many threads a call uses now, as the library answers; 0
	// if it cannot be asked.
	Threads int `json:"threads,omitempty"`
	// Architecture is what its kernels are written for, in its own words.
	Architecture string `json:"architecture,omitempty"`
	// IntegerBits is 32 (LP64) or 64 (ILP64), 0 if unknown.
	IntegerBits int `json:"integer_bits,omitempty"`
	// ConcurrentCalls says whether several threads may be inside at once and
	// get right numbers.
	ConcurrentCalls Answer `json:"concurrent_calls"`
	// Capacity is how many threads may be inside at once before the library
	// ends the process, 0 if any number may.
	Capacity int `json:"capacity,omitempty"`
	// Admits is how many calls Arago lets in at once, 0 if it sets no bound.
	Admits int `json:"admits,omitempty"`
	// Evidence says, for people, what the above was concluded from.
	Evidence []string `json:"evidence,omitempty"`
}
