package store

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func hexID(kind string, n int) string { return fmt.Sprintf("0x%s%0*x", kind, 64-len(kind), n) }

// payments puts models on chain, each with a plan, and payments for them in blocks of ten.
func payments(t testing.TB, s *Store, rng *rand.Rand, models, each int) (all []ChainPayment) {
	t.Helper()
	base := ChainBlock{Hash: hexID("b", 0)}
	if ok, err := s.StartChain(ctx, 1, base); err != nil || !ok {
		t.Fatal(ok, err)
	}
	block := ChainBlock{Block: 1, Hash: hexID("b", 1)}
	if err := s.ApplyChain(ctx, base.Hash, block, func(tx *ChainTx) error {
		for m := range models {
			id := hexID("a", m)
			if err := tx.Add(ChainModel{ID: id, Publisher: []string{alice, bob}[m%2], Owner: alice, Name: fmt.Sprintf("Ünit_%d%%", m), Kind: "model", Block: 1, Idx: int64(3 * m)},
				ChainVersion{ID: hexID("c", m), Model: id, Version: "1.0.0", Manifest: "m" + strconv.Itoa(m), Owner: alice, Block: 1, Idx: int64(3*m + 1)},
				ChainPlan{ID: hexID("d", m), Model: id, Token: NoToken, AuthorFee: "1", RelayFee: "1", ComputeCap: "0", Block: 1, Idx: int64(3*m + 2), Transferable: m%3 == 0}); err != nil {
				return err
			}
			for i := range each {
				author := strconv.FormatUint(rng.Uint64()>>rng.UintN(60), 10)
				if i%7 == 0 {
					author += "000000000000000000000"
				}
				p := ChainPayment{Block: 1, Idx: int64(100 + 10*m + i/10), Item: int64(i % 10), Source: []string{"session", "order"}[i%2], Ref: hexID("e", i), Plan: hexID("d", m), Model: id,
					Payer: []string{alice, bob}[i%2], Token: NoToken, Units: int64(rng.IntN(20)), Author: author, Relay: "0", Compute: "0", At: int64(rng.IntN(5))}
				all = append(all, p)
				if err := tx.Add(p); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// Whatever is asked of payments is what a loop over all of them finds, in the same order, on every database.
func TestEntities(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		rng := rand.New(rand.NewPCG(1, 2))
		all := payments(t, s, rng, 6, 25)
		of := EntityOf("Payment")
		id := func(p ChainPayment) string { return fmt.Sprintf("%d-%d-%d", p.Block, p.Idx, p.Item) }
		number := func(a string) string { return fmt.Sprintf("%040s", a) }
		fields := map[string]struct {
			value   func(ChainPayment) any
			compare func(a, b any) int
		}{
			"units":  {func(p ChainPayment) any { return p.Units }, func(a, b any) int { return cmp.Compare(a.(int64), b.(int64)) }},
			"author": {func(p ChainPayment) any { return p.Author }, func(a, b any) int { return cmp.Compare(number(a.(string)), number(b.(string))) }},
			"source": {func(p ChainPayment) any { return p.Source }, func(a, b any) int { return cmp.Compare(a.(string), b.(string)) }},
			"id": {func(p ChainPayment) any { return id(p) }, func(a, b any) int {
				var x, y [3]int
				fmt.Sscanf(a.(string), "%d-%d-%d", &x[0], &x[1], &x[2])
				fmt.Sscanf(b.(string), "%d-%d-%d", &y[0], &y[1], &y[2])
				return slices.Compare(x[:], y[:])
			}},
			"payer": {func(p ChainPayment) any { return p.Payer }, func(a, b any) int { return cmp.Compare(a.(string), b.(string)) }},
		}
		names := []string{"units", "author", "source", "id", "payer"}
		for round := range 60 {
			name, by := names[rng.IntN(5)], names[rng.IntN(5)]
			f := fields[name]
			op := []string{"", "not", "gt", "gte", "lt", "lte", "in", "not_in"}[rng.IntN(8)]
			var values []any
			for range 1 + rng.IntN(3) {
				values = append(values, f.value(all[rng.IntN(len(all))]))
			}
			if op != "in" && op != "not_in" {
				values = values[:1]
			}
			holds := func(p ChainPayment) bool {
				v := f.value(p)
				switch c := f.compare(v, values[0]); op {
				case "":
					return c == 0
				case "not":
					return c != 0
				case "gt":
					return c > 0
				case "gte":
					return c >= 0
				case "lt":
					return c < 0
				case "lte":
					return c <= 0
				}
				return slices.Contains(values, v) == (op == "in")
			}
			q := EntityQuery{Of: of, Fields: []*Field{of.Field("id"), of.Field("author")}, Where: &Condition{Field: of.Field(name), Op: op, Values: values}, Order: of.Field(by),
				Down: rng.IntN(2) == 0, Skip: rng.IntN(4), First: 1 + rng.IntN(30)}
			groups := []string{""}
			if rng.IntN(2) == 0 {
				q.By, groups = of.Field("model"), []string{hexID("a", 1), hexID("a", 4), hexID("a", 99)}[:1+rng.IntN(3)]
				q.In = groups
			}
			want := map[string][]string{}
			for _, group := range groups {
				var found []ChainPayment
				for _, p := range all {
					if holds(p) && (group == "" || p.Model == group) {
						found = append(found, p)
					}
				}
				slices.SortStableFunc(found, func(a, b ChainPayment) int {
					c := cmp.Or(fields[by].compare(fields[by].value(a), fields[by].value(b)), fields["id"].compare(id(a), id(b)))
					if q.Down {
						return -c
					}
					return c
				})
				found = found[min(q.Skip, len(found)):]
				for _, p := range found[:min(q.First, len(found))] {
					want[group] = append(want[group], id(p)+" "+p.Author)
				}
			}
			got := map[string][]string{}
			view(t, s, func(v *View) error {
				rows, err := v.Entities(ctx, q, 1000)
				for _, r := range rows {
					got[r.In] = append(got[r.In], r.Values[0].(string)+" "+r.Values[1].(string))
				}
				return err
			})
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%d: %s_%s %v by %s, down %v, skip %d, first %d, in %v:\n got %v\nwant %v", round, name, op, values, by, q.Down, q.Skip, q.First, q.In, got, want)
			}
		}
	})
}

func view(t testing.TB, s *Store, do func(*View) error) {
	t.Helper()
	if err := s.View(ctx, do); err != nil {
		t.Fatal(err)
	}
}

// Every field of every kind can be read, ordered by and compared, on every database.
func TestEveryEntity(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		payments(t, s, rand.New(rand.NewPCG(3, 4)), 3, 3)
		view(t, s, func(v *View) error {
			for _, of := range Entities {
				var fields []*Field
				for _, f := range of.Fields {
					if f.Type == FieldList {
						if by := EntityOf(f.Of).Field(f.By); by == nil || of.Field(f.On) == nil || !by.Type.isText() {
							t.Errorf("%s.%s is by nothing", of.Name, f.Name)
						}
						continue
					}
					fields = append(fields, f)
				}
				for _, f := range fields {
					if f.Derived {
						continue
					}
					some := []*Condition{{}}
					for op := range Ops {
						var value any
						switch f.Type {
						case FieldInt, FieldBigInt:
							value = int64(1)
						case FieldFloat:
							value = 0.5
						case FieldBoolean:
							value = true
						case FieldAmount:
							value = "007"
						case FieldID:
							value = strings.TrimSuffix(strings.Repeat("1-", len(of.key)), "-")
						default:
							value = "x"
						}
						if strings.Contains(op, "with") || op == "contains" {
							if f.Type != FieldText {
								continue
							}
						}
						some = append(some, &Condition{Field: f, Op: op, Values: []any{value}})
					}
					q := EntityQuery{Of: of, Fields: fields, Order: f, First: 5, Where: &Condition{Any: some}}
					if _, err := v.Entities(ctx, q, 100); err != nil {
						t.Fatalf("%s.%s: %v", of.Name, f.Name, err)
					}
					if f.Type == FieldRef && !EntityOf(f.Of).Bare() {
						q.Where = &Condition{Field: f, Has: &Condition{}}
						q.By, q.In = f, []string{"x", "y"}
						if _, err := v.Entities(ctx, q, 100); err != nil {
							t.Fatalf("%s.%s_: %v", of.Name, f.Name, err)
						}
					}
				}
			}
			return nil
		})
	})
}

