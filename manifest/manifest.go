package manifest

import (
	"bytes"
	"strconv"
)

// Schema is the id of the one version of the format this package knows.
const Schema = "dehug/manifest/v0"

// Limits. All of them are checked before anything is fetched.
const (
	MaxDocument = 1 << 20        // bytes: a manifest is one raw IPFS block, and one chunk
	MaxFiles    = 4096           // larger data sets: shard as parquet or tar
	MaxFileSize = int64(1) << 36 // 64 GiB: its leaf list of 2 MiB is the largest block IPFS carries
	MaxAuthors  = 32             // recipients of one revenue splitter
	MaxTags     = 32             // what a search index takes per release
	MaxParents  = 32             // each may be paid: as many as a splitter has room for
	MaxEvals    = 256            // a page of results; longer tables are files
	MaxParams   = 64             // settings of one task
)

// Kinds of release.
const (
	KindModel   = "model"
	KindDataset = "dataset"
)

// TotalShares is what the authors' shares add up to: parts per million.
const TotalShares = 1_000_000

// MaxRoyalty is the largest resale royalty in basis points.
const MaxRoyalty = 1000

// A Manifest is one release of a model or data set.
type Manifest struct {
	Schema  string // always Schema
	Kind    string // KindModel or KindDataset
	Name    string // slug, unique per owner
	Title   string // optional, for people
	Version string // semver 2.0.0
	Summary string // optional, may have line breaks
	Tags    []string
	Task    *Task // optional
	License License
	Authors []Author
	Files   []File // in byte order of path
	Root    Digest // over Files
	Runtime *Runtime
	Parents []Parent
	Evals   []Eval
	Royalty int64  // basis points of a resale, 0 to MaxRoyalty
	Created string // 2006-01-02T15:04:05Z
}

// A File is one file of a release.
type File struct {
	Path      string
	Size      int64   // bytes
	ChunkRoot Digest  // root over its chunk hashes, size inside
	Leaves    CID     // raw block of 32 bytes per chunk
	CID       CID     // UnixFS, derived from leaves and size
	SHA256    *Digest // of the whole file, optional
	MediaType string
}

// A License names the terms. URI and SHA256 (of the text) are required for
// terms outside the SPDX list (LicenseRef-…).
type License struct {
	SPDX   string
	URI    string
	SHA256 *Digest
}

// An Author is a person or wallet with a part in the release.
type Author struct {
	Address Address
	Role    string // author, curator, evaluator
	Share   int64  // parts per million of the revenue
}

// Runtime says what can run a model.
type Runtime struct {
	Format string // "onnx"
	Opset  int64  // of the default ONNX domain
}

// A Parent is a release this one was made from: exactly one of the two is set.
type Parent struct {
	ManifestDigest *Digest
	VersionID      *Digest // on chain
}

// An Eval is a result the authors claim.
type Eval struct {
	Task    string
	Dataset string
	Metric  string
	Value   string // decimal
}

// Parse reads a manifest. It is valid only in its canonical form: encoding what
// was parsed gives doc again, byte for byte.
func Parse(doc []byte) (*Manifest, error) {
	if len(doc) > MaxDocument {
		return nil, refuse(ErrTooLarge, "manifest", strconv.Itoa(len(doc))+" bytes, at most "+strconv.Itoa(MaxDocument))
	}
	m := &Manifest{}
	if err := decode(doc, Schema, m.fields); err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	if again := encode(m.fields); !bytes.Equal(again, doc) {
		return nil, notSame(again, doc)
	}
	return m, nil
}

// Encode writes m in canonical form. It refuses what Parse would refuse.
func (m *Manifest) Encode() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	doc := encode(m.fields)
	if len(doc) > MaxDocument {
		return nil, refuse(ErrTooLarge, "manifest", strconv.Itoa(len(doc))+" bytes, at most "+strconv.Itoa(MaxDocument))
	}
	return doc, nil
}

// Entry returns the file a runtime opens first: for onnx, the one file with
// media type application/onnx. External data are other files, named by path.
func (m *Manifest) Entry() (File, error) {
	var entry File
	if m.Runtime == nil {
		return entry, refuse(ErrEntry, "runtime", "this release has none")
	}
	n := 0
	for _, f := range m.Files {
		if f.MediaType == MediaTypeONNX {
			entry = f
			n++
		}
	}
	if n != 1 {
		return File{}, refuse(ErrEntry, "files", strconv.Itoa(n)+" files are application/onnx")
	}
	return entry, nil
}

