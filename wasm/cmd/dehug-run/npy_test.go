package main

import (
	"bytes"
	"reflect"
	"testing"

	"github.com/dehug/dehug/wasm/graph"
	"github.com/dehug/dehug/wasm/run"
)

func TestNPYRoundTrip(t *testing.T) {
	for _, want := range []run.Tensor{
		{Type: graph.Float32, Dims: []int64{2, 3}, Data: make([]byte, 24)},
		{Type: graph.Int64, Dims: []int64{}, Data: []byte{1, 2, 3, 4, 5, 6, 7, 8}},
		{Type: graph.Uint8, Dims: []int64{0, 4}, Data: []byte{}},
	} {
		b, err := encodeNPY(want)
		if err != nil {
			t.Fatal(err)
		}
		if i := bytes.IndexByte(b, '\n'); (i+1)%64 != 0 {
			t.Errorf("%v: data begins at %d, not at a multiple of 64", want.Dims, i+1)
		}
		got, err := decodeNPY(b)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	}
}

func TestRefuseNPY(t *testing.T) {
	good, err := encodeNPY(run.Tensor{Type: graph.Float32, Dims: []int64{2}, Data: make([]byte, 8)})
	if err != nil {
		t.Fatal(err)
	}
	replace := func(old, new string) []byte { return bytes.Replace(good, []byte(old), []byte(new), 1) }
	for name, b := range map[string][]byte{
		"not npy":           []byte("PK\x03\x04 a zip file"),
		"cut header":        good[:20],
		"cut data":          good[:len(good)-1],
		"column-major":      replace("False", "True "),
		"big-endian":        replace("<f4", ">f4"),
		"unknown type":      replace("<f4", "<U4"),
		"no shape":          replace("shape", "shspe"),
		"negative extent":   replace("(2,)", "(-2)"),
		"product too large": replace("(2,), }", "(2147483648,2147483648), }"),
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := decodeNPY(b); err == nil {
				t.Errorf("got %v, want an error", got.Dims)
			}
		})
	}
}

func FuzzDecodeNPY(f *testing.F) {
	good, err := encodeNPY(run.Tensor{Type: graph.Int8, Dims: []int64{2, 2}, Data: make([]byte, 4)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := decodeNPY(b)
		if err != nil {
			return
		}
		again, err := encodeNPY(x)
		if err != nil {
			t.Fatal(err)
		}
		if y, err := decodeNPY(again); err != nil || !reflect.DeepEqual(x, y) {
			t.Fatalf("got %v, %v, want %v", y, err, x)
		}
	})
}
