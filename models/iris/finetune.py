"""Trains the last layer of a classifier further, as a provider's command: dehug-relay provider --allow-command 'finetune=python finetune.py'.

Where things are, DEHUG_* variables say (relay/work). Parameters: epochs, rate. Softmax regression by gradient descent over
train_x.npy and train_y.npy of the data set, from the weights that the model has.
"""

import os
import pathlib

import numpy as np
import onnx
from onnx import numpy_helper

model = onnx.load(pathlib.Path(os.environ["DEHUG_MODEL"]) / "model.onnx")
data = pathlib.Path(os.environ["DEHUG_DATASET"])
x = np.load(data / "train_x.npy").astype(np.float64)
y = np.load(data / "train_y.npy")
epochs, rate = int(os.environ["DEHUG_PARAM_EPOCHS"]), float(os.environ["DEHUG_PARAM_RATE"])
order = np.random.Generator(np.random.PCG64(int(os.environ["DEHUG_SEED"]))).permutation(len(x))
x, y = x[order], y[order]

layers = {tensor.name: tensor for tensor in model.graph.initializer}
weights, bias = (numpy_helper.to_array(layers[name]).astype(np.float64) for name in ("weights", "bias"))
wanted = np.eye(bias.size)[y]
for epoch in range(epochs):
    scores = x @ weights + bias
    likely = np.exp(scores - scores.max(axis=1, keepdims=True))
    likely /= likely.sum(axis=1, keepdims=True)
    if epoch % max(epochs // 10, 1) == 0:
        print(f"loss {-np.log(likely[np.arange(len(y)), y]).mean():.4f}", flush=True)
    error = (likely - wanted) / len(x)
    weights -= rate * x.T @ error
    bias -= rate * error.sum(axis=0)
    print("progress", epoch + 1, epochs, flush=True)
for name, trained in (("weights", weights), ("bias", bias)):
    layers[name].CopyFrom(numpy_helper.from_array(trained.astype("<f4"), name))
onnx.save(model, pathlib.Path(os.environ["DEHUG_OUTPUT"]) / "model.onnx")
