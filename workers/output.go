package workers

import (
	"strings"
	"sync"
)

// keptOutput is how much of what a worker prints is kept.
const keptOutput = 8 << 10

// output keeps the end of what a worker writes to its standard output and
// standard error.
type output struct {
	mutex sync.Mutex
	bytes []byte
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.bytes = append(o.bytes, p[max(0, len(p)-keptOutput):]...)
	o.bytes = append(o.bytes[:0], o.bytes[max(0, len(o.bytes)-keptOutput):]...)
	return len(p), nil
}

func (o *output) String() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return strings.ToValidUTF8(string(o.bytes), "�")
}

// telling returns the line of an output that tells most: the one with which
// Go announces a crash, or else the last one.
func telling(output string) string {
	last := ""
	for text := range strings.Lines(output) {
		text = strings.TrimSpace(text)
		for _, begin := range []string{"panic: ", "fatal error: ", "SIG"} {
			if strings.HasPrefix(text, begin) {
				return text
			}
		}
		if text != "" {
			last = text
		}
	}
	return last
}
