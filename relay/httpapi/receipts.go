package httpapi

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// ListedReceipt is a receipt with what the relay knows beside it.
type ListedReceipt struct {
	Receipt receipt.Receipt `json:"receipt"`
	Sharing string          `json:"sharing" enum:"private,receipt,request" doc:"private: payer and provider see it. receipt: whoever has its address does. request: and what was asked."`
	Model   *ModelOf        `json:"model,omitempty" doc:"Not there for a model that was never published here."`
}

// ModelOf is the model that a manifest is of.
type ModelOf struct {
	Owner   string `json:"owner"`
	Name    string `json:"name"`
	Version string `json:"version"`
	Title   string `json:"title"`
	Release string `json:"release" doc:"CID."`
}

// ReceiptRequest is what it takes to replay the run that a receipt is about, beside the receipt.
type ReceiptRequest struct {
	Role    string                        `json:"role" enum:"payer,provider,other" doc:"What whoever asks is to this receipt."`
	Sharing string                        `json:"sharing" enum:"private,receipt,request"`
	Model   *ModelOf                      `json:"model,omitempty"`
	Check   *CheckView                    `json:"check,omitempty" doc:"What became of it when it was looked at a second time. Not there for an answer that was not."`
	Salt    string                        `json:"salt,omitempty" doc:"For a day, like the input; for its payer, and for others where it is shared."`
	Input   map[string]receipt.TensorJSON `json:"input,omitempty" doc:"In base64."`
}

type receiptsRequest struct {
	Paging
	As       string `query:"as" enum:"payer,provider" default:"payer" doc:"Receipts that this account paid for, or that it signed as provider."`
	Version  string `query:"version" maxLength:"100" doc:"CID of a model's manifest: only those about it."`
	Provider string `query:"provider" maxLength:"42" doc:"Only this provider's."`
}

type sharingRequest struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Sharing string `json:"sharing" enum:"private,receipt,request"`
	}
}

// receiptReply is a receipt as it was signed.
type receiptReply struct {
	Body receipt.Receipt
}

func (h *Hub) registerReceipts(api huma.API) {
	if h.Jobs == nil {
		return
	}
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"receipts"}, Errors: errors}
	}
	register(h, api, runs, op("listReceipts", http.MethodGet, "/receipts", "Receipts of this account, newest first"), h.listReceipts)
	// Those that are shared are anybody's, so nobody is refused for not being signed in.
	get := op("getReceipt", http.MethodGet, "/receipts/{id}", "What the provider of a prediction signed, and the relay after it", http.StatusNotFound)
	get.Description = "For payer and provider, and for whoever has its address where the payer shares it."
	get.Metadata = map[string]any{"caller": true}
	register(h, api, public, get, h.getReceipt)
	request := op("getReceiptRequest", http.MethodGet, "/receipts/{id}/request", "What it takes to replay the run that a receipt is about", http.StatusNotFound)
	request.Metadata = map[string]any{"caller": true}
	register(h, api, public, request, h.getReceiptRequest)
	evidence := op("getEvidence", http.MethodGet, "/receipts/{id}/evidence", "What convinces others that an answer was false", http.StatusNotFound)
	evidence.Description = "For payer and provider, and for others where the payer shares what was asked, which is in it: `dehug-relay verify-receipt` replays it."
	evidence.Metadata = map[string]any{"caller": true}
	register(h, api, public, evidence, h.getEvidence)
	replayed := op("replayReceipt", http.MethodPost, "/receipts/{id}/replay", "Have a run in strict mode replayed by another provider, for nothing", http.StatusNotFound, http.StatusConflict)
	replayed.Description = "For its payer, some a day; the relay does it where nobody else may. The answers are compared bit for bit: whose is false is banned, and there is evidence against it. Sent again it says how far that is."
	register(h, api, runs, replayed, h.replayReceipt)
	register(h, api, runs, op("shareReceipt", http.MethodPut, "/receipts/{id}/sharing", "Say what others see of a receipt", http.StatusNotFound), h.shareReceipt)
}

// sharingOf is how the API names what is shared.
func sharingOf(kept string) string {
	if kept == store.ShareNothing {
		return "private"
	}
	return kept
}

// seenReceipt finds a receipt that whoever asks may see.
func (h *Hub) seenReceipt(ctx context.Context, id string) (kept store.Receipt, role string, err error) {
	if kept, err = h.Store.Receipt(ctx, id); err != nil {
		return kept, "", err
	}
	role = "other"
	switch who := callerOf(ctx); {
	case who.address == "" || !slices.Contains(who.scopes, string(runs)):
	case who.address == kept.Account:
		role = "payer"
	case who.address == kept.Provider:
		role = "provider"
	}
	if role == "other" && kept.Sharing == store.ShareNothing {
		return kept, "", relay.Errorf(relay.CodeNotFound, "there is no such receipt").WithHint("receipts are for payer and provider, who sign in, unless the payer shares them")
	}
	return kept, role, nil
}

