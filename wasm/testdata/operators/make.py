"""Writes cases.tsv, the cases of TestOperators: a model of one node for each operator, version and element type of
wasm/OPERATORS.tsv that no case of the ONNX backend suite shows, with the result of another implementation.

    .venv/bin/python wasm/testdata/operators/make.py

A line is: name, who computed the results, the node, its tensors. The node is OP OPERANDS > RESULTS and attributes as
NAME:KIND=VALUE (i, f, s, l and fs lists, t a tensor, g a graph of one node); what is after ; is the next node, which
makes floats of numbers of four bits, since such tensors are neither fed nor read. A tensor is NAME:TYPE[DIMS]=ELEMENTS;
with ! for : it is stored in the model. The name's number is the opset: the first of the row's at which ONNX's own
schema takes the type ("beyond ONNX's types" where none does and the engine all the same).

onnxruntime answers first. Where it has no kernel for the type it computes in a wider one, or at a later
opset, and the result is rounded: operands are small numbers that all types have. ONNX's reference evaluator answers
the rest. A line that begins with ! says why nobody can.
"""
import functools
import math
import os
import pathlib
import sys
import warnings
import zlib

os.environ["ALLOW_RELEASED_ONNX_OPSET_ONLY"] = "0"  # the table goes further than any release of onnxruntime

import ml_dtypes
import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, defs, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

warnings.simplefilter("ignore")
onnxruntime.set_default_logger_severity(4)
HERE = pathlib.Path(__file__).parent
TABLE = HERE.parent.parent / "OPERATORS.tsv"
MICROSOFT = "com.microsoft"
CORE_BESIDE_MICROSOFT = 17

TYPES = {
    "f32": np.float32, "f64": np.float64, "f16": np.float16, "bf16": ml_dtypes.bfloat16, "u8": np.uint8, "i8": np.int8, "u16": np.uint16,
    "i16": np.int16, "u32": np.uint32, "i32": np.int32, "u64": np.uint64, "i64": np.int64, "bool": np.bool_, "u4": ml_dtypes.uint4, "i4": ml_dtypes.int4,
}
NAMES = {np.dtype(v): k for k, v in TYPES.items()}
FLOATS = ("f32", "f64", "f16", "bf16")
WIDER = {"f16": ["f32"], "bf16": ["f32"], "u8": ["i32", "i64", "f32"], "i8": ["i32", "i64", "f32"], "u16": ["i32", "i64", "f32"], "i16": ["i32", "i64", "f32"],
         "u32": ["i64", "i32", "f32", "f64"], "u64": ["i64", "i32", "f32", "f64"], "i32": ["i64", "f32"], "i64": ["i32", "f64", "f32"], "bool": ["u8", "i32", "f32"], "u4": ["u8"], "i4": ["i8"], "f64": [], "f32": ["f64"]}


class T:
    """A tensor of the row's type, of small numbers. low and high bound them, in eighths for floats."""

    def __init__(self, *shape, low=-16, high=16, of=None, stored=False, zero=True):
        self.shape, self.low, self.high, self.of, self.stored, self.zero = shape, low, high, of, stored, zero

    def make(self, t, rng):
        t = self.of or t
        n = rng.integers(self.low, self.high + 1, self.shape)
        if not self.zero:
            n = np.where(n == 0, 3, n)
        if t in FLOATS:
            return (n / 8).astype(TYPES[t])
        if t == "bool":
            return n > 0
        if t[0] == "u":
            n = abs(n)
        small = (n + np.sign(n)) // 2 if not self.zero else n // 2
        return np.clip(small, -8 if t[0] == "i" else 0, 7).astype(TYPES[t])


class V:
    """Given values; of the row's type if of is None."""

    def __init__(self, values, of=None, stored=False):
        self.values, self.of, self.stored = values, of, stored

    def make(self, t, rng):
        return np.array(self.values).astype(TYPES[self.of or t])


def I(*values):
    """Numbers with a shape role: stored in the model."""
    return V(list(values), "i64", stored=True)


def ints(values):
    return V(values, "i64")


def scalar(v, of=None, stored=False):
    return V(v, of, stored)


pos = dict(low=1)  # numbers above zero
X = T(2, 3, 3)
IMAGE = T(1, 2, 5, 5)


def case(*inputs, outs=1, **attrs):
    return list(inputs), attrs, outs


CASES = {}


