package onnxtest

import (
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
)

// Structure returns an ONNX file without its weights: raw data of more than
// 1 KiB of the graph's initializers becomes external data. What is no ONNX file
// is returned as it is.
func Structure(file []byte) []byte {
	const graph, initializer = 7, 5
	return eachField(file, graph, func(g []byte) []byte {
		return eachField(g, initializer, withoutData)
	})
}

func withoutData(tensor []byte) []byte {
	const rawData, externalData, dataLocation = 9, 13, 14
	size := -1
	out := eachField(tensor, rawData, func(b []byte) []byte {
		size = len(b)
		return nil
	})
	if size <= 1<<10 {
		return tensor
	}
	t := &Message{}
	for _, e := range [][2]string{{"location", "weights"}, {"offset", "0"}, {"length", strconv.Itoa(size)}} {
		t.Sub(externalData, (&Message{}).Text(1, e[0]).Text(2, e[1]))
	}
	return append(out, t.Varint(dataLocation, 1).Encode(false)...)
}

// eachField maps the contents of a length-delimited field; nil drops the field.
func eachField(b []byte, num protowire.Number, f func([]byte) []byte) []byte {
	var out []byte
	for rest := b; len(rest) > 0; {
		got, kind, tag := protowire.ConsumeTag(rest)
		if tag < 0 {
			return b
		}
		size := protowire.ConsumeFieldValue(got, kind, rest[tag:])
		if size < 0 {
			return b
		}
		if got != num || kind != protowire.BytesType {
			out = append(out, rest[:tag+size]...)
		} else if content, _ := protowire.ConsumeBytes(rest[tag:]); content != nil {
			if content = f(content); content != nil {
				out = protowire.AppendBytes(protowire.AppendTag(out, num, protowire.BytesType), content)
			}
		}
		rest = rest[tag+size:]
	}
	return out
}
