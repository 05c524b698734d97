package lower

// families lists all operators; each family's file has its own list.
var families = [][]operator{basic, reductions, shaping, sampling, products, quantised, elementwise, recurrent, windowed, spectral, contrib, control}

// Operators lists the canonical operators and fused forms that can be lowered.
func Operators() []string {
	var names []string
	for _, f := range families {
		for _, o := range f {
			names = append(names, o.op)
		}
	}
	return names
}