def ops(names, make):
    for name in names.split():
        CASES[name] = make if callable(make) else (lambda v, t, made=make: made)


ops("Abs Neg Ceil Floor Round Sign Relu Identity Erf Exp Elu Selu Celu Sigmoid HardSigmoid HardSwish LeakyRelu Softplus Softsign Tanh Gelu Mish Swish "
    "Sin Cos Sinh Cosh ThresholdedRelu Shape Size Flatten Transpose Not IsNaN NonZero BitwiseNot Atan Asinh Tan", case(X))
ops("Log Sqrt", case(T(2, 3, 3, **pos)))
ops("Reciprocal", case(T(2, 3, 3, zero=False)))
ops("Acos Asin Atanh", case(T(2, 3, 3, low=-7, high=7)))
ops("Acosh", case(T(2, 3, 3, low=8, high=24)))
ops("Shrink", case(X, lambd=1.0, bias=0.25))
CASES["Shrink"] = lambda v, t: case(X, lambd=1.0, bias=0.25 if t in FLOATS else 0.0)
ops("IsInf", lambda v, t: case(V([1, math.inf, -math.inf, math.nan, -2])))
ops("Add Sub Mul Greater Less GreaterOrEqual LessOrEqual Equal", lambda v, t: case(X, T(2, 3, 3) if v < 7 else T(3, 1)))
ops("And Or Xor", lambda v, t: case(X, T(2, 3, 3) if v < 7 else T(3, 1)))
ops("Div", lambda v, t: case(X, T(2, 3, 3, zero=False) if v < 7 else T(3, 1, zero=False)))
ops("PRelu", lambda v, t: case(X if v >= 7 else T(2, 3), T(3)))
ops("Mod", lambda v, t: case(X, T(3, 1, zero=False), fmod=1 if t in FLOATS else 0))
ops("Pow", lambda v, t: case(T(2, 3, 3, **pos), T(2, 3, 3, low=0) if v < 7 else T(3, 1, low=0, of="f32" if t == "bf16" and v < 15 else None)))
ops("Max Min Sum Mean", lambda v, t: case(X, T(2, 3, 3), T(2, 3, 3)) if v < 8 else case(X, T(3, 1), T(3)))
ops("BitShift", case(T(2, 3), V([[1, 2, 0], [3, 1, 2]]), direction="LEFT"))
ops("BitwiseAnd BitwiseOr BitwiseXor", case(X, T(3, 1)))
ops("Where", case(T(3, 1, of="bool"), X, T(3)))
ops("Clip", lambda v, t: case(X, min=-0.75, max=1.0) if v < 11 else case(X, scalar(-0.75), scalar(1)))
ops("Cast", lambda v, t: case(T(2, 3, 3, low=0), to=TensorProto.INT32 if t == "f32" else TensorProto.FLOAT))
ops("CastLike", lambda v, t: case(T(2, 3, 3, low=0), T(1, of="i32" if t == "f32" else "f32")))
ops("BitCast", lambda v, t: case(X, to={1: TensorProto.UINT8 if t != "u8" else TensorProto.INT8, 2: TensorProto.UINT16 if t != "u16" else TensorProto.INT16,
                                        4: TensorProto.UINT32 if t != "u32" else TensorProto.INT32, 8: TensorProto.UINT64 if t != "u64" else TensorProto.INT64}[np.dtype(TYPES[t]).itemsize]))

# Reductions and the like.
ops("ArgMax ArgMin", lambda v, t: case(X, axis=1, keepdims=0))
ops("ReduceL1 ReduceL2 ReduceMax ReduceMin ReduceMean ReduceProd ReduceSumSquare", lambda v, t: case(X, axes=[1], keepdims=0) if v < 18 else case(X, I(1), keepdims=0))
ops("ReduceSum", lambda v, t: case(X, axes=[1], keepdims=0) if v < 13 else case(X, I(1), keepdims=0))
ops("ReduceLogSum ReduceLogSumExp", lambda v, t: case(T(2, 3, 3, low=2), axes=[1], keepdims=0) if v < 18 else case(T(2, 3, 3, low=2), I(1), keepdims=0))
ops("Softmax LogSoftmax Hardmax LpNormalization", case(T(2, 7)))
ops("CumSum", case(X, V(1, "i64", stored=True)))
ops("CumProd", case(T(2, 3, 2), V(1, "i64", stored=True)))
ops("TopK", lambda v, t: case(V([[3, 1, 5, 2, 4], [0, 6, 2, 7, 1]]), k=3, outs=2) if v < 10 else case(V([[3, 1, 5, 2, 4], [0, 6, 2, 7, 1]]), I(3), outs=2))
ops("MeanVarianceNormalization", case(T(2, 3, 2, 3)))
ops("Det", case(T(2, 3, 3)))
ops("Einsum", case(T(2, 3), T(3, 4), equation="ij,jk->ik"))
ops("Unique", case(V([3, 1, 3, 2, 1, 5]), outs=4))
ops("Compress", case(T(4, 3), V([True, False, True, True], "bool"), axis=0))

