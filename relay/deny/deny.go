// Package deny says what an operator does not serve: rules in the compact denylist format of IPFS (IPIP-383), the one
// that kubo and the public lists use.
//
//	/ipfs/CID           this block, under any CID of its multihash, and so whatever needs it
//	/ipfs/CID/path      what is at this path below it; path* and path/* mean all that begins so
//	//HASH              the same without naming it: a sha2-256 multihash in base58 of "multihash/path", or 64 hex digits
//	                    of the SHA-256 of "cidv1/path"
//	!RULE               not this, whatever an earlier line says: the last rule that matches counts
//
// The hint gateway_status=451, of a line or in the header, is what HTTP answers instead of 410. Rules for /ipns/ are
// read and mean nothing here: no name is ever resolved.
//
// Unlike others that read the format, a line that is none of these is an error and not a warning: what a court
// orders must not be lost to a typo.
package deny

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/multiformats/go-multihash"
	"go.yaml.in/yaml/v3"

	"github.com/dehug/dehug/relay"
)

const (
	maxHeader = 1 << 20 // both from the format
	maxLine   = 2 << 20
	// lookAgain is how old rules may be: a changed file counts after this long, without a restart.
	lookAgain = time.Second
)

// A Refusal is the rule that keeps something back.
type Refusal struct {
	Status int    // of HTTP: 410, or 451 where a law says so
	Rule   string // file:line, for the operator's log; not for the one who asked
}

// Lists are an operator's files. Nil lists deny nothing.
type Lists struct {
	log   *slog.Logger
	files []*list

	held atomic.Pointer[map[string]bool] // multihashes, beside the files

	mu     sync.Mutex
	looked atomic.Int64 // when the files were last looked at, in Unix nanoseconds
}

// list is one file as it was read last.
type list struct {
	name  string
	at    time.Time // of its last change
	size  int64
	rules atomic.Pointer[rules]
}

// rules by what they begin with: the multihash of a CID. Hidden ones stand under a SHA-256.
type rules struct {
	open   map[string][]rule
	hidden map[[sha256.Size]byte]rule
}

type rule struct {
	path   string // "" is the block itself
	prefix bool
	allow  bool
	status int
	line   int
}

// Open reads the files. log is told of a file that can no longer be read when it has changed; its old rules stay.
func Open(log *slog.Logger, names ...string) (*Lists, error) {
	l := &Lists{log: log}
	for _, name := range names {
		f := &list{name: name}
		if err := f.read(); err != nil {
			return nil, err
		}
		l.files = append(l.files, f)
	}
	l.looked.Store(time.Now().UnixNano())
	return l, nil
}

// Hold makes these blocks denied, beside what the files say and whatever they allow, in place of those that were held before.
func (l *Lists) Hold(blocks []cid.Cid) {
	held := map[string]bool{}
	for _, c := range blocks {
		held[string(c.Hash())] = true
	}
	l.held.Store(&held)
}

// Find returns the rule against what is at path below a CID, or nil. The path has no leading slash and is not
// percent-encoded; "" is the block itself. The first file that says anything counts.
func (l *Lists) Find(c cid.Cid, path string) *Refusal {
	if l == nil {
		return nil
	}
	if held := l.held.Load(); held != nil && (*held)[string(c.Hash())] {
		return &Refusal{http.StatusUnavailableForLegalReasons, "an admin's"}
	}
	if len(l.files) == 0 {
		return nil
	}
	l.refresh()
	for _, f := range l.files {
		if r, ok := f.rules.Load().find(c, strings.Trim(path, "/")); ok {
			if r.allow {
				return nil
			}
			return &Refusal{r.status, fmt.Sprintf("%s:%d", f.name, r.line)}
		}
	}
	return nil
}

func (r *rules) find(c cid.Cid, path string) (rule, bool) {
	of := r.open[string(c.Hash())]
	for i := len(of) - 1; i >= 0; i-- {
		if of[i].path == path || of[i].prefix && strings.HasPrefix(path, of[i].path) {
			return of[i], true
		}
	}
	if len(r.hidden) == 0 {
		return rule{}, false
	}
	modern := c.Hash().B58String()
	if path != "" {
		modern += "/" + path
	}
	if found, ok := r.hidden[sha256.Sum256([]byte(modern))]; ok {
		return found, true
	}
	found, ok := r.hidden[sha256.Sum256([]byte(cid.NewCidV1(c.Type(), c.Hash()).String()+"/"+path))]
	return found, ok
}

// refresh reads again what has changed, at most once in lookAgain.
func (l *Lists) refresh() {
	now := time.Now().UnixNano()
	if now-l.looked.Load() < int64(lookAgain) || !l.mu.TryLock() {
		return
	}
	defer l.mu.Unlock()
	for _, f := range l.files {
		if info, err := os.Stat(f.name); err == nil && info.ModTime().Equal(f.at) && info.Size() == f.size {
			continue
		}
		if err := f.read(); err != nil {
			l.log.Error("the deny list cannot be read, its old rules stay", slog.String("file", f.name), slog.Any("error", err))
		}
	}
	l.looked.Store(now)
}

