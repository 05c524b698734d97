// Package web is the built web app, carried inside the relay's binary.
//
// The build writes to dist, which git ignores but for one placeholder, so that Go builds on a clean clone
// before the web app does. Files lie at their URL paths: index.html, assets/, runtime/.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist is the root of the site. It has no index.html when the web app was not built into this binary.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic("web: dist is not embedded: " + err.Error()) // the path above is a constant
	}
	return sub
}