# Shaping.
ops("Concat", case(X, T(2, 1, 3), axis=1))
ops("Constant", lambda v, t: case(value=T(2, 3)))
ops("ConstantOfShape", lambda v, t: case(I(2, 3), value=T(1, **pos)))
ops("Reshape", lambda v, t: case(X, I(3, -1)))
ops("Expand", case(T(3, 1), I(2, 3, 3)))
ops("EyeLike", case(T(3, 4), k=1))
ops("Gather", case(T(4, 3), ints([[2, 0], [3, 1]])))
ops("GatherElements", case(T(3, 3), ints([[2, 0, 1], [1, 1, 0]])))
ops("GatherND", case(T(3, 4), ints([[2, 1], [0, 3]])))
ops("Scatter ScatterElements", case(T(3, 3), ints([[2, 0, 1]]), T(1, 3)))
ops("ScatterND", case(T(4, 3), ints([[2], [0]]), T(2, 3)))
ops("TensorScatter", case(T(2, 4, 3), T(2, 2, 3), ints([1, 2])))
ops("OneHot", case(V([2, 0, 3], "i64"), V(4, "i64", stored=True), V([0, 1])))
ops("Pad", lambda v, t: case(X, pads=[0, 1, 0, 0, 0, 2], value=1.0) if v < 11 else case(X, I(0, 1, 0, 0, 0, 2), scalar(1)))
ops("Slice", lambda v, t: case(X, starts=[1, 0], ends=[3, 2], axes=[1, 2]) if v < 10 else case(X, I(2, 3), I(0, 0), I(1, 2), I(-1, -2)))
ops("Split", lambda v, t: case(T(2, 5), split=[2, 3], axis=1, outs=2) if v < 13 else case(T(2, 5), I(2, 3), axis=1, outs=2))
ops("Squeeze", lambda v, t: case(T(2, 1, 3), axes=[1]) if v < 13 else case(T(2, 1, 3), I(1)))
ops("Unsqueeze", lambda v, t: case(T(2, 3), axes=[1]) if v < 13 else case(T(2, 3), I(1)))
ops("Tile", case(T(2, 3), I(2, 2)))
ops("Trilu", case(T(3, 4)))
ops("DepthToSpace SpaceToDepth", case(T(1, 4, 2, 2), blocksize=2))
ops("ReverseSequence", case(T(4, 3), ints([4, 2, 3])))
ops("CenterCropPad", case(T(4, 3), I(2, 5)))
ops("Range", case(V(1, stored=True), V(8, stored=True), V(2, stored=True)))
ops("Resize", lambda v, t: case(T(1, 1, 2, 3), V([1, 1, 2, 2], "f32", True), mode="nearest") if v < 11 else
    case(T(1, 1, 2, 3), None, V([1, 1, 2, 2], "f32", True), mode="nearest"))
ops("Upsample", lambda v, t: case(T(1, 1, 2, 3), mode="nearest", scales=[1.0, 1.0, 2.0, 2.0]) if v < 9 else case(T(1, 1, 2, 3), V([1, 1, 2, 2], "f32", True), mode="nearest"))
ops("GridSample", lambda v, t: case(T(1, 1, 3, 3), V([[[[-0.5, 0.25], [0.5, -1]], [[0, 0], [0.75, 0.5]]]], "f32"), mode="nearest"))
ops("AffineGrid", case(T(1, 2, 3), I(1, 1, 2, 3)))
ops("Col2Im", case(T(1, 4, 4), I(3, 3), I(2, 2)))
ops("If", lambda v, t: case(V(True, "bool"), X, T(2, 3, 3), then_branch=("Identity", "b"), else_branch=("Identity", "c")))
ops("Dropout", case(X))

