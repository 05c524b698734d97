"""Writes the cases of TestContrib: models of one com.microsoft operator each, with
inputs and with the outputs that onnxruntime computes.

    .venv/bin/python wasm/testdata/contrib/make.py

A case is one ONNX file. Its inputs and outputs are initializers that nothing
uses, "in:NAME" and "out:NAME".
"""
import pathlib

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)
f32, i32, i64, u8, i8 = np.float32, np.int32, np.int64, np.uint8, np.int8


def normal(*shape):
    return rng.standard_normal(shape).astype(f32)


def whole(low, high, shape, dtype):
    return rng.integers(low, high, shape).astype(dtype)


def s(v):
    return np.array(v, f32)


def case(name, op, inputs, outputs, constants=(), open_axes=None, domain="com.microsoft", **attrs):
    """inputs: name → array or None, in order; those in constants are stored.
    open_axes: (input, axis) → symbol. outputs: names, "" where omitted."""
    open_axes = open_axes or {}
    node = helper.make_node(op, [k if v is not None else "" for k, v in inputs.items()], outputs, domain=domain, **attrs)
    fed = {k: v for k, v in inputs.items() if v is not None and k not in constants}
    infos = [helper.make_tensor_value_info(k, helper.np_dtype_to_tensor_dtype(v.dtype), [open_axes.get((k, i), d) for i, d in enumerate(v.shape)])
             for k, v in fed.items()]
    stored = [numpy_helper.from_array(inputs[k], k) for k in constants]
    wanted = [o for o in outputs if o]

    def model(extra, types):
        outs = [helper.make_tensor_value_info(o, t, None) if t else helper.make_empty_tensor_value_info(o) for o, t in zip(wanted, types)]
        g = helper.make_graph([node], name, infos, outs, stored + extra)
        return helper.make_model(g, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)], ir_version=8)

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model([], [0] * len(wanted)).SerializeToString(), options, providers=["CPUExecutionProvider"])
    got = session.run(wanted, fed)
    extra = [numpy_helper.from_array(v, "in:" + k) for k, v in fed.items()]
    extra += [numpy_helper.from_array(v, "out:" + k) for k, v in zip(wanted, got)]
    types = [helper.np_dtype_to_tensor_dtype(v.dtype) for v in got]
    (HERE / (name + ".onnx")).write_bytes(model(extra, types).SerializeToString())


def attention():
    weights = dict(w=normal(8, 24), b=normal(24))
    for name, mask, attrs in [
        ("plain", None, {}),
        ("unidirectional", None, dict(unidirectional=1, scale=0.3)),
        ("lengths", np.array([3, 5], i32), {}),
        ("lengths_starts", np.array([4, 5, 1, 0], i32), {}),
        ("raw", whole(0, 2, (2, 5), i32) | np.eye(2, 5, dtype=i32), {}),
        ("raw3", whole(0, 2, (2, 5, 5), i32) | np.eye(5, dtype=i32), dict(mask_filter_value=-3.0)),
    ]:
        case("attention_" + name, "Attention", dict(x=normal(2, 5, 8), **weights, mask=mask), ["y"], ["w", "b"],
             {("x", 0): "B", ("x", 1): "S"} if mask is None else {("x", 1): "S"} if mask.ndim == 1 else None, num_heads=2, **attrs)
    case("attention_past", "Attention", dict(x=normal(1, 3, 8), **weights, mask=None, past=normal(2, 1, 2, 4, 4)), ["y", "present"], ["w", "b"],
         {("x", 1): "S", ("past", 3): "P"}, num_heads=2, unidirectional=1)
    case("attention_bias", "Attention", dict(x=normal(2, 3, 8), w=normal(8, 20), b=normal(20), mask=None, past=None, bias=normal(2, 2, 3, 3)), ["y"], ["w", "b"],
         num_heads=2, qkv_hidden_sizes=[8, 8, 4])
    q = dict(x=whole(0, 256, (2, 4, 8), u8), w=whole(-127, 128, (8, 24), i8), b=normal(24), xs=s(0.02), ws=s(0.01))
    case("qattention", "QAttention", dict(**q, mask=np.array([4, 2], i32), xz=np.array(120, u8), wz=np.array(0, i8)), ["y"], ["w", "b", "xs", "ws", "xz", "wz"], num_heads=2)
    case("qattention_past", "QAttention", dict(**q, mask=None, xz=np.array(120, u8), wz=np.array(0, i8), past=normal(2, 2, 2, 3, 4)), ["y", "present"],
         ["w", "b", "xs", "ws", "xz", "wz"], num_heads=2, unidirectional=1)


