package orders

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/node"
	"github.com/dehug/dehug/relay/receipt"
)

// narrow is a node that refuses to look through more than some blocks at once, as most do. asked is what it looked through.
func (w *world) narrow(most uint64) (b *Book, asked *[][2]uint64) {
	w.t.Helper()
	asked = &[][2]uint64{}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		var q struct {
			ID     json.RawMessage `json:"id"`
			Method string          `json:"method"`
			Params []any           `json:"params"`
		}
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			w.t.Error(err)
			return
		}
		answer := map[string]any{"jsonrpc": "2.0", "id": q.ID}
		if q.Method == "eth_getLogs" {
			filter := q.Params[0].(map[string]any)
			first, last := hexutil.MustDecodeUint64(filter["fromBlock"].(string)), hexutil.MustDecodeUint64(filter["toBlock"].(string))
			if last-first >= most {
				answer["error"] = map[string]any{"code": -32005, "message": "query exceeds max block range"}
			} else {
				*asked = append(*asked, [2]uint64{first, last})
			}
		}
		if answer["error"] == nil {
			var result json.RawMessage
			if err := w.client.Client().CallContext(r.Context(), &result, q.Method, q.Params...); err != nil {
				w.t.Error(err)
			}
			answer["result"] = result
		}
		out.Header().Set("Content-Type", "application/json")
		json.NewEncoder(out).Encode(answer)
	}))
	w.t.Cleanup(server.Close)
	client, err := node.Dial(server.URL, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	b = NewBook(ethclient.NewClient(client), w.d)
	b.widths = []uint64{widths[0], 50, 4}
	return b, asked
}

// Orders are found through a node that looks through few blocks at once, the newest without looking through all that were before it.
func TestManyBlocks(t *testing.T) {
	w := newWorld(t, "")
	var ids []receipt.Hash
	for i := range 3 {
		terms := w.terms(w.job(byte(i)))
		w.open(terms)
		ids = append(ids, w.book.ID(terms))
		if err := w.chain.Mine(uint64(9 - 3*i)); err != nil { // they are at other places of what is asked at once
			t.Fatal(err)
		}
	}
	book, asked := w.narrow(4)
	list, err := book.List(t.Context(), &payer.Address, nil)
	if err != nil || len(list) != len(ids) || !slices.EqualFunc(list, ids, func(terms Terms, id receipt.Hash) bool { return book.ID(terms) == id }) {
		t.Errorf("List = %+v, %v; want %v", list, err, ids)
	}
	next := w.chain.Height()
	for _, r := range *asked {
		if r[1] != next || r[1]-r[0] > 3 {
			t.Errorf("blocks %v were asked for where %d is next", r, next)
		}
		next = r[0] - 1
	}
	if next != w.d.Block-1 {
		t.Errorf("blocks from %d on were asked for; want all from %d", next+1, w.d.Block)
	}
	for _, id := range ids {
		if terms, err := book.Find(t.Context(), id); err != nil || book.ID(terms) != id {
			t.Errorf("Find(%x) = %+v, %v", id, terms, err)
		}
	}
	*asked = nil
	if _, err := book.Find(t.Context(), ids[2]); err != nil || len(*asked) > 2 {
		t.Errorf("the newest one was looked for in %v, %v", *asked, err)
	}
	if _, err := book.Find(t.Context(), receipt.Hash{1}); relay.ErrorCode(err) != relay.CodeNotFound {
		t.Errorf("Find of no order = %v", err)
	}
	if list, err := book.List(t.Context(), &stranger.Address, nil); err != nil || len(list) != 0 {
		t.Errorf("a stranger's orders are %v, %v", list, err)
	}
	if result, err := book.Result(t.Context(), ids[0]); err != nil || result != (receipt.Hash{}) {
		t.Errorf("Result of an open order = %x, %v", result, err)
	}
	if all, err := w.book.List(t.Context(), nil, &gpu.Address); err != nil || len(all) != len(ids) {
		t.Errorf("List by a node without limits = %v, %v", all, err)
	}
	book, _ = w.narrow(2)
	if _, err := book.Find(t.Context(), ids[0]); relay.ErrorCode(err) != relay.CodeUnavailable {
		t.Errorf("Find by a node that refuses even that = %v", err)
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}
