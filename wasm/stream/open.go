package stream

import (
	"context"
	"strings"
	"sync"

	"github.com/dehug/dehug/manifest"
)

// MaxSources bounds what a page may name: each is a connection, and one that fails costs time.
const MaxSources = 16

// A Source is a trustless gateway.
type Source struct {
	URL   string // https://host[:port][/path], without the /ipfs/ part
	Label string // for people; the host when empty
	// Banned, when set, is why an earlier load found it lying: it is not asked.
	Banned *Evidence
}

// Options say where to fetch from and what to insist on.
type Options struct {
	Sources  []Source // at least one
	Fetcher  Fetcher
	Recover  manifest.Recoverer
	Signer   *manifest.Address // must have signed, when not nil
	MaxBytes int64             // most bytes of Needed; 0 means no limit but the format's
	Whole    bool              // every file is needed, not only the model's
	Only     string            // path of the file that is needed in the model's place; empty for the entry
	Timing   Timing
	// Events is called for everything that happens, never twice at a time. It may be nil.
	Events func(Event)
}

// emitter returns a function that may be called from any goroutine.
func (o Options) emitter() func(Event) {
	if o.Events == nil {
		return func(Event) {}
	}
	var mu sync.Mutex
	return func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		o.Events(e)
	}
}

// A Ref names a release.
type Ref struct {
	Manifest manifest.CID // raw; empty when Release is set
	Envelope manifest.CID // raw; may accompany Manifest
	Release  manifest.CID // dag-pb: the release directory
}

// ParseRef reads a manifest CID, optionally followed by ?envelope=CID, or a release CID. "ipfs://" or "dehug:" may
// stand in front, a slash behind.
func ParseRef(text string) (Ref, error) {
	var r Ref
	s := strings.TrimSpace(text)
	for _, prefix := range []string{"ipfs://", "dehug:"} {
		if rest, ok := strings.CutPrefix(s, prefix); ok {
			s = rest
			break
		}
	}
	s, query, hasQuery := strings.Cut(s, "?")
	cid, err := manifest.ParseCID(strings.TrimSuffix(s, "/"))
	if err != nil {
		return r, &Error{Code: CodeInvalid, Message: "reference: " + err.Error(), Err: err,
			Hint: "use the manifest CID (bafkrei…) or the release CID (bafybei…) that publishing printed"}
	}
	if cid.Codec() == manifest.DagPB {
		r.Release = cid
	} else {
		r.Manifest = cid
	}
	if !hasQuery {
		return r, nil
	}
	value, ok := strings.CutPrefix(query, "envelope=")
	if !ok || r.Release != "" {
		return Ref{}, &Error{Code: CodeInvalid, Message: "reference: only a manifest CID may be followed by something, by ?envelope=CID",
			Hint: "a release CID names its envelope itself"}
	}
	if r.Envelope, err = manifest.ParseCID(value); err == nil && r.Envelope.Codec() != manifest.Raw {
		err = manifest.ErrCID
	}
	if err != nil {
		return Ref{}, &Error{Code: CodeInvalid, Message: "reference: envelope: " + err.Error(), Hint: "an envelope is a raw block (bafkrei…)", Err: err}
	}
	return r, nil
}

// A Release is a verified manifest and the way to its files.
type Release struct {
	Manifest *manifest.Manifest
	Digest   manifest.Digest
	CID      manifest.CID // of the manifest
	Release  manifest.CID // of the directory it was found through; may be empty
	// Signers are the authors whose signatures hold, in the envelope's order; empty when nobody signed.
	Signers []manifest.Address
	// Signer is the one that Options asked for, else the first; nil when nobody signed.
	Signer *manifest.Address
	// Needed are the files that will be fetched: the model's, the one that was asked for, or all of them.
	Needed []manifest.File

	pool *pool
	emit func(Event)

	mu    sync.Mutex
	files map[string]*File
}

// Open fetches the manifest that ref names, and its signatures, and checks both. It refuses a release that was not
// signed as o asks, and one that is larger than o allows, before any byte of a file is fetched.
func Open(ctx context.Context, ref string, o Options) (*Release, error) {
	where, err := ParseRef(ref)
	if err != nil {
		return nil, err
	}
	if o.Sources, err = checkSources(o.Sources); err != nil {
		return nil, err
	}
	r := &Release{pool: newPool(o), files: map[string]*File{}}
	r.emit = r.pool.emit
	if where.Release != "" {
		block, err := r.document(ctx, where.Release, manifest.MaxBlock, "the release directory")
		if err != nil {
			return nil, err
		}
		dir, err := manifest.ParseRelease(where.Release, block)
		if err != nil {
			return nil, refused(CodeInvalid, "the release directory", err)
		}
		r.Release, where.Manifest, where.Envelope = where.Release, dir.Manifest, dir.Envelope
	}
	ctx, cancel := context.WithCancel(ctx) // when the manifest is refused, nobody waits for its envelope
	defer cancel()
	envelope := r.fetchEnvelope(ctx, where.Envelope)
	doc, err := r.document(ctx, where.Manifest, manifest.MaxDocument, "the manifest")
	if err != nil {
		return nil, err
	}
	if r.Manifest, err = manifest.Parse(doc); err != nil {
		return nil, refused(CodeInvalid, "the manifest", err)
	}
	r.CID, r.Digest = where.Manifest, where.Manifest.Digest()
	if err := r.checkSignatures(envelope, o); err != nil {
		return nil, err
	}
	r.Needed = r.Manifest.Files
	switch {
	case o.Whole:
	case o.Only != "":
		file, ok := r.Manifest.File(o.Only)
		if !ok {
			return nil, noFile(o.Only)
		}
		r.Needed = []manifest.File{file}
	default:
		entry, err := r.Manifest.Entry()
		if err != nil {
			return nil, refused(CodeInvalid, "the manifest of "+r.Manifest.Name, err)
		}
		r.Needed = []manifest.File{entry}
	}
	r.emit(ManifestEvent{r})
	return r, r.Admit(o.MaxBytes)
}

