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
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
	"github.com/dehug/dehug/relay/store"
)

// providerDays is how far back a provider's days go.
const providerDays = 30

// ProviderInfo is what a provider is to this relay.
type ProviderInfo struct {
	Address  string          `json:"address"`
	Here     bool            `json:"here" doc:"Whether it is connected to this relay now."`
	Seen     *time.Time      `json:"seen,omitempty" doc:"When it was last heard of: now, or at its last attempt. Not there for one that never was."`
	Capacity int             `json:"capacity" doc:"How many jobs it takes at once."`
	Busy     int             `json:"busy" doc:"How many of these places are taken."`
	Hardware []string        `json:"hardware" nullable:"false"`
	About    []ProviderAbout `json:"about" nullable:"false" doc:"What it says of itself, on its lines."`
	Offers   []ProviderOffer `json:"offers" nullable:"false"`
	Checked  CheckSums       `json:"checked" doc:"What was found of its answers that were looked at a second time."`
	Earned   string          `json:"earned" doc:"All that it was paid here so far, in the smallest unit of a dollar."`
	Days     []ProviderDay   `json:"days" nullable:"false" doc:"The last 30 (UTC), oldest first; days on which nothing was done are left out."`
}

// ProviderAbout is what a provider says of itself.
type ProviderAbout struct {
	Region     string `json:"region,omitempty"`
	DataPolicy string `json:"data_policy,omitempty" enum:"none,logs,trains"`
	route.Machine
}

// ProviderOffer is a model that it runs.
type ProviderOffer struct {
	Version string   `json:"version" doc:"CID of the model's manifest."`
	Mode    string   `json:"mode"`
	Pay     int64    `json:"pay" doc:"For an inference, in the smallest unit of a dollar."`
	Model   *ModelOf `json:"model,omitempty"`
}

// ProviderDay is what a provider did on a day.
type ProviderDay struct {
	Day    string `json:"day" format:"date"`
	Done   int64  `json:"done"`
	Failed int64  `json:"failed"`
	Other  int64  `json:"other" doc:"Canceled, or under way."`
	Earned int64  `json:"earned" doc:"For what was done, in the smallest unit of a dollar."`
	Millis int64  `json:"mean_ms" doc:"Milliseconds that what was done took, on average."`
}

// ProviderAttempt is one try of a provider's at a job.
type ProviderAttempt struct {
	Job     string     `json:"job"`
	Attempt int64      `json:"attempt" doc:"The job's first is 1."`
	Version string     `json:"version"`
	Mode    string     `json:"mode"`
	State   string     `json:"state" enum:"running,done,failed,canceled"`
	Code    string     `json:"code,omitempty" doc:"Why it failed, for programs."`
	Detail  string     `json:"detail,omitempty"`
	Pay     int64      `json:"pay"`
	Started time.Time  `json:"started"`
	Ended   *time.Time `json:"ended,omitempty"`
}

func (h *Hub) registerProvider(api huma.API) {
	if h.Jobs == nil {
		return
	}
	op := func(id, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"providers"}}
	}
	h.registerProviderView(api)
	register(h, api, runs, op("getProvider", "/provider", "This account as a provider"), h.getProvider)
	register(h, api, runs, op("listAttempts", "/provider/attempts", "What this account tried as a provider, newest first"), h.listAttempts)
}

func (h *Hub) getProvider(ctx context.Context, _ *struct{}) (*reply[ProviderInfo], error) {
	p := ProviderInfo{Address: callerOf(ctx).address, Hardware: []string{}, Days: []ProviderDay{}}
	address, err := manifest.ParseAddress(p.Address)
	if err != nil {
		return nil, err
	}
	now := h.now()
	present := h.Jobs.Present(receipt.Address(address))
	p.Here, p.Capacity, p.Busy, p.Hardware = present.Lines > 0, present.Capacity, present.Busy, append(p.Hardware, present.Hardware...)
	if p.About, p.Offers, err = h.presence(ctx, present.About, present.Offers); err != nil {
		return nil, err
	}
	sums, err := h.checkSums(ctx)
	if err != nil {
		return nil, err
	}
	p.Checked = sums[p.Address]
	if p.Here {
		p.Seen = &now
	} else if last, err := h.Store.ProviderAttempts(ctx, p.Address, store.Page{Limit: 1}, 0); err != nil {
		return nil, err
	} else if len(last) > 0 {
		seen := store.Time(max(last[0].Started, last[0].Ended))
		p.Seen = &seen
	}
	var earned int64
	for _, kind := range []string{"", store.LedgerDue} { // of what the operator paid, and of sessions
		n, err := h.Store.Balance(ctx, kind+"provider/"+p.Address)
		if err != nil {
			return nil, err
		}
		earned += n
	}
	p.Earned = strconv.FormatInt(earned, 10)
	days, err := h.Store.ProviderDays(ctx, p.Address, now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1-providerDays))
	if err != nil {
		return nil, err
	}
	for _, d := range days {
		name := d.Day.Format(time.DateOnly)
		if n := len(p.Days); n == 0 || p.Days[n-1].Day != name {
			p.Days = append(p.Days, ProviderDay{Day: name})
		}
		day := &p.Days[len(p.Days)-1]
		switch d.State {
		case "done":
			day.Done, day.Earned, day.Millis = d.N, d.Pay, d.Took.Milliseconds()/d.N
		case "failed":
			day.Failed = d.N
		default:
			day.Other += d.N
		}
	}
	return &reply[ProviderInfo]{p}, nil
}

// presence is what a provider says, of itself and of what it offers.
func (h *Hub) presence(ctx context.Context, facts []route.Facts, offered []wire.Offer) (about []ProviderAbout, offers []ProviderOffer, err error) {
	about, offers = []ProviderAbout{}, []ProviderOffer{}
	for _, f := range facts {
		about = append(about, ProviderAbout{f.Region, f.DataPolicy, f.Machine})
	}
	for _, o := range offered {
		offer := ProviderOffer{Version: string(o.Manifest), Mode: o.Mode, Pay: o.Pay}
		if offer.Model, err = h.modelOf(ctx, o.Manifest); err != nil {
			return nil, nil, err
		}
		offers = append(offers, offer)
	}
	return about, offers, nil
}

func (h *Hub) listAttempts(ctx context.Context, in *Paging) (*reply[List[ProviderAttempt]], error) {
	job, fence, _ := strings.Cut(in.Cursor, "-")
	after, err := strconv.ParseInt(fence, 10, 64)
	if err != nil && in.Cursor != "" {
		return nil, relay.Errorf(relay.CodeInvalid, "cursor %q is none of ours", in.Cursor)
	}
	found, err := h.Store.ProviderAttempts(ctx, callerOf(ctx).address, store.Page{Before: job, Limit: in.Limit + 1}, after)
	if err != nil {
		return nil, err
	}
	found, next := cut(found, in.Limit, func(a store.ListedAttempt) string { return a.Job + "-" + strconv.FormatInt(a.Fence, 10) })
	list := List[ProviderAttempt]{Items: []ProviderAttempt{}, Next: next}
	for _, a := range found {
		item := ProviderAttempt{Job: a.Job, Attempt: a.Fence, Version: a.Manifest, Mode: a.Mode, State: a.State, Code: a.Code, Detail: a.Detail, Pay: a.Pay, Started: store.Time(a.Started)}
		if a.Ended != 0 {
			ended := store.Time(a.Ended)
			item.Ended = &ended
		}
		list.Items = append(list.Items, item)
	}
	return &reply[List[ProviderAttempt]]{list}, nil
}
