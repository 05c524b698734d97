package graphql

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/relay/store"
)

func id(kind string, n int) string { return fmt.Sprintf("0x%s%063x", kind, n) }

// filled is an API over that many models on chain, each with two versions, a plan, two payments and what it was made from.
func filled(t testing.TB, models int) *API {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	base := store.ChainBlock{Hash: id("b", 0)}
	if ok, err := s.StartChain(ctx, 1, base); err != nil || !ok {
		t.Fatal(ok, err)
	}
	account := func(n int) string { return fmt.Sprintf("0x%040x", n) }
	err = s.ApplyChain(ctx, base.Hash, store.ChainBlock{Block: 1, Hash: id("b", 1), At: 9}, func(tx *store.ChainTx) error {
		for m := range models {
			at, model := int64(10*m), id("a", m)
			facts := []any{store.ChainModel{ID: model, Publisher: account(m / 3), Owner: account(m / 4), Name: fmt.Sprint("model-", m), Kind: "model", Block: 1, Idx: at},
				store.ChainTransfer{Model: model, Receiver: account(m / 4), Block: 1, Idx: at + 1},
				store.ChainPlan{ID: id("d", m), Model: model, Token: store.NoToken, AuthorFee: "1", RelayFee: "2", ComputeCap: "3", Block: 1, Idx: at + 2}}
			for i := range 2 {
				facts = append(facts, store.ChainVersion{ID: id("c", 2*m+i), Model: model, Version: fmt.Sprintf("1.%d.0", i), Manifest: fmt.Sprint("cid-", m, i), Owner: account(m / 4), Block: 1, Idx: at + 3 + int64(i)},
					store.ChainPayment{Model: model, Plan: id("d", m), Source: "session", Payer: account(m + i), Token: store.NoToken, Units: int64(m % 100), Author: fmt.Sprint(m), Relay: "0", Compute: "0", Block: 1, Idx: at + 5 + int64(i)})
			}
			if m > 0 {
				facts = append(facts, store.ChainParent{Child: id("c", 2*m), Parent: id("c", m-1), Block: 1, Idx: at + 3})
			}
			if err := tx.Add(facts...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &API{Store: s, Log: slog.New(slog.DiscardHandler)}
}

const deep = `{ models(first: 100, orderBy: name, orderDirection: desc) { name owner { id } plans { authorFee payments { units payer { id } } }
	versions { version parents { parent { version model { name owner { id } } } } children(first: 5) { child { model { name } } } } } }`

// However many rows there are, a list is one statement: 100 models with what they have take eight of the 50 that a query may.
func TestStatements(t *testing.T) {
	a := filled(t, 150)
	if got := string(a.Answer(context.Background(), Request{Query: deep})); !strings.HasPrefix(got, `{"data":`) || strings.Count(got, `"authorFee"`) != 100 {
		t.Errorf("%.300s", got)
	}
	rows := `{ models(first: 150) { versions { payments: model { payments { model { versions { model { versions { id } } } } } } } } }`
	if got := string(a.Answer(context.Background(), Request{Query: rows})); strings.HasPrefix(got, `{"data":null`) || len(got) > maxReply {
		t.Errorf("%.300s", got)
	}
}

// More rows than a query may have, and more than its reply may, end in an error that says so.
func TestRefuseMuch(t *testing.T) {
	a := filled(t, 1500)
	for query, want := range map[string]string{
		`{ a: payments(first: 1000) { id } ` + strings.Join(copies(10, `: payments(first: 1000, skip: 5) { id }`), " ") + ` }`: "more than 10000 rows",
		`{ models(first: 1000) { ` + strings.Join(copies(250, ": transactionHash"), " ") + ` } }`:                              "more than 200000 values",
		`{ models(first: 1000) { ` + strings.Join(copies(80, ": id"), " ") + ` } }`:                                            "the reply has more than",
	} {
		if got := string(a.Answer(context.Background(), Request{Query: query})); !strings.HasPrefix(got, `{"errors":`) || !strings.Contains(got, want) {
			t.Errorf("%.60s… = %.200s; want %s", query, got, want)
		}
	}
}

func copies(n int, text string) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprint("x", i, text))
	}
	return out
}

// FuzzAnswer: whatever is asked, the reply is JSON with data or errors, soon, and nothing of ours is broken.
func FuzzAnswer(f *testing.F) {
	for _, query := range []string{deep, "{ __schema { types { name fields { args { name defaultValue } } } } }", `query($w: Model_filter, $n: [String!]) { models(where: $w) { name } m: models(where: { name_in: $n }) { id } }`,
		`{ a: model(id: "x") { ...f } } fragment f on Model { versions @skip(if: true) { id } __typename }`, `{ transfers(where: { or: [{ id_gt: "1-2" }, { model_: { name_not_in: [] } }] }, orderBy: id) { from } }`,
		`{ _meta(block: { number_gte: 1 }) { block { number } } __type(name: "Plan") { name } }`} {
		f.Add(query, `{"w": {"name": "x", "or": [{"royaltyBps_gt": 1}]}, "n": "one"}`)
	}
	a := filled(f, 5)
	f.Fuzz(func(t *testing.T, query, variables string) {
		q := Request{Query: query}
		decoder := json.NewDecoder(strings.NewReader(variables))
		decoder.UseNumber()
		if decoder.Decode(&q.Variables) != nil {
			q.Variables = nil
		}
		begin := time.Now()
		var got struct {
			Data   json.RawMessage
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}
		body := a.Answer(context.Background(), q)
		if err := json.Unmarshal(body, &got); err != nil || (got.Data == nil) == (got.Errors == nil) || time.Since(begin) > time.Minute {
			t.Fatalf("%q: %s %v", query, body, err)
		}
		for _, e := range got.Errors {
			if e.Message == "" || e.Extensions.Code == "" || e.Extensions.Code == "internal" {
				t.Fatalf("%q: %s", query, body)
			}
		}
	})
}

func BenchmarkAnswer(b *testing.B) {
	a := filled(b, 100_000)
	for name, query := range map[string]string{
		"one":        `{ model(id: "` + id("a", 500) + `") { name owner { id } versions { version state } plans { authorFee } } }`,
		"newest":     `{ models(first: 24, orderBy: blockNumber, orderDirection: desc) { name owner { id } versions(first: 1, orderBy: blockNumber, orderDirection: desc) { version } } }`,
		"deep":       deep,
		"name":       `{ models(where: { name_contains: "999" }) { name } }`,
		"unindexed":  `{ payments(first: 100, orderBy: author, orderDirection: desc, where: { units_gt: 90 }) { author model { name } } }`,
		"introspect": `{ __schema { types { name fields { name args { name type { name } } type { name ofType { name ofType { name } } } } } } }`,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if got := a.Answer(context.Background(), Request{Query: query}); !strings.HasPrefix(string(got), `{"data":`) {
					b.Fatalf("%.300s", got)
				}
			}
		})
	}
}
