package gateway

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	car "github.com/ipld/go-car/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/deny"
	"github.com/dehug/dehug/relay/disk"
)

// The public fixture of boxo's own tests: a plain and a sharded directory, which share two files of several blocks.
//
//	root ┬ basicDir ┬ exampleA (1026 bytes: 4 × 256 + 2)
//	     │          └ exampleB (887 bytes: 3 × 256 + 119)
//	     └ hamtDir (HAMT) ┬ 5B ┬ exampleB, exampleD-hamt-collide-exampleB-seed-364
//	                      └ 9D ┴ exampleC-hamt-collide-exampleA-seed-52, exampleA
const (
	root    = "bafybeid3fd2xxdcd3dbj7trb433h2aqssn6xovjbwnkargjv7fuog4xjdi"
	plain   = "bafybeifdv255wmsrh75vcsrtkcwyktvewgihegeeyhhj2ju4lzt4lqfoze"
	sharded = "bafybeignui4g7l6cvqyy4t6vnbl2fjtego4ejmpcia77jhhwnksmm4bejm"
	shard5B = "bafybeiccgo7euew77gkqkhezn3pozfrciiibqz2u3spdqmgjvd5wqskipm"
	shard9D = "bafybeihjydob4eq5j4m43whjgf5cgftthc42kjno3g24sa3wcw7vonbmfy"
	fileA   = "bafybeigcisqd7m5nf3qmuvjdbakl5bdnh4ocrmacaqkpuh77qjvggmt2sa"
	fileB   = "bafybeid3trcauvcp7fxaai23gkz3qexmlfxnnejgwm57hdvre472dafvha"
	fileC   = "bafkreidqhbqn5htm5qejxpb3hps7dookudo3nncfn6al6niqibi5lq6fee"
	fileD   = "bafkreih2grj7p2bo5yk2guqazxfjzapv6hpm3mwrinv6s3cyayd72ke5he"
)

var (
	partsA = []manifest.CID{
		"bafkreie5noke3mb7hqxukzcy73nl23k6lxszxi5w3dtmuwz62wnvkpsscm", "bafkreih4ephajybraj6wnxsbwjwa77fukurtpl7oj7t7pfq545duhot7cq",
		"bafkreigu7buvm3cfunb35766dn7tmqyh2um62zcio63en2btvxuybgcpue", "bafkreicll3huefkc3qnrzeony7zcfo7cr3nbx64hnxrqzsixpceg332fhe",
		"bafkreifst3pqztuvj57lycamoi7z34b4emf7gawxs74nwrc2c7jncmpaqm",
	}
	partsB = []manifest.CID{
		"bafkreihgbi345degbcyxaf5b3boiyiaxhnuxdysvqmbdyaop2swmhh3s3m", "bafkreiaugmh5gal5rgiems6gslcdt2ixfncahintrmcqvrgxqamwtlrmz4",
		"bafkreiaxwwb7der2qvmteymgtlj7ww7w5vc44phdxfnexog3vnuwdkxuea", "bafkreic5zyan5rk4ccfum4d4mu3h5eqsllbudlj4texlzj6xdgxvldzngi",
	}
)

