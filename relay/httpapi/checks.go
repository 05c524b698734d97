package httpapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// maxRecords is how many false answers of a provider are listed.
const maxRecords = 20

// CheckView is what became of an answer that was looked at a second time.
type CheckView struct {
	Kind     string     `json:"kind" enum:"spot,replay" doc:"spot: by chance. replay: its payer asked."`
	State    string     `json:"state" enum:"open,agrees,differs,disputed,failed" doc:"open: somebody is to give the answer again. agrees: the two agree, bit for bit in strict mode, else within a tolerance. differs: this answer was false. disputed: they differ, and nobody said who is right. failed: nobody could."`
	Checker  string     `json:"checker,omitempty" doc:"Who gave the other answer: a provider, or this relay."`
	Detail   string     `json:"detail,omitempty" doc:"How they were compared, and where they differ."`
	Evidence bool       `json:"evidence,omitempty" doc:"Whether there is evidence."`
	Created  time.Time  `json:"created"`
	Ended    *time.Time `json:"ended,omitempty"`
}

// checkOf finds it; nil for an answer that was not looked at.
func (h *Hub) checkOf(ctx context.Context, job string) (*CheckView, error) {
	c, err := h.Store.CheckOf(ctx, job)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return h.checkView(ctx, c)
}

func (h *Hub) checkView(ctx context.Context, c store.Check) (*CheckView, error) {
	v := &CheckView{Kind: c.Kind, State: c.State, Checker: c.Checker, Detail: c.Detail, Created: store.Time(c.Created)}
	if c.Ended == 0 {
		return v, nil
	}
	at := store.Time(c.Ended)
	v.Ended = &at
	_, err := h.Store.EvidenceOf(ctx, c.Job)
	if v.Evidence = err == nil; relay.ErrorCode(err) == relay.CodeNotFound {
		err = nil
	}
	return v, err
}

func (h *Hub) replayReceipt(ctx context.Context, in *byID) (*reply[CheckView], error) {
	c, err := h.Jobs.Replay(ctx, callerOf(ctx).address, in.ID)
	if err != nil {
		return nil, err
	}
	v, err := h.checkView(ctx, c)
	if err != nil {
		return nil, err
	}
	return &reply[CheckView]{*v}, nil
}

func (h *Hub) getEvidence(ctx context.Context, in *byID) (*huma.StreamResponse, error) {
	kept, role, err := h.seenReceipt(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if role == "other" && kept.Sharing != store.ShareRequest && !slices.Contains(h.Admins, callerOf(ctx).address) {
		return nil, relay.Errorf(relay.CodeNotFound, "what was asked is not shared, and the evidence has it")
	}
	e, err := h.Store.EvidenceOf(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", "application/json")
		c.SetHeader("Cache-Control", cacheNever)
		c.SetHeader("Content-Disposition", `attachment; filename="evidence.json"`)
		_, _ = c.BodyWriter().Write(e.Document) // whoever asked may be gone
	}}, nil
}

// ProviderView is what anybody sees of a provider.
type ProviderView struct {
	Address string           `json:"address"`
	Here    bool             `json:"here" doc:"Whether it is connected to this relay now."`
	About   []ProviderAbout  `json:"about" nullable:"false" doc:"What it says of itself, on its lines."`
	Offers  []ProviderOffer  `json:"offers" nullable:"false"`
	Checked CheckSums        `json:"checked"`
	Banned  *ProviderBan     `json:"banned,omitempty"`
	Records []ProviderRecord `json:"records" nullable:"false" doc:"Its answers that were false, or are disputed: the newest 20."`
}

// CheckSums count what was found of a provider's answers.
type CheckSums struct {
	Agrees   int64 `json:"agrees"`
	Differs  int64 `json:"differs"`
	Disputed int64 `json:"disputed" doc:"Two differ, and nobody said who is right."`
}

// ProviderBan says since when a provider is given nothing, and why.
type ProviderBan struct {
	At     time.Time `json:"at"`
	Job    string    `json:"job" doc:"Whose answer showed it: its payer and whoever it is shared with see the evidence."`
	Reason string    `json:"reason"`
}

// ProviderRecord is one answer that was false, or is disputed.
type ProviderRecord struct {
	Job     string    `json:"job"`
	Version string    `json:"version"`
	Mode    string    `json:"mode"`
	Kind    string    `json:"kind" enum:"spot,replay"`
	State   string    `json:"state" enum:"differs,disputed"`
	Checker string    `json:"checker"`
	Detail  string    `json:"detail"`
	At      time.Time `json:"at"`
}

type providerAddress struct {
	Address string `path:"address" maxLength:"42"`
}