func (f *list) read() error {
	file, err := os.Open(f.name)
	if err != nil {
		return relay.FileError(err).WithHint("name a file that exists, or leave it out")
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return relay.FileError(err)
	}
	f.at, f.size = info.ModTime(), info.Size() // even if it is wrong: it is complained of once
	r, err := parse(file)
	if err != nil {
		return relay.Errorf(relay.CodeInvalid, "%s:%w", f.name, err).
			WithHint("the format is https://specs.ipfs.tech/compact-denylist-format/")
	}
	f.rules.Store(r)
	return nil
}

// parse reads a list; its errors begin with a line's number.
func parse(in io.Reader) (*rules, error) {
	r := &rules{map[string][]rule{}, map[[sha256.Size]byte]rule{}}
	all := bufio.NewReaderSize(in, maxHeader)
	header, status := 0, http.StatusGone
	if start, err := all.Peek(maxHeader); err != nil && err != io.EOF {
		return nil, fmt.Errorf("1: %w", err)
	} else if end := headerEnd(start); end > 0 {
		if status, err = parseHeader(start[:end]); err != nil {
			return nil, fmt.Errorf("1: header: %w", err)
		}
		header = bytes.Count(start[:end], []byte("\n"))
		all.Discard(end)
	}
	lines := bufio.NewScanner(all)
	lines.Buffer(nil, maxLine)
	n := header
	for lines.Scan() {
		n++
		if err := r.add(strings.TrimSpace(lines.Text()), n, status); err != nil {
			return nil, fmt.Errorf("%d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%d: %w", n+1, err)
	}
	return r, nil
}

// headerEnd is where the rules begin when there is a header, else 0.
func headerEnd(b []byte) int {
	for at := 0; at < len(b); {
		line, _, more := bytes.Cut(b[at:], []byte("\n"))
		next := at + len(line) + 1
		if string(bytes.TrimRight(line, "\r")) == "---" {
			return min(next, len(b))
		}
		if !more {
			return 0
		}
		at = next
	}
	return 0
}

// parseHeader returns the status that its hints set for all rules.
func parseHeader(b []byte) (int, error) {
	var h struct {
		Version *int
		Hints   map[string]string
	}
	if err := yaml.Unmarshal(b, &h); err != nil {
		return 0, err
	}
	if h.Version != nil && *h.Version != 1 {
		return 0, fmt.Errorf("version %d, only 1 is known", *h.Version)
	}
	return statusOf(h.Hints["gateway_status"], http.StatusGone)
}

func statusOf(hint string, otherwise int) (int, error) {
	switch hint {
	case "":
		return otherwise, nil
	case "410":
		return http.StatusGone, nil
	case "451":
		return http.StatusUnavailableForLegalReasons, nil
	}
	return 0, fmt.Errorf("gateway_status is %q, want 410 or 451", hint)
}

func (r *rules) add(line string, n, status int) error {
	if line == "" || line[0] == '#' {
		return nil
	}
	item, hints, _ := strings.Cut(line, " ")
	added := rule{line: n, status: status}
	for hint := range strings.FieldsSeq(hints) {
		if key, value, _ := strings.Cut(hint, "="); key == "gateway_status" {
			var err error
			if added.status, err = statusOf(value, status); err != nil {
				return err
			}
		}
	}
	if item[0] == '!' || item[0] == '+' || item[0] == '-' {
		added.allow, item = true, item[1:]
	}
	switch {
	case strings.HasPrefix(item, "//"):
		return r.hide(item[2:], added)
	case strings.HasPrefix(item, "/ipns/"):
		return nil
	case !strings.HasPrefix(item, "/ipfs/"):
		return fmt.Errorf("%q is no rule, want /ipfs/CID, /ipfs/CID/path or //hash", item)
	}
	name, path, _ := strings.Cut(item[len("/ipfs/"):], "/")
	hash, err := hashOf(name)
	if err != nil {
		return err
	}
	if added.prefix = strings.HasSuffix(path, "*"); added.prefix {
		path = strings.TrimSuffix(path[:len(path)-1], "/")
	}
	if added.path, err = url.PathUnescape(path); err != nil {
		return err
	}
	added.path = strings.Trim(added.path, "/")
	r.open[string(hash)] = append(r.open[string(hash)], added)
	return nil
}

// hashOf is the multihash that a CID or a bare multihash in base58 names.
func hashOf(name string) (multihash.Multihash, error) {
	c, err := cid.Decode(name) // takes a sha2-256 multihash as well: that is a CIDv0
	if err == nil {
		return c.Hash(), nil
	}
	if hash, err := multihash.FromB58String(name); err == nil {
		return hash, nil
	}
	return nil, fmt.Errorf("%q is no CID: %w", name, err)
}

func (r *rules) hide(hash string, added rule) error {
	var key [sha256.Size]byte
	// 64 hex digits are base58 too when there is no 0 among them, but never of a multihash that long: it has 34 bytes.
	if b, err := hex.DecodeString(hash); err == nil && len(b) == len(key) {
		copy(key[:], b)
	} else if m, err := multihash.FromB58String(hash); err != nil {
		return fmt.Errorf("%q is neither 64 hex digits nor a multihash in base58", hash)
	} else if d, err := multihash.Decode(m); err != nil || d.Code != multihash.SHA2_256 || len(d.Digest) != len(key) {
		return fmt.Errorf("%q: only sha2-256 can hide a rule here", hash)
	} else {
		copy(key[:], d.Digest)
	}
	r.hidden[key] = added
	return nil
}