// publicFixture is a gateway over the fixture, without the blocks that are named.
func publicFixture(t *testing.T, denied *deny.Lists, missing ...manifest.CID) *fixture {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/ipfs/boxo").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	file, err := os.Open(filepath.Join(strings.TrimSpace(string(dir)), "gateway/testdata/directory-with-multilayer-hamt-and-multiblock-files.car"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	folder, err := disk.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r, err := car.NewBlockReader(file)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{blocks: folder.Blocks()}
	for {
		b, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		name := manifest.CID(b.Cid().String())
		if slices.Contains(missing, name) {
			continue
		}
		if err := f.blocks.Put(t.Context(), manifest.Block{CID: name, Data: b.RawData()}); err != nil {
			t.Fatal(err)
		}
	}
	if f.handler, err = New(f.blocks, denied, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	return f
}

// readCAR returns the CIDs of a CAR in their order, each block's hash checked.
func readCAR(t *testing.T, body io.Reader) (got []manifest.CID, whole bool) {
	t.Helper()
	r, err := car.NewBlockReader(body)
	if err != nil {
		t.Fatal(err)
	}
	return readBlocks(r)
}

// readBlocks reads up to the end of a CAR, or to where it is none any more.
func readBlocks(r *car.BlockReader) (got []manifest.CID, whole bool) {
	for {
		b, err := r.Next()
		if err == io.EOF {
			return got, true
		}
		if err != nil {
			return got, false
		}
		got = append(got, manifest.CID(b.Cid().String()))
	}
}

func list(parts ...any) (all []manifest.CID) {
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			all = append(all, manifest.CID(p))
		case []manifest.CID:
			all = append(all, p...)
		}
	}
	return all
}

// Trustless gateway specification, CAR: paths, dag-scope, entity-bytes, order and dups, by blocks and their order.
func TestSpecCAR(t *testing.T) {
	f := publicFixture(t, nil)
	tests := []struct {
		name, path, query string
		want              []manifest.CID
	}{
		{"path through a directory", "/basicDir/exampleA", "", list(root, plain, fileA, partsA)},
		{"path through a sharded directory", "/hamtDir/exampleB", "", list(root, sharded, shard5B, fileB, partsB)},
		{"all of a directory", "/basicDir", "&dag-scope=all", list(root, plain, fileA, partsA, fileB, partsB)},
		{"block of a directory", "/basicDir", "&dag-scope=block", list(root, plain)},
		{"block of a file", "/basicDir/exampleA", "&dag-scope=block", list(root, plain, fileA)},
		{"block behind shards", "/hamtDir/exampleA", "&dag-scope=block", list(root, sharded, shard9D, fileA)},
		{"entity, directory", "/basicDir", "&dag-scope=entity", list(root, plain)},
		{"entity, sharded directory", "/hamtDir", "&dag-scope=entity", list(root, sharded, shard5B, shard9D)},
		{"entity, file", "/basicDir/exampleB", "&dag-scope=entity", list(root, plain, fileB, partsB)},
		{"bytes, all", "/basicDir/exampleA", "&dag-scope=entity&entity-bytes=0:*", list(root, plain, fileA, partsA)},
		{"bytes, first", "/basicDir/exampleA", "&dag-scope=entity&entity-bytes=0:0", list(root, plain, fileA, partsA[:1])},
		{"bytes, middle to end", "/basicDir/exampleA", "&dag-scope=entity&entity-bytes=512:*", list(root, plain, fileA, partsA[2:])},
		{"bytes, middle", "/basicDir/exampleA", "&dag-scope=entity&entity-bytes=512:1023", list(root, plain, fileA, partsA[2:4])},
		{"bytes, end counted from the end", "/basicDir/exampleA", "&dag-scope=entity&entity-bytes=512:-256", list(root, plain, fileA, partsA[2:4])},
		{"bytes, last five", "/basicDir/exampleA", "&dag-scope=entity&entity-bytes=-5:*", list(root, plain, fileA, partsA[3:])},
		{"bytes, from before the start", "/basicDir/exampleA", "&dag-scope=entity&entity-bytes=-9999:*", list(root, plain, fileA, partsA)},
		{"bytes, from before the start to the third last", "/basicDir/exampleA", "&dag-scope=entity&entity-bytes=-9999:-3", list(root, plain, fileA, partsA[:4])},
		{"bytes, to beyond the end", "/basicDir/exampleA", "&dag-scope=entity&entity-bytes=1000:99999", list(root, plain, fileA, partsA[3:])},
		{"bytes of a directory", "/hamtDir", "&dag-scope=entity&entity-bytes=0:*", list(root, sharded, shard5B, shard9D)},
		{"no duplicates", "", "&car-dups=n", list(root, plain, fileA, partsA, fileB, partsB, sharded, shard5B, fileD, shard9D, fileC)},
		{"duplicates", "", "&car-dups=y", list(root, plain, fileA, partsA, fileB, partsB, sharded, shard5B, fileB, partsB, fileD, shard9D, fileC, fileA, partsA)},
		{"order", "/basicDir/exampleA", "&car-order=dfs", list(root, plain, fileA, partsA)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := f.do("GET", "/ipfs/"+root+tt.path+"?format=car"+tt.query)
			if w.Code != 200 {
				t.Fatalf("%d: %s", w.Code, w.Body)
			}
			got, whole := readCAR(t, w.Body)
			if !whole || !slices.Equal(got, tt.want) {
				t.Errorf("whole: %v, blocks are\n%v; want\n%v", whole, got, tt.want)
			}
		})
	}
}

