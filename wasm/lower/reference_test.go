package lower_test

import (
	"fmt"
	"math"
	"strings"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/internal/reference"
)

// tensor is a dense f32 tensor of the reference interpreter.
type tensor struct {
	dims []int
	data []float32
}

func newTensor(dims ...int) tensor {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return tensor{dims, make([]float32, n)}
}

// interpret runs a graph the slow, obvious way, in the order of sums that the
// arithmetic plan, whose text is plan, states. It knows f32 only.
func interpret(g *graph.Graph, plan string, inputs map[string]tensor, consts map[*graph.Value]tensor, symbols map[string]int64) map[*graph.Value]tensor {
	values := map[*graph.Value]tensor{}
	for v, t := range consts {
		values[v] = t
	}
	for _, v := range g.Inputs {
		values[v] = inputs[v.Name]
	}
	for _, n := range g.Nodes {
		y := n.Outputs[0]
		out := newTensor(evalShape(y.Shape, symbols)...)
		in := make([]tensor, len(n.Inputs))
		for i, v := range n.Inputs {
			if v != nil {
				in[i] = values[v]
			}
		}
		switch n.Op {
		case "Conv":
			if tile := winogradTile(plan, y.Name); tile > 0 {
				refWinograd(n, tile, in, out)
			} else if strings.Contains(plan, fmt.Sprintf("\n%q: winograd F(4) of lines", y.Name)) {
				refLines(n, in, out)
			} else {
				refConv(n, in, out)
			}
		case "MaxPool":
			refMaxPool(n, in[0], out)
		case "Relu":
			copy(out.data, in[0].data)
			relu(out.data)
		case "Add":
			each(out.dims, func(at []int, i int) {
				out.data[i] = in[0].data[broadcastIndex(in[0].dims, at)] + in[1].data[broadcastIndex(in[1].dims, at)]
			})
		case "Reshape", "Identity":
			copy(out.data, in[0].data)
		case "Transpose":
			perm := n.Ints("perm")
			each(out.dims, func(at []int, i int) {
				from := make([]int, len(at))
				for k, p := range perm {
					from[p] = at[k]
				}
				out.data[i] = in[0].data[index(in[0].dims, from)]
			})
		case "Concat":
			axis := int(n.Int("axis", 0))
			each(out.dims, func(at []int, i int) {
				from := append([]int{}, at...)
				for _, x := range in {
					if from[axis] < x.dims[axis] {
						out.data[i] = x.data[index(x.dims, from)]
						return
					}
					from[axis] -= x.dims[axis]
				}
			})
		default:
			panic("reference interpreter: " + n.Op)
		}
		if n.Str("act", "") == "Relu" {
			relu(out.data)
		}
		values[y] = out
	}
	return values
}

func relu(x []float32) {
	for i, v := range x {
		if v < 0 {
			x[i] = 0
		}
	}
}

func refConv(n *graph.Node, in []tensor, out tensor) {
	x, w := in[0], in[1]
	k, s, d, p := n.Ints("kernel_shape"), n.Ints("strides"), n.Ints("dilations"), n.Ints("pads")
	groups := int(n.Int("group", 1))
	cg, ocg := x.dims[1]/groups, out.dims[1]/groups
	depthwise := groups > 1 && cg == 1 && ocg == 1
	each(out.dims, func(at []int, i int) {
		var sum float32
		if n.Input(2) != nil {
			sum = in[2].data[at[1]]
		}
		for ky := 0; ky < int(k[0]); ky++ {
			for kx := 0; kx < int(k[1]); kx++ {
				iy, ix := at[2]*int(s[0])+ky*int(d[0])-int(p[0]), at[3]*int(s[1])+kx*int(d[1])-int(p[1])
				inside := iy >= 0 && iy < x.dims[2] && ix >= 0 && ix < x.dims[3]
				if depthwise && !inside {
					continue
				}
				for c := 0; c < cg; c++ {
					var v float32
					if inside {
						v = x.data[index(x.dims, []int{at[0], at[1]/ocg*cg + c, iy, ix})]
					}
					product := float32(v * w.data[index(w.dims, []int{at[1], c, ky, kx})])
					sum = float32(sum + product)
				}
			}
		}
		if r := n.Input(3); r != nil && at[1] < in[3].dims[1] {
			sum += in[3].data[index(in[3].dims, at)]
		}
		out.data[i] = sum
	})
}

// winogradTile is the width of the tiles by which plan computes the value, 0 for
// another algorithm.
func winogradTile(plan, value string) int {
	for _, tile := range []int{2, 4} {
		if strings.Contains(plan, fmt.Sprintf("\n%q: winograd F(%dx%d)", value, tile, tile)) {
			return tile
		}
	}
	return 0
}

