package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// ModelInfo is what a list shows of a model: its highest version.
type ModelInfo struct {
	Owner    string    `json:"owner" doc:"The account that published it."`
	Name     string    `json:"name"`
	Version  string    `json:"version" doc:"The highest one."`
	Kind     string    `json:"kind" doc:"model or dataset"`
	Title    string    `json:"title"`
	Summary  string    `json:"summary"`
	Task     string    `json:"task"`
	License  string    `json:"license" doc:"SPDX id."`
	Format   string    `json:"format"`
	Tags     []string  `json:"tags" nullable:"false"`
	Bytes    int64     `json:"bytes" doc:"Of all files together."`
	Manifest string    `json:"manifest" doc:"CID of the manifest."`
	Release  string    `json:"release" doc:"CID of the release directory; empty where only the manifest is known."`
	Created  time.Time `json:"created" doc:"When its first version was published here."`
	Updated  time.Time `json:"updated" doc:"When a version was published here last."`

	Chain *ChainMark `json:"chain,omitempty" doc:"Not there when the model is not on chain."`
	// Imitates is about names and addresses, not about what is in the model.
	Imitates *ModelRef `json:"imitates,omitempty" doc:"An older model, used by at least 20 payers who have nothing to do with it, that this one may be taken for by its name or its owner's address."`
	Score    float64   `json:"score,omitempty" doc:"What trending sorts by. Not there when nobody from outside paid for it lately."`
}

// ModelList is a page of models.
type ModelList struct {
	List[ModelInfo]
	Facets []FacetInfo `json:"facets,omitempty" doc:"Of what was found, when they were asked for."`
}

// FacetInfo is how many models have a value in a field.
type FacetInfo struct {
	Field string `json:"field" enum:"kind,task,license,format,size"`
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// VersionInfo is one version of a model, which never changes.
type VersionInfo struct {
	Version  string    `json:"version"`
	Manifest string    `json:"manifest" doc:"CID of the manifest."`
	Envelope string    `json:"envelope,omitempty" doc:"CID of the signatures; not there when nobody signed."`
	Release  string    `json:"release" doc:"CID of the release directory."`
	Signer   string    `json:"signer" doc:"Whose signature holds; empty when nobody signed. Not checked on chain."`
	Created  string    `json:"created" doc:"As its author says."`
	Added    time.Time `json:"added" doc:"When it was published here."`
	Bytes    int64     `json:"bytes" doc:"Of all files together."`
}

// VersionDetail is a version with its files.
type VersionDetail struct {
	VersionInfo
	Files []FileInfo `json:"files" nullable:"false"`
	Pins  []PinInfo  `json:"pins,omitempty" doc:"Services that keep it too."`
}

// PinInfo is how far a pinning service is with a release.
type PinInfo struct {
	Service string `json:"service"`
	State   string `json:"state" enum:"waiting,queued,pinning,pinned,failed,dropped"`
	Detail  string `json:"detail,omitempty" doc:"What the service said."`
}

// FileInfo is one file of a version. Its bytes are read from a gateway.
type FileInfo struct {
	Path      string `json:"path"`
	Size      int64  `json:"size"`
	CID       string `json:"cid"`
	Leaves    string `json:"leaves" doc:"CID of the list of its chunks' hashes."`
	SHA256    string `json:"sha256,omitempty" doc:"Of the whole file, in hex, where the author says it."`
	MediaType string `json:"mediaType"`
	// Warnings are about its content, whatever it is called.
	Warnings []WarningInfo `json:"warnings,omitempty" doc:"What is risky in it. That there is none proves nothing."`
}

// WarningInfo is something risky in a file.
type WarningInfo struct {
	Kind   string `json:"kind" doc:"pickle, executable, script, active, unreadable; more may come."`
	Reason string `json:"reason" doc:"For people."`
}

func (h *Hub) registerModels(api huma.API) {
	op := func(id, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"models"}, Errors: errors}
	}
	search := op("searchModels", "/models", "Find models")
	search.Description = "By how well they fit the text, or those updated last first when there is none. Words are searched in name, title, summary, tags, authors and README."
	search.Middlewares = huma.Middlewares{h.turns.wait}
	register(h, api, public, search, h.searchModels)
	register(h, api, public, op("getModel", "/models/{owner}/{name}", "One model", http.StatusNotFound, http.StatusUnavailableForLegalReasons), h.getModel)
	register(h, api, public, op("listVersions", "/models/{owner}/{name}/versions", "Its versions, those published last first", http.StatusNotFound), h.listVersions)
	diff := op("diffVersions", "/models/{owner}/{name}/versions/{version}/diff/{other}", "What changed from one version to another", http.StatusNotFound, http.StatusUnavailableForLegalReasons)
	register(h, api, public, diff, h.diffVersions)
	register(h, api, public, op("getVersion", "/models/{owner}/{name}/versions/{version}", "One version and its files", http.StatusNotFound, http.StatusUnavailableForLegalReasons), h.getVersion)
}

