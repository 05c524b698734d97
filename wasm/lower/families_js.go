//go:build js && !alloperators

package lower

// families lists the operators of the browser build.
var families = [][]operator{basic, elementwise}
