package publish

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// AuthorFile is the name, in the folder to publish, of what the author writes by hand. It is not published itself:
// the manifest made from it is.
const AuthorFile = "model.json"

// maxAuthorFile is generous: a manifest has at most manifest.MaxDocument bytes, mostly of files.
const maxAuthorFile = 1 << 20

// Example is a complete authoring file. Its test publishes it.
const Example = `{
  "name": "blazeface-front",
  "title": "BlazeFace, front camera",
  "version": "1.0.0",
  "summary": "Finds faces near the camera.",
  "tags": ["face-detection", "vision"],
  "license": {"spdx": "Apache-2.0", "file": "LICENSE"},
  "runtime": {"format": "onnx", "opset": 12},
  "task": {
    "id": "face-detection",
    "image": {
      "name": "input:0", "layout": "NHWC", "color": "RGB",
      "width": 128, "height": 128, "resize": "letterbox", "low": -1, "high": 1
    },
    "params": {
      "strides": "8,16", "anchors-per-cell": "2,6",
      "scores": "Identity:0,Identity_1:0", "boxes": "Identity_2:0,Identity_3:0",
      "score-threshold": 0.75, "iou-threshold": 0.3
    }
  },
  "created": "2026-01-02T15:04:05Z"
}
`

// author is an authoring file as it is written. Numbers may be numbers here; the manifest has them as strings.
type author struct {
	Kind    string   `json:"kind"` // model when left out
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Version string   `json:"version"`
	Summary string   `json:"summary"`
	Tags    []string `json:"tags"`
	Task    *struct {
		ID    string `json:"id"`
		Image *struct {
			Name   string        `json:"name"`
			Layout string        `json:"layout"`
			Color  string        `json:"color"`
			Width  int64         `json:"width"`
			Height int64         `json:"height"`
			Resize string        `json:"resize"`
			Low    json.Number   `json:"low"`
			High   json.Number   `json:"high"`
			Mean   []json.Number `json:"mean"`
			Std    []json.Number `json:"std"`
		} `json:"image"`
		Params map[string]scalar `json:"params"`
	} `json:"task"`
	License struct {
		SPDX string `json:"spdx"`
		URI  string `json:"uri"`
		File string `json:"file"` // path of the license text in the folder
	} `json:"license"`
	Authors []struct {
		Address string `json:"address"`
		Role    string `json:"role"`  // author when left out
		Share   int64  `json:"share"` // parts per million
	} `json:"authors"` // the signer alone when left out
	Runtime *struct {
		Format string `json:"format"`
		Opset  int64  `json:"opset"`
	} `json:"runtime"`
	Royalty int64 `json:"royalty"` // basis points
	Parents []struct {
		ManifestDigest string `json:"manifestDigest"`
		VersionID      string `json:"versionId"`
	} `json:"parents"`
	Evals []struct {
		Task    string      `json:"task"`
		Dataset string      `json:"dataset"`
		Metric  string      `json:"metric"`
		Value   json.Number `json:"value"`
	} `json:"evals"`
	Created string `json:"created"`
	Files   map[string]struct {
		MediaType string `json:"mediaType"`
	} `json:"files"` // media types of files whose names do not tell
}

// scalar is a parameter's value: a string, number or boolean, kept as it was written.
type scalar string

func (s *scalar) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		return json.Unmarshal(b, (*string)(s))
	case '{', '[', 'n':
		return errors.New("a parameter is a string, a number, true or false")
	}
	*s = scalar(b)
	return nil
}

// readAuthor parses an authoring file. Unknown fields are refused: a misspelt "licence" should not be lost.
func readAuthor(r io.Reader) (*author, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxAuthorFile+1))
	if err != nil {
		return nil, relay.Errorf(relay.CodeInternal, "%s: %w", AuthorFile, err)
	}
	if len(text) > maxAuthorFile {
		return nil, relay.Errorf(relay.CodeTooLarge, "%s: more than %d bytes", AuthorFile, maxAuthorFile)
	}
	a := &author{}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	err = dec.Decode(a)
	if err == nil {
		if _, more := dec.Token(); more != io.EOF {
			err = errors.New("something follows the closing brace")
		}
	}
	if err != nil {
		line, what := explain(text, dec, err)
		return nil, relay.Errorf(relay.CodeInvalid, "%s: line %d: %s", AuthorFile, line, what).
			WithHint("`dehug-relay publish --help` shows a complete %s", AuthorFile)
	}
	return a, a.complete()
}

