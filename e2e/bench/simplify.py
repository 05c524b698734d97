"""Rewrites a model for runtimes that know fewer operators: dimensions fixed, all that is constant computed, identities gone.

    python simplify.py MODEL.onnx OUT.onnx NAME=FILE.npy…

The files are the model's inputs, their shapes are what the dimensions become. onnxruntime's basic optimisations do the
rest; they keep to ONNX's own operators.
"""

import sys
import tempfile

import numpy
import onnx
import onnxruntime

path, out, *args = sys.argv[1:]
shapes = {name: numpy.load(file).shape for name, _, file in (arg.rpartition("=") for arg in args)}
model = onnx.load(path)
for value in model.graph.input:
    for dim, size in zip(value.type.tensor_type.shape.dim, shapes.get(value.name, ())):
        dim.dim_value = size
options = onnxruntime.SessionOptions()
options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
options.optimized_model_filepath = out
options.log_severity_level = 3
with tempfile.NamedTemporaryFile(suffix=".onnx") as fixed:
    onnx.save(model, fixed.name)
    onnxruntime.InferenceSession(fixed.name, options, providers=["CPUExecutionProvider"])
