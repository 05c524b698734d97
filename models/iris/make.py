"""Makes a data set of Fisher's irises, and a model that has learned nothing yet, as folders to publish.

    python models/iris/make.py .cache/models/iris/iris.json OUT

OUT/dataset has the 150 flowers as arrays, every fifth of them (test_*.npy) kept from training; OUT/model is one linear layer.
The same input gives the same bytes.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SPECIES = ["setosa", "versicolor", "virginica"]
CREATED = "2026-01-02T15:04:05Z"


def main(source: str, out: str) -> None:
    rows = json.loads(pathlib.Path(source).read_text())
    x = np.array([row[:4] for row in rows], dtype="<f4")
    y = np.array([SPECIES.index(row[4]) for row in rows], dtype="<i8")
    test = np.arange(len(rows)) % 5 == 4
    dataset, model = pathlib.Path(out) / "dataset", pathlib.Path(out) / "model"
    for folder in (dataset, model):
        folder.mkdir(parents=True)
    for name, part in (("train", ~test), ("test", test)):
        np.save(dataset / f"{name}_x.npy", x[part])
        np.save(dataset / f"{name}_y.npy", y[part])
    about = {"version": "1.0.0", "license": {"spdx": "MIT"}, "created": CREATED}
    (dataset / "model.json").write_text(json.dumps({**about, "kind": "dataset", "name": "iris", "title": "Fisher's irises"}))

    random = np.random.Generator(np.random.PCG64(1))
    weights = numpy_helper.from_array(random.normal(0, 0.1, (4, 3)).astype("<f4"), "weights")
    bias = numpy_helper.from_array(np.zeros(3, "<f4"), "bias")
    nodes = [helper.make_node("MatMul", ["x", "weights"], ["product"]), helper.make_node("Add", ["product", "bias"], ["scores"])]
    graph = helper.make_graph(
        nodes,
        "iris",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 4])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 3])],
        [weights, bias],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="dehug")
    onnx.checker.check_model(made)
    onnx.save(made, model / "model.onnx")
    (model / "model.json").write_text(
        json.dumps({**about, "name": "iris-linear", "title": "Irises by one layer", "runtime": {"format": "onnx", "opset": 17}})
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
