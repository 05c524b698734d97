// Package pull downloads a release's files into a folder, from several gateways at once, each chunk checked before it
// is written. What breaks off goes on where it stopped: a file that is not whole yet lies in the folder as ~CID.part (no
// path of a manifest has a tilde), and what of it holds is found by hashing it again.
package pull

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/wasm/stream"
)

// window is how many chunks of 1 MiB are under way or wait for the disk.
const window = 16

// ErrNoFile is for a file that was asked for and that the manifest does not have, whoever is asked.
var ErrNoFile = errors.New("no file")

// Options say what to pull and from where.
type Options struct {
	Sources  []string          // base URLs of trustless gateways
	Signer   *manifest.Address // must have signed, when not nil
	Files    []string          // manifest paths; empty for all
	MaxBytes int64             // most bytes of all files together; 0 for no limit
	// Opened is told what will be pulled, before the first byte of it. It may be nil.
	Opened func(*stream.Release, []manifest.File)
	// Progress is told whenever a chunk is in its place: of what is wanted, how many bytes are there, and how many of those
	// were there before. It may be nil.
	Progress func(file string, done, kept int64)
	// Events is told what the sources do. It may be nil.
	Events func(stream.Event)
}

// Release downloads into dir, which is made where it is missing. A file that is there and is what it should be is left
// alone; one that is something else is an error, before anything is fetched of it.
func Release(ctx context.Context, ref, dir string, o Options) (*stream.Release, error) {
	opts := stream.Options{Fetcher: fetcher{http.DefaultClient}, Recover: ethsig.Recover, Signer: o.Signer, Whole: true, Events: o.Events}
	for _, url := range o.Sources {
		opts.Sources = append(opts.Sources, stream.Source{URL: url})
	}
	rel, err := stream.Open(ctx, ref, opts)
	if err != nil {
		return nil, relayError(err)
	}
	wanted := rel.Needed
	if len(o.Files) > 0 {
		wanted = nil
		for _, name := range o.Files {
			f, ok := rel.Manifest.File(name)
			if !ok {
				return nil, relay.Errorf(relay.CodeNotFound, "the release has %w %q", ErrNoFile, name).WithHint("leave --file out to get all of them")
			}
			wanted = append(wanted, f)
		}
	}
	var total int64
	for _, f := range wanted {
		total += f.Size
	}
	if o.MaxBytes > 0 && total > o.MaxBytes {
		return nil, relay.Errorf(relay.CodeTooLarge, "the files have %d bytes, the limit is %d", total, o.MaxBytes).
			WithHint("name some of them with --file, or raise the limit")
	}
	if o.Opened != nil {
		o.Opened(rel, wanted)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, relay.FileError(err)
	}
	root, err := os.OpenRoot(dir) // a path of the manifest cannot leave it, whatever links lie there
	if err != nil {
		return nil, relay.FileError(err)
	}
	defer root.Close()
	p := &puller{o: o, rel: rel, root: root}
	for _, f := range wanted {
		if err := p.file(ctx, f); err != nil {
			return nil, err
		}
	}
	return rel, nil
}

type puller struct {
	o          Options
	rel        *stream.Release
	root       *os.Root
	done, kept int64
}

