// Package publish makes a release out of a folder: it hashes and stores the files, writes the manifest, signs it
// and stores what ties it all together.
//
//	result, err := publish.Publish(ctx, folder.Blocks(), "face-model", publish.Options{Key: key})
//
// The folder holds the files and one [AuthorFile], which says what no program can know: name, version, license.
// Publishing the same folder again gives the same CIDs, as long as it says when it was created. Listing the
// release, announcing it and putting it on chain are left to others.
package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/precompile"
)

// Options say how. Key is needed.
type Options struct {
	Key *ethsig.Key
	// Precompile adds the WebAssembly modules of each ONNX file, and what made them (package precompile).
	Precompile bool
	// Created is used where the authoring file does not say, and must not be zero.
	Created time.Time
	// Progress is told of bytes as they are stored. May be nil.
	Progress func(Progress)
	// Skipped is told of each hidden file that is left out. May be nil.
	Skipped func(name string)
}

// Progress is how far a publication has come.
type Progress struct {
	File        string // the one being read
	Done, Total int64  // bytes of all files
	FileDone    bool   // this file is complete
}

// Result is what was made.
type Result struct {
	Release  relay.Release
	Manifest *manifest.Manifest
}

// Publish stores the release in dir and returns it. Blocks may be left behind when it fails; doing it again takes
// up from there.
func Publish(ctx context.Context, blocks relay.Blocks, dir string, opts Options) (*Result, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, relay.FileError(err).WithHint("publish takes a folder with a %s and the files", AuthorFile)
	}
	defer root.Close()

	about, err := openAuthor(root)
	if err != nil {
		return nil, err
	}
	m, err := about.manifest(opts.Key.Address())
	if err != nil {
		return nil, err
	}
	if m.Created == "" {
		m.Created = opts.Created.UTC().Format("2006-01-02T15:04:05Z")
	}
	found, total, err := list(root, opts.Skipped)
	if err != nil {
		return nil, err
	}
	if err := about.knows(found); err != nil {
		return nil, err
	}
	p := &publication{blocks: blocks, root: root, about: about, opts: opts, total: total}
	all, err := p.files(ctx, found)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.entry.Path == about.License.File {
			m.License.SHA256 = s.entry.SHA256
		}
	}
	if opts.Precompile {
		modules, err := p.precompile(ctx, all)
		if err != nil {
			return nil, err
		}
		all = append(all, modules...)
		slices.SortFunc(all, func(a, b stored) int { return strings.Compare(a.entry.Path, b.entry.Path) })
	}
	return p.finish(ctx, m, all)
}

// Keeper keeps blocks.
type Keeper interface {
	Put(ctx context.Context, block manifest.Block) error
}

// Pack stores a release of the files in dir that m describes, which has none yet, and nobody signs. There is no [AuthorFile].
func Pack(ctx context.Context, blocks Keeper, dir string, m *manifest.Manifest) (*Result, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, relay.FileError(err)
	}
	defer root.Close()
	found, total, err := list(root, nil)
	if err != nil {
		return nil, err
	}
	p := &publication{blocks: blocks, root: root, about: &author{}, total: total}
	all, err := p.files(ctx, found)
	if err != nil {
		return nil, err
	}
	return p.finish(ctx, m, all)
}

// publication is one run.
type publication struct {
	blocks      Keeper
	root        *os.Root
	about       *author
	opts        Options
	done, total int64
}

// stored is a file whose chunks are stored.
type stored struct {
	entry  manifest.File
	leaves []manifest.Digest
}

