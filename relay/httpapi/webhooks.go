package httpapi

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/relay/webhook"
)

// maxTold is how large an output a webhook brings along; a larger one is fetched.
const maxTold = 256 << 10

// webhookSecret is what an account's webhooks are signed with.
type webhookSecret struct {
	Key string `json:"key" doc:"whsec_ and base64, for a library of Standard Webhooks."`
}

func (h *Hub) registerWebhooks(api huma.API) {
	if h.Jobs == nil {
		return
	}
	op := func(id, method, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/webhooks/secret", Summary: summary, Tags: []string{"predictions"}}
	}
	register(h, api, runs, op("getWebhookSecret", http.MethodGet, "What webhooks to you are signed with"), func(ctx context.Context, _ *struct{}) (*reply[webhookSecret], error) {
		secret, err := h.Store.Secret(ctx, callerOf(ctx).address, webhook.NewSecret())
		return &reply[webhookSecret]{webhookSecret{secret}}, err
	})
	change := op("changeWebhookSecret", http.MethodPost, "Have another one from now on")
	change.DefaultStatus = http.StatusOK
	register(h, api, runs, change, func(ctx context.Context, _ *struct{}) (*reply[webhookSecret], error) {
		secret := webhook.NewSecret()
		return &reply[webhookSecret]{webhookSecret{secret}}, h.Store.ChangeSecret(ctx, callerOf(ctx).address, secret)
	})
}

// WebhookBody is what a webhook says of a job: the prediction, as it is now.
func (h *Hub) WebhookBody(ctx context.Context, id string) ([]byte, error) {
	job, err := h.Store.Job(ctx, "", id)
	if err != nil {
		return nil, err
	}
	p, err := h.prediction(ctx, job, false)
	if err != nil {
		return nil, err
	}
	size := 0
	for _, t := range p.Output {
		size += len(t.Data) + len(t.Base64)
	}
	if size > maxTold {
		p.Output = nil
	}
	return json.Marshal(p)
}
