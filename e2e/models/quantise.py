"""Quantised variants of a model, made by onnxruntime's own quantiser: the same bytes whenever the same versions make them.

    quantise.py dynamic MODEL.onnx OUT.onnx            integer products, activations quantised while it runs
    quantise.py qdq MODEL.onnx OUT.onnx INPUTS...      Q/DQ pairs around operators; ranges come from the inputs
    quantise.py nbits MODEL.onnx OUT.onnx              products with weights of 4 bits in blocks of 32 (MatMulNBits)

INPUTS are folders with one .npy file for each input of the model, named 0.npy, 1.npy, … in its order.
"""

import logging
import os
import sys
import tempfile

import numpy
import onnx
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.quantization.shape_inference import quant_pre_process

# What Q/DQ pairs go around. A mask's -3.4e38 leaves nothing of the range of an addition or a selection.
OPERATORS = ["Conv", "ConvTranspose", "MatMul", "Gemm", "Mul", "MaxPool", "GlobalAveragePool", "AveragePool", "Concat", "Resize", "Reshape", "Transpose", "Sigmoid", "Relu"]

OPSET = 13  # the first in which a weight may have one scale for each channel


def load(path):
    """The model in a new enough opset, with weights that are kept as integers back in float: the quantiser asks for that."""
    model = onnx.load(path)
    if model.opset_import[0].version < OPSET:
        model = onnx.version_converter.convert_version(model, OPSET)
    graph = model.graph
    constants = {t.name: t for t in graph.initializer}
    made_by = {name: node for node in graph.node for name in node.output}
    dropped = set()
    for node in [n for n in graph.node if n.op_type == "MatMul"]:
        scale = made_by.get(node.input[1])
        cast = scale and scale.op_type == "Mul" and made_by.get(scale.input[0])
        if not cast or cast.op_type != "Cast" or cast.input[0] not in constants:
            continue
        weight = numpy_helper.to_array(constants[cast.input[0]]).astype(numpy.float32) * numpy_helper.to_array(constants[scale.input[1]])
        graph.initializer.append(numpy_helper.from_array(weight, scale.output[0]))
        dropped |= {cast.name, scale.name, cast.input[0], scale.input[1]}
    for kept, field in [([n for n in graph.node if n.name not in dropped], graph.node), ([t for t in graph.initializer if t.name not in dropped], graph.initializer)]:
        del field[:]
        field.extend(kept)
    return model


class Inputs(CalibrationDataReader):
    def __init__(self, model, folders):
        names = [i.name for i in model.graph.input if i.name not in {t.name for t in model.graph.initializer}]
        self.feeds = iter([{name: numpy.load(os.path.join(folder, f"{k}.npy")) for k, name in enumerate(names)} for folder in folders])

    def get_next(self):
        return next(self.feeds, None)


def main(kind, source, out, *folders):
    logging.disable(logging.WARNING)  # a line for every tensor that stays in float
    model = load(source)
    with tempfile.TemporaryDirectory() as temporary:
        plain = os.path.join(temporary, "plain.onnx")
        onnx.save(model, plain)
        prepared = os.path.join(temporary, "prepared.onnx")
        quant_pre_process(plain, prepared, skip_symbolic_shape=True)
        if kind == "dynamic":
            quantize_dynamic(prepared, out, weight_type=QuantType.QInt8, per_channel=True)
        elif kind == "qdq":
            quantize_static(prepared, out, Inputs(model, folders), quant_format=QuantFormat.QDQ, per_channel=True, op_types_to_quantize=OPERATORS,
                            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
        elif kind == "nbits":
            quantiser = MatMulNBitsQuantizer(model, block_size=32, is_symmetric=True)
            quantiser.process()
            quantiser.model.save_model_to_file(out)
        else:
            sys.exit(f"quantise.py: {kind}: want dynamic, qdq or nbits")


if __name__ == "__main__":
    main(*sys.argv[1:])