// Admit refuses a release whose needed files have more than limit bytes together.
func (r *Release) Admit(limit int64) error {
	if n := r.NeededBytes(); limit > 0 && n > limit {
		return &Error{Code: CodeTooLarge,
			Message: r.Manifest.Name + " " + r.Manifest.Version + " is " + itoa(n) + " bytes, more than the " + itoa(limit) + " that are allowed here",
			Hint:    "allow more bytes, or use a smaller model; nothing of this one was fetched"}
	}
	return nil
}

// NeededBytes is the size of the needed files together.
func (r *Release) NeededBytes() int64 {
	var n int64
	for _, f := range r.Needed {
		n += f.Size // at most MaxFiles times MaxFileSize, which is 2⁴⁸
	}
	return n
}

// Traffic tells how much has been fetched so far.
func (r *Release) Traffic() Traffic {
	r.pool.mu.Lock()
	defer r.pool.mu.Unlock()
	return r.pool.traffic
}

// fetchEnvelope fetches the envelope while the manifest is on its way: one round trip less. It returns nil when there
// is none.
func (r *Release) fetchEnvelope(ctx context.Context, cid manifest.CID) func() ([]byte, error) {
	if cid == "" {
		return nil
	}
	var doc []byte
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		doc, err = r.document(ctx, cid, manifest.MaxEnvelope, "the envelope")
	}()
	return func() ([]byte, error) {
		<-done // ends with ctx at the latest
		return doc, err
	}
}

func (r *Release) checkSignatures(envelope func() ([]byte, error), o Options) error {
	if envelope != nil {
		doc, err := envelope()
		if err != nil {
			return err
		}
		if r.Signers, err = manifest.VerifyEnvelope(r.Manifest, r.Digest, doc, o.Recover); err != nil {
			return refused(CodeUnverified, "the signatures", err)
		}
		r.Signer = &r.Signers[0]
	}
	if o.Signer == nil {
		return nil
	}
	for i := range r.Signers {
		if r.Signers[i] == *o.Signer {
			r.Signer = &r.Signers[i]
			return nil
		}
	}
	e := &Error{Code: CodeWrongSigner, Message: "not signed by " + o.Signer.String() + ": nobody signed it",
		Hint: "use the release CID, or the manifest CID followed by ?envelope=CID: a bare manifest CID knows no signature"}
	if r.Signer != nil {
		e.Message = "not signed by " + o.Signer.String() + " but by " + r.Signer.String()
		e.Hint = "if you do trust that signer, ask for it by its address; nothing of the model was fetched"
	}
	return e
}

// document fetches a block that is to be parsed.
func (r *Release) document(ctx context.Context, cid manifest.CID, limit int64, what string) ([]byte, error) {
	b, err := r.pool.get(ctx, want{cid: cid, size: -1, limit: limit, what: what, urgent: true})
	if err != nil {
		return nil, err
	}
	return read(b)
}

// checkSources refuses what is not a base URL, drops what is named twice and gives a label to what has none.
func checkSources(list []Source) ([]Source, error) {
	var out []Source
	seen := map[string]bool{}
	for _, s := range list {
		s.URL = strings.TrimRight(strings.TrimSpace(s.URL), "/")
		host, ok := hostOf(s.URL)
		if !ok {
			return nil, &Error{Code: CodeInvalid, Message: "source " + quote(s.URL) + " is not the base URL of a gateway", Hint: "write it like https://gateway.example"}
		}
		if s.Label == "" {
			s.Label = host
		}
		if !seen[s.URL] {
			seen[s.URL] = true
			out = append(out, s)
		}
	}
	switch {
	case len(out) == 0:
		return nil, &Error{Code: CodeInvalid, Message: "no sources are given", Hint: "name at least one gateway to fetch from"}
	case len(out) > MaxSources:
		return nil, &Error{Code: CodeInvalid, Message: itoa(int64(len(out))) + " sources are given, at most " + itoa(MaxSources) + " are used", Hint: "name fewer"}
	}
	return out, nil
}

// hostOf returns the host of an http or https URL without query and fragment. Requests go where the Fetcher's own URL
// parser says; this only keeps out what would make something else of the path that is appended.
func hostOf(url string) (string, bool) {
	rest, ok := strings.CutPrefix(url, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(url, "http://")
	}
	host, _, _ := strings.Cut(rest, "/")
	return host, ok && host != "" && !strings.ContainsAny(rest, " \t\r\n?#\\<>\"@")
}

// quote shows outside text in an error, cut short.
func quote(s string) string {
	const most = 80
	if len(s) > most {
		return "\"" + strings.ToValidUTF8(s[:most], "") + "…\""
	}
	return "\"" + s + "\""
}