func (p *puller) file(ctx context.Context, entry manifest.File) error {
	file, err := p.rel.File(ctx, entry.Path)
	if err != nil {
		return relayError(err)
	}
	if err := p.root.MkdirAll(path.Dir(entry.Path), 0o755); err != nil {
		return relay.FileError(err)
	}
	there, err := p.root.Open(entry.Path)
	if err == nil {
		defer there.Close()
		missing, err := p.missing(ctx, there, file)
		if info, statErr := there.Stat(); err == nil && (statErr != nil || info.Size() != entry.Size || len(missing) > 0) {
			err = relay.Errorf(relay.CodeInvalid, "%s is there and is not the release's file", filepath.Join(p.root.Name(), entry.Path)).
				WithHint("move it away, or pull into another folder; nothing of it was changed")
		}
		return err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return relay.FileError(err)
	}
	name := "~" + string(entry.CID) + ".part"
	part, err := p.root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return relay.FileError(err)
	}
	defer part.Close()
	missing, err := p.missing(ctx, part, file)
	if err != nil {
		return err
	}
	err = p.rel.Chunks(ctx, missing, window, func(id stream.ChunkID, body stream.Buffer) error {
		chunk := make([]byte, body.Len())
		if _, err := body.ReadAt(chunk, 0); err != nil {
			return relay.FileError(err)
		}
		if _, err := part.WriteAt(chunk, int64(id.Index)*manifest.ChunkSize); err != nil {
			return relay.FileError(err)
		}
		p.add(entry.Path, body.Len(), false)
		return nil
	})
	if err != nil {
		return relayError(err)
	}
	// An earlier part may have been longer; what is renamed is on the disk.
	if err := errors.Join(part.Truncate(entry.Size), part.Sync(), p.root.Rename(name, entry.Path)); err != nil {
		return relay.FileError(err)
	}
	return nil
}

func (p *puller) add(name string, n int64, kept bool) {
	p.done += n
	if kept {
		p.kept += n
	}
	if p.o.Progress != nil {
		p.o.Progress(name, p.done, p.kept)
	}
}

// missing lists the chunks that in does not hold. Those that it holds count as pulled.
func (p *puller) missing(ctx context.Context, in io.ReaderAt, file *stream.File) ([]stream.ChunkID, error) {
	var list []stream.ChunkID
	buf := make([]byte, manifest.ChunkSize)
	for i := range file.Count() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b := buf[:manifest.ChunkLen(file.Size, i)]
		n, err := in.ReadAt(b, int64(i)*manifest.ChunkSize)
		if err != nil && err != io.EOF {
			return nil, relay.FileError(err)
		}
		if n < len(b) || manifest.DigestOf(b) != file.Leaf(i) {
			list = append(list, stream.ChunkID{Path: file.Path, Index: i})
			continue
		}
		p.add(file.Path, int64(n), true)
	}
	return list, nil
}

// relayError says a stream's error in the relay's words.
func relayError(err error) error {
	e, ok := errors.AsType[*stream.Error](err)
	if !ok {
		return err
	}
	if e.Code == stream.CodeAborted {
		return relay.Errorf(relay.CodeInternal, "%w", context.Canceled)
	}
	code := relay.CodeInternal // unreachable
	switch e.Code {
	case stream.CodeInvalid, stream.CodeNotFound, stream.CodeTooLarge, stream.CodeUnverified:
		code = relay.Code(e.Code)
	case stream.CodeWrongSigner:
		code = relay.CodeUnverified
	}
	return relay.Errorf(code, "%w", err).WithHint("%s", e.Hint)
}

// fetcher is stream's way to the network.
type fetcher struct{ client *http.Client }

func (f fetcher) Fetch(ctx context.Context, r stream.Request) (stream.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return stream.Response{}, err
	}
	req.Header.Set("Accept", "application/vnd.ipld.raw")
	if r.Fresh {
		req.Header.Set("Cache-Control", "no-cache")
	}
	res, err := f.client.Do(req)
	if err != nil {
		return stream.Response{}, err
	}
	defer res.Body.Close()
	out := stream.Response{Status: res.StatusCode, ContentType: res.Header.Get("Content-Type"), RetryAfter: res.Header.Get("Retry-After")}
	if res.StatusCode != http.StatusOK {
		return out, nil
	}
	in := &counted{Reader: io.LimitReader(res.Body, r.Limit+1), told: r.Progress}
	body, err := io.ReadAll(in)
	if err != nil {
		return out, err
	}
	out.Body = stream.Bytes(body)
	return out, nil
}

// counted tells how much was read.
type counted struct {
	io.Reader
	n    int64
	told func(int64)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if n > 0 && c.told != nil {
		c.n += int64(n)
		c.told(c.n)
	}
	return n, err
}
