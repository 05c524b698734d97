package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

// VersionDiff is what changed from one version to another.
type VersionDiff struct {
	From   string      `json:"from"`
	To     string      `json:"to"`
	Files  []FileDiff  `json:"files" nullable:"false" doc:"Those that are not the same, by path."`
	Fields []FieldDiff `json:"fields" nullable:"false" doc:"Of the manifest, without its files."`
	Same   int         `json:"same" doc:"How many files did not change."`
	Bytes  int64       `json:"bytes" doc:"Of the other version's files."`
	Shared int64       `json:"shared" doc:"How many of these are in chunks that the first version has too: who has it need not fetch them."`
}

// FileDiff is a file that changed.
type FileDiff struct {
	Path   string `json:"path"`
	Change string `json:"change" enum:"added,removed,changed"`
	Before int64  `json:"before" doc:"Its size in bytes; 0 when it was not there."`
	After  int64  `json:"after" doc:"Its size in bytes; 0 when it is not there any more."`
	Shared int64  `json:"shared" doc:"Bytes of it in chunks that the first version has."`
	Was    string `json:"was,omitempty" doc:"Path of a file of the first version with the same content, where it has another name."`
}

// FieldDiff is a field of the manifest that changed. It has both as JSON.
type FieldDiff struct {
	Field  string `json:"field"`
	Before string `json:"before,omitempty" doc:"As JSON; not there when it was not."`
	After  string `json:"after,omitempty" doc:"As JSON; not there when it is not any more."`
}

type diffRequest struct {
	Owner   string `path:"owner" maxLength:"42"`
	Name    string `path:"name" maxLength:"200"`
	Version string `path:"version" maxLength:"200"`
	Other   string `path:"other" maxLength:"200"`
}

func (h *Hub) diffVersions(ctx context.Context, in *diffRequest) (*reply[VersionDiff], error) {
	m, err := h.Store.Model(ctx, in.Owner, in.Name)
	if err != nil {
		return nil, err
	}
	var docs [2][]byte
	var manifests [2]*manifest.Manifest
	for i, version := range []string{in.Version, in.Other} {
		v, err := h.Store.Version(ctx, m.ID, version)
		if err != nil {
			return nil, err
		}
		if h.deniedAccount(in.Owner) || h.denied(v.Manifest, v.Release) {
			return nil, errDenied
		}
		if docs[i], manifests[i], err = h.manifest(ctx, manifest.CID(v.Manifest)); err != nil {
			return nil, err
		}
	}
	out := VersionDiff{From: in.Version, To: in.Other, Files: []FileDiff{}, Fields: fieldDiffs(docs[0], docs[1])}
	have := map[manifest.Digest]bool{} // chunks of the first version
	before, byContent := map[string]manifest.File{}, map[manifest.CID]string{}
	for _, f := range manifests[0].Files {
		before[f.Path], byContent[f.CID] = f, f.Path
		leaves, err := h.leaves(ctx, f)
		if err != nil {
			return nil, err
		}
		for _, leaf := range leaves {
			have[leaf] = true
		}
	}
	for _, f := range manifests[1].Files {
		out.Bytes += f.Size
		old, was := before[f.Path]
		delete(before, f.Path)
		if was && old.CID == f.CID {
			out.Same++
			out.Shared += f.Size
			continue
		}
		d := FileDiff{Path: f.Path, Change: "added", After: f.Size}
		if was {
			d.Change, d.Before = "changed", old.Size
		} else {
			d.Was = byContent[f.CID]
		}
		leaves, err := h.leaves(ctx, f)
		if err != nil {
			return nil, err
		}
		for i, leaf := range leaves {
			if have[leaf] {
				d.Shared += min(manifest.ChunkSize, f.Size-int64(i)*manifest.ChunkSize)
			}
		}
		out.Shared += d.Shared
		out.Files = append(out.Files, d)
	}
	for _, path := range slices.Sorted(maps.Keys(before)) {
		out.Files = append(out.Files, FileDiff{Path: path, Change: "removed", Before: before[path].Size})
	}
	slices.SortStableFunc(out.Files, func(a, b FileDiff) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	return &reply[VersionDiff]{out}, nil
}

// manifest reads one that was published here.
func (h *Hub) manifest(ctx context.Context, cid manifest.CID) ([]byte, *manifest.Manifest, error) {
	doc, err := h.Blocks.Get(ctx, cid)
	if err != nil { // it was there when it was published
		return nil, nil, relay.Errorf(relay.CodeInternal, "manifest %s: %w", cid, err)
	}
	m, err := manifest.Parse(doc)
	if err != nil {
		return nil, nil, relay.Errorf(relay.CodeInternal, "manifest %s: %w", cid, err)
	}
	return doc, m, nil
}

// leaves are the hashes of a file's chunks; none where the relay does not keep their list, as of a model that only the chain lists.
func (h *Hub) leaves(ctx context.Context, f manifest.File) ([]manifest.Digest, error) {
	if f.Size == 0 {
		return nil, nil
	}
	list, err := h.Blocks.Get(ctx, f.Leaves)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return nil, nil
	}
	if err != nil { // kept here, and damaged
		return nil, relay.Errorf(relay.CodeInternal, "%s: %w", f.Path, err)
	}
	return manifest.ParseLeafList(list, f)
}

// fieldDiffs compares two manifests field by field.
func fieldDiffs(a, b []byte) []FieldDiff {
	var before, after map[string]json.RawMessage
	if json.Unmarshal(a, &before) != nil || json.Unmarshal(b, &after) != nil {
		panic("httpapi: a manifest that was parsed is not a JSON object")
	}
	fields := []FieldDiff{}
	names := maps.Clone(before)
	maps.Copy(names, after)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if name != "files" && !bytes.Equal(before[name], after[name]) {
			fields = append(fields, FieldDiff{name, string(before[name]), string(after[name])})
		}
	}
	return fields
}
