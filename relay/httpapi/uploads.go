package httpapi

import (
	"bufio"
	"context"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
	"github.com/dehug/dehug/relay/upload"
	"github.com/dehug/dehug/relay/verify"
)

const (
	// blockTimeout is for one block of 2 MiB: who sends less than 15 kB/s has not enough of a line to upload.
	blockTimeout = 140 * time.Second
	// stallTimeout is how long an archive or a form may pause.
	stallTimeout = 30 * time.Second
	// maxRefused is how much of what is refused is read nevertheless: many look for an answer only when they have sent all. It is
	// more than pages send in one piece.
	maxRefused = 16 << 20
	formBuffer = 256 << 10
)

// UploadInfo is a release on its way in.
type UploadInfo struct {
	ID       string    `json:"id"`
	State    string    `json:"state" enum:"open,publishing,published"`
	Reserved int64     `json:"reserved" doc:"How many bytes it may have."`
	Bytes    int64     `json:"bytes" doc:"How many have arrived."`
	Blocks   int       `json:"blocks" doc:"In how many blocks."`
	Created  time.Time `json:"created"`
	Expires  time.Time `json:"expires" doc:"When it is removed if nobody touches it."`
	Release  string    `json:"release,omitempty" doc:"The CID of what was published."`
}

// ReleaseInfo is what was published.
type ReleaseInfo struct {
	Release  string `json:"release" doc:"CID of the release directory: what is pinned."`
	Manifest string `json:"manifest" doc:"CID of the manifest: what a page names."`
	Envelope string `json:"envelope,omitempty" doc:"CID of the signatures; not there when nobody signed."`
	Owner    string `json:"owner" doc:"The account that published it."`
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Version  string `json:"version"`
	Title    string `json:"title"`
	Task     string `json:"task"`
	Bytes    int64  `json:"bytes" doc:"Of all files together."`
	Signer   string `json:"signer" doc:"Whose signature holds; empty when nobody signed. Not checked on chain."`
	Created  string `json:"created" doc:"As its author says."`
}

func releaseInfo(owner string, r relay.Release) ReleaseInfo {
	return ReleaseInfo{Release: string(r.Release), Manifest: string(r.Manifest), Envelope: string(r.Envelope), Owner: owner, Kind: r.Kind, Name: r.Name,
		Version: r.Version, Title: r.Title, Task: r.Task, Bytes: r.Bytes, Signer: r.Signer, Created: r.Created}
}

func (h *Hub) registerUploads(api huma.API) {
	if h.Uploads == nil {
		return
	}
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"uploads"}, Errors: errors}
	}
	begin := op("beginUpload", http.MethodPost, "/uploads", "Begin an upload, or be told why not", http.StatusConflict, http.StatusUnavailableForLegalReasons)
	begin.DefaultStatus = http.StatusCreated
	begin.Description = "Then ask which blocks are missing, send those, one or many at a time, in parallel if you like, and finish. After a break, ask again. Nothing of it is served before the end."
	register(h, api, uploads, begin, h.beginUpload)
	register(h, api, uploads, op("listUploads", http.MethodGet, "/uploads", "Uploads of this account, newest first"), h.listUploads)
	register(h, api, uploads, op("getUpload", http.MethodGet, "/uploads/{id}", "How far an upload is", http.StatusNotFound), h.getUpload)
	register(h, api, uploads, op("deleteUpload", http.MethodDelete, "/uploads/{id}", "Throw an upload away", http.StatusNotFound, http.StatusConflict), h.deleteUpload)
	register(h, api, uploads, op("missingBlocks", http.MethodPost, "/uploads/{id}/missing", "Which blocks are missing", http.StatusNotFound, http.StatusConflict), h.missingBlocks)

	put := op("putBlock", http.MethodPut, "/uploads/{id}/blocks/{cid}", "Send a block",
		http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusInsufficientStorage)
	put.Description = "Chunks of files, lists of leaves, the manifest, the envelope: raw blocks of at most 2 MiB. What the relay can make itself it makes. The same block again changes nothing."
	put.MaxBodyBytes, put.BodyReadTimeout, put.Metadata = manifest.MaxBlock+1, blockTimeout, map[string]any{"limit": "blocks"}
	put.DefaultStatus = http.StatusNoContent
	register(h, api, uploads, put, h.putBlock)

	send := op("sendBlocks", http.MethodPost, "/uploads/{id}/blocks", "Send many blocks",
		http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusInsufficientStorage)
	send.DefaultStatus, send.Metadata = http.StatusNoContent, map[string]any{"limit": "blocks"}
	send.Description = "A form: its part hashes has the SHA-256 of each block, end to end; the parts after it, files or pieces of files, are cut after each 1 MiB, and that are the blocks. Each is kept when it has arrived, whatever comes after it: how many have, getUpload says meanwhile."
	form := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	send.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": form}}
	register(h, api, uploads, send, h.sendBlocks)
	// Only now, for readers: huma would keep all of an object's body in memory and look at it before the handler.
	form.Schema = &huma.Schema{Type: huma.TypeObject, Required: []string{"hashes", "file"}, Properties: map[string]*huma.Schema{
		"hashes": {Type: huma.TypeString, Format: "binary", Description: "32 bytes for each block."},
		"file":   {Type: huma.TypeArray, Items: &huma.Schema{Type: huma.TypeString, Format: "binary"}, Description: "The bytes; one without any is the empty block."},
	}}

	finish := op("finishUpload", http.MethodPost, "/uploads/{id}/finish", "Check and publish the release",
		http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnavailableForLegalReasons, http.StatusInsufficientStorage)
	finish.Description = "Every byte is hashed again, so it takes a while. When something is missing, the problem says what, and the upload stays open."
	register(h, api, uploads, finish, h.finishUpload)

	archive := op("uploadTar", http.MethodPost, "/uploads/tar", "Publish a whole release as one archive",
		http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnavailableForLegalReasons, http.StatusInsufficientStorage)
	archive.DefaultStatus = http.StatusCreated
	archive.Description = "manifest.json first, then envelope.json where somebody signed, leaves/, files/: tar -c manifest.json envelope.json leaves files | curl -T - -X POST. It is checked while it arrives."
	archive.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/x-tar": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
	register(h, api, uploads, archive, h.uploadTar)
}

