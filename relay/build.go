package relay

import "runtime/debug"

// Build names the version of this program: that of its module, and the revision where the build knew it.
func Build() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	name := info.Main.Version
	if name == "" { // a test
		name = "(devel)"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			name += " " + s.Value
		}
	}
	return name
}