# Windows over pictures.
ops("AveragePool MaxPool", case(IMAGE, kernel_shape=[3, 3], strides=[2, 2]))
ops("LpPool", case(IMAGE, kernel_shape=[3, 3], strides=[2, 2], p=2))
ops("GlobalAveragePool GlobalMaxPool GlobalLpPool", case(IMAGE))
ops("MaxUnpool", case(V([[[[1, 2], [3, 4]]]]), V([[[[5, 7], [13, 15]]]], "i64"), kernel_shape=[2, 2], strides=[2, 2]))
ops("Conv", case(IMAGE, T(3, 2, 3, 3), T(3)))
ops("ConvTranspose", case(T(1, 2, 3, 3), T(2, 2, 3, 3), T(2), strides=[2, 2]))
ops("DeformConv", case(T(1, 1, 3, 3), T(1, 1, 2, 2), T(1, 8, 2, 2, low=-4, high=4), kernel_shape=[2, 2]))
ops("RoiAlign", case(IMAGE, V([[0, 0, 3, 3], [1, 1, 4, 4]]), ints([0, 0]), output_height=2, output_width=2, sampling_ratio=2))
ops("BatchNormalization", lambda v, t: case(IMAGE, T(2), T(2), T(2), T(2, **pos), **dict(is_test=1) if v < 7 else {}))
ops("InstanceNormalization", case(IMAGE, T(2), T(2)))
ops("GroupNormalization", lambda v, t: case(T(1, 4, 3, 3), T(2) if v < 21 else T(4), T(2) if v < 21 else T(4), num_groups=2))
ops("LayerNormalization", case(T(2, 6), T(6), T(6)))
ops("RMSNormalization SimplifiedLayerNormalization", case(T(2, 6), T(6)))
ops("LRN", case(T(1, 4, 2, 2), size=3))

# Products and sequences.
ops("MatMul", case(T(2, 3, 4), T(4, 5)))
ops("Gemm", case(T(3, 4), T(4, 5), T(3, 5)))
ops("RNN", case(T(3, 1, 2), T(1, 3, 2), T(1, 3, 3), T(1, 6), hidden_size=3, outs=2))
ops("GRU", case(T(3, 1, 2), T(1, 9, 2), T(1, 9, 3), T(1, 18), hidden_size=3, outs=2))
ops("LSTM", case(T(3, 1, 2), T(1, 12, 2), T(1, 12, 3), T(1, 24), hidden_size=3, outs=3))
ops("Attention", case(T(1, 2, 3, 4), T(1, 2, 5, 4), T(1, 2, 5, 4)))
ops("RotaryEmbedding", case(T(1, 2, 3, 4), T(1, 3, 2), T(1, 3, 2)))
ops("LinearAttention", case(T(1, 3, 8), T(1, 3, 8), T(1, 3, 8), q_num_heads=2, kv_num_heads=2, update_rule="linear", outs=2))
ops("CausalConvWithState", case(T(1, 2, 5), T(2, 1, 3), outs=2))
ops("DFT", lambda v, t: case(T(1, 8, 1), axis=1) if v < 20 else case(T(1, 8, 1), None, V(1, "i64", stored=True)))
ops("STFT", case(T(1, 16, 1), V(4, "i64", stored=True), T(8, **pos)))
ops("BlackmanWindow HammingWindow HannWindow", lambda v, t: case(V(7, t, stored=True)))
ops("MelWeightMatrix", lambda v, t: case(*[V(k, "i64", stored=True) for k in (6, 16, 8000)], V(128.0, stored=True), V(3072.0, stored=True)))
ops("NonMaxSuppression", case(V([[[0, 0, 1, 1], [0, 0.125, 1, 1.125], [0, 2, 1, 3]]], "f32"), V([[[0.875, 0.75, 0.625]]], "f32"), I(2), V([0.5], "f32", True), V([0.125], "f32", True)))