def multi_head():
    axes = {(k, a): n for k in "qkv" for a, n in [(0, "B"), (1, "S" if k == "q" else "L")]}
    qkv = lambda n=4, l=6: dict(q=normal(2, n, 8), k=normal(2, l, 8), v=normal(2, l, 8))
    case("mha_cross", "MultiHeadAttention", qkv(), ["y"], (), axes, num_heads=2)
    case("mha_bias_v", "MultiHeadAttention", dict(q=normal(2, 3, 8), k=normal(2, 3, 8), v=normal(2, 3, 12), bias=normal(28)), ["y"], ["bias"], num_heads=4, scale=0.7)
    case("mha_causal", "MultiHeadAttention", qkv(5, 5), ["y"], (), {(k, 1): "S" for k in "qkv"}, num_heads=2, unidirectional=1)
    case("mha_padding", "MultiHeadAttention", dict(**qkv(), bias=None, mask=np.array([6, 2], i32)), ["y"], num_heads=2)
    case("mha_padding2", "MultiHeadAttention", dict(**qkv(), bias=None, mask=whole(0, 2, (2, 6), i32) | np.eye(2, 6, dtype=i32)), ["y"], num_heads=2, mask_filter_value=-5.0)
    case("mha_attention_bias", "MultiHeadAttention", dict(**qkv(), bias=None, mask=None, ab=normal(1, 2, 4, 6)), ["y"], num_heads=2)
    case("mha_past", "MultiHeadAttention", dict(**qkv(2, 2), bias=None, mask=None, ab=None, pk=normal(2, 2, 5, 4), pv=normal(2, 2, 5, 4)), ["y", "nk", "nv"], (),
         {**{(k, 1): "S" for k in "qkv"}, ("pk", 2): "P", ("pv", 2): "P"}, num_heads=2, unidirectional=1)
    case("mha_heads", "MultiHeadAttention", dict(q=normal(2, 3, 8), k=normal(2, 2, 5, 4), v=normal(2, 2, 5, 4)), ["y"], num_heads=2)


def group_query():
    cos, sin = normal(16, 8), normal(16, 8)

    def lengths(past, new, batch=1):
        return dict(sk=np.full(batch, past + new - 1, i32), total=np.array(past + new, i32))

    axes = {**{(k, 1): "S" for k in ["q", "k", "v"]}, ("pk", 2): "P", ("pv", 2): "P"}
    qkv = lambda n, b=1: dict(q=normal(b, n, 64), k=normal(b, n, 32), v=normal(b, n, 32))
    past = lambda n, b=1: dict(pk=normal(b, 2, n, 16), pv=normal(b, 2, n, 16))
    kv = dict(num_heads=4, kv_num_heads=2)
    out = ["y", "nk", "nv"]
    case("gqa_prompt", "GroupQueryAttention", dict(**qkv(5), pk=None, pv=None, **lengths(0, 5)), out, (), {(k, 1): "S" for k in "qkv"}, **kv)
    case("gqa_step", "GroupQueryAttention", dict(**qkv(1), **past(6), **lengths(6, 1)), out, (), axes, **kv)
    case("gqa_chunk", "GroupQueryAttention", dict(**qkv(3), **past(4), **lengths(4, 3)), out, (), axes, **kv, scale=0.4)
    case("gqa_window", "GroupQueryAttention", dict(**qkv(1), **past(6), **lengths(6, 1)), out, (), axes, **kv, local_window_size=3)
    case("gqa_window_prompt", "GroupQueryAttention", dict(**qkv(6), pk=None, pv=None, **lengths(0, 6)), out, (), {(k, 1): "S" for k in "qkv"}, **kv, local_window_size=2)
    case("gqa_softcap", "GroupQueryAttention", dict(**qkv(2), **past(2), **lengths(2, 2)), out, (), axes, **kv, softcap=1.5)
    case("gqa_rotary", "GroupQueryAttention", dict(**qkv(3), **past(4), **lengths(4, 3), cos=cos, sin=sin), out, ["cos", "sin"], axes, **kv, do_rotary=1)
    case("gqa_rotary_pairs", "GroupQueryAttention", dict(**qkv(1, 2), **past(4, 2), **lengths(4, 1, 2), cos=cos, sin=sin), out, ["cos", "sin"], axes, **kv,
         do_rotary=1, rotary_interleaved=1)
    case("gqa_packed", "GroupQueryAttention", dict(q=normal(1, 3, 128), k=None, v=None, **past(4), **lengths(4, 3), cos=cos, sin=sin), out, ["cos", "sin"], axes, **kv, do_rotary=1)
    case("gqa_equal", "GroupQueryAttention", dict(q=normal(2, 3, 32), k=normal(2, 3, 32), v=normal(2, 3, 32), pk=None, pv=None, **lengths(0, 3, 2)), out, (), None, num_heads=2, kv_num_heads=2)


