package httpapi

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// ordered takes an order's specification, and no other block.
type ordered struct{ *hub }

func (o *ordered) Put(ctx context.Context, id string, b manifest.Block) error {
	order, err := o.Store.OrderNow(ctx, id)
	if err != nil {
		return err
	}
	if string(b.CID) != rawCIDOf(order.ChainOrder.Job) {
		return relay.Errorf(relay.CodeInvalid, "the order's specification names no such block")
	}
	return relay.CheckBlock(b)
}

// Orders on chain are shown to everybody, with what the relay does about them.
func TestOrdersGolden(t *testing.T) {
	h := withJobs(t, withUploads(t))
	doc := manifest.DigestOf([]byte("a manifest")).RawCID()
	owner, buyer := onChain(t, h, doc)
	provider, zero, at := testKey(t, "2").Address().String(), store.NoToken, h.at.Unix()
	spec := []byte(`{"kind":"validation"}`)
	job := "0x" + manifest.DigestOf(spec).String()
	order := func(digit string, idx int64) store.ChainOrder {
		return store.ChainOrder{ID: id(digit), Plan: id("5"), Version: id("2"), Payer: buyer, Provider: provider, Relay: owner, Arbiter: zero, Units: 2, Pay: "250", Bond: "1000", Fee: "0", Job: job,
			AcceptBy: at + 3600, DeliverBy: at + 7200, Review: 86400, Block: 13, Idx: idx, Tx: id("d"), At: at, Salt: id(digit)}
	}
	ended := order("c", 2)
	ended.Arbiter, ended.Ruling = owner, 86400
	err := h.Store.ApplyChain(t.Context(), id("c"), store.ChainBlock{Block: 14, Hash: id("e"), Parent: id("d"), At: at}, func(tx *store.ChainTx) error {
		return tx.Add(order("a", 0), order("b", 1), ended,
			store.ChainOrderChange{Block: 13, Idx: 3, OrderID: id("c"), State: "accepted", Lost: "0"},
			store.ChainOrderChange{Block: 14, Idx: 1, OrderID: id("c"), State: "delivered", Due: at + 90_000, Lost: "0", Digest: id("7")},
			store.ChainOrderChange{Block: 14, Idx: 2, OrderID: id("c"), State: "disputed", Due: at + 180_000, Lost: "0", Digest: id("8")},
			store.ChainOrderChange{Block: 14, Idx: 3, OrderID: id("c"), State: "ruled", Done: 1, Lost: "10"})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Store.SetOrder(t.Context(), store.OrderRun{ID: id("b"), State: store.OrderWaiting, Code: "spec_missing", Detail: "nobody has its specification", Tries: 1}, h.at); err != nil {
		t.Fatal(err)
	}
	tensors, err := receipt.EncodeTensors([]receipt.Tensor{{Name: "spec", Type: "u8", Dims: []int64{1}, Data: []byte("x")}})
	if err != nil {
		t.Fatal(err)
	}
	var hash receipt.Hash
	if err := hash.UnmarshalText([]byte(id("c"))); err != nil {
		t.Fatal(err)
	}
	made, err := h.Jobs.CreateOrdered(t.Context(), jobs.Ordered{Order: hash, Payer: buyer, Provider: provider, Manifest: doc, Tensors: tensors, Pay: 500, Deadline: time.Now().Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	step := func(name, path string, want int) {
		t.Helper()
		h.golden(name, "GET", path, h.ask("GET", path, ""), want)
	}
	step("orders", "/api/v1/orders?limit=2", 200)
	step("orders-next", "/api/v1/orders?limit=2&cursor=13-1", 200)
	step("orders-provider", "/api/v1/orders?provider="+strings.ToLower(provider)+"&payer="+owner, 200)
	step("orders-cursor", "/api/v1/orders?cursor=x", 400)
	step("order", "/api/v1/orders/"+id("c"), 200)
	step("order-open", "/api/v1/orders/"+id("a"), 200)
	step("order-unknown", "/api/v1/orders/"+id("0"), 404)
	put := func(name, digit string, cid manifest.CID, data string, want int) {
		t.Helper()
		path := "/api/v1/orders/" + id(digit) + "/blocks/" + string(cid)
		w := h.ask("PUT", path, data, "Content-Type", "application/octet-stream")
		if want != 204 {
			h.golden(name, "PUT", path, w, want)
		} else if w.Code != 204 {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	put("order-block", "a", manifest.DigestOf(spec).RawCID(), string(spec), 204)
	put("order-block-lie", "a", manifest.DigestOf(spec).RawCID(), "something else", 422)
	put("order-block-other", "a", manifest.DigestOf([]byte("y")).RawCID(), "y", 400)
	put("order-block-unknown", "0", manifest.DigestOf(spec).RawCID(), string(spec), 404)

	cookie := h.signIn(testKey(t, "2")) // the payer
	if payer := testKey(t, "2").Address().String(); payer != buyer {
		t.Fatal(payer, buyer)
	}
	path := "/api/v1/predictions/" + made.ID
	var p Prediction
	if w := h.ask("GET", path, "", "Cookie", cookie); json.Unmarshal(w.Body.Bytes(), &p) != nil || p.Mode != receipt.Order || p.Order == nil || p.Order.State != "ruled" || p.Order.Run.Prediction != p.ID {
		t.Errorf("the prediction is %s", w.Body)
	}
	h.golden("prediction-ordered-cancel", "POST", path+"/cancel", h.ask("POST", path+"/cancel", "", "Cookie", cookie), 409)
}