# Quantised.
ops("QuantizeLinear", lambda v, t: case(X, V(0.125, "f32" if v < 19 or t == "i32" else t, True), V(3, "u8", True)))
ops("DequantizeLinear", lambda v, t: case(T(2, 3, 3), V(0.5, "f32", True)) if t == "i32" else case(T(2, 3, 3, stored=t in ("u4", "i4")), V(0.5, "f32", True), V(3, stored=True)))
ops("DynamicQuantizeLinear", case(T(2, 3, 3), outs=3))
ops("MatMulInteger", case(T(3, 4), T(4, 5, of="i8"), V(2, stored=True), V(0, "i8", True)))
ops("ConvInteger", case(IMAGE, T(3, 2, 3, 3), V(2, stored=True)))
ops("QLinearConv", lambda v, t: (lambda q: case(T(1, 2, 5, 5, of=q), V(0.5, "f32", True), V(2, q, True), T(3, 2, 3, 3, of=q, stored=True), V(0.25, "f32", True), V(1, q, True),
                                                 V(1.0, "f32", True), V(100 if q == "u8" else 3, q, True), T(3, of="i32", stored=True)))("u8" if t == "i32" else t))
ops("QLinearMatMul", lambda v, t: (lambda q, s: case(T(3, 4, of=q), V(0.5, s, True), V(2, q, True), T(4, 5, of=q), V(0.25, s, True), V(1, q, True), V(0.5, s, True), V(3, q, True)))(
    "u8" if t in FLOATS else t, t if t in FLOATS else "f32"))

# com.microsoft.
M = "com.microsoft."
ops(M + "Gelu " + M + "QuickGelu", case(X))
ops(M + "BiasGelu " + M + "FastGelu", case(X, T(3)))
ops(M + "FusedMatMul", case(T(2, 3, 4), T(5, 4), transB=1, alpha=0.5))
ops(M + "SkipLayerNormalization", case(T(1, 2, 6), T(1, 2, 6), T(6), T(6)))
ops(M + "SkipSimplifiedLayerNormalization", case(T(1, 2, 6), T(1, 2, 6), T(6)))
ops(M + "RotaryEmbedding", case(T(1, 3, 8), V([0], "i64"), T(4, 2), T(4, 2), num_heads=2))
ops(M + "Attention", case(T(1, 3, 8), T(8, 24, stored=True), T(24, stored=True), num_heads=2))
ops(M + "MultiHeadAttention", case(T(1, 3, 8), T(1, 3, 8), T(1, 3, 8), num_heads=2))
ops(M + "GroupQueryAttention", case(T(1, 3, 16), T(1, 3, 8), T(1, 3, 8), T(1, 1, 0, 8), T(1, 1, 0, 8), V([2], "i32"), V(3, "i32"), num_heads=2, kv_num_heads=1, outs=3))
ops(M + "MatMulNBits", case(T(2, 32), V((np.arange(4 * 16).reshape(4, 1, 16) * 37 % 256), "u8", True), T(4, stored=True, **pos), K=32, N=4, bits=4, block_size=32))
ops(M + "MatMulIntegerToFloat", lambda v, t: case(T(3, 4), T(4, 5, of=t, stored=True), V(0.5, "f32", True), V(0.25, "f32", True)))
ops(M + "GatherBlockQuantized", lambda v, t: case(V((np.arange(4 * 16).reshape(4, 16) * 37 % 256), "u8", True), V([2, 0], t), T(4, 2, of="f32", stored=True, **pos), bits=4, block_size=16, quantize_axis=1))
ops(M + "DynamicQuantizeMatMul", lambda v, t: case(T(3, 4, of="f32"), T(4, 5, stored=True), V(0.25, "f32", True), V(1, t, True)))
ops(M + "QLinearConcat", lambda v, t: case(V(0.25, "f32", True), V(3, t, True), X, V(0.5, "f32", True), V(2, t, True), T(2, 1, 3), V(0.25, "f32", True), V(1, t, True), axis=1))
ops(M + "QLinearSoftmax", lambda v, t: case(T(2, 5), V(0.25, "f32", True), V(2, t, True), V(1 / 256, "f32", True), V(0 if t == "u8" else -128, t, True), opset=13, axis=-1))


EARLIER = {"GlobalLpPool": [2]}  # what onnxruntime has instead of the newest, and is the same


def fill(made, t, seed):
    """Tensors of a case: name → (array, stored) in order, None where omitted; and attributes."""
    inputs, attrs, outs = made
    rng = np.random.default_rng(seed)
    names = "abcdefghijklm"
    tensors = [None if x is None else (names[i], x.make(t, rng), x.stored) for i, x in enumerate(inputs)]
    filled = {k: v.make(t, rng) if isinstance(v, (T, V)) else v for k, v in attrs.items()}
    return tensors, filled, ["y", "z", "u", "v"][:outs]


def tensor_of(name, x):
    return numpy_helper.from_array(x, name)


