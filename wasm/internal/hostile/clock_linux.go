package hostile

import (
	"syscall"
	"time"
)

// clock is the time that this thread has had.
func clock() time.Duration {
	const thisThread = 1 // RUSAGE_THREAD
	var used syscall.Rusage
	if err := syscall.Getrusage(thisThread, &used); err != nil {
		panic("hostile: " + err.Error())
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
