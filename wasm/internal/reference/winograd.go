// Package reference holds the slow, obvious transforms of Winograd's convolution
// in the order of operations that plans name, for the tests that compare
// kernels and whole models with them. Tiles are 2 or 4 outputs wide, those of a
// line, which a filter of five weights is applied to, 4.
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

// WinogradLineFilter transforms five weights to eight.
func WinogradLineFilter(x []float32) []float32 {
	k := func(n, d float64) float32 { return float32(n / d) }
	even, odd := float32(x[0]+x[2])+x[4], x[1]+x[3]
	at := func(a, b, c, d, e float64) (p, q float32) {
		p = float32(float32(x[0]*k(a, 180))+float32(x[2]*k(c, 180))) + float32(x[4]*k(e, 180))
		return p, float32(x[1]*k(b, 180)) + float32(x[3]*k(d, 180))
	}
	p, q := at(2, 4, 8, 16, 32)
	r, s := at(16, 8, 4, 2, 1)
	return []float32{x[0], float32(float32(even+odd) * k(-2, 9)), float32(float32(even-odd) * k(-2, 9)), p + q, p - q, r + s, r - s, x[4]}
}

// WinogradLineInput transforms eight inputs.
func WinogradLineInput(x []float32) []float32 {
	at := func(a, b, c, d float32) (even, odd float32) {
		return float32(float32(a*x[2])+x[6]) - float32(b*x[4]), float32(float32(c*x[1])+float32(d*x[5])) - float32(2.5*x[3])
	}
	a, b := float32(x[2]+x[6])-float32(4.25*x[4]), float32(x[1]+x[5])-float32(4.25*x[3])
	c, d := at(0.25, 1.25, 0.5, 2)
	e, f := at(4, 5, 2, 0.5)
	first, last := float32(5.25*float32(x[4]-x[2])), float32(5.25*float32(x[3]-x[5]))
	return []float32{float32(x[0]-x[6]) + first, a + b, a - b, c + d, c - d, e + f, e - f, float32(x[7]-x[1]) + last}
}

// WinogradLineOutput transforms eight sums of products to four outputs.
func WinogradLineOutput(x []float32) []float32 {
	a, b, c, d, e, f := x[1]+x[2], x[1]-x[2], x[3]+x[4], x[3]-x[4], x[5]+x[6], x[5]-x[6]
	return []float32{
		float32(float32(x[0]+a)+c) + float32(8*e),
		float32(b+float32(2*d)) + float32(4*f),
		float32(a+float32(4*c)) + float32(2*e),
		float32(float32(b+float32(8*d))+f) + x[7],
	}
}
