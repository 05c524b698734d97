//go:build !linux

package hostile

import "time"

var began = time.Now()

// clock is the time that has passed: what this thread had of it is not told here.
func clock() time.Duration { return time.Since(began) }