func (h *Hub) uploadInfo(u store.Upload) (UploadInfo, error) {
	bytes, blocks, err := h.Uploads.Size(u)
	return UploadInfo{ID: u.ID, State: u.State, Reserved: u.Reserved, Bytes: bytes, Blocks: blocks, Created: store.Time(u.Created),
		Expires: store.Time(u.Touched).Add(upload.Life), Release: u.Release}, err
}

type beginRequest struct {
	Body struct {
		Bytes int64 `json:"bytes" minimum:"1" maximum:"1099511627776" doc:"How many bytes all its blocks have together, at most."`
	}
}

func (h *Hub) beginUpload(ctx context.Context, in *beginRequest) (*reply[UploadInfo], error) {
	if h.deniedAccount(callerOf(ctx).address) {
		return nil, errDenied
	}
	u, err := h.Uploads.Begin(ctx, callerOf(ctx).address, in.Body.Bytes)
	if err != nil {
		return nil, err
	}
	info, err := h.uploadInfo(u)
	return &reply[UploadInfo]{info}, err
}

func (h *Hub) listUploads(ctx context.Context, in *Paging) (*reply[List[UploadInfo]], error) {
	found, err := h.Store.Uploads(ctx, callerOf(ctx).address, store.Page{Before: in.Cursor, Limit: in.Limit + 1})
	found, next := cut(found, in.Limit, func(u store.Upload) string { return u.ID })
	list := List[UploadInfo]{Items: []UploadInfo{}, Next: next}
	for _, u := range found {
		info, err := h.uploadInfo(u)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, info)
	}
	return &reply[List[UploadInfo]]{list}, err
}

// upload finds an upload of the caller's.
func (h *Hub) upload(ctx context.Context, id string) (store.Upload, error) {
	return h.Store.Upload(ctx, callerOf(ctx).address, id)
}

func (h *Hub) getUpload(ctx context.Context, in *byID) (*reply[UploadInfo], error) {
	u, err := h.upload(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	info, err := h.uploadInfo(u)
	return &reply[UploadInfo]{info}, err
}

func (h *Hub) deleteUpload(ctx context.Context, in *byID) (*struct{}, error) {
	u, err := h.upload(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, h.Uploads.Drop(ctx, u)
}

type missingRequest struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		CIDs []string `json:"cids" minItems:"1" maxItems:"4096" nullable:"false" doc:"CIDs of blocks, as the gateway names them."`
	}
}

// Missing is the answer to which blocks have to be sent.
type Missing struct {
	CIDs []string `json:"cids" nullable:"false" doc:"Those that are not here, in the order of the question."`
}

