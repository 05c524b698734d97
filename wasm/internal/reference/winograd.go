// Package reference holds the slow, obvious transforms of Winograd's convolution
// in the order of operations that plans name, for the tests that compare
// kernels and whole models with them. Tiles are 2 or 4 outputs wide, those of a
// line, which a filter of five weights is applied to, 2.
package reference

// WinogradFilter transforms a 3×3 filter to tile+2 × tile+2.
func WinogradFilter(tile int, g [][]float32) [][]float32 { return transform(filter, tile, g) }

// WinogradInput transforms the tile+2 × tile+2 inputs that a tile of outputs depends on.
func WinogradInput(tile int, x [][]float32) [][]float32 { return transform(input, tile, x) }

// WinogradOutput transforms the sums of products to tile × tile outputs.
func WinogradOutput(tile int, sums [][]float32) [][]float32 { return transform(output, tile, sums) }

func filter(tile int, x []float32) []float32 {
	sum := x[0] + x[2]
	p, q := float32(sum+x[1]), float32(sum-x[1])
	if tile == 2 {
		return []float32{x[0], float32(p * 0.5), float32(q * 0.5), x[2]}
	}
	k := func(n, d float64) float32 { return float32(n / d) }
	a := float32(float32(x[0]*k(1, 24)) + float32(x[2]*k(1, 6)))
	b := float32(x[1] * k(1, 12))
	return []float32{float32(x[0] * 0.25), float32(p * k(-1, 6)), float32(q * k(-1, 6)), a + b, a - b, x[2]}
}

func input(tile int, x []float32) []float32 {
	if tile == 2 {
		return []float32{x[0] - x[2], x[1] + x[2], x[2] - x[1], x[1] - x[3]}
	}
	a, b := x[4]-float32(4*x[2]), x[3]-float32(4*x[1])
	c, d := x[4]-x[2], x[3]-x[1]
	d += d
	return []float32{float32(float32(4*x[0])+x[4]) - float32(5*x[2]), a + b, a - b, c + d, c - d, float32(float32(4*x[1])+x[5]) - float32(5*x[3])}
}

func output(tile int, x []float32) []float32 {
	if tile == 2 {
		return []float32{float32(x[0]+x[1]) + x[2], float32(x[1]-x[2]) - x[3]}
	}
	a, b, c, d := x[1]+x[2], x[1]-x[2], x[3]+x[4], x[3]-x[4]
	return []float32{float32(x[0]+a) + c, float32(b+d) + d, a + float32(4*c), float32(b+float32(8*d)) + x[5]}
}

// transform applies a transform along y, then x.
func transform(f func(int, []float32) []float32, tile int, g [][]float32) [][]float32 {
	columns := make([][]float32, len(g[0]))
	for x := range columns {
		for y := range g {
			columns[x] = append(columns[x], g[y][x])
		}
		columns[x] = f(tile, columns[x])
	}
	out := make([][]float32, len(columns[0]))
	for y := range out {
		for x := range columns {
			out[y] = append(out[y], columns[x][y])
		}
		out[y] = f(tile, out[y])
	}
	return out
}

// WinogradLineFilter transforms five weights to six.
func WinogradLineFilter(x []float32) []float32 {
	k := func(n, d float64) float32 { return float32(n / d) }
	even, odd := float32(x[0]+x[2])+x[4], x[1]+x[3]
	p := float32(float32(x[0]*k(1, 24))+float32(x[2]*k(1, 6))) + float32(x[4]*k(2, 3))
	q := float32(x[1]*k(1, 12)) + float32(x[3]*k(1, 3))
	return []float32{float32(x[0] * 0.25), float32(float32(even+odd) * k(-1, 6)), float32(float32(even-odd) * k(-1, 6)), p + q, p - q, x[4]}
}

// WinogradLineInput transforms six inputs.
func WinogradLineInput(x []float32) []float32 { return input(4, x) }

// WinogradLineOutput transforms six sums of products to two outputs.
func WinogradLineOutput(x []float32) []float32 {
	d := x[3] - x[4]
	return []float32{float32(x[0]+float32(x[1]+x[2])) + float32(x[3]+x[4]), float32(float32(x[1]-x[2])+float32(d+d)) + x[5]}
}
