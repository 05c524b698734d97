package gateway

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ipfs/boxo/ipld/merkledag"
	"github.com/ipfs/boxo/ipld/unixfs"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/deny"
)

const (
	typeRaw = "application/vnd.ipld.raw"
	typeCAR = "application/vnd.ipld.car"
	// maxRun is how many bytes of a file one CAR may hold to be planned as a whole before it is sent: our readers ask for 8 MiB.
	maxRun = 64 << 20
	// maxNodes bounds the nodes of a file that such a plan reads: two levels of them hold the largest file of the format.
	maxNodes = 128
)

// keeper gives blocks as files, which the kernel sends without showing them to us. The bytes have been hashed, lately.
type keeper interface {
	Open(ctx context.Context, c manifest.CID) (io.ReadCloser, int64, error)
}

// direct answers what readers of models ask for, a block and neighbouring chunks of a file, with the headers that boxo
// would send, at a fraction of its cost: BenchmarkBlock says 0.5 ms for a MiB, reader included, in place of 2.4 (there a block is read,
// hashed and copied four times).
// Whatever is unusual about a request or its blocks is left to next, which is boxo's handler.
type direct struct {
	blocks  relay.Blocks
	denied  *deny.Lists
	silence time.Duration
	next    http.Handler
}

func (d direct) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, below, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/ipfs/"), "/")
	c, err := manifest.ParseCID(name)
	if err != nil || below != "" || !usual(r) {
		d.next.ServeHTTP(w, r)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), d.silence)
	defer cancel()
	done := false
	switch query := r.URL.RawQuery; {
	case query == "format=raw", query == "" && r.Header.Get("Accept") == typeRaw:
		done = d.block(ctx, w, r, c)
	case r.Method == http.MethodGet && r.Header.Get("Range") == "" && strings.Contains(query, "format=car"):
		if run, ok := parseRun(r); ok {
			done = d.run(ctx, w, r, c, run)
		}
	}
	if !done {
		d.next.ServeHTTP(w, r)
	}
}

// usual reports whether nothing in a request's header changes the answer, but its format.
func usual(r *http.Request) bool {
	for _, key := range []string{"If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range", "Range", "Service-Worker"} {
		if r.Header.Get(key) != "" {
			return false
		}
	}
	return !strings.Contains(r.Header.Get("Cache-Control"), "only-if-cached") && (r.Method == http.MethodGet || r.Method == http.MethodHead)
}

// open returns a block's bytes and how many there are.
func (d direct) open(ctx context.Context, c manifest.CID) (io.ReadCloser, int64, error) {
	if k, ok := d.blocks.(keeper); ok {
		return k.Open(ctx, c)
	}
	data, err := d.blocks.Get(ctx, c)
	if err != nil {
		return nil, 0, err
	}
	return io.NopCloser(bytes.NewReader(data)), int64(len(data)), nil
}

func (d direct) block(ctx context.Context, w http.ResponseWriter, r *http.Request, c manifest.CID) bool {
	body, size, err := d.open(ctx, c)
	if err != nil {
		return false // next says what is wrong, and logs it
	}
	defer body.Close()
	h := w.Header()
	if r.URL.RawQuery == "" {
		h.Set("Content-Location", r.URL.Path+"?format=raw")
	}
	h.Set("Accept-Ranges", "bytes")
	h.Set("Content-Type", typeRaw)
	h.Set("Etag", `"`+string(c)+`.raw"`)
	immutable(h, c, string(c)+".bin", size)
	if r.Method == http.MethodGet {
		io.Copy(w, body) // whoever goes away needs no answer
	}
	return true
}

// immutable sets what all answers have in common.
func immutable(h http.Header, c manifest.CID, file string, size int64) {
	h.Set("Cache-Control", "public, max-age=29030400, immutable")
	h.Set("Content-Disposition", "attachment; filename=\""+file+"\"; filename*=UTF-8''"+file)
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("Ipfs-Uri", "ipfs://"+string(c))
	h.Set("X-Ipfs-Roots", string(c))
}

// run is a range of a file's bytes: from the first to the last of them.
type run struct {
	from, to int64
	dups     bool
}

// parseRun reads format=car&dag-scope=entity&entity-bytes=FROM:TO, perhaps with car-dups, and nothing else.
func parseRun(r *http.Request) (run, bool) {
	var out run
	if accept := r.Header.Get("Accept"); accept != "" && accept != "*/*" && accept != typeCAR {
		return out, false // it may have parameters
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return out, false
	}
	for key, values := range query {
		ok := len(values) == 1
		switch value := values[0]; key {
		case "format":
			ok = ok && value == "car"
		case "dag-scope":
			ok = ok && value == "entity"
		case "car-dups":
			ok = ok && (value == "y" || value == "n")
			out.dups = value == "y"
		case "entity-bytes":
			from, to, _ := strings.Cut(value, ":")
			a, errFrom := strconv.ParseUint(from, 10, 62)
			b, errTo := strconv.ParseUint(to, 10, 62)
			ok = ok && errFrom == nil && errTo == nil
			out.from, out.to = int64(a), int64(b)
		default:
			ok = false
		}
		if !ok {
			return out, false
		}
	}
	ok := query.Has("entity-bytes") && query.Has("dag-scope")
	return out, ok && out.from <= out.to && out.to-out.from < maxRun
}

// section is one block of a CAR.
type section struct {
	cid  manifest.CID
	data []byte // nil for a leaf
	size int64
}

