//go:build !darwin

package detect

// systemVersion returns "": only macOS has a part whose version is its own.
func systemVersion() string { return "" }