func (h *Hub) missingBlocks(ctx context.Context, in *missingRequest) (*reply[Missing], error) {
	u, err := h.upload(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	asked := make([]manifest.CID, len(in.Body.CIDs))
	for i, text := range in.Body.CIDs {
		if asked[i], err = parseCID(text); err != nil {
			return nil, err
		}
	}
	missing, err := h.Uploads.Missing(ctx, u, asked)
	out := Missing{CIDs: []string{}}
	for _, cid := range missing {
		out.CIDs = append(out.CIDs, string(cid))
	}
	return &reply[Missing]{out}, err
}

func parseCID(text string) (manifest.CID, error) {
	cid, err := manifest.ParseCID(text)
	if err != nil {
		return "", relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("%s", manifest.HintOf(err))
	}
	return cid, nil
}

type blockRequest struct {
	ID      string `path:"id" maxLength:"64"`
	CID     string `path:"cid" maxLength:"100"`
	RawBody []byte `contentType:"application/octet-stream"`
}

func (h *Hub) putBlock(ctx context.Context, in *blockRequest) (*struct{}, error) {
	u, err := h.upload(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	cid, err := parseCID(in.CID)
	if err != nil {
		return nil, err
	}
	return nil, h.Uploads.Put(ctx, u, manifest.Block{CID: cid, Data: in.RawBody})
}

// formRequest has no body that huma would read either.
type formRequest struct {
	ID          string `path:"id" maxLength:"64"`
	ContentType string `header:"Content-Type" hidden:"true"`
	body        io.Reader
}

// Resolve is called by huma before the handler.
func (in *formRequest) Resolve(ctx huma.Context) []error {
	in.body = &steady{Reader: ctx.BodyReader(), ctx: ctx}
	return nil
}

var _ huma.Resolver = (*formRequest)(nil)

func (h *Hub) sendBlocks(ctx context.Context, in *formRequest) (*struct{}, error) {
	err := h.takeForm(ctx, in)
	if err != nil {
		io.CopyN(io.Discard, in.body, maxRefused)
	}
	return nil, err
}

func (h *Hub) takeForm(ctx context.Context, in *formRequest) error {
	u, err := h.upload(ctx, in.ID)
	if err != nil {
		return err
	}
	kind, parameters, err := mime.ParseMediaType(in.ContentType)
	if err != nil || kind != "multipart/form-data" || parameters["boundary"] == "" {
		return relay.Errorf(relay.CodeInvalid, "the body is %q, not a form", in.ContentType).WithHint("send multipart/form-data: curl -F hashes=@hashes -F file=@file")
	}
	// The reader of forms asks for 4 KiB at a time, which would be a call of the system each.
	return h.Uploads.Form(ctx, u, multipart.NewReader(bufio.NewReaderSize(in.body, formBuffer), parameters["boundary"]))
}

type finishRequest struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Manifest string `json:"manifest" maxLength:"100" doc:"The CID of the manifest."`
		Envelope string `json:"envelope,omitempty" maxLength:"100" doc:"The CID of the envelope, where somebody signed."`
	}
}

func (h *Hub) finishUpload(ctx context.Context, in *finishRequest) (*reply[ReleaseInfo], error) {
	u, err := h.upload(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if h.deniedAccount(u.Address) {
		return nil, errDenied
	}
	ref := verify.Ref{}
	if ref.CID, err = parseCID(in.Body.Manifest); err != nil {
		return nil, err
	}
	if in.Body.Envelope != "" {
		if ref.Envelope, err = parseCID(in.Body.Envelope); err != nil {
			return nil, err
		}
	}
	release, err := h.Uploads.Finish(ctx, u, ref)
	return &reply[ReleaseInfo]{releaseInfo(u.Address, release)}, err
}

// tarRequest has no body that huma would read: Resolve takes the stream itself.
type tarRequest struct {
	ContentEncoding string `header:"Content-Encoding" hidden:"true"`
	ContentType     string `header:"Content-Type" hidden:"true"`
	body            io.Reader
}

// Resolve is called by huma before the handler.
func (in *tarRequest) Resolve(ctx huma.Context) []error {
	in.body = &steady{Reader: ctx.BodyReader(), ctx: ctx}
	ctx.SetHeader("Connection", "close") // a refusal need not wait for the rest of what is refused
	return nil
}

var _ huma.Resolver = (*tarRequest)(nil)

// steady gives a sender stallTimeout for each steadyPiece, instead of one deadline for the whole: who sends less than 2 kB/s is gone, also by a byte now and then.
type steady struct {
	io.Reader
	ctx  huma.Context
	left int // of the piece
}

const steadyPiece = 64 << 10

func (s *steady) Read(b []byte) (int, error) {
	if s.left <= 0 {
		s.ctx.SetReadDeadline(time.Now().Add(stallTimeout)) // a connection that knows no deadlines just has none
		s.left = steadyPiece
	}
	n, err := s.Reader.Read(b)
	s.left -= n
	return n, err
}

func (h *Hub) uploadTar(ctx context.Context, in *tarRequest) (*reply[ReleaseInfo], error) {
	if in.ContentEncoding != "" || in.ContentType != "application/x-tar" {
		return nil, relay.Errorf(relay.CodeInvalid, "the archive is %q, encoded as %q", in.ContentType, in.ContentEncoding).
			WithHint("send application/x-tar, not compressed: weights do not shrink, and what unpacks can be a bomb")
	}
	address := callerOf(ctx).address
	if h.deniedAccount(address) {
		return nil, errDenied
	}
	release, err := h.Uploads.Tar(ctx, address, in.body)
	return &reply[ReleaseInfo]{releaseInfo(address, release)}, err
}