// What is needed is sent though other blocks of the file are missing; what is not there ends the stream as no CAR ends.
func TestSpecMissingBlock(t *testing.T) {
	f := publicFixture(t, nil, partsA[2])
	for query, want := range map[string][]manifest.CID{
		"entity-bytes=0:511":  list(fileA, partsA[:2]),
		"entity-bytes=768:*":  list(fileA, partsA[3:]),
		"entity-bytes=-2:*":   list(fileA, partsA[4:]),
		"entity-bytes=0:*":    nil,
		"entity-bytes=600:*":  nil,
		"dag-scope=entity&x=": nil,
	} {
		w := f.do("GET", "/ipfs/"+fileA+"?format=car&dag-scope=entity&"+query)
		got, whole := readCAR(t, w.Body)
		if want == nil && whole {
			t.Errorf("%s: the CAR looks whole, with %d blocks", query, len(got))
		}
		if want != nil && (!whole || !slices.Equal(got, want)) {
			t.Errorf("%s: blocks are\n%v; want\n%v", query, got, want)
		}
	}
}

// Who asks for which format gets which, and what the reply says of itself.
func TestSpecNegotiation(t *testing.T) {
	f := publicFixture(t, nil)
	const raw, carType = "application/vnd.ipld.raw", "application/vnd.ipld.car"
	tests := []struct {
		name, query string
		accept      string
		want        string // the reply's type
	}{
		{"raw by query", "?format=raw", "", raw},
		{"raw by header", "", raw, raw},
		{"raw among others", "", "text/html, " + raw + ";q=0.5, */*", raw},
		{"car by query", "?format=car", "", carType + "; version=1; order=dfs; dups=n"},
		{"car by header", "", carType, carType + "; version=1; order=dfs; dups=n"},
		{"car with parameters", "", carType + "; version=1; order=dfs; dups=y", carType + "; version=1; order=dfs; dups=y"},
		{"car in any order", "", carType + "; order=unk", carType + "; version=1; order=unk; dups=n"},
		{"car by both", "?format=car", carType + "; dups=y", carType + "; version=1; order=dfs; dups=y"},
		{"the query is stronger", "?format=car", raw, carType + "; version=1; order=dfs; dups=n"},
		{"the query is stronger, raw", "?format=raw", carType, raw},
		{"the query's order is stronger", "?format=car&car-order=dfs", carType + "; order=unk", carType + "; version=1; order=dfs; dups=n"},
		{"the query's dups are stronger", "?format=car&car-dups=y", carType + "; dups=n", carType + "; version=1; order=dfs; dups=y"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := f.do("GET", "/ipfs/"+fileA+tt.query, "Accept", tt.accept)
			if got := w.Header().Get("Content-Type"); w.Code != 200 || got != tt.want {
				t.Errorf("%d %s; want %s", w.Code, got, tt.want)
			}
		})
	}
}

