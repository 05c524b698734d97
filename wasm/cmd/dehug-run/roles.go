package main

import (
	"fmt"

	"github.com/dehug/dehug/wasm/onnx"
)

// shapeOperands are the operands (by number) whose values decide the shape of
// a result, or of a loop, or which axis it is along. Only these, and what they
// are made from, may be read when a case is compiled: a case whose other
// inputs are needed then does not count as passed.
var shapeOperands = map[string][]int{
	"AffineGrid": {1}, "BlackmanWindow": {0}, "CenterCropPad": {1}, "Col2Im": {1, 2}, "ConstantOfShape": {0},
	"CumProd": {1}, "CumSum": {1}, "DFT": {1, 2}, "Dropout": {2}, "Expand": {1}, "HammingWindow": {0}, "HannWindow": {0},
	"Loop": {0, 1}, "If": {0}, "MaxUnpool": {2}, "MelWeightMatrix": {0, 1, 2}, "OneHot": {1}, "Pad": {1, 3}, "Range": {0, 1, 2},
	"ReduceL1": {1}, "ReduceL2": {1}, "ReduceLogSum": {1}, "ReduceLogSumExp": {1}, "ReduceMax": {1}, "ReduceMean": {1},
	"ReduceMin": {1}, "ReduceProd": {1}, "ReduceSum": {1}, "ReduceSumSquare": {1}, "Reshape": {1}, "Resize": {1, 2, 3},
	"STFT": {1, 3}, "Slice": {1, 2, 3, 4}, "Split": {1}, "Squeeze": {1}, "Tile": {1}, "TopK": {1}, "Unsqueeze": {1}, "Upsample": {1},
}

// shapeOnly are operators that read their operand's shape, not its values.
var shapeOnly = map[string]bool{"Shape": true, "Size": true}

// shapeRole returns the names of all values of a graph that have a shape role:
// operands of shapeOperands, and what those are made from, up to a Shape.
func shapeRole(g *onnx.Graph) map[string]bool {
	producer := map[string]*onnx.Node{}
	var todo []string
	var visit func(g *onnx.Graph)
	visit = func(g *onnx.Graph) { // a name in a subgraph rarely stands for another thing
		for i := range g.Nodes {
			n := &g.Nodes[i]
			for _, name := range n.Outputs {
				producer[name] = n
			}
			for _, k := range shapeOperands[n.Op] {
				if k < len(n.Inputs) {
					todo = append(todo, n.Inputs[k])
				}
			}
			for _, a := range n.Attrs {
				if a.G != nil {
					visit(a.G)
				}
			}
		}
	}
	visit(g)
	role := map[string]bool{}
	for len(todo) > 0 {
		name := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if name == "" || role[name] {
			continue
		}
		role[name] = true
		if n := producer[name]; n != nil && !shapeOnly[n.Op] {
			todo = append(todo, n.Inputs...)
			for _, a := range n.Attrs {
				if a.G != nil {
					for _, v := range a.G.Outputs {
						todo = append(todo, v.Name)
					}
				}
			}
		}
	}
	return role
}

// checkRead returns an error when an input was read at compile time that has
// no shape role.
func checkRead(g *onnx.Graph, input string) error {
	if !shapeRole(g)[input] {
		return fmt.Errorf("input %q was read at compile time, and has no shape role", input)
	}
	return nil
}
