package graph

import "testing"

// An operator's rules are those of the first family that has any, so no other family may have more of them. What is
// read operator by operator is what is read as a whole.
func TestTables(t *testing.T) {
	for _, of := range []func(*family) *table{
		func(f *family) *table { return &f.rules },
		func(f *family) *table { return &f.canonical },
	} {
		family := map[string]int{}
		for i, f := range families {
			all := of(f).all()
			for _, r := range all {
				if first, ok := family[r.op]; ok && first != i {
					t.Errorf("%s is in families %d and %d", r.op, first, i)
				}
				family[r.op] = i
			}
			n := 0
			seen := map[string]bool{}
			for _, r := range all {
				if !seen[r.op] {
					seen[r.op] = true
					n += len(of(f).of(r.op))
				}
			}
			if n != len(all) {
				t.Errorf("family %d: %d rules one by one, %d in all", i, n, len(all))
			}
		}
	}
	for _, op := range []string{"", "Nothing", "Abs T>T", "Abs\nAcos", "T>T"} {
		if _, r := lookup(op, MaxOpset); r != nil {
			t.Errorf("%q is an operator", op)
		}
	}
}
