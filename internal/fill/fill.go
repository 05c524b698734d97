// Package fill reads into buffers.
package fill

import "io"

// Buffer reads until buf is full or r ends, with io.EOF. io.ReadFull will not do: its ErrUnexpectedEOF can also be r's own, from a source that was
// cut off.
func Buffer(r io.Reader, buf []byte) (n int, err error) {
	for n < len(buf) && err == nil {
		var k int
		k, err = r.Read(buf[n:])
		n += k
	}
	return n, err
}
