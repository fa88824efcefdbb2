package settings

import (
	"strconv"
	"time"

	"arago/internal/failure"
)

// Date returns the time that files are stamped with: now, or that of
// SOURCE_DATE_EPOCH (reproducible-builds.org), with which the same run writes
// the same bytes again.
func (e Environment) Date() (time.Time, error) {
	epoch := e("SOURCE_DATE_EPOCH")
	if epoch == "" {
		return time.Now().UTC(), nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	// FITS has four digits for the year.
	if err != nil || seconds < 0 || seconds > time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC).Unix() {
		return time.Time{}, failure.Misuse("SOURCE_DATE_EPOCH says %q; it must be a number of seconds since 1970", epoch)
	}
	return time.Unix(seconds, 0).UTC(), nil
}
