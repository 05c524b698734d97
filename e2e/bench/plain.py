"""Writes two small models of the plainest operators, random weights: no real model of the list runs under the other pure-Go runtimes.

    python plain.py FOLDER
"""

import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

rng = numpy.random.default_rng(1)


def weight(name, *dims):
    scale = (2 / numpy.prod(dims[1:] if len(dims) == 4 else dims[:1])) ** 0.5
    return numpy_helper.from_array((rng.standard_normal(dims) * scale).astype(numpy.float32), name)


def save(name, nodes, shape, out, weights):
    graph = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, out)],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)], ir_version=4)
    onnx.checker.check_model(model)
    onnx.save(model, f"{sys.argv[1]}/{name}.onnx")


nodes, weights, at, channels = [], [], "x", 3
for i, wide in enumerate([32, 64, 128]):
    weights.append(weight(f"w{i}", wide, channels, 3, 3))
    nodes.append(helper.make_node("Conv", [at, f"w{i}"], [f"c{i}"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1], dilations=[1, 1], group=1))
    nodes.append(helper.make_node("Relu", [f"c{i}"], [f"r{i}"]))
    at = "y" if i == 2 else f"p{i}"
    nodes.append(helper.make_node("MaxPool", [f"r{i}"], [at], kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0]))
    channels = wide
save("plain-cnn", nodes, [1, 3, 64, 64], [1, 128, 8, 8], weights)

nodes, weights, at = [], [], "x"
sizes = [512, 1024, 1024, 256]
for i, (k, n) in enumerate(zip(sizes, sizes[1:])):
    weights += [weight(f"w{i}", k, n), weight(f"b{i}", 1, n)]
    last = i == len(sizes) - 2
    nodes.append(helper.make_node("MatMul", [at, f"w{i}"], [f"m{i}"]))
    nodes.append(helper.make_node("Add", [f"m{i}", f"b{i}"], ["y" if last else f"a{i}"]))
    if not last:
        nodes.append(helper.make_node("Relu", [f"a{i}"], [f"r{i}"]))
        at = f"r{i}"
save("plain-mlp", nodes, [64, 512], [64, 256], weights)
