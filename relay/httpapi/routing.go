package httpapi

import (
	"context"
	"encoding/json"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/route"
)

// routingHeader says who may do a job, where a request's form has no room for it.
const routingHeader = "X-Dehug-Routing"

// Routed is what operations take whose requests are another protocol's.
type Routed struct {
	Routing string `header:"X-Dehug-Routing" maxLength:"8192" doc:"Who may do it: JSON, as routing of a prediction."`
}

// read is what was said about who may: by the header, or else by a field.
func (r Routed) read(field json.RawMessage) (*route.Wishes, error) {
	if r.Routing == "" {
		return route.Parse(field)
	}
	if len(field) > 0 && string(field) != "null" {
		return nil, relay.Errorf(relay.CodeInvalid, "routing is said twice: in the request and by %s", routingHeader)
	}
	return route.Parse([]byte(r.Routing))
}

// checked is the like of what a request of ours has.
func checked(w *route.Wishes) (*route.Wishes, error) {
	if w == nil {
		return nil, nil
	}
	if err := w.Check(); err != nil {
		return nil, err
	}
	if w.Empty() {
		return nil, nil
	}
	return w, nil
}

// whoAnswers are the fields of requests to the OpenAI-compatible API that say who answers: dehug as routing of a prediction, provider and models as
// clients of OpenRouter write them.
type whoAnswers struct {
	Dehug    json.RawMessage `json:"dehug"`
	Provider json.RawMessage `json:"provider"`
	Models   []string        `json:"models"`
}

func (a *whoAnswers) wishes(header Routed, model string) (*route.Wishes, error) {
	w, err := header.read(a.Dehug)
	if err != nil {
		return nil, err
	}
	if len(a.Provider) > 0 && string(a.Provider) != "null" {
		if w != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "routing is said twice: by provider, and by dehug or %s", routingHeader)
		}
		if w, err = route.ParsePreferences(a.Provider); err != nil {
			return nil, err
		}
	}
	if len(a.Models) == 0 {
		return w, nil
	}
	if w == nil {
		w = &route.Wishes{}
	}
	for _, other := range a.Models {
		if other != model {
			w.Fallbacks = append(w.Fallbacks, other)
		}
	}
	return checked(w)
}

// chosen is who does a job, and why; nil while nobody does.
func (h *Hub) chosen(ctx context.Context, job jobs.Done) (*route.Choice, error) {
	text := job.Choice
	if text == "" && job.Fence > 0 {
		at, err := h.Store.Attempt(ctx, job.ID, job.Fence)
		if err != nil {
			return nil, err
		}
		text = at.Choice
	}
	if text == "" {
		return nil, nil
	}
	var c route.Choice
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return nil, relay.Errorf(relay.CodeInternal, "why job %s is its provider's: %w", job.ID, err)
	}
	return &c, nil
}

// OfferProvider is one provider of a model.
type OfferProvider struct {
	Provider   string `json:"provider" doc:"Its address."`
	Region     string `json:"region,omitempty" doc:"Where it says that it is."`
	DataPolicy string `json:"data_policy,omitempty" enum:"none,logs,trains" doc:"What it says that it does with what it is asked: nothing is kept, it is kept for a while, or it may become part of a model. Not there where it does not say."`
	route.Machine
	Pay      int64   `json:"pay" doc:"What it asks for an inference, in the smallest unit of a dollar."`
	Warm     bool    `json:"warm" doc:"Whether it has the model in memory."`
	Capacity int     `json:"capacity"`
	Free     int     `json:"free"`
	Success  float64 `json:"success,omitempty" doc:"Part of the jobs lately that it did, the newest counting most. Not there while it had none."`
	Millis   int64   `json:"mean_ms,omitempty" doc:"Milliseconds that a job of this model took it lately."`
	// Checked is of all its models.
	Checked CheckSums `json:"checked" doc:"What was found of its answers that were looked at a second time."`
}

func offerProviders(each []jobs.OfferedBy, sums map[string]CheckSums) []OfferProvider {
	list := []OfferProvider{}
	for _, o := range each {
		p := OfferProvider{Provider: o.Provider, Region: o.Facts.Region, DataPolicy: o.Facts.DataPolicy, Machine: o.Facts.Machine, Pay: o.Pay, Warm: o.Warm, Capacity: o.Capacity, Free: o.Free, Checked: sums[o.Provider]}
		if o.Tried > 0 {
			p.Success = max(o.Success, 0.001) // it had some
		}
		if o.Seconds > 0 {
			p.Millis = max(1, int64(o.Seconds*1000))
		}
		list = append(list, p)
	}
	return list
}