// refWinograd is a 3×3 convolution of stride one by tiles.
func refWinograd(n *graph.Node, tile int, in []tensor, out tensor) {
	x, w, pads := in[0], in[1], n.Ints("pads")
	channels, width := x.dims[1], tile+2
	square := func(at func(i, j int) float32) [][]float32 {
		s := make([][]float32, width)
		for i := range s {
			s[i] = make([]float32, width)
			for j := range s[i] {
				s[i][j] = at(i, j)
			}
		}
		return s
	}
	filters := make([][][]float32, out.dims[1]*channels)
	for i := range filters {
		g := w.data[9*i:]
		filters[i] = reference.WinogradFilter(tile, [][]float32{g[:3], g[3:6], g[6:9]})
	}
	inputs := map[[3]int][][][]float32{} // by picture and tile; one matrix a channel
	each(out.dims, func(at []int, i int) {
		ty, tx := at[2]/tile, at[3]/tile
		in3, ok := inputs[[3]int{at[0], ty, tx}]
		if !ok {
			for c := range channels {
				in3 = append(in3, reference.WinogradInput(tile, square(func(i, j int) float32 {
					iy, ix := ty*tile-int(pads[0])+i, tx*tile-int(pads[1])+j
					if iy < 0 || iy >= x.dims[2] || ix < 0 || ix >= x.dims[3] {
						return 0
					}
					return x.data[index(x.dims, []int{at[0], c, iy, ix})]
				})))
			}
			inputs[[3]int{at[0], ty, tx}] = in3
		}
		sum := reference.WinogradOutput(tile, square(func(i, j int) float32 {
			var s float32
			for c, x := range in3 {
				product := float32(x[i][j] * filters[at[1]*channels+c][i][j])
				s = float32(s + product)
			}
			return s
		}))[at[2]%tile][at[3]%tile]
		if n.Input(2) != nil {
			sum += in[2].data[at[1]]
		} else {
			sum += 0 // −0 becomes +0, as with a bias of zeros
		}
		if r := n.Input(3); r != nil && at[1] < in[3].dims[1] {
			sum += in[3].data[index(in[3].dims, at)]
		}
		out.data[i] = sum
	})
}

// refLines is a convolution of lines with five weights by tiles of four outputs.
func refLines(n *graph.Node, in []tensor, out tensor) {
	x, w := in[0], in[1]
	channels, length := x.dims[1], x.dims[2]*x.dims[3]
	each(out.dims, func(at []int, i int) {
		place := at[2] + at[3] // one of them is 0
		sums := make([]float32, 8)
		for c := range channels {
			line := make([]float32, 8)
			for j := range line {
				if p := place/4*4 + j; p < length {
					line[j] = x.data[(at[0]*channels+c)*length+p]
				}
			}
			line = reference.WinogradLineInput(line)
			for j, g := range reference.WinogradLineFilter(w.data[5*(at[1]*channels+c):][:5]) {
				product := float32(line[j] * g)
				sums[j] = float32(sums[j] + product)
			}
		}
		sum := reference.WinogradLineOutput(sums)[place%4]
		if n.Input(2) != nil {
			sum += in[2].data[at[1]]
		} else {
			sum += 0 // −0 becomes +0, as with a bias of zeros
		}
		if r := n.Input(3); r != nil && at[1] < in[3].dims[1] {
			sum += in[3].data[index(in[3].dims, at)]
		}
		out.data[i] = sum
	})
}

func refMaxPool(n *graph.Node, x, out tensor) {
	k, s, d, p := n.Ints("kernel_shape"), n.Ints("strides"), n.Ints("dilations"), n.Ints("pads")
	each(out.dims, func(at []int, i int) {
		best, first := float32(math.Inf(-1)), true
		for ky := 0; ky < int(k[0]); ky++ {
			for kx := 0; kx < int(k[1]); kx++ {
				iy, ix := at[2]*int(s[0])+ky*int(d[0])-int(p[0]), at[3]*int(s[1])+kx*int(d[1])-int(p[1])
				if iy < 0 || iy >= x.dims[2] || ix < 0 || ix >= x.dims[3] {
					continue
				}
				v := x.data[index(x.dims, []int{at[0], at[1], iy, ix})]
				if first || best < v {
					best, first = v, false
				}
			}
		}
		out.data[i] = best
	})
}

func each(dims []int, f func(at []int, i int)) {
	n := 1
	for _, d := range dims {
		n *= d
	}
	at := make([]int, len(dims))
	for i := 0; i < n; i++ {
		r := i
		for k := len(dims) - 1; k >= 0; k-- {
			at[k] = r % dims[k]
			r /= dims[k]
		}
		f(at, i)
	}
}

func index(dims, at []int) int {
	i := 0
	for k := range dims {
		i = i*dims[k] + at[k]
	}
	return i
}

func broadcastIndex(dims, at []int) int {
	from := make([]int, len(dims))
	for k := range dims {
		if dims[k] != 1 {
			from[k] = at[len(at)-len(dims)+k]
		}
	}
	return index(dims, from)
}

func evalShape(s graph.Shape, symbols map[string]int64) []int {
	dims := make([]int, len(s))
	for i, d := range s {
		v, err := d.Eval(symbols)
		if err != nil {
			panic(err)
		}
		dims[i] = int(v)
	}
	return dims
}
