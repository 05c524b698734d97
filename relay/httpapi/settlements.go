package httpapi

import (
	"context"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// SettlementView is a batch of vouchers that the relay redeems, and the receipts that it redeems them for.
type SettlementView struct {
	ID          string       `json:"id"`
	State       string       `json:"state" enum:"built,sent,mined,safe" doc:"safe: the chain will not undo it."`
	Receipts    int64        `json:"receipts" doc:"How many it is for."`
	Root        receipt.Hash `json:"root" doc:"Of the Merkle tree over their leaves: SHA-256, the shape of RFC 6962; a leaf is SHA-256 of a zero byte, \"dehug/receipt/v0\" and what was signed."`
	Leaves      string       `json:"leaves" doc:"CID of the list of leaves, 32 bytes each."`
	Transaction string       `json:"transaction,omitempty" doc:"Once it is mined."`
	Block       int64        `json:"block,omitempty"`
	Created     time.Time    `json:"created"`
}

// ReceiptProof shows that a receipt is in a settlement.
type ReceiptProof struct {
	Settlement SettlementView `json:"settlement"`
	Place      int64          `json:"place" doc:"Of the receipt's leaf, from 0."`
	Leaf       receipt.Hash   `json:"leaf"`
	Path       []receipt.Hash `json:"path" nullable:"false" doc:"What to hash it with, from the bottom up."`
}

func settlementView(m store.Settlement) SettlementView {
	return SettlementView{m.ID, m.State, m.Count, receipt.Hash(m.Root), m.Leaves, m.Tx, m.Block, store.Time(m.Created)}
}

func (h *Hub) registerSettlements(api huma.API) {
	if h.Paid == nil {
		return
	}
	register(h, api, public, huma.Operation{OperationID: "listSettlements", Method: http.MethodGet, Path: "/settlements", Tags: []string{"usage"},
		Summary: "Batches of vouchers that this relay redeemed, newest first"}, h.listSettlements)
	register(h, api, public, huma.Operation{OperationID: "getReceiptProof", Method: http.MethodGet, Path: "/receipts/{id}/proof", Tags: []string{"receipts"}, Metadata: map[string]any{"caller": true},
		Summary: "That a receipt is in a settlement", Errors: []int{http.StatusNotFound},
		Description: "For whom the receipt is. A receipt says until when it is to be in one (settleBy): who has it and finds it in none after that has the relay's signature under a promise that it did not keep."}, h.getReceiptProof)
}

func (h *Hub) listSettlements(ctx context.Context, in *Paging) (*reply[List[SettlementView]], error) {
	found, err := h.Store.Settlements(ctx, store.Page{Before: in.Cursor, Limit: in.Limit + 1})
	found, next := cut(found, in.Limit, func(m store.Settlement) string { return m.ID })
	list := List[SettlementView]{Items: []SettlementView{}, Next: next}
	for _, m := range found {
		list.Items = append(list.Items, settlementView(m))
	}
	return &reply[List[SettlementView]]{list}, err
}

func (h *Hub) getReceiptProof(ctx context.Context, in *byID) (*reply[ReceiptProof], error) {
	if _, _, err := h.seenReceipt(ctx, in.ID); err != nil {
		return nil, err
	}
	at, err := h.Store.SettledReceipt(ctx, in.ID)
	if relay.ErrorCode(err) == relay.CodeNotFound {
		return nil, relay.Errorf(relay.CodeNotFound, "the receipt is in no settlement").WithHint("it says until when it is to be in one: settleBy, 0 for one that nobody paid for")
	}
	if err != nil {
		return nil, err
	}
	m, err := h.Store.Settlement(ctx, at.Settlement)
	if err != nil {
		return nil, err
	}
	kept, err := h.Store.LeavesOf(ctx, at.Settlement)
	if err != nil {
		return nil, err
	}
	leaves := make([]receipt.Hash, len(kept))
	for i, leaf := range kept {
		leaves[i] = receipt.Hash(leaf)
	}
	if root := receipt.Root(leaves); int(at.Place) >= len(leaves) || root != receipt.Hash(m.Root) {
		return nil, relay.Errorf(relay.CodeInternal, "settlement %s has leaves of root %s", m.ID, hex.EncodeToString(root[:]))
	}
	return &reply[ReceiptProof]{ReceiptProof{settlementView(m), at.Place, receipt.Hash(at.Leaf), receipt.Prove(leaves, int(at.Place))}}, nil
}
