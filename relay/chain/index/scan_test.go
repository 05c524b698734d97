package index

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/store"
)

// risky makes a release that only a source has, with a pickle in it.
func (h *hub) risky(by devnet.Account, name string) *publish.Result {
	h.t.Helper()
	dir := h.t.TempDir()
	for file, text := range map[string]string{
		publish.AuthorFile: `{"name": "` + name + `", "version": "1.0.0", "title": "A model", "license": {"spdx": "MIT"}, "runtime": {"format": "onnx", "opset": 17}}`,
		"m.onnx":           "weights of " + name, "extra.bin": "\x80\x02cposix\nsystem\nq\x00.",
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			h.t.Fatal(err)
		}
	}
	r, err := publish.Publish(h.t.Context(), h.other.Blocks(), dir, publish.Options{Key: by.Signer(), Created: time.Unix(1_900_000_000, 0).UTC()})
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// wantScanned wants the pickle of risky found, and nothing else to be scanned.
func (h *hub) wantScanned(r *publish.Result) {
	h.t.Helper()
	found, err := h.store.Warnings(h.t.Context(), string(r.Release.Manifest))
	if err != nil || len(found) != 1 || found[0].Path != "extra.bin" || found[0].Kind != "pickle" {
		h.t.Errorf("warnings %+v, %v; want one of a pickle in extra.bin", found, err)
	}
	if due, err := h.store.ScansDue(h.t.Context(), 10); err != nil || len(due) > 0 {
		h.t.Errorf("due for a scan: %v, %v", due, err)
	}
}

// What is listed because it is on chain is scanned too: here out of blocks that only a source has.
func TestScanned(t *testing.T) {
	h := newHub(t)
	author := devnet.Accounts()[1]
	r := h.risky(author, "m")
	h.publish(author, "m", r)
	h.catchUp()
	if err := h.scans(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.wantScanned(r)
	far := &bounded{h.own.Blocks(), h.other.Blocks(), 1}
	for _, want := range []relay.Code{"", relay.CodeTooLarge} { // with the first one nothing is left
		if _, err := far.Get(t.Context(), r.Release.Release); relay.ErrorCode(err) != want && !(want == "" && err == nil) {
			t.Errorf("a block from elsewhere: %v; want %q", err, want)
		}
	}
}

// silent is a source that never answers for some blocks.
type silent struct {
	relay.Source
	silent map[manifest.CID]bool
	asked  chan manifest.CID
}

func (s *silent) Get(ctx context.Context, cid manifest.CID) ([]byte, error) {
	if !s.silent[cid] {
		return s.Source.Get(ctx, cid)
	}
	select {
	case s.asked <- cid:
	default:
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

// A scan whose source is silent holds up nothing else, ends with the index, and is begun again.
func TestScanHoldsNothingUp(t *testing.T) {
	h := newHub(t)
	alice := devnet.Accounts()[1]
	slow := h.risky(alice, "slow")
	source := &silent{h.other.Blocks(), map[manifest.CID]bool{}, make(chan manifest.CID, 1)}
	for _, f := range slow.Manifest.Files {
		source.silent[f.Leaves] = true
	}
	h.sources = source
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.Run(ctx)
	}()
	h.publish(alice, "slow", slow)
	<-source.asked // its scan has begun
	h.publish(alice, "next", h.release(alice, h.own, "next", "1.0.0"))
	for {
		found, err := h.store.Search(t.Context(), store.Query{Text: "next", Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Models) == 1 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	stop()
	<-ended
	if due, err := h.store.ScansDue(t.Context(), 10); err != nil || len(due) == 0 || due[0] != string(slow.Release.Manifest) {
		t.Errorf("due for a scan when it was cut off: %v, %v", due, err)
	}
	h.sources = h.other.Blocks()
	if err := h.scans(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.wantScanned(slow)
}
