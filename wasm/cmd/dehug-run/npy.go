package main

import (
	"fmt"

	"github.com/dehug/dehug/internal/npy"
	"github.com/dehug/dehug/wasm/run"
)

// encodeNPY writes a NumPy file of format version 1.0.
func encodeNPY(t run.Tensor) ([]byte, error) {
	b, err := npy.Encode(t.Type.String(), t.Dims)
	return append(b, t.Data...), err
}

// decodeNPY reads a NumPy file of a dense, row-major, little-endian tensor.
func decodeNPY(b []byte) (run.Tensor, error) {
	h, err := npy.Parse(b)
	if err != nil {
		return run.Tensor{}, err
	}
	data := b[h.At:]
	if want := h.Bytes(); int64(len(data)) != want {
		return run.Tensor{}, fmt.Errorf("shape %v of %s needs %d bytes of data, the file has %d", h.Dims, h.Type, want, len(data))
	}
	typ, _ := run.ParseType(h.Type) // every type of NumPy's is one
	return run.Tensor{Type: typ, Dims: h.Dims, Data: data}, nil
}