type searchRequest struct {
	Paging
	Q       string `query:"q" maxLength:"200" doc:"Words that all have to be there; the last one may be the beginning of one."`
	Owner   string `query:"owner" maxLength:"42" doc:"In the letter case of EIP-55."`
	Kind    string `query:"kind" enum:"model,dataset"`
	Task    string `query:"task" maxLength:"100"`
	License string `query:"license" maxLength:"100"`
	Format  string `query:"format" maxLength:"100"`
	Size    string `query:"size" enum:"small,medium,large,huge" doc:"Below 10 MB, 100 MB, 1 GB, and above."`
	Sort    string `query:"sort" enum:"updated,trending" doc:"Where there is no text: updated last first, or most used first by people who have nothing to do with a model. updated when not given."`
	Facets  bool   `query:"facets" doc:"Count what is found by kind, task, license, format and size."`
}

func (h *Hub) searchModels(ctx context.Context, in *searchRequest) (*reply[ModelList], error) {
	q := store.Query{Text: in.Q, Owner: in.Owner, Kind: in.Kind, Task: in.Task, License: in.License, Format: in.Format, Size: in.Size, Sort: in.Sort, Cursor: in.Cursor, Limit: in.Limit}
	found, err := h.Store.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	list := ModelList{List: List[ModelInfo]{Items: []ModelInfo{}, Next: found.Next}}
	for _, m := range found.Models {
		if h.deniedAccount(m.Owner) || h.denied(m.Manifest, m.Release) {
			continue
		}
		info := foundInfo(m)
		if info.Imitates, err = h.imitates(ctx, m.Owner, m.Name, info.Created); err != nil {
			return nil, err
		}
		list.Items = append(list.Items, info)
	}
	if in.Facets {
		facets, err := h.Store.Facets(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, f := range facets {
			list.Facets = append(list.Facets, FacetInfo(f))
		}
	}
	return &reply[ModelList]{list}, nil
}

func modelInfo(m store.Model) ModelInfo {
	return ModelInfo{Owner: m.Owner, Name: m.Name, Version: m.Version, Kind: m.Kind, Title: m.Title, Summary: m.Summary, Task: m.Task, License: m.License,
		Format: m.Format, Tags: append([]string{}, strings.Fields(m.Tags)...), Bytes: m.Bytes, Manifest: m.Manifest, Release: m.Release,
		Created: store.Time(m.Created), Updated: store.Time(m.Updated)}
}

// foundInfo is what a list shows of a model, along with what the chain says of that version.
func foundInfo(m store.FoundModel) ModelInfo {
	info := modelInfo(m.Model)
	info.Score = m.Trend
	if m.ChainID != "" {
		info.Chain = &ChainMark{m.ChainID, m.ChainState}
	}
	return info
}

// imitates is the model that another one may be taken for, nil for none.
func (h *Hub) imitates(ctx context.Context, owner, name string, created time.Time) (*ModelRef, error) {
	of, ok, err := h.Store.Imitates(ctx, owner, name, created.UnixMicro())
	if err != nil || !ok || h.deniedAccount(of.Publisher) {
		return nil, err
	}
	return &ModelRef{of.ID, of.Publisher, of.Name}, nil
}

// denied tells whether the operator does not serve one of these CIDs.
func (h *Hub) denied(cids ...string) bool {
	for _, cid := range cids {
		if h.Denied != nil && h.Denied(manifest.CID(cid)) {
			return true
		}
	}
	return false
}

var errDenied = relay.Errorf(relay.CodeDenied, "the operator of this relay does not serve this")

type modelName struct {
	Owner string `path:"owner" maxLength:"42"`
	Name  string `path:"name" maxLength:"200"`
}

func (h *Hub) getModel(ctx context.Context, in *modelName) (*reply[ModelDetail], error) {
	if h.deniedAccount(in.Owner) {
		return nil, errDenied
	}
	m, err := h.Store.FoundModel(ctx, in.Owner, in.Name)
	listed := err == nil
	if err != nil && relay.ErrorCode(err) != relay.CodeNotFound {
		return nil, err
	}
	if listed && h.denied(m.Manifest, m.Release) {
		return nil, errDenied
	}
	c, onChain := h.Store.ChainModelByName(ctx, in.Owner, in.Name)
	pulls := int64(0)
	if listed {
		if pulls, err = h.Store.Pulls(ctx, m.ID); err != nil {
			return nil, err
		}
	}
	switch {
	case onChain == nil:
		info := ModelInfo{}
		if listed {
			info = foundInfo(m)
		}
		out, err := h.detail(ctx, info, c)
		out.Pulls = pulls
		if err == nil && h.denied(out.Manifest) {
			err = errDenied
		}
		if err == nil {
			out.Imitates, err = h.imitates(ctx, c.Publisher, c.Name, out.Created)
		}
		return &reply[ModelDetail]{out}, err
	case relay.ErrorCode(onChain) != relay.CodeNotFound:
		return nil, onChain
	case !listed:
		return nil, err
	}
	out := ModelDetail{ModelInfo: foundInfo(m), Pulls: pulls}
	out.Imitates, err = h.imitates(ctx, m.Owner, m.Name, out.Created)
	return &reply[ModelDetail]{out}, err
}

type versionsRequest struct {
	Paging
	Owner string `path:"owner" maxLength:"42"`
	Name  string `path:"name" maxLength:"200"`
}

func (h *Hub) listVersions(ctx context.Context, in *versionsRequest) (*reply[List[VersionInfo]], error) {
	m, err := h.Store.Model(ctx, in.Owner, in.Name)
	if err != nil {
		return nil, err
	}
	before := int64(0)
	if in.Cursor != "" {
		if before, err = strconv.ParseInt(in.Cursor, 36, 64); err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "this cursor is not of such a list")
		}
	}
	found, err := h.Store.Versions(ctx, m.ID, before, in.Limit+1)
	found, next := cut(found, in.Limit, func(v store.Version) string { return strconv.FormatInt(v.ID, 36) })
	list := List[VersionInfo]{Items: []VersionInfo{}, Next: next}
	for _, v := range found {
		if !h.deniedAccount(in.Owner) && !h.denied(v.Manifest, v.Release) {
			list.Items = append(list.Items, versionInfo(v))
		}
	}
	return &reply[List[VersionInfo]]{list}, err
}