// head is what stands before the block: the length of what follows, and the CID.
func (s section) head() []byte {
	id := s.cid.Bytes()
	return append(binary.AppendUvarint(nil, uint64(len(id))+uint64(s.size)), id...)
}

// run sends a CAR of the file's nodes and leaves that overlap the range, depth first.
func (d direct) run(ctx context.Context, w http.ResponseWriter, r *http.Request, c manifest.CID, want run) bool {
	if c.Codec() != manifest.DagPB {
		return false
	}
	p := planner{direct: d, ctx: ctx, run: want, seen: map[manifest.CID]bool{}}
	if !p.node(c, 0) {
		return false
	}
	header := carHeader(c)
	size := int64(len(header))
	for _, s := range p.sections {
		size += int64(len(s.head())) + s.size
	}
	h := w.Header()
	h.Set("Accept-Ranges", "none")
	dups := "n"
	if want.dups {
		dups = "y"
	}
	h.Set("Content-Type", typeCAR+"; version=1; order=dfs; dups="+dups)
	h.Set("Etag", fmt.Sprintf(`W/"%s.car.%d-%d.%s"`, c, want.from, want.to, dups))
	immutable(h, c, string(c)+".car", size)
	if strings.Contains(r.Header.Get("Cache-Control"), "no-cache") {
		// Who asks past all caches will keep nothing, so there is no need for anybody to. Of an answer that says so Chromium makes no
		// second copy in the page, which is 0.5 ms of processor for a MiB.
		h.Set("Cache-Control", "no-store")
	}
	w.Write(header)
	for _, s := range p.sections {
		if _, err := w.Write(s.head()); err != nil {
			return true
		}
		if err := d.send(ctx, w, s); err != nil {
			panic(http.ErrAbortHandler) // the length that was promised does not come
		}
	}
	return true
}

func (d direct) send(ctx context.Context, w http.ResponseWriter, s section) error {
	if s.data != nil {
		_, err := w.Write(s.data)
		return err
	}
	body, size, err := d.open(context.WithoutCancel(ctx), s.cid) // ctx was for the plan
	if err != nil {
		return err
	}
	defer body.Close()
	if size != s.size {
		return io.ErrUnexpectedEOF
	}
	_, err = io.Copy(w, body)
	return err
}

// planner lists what a CAR is to hold, once all of it is known to be here.
type planner struct {
	direct
	ctx      context.Context
	run      run
	sections []section
	seen     map[manifest.CID]bool // when each block is to be sent once
	nodes    int
}

// node adds a dag-pb node, whose part of the file begins at the given byte, and what lies below it in the range.
func (p *planner) node(c manifest.CID, at int64) bool {
	if p.nodes++; p.nodes > maxNodes {
		return false
	}
	data, err := p.blocks.Get(p.ctx, c)
	if err != nil {
		return false
	}
	pb, err := merkledag.DecodeProtobuf(data)
	if err != nil {
		return false
	}
	file, err := unixfs.FSNodeFromBytes(pb.Data())
	if err != nil || file.Type() != unixfs.TFile || file.NumChildren() != len(pb.Links()) || len(file.Data()) > 0 {
		return false
	}
	if at == 0 && p.run.from >= int64(file.FileSize()) && p.nodes == 1 {
		return false
	}
	p.add(section{cid: c, data: data, size: int64(len(data))})
	for i, link := range pb.Links() {
		size := int64(file.BlockSize(i))
		if size <= 0 {
			return false
		}
		from := at
		at += size
		if at <= p.run.from || from > p.run.to {
			continue
		}
		if p.denied.Find(link.Cid, "") != nil {
			return false
		}
		below, err := name(link.Cid)
		if err != nil || link.Cid.Version() != 1 {
			return false
		}
		if below.Codec() == manifest.DagPB {
			if !p.node(below, from) {
				return false
			}
			continue
		}
		if !p.leaf(below, size) {
			return false
		}
	}
	return true
}

// leaf adds a block of the file's bytes. It is opened once here, to know that it holds, and again when its turn has come: a
// plan keeps no files open.
func (p *planner) leaf(c manifest.CID, size int64) bool {
	body, n, err := p.open(p.ctx, c)
	if err != nil {
		return false
	}
	body.Close()
	if n != size {
		return false
	}
	p.add(section{cid: c, size: size})
	return true
}

func (p *planner) add(s section) {
	if p.run.dups || !p.seen[s.cid] {
		p.seen[s.cid] = true
		p.sections = append(p.sections, s)
	}
}

// carHeader is the header of a CAR of version 1 with one root, in DAG-CBOR: {"roots": [root], "version": 1}.
func carHeader(root manifest.CID) []byte {
	id := root.Bytes()
	body := append([]byte("\xa2\x65roots\x81\xd8\x2a\x58"), byte(len(id)+1), 0)
	body = append(append(body, id...), "\x67version\x01"...)
	return append(binary.AppendUvarint(nil, uint64(len(body))), body...)
}

// busy refuses more than so many requests at once.
func busy(most int, next http.Handler) http.Handler {
	places := make(chan struct{}, most)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			next.ServeHTTP(w, r)
		default:
			w.Header().Set("Cache-Control", "no-store")
			w.Header().Set("Retry-After", "60")
			http.Error(w, "too many requests at once: come back in a minute", http.StatusTooManyRequests)
		}
	})
}
