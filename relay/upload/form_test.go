package upload

import (
	"bytes"
	"io"
	"mime/multipart"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// formOf is a form that names some blocks and has these parts.
func formOf(hashes []manifest.Digest, parts ...[]byte) (body []byte, boundary string) {
	var list []byte
	for _, h := range hashes {
		list = append(list, h[:]...)
	}
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for i, data := range append([][]byte{list}, parts...) {
		part, err := w.CreateFormFile([]string{"hashes", "file"}[min(i, 1)], "blob")
		if err != nil {
			panic(err)
		}
		part.Write(data)
	}
	w.Close()
	return buf.Bytes(), w.Boundary()
}

func hashesOfParts(parts ...[]byte) (hashes []manifest.Digest) {
	for _, data := range parts {
		for at := 0; at == 0 || at < len(data); at += manifest.ChunkSize {
			hashes = append(hashes, manifest.DigestOf(data[at:min(len(data), at+manifest.ChunkSize)]))
		}
	}
	return hashes
}

func TestForm(t *testing.T) {
	weights := bytes.Repeat([]byte("weights."), manifest.ChunkSize/8*2+5) // two chunks that are the same, and a bit
	b := newBench(t, map[string]string{"a.onnx": string(weights), "empty.txt": "", "README.md": "# It greets"})
	up := b.begin()
	parts := [][]byte{weights}
	for _, block := range b.blocks {
		if len(block.Data) < manifest.ChunkSize {
			parts = append(parts, block.Data)
		}
	}
	parts = append(parts, nil)
	body, boundary := formOf(hashesOfParts(parts...), parts...)
	unique := map[manifest.CID]int{}
	for _, block := range b.blocks {
		unique[block.CID] = len(block.Data)
	}
	var size int64
	for _, n := range unique {
		size += int64(n)
	}
	for range 2 { // again, it changes nothing
		if err := b.Form(ctx, up, multipart.NewReader(bytes.NewReader(body), boundary)); err != nil {
			t.Fatal(err)
		}
		if n, blocks, err := b.Size(up); n != size || blocks != len(unique) || err != nil {
			t.Errorf("Size = %d in %d blocks, %v; want %d in %d", n, blocks, err, size, len(unique))
		}
	}
	if _, err := b.Finish(ctx, up, b.ref); err != nil {
		t.Error(err)
	}
}

// What arrived before something was wrong is there.
func TestRefuseForm(t *testing.T) {
	one, two := bytes.Repeat([]byte{1}, manifest.ChunkSize), []byte("two")
	good := hashesOfParts(one, two)
	whole, boundary := formOf(good, one, two)
	b := newBench(t, map[string]string{"a.onnx": "x"})
	for _, c := range []struct {
		name     string
		body     []byte
		boundary string
		code     relay.Code
		says     string
		kept     int
	}{
		{"no form", []byte("hello"), "x", relay.CodeInvalid, "form", 0},
		{"empty", nil, "x", relay.CodeInvalid, "form", 0},
		{"no parts", []byte("--x--\r\n"), "x", relay.CodeInvalid, "empty", 0},
		{"no hashes first", bytes.Replace(whole, []byte(`name="hashes"`), []byte(`name="hushes"`), 1), boundary, relay.CodeInvalid, `begins with "hushes"`, 0},
		{"half a hash", firstPart([]byte("half")), "x", relay.CodeInvalid, "4 bytes", 0},
		{"too many hashes", firstPart(make([]byte, manifest.MaxBlock+32)), "x", relay.CodeTooLarge, "more than", 0},
		{"a block that is another", nil, "other", relay.CodeUnverified, "", 1},
		{"fewer blocks than hashes", nil, "fewer", relay.CodeInvalid, "1 of the 2", 1},
		{"more blocks than hashes", nil, "more", relay.CodeInvalid, "more than the 1", 1},
		{"cut off in a block", whole[:len(whole)/2], boundary, relay.CodeInvalid, "EOF", 0},
		{"cut off after a block", whole[:len(whole)-len(boundary)-10], boundary, relay.CodeInvalid, "EOF", 1},
		{"more than was reserved", nil, "large", relay.CodeQuota, "at most", 1},
	} {
		switch c.boundary {
		case "other":
			c.body, c.boundary = formOf([]manifest.Digest{good[0], good[0]}, one, two)
		case "fewer":
			c.body, c.boundary = formOf(good, one)
		case "more":
			c.body, c.boundary = formOf(good[:1], one, two)
		case "large":
			many := bytes.Repeat([]byte{9}, 2*manifest.ChunkSize-1)
			c.body, c.boundary = formOf(hashesOfParts(many), many)
		}
		up, err := b.Begin(ctx, b.author, manifest.ChunkSize+100)
		if err != nil {
			t.Fatal(err)
		}
		err = b.Form(ctx, up, multipart.NewReader(bytes.NewReader(c.body), c.boundary))
		if relay.ErrorCode(err) != c.code || !strings.Contains(err.Error(), c.says) || relay.ErrorHint(err) == "" {
			t.Errorf("%s: %v (%s); want %s with %q and a hint", c.name, err, relay.ErrorHint(err), c.code, c.says)
		}
		if _, kept, err := b.Size(up); kept != c.kept || err != nil {
			t.Errorf("%s: %d blocks are kept, %v; want %d", c.name, kept, err, c.kept)
		}
	}
}

// firstPart is a form of a first part only, with the boundary x.
func firstPart(hashes []byte) []byte {
	return []byte("--x\r\nContent-Disposition: form-data; name=\"hashes\"\r\n\r\n" + string(hashes) + "\r\n--x--\r\n")
}

// slowly gives one byte at a time.
type slowly struct{ io.Reader }

func (s slowly) Read(b []byte) (int, error) { return s.Reader.Read(b[:min(1, len(b))]) }

func FuzzForm(f *testing.F) {
	one, boundary := formOf(hashesOfParts([]byte("one"), nil), []byte("one"), nil)
	f.Add(bytes.ReplaceAll(one, []byte(boundary), []byte("x")))
	f.Add(firstPart(make([]byte, 32)))
	b := newBench(f, map[string]string{"a.onnx": "x"})
	up, err := b.Begin(ctx, b.author, 1<<20)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		quick := b.Form(ctx, up, multipart.NewReader(bytes.NewReader(body), "x"))
		slow := b.Form(ctx, up, multipart.NewReader(slowly{bytes.NewReader(body)}, "x"))
		if relay.ErrorCode(quick) != relay.ErrorCode(slow) || relay.ErrorCode(quick) == relay.CodeInternal {
			t.Errorf("at once: %v, slowly: %v", quick, slow)
		}
	})
}