def others():
    cos, sin = normal(16, 2), normal(16, 2)
    ids = np.array([[3, 4, 5], [0, 1, 2]], i64)
    case("rotary", "RotaryEmbedding", dict(x=normal(2, 3, 8), p=ids, cos=cos, sin=sin), ["y"], ["cos", "sin"], {("x", 1): "S", ("p", 1): "S"})
    case("rotary_from", "RotaryEmbedding", dict(x=normal(2, 3, 8), p=np.array([5], i64), cos=cos, sin=sin), ["y"], ["cos", "sin"], {("x", 1): "S"}, interleaved=1)
    case("rotary_heads", "RotaryEmbedding", dict(x=normal(2, 2, 3, 4), p=ids, cos=cos, sin=sin), ["y"], ["cos", "sin"])
    case("rotary_part", "RotaryEmbedding", dict(x=normal(2, 3, 16), p=ids, cos=cos, sin=sin), ["y"], ["cos", "sin"], rotary_embedding_dim=4, num_heads=2)
    tables = dict(word=normal(9, 8), pos=normal(6, 8), seg=normal(2, 8), g=normal(8), b=normal(8))
    words = dict(ids=whole(0, 9, (2, 4), i32), segs=whole(0, 2, (2, 4), i32))
    case("embed", "EmbedLayerNormalization", dict(**words, **tables, mask=np.array([[1, 1, 1, 0], [1, 1, 1, 1]], i32)), ["y", "m"], list(tables),
         {("ids", 1): "S", ("segs", 1): "S", ("mask", 1): "S"}, epsilon=1e-5)
    tables["seg"] = None
    case("embed_bare", "EmbedLayerNormalization", dict(ids=words["ids"], segs=None, **tables), ["y", "m"], ["word", "pos", "g", "b"])
    for name, zeros, block, bits, width in [("", False, 16, 4, 48), ("_zeros", True, 16, 4, 48), ("_8", True, 16, 8, 32), ("_wide", False, 64, 4, 64)]:
        blocks = width // block
        z = whole(0, 256, (7, (blocks + 1) // 2 if bits == 4 else blocks), u8) if zeros else None
        q = dict(data=whole(0, 256, (7, width * bits // 8), u8), i=whole(0, 7, (2, 3), i64), scales=normal(7, blocks), z=z)
        case("gather_blocks" + name, "GatherBlockQuantized", q, ["y"], ["data", "scales"] + ["z"] * zeros, {("i", 1): "S"}, block_size=block, bits=bits, quantize_axis=1, gather_axis=0)
    conv = dict(x=normal(1, 3, 6, 6), w=normal(4, 3, 3, 3), b=normal(4))
    case("fused_conv_relu", "FusedConv", conv, ["y"], ["w", "b"], activation="Relu", kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    case("fused_conv_sum", "FusedConv", dict(**conv, z=normal(1, 4, 4, 4)), ["y"], ["w", "b"], activation="Relu", kernel_shape=[3, 3])
    case("fused_conv_clip", "FusedConv", conv, ["y"], ["w", "b"], activation="Clip", activation_params=[-0.5, 2.0], kernel_shape=[3, 3], strides=[2, 2])
    case("fused_conv_leaky", "FusedConv", conv, ["y"], ["w", "b"], activation="LeakyRelu", activation_params=[0.125], kernel_shape=[3, 3])
    case("fused_matmul", "FusedMatMul", dict(a=normal(2, 5, 3), b=normal(2, 4, 5)), ["y"], transA=1, transB=1, alpha=0.5)
    for name, attrs in [("Gelu", {}), ("QuickGelu", dict(alpha=1.3))]:
        case(name.lower(), name, dict(x=normal(3, 7)), ["y"], **attrs)
    case("bias_gelu", "BiasGelu", dict(x=normal(3, 8), b=normal(8)), ["y"], ["b"])
    case("fast_gelu", "FastGelu", dict(x=normal(3, 8), b=normal(8)), ["y"], ["b"])
    norm = dict(x=normal(2, 3, 8), skip=normal(2, 3, 8), g=normal(8))
    case("skip_layer_norm", "SkipLayerNormalization", dict(**norm, beta=normal(8), bias=normal(8)), ["y", "", "", "sum"], ["g", "beta", "bias"], epsilon=1e-5)
    case("skip_simplified_layer_norm", "SkipSimplifiedLayerNormalization", dict(**norm, bias=normal(8)), ["y", "", "", "sum"], ["g", "bias"], epsilon=1e-5)
    case("simplified_layer_norm", "SimplifiedLayerNormalization", dict(x=normal(2, 3, 8), g=normal(8)), ["y"], ["g"], domain="", epsilon=1e-5, axis=-1)
    case("matmul_integer_to_float", "MatMulIntegerToFloat",
         dict(a=whole(0, 256, (3, 8), u8), b=whole(-128, 128, (8, 5), i8), sa=s(0.02), sb=rng.random(5).astype(f32), za=np.array(120, u8), zb=None, bias=normal(5)), ["y"], ["b", "sa", "sb", "za", "bias"])
    case("dynamic_quantize_matmul", "DynamicQuantizeMatMul", dict(a=normal(3, 8), b=whole(-128, 128, (8, 5), i8), sb=s(0.03), zb=np.array(0, i8), bias=normal(5)), ["y"], ["b", "sb", "zb", "bias"])


def qlinear():
    for t, z in [(u8, 128), (i8, 3)]:
        info = np.iinfo(t)
        data = lambda *shape: whole(info.min, info.max + 1, shape, t)
        zp = lambda d=0: np.array(z + d, t)
        kind = t.__name__
        for op in ["Add", "Mul"]:
            case(f"qlinear_{op.lower()}_{kind}", f"QLinear{op}", dict(a=data(2, 3, 4), sa=s(0.02), za=zp(), b=data(3, 1), sb=s(0.03), zb=zp(1), sc=s(0.04), zc=zp(2)), ["y"],
                 ["sa", "za", "sb", "zb", "sc", "zc"])
        case(f"qlinear_sigmoid_{kind}", "QLinearSigmoid", dict(x=data(40), sx=s(0.05), zx=zp(), sy=s(1 / 256), zy=np.array(info.min, t)), ["y"], ["sx", "zx", "sy", "zy"])
        case(f"qlinear_leaky_{kind}", "QLinearLeakyRelu", dict(x=data(40), sx=s(0.05), zx=zp(), sy=s(0.04), zy=zp(1)), ["y"], ["sx", "zx", "sy", "zy"], alpha=0.1)
        case(f"qlinear_softmax_{kind}", "QLinearSoftmax", dict(x=data(3, 10), sx=s(0.05), zx=zp(), sy=s(1 / 256), zy=np.array(info.min, t)), ["y"], ["sx", "zx", "sy", "zy"], axis=-1, opset=13)
        case(f"qlinear_average_{kind}", "QLinearAveragePool", dict(x=data(1, 2, 6, 6), sx=s(0.05), zx=zp(), sy=s(0.04), zy=zp(1)), ["y"], ["sx", "zx", "sy", "zy"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
        case(f"qlinear_average_last_{kind}", "QLinearAveragePool", dict(x=data(1, 6, 6, 2), sx=s(0.05), zx=zp(), sy=s(0.04), zy=zp(1)), ["y"], ["sx", "zx", "sy", "zy"], kernel_shape=[2, 2], channels_last=1)
        case(f"qlinear_global_{kind}", "QLinearGlobalAveragePool", dict(x=data(1, 3, 5, 4), sx=s(0.05), zx=zp(), sy=s(0.04), zy=zp(1)), ["y"], ["sx", "zx", "sy", "zy"])
        case(f"qlinear_concat_{kind}", "QLinearConcat", dict(sy=s(0.04), zy=zp(1), a=data(2, 3), sa=s(0.05), za=zp(), b=data(2, 2), sb=s(0.02), zb=zp(2)), ["y"], ["sy", "zy", "sa", "za", "sb", "zb"], axis=1)


if __name__ == "__main__":
    for old in HERE.glob("*.onnx"):
        old.unlink()
    attention()
    multi_head()
    group_query()
    others()
    qlinear()
