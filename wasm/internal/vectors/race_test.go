//go:build race

package vectors

func init() { withRace = true }
