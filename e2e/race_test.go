//go:build race

package e2e

// Under the race detector, the programs that the scripts run get it too.
func init() { buildFlags = append(buildFlags, "-race") }