func TestSpecHeaders(t *testing.T) {
	f := publicFixture(t, nil)
	url := "/ipfs/" + root + "/basicDir/exampleA?format=car"
	w := f.do("GET", url)
	for key, want := range map[string]string{
		"Cache-Control":          "public, max-age=29030400, immutable",
		"Accept-Ranges":          "none",
		"X-Content-Type-Options": "nosniff",
	} {
		if got := w.Header().Get(key); got != want {
			t.Errorf("%s is %q; want %q", key, got, want)
		}
	}
	if got := w.Header().Get("Content-Disposition"); !strings.HasPrefix(got, "attachment;") || !strings.Contains(got, ".car") {
		t.Errorf("Content-Disposition is %q", got)
	}
	if got := f.do("GET", url+"&filename=mine.car").Header().Get("Content-Disposition"); !strings.Contains(got, `filename="mine.car"`) {
		t.Errorf("Content-Disposition is %q; want the name that was asked for", got)
	}
	tag := w.Header().Get("Etag")
	if got := f.do("GET", url, "If-None-Match", tag).Code; tag == "" || got != 304 {
		t.Errorf("a CAR that is known by its tag %q = %d; want 304", tag, got)
	}
	tags := map[string]string{}
	for _, query := range []string{"", "&dag-scope=block", "&dag-scope=entity", "&dag-scope=entity&entity-bytes=0:9", "&dag-scope=entity&entity-bytes=0:10", "&car-dups=y", "&car-order=unk"} {
		tag := f.do("GET", url+query).Header().Get("Etag")
		if other, ok := tags[tag]; ok {
			t.Errorf("%q and %q have one tag, %s", query, other, tag)
		}
		tags[tag] = query
	}
	head := f.do("HEAD", url)
	if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Etag") != tag || head.Header().Get("Content-Type") != w.Header().Get("Content-Type") {
		t.Errorf("HEAD = %d, %d bytes, %v", head.Code, head.Body.Len(), head.Header())
	}
	if got := f.do("GET", url, "Range", "bytes=0-9"); got.Code != 200 || got.Body.Len() != w.Body.Len() {
		t.Errorf("a range of a CAR = %d, %d bytes; want all of it", got.Code, got.Body.Len())
	}
}

func TestSpecRanges(t *testing.T) {
	f := publicFixture(t, nil)
	url := "/ipfs/" + string(partsA[0]) + "?format=raw"
	whole := f.do("GET", url).Body.Bytes()
	tests := []struct {
		header string
		code   int
		want   []byte
		says   string
	}{
		{"bytes=0-0", 206, whole[:1], "bytes 0-0/256"},
		{"bytes=200-", 206, whole[200:], "bytes 200-255/256"},
		{"bytes=-56", 206, whole[200:], "bytes 200-255/256"},
		{"bytes=250-999", 206, whole[250:], "bytes 250-255/256"},
		{"bytes=256-", 416, nil, "bytes */256"},
		{"bytes=9-1", 400, nil, ""},
		{"lines=1-2", 400, nil, ""},
	}
	for _, tt := range tests {
		w := f.do("GET", url, "Range", tt.header)
		if w.Code != tt.code || tt.want != nil && !bytes.Equal(w.Body.Bytes(), tt.want) || tt.says != "" && w.Header().Get("Content-Range") != tt.says {
			t.Errorf("%s = %d, %d bytes, Content-Range %q; want %d, %d bytes, %q", tt.header, w.Code, w.Body.Len(), w.Header().Get("Content-Range"), tt.code, len(tt.want), tt.says)
		}
	}
}