// explain says where the decoder stopped and why, in words about the file and not about Go.
func explain(text []byte, dec *json.Decoder, err error) (line int, what string) {
	at, what := dec.InputOffset(), strings.TrimPrefix(err.Error(), "json: ")
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = e.Offset
	} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		at, what = e.Offset, fmt.Sprintf("%q cannot be a %s", e.Field, e.Value)
	} else if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		at, what = int64(len(text)), "it ends before its closing brace"
	}
	return 1 + bytes.Count(text[:min(int(at), len(text))], []byte("\n")), what
}

// complete says which entry is missing and what to write. Whether what is there is right, the manifest decides.
func (a *author) complete() error {
	if a.Kind == "" {
		a.Kind = manifest.KindModel
	}
	missing := func(entry, example string) error {
		return relay.Errorf(relay.CodeInvalid, "%s: %q is missing", AuthorFile, entry).
			WithHint("add a line such as %s", example)
	}
	switch {
	case a.Name == "":
		return missing("name", `"name": "my-model"`)
	case a.Version == "":
		return missing("version", `"version": "1.0.0"`)
	case a.License.SPDX == "":
		return missing("license", `"license": {"spdx": "Apache-2.0", "file": "LICENSE"}`)
	case a.Kind == manifest.KindModel && a.Runtime == nil:
		return missing("runtime", `"runtime": {"format": "onnx", "opset": 17}`)
	}
	return nil
}

// manifest turns what the author wrote into a manifest without files. signer is the only author where none is named.
func (a *author) manifest(signer manifest.Address) (*manifest.Manifest, error) {
	m := &manifest.Manifest{
		Schema: manifest.Schema, Kind: a.Kind, Name: a.Name, Title: a.Title, Version: a.Version, Summary: a.Summary,
		Tags:    slices.Compact(slices.Sorted(slices.Values(a.Tags))),
		License: manifest.License{SPDX: a.License.SPDX, URI: a.License.URI},
		Royalty: a.Royalty, Created: a.Created,
	}
	if a.Runtime != nil {
		m.Runtime = &manifest.Runtime{Format: a.Runtime.Format, Opset: a.Runtime.Opset}
	}
	if t := a.Task; t != nil {
		m.Task = &manifest.Task{ID: t.ID}
		if in := t.Image; in != nil {
			m.Task.Image = &manifest.ImageInput{
				Name: in.Name, Layout: in.Layout, Color: in.Color, Width: in.Width, Height: in.Height, Resize: in.Resize,
				Low: in.Low.String(), High: in.High.String(), Mean: texts(in.Mean), Std: texts(in.Std),
			}
		}
		for _, key := range slices.Sorted(maps.Keys(t.Params)) {
			m.Task.Params = append(m.Task.Params, manifest.Param{Key: key, Value: string(t.Params[key])})
		}
	}
	for i, p := range a.Authors {
		address, err := manifest.ParseAddress(p.Address)
		if err != nil {
			return nil, invalid(fmt.Sprintf("authors[%d].address", i), err)
		}
		role := p.Role
		if role == "" {
			role = "author"
		}
		m.Authors = append(m.Authors, manifest.Author{Address: address, Role: role, Share: p.Share})
	}
	if len(m.Authors) == 0 {
		m.Authors = []manifest.Author{{Address: signer, Role: "author"}}
	}
	if len(m.Authors) == 1 && m.Authors[0].Share == 0 {
		m.Authors[0].Share = manifest.TotalShares
	}
	for i, p := range a.Parents {
		var parent manifest.Parent
		var err error
		at := fmt.Sprintf("parents[%d]", i)
		if parent.ManifestDigest, err = optDigest(p.ManifestDigest); err != nil {
			return nil, invalid(at+".manifestDigest", err)
		}
		if parent.VersionID, err = optDigest(p.VersionID); err != nil {
			return nil, invalid(at+".versionId", err)
		}
		m.Parents = append(m.Parents, parent)
	}
	for _, e := range a.Evals {
		m.Evals = append(m.Evals, manifest.Eval{Task: e.Task, Dataset: e.Dataset, Metric: e.Metric, Value: e.Value.String()})
	}
	return m, nil
}

func optDigest(s string) (*manifest.Digest, error) {
	if s == "" {
		return nil, nil
	}
	d, err := manifest.ParseDigest(s)
	return &d, err
}

func texts(numbers []json.Number) []string {
	var out []string
	for _, n := range numbers {
		out = append(out, n.String())
	}
	return out
}

// invalid blames the authoring file for what the manifest's rules refuse.
func invalid(at string, err error) error {
	return relay.Errorf(relay.CodeInvalid, "%s: %w", strings.Join([]string{AuthorFile, at}, ": "), err).
		WithHint("%s", manifest.HintOf(err))
}