def model_of(op, opset, tensors, attrs, outs, types):
    domain, _, op = op.rpartition(".")
    node = helper.make_node(op, [x[0] if x else "" for x in tensors], outs, domain=domain)
    for k, v in attrs.items():
        if isinstance(v, np.ndarray):
            v = tensor_of(k, v)
        if isinstance(v, tuple):
            kind = [info(x) for x in tensors if x and x[0] == v[1]][0]
            out = helper.make_tensor_value_info("r", kind.type.tensor_type.elem_type, None)
            v = helper.make_graph([helper.make_node(v[0], [v[1]], ["r"])], k, [], [out])
        node.attribute.append(helper.make_attribute(k, v))
    if op == "If":
        del node.input[1:]
    graph = helper.make_graph([node], "g", [info(x) for x in tensors if x and not x[2]],
                              [helper.make_tensor_value_info(o, ty, None) if ty else helper.make_empty_tensor_value_info(o) for o, ty in zip(outs, types)],
                              [tensor_of(x[0], x[1]) for x in tensors if x and x[2]])
    imports = [helper.make_opsetid("", CORE_BESIDE_MICROSOFT if domain else opset)] + ([helper.make_opsetid(domain, 1)] if domain else [])
    return helper.make_model(graph, opset_imports=imports, ir_version=8 if opset < 21 else 10)


def info(x):
    return helper.make_tensor_value_info(x[0], helper.np_dtype_to_tensor_dtype(x[1].dtype), x[1].shape)


def inferred(model):
    """Types of the outputs; raises what ONNX has against the model."""
    model = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    for o in model.graph.output:
        o.type.tensor_type.shape.SetInParent()
    onnx.checker.check_model(model)
    return [o.type.tensor_type.elem_type for o in model.graph.output]


def by_onnxruntime(model, feeds):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    for i in session.get_inputs() + session.get_outputs():
        if "bfloat16" in i.type or "int4" in i.type:
            raise ValueError("Python has no such tensors")
    return session.run(None, feeds)


def by_reference(model, feeds):
    return [np.asarray(x) for x in ReferenceEvaluator(model).run(None, feeds)]


def answer(op, opset, t, types):
    """Who answered, the case, and the results, each of the type that types say (0 where nobody knows)."""
    seed = zlib.crc32(op.encode())
    tensors, attrs, outs = fill(CASES[op](opset, t), t, seed)
    model = model_of(op, opset, tensors, attrs, outs, types)
    dtypes = [np.dtype(helper.tensor_dtype_to_np_dtype(ty)) if ty else None for ty in types]
    feeds = {x[0]: x[1] for x in tensors if x and not x[2]}

    def later(w):
        """In type w, at the first opset at which onnxruntime has a kernel for it."""
        def widen(x):
            return x.astype(TYPES[w]) if x.dtype == TYPES[t] else x

        why = ""
        for v in [opset, *[v for v in versions(op) if v > opset], *EARLIER.get(op, [])]:
            if v == opset and w == t:
                continue
            try:
                ws, wa, wo = fill(CASES[op](v, t), t, seed)
                ws = [x and (x[0], widen(feeds.get(x[0], x[1])), x[2]) for x in ws]
                wa = {k: widen(x) if isinstance(x, np.ndarray) else x for k, x in wa.items()}
                results = by_onnxruntime(model_of(op, v, ws, wa, wo, [0] * len(wo)), {x[0]: x[1] for x in ws if x and not x[2]})
            except Exception as error:
                why = why or sentence(error)
                continue
            narrow = [d or (TYPES[t] if r.dtype == TYPES[w] else r.dtype) for r, d in zip(results, dtypes)]
            if t not in FLOATS and any(r.dtype.kind == "f" and d.kind != "f" and (r != np.trunc(r)).any() for r, d in zip(results, map(np.dtype, narrow))):
                raise ValueError(f"{w} has fractions")
            return "onnxruntime" + (f" in {w}" if w != t else "") + (f" at opset {v}" if v != opset else ""), [r.astype(d) for r, d in zip(results, narrow)]
        raise ValueError(why or "no later version")

    def native():
        return "onnxruntime", by_onnxruntime(model, feeds)

    def reference():
        return "reference evaluator", by_reference(model, feeds)

    ways = [native] + [functools.partial(later, w) for w in [t, *WIDER[t]]] + [reference]
    if t == "f64":
        ways.append(functools.partial(later, "f32"))
    why = []
    for ask in ways:
        try:
            by, results = ask()
            results = [np.asarray(r) for r in results]
            if any(d is not None and r.dtype != d for r, d in zip(results, dtypes)):
                raise ValueError("the result has another type")
            return by, tensors, attrs, outs, results
        except Exception as error:
            why.append(sentence(error))
    raise ValueError("; ".join(why))


