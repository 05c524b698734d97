// Package opt rewrites a canonical graph into one that is cheaper to run and
// computes the same.
//
//	err := opt.Run(g)
//
// It is one ordered table of passes. Besides the operators that package graph
// imports, the result has these fused forms:
//
//   - MatMul with transB, and with a third operand, the vector that each dot
//     product starts from.
//
//   - act="Relu" on Conv, MatMul, their scaled integer forms, Add and MaxPool: the result is x < 0 ? 0 : x of what
//     the node computes without it, the last step of its arithmetic.
//
//   - Conv with four operands [X, W, B, Res] (B may be omitted): after the dot
//     product, which starts from the bias, and before act, the residual is
//     added. Res has the batch and spatial extents of the result and at most
//     as many channels; channels beyond its own are left alone.
//
//   - ScaledConvInteger and ScaledMatMulInteger: ConvInteger or MatMulInteger,
//     Cast to f32, Mul by a scale, and Add of a bias; also the product of two
//     DequantizeLinear.
//
//   - NarrowMatMul for MatMul with Mul(Cast(stored integers), a scale for each column).
//
//   - RoundLinear for DequantizeLinear of QuantizeLinear.
//
// Results have the bits that the nodes would give one by one, with four
// exceptions: products of two DequantizeLinear are exact sums of integers, rounded
// when they are scaled; RoundLinear may give −0 for 0, and package lower may let it
// multiply by the reciprocal of a scale; a vector that was added to a product is its first summand; and
// where a residual stands for Concat(x, zeros), the channels beyond
// x's are left alone instead of having +0 added, so −0 stays −0 there. Adding
// two operands in the other order changes no bit but the payload of a NaN.
//
// What is known when the model is compiled stays integer: no pass computes with
// floating-point elements.
package opt

import (
	"github.com/dehug/dehug/internal/say"

	"github.com/dehug/dehug/wasm/graph"
)

type pass struct {
	name string
	run  func(g *graph.Graph)
}

var passes = []pass{
	{"drop unused", dropUnused},
	{"drop identity", dropIdentity},
	{"fold shape constants", foldShapes},
	{"merge transposes", mergeTransposes},
	{"merge reshapes", mergeReshapes},
	{"fuse integers", fuseIntegers},
	{"fuse rounding", fuseRounding},
	{"fuse scale", fuseScale},
	{"fuse product", fuseProduct},
	{"fuse residual", fuseResidual},
	{"fuse activation", fuseActivation},
	{"gather narrow", gatherNarrow},
	{"fuse narrow", fuseNarrow},
	{"drop leftovers", dropUnused},
}

// order says which pass must come before which, and why.
var order = []struct{ first, then, why string }{
	{"drop unused", "fuse residual", "a use that does not count keeps a result from being fused"},
	{"drop identity", "merge transposes", "an Identity between two transposes hides the pair"},
	{"drop identity", "fuse residual", "an Identity between Conv and Add hides the pair"},
	{"fold shape constants", "merge reshapes", "merging reads shapes, and adds shape constants of its own"},
	{"merge transposes", "merge reshapes", "transposes that cancel may leave two reshapes in a row"},
	{"merge transposes", "fuse product", "one transposition is left of several"},
	{"fuse product", "fuse activation", "in MatMul, Add, Relu the Relu must join the MatMul, which the Add has to join first"},
	{"fuse residual", "fuse activation", "in Conv, Add, Relu the Relu must join the Conv, which the Add has to join first"},
	{"merge reshapes", "drop leftovers", "the inner node of a merged pair is left without a use"},
	{"fuse scale", "fuse activation", "in MatMulInteger, Cast, Mul, Add, Relu the Relu joins last"},
	{"fuse product", "fuse narrow", "a product takes its bias along"},
	{"fuse activation", "fuse narrow", "and its activation"},
	{"gather narrow", "drop leftovers", "the whole table as floats is left without a use"},
	{"fuse narrow", "drop leftovers", "the weights as floats are left without a use"},
	{"fuse integers", "fuse rounding", "a rounded float hides the integers it is made from"},
	{"fuse integers", "fuse scale", "a bias joins the scaled sums"},
	{"fuse integers", "drop leftovers", "the weights as floats are left without a use"},
	{"fuse rounding", "drop leftovers", "a QuantizeLinear may be left without a use"},
	{"fuse residual", "drop leftovers", "the Concat and ConstantOfShape that a residual replaces are left without a use"},
}

func init() {
	at := map[string]int{}
	for i, p := range passes {
		at[p.name] = i + 1
	}
	for _, o := range order {
		if at[o.first] == 0 || at[o.then] == 0 || at[o.first] >= at[o.then] {
			panic("opt: \"" + o.first + "\" must run before \"" + o.then + "\": " + o.why)
		}
	}
}

// Run optimises g in place. Each function of after is called after each pass,
// for dumps and checks; an error it returns ends the run.
func Run(g *graph.Graph, after ...func(pass string, g *graph.Graph) error) error {
	for _, p := range passes {
		graph.Each(g, p.run)
		for _, f := range after {
			if err := f(p.name, g); err != nil {
				return say.Errorf("opt: after pass %q: %w", p.name, err)
			}
		}
	}
	if err := graph.Check(g); err != nil {
		return say.Errorf("opt: the passes broke the graph: %w", err)
	}
	return nil
}