// files hashes and stores files of the folder.
func (p *publication) files(ctx context.Context, found []found) ([]stored, error) {
	var all []stored
	for _, f := range found {
		s, err := p.file(ctx, f)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// file hashes and stores one file of the folder.
func (p *publication) file(ctx context.Context, f found) (stored, error) {
	file, err := p.root.Open(filepath.FromSlash(f.path))
	if err != nil {
		return stored{}, relay.FileError(err)
	}
	defer file.Close()
	return p.store(ctx, f, file, p.about.mediaType(f.path))
}

// precompile compiles the models among the files, and stores the modules and the record of what made them.
func (p *publication) precompile(ctx context.Context, files []stored) ([]stored, error) {
	var out []stored
	add := func(path, mediaType string, data []byte) error {
		if err := manifest.CheckPath(path); err != nil {
			return relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("give the model a shorter path, or publish without --precompile")
		}
		p.total += int64(len(data))
		s, err := p.store(ctx, found{path, int64(len(data))}, bytes.NewReader(data), mediaType)
		out = append(out, s)
		return err
	}
	for _, f := range files {
		if !precompile.IsModel(f.entry) {
			continue
		}
		file, err := p.root.Open(filepath.FromSlash(f.entry.Path))
		if err != nil {
			return nil, relay.FileError(err)
		}
		modules, err := precompile.Compile(ctx, f.entry.Path, file, f.entry.Size)
		file.Close()
		if err != nil {
			return nil, err
		}
		for _, m := range modules {
			if err := add(m.Path(), precompile.MediaType, m.Bytes); err != nil {
				return nil, err
			}
		}
	}
	if len(out) == 0 {
		return nil, relay.Errorf(relay.CodeInvalid, "there is no ONNX file to compile").
			WithHint("publish this folder without --precompile")
	}
	return out, add(precompile.RecordPath, "application/json", precompile.Record())
}

// store hashes and stores the bytes of one file.
func (p *publication) store(ctx context.Context, f found, file io.Reader, mediaType string) (stored, error) {
	none := stored{}
	hashed, err := manifest.HashFile(file, func(_ int, chunk []byte, leaf manifest.Digest) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.blocks.Put(ctx, manifest.Block{CID: leaf.RawCID(), Data: chunk}); err != nil {
			return err
		}
		p.done += int64(len(chunk))
		p.report(Progress{File: f.path, Done: p.done, Total: p.total})
		return nil
	})
	if err != nil {
		return none, fmt.Errorf("%s: %w", f.path, err)
	}
	if hashed.Size != f.size {
		return none, relay.Errorf(relay.CodeInvalid, "%s changed while it was read: it had %d bytes, now %d", f.path, f.size, hashed.Size).
			WithHint("publish again when nothing writes to the folder")
	}
	if hashed.Size == 0 { // the only file whose block is not one of its chunks
		if err := p.blocks.Put(ctx, manifest.Block{CID: manifest.DigestOf(nil).RawCID()}); err != nil {
			return none, err
		}
	}
	entry, err := hashed.File(f.path, mediaType)
	if err != nil {
		return none, invalid(f.path, err)
	}
	p.report(Progress{File: f.path, Done: p.done, Total: p.total, FileDone: true})
	return stored{entry, hashed.Leaves}, nil
}

// finish writes the manifest, signs it if there is a key, and stores everything above the chunks, the top of the directory last.
func (p *publication) finish(ctx context.Context, m *manifest.Manifest, files []stored) (*Result, error) {
	leaves := make([][]manifest.Digest, len(files))
	for i, s := range files {
		m.Files, leaves[i] = append(m.Files, s.entry), s.leaves
	}
	var err error
	if m.Root, err = manifest.Root(m.Files); err != nil {
		return nil, invalid("files", err)
	}
	doc, err := m.Encode()
	if err != nil {
		return nil, refused(err)
	}
	var envelope []byte
	var signed manifest.CID
	var signers []manifest.Address
	if p.opts.Key != nil {
		if envelope, err = p.opts.Key.SignManifest(doc); err != nil {
			return nil, err
		}
		signed = manifest.DigestOf(envelope).RawCID()
		signers, err = manifest.VerifyEnvelope(m, manifest.DigestOf(doc), envelope, ethsig.Recover)
		if errors.Is(err, manifest.ErrNotAuthor) {
			return nil, relay.Errorf(relay.CodeInvalid, "the key is that of %s, who is not among the authors in %s", p.opts.Key.Address(), AuthorFile).
				WithHint("add that address to \"authors\", or sign with an author's key")
		}
		if err != nil {
			return nil, fmt.Errorf("checking our own signature: %w", err)
		}
	}
	release, blocks, err := manifest.BuildRelease(doc, envelope, leaves)
	if err != nil {
		return nil, invalid("files", err)
	}
	for _, b := range blocks {
		if err := p.blocks.Put(ctx, b); err != nil {
			return nil, err
		}
	}
	return &Result{
		Release:  relay.NewRelease(release, doc, m, signed, signers),
		Manifest: m,
	}, nil
}

// refused turns what the manifest's rules refuse into words about the authoring file.
func refused(err error) error {
	if errors.Is(err, manifest.ErrEntry) {
		return relay.Errorf(relay.CodeInvalid, "%w", err).
			WithHint("a model has exactly one .onnx file; give others another type: \"files\": {\"extra.onnx\": {\"mediaType\": \"application/octet-stream\"}}")
	}
	return invalid("the manifest made from it", err)
}

func (p *publication) report(now Progress) {
	if p.opts.Progress != nil {
		p.opts.Progress(now)
	}
}

func openAuthor(root *os.Root) (*author, error) {
	file, err := root.Open(AuthorFile)
	if err != nil {
		return nil, relay.FileError(err).
			WithHint("write a %s into the folder; `dehug-relay publish --help` shows one", AuthorFile)
	}
	defer file.Close()
	return readAuthor(file)
}

// found is a file to publish.
type found struct {
	path string // slashes, as in the manifest
	size int64
}

// list walks the folder in byte order of path. Hidden files are left out, for they are droppings of editors and
// version control; links and devices are refused, for what they stand for is not in the folder.
func list(root *os.Root, skipped func(string)) ([]found, int64, error) {
	var files []found
	var total int64
	err := fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return relay.FileError(err)
		case name == "." || name == AuthorFile:
			return nil
		case strings.HasPrefix(d.Name(), "."):
			if skipped != nil {
				skipped(name)
			}
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		case !d.Type().IsRegular():
			return relay.Errorf(relay.CodeInvalid, "%s is a link or a device, not a file", name).
				WithHint("put a copy of the file in its place")
		}
		if err := manifest.CheckPath(name); err != nil {
			return relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("rename the file: %s", manifest.HintOf(err))
		}
		if len(files) == manifest.MaxFiles {
			return relay.Errorf(relay.CodeTooLarge, "more than %d files", manifest.MaxFiles).
				WithHint("%s", manifest.ErrTooLarge.Hint)
		}
		info, err := d.Info()
		if err != nil {
			return relay.FileError(err)
		}
		if info.Size() > manifest.MaxFileSize {
			return relay.Errorf(relay.CodeTooLarge, "%s: %d bytes, a file has at most 64 GiB", name, info.Size()).
				WithHint("%s", manifest.ErrTooLarge.Hint)
		}
		files = append(files, found{name, info.Size()})
		total += info.Size()
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	if len(files) == 0 {
		return nil, 0, relay.Errorf(relay.CodeNotFound, "the folder has no files but %s", AuthorFile).
			WithHint("put the model's .onnx file beside it")
	}
	slices.SortFunc(files, func(a, b found) int { return strings.Compare(a.path, b.path) }) // a walk is not: "a/b" before "a.x"
	return files, total, nil
}