func (h *Hub) registerProviderView(api huma.API) {
	register(h, api, public, huma.Operation{OperationID: "getProviderView", Method: http.MethodGet, Path: "/providers/{address}", Summary: "What anybody sees of a provider: what it says of itself, and what was found of its answers",
		Tags: []string{"providers"}, Errors: []int{http.StatusNotFound}}, h.getProviderView)
	register(h, api, admin, huma.Operation{OperationID: "listBans", Method: http.MethodGet, Path: "/admin/bans", Summary: "Which providers are given nothing because an answer of theirs was false, newest first",
		Tags: []string{"care"}}, h.listBans)
	register(h, api, admin, huma.Operation{OperationID: "unban", Method: http.MethodDelete, Path: "/admin/bans", Summary: "Give a banned provider jobs again",
		Description: "For one that was banned by mistake, or has mended what was wrong. What was found of its answers stays, with the evidence, and the next false answer bans it anew. Other relays of the same database know within seconds. A provider that was refused has to be started again.",
		Tags:        []string{"care"}, Errors: []int{http.StatusNotFound}}, h.unban)
}

func (h *Hub) getProviderView(ctx context.Context, in *providerAddress) (*reply[ProviderView], error) {
	address, err := manifest.ParseAddress(in.Address)
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "address: %w", err)
	}
	p := ProviderView{Address: address.String(), About: []ProviderAbout{}, Offers: []ProviderOffer{}, Records: []ProviderRecord{}}
	present := h.Jobs.Present(receipt.Address(address))
	p.Here = present.Lines > 0
	if p.About, p.Offers, err = h.presence(ctx, present.About, present.Offers); err != nil {
		return nil, err
	}
	sums, err := h.checkSums(ctx)
	if err != nil {
		return nil, err
	}
	p.Checked = sums[p.Address]
	bans, err := h.Store.Bans(ctx)
	if err != nil {
		return nil, err
	}
	for _, b := range bans {
		if b.Provider == p.Address {
			ban := providerBan(b)
			p.Banned = &ban
		}
	}
	if !p.Here && p.Banned == nil {
		last, err := h.Store.ProviderAttempts(ctx, p.Address, store.Page{Limit: 1}, 0)
		if err != nil {
			return nil, err
		}
		if len(last) == 0 {
			return nil, relay.Errorf(relay.CodeNotFound, "%s was never a provider here", p.Address)
		}
	}
	found, err := h.Store.ProviderChecks(ctx, p.Address, maxRecords)
	for _, c := range found {
		p.Records = append(p.Records, ProviderRecord{Job: c.Job, Version: c.Manifest, Mode: c.Mode, Kind: c.Kind, State: c.State, Checker: c.Checker, Detail: c.Detail, At: store.Time(c.Ended)})
	}
	return &reply[ProviderView]{p}, err
}

func providerBan(b store.Ban) ProviderBan {
	return ProviderBan{At: store.Time(b.Created), Job: b.Job, Reason: b.Reason}
}

// BanInfo is a provider that is given nothing, and what for.
type BanInfo struct {
	Provider string `json:"provider"`
	ProviderBan
	Evidence string `json:"evidence" doc:"Where the evidence is, on this relay: the answer, what was asked, and what another machine answers."`
}

func (h *Hub) listBans(ctx context.Context, _ *struct{}) (*reply[List[BanInfo]], error) {
	bans, err := h.Store.Bans(ctx)
	list := List[BanInfo]{Items: []BanInfo{}}
	for _, b := range slices.Backward(bans) {
		list.Items = append(list.Items, BanInfo{b.Provider, providerBan(b), "/api/v1/receipts/" + b.Job + "/evidence"})
	}
	return &reply[List[BanInfo]]{list}, err
}

type unbanRequest struct {
	Provider string `query:"provider" required:"true" maxLength:"42" doc:"Its address."`
	Note     string `query:"note" required:"true" minLength:"1" maxLength:"2000" doc:"Why."`
}

func (h *Hub) unban(ctx context.Context, in *unbanRequest) (*struct{}, error) {
	address, err := manifest.ParseAddress(in.Provider)
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("%s", manifest.HintOf(err))
	}
	return nil, h.Jobs.Unban(ctx, address.String(), callerOf(ctx).address, in.Note)
}

// checkSums are what was found of all providers.
func (h *Hub) checkSums(ctx context.Context) (map[string]CheckSums, error) {
	counts, err := h.Store.CheckCounts(ctx, h.now())
	all := map[string]CheckSums{}
	for _, c := range counts {
		s := all[c.Provider]
		switch c.State {
		case store.CheckAgrees:
			s.Agrees += c.N
		case store.CheckDiffers:
			s.Differs += c.N
		case store.CheckDisputed:
			s.Disputed += c.N
		}
		all[c.Provider] = s
	}
	return all, err
}
