package store

import (
	"fmt"
	"slices"
	"testing"
)

// A family is traced in both directions, as far as is asked, also where it is its own ancestor; hidden models end it.
func TestLineage(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		base := ChainBlock{Hash: "base"}
		if ok, err := s.StartChain(ctx, 1, base); err != nil || !ok {
			t.Fatal(ok, err)
		}
		if err := s.ApplyChain(ctx, "base", ChainBlock{Block: 1, Hash: "one"}, func(tx *ChainTx) error {
			for i, pair := range []string{"ca", "cb", "dc", "ec", "fe", "gf", "hg", "xy", "yx"} { // child, parent
				if err := tx.Add(ChainParent{Child: pair[:1], Parent: pair[1:], Block: 1, Idx: int64(i)}); err != nil {
					return err
				}
			}
			for i, v := range "abcdefghxy" {
				if err := tx.Add(ChainModel{ID: "model " + string(v), Publisher: alice, Name: string(v), Block: 1, Idx: int64(i)},
					ChainVersion{ID: string(v), Model: "model " + string(v), Version: "1.0.0", Block: 1, Idx: int64(i)}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			of          string
			steps, most int
			hidden      string
			want, edges string
			more        bool
		}{
			{"c", 3, 40, "", "c0 a-1 b-1 d1 e1 f2 g3", "ca cb dc ec fe gf", true},
			{"c", 10, 40, "", "c0 a-1 b-1 d1 e1 f2 g3 h4", "ca cb dc ec fe gf hg", false},
			{"c", 10, 4, "", "c0 a-1 b-1 d1", "ca cb dc", true},
			{"c", 10, 40, "e", "c0 a-1 b-1 d1", "ca cb dc", false},
			{"x", 10, 40, "", "x0 y-1", "xy yx", false},
			{"nobody", 3, 40, "", "", "", false},
			{"e", 3, 40, "e", "", "", false},
		} {
			all, descents, more, err := s.Lineage(ctx, tt.of, tt.steps, tt.most, func(m Shown) bool { return m.Name == tt.hidden && tt.hidden != "" })
			if err != nil {
				t.Fatal(err)
			}
			got, edges := "", []string{}
			for _, r := range all {
				got += fmt.Sprint(" ", r.Name, r.Layer)
			}
			for _, d := range descents {
				edges = append(edges, d.Child+d.Parent)
			}
			slices.Sort(edges)
			drawn := ""
			for _, e := range edges {
				drawn += " " + e
			}
			if got != prefixed(tt.want) || drawn != prefixed(tt.edges) || more != tt.more {
				t.Errorf("of %s, %d steps, %d, without %q:%s,%s, %v; want %s, %s, %v", tt.of, tt.steps, tt.most, tt.hidden, got, drawn, more, tt.want, tt.edges, tt.more)
			}
		}
	})
}

func prefixed(s string) string {
	if s == "" {
		return s
	}
	return " " + s
}