// knows refuses an authoring file that speaks of files which are not there.
func (a *author) knows(files []found) error {
	has := func(name string) bool {
		return slices.ContainsFunc(files, func(f found) bool { return f.path == name })
	}
	if name := a.License.File; name != "" && !has(name) {
		return relay.Errorf(relay.CodeNotFound, "%s: license.file: the folder has no file %q", AuthorFile, name).
			WithHint("put the text of the license there, or leave \"file\" out")
	}
	for name := range a.Files {
		if !has(name) {
			return relay.Errorf(relay.CodeNotFound, "%s: files: the folder has no file %q", AuthorFile, name).
				WithHint("put the file there, or remove the entry")
		}
	}
	return nil
}

// mediaTypes by ending, in lower case. What is not here is application/octet-stream: a reader downloads that and
// renders nothing.
var mediaTypes = map[string]string{
	".onnx":        manifest.MediaTypeONNX,
	".json":        "application/json",
	".txt":         "text/plain",
	".md":          "text/markdown",
	".csv":         "text/csv",
	".png":         "image/png",
	".jpg":         "image/jpeg",
	".jpeg":        "image/jpeg",
	".webp":        "image/webp",
	".wav":         "audio/wav",
	".parquet":     "application/vnd.apache.parquet",
	".tar":         "application/x-tar",
	".pdf":         "application/pdf",
	".safetensors": "application/vnd.safetensors",
}

func (a *author) mediaType(name string) string {
	if f, ok := a.Files[name]; ok && f.MediaType != "" {
		return f.MediaType
	}
	if t, ok := mediaTypes[strings.ToLower(path.Ext(name))]; ok {
		return t
	}
	switch path.Base(name) {
	case "LICENSE", "NOTICE", "README", "COPYING":
		return "text/plain"
	}
	return "application/octet-stream"
}
