"""Runs a model under native onnxruntime with one thread and prints the median of its run times in milliseconds.

    python native.py SECONDS MODEL.onnx NAME=FILE.npy…
"""

import statistics
import sys
import time

import numpy
import onnxruntime

seconds, model, *args = sys.argv[1:]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = options.inter_op_num_threads = 1
options.log_severity_level = 3
session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
feeds = {name: numpy.load(path) for name, _, path in (arg.rpartition("=") for arg in args)}
times = []
start = time.perf_counter()
while len(times) < 3 or time.perf_counter() - start < float(seconds):
    begin = time.perf_counter()
    session.run(None, feeds)
    times.append((time.perf_counter() - begin) * 1000)
print(f"{statistics.median(times):.3f}")