def sentence(error):
    return " ".join(str(error).split())[:160]


@functools.cache
def versions(op):
    return sorted(s.since_version for s in defs.get_all_schemas_with_history() if s.domain == "" and s.name == op)


def number(x, t):
    if t in ("bool",):
        return str(int(x))
    if t not in FLOATS:
        return str(int(x))
    if np.isnan(x):
        return "NaN"
    if np.isinf(x):
        return "+Inf" if x > 0 else "-Inf"
    if t == "f64":
        s = repr(float(x))
    else:
        s = str(np.float32(x)) if t != "f16" else str(np.float16(x))
    return s[:-2] if s.endswith(".0") else s


def text_of(x):
    t = NAMES[x.dtype]
    return f"{t}[{','.join(map(str, x.shape))}]=" + " ".join(number(v, t) for v in x.ravel())


def attribute(k, v):
    if isinstance(v, np.ndarray):
        return f"{k}:t={text_of(v).replace(' ', ',')}"
    if isinstance(v, tuple):
        return f"{k}:g={','.join(v)}"
    if isinstance(v, list):
        return f"{k}:{'fs' if isinstance(v[0], float) else 'l'}=" + ",".join(map(str, v))
    return f"{k}:{ {int: 'i', float: 'f', str: 's'}[type(v)] }={v}"


def line_of(name, by, op, tensors, attrs, outs, results):
    if name.endswith("4"):  # the engine has such numbers as weights
        tensors = [x and (*x[:2], x[2] or NAMES[x[1].dtype] in ("u4", "i4")) for x in tensors]
    operands = ["a"] if op == "If" else [x[0] if x else "-" for x in tensors]
    node = " ".join([op.replace(M, MICROSOFT + "::"), *operands, ">", *outs, *[attribute(k, v) for k, v in attrs.items()]])
    if NAMES[results[0].dtype] in ("u4", "i4"):
        node = node.replace(" > y", " > q") + " ; DequantizeLinear q scale > y"
        tensors, results = tensors + [("scale", np.array(0.5, np.float32), True)], [(results[0].astype(np.float32) / 2).astype(np.float32)]
    cells = [x[0] + ("!" if x[2] else ":") + text_of(x[1]) for x in tensors if x] + [f"{o}:{text_of(r)}" for o, r in zip(outs, results)]
    return "\t".join([name, by, node, *cells])


def main():
    lines = []
    for row in TABLE.read_text().splitlines():
        if row.startswith("#") or row.startswith("operator\t"):
            continue
        op, span, t, test = row.split("\t")[:4]
        if test[0] != "-" and not test.startswith("TestOperators"):
            continue  # the suite or TestContrib shows it
        if t == "any":
            continue
        low, high = (int(span[:-1]), 99) if span.endswith("+") else map(int, span.split("-"))
        if op not in CASES:
            lines.append(f"!{op}-{low}-{t}\tno template")
            continue
        found = [max(low, v) for v in versions(op) if v <= high and not any(v < w <= low for w in versions(op))]
        opset, types, beyond = low, [], bool(found)
        for v in found:
            tensors, attrs, outs = fill(CASES[op](v, t), t, 0)
            try:
                opset, types, beyond = v, inferred(model_of(op, v, tensors, attrs, outs, [0] * len(outs))), False
                break
            except Exception as error:
                print(f"{op}-{v}-{t}: {sentence(error)}", file=sys.stderr)
        types = types or [0] * CASES[op](opset, t)[2]
        try:
            by, *rest = answer(op, opset, t, types)
            lines.append(line_of(f"{op}-{opset}-{t}", by + (", beyond ONNX's types" if beyond else ""), op, *rest))
        except Exception as error:
            print(f"{op}-{opset}-{t}: {error}", file=sys.stderr)
            lines.append(f"!{op}-{low}-{t}\tnobody computes it: {sentence(error)}")
    (HERE / "cases.tsv").write_text("\n".join(lines) + "\n")


main()
