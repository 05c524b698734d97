"""Writes two tiny decoders with random weights, and the tokens that onnxruntime
generates with them.

    .venv/bin/python wasm/testdata/decoder/make.py

decoder.onnx spells attention out, with learned positions; grouped.onnx has
GroupQueryAttention with rotary positions, and an attention mask. Both have a
cache: past_key_values.N.key becomes present.N.key. The prompt and what follows
it, chosen greedily, is the initializer "tokens", which nothing uses.
"""
import pathlib

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).parent
VOCAB, WIDTH, HEADS, SIZE, LAYERS, LONGEST = 64, 32, 2, 16, 2, 64
PROMPT = [11, 3, 42, 7, 7]
STEPS = 24


class Builder:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.nodes, self.stored, self.count = [], [], 0

    def const(self, value, dtype):
        self.count += 1
        name = f"c{self.count}"
        self.stored.append(numpy_helper.from_array(np.array(value, dtype), name))
        return name

    def weight(self, *shape, scale=None):
        scale = scale or 1.5 / np.sqrt(shape[0])
        return self.const(self.rng.standard_normal(shape) * scale, np.float32)

    def op(self, kind, *inputs, out=None, **attrs):
        self.count += 1
        name = out or f"v{self.count}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attrs))
        return name

    def ints(self, *v):
        return self.const(v, np.int64)

    def norm(self, x):
        return self.op("LayerNormalization", x, self.const(np.ones(WIDTH), np.float32), self.const(np.zeros(WIDTH), np.float32), axis=-1)

    def mlp(self, x):
        h = self.op("MatMul", x, self.weight(WIDTH, 2 * WIDTH))
        gate = self.op("Erf", self.op("Div", h, self.const(np.sqrt(2), np.float32)))
        gate = self.op("Mul", self.op("Mul", h, self.const(0.5, np.float32)), self.op("Add", gate, self.const(1, np.float32)))
        return self.op("MatMul", gate, self.weight(2 * WIDTH, WIDTH))

    def heads(self, x, count):
        return self.op("Transpose", self.op("Reshape", x, self.ints(0, 0, count, SIZE)), perm=[0, 2, 1, 3])


def decoder(grouped):
    b = Builder(5 if grouped else 4)
    few = 1 if grouped else HEADS
    x = b.op("Gather", b.weight(VOCAB, WIDTH, scale=1), "input_ids", axis=0)
    if grouped:
        lengths = b.op("Cast", b.op("Sub", b.op("ReduceSum", "attention_mask", b.ints(1), keepdims=0), b.ints(1)), to=TensorProto.INT32)
        total = b.op("Cast", b.op("Gather", b.op("Shape", "attention_mask"), b.const(1, np.int64), axis=0), to=TensorProto.INT32)
        angle = np.outer(np.arange(LONGEST), 100.0 ** (-np.arange(SIZE // 2) / (SIZE // 2)))
        cos, sin = b.const(np.cos(angle), np.float32), b.const(np.sin(angle), np.float32)
    else:
        past = b.op("Gather", b.op("Shape", "past_key_values.0.key"), b.const(2, np.int64), axis=0)
        new = b.op("Gather", b.op("Shape", "input_ids"), b.const(1, np.int64), axis=0)
        end = b.op("Add", past, new)
        places = b.op("Range", past, end, b.const(1, np.int64))
        x = b.op("Add", x, b.op("Gather", b.weight(LONGEST, WIDTH, scale=1), places, axis=0))
        seen = b.op("LessOrEqual", b.op("Range", b.const(0, np.int64), end, b.const(1, np.int64)), b.op("Unsqueeze", places, b.ints(1)))
        mask = b.op("Where", seen, b.const(0, np.float32), b.const(-1e9, np.float32))
    for i in range(LAYERS):
        h = b.norm(x)
        q, k, v = (b.op("MatMul", h, b.weight(WIDTH, n * SIZE)) for n in (HEADS, few, few))
        pk, pv, nk, nv = (f"{side}.{i}.{what}" for side in ("past_key_values", "present") for what in ("key", "value"))
        if grouped:
            b.nodes.append(helper.make_node("GroupQueryAttention", [q, k, v, pk, pv, lengths, total, cos, sin], [f"a{i}", nk, nv], domain="com.microsoft",
                                            num_heads=HEADS, kv_num_heads=few, do_rotary=1))
            y = f"a{i}"
        else:
            k = b.op("Concat", pk, b.heads(k, few), out=nk, axis=2)
            v = b.op("Concat", pv, b.heads(v, few), out=nv, axis=2)
            scores = b.op("MatMul", b.heads(q, HEADS), b.op("Transpose", k, perm=[0, 1, 3, 2]))
            scores = b.op("Softmax", b.op("Add", b.op("Mul", scores, b.const(SIZE ** -0.5, np.float32)), mask), axis=-1)
            y = b.op("Reshape", b.op("Transpose", b.op("MatMul", scores, v), perm=[0, 2, 1, 3]), b.ints(0, 0, -1))
        x = b.op("Add", x, b.op("MatMul", y, b.weight(HEADS * SIZE, WIDTH)))
        x = b.op("Add", x, b.mlp(b.norm(x)))
    b.op("MatMul", b.norm(x), b.weight(WIDTH, VOCAB), out="logits")
    f, i = TensorProto.FLOAT, TensorProto.INT64
    inputs = [helper.make_tensor_value_info("input_ids", i, ["batch_size", "sequence_length"])]
    if grouped:
        inputs.append(helper.make_tensor_value_info("attention_mask", i, ["batch_size", "total_sequence_length"]))
    outputs = [helper.make_tensor_value_info("logits", f, ["batch_size", "sequence_length", VOCAB])]
    for n in range(LAYERS):
        for what in ("key", "value"):
            inputs.append(helper.make_tensor_value_info(f"past_key_values.{n}.{what}", f, ["batch_size", few, "past_sequence_length", SIZE]))
            outputs.append(helper.make_tensor_value_info(f"present.{n}.{what}", f, ["batch_size", few, "present_length", SIZE]))

    def model(stored):
        g = helper.make_graph(b.nodes, "decoder", inputs, outputs, stored)
        return helper.make_model(g, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)], ir_version=8)

    session = onnxruntime.InferenceSession(model(b.stored).SerializeToString(), providers=["CPUExecutionProvider"])
    cache = {v.name: np.zeros((1, few, 0, SIZE), np.float32) for v in inputs if v.name.startswith("past")}
    tokens, feed = list(PROMPT), list(PROMPT)
    for _ in range(STEPS):
        fed = {"input_ids": np.array([feed], np.int64), **cache}
        if grouped:
            fed["attention_mask"] = np.ones((1, len(tokens)), np.int64)
        out = dict(zip([o.name for o in outputs], session.run(None, fed)))
        best = np.sort(out["logits"][0, -1])
        assert best[-1] - best[-2] > 1e-3, "a tie"
        feed = [int(out["logits"][0, -1].argmax())]
        tokens += feed
        cache = {k: out[k.replace("past_key_values", "present")] for k in cache}
    print(tokens)
    name = "grouped.onnx" if grouped else "decoder.onnx"
    stored = b.stored + [numpy_helper.from_array(np.array(tokens, np.int64), "tokens")]
    (HERE / name).write_bytes(model(stored).SerializeToString())


if __name__ == "__main__":
    decoder(False)
    decoder(True)