// File returns the file with the given path.
func (m *Manifest) File(path string) (File, bool) {
	for _, f := range m.Files {
		if f.Path == path {
			return f, true
		}
	}
	return File{}, false
}

func (m *Manifest) fields(c *codec) {
	c.object(func() {
		c.list("authors", true, MaxAuthors, len(m.Authors), func(i int) {
			if !c.writing {
				m.Authors = append(m.Authors, Author{})
			}
			m.Authors[i].fields(c)
		})
		c.text("created", &m.Created)
		c.list("evals", false, MaxEvals, len(m.Evals), func(i int) {
			if !c.writing {
				m.Evals = append(m.Evals, Eval{})
			}
			m.Evals[i].fields(c)
		})
		c.list("files", true, MaxFiles, len(m.Files), func(i int) {
			if !c.writing {
				m.Files = append(m.Files, File{})
			}
			m.Files[i].fields(c)
		})
		c.text("kind", &m.Kind)
		c.field("license", true, true, func() { m.License.fields(c) })
		c.text("name", &m.Name)
		c.list("parents", false, MaxParents, len(m.Parents), func(i int) {
			if !c.writing {
				m.Parents = append(m.Parents, Parent{})
			}
			m.Parents[i].fields(c)
		})
		c.digest("root", &m.Root)
		c.integer("royalty", &m.Royalty)
		c.field("runtime", false, m.Runtime != nil, func() {
			if !c.writing {
				m.Runtime = &Runtime{}
			}
			m.Runtime.fields(c)
		})
		c.text("schema", &m.Schema)
		c.optText("summary", &m.Summary)
		c.strings("tags", &m.Tags, MaxTags)
		c.field("task", false, m.Task != nil, func() {
			if !c.writing {
				m.Task = &Task{}
			}
			m.Task.fields(c)
		})
		c.optText("title", &m.Title)
		c.text("version", &m.Version)
	})
}

func (a *Author) fields(c *codec) {
	c.object(func() {
		c.address("address", &a.Address)
		c.text("role", &a.Role)
		c.integer("share", &a.Share)
	})
}

func (e *Eval) fields(c *codec) {
	c.object(func() {
		c.text("dataset", &e.Dataset)
		c.text("metric", &e.Metric)
		c.text("task", &e.Task)
		c.text("value", &e.Value)
	})
}

func (f *File) fields(c *codec) {
	c.object(func() {
		c.digest("chunkRoot", &f.ChunkRoot)
		c.cid("cid", &f.CID)
		c.cid("leaves", &f.Leaves)
		c.text("mediaType", &f.MediaType)
		c.text("path", &f.Path)
		c.optDigest("sha256", &f.SHA256)
		c.integer("size", &f.Size)
	})
}

func (l *License) fields(c *codec) {
	c.object(func() {
		c.optDigest("sha256", &l.SHA256)
		c.text("spdx", &l.SPDX)
		c.optText("uri", &l.URI)
	})
}

func (p *Parent) fields(c *codec) {
	c.object(func() {
		c.optDigest("manifestDigest", &p.ManifestDigest)
		c.optDigest("versionId", &p.VersionID)
	})
}

func (r *Runtime) fields(c *codec) {
	c.object(func() {
		c.text("format", &r.Format)
		c.integer("opset", &r.Opset)
	})
}

// decode reads a whole document with the given description.
func decode(doc []byte, schema string, fields func(*codec)) error {
	c := &codec{in: doc}
	fields(c)
	c.end()
	// A later version may differ in anything, so its first difference says less than
	// its schema. The text searched for cannot stand inside a string.
	if c.err != nil && bytes.Contains(doc, []byte(`"schema":"dehug/`)) && !bytes.Contains(doc, []byte(`"schema":"`+schema+`"`)) {
		return refuse(ErrSchema, "schema", "it is not "+schema)
	}
	return c.err
}

func encode(fields func(*codec)) []byte {
	c := &codec{writing: true}
	fields(c)
	return c.out
}

// notSame says where a document leaves its canonical form.
func notSame(canonical, doc []byte) error {
	i := 0
	for i < len(canonical) && i < len(doc) && canonical[i] == doc[i] {
		i++
	}
	return refuse(ErrNotCanonical, "", "byte "+strconv.Itoa(i)+": an empty field is left out")
}