func readReceipt(kept store.Receipt) (r receipt.Receipt, err error) {
	if err := json.Unmarshal(kept.Document, &r); err != nil {
		return r, relay.Errorf(relay.CodeInternal, "receipt of job %s: %w", kept.Job, err)
	}
	return r, nil
}

func (h *Hub) getReceipt(ctx context.Context, in *byID) (*receiptReply, error) {
	kept, _, err := h.seenReceipt(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	r, err := readReceipt(kept)
	return &receiptReply{r}, err
}

func (h *Hub) getReceiptRequest(ctx context.Context, in *byID) (*reply[ReceiptRequest], error) {
	kept, role, err := h.seenReceipt(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	r, err := readReceipt(kept)
	if err != nil {
		return nil, err
	}
	out := ReceiptRequest{Role: role, Sharing: sharingOf(kept.Sharing)}
	if out.Model, err = h.modelOf(ctx, r.Manifest); err != nil {
		return nil, err
	}
	if out.Check, err = h.checkOf(ctx, in.ID); err != nil {
		return nil, err
	}
	if role != "payer" && kept.Sharing != store.ShareRequest {
		return &reply[ReceiptRequest]{out}, nil
	}
	input, err := h.Store.JobInput(ctx, in.ID)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return &reply[ReceiptRequest]{out}, nil
	}
	if err != nil {
		return nil, err
	}
	tensors, err := receipt.DecodeTensors(input[32:])
	if err != nil {
		return nil, relay.Errorf(relay.CodeInternal, "input of job %s: %w", in.ID, err)
	}
	out.Salt, out.Input = "0x"+hex.EncodeToString(input[:32]), map[string]receipt.TensorJSON{}
	for _, t := range tensors {
		out.Input[t.Name] = t.JSON(true)
	}
	return &reply[ReceiptRequest]{out}, nil
}

// modelOf finds what was published with a manifest; nil where nothing was, or where it is not served.
func (h *Hub) modelOf(ctx context.Context, cid manifest.CID) (*ModelOf, error) {
	if h.Denied != nil && h.Denied(cid) {
		return nil, nil
	}
	v, err := h.Store.VersionByManifest(ctx, cid)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	m, err := h.Store.ModelByID(ctx, v.Model)
	if err != nil {
		return nil, err
	}
	return &ModelOf{Owner: m.Owner, Name: m.Name, Version: v.Version, Title: m.Title, Release: v.Release}, nil
}

func (h *Hub) listReceipts(ctx context.Context, in *receiptsRequest) (*reply[List[ListedReceipt]], error) {
	filter := store.ReceiptFilter{}
	var err error
	if in.Version != "" {
		if filter.Manifest, err = parseCID(in.Version); err != nil {
			return nil, err
		}
	}
	if in.Provider != "" {
		address, err := manifest.ParseAddress(in.Provider)
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "provider: %w", err)
		}
		filter.Provider = address.String()
	}
	page, account := store.Page{Before: in.Cursor, Limit: in.Limit + 1}, callerOf(ctx).address
	var found []store.ListedReceipt
	switch {
	case in.As == "provider" && filter.Provider != "" && filter.Provider != account:
		return nil, relay.Errorf(relay.CodeInvalid, "as provider, there are only your own")
	case in.As == "provider":
		found, err = h.Store.ReceiptsBy(ctx, account, filter, page)
	default:
		found, err = h.Store.ReceiptsOf(ctx, account, filter, page)
	}
	if err != nil {
		return nil, err
	}
	found, next := cut(found, in.Limit, func(r store.ListedReceipt) string { return r.Job })
	list := List[ListedReceipt]{Items: []ListedReceipt{}, Next: next}
	models := map[string]*ModelOf{}
	for _, kept := range found {
		item := ListedReceipt{Sharing: sharingOf(kept.Sharing)}
		if item.Receipt, err = readReceipt(kept.Receipt); err != nil {
			return nil, err
		}
		model, known := models[kept.Manifest]
		if !known {
			if model, err = h.modelOf(ctx, manifest.CID(kept.Manifest)); err != nil {
				return nil, err
			}
			models[kept.Manifest] = model
		}
		item.Model = model
		list.Items = append(list.Items, item)
	}
	return &reply[List[ListedReceipt]]{list}, nil
}

func (h *Hub) shareReceipt(ctx context.Context, in *sharingRequest) (*struct{}, error) {
	return nil, h.Store.SetSharing(ctx, callerOf(ctx).address, in.ID, strings.TrimPrefix(in.Body.Sharing, "private"))
}