func TestSpecRefusals(t *testing.T) {
	f := publicFixture(t, nil)
	tests := []struct {
		name, path string
		header     []string
		code       int
	}{
		{"scope", root + "?format=car&dag-scope=some", nil, 400},
		{"bytes", root + "?format=car&dag-scope=entity&entity-bytes=x", nil, 400},
		{"bytes without a colon", root + "?format=car&dag-scope=entity&entity-bytes=1", nil, 400},
		{"order", root + "?format=car&car-order=bfs", nil, 400},
		{"dups", root + "?format=car&car-dups=maybe", nil, 400},
		{"version", root + "?format=car&car-version=2", nil, 400},
		{"version in the header", root, []string{"Accept", "application/vnd.ipld.car; version=2"}, 400},
		{"header", root, []string{"Accept", "application/vnd.ipld.car; ="}, 400},
		{"no such link", root + "/nothing?format=car&dag-scope=block", nil, 404},
		{"link below a file", fileC + "/x?format=car", nil, 404},
		{"only from a cache, not there", string(manifest.DigestOf([]byte("absent")).RawCID()) + "?format=raw", []string{"Cache-Control", "only-if-cached"}, 412},
		{"only from a cache, there", root + "?format=raw", []string{"Cache-Control", "only-if-cached"}, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if w := f.do("GET", "/ipfs/"+tt.path, tt.header...); w.Code != tt.code {
				t.Errorf("GET %s = %d; want %d: %.100s", tt.path, w.Code, tt.code, w.Body)
			}
		})
	}
	r := httptest.NewRequest("GET", "/ipfs/"+root+"?format=raw", strings.NewReader("a body"))
	w := httptest.NewRecorder()
	if f.handler.ServeHTTP(w, r); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a request with a body = %d; want 413", w.Code)
	}
}

// Denied by path and by block: 410, or 451 where the list says so; in a CAR that has begun, an end that is none.
func TestDenied(t *testing.T) {
	name := filepath.Join(t.TempDir(), "mine.deny")
	text := "/ipfs/" + root + "/hamtDir* gateway_status=451\n/ipfs/" + string(partsA[2]) + "\n/ipfs/" + fileC + " gateway_status=451\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	denied, err := deny.Open(slog.New(slog.DiscardHandler), name)
	if err != nil {
		t.Fatal(err)
	}
	f := publicFixture(t, denied)
	for path, code := range map[string]int{
		root + "?format=raw":                                           200,
		root + "/hamtDir?format=raw":                                   451,
		root + "/hamtDir/exampleA?format=car":                          451,
		root + "/basicDir/exampleB?format=car":                         200,
		sharded + "?format=raw":                                        200, // the rule names a path, not the block
		string(partsA[2]) + "?format=raw":                              410,
		fileC + "?format=raw":                                          451,
		sharded + "/exampleC-hamt-collide-exampleA-seed-52?format=car": 451,
	} {
		for _, method := range []string{"GET", "HEAD"} {
			w := f.do(method, "/ipfs/"+path)
			if w.Code != code {
				t.Errorf("%s %s = %d; want %d", method, path, w.Code, code)
			}
			if method == "HEAD" && w.Body.Len() != 0 && code == 200 {
				t.Errorf("HEAD %s has a body", path)
			}
			if code != 200 && strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
				t.Errorf("%s %s: a refusal that is kept for ever: %s", method, path, w.Header().Get("Cache-Control"))
			}
			if strings.Contains(w.Body.String(), name) {
				t.Errorf("%s %s: the refusal names the operator's file", method, path)
			}
		}
	}
	w := f.do("GET", "/ipfs/"+fileA+"?format=car")
	if got, whole := readCAR(t, w.Body); whole || slices.Contains(got, partsA[2]) {
		t.Errorf("a CAR over a denied block: whole %v, %v", whole, got)
	}
}

// mute never answers a Get before the request is given up.
type mute struct{ relay.Blocks }

func (mute) Get(ctx context.Context, _ manifest.CID) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestRefuseSilentDisk(t *testing.T) {
	f := newFixture(t)
	h, err := newHandler(mute{f.blocks}, nil, slog.New(slog.DiscardHandler), 10*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	ctx, answered := context.WithCancel(t.Context())
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/ipfs/"+string(f.chunks[0])+"?format=raw", nil))
	answered() // as net/http ends it
	if w.Code != http.StatusGatewayTimeout {
		t.Errorf("a disk that does not answer = %d; want 504", w.Code)
	}
}