// Texts compare the same everywhere: by letter case, with letters that are more than a byte, with what patterns have signs for.
func TestEntitiesByText(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		payments(t, s, rand.New(rand.NewPCG(5, 6)), 12, 1)
		of := EntityOf("Model")
		for _, tt := range []struct {
			op, value string
			want      int
		}{{"starts_with", "Ün", 12}, {"starts_with", "ün", 0}, {"starts_with", "Ünit_1", 3}, {"ends_with", "1%", 2}, {"ends_with", "%", 12}, {"ends_with", strings.Repeat("x", 30), 0},
			{"contains", "t_1", 3}, {"contains", "T_1", 0}, {"contains", "t%1", 0}, {"contains", "", 12}, {"gt", "Ünit_5%", 4}, {"lt", "a", 0}} {
			view(t, s, func(v *View) error {
				rows, err := v.Entities(ctx, EntityQuery{Of: of, First: 100, Where: &Condition{Field: of.Field("name"), Op: tt.op, Values: []any{tt.value}}}, 100)
				if len(rows) != tt.want {
					t.Errorf("name_%s %q finds %d; want %d", tt.op, tt.value, len(rows), tt.want)
				}
				return err
			})
		}
	})
}

// A view does not see what is written after it began.
func TestView(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		payments(t, s, rand.New(rand.NewPCG(7, 8)), 2, 1)
		of := EntityOf("Model")
		view(t, s, func(v *View) error {
			c, _, ok, err := v.Cursor(ctx)
			if err != nil || !ok || c.Number != 1 {
				t.Errorf("cursor %v %v %v", c, ok, err)
			}
			if err := s.ApplyChain(context.Background(), c.Hash, ChainBlock{Block: 2, Hash: hexID("b", 2)}, func(tx *ChainTx) error {
				return tx.Add(ChainModel{ID: hexID("a", 77), Name: "later", Block: 2})
			}); err != nil {
				return err
			}
			rows, err := v.Entities(ctx, EntityQuery{Of: of, First: 10}, 10)
			if len(rows) != 2 {
				t.Errorf("%d models; want the 2 that were there", len(rows))
			}
			return err
		})
	})
}