func versionInfo(v store.Version) VersionInfo {
	return VersionInfo{Version: v.Version, Manifest: v.Manifest, Envelope: v.Envelope, Release: v.Release, Signer: v.Signer, Created: v.Created,
		Added: store.Time(v.Added), Bytes: v.Bytes}
}

type versionName struct {
	Owner   string `path:"owner" maxLength:"42"`
	Name    string `path:"name" maxLength:"200"`
	Version string `path:"version" maxLength:"200"`
}

func (h *Hub) getVersion(ctx context.Context, in *versionName) (*reply[VersionDetail], error) {
	m, err := h.Store.Model(ctx, in.Owner, in.Name)
	if err != nil {
		return nil, err
	}
	v, err := h.Store.Version(ctx, m.ID, in.Version)
	if err != nil {
		return nil, err
	}
	if h.deniedAccount(in.Owner) || h.denied(v.Manifest, v.Release) {
		return nil, errDenied
	}
	_, parsed, err := h.manifest(ctx, manifest.CID(v.Manifest))
	if err != nil {
		return nil, err
	}
	warnings, err := h.Store.Warnings(ctx, v.Manifest)
	if err != nil {
		return nil, err
	}
	out := VersionDetail{VersionInfo: versionInfo(v), Files: []FileInfo{}}
	pins, err := h.Store.Pins(ctx, v.Release)
	if err != nil {
		return nil, err
	}
	for _, p := range pins {
		out.Pins = append(out.Pins, PinInfo{p.Service, p.State, p.Detail})
	}
	for _, f := range parsed.Files {
		file := FileInfo{Path: f.Path, Size: f.Size, CID: string(f.CID), Leaves: string(f.Leaves), MediaType: f.MediaType}
		if f.SHA256 != nil {
			file.SHA256 = f.SHA256.String()
		}
		for _, w := range warnings {
			if w.Path == f.Path {
				file.Warnings = append(file.Warnings, WarningInfo{w.Kind, w.Reason})
			}
		}
		out.Files = append(out.Files, file)
	}
	return &reply[VersionDetail]{out}, nil
}
