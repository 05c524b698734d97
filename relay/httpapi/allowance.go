package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Allowance is what the operator pays for an account's predictions.
type Allowance struct {
	Daily int64     `json:"daily" doc:"A day (UTC), in the smallest unit of a dollar. 0 where nothing is free."`
	Left  int64     `json:"left" doc:"Of today's."`
	Until time.Time `json:"until" doc:"When there is a new one."`
}

func (h *Hub) registerAllowance(api huma.API) {
	if h.Jobs == nil {
		return
	}
	register(h, api, runs, huma.Operation{OperationID: "getAllowance", Method: http.MethodGet, Path: "/allowance", Summary: "What the operator pays today for this account's predictions", Tags: []string{"predictions"}}, h.getAllowance)
}

func (h *Hub) getAllowance(ctx context.Context, _ *struct{}) (*reply[Allowance], error) {
	now := h.now()
	left, err := h.Jobs.FreeLeft(ctx, callerOf(ctx).address, now)
	return &reply[Allowance]{Allowance{Daily: h.Jobs.Daily, Left: left, Until: now.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)}}, err
}
