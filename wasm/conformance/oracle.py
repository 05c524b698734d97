"""Runs ONNX models for `dehug-run conformance`, in other implementations: a line of JSON in, a line of JSON out.

A question names a model, a case's own data set, and input files. The first implementation that passes the case's own
data answers: onnxruntime, else ONNX's reference evaluator. The answer's outputs are TensorProto files.
"""

import json
import os
import sys
import warnings

os.environ["ALLOW_RELEASED_ONNX_OPSET_ONLY"] = "0"  # the suite is newer than any release of onnxruntime

import numpy
import onnx
import onnxruntime
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

warnings.simplefilter("ignore")
onnxruntime.set_default_logger_severity(4)


def onnxruntime_session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return lambda feeds: session.run(None, feeds)


def reference_session(path):
    evaluator = ReferenceEvaluator(onnx.load(path))
    return lambda feeds: evaluator.run(None, feeds)


def read(path):
    with open(path, "rb") as f:
        tensor = onnx.TensorProto()
        tensor.ParseFromString(f.read())
    return numpy_helper.to_array(tensor)


def own_data(question):
    """The case's own inputs and outputs."""
    model = onnx.load(question["model"], load_external_data=False)
    initialized = {t.name for t in model.graph.initializer}
    names = [i.name for i in model.graph.input if i.name not in initialized]
    paths = [os.path.join(question["set"], f"input_{k}.pb") for k in range(len(names))]
    feeds = {name: read(path) for name, path in zip(names, paths) if os.path.exists(path)}
    return feeds, [read(os.path.join(question["set"], f"output_{k}.pb")) for k in range(len(model.graph.output))]


def passes(run, feeds, want):
    """None, or what is wrong with the results on the case's own data."""
    for k, (got, right) in enumerate(zip(run(feeds), want)):
        got = numpy.asarray(got)
        if got.shape != right.shape or got.dtype != right.dtype:
            return f"output {k} is {got.dtype}{list(got.shape)}, the suite has {right.dtype}{list(right.shape)}"
        if right.dtype.kind in "fcV" or right.dtype.name == "bfloat16":
            same = numpy.allclose(got.astype("f8"), right.astype("f8"), rtol=1e-3, atol=1e-7, equal_nan=True)
        else:
            same = numpy.array_equal(got, right)
        if not same:
            return f"output {k} differs from the suite's"
    return None


def sentence(error):
    """The part of an exception that says what is wrong, on one line and without this machine's paths."""
    text = " ".join(str(error).split())
    for before in ("Status Message: ", " was false. ", "NOT_IMPLEMENTED : ", "INVALID_GRAPH : ", "RUNTIME_EXCEPTION : ", "INVALID_ARGUMENT : ", "FAIL : "):
        text = text[text.find(before) + len(before):] if before in text else text
    text = " ".join(w for w in text.replace(" with name ''", "").split() if "/" not in w)
    return (text or type(error).__name__)[:120]


def answer(question):
    feeds = {name: read(path) for name, path in zip(question["inputs"], question["files"])}
    own, want = own_data(question)
    why = []
    for name, make in (("onnxruntime", onnxruntime_session), ("reference evaluator", reference_session)):
        try:
            run = make(question["model"])
            wrong = passes(run, own, want)
        except Exception as error:  # whatever it is, this implementation cannot answer
            wrong = sentence(error)
        if wrong:
            why.append(f"{name}: {wrong}")
            continue
        try:
            results = run(feeds)
            for k, result in enumerate(results):
                with open(f"{question['out']}{k}.pb", "wb") as f:
                    f.write(numpy_helper.from_array(numpy.asarray(result)).SerializeToString())
        except Exception as error:
            return {"by": "", "why": "; ".join(why), "error": f"{name}: {sentence(error)}"}
        return {"by": name, "why": "; ".join(why), "error": ""}
    return {"by": "", "why": "; ".join(why), "error": ""}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
