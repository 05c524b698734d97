"""Serves a model by llama.cpp until its input ends: llama.py MODEL.gguf [embeddings]. The first line it prints is the server's address."""

import sys

import xllamacpp

p = xllamacpp.CommonParams()
p.model.path = sys.argv[1]
p.n_ctx = 1024
p.n_parallel = 2
p.n_gpu_layers = 0
p.cpuparams.n_threads = 2
if len(sys.argv) > 2:
    p.embedding = True
    p.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
server = xllamacpp.Server(p)
print(server.listening_address, flush=True)
sys.stdin.read()
