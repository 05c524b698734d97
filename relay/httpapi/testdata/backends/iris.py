"""Trains a model, and serves it by MLServer: iris.py FOLDER PORT. The first line it prints is what it answers to [[5.1,3.5,1.4,0.2],[6.7,3.0,5.2,2.3]]."""

import json
import os
import sys

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

folder, port = sys.argv[1], int(sys.argv[2])
x, y = load_iris(return_X_y=True)
model = LogisticRegression(max_iter=1000).fit(x, y)
joblib.dump(model, os.path.join(folder, "iris.joblib"))
with open(os.path.join(folder, "model-settings.json"), "w") as f:
    json.dump({"name": "iris", "implementation": "mlserver_sklearn.SKLearnModel", "parameters": {"uri": "./iris.joblib", "version": "v1"}}, f)
with open(os.path.join(folder, "settings.json"), "w") as f:
    json.dump({"host": "127.0.0.1", "http_port": port, "grpc_port": port + 1, "metrics_endpoint": None, "parallel_workers": 0}, f)
print(json.dumps(model.predict([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]]).tolist()), flush=True)
os.execv(os.path.join(os.path.dirname(sys.executable), "mlserver"), ["mlserver", "start", folder])
