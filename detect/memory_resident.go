package detect

import "io/fs"

// PeakResident returns the most memory, in bytes, that was resident for this
// process at any time so far; pages that it shares with other processes are
// counted in each of them. On Linux it is of this program only (VmHWM), on
// macOS and the BSDs it is ru_maxrss of getrusage(2); elsewhere ok is false.
func PeakResident() (bytes int64, ok bool) {
	if bytes, ok = peakResident(linux()); ok {
		return bytes, true
	}
	return peakUsage()
}

func peakResident(root fs.FS) (bytes int64, ok bool) { return status(root, "VmHWM:") }

// SharedResident returns how many bytes of memory shared with other processes
// (shm_open, memfd, shared anonymous mappings; not files on a disk) are
// resident in this one now, 0 if that is not known: it is on Linux only. Worker
// processes that map the same memory each have it in their [PeakResident];
// their sum counts it once if each leaves it out and it is added once.
func SharedResident() int64 { return sharedResident(linux()) }

func sharedResident(root fs.FS) int64 {
	bytes, _ := status(root, "RssShmem:")
	return bytes
}
