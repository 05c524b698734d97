"""Writes squeeze.onnx: y is x, without its last axis where that has one element.

    .venv/bin/python wasm/testdata/sizes/make.py

Exporters write such an If for torch.squeeze. Its branches have other ranks, so a
module can serve only one of them.
"""
import pathlib

from onnx import TensorProto, helper

HERE = pathlib.Path(__file__).parent


def vector(name, v):
    return helper.make_tensor(name, TensorProto.INT64, [1], [v])


def branch(op, *inputs):
    return helper.make_graph([helper.make_node(op, inputs, ["r"])], op, [], [helper.make_empty_tensor_value_info("r")])


nodes = [
    helper.make_node("Shape", ["x"], ["shape"]),
    helper.make_node("Gather", ["shape", "one"], ["extent"]),
    helper.make_node("Equal", ["extent", "one"], ["single"]),
    helper.make_node("If", ["single"], ["y"], then_branch=branch("Squeeze", "x", "one"), else_branch=branch("Identity", "x")),
]
graph = helper.make_graph(nodes, "squeeze", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", "k"])],
                          [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)], [vector("one", 1)])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
(HERE / "squeeze.onnx").write_bytes(model.SerializeToString())
