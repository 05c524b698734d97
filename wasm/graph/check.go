package graph

import (
	"errors"

	"github.com/dehug/dehug/internal/say"
)

// Check states what a valid graph is:
//
//   - every value has a name of its own;
//   - inputs have no definition, constants have a payload of the size that
//     their type and shape need, results point at their node;
//   - every operand is an input, a constant of the graph or the result of an
//     earlier node, and so is every output, which is listed once;
//   - every node is in canonical form (operands, types and attributes), and
//     its results have the types and shapes that inference gives them.
func Check(g *Graph) error {
	if err := check(g); err != nil {
		return say.Errorf("graph: %w", err)
	}
	return nil
}

func check(g *Graph) error {
	names := map[string]bool{}
	defined := map[*Value]bool{}
	define := func(v *Value) error {
		if v.Name == "" || names[v.Name] {
			return say.Errorf("value %q: the name is empty or used twice", v.Name)
		}
		names[v.Name] = true
		defined[v] = true
		if err := checkShape(v.Shape); err != nil {
			return say.Errorf("value %q: %w", v.Name, err)
		}
		return nil
	}
	for _, v := range g.Inputs {
		if err := define(v); err != nil {
			return err
		}
		if v.Def != nil || v.Const != nil {
			return say.Errorf("input %q has a definition", v.Name)
		}
	}
	for _, v := range g.Consts {
		if err := define(v); err != nil {
			return err
		}
		if err := checkConst(v); err != nil {
			return say.Errorf("constant %q: %w", v.Name, err)
		}
	}
	for i, n := range g.Nodes {
		err := checkNode(n, defined)
		if err == nil && n.Body != nil {
			if err = check(n.Body); err != nil {
				err = say.Errorf("body: %w", err)
			}
		}
		for j := 0; err == nil && j < len(n.Outputs); j++ {
			err = define(n.Outputs[j])
		}
		if err != nil {
			return nodeError(i, n.Op, n.Name, err)
		}
	}
	outputs := map[*Value]bool{}
	for _, v := range g.Outputs {
		if !defined[v] || outputs[v] {
			return say.Errorf("output %q is not a value of the graph, or is listed twice", v.Name)
		}
		outputs[v] = true
	}
	return checkStates(g)
}

func checkConst(v *Value) error {
	c := v.Const
	if v.Def != nil || c == nil || c.Ref == nil && c.Data == nil {
		return errors.New("it has no payload, or a node that defines it")
	}
	count, ok := v.Shape.Elements().IsConst()
	if !ok {
		return say.Errorf("shape %s is not static", v.Shape)
	}
	size := count * v.Type.Size()
	if v.Type == Int4 || v.Type == Uint4 {
		size = (count + 1) / 2
	}
	if c.Ref != nil && (c.Ref.Len != size || c.Ref.Off < 0) || c.Data != nil && int64(len(c.Data)) != size {
		return say.Errorf("its payload is not the %d bytes that %s%s needs", size, v.Type, v.Shape)
	}
	return nil
}

func checkNode(n *Node, defined map[*Value]bool) error {
	for i, v := range n.Inputs {
		if v != nil && !defined[v] {
			return say.Errorf("operand %d %q is not defined before it is used", i, v.Name)
		}
	}
	for _, v := range n.Outputs {
		if v.Def != n || v.Const != nil {
			return say.Errorf("result %q does not point at its node", v.Name)
		}
	}
	return CheckResults(n)
}

// CheckResults compares a node's form, and the types and shapes of its
// results, with inference from its operands.
func CheckResults(n *Node) error {
	results, _, err := infer(n)
	if err != nil {
		return err
	}
	for i, v := range n.Outputs {
		if r := results[i]; v.Type != r.typ || !v.Shape.Equal(r.shape) {
			return say.Errorf("result %q is %s%s; inference gives %s%s", v.Name, v.Type, v.Shape, r.typ, r.shape)
		}
	}
	return nil
}
