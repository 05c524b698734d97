package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/manifest"
)

// Allowance is what the operator pays for an account's predictions.
type Allowance struct {
	Daily int64     `json:"daily" doc:"A day (UTC), in the smallest unit of a dollar. 0 where nothing is free."`
	Used  int64     `json:"used" doc:"Of today's, by predictions that succeeded or are under way."`
	Left  int64     `json:"left" doc:"What may still be used today: less than the rest where others of this network, of this model, or everybody used up what there is for them."`
	Until time.Time `json:"until" doc:"When there is a new one."`
}

type allowanceRequest struct {
	Version string `query:"version" maxLength:"100" doc:"CID of a model's manifest: what is left for that."`
}

func (h *Hub) registerAllowance(api huma.API) {
	if h.Jobs == nil {
		return
	}
	register(h, api, runs, huma.Operation{OperationID: "getAllowance", Method: http.MethodGet, Path: "/allowance", Summary: "What the operator pays today for this account's predictions", Tags: []string{"predictions"}}, h.getAllowance)
}

func (h *Hub) getAllowance(ctx context.Context, in *allowanceRequest) (*reply[Allowance], error) {
	now, who := h.now(), callerOf(ctx)
	used, left, err := h.Jobs.FreeLeft(ctx, who.address, who.network, manifest.CID(in.Version), now)
	return &reply[Allowance]{Allowance{Daily: h.Jobs.Daily, Used: used, Left: left, Until: now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)}}, err
}
