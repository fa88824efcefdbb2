// Package bytesize writes numbers of bytes for people.
package bytesize

import "fmt"

// Text returns a number of bytes, at least 0, in four digits at most with a
// binary unit: "1.5 GiB".
func Text(bytes int64) string {
	if bytes < 1024 {
		return fmt.Sprint(bytes, " bytes")
	}
	amount, unit := float64(bytes)/1024, 0
	// What would be rounded to 1024 of a unit is 1 of the next.
	for ; amount >= 1023.5; amount /= 1024 {
		unit++
	}
	return fmt.Sprintf("%.4g %ciB", amount, "KMGTPE"[unit])
}
