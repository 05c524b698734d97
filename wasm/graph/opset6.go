package graph

import (
	"github.com/dehug/dehug/internal/say"
)

// alignSecond turns the broadcasting of opset 6 into numpy's: the second
// operand's axes are the first one's from axis on (for PRelu the channels).
func (im *importer) alignSecond(n *Node, attrs attributeList) error {
	if n.Op != "PRelu" && attrs.get("broadcast") == nil {
		return nil
	}
	rank, b := len(n.Inputs[0].Shape), n.Inputs[1]
	axis := attrs.int("axis", int64(rank-len(b.Shape)))
	if n.Op == "PRelu" && len(b.Shape) == 1 && rank > 1 {
		if k, _ := b.Shape[0].IsConst(); k != 1 {
			axis = 1
		}
	}
	if axis < 0 {
		axis += int64(rank)
	}
	trailing := rank - int(axis) - len(b.Shape)
	if axis < 0 || trailing < 0 {
		return say.Errorf("axis %d: shape %s does not fit into %s there", axis, b.Shape, n.Inputs[0].Shape)
	}
	if trailing == 0 {
		return nil
	}
	dims := make([]int64, len(b.Shape), rank) // 0 copies an extent
	for range trailing {
		dims = append(dims, 1)
	}
	shape, err := im.list(dims)
	if err == nil {
		n.Inputs[1], err = im.emit("Reshape", []*Value{b, shape}, intAttr("allowzero", 0))
	}
	return err
}
