package stream_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/wasm/stream"
)

const (
	rawCID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
	dirCID = "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
)

func TestParseRef(t *testing.T) {
	for _, c := range []struct {
		ref  string
		want stream.Ref
	}{
		{rawCID, stream.Ref{Manifest: rawCID}},
		{" ipfs://" + dirCID + "/\n", stream.Ref{Release: dirCID}},
		{"dehug:" + rawCID + "?envelope=" + rawCID, stream.Ref{Manifest: rawCID, Envelope: rawCID}},
	} {
		if got, err := stream.ParseRef(c.ref); err != nil || got != c.want {
			t.Errorf("ParseRef(%q): %+v, %v, want %+v", c.ref, got, err, c.want)
		}
	}
}

func TestRefuseRef(t *testing.T) {
	for name, ref := range map[string]string{
		"empty":                         "",
		"a name":                        "blazeface",
		"a CIDv0 cut short":             "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbd",
		"a CID cut short":               rawCID[:58],
		"a CID in upper case":           strings.ToUpper(rawCID),
		"a path below a release":        dirCID + "/manifest.json",
		"an envelope for a directory":   dirCID + "?envelope=" + rawCID,
		"an envelope that is none":      rawCID + "?envelope=x",
		"an envelope that is a folder":  rawCID + "?envelope=" + dirCID,
		"a query that is not envelope=": rawCID + "?format=raw",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := stream.ParseRef(ref)
			if err == nil {
				t.Fatalf("ParseRef(%q): %+v, want a refusal", ref, got)
			}
			checkRefusal(t, err, stream.CodeInvalid, "reference: ")
		})
	}
}

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{rawCID, "ipfs://" + dirCID, rawCID + "?envelope=" + rawCID, "dehug:", "?"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := stream.ParseRef(text)
		if err != nil {
			return
		}
		if (r.Manifest == "") == (r.Release == "") || r.Envelope != "" && r.Manifest == "" {
			t.Fatalf("ParseRef(%q): %+v is neither a manifest nor a release", text, r)
		}
		for cid, codec := range map[manifest.CID]manifest.Codec{r.Manifest: manifest.Raw, r.Envelope: manifest.Raw, r.Release: manifest.DagPB} {
			if cid != "" && cid.Codec() != codec {
				t.Fatalf("ParseRef(%q): %s has codec %x, want %x", text, cid, cid.Codec(), codec)
			}
		}
	})
}

// A source that is accepted is a base URL: what is appended to it stays in its path.
func FuzzSource(f *testing.F) {
	for _, s := range []string{"http://127.0.0.1:8081", "https://gateway.example/a/", "http://x?y", "https://u:p@h", "http://h#f", "HTTP://h", "http:///x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		var asked string
		fetch := fetchFunc(func(r stream.Request) { asked = r.URL })
		_, err := stream.Open(t.Context(), rawCID, stream.Options{Sources: []stream.Source{{URL: source}}, Fetcher: fetch, Timing: quick})
		if asked == "" {
			if stream.CodeOf(err) != stream.CodeInvalid {
				t.Fatalf("source %q was not asked: %v", source, err)
			}
			return
		}
		u, err := url.Parse(asked)
		if err != nil {
			return // the fetcher's own parser refuses it
		}
		if !strings.HasSuffix(u.Path, "/ipfs/"+rawCID) || u.RawQuery != "format=raw" || u.Fragment != "" || u.User != nil {
			t.Fatalf("source %q makes %q, which is not the address of the block", source, asked)
		}
	})
}
