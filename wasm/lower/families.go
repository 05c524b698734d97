package lower

// families lists all operators; each family's file has its own list.
var families = [][]operator{basic, reductions, shaping, sampling, products, quantised, elementwise, recurrent, windowed, spectral, contrib, control}
