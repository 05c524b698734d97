//go:build !js || alloperators

package lower

// families lists all operators; each family's file has its own list. Package
// graph says what the browser build takes.
var families = [][]operator{basic, reductions, shaping, sampling, products, quantised, elementwise, recurrent, windowed, spectral, contrib, control}
