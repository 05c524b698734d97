package store

import "context"

// Relative is a version that another one was made from, or that was made from it, through others. Layer is how many steps away it is, negative for
// what it was made from, 0 for itself.
type Relative struct {
	ID, Version, Model, Publisher, Name string
	Layer                               int
}

// Descent is that a version was made from another one.
type Descent struct{ Child, Parent, Relation, UID string }

// Lineage finds what a version was made from and what was made from it, the nearest first: so many steps in each direction, and no more versions
// than most. more tells that there are others. hidden models are left out, and what is known by them alone. It finds none when there is no such version.
func (s *Store) Lineage(ctx context.Context, version string, steps, most int, hidden func(Shown) bool) (all []Relative, edges []Descent, more bool, err error) {
	err = s.View(ctx, func(v *View) error {
		known := map[string]bool{}
		drawn := map[Descent]bool{}
		add := func(ids []string, layer int) ([]string, error) {
			found, err := v.relatives(ctx, ids, layer, hidden)
			var next []string
			for _, r := range found {
				known[r.ID] = true
				next = append(next, r.ID)
			}
			all = append(all, found...)
			return next, err
		}
		start, err := add([]string{version}, 0)
		if err != nil || len(start) == 0 {
			return err
		}
		for _, step := range []int{-1, 1} {
			from, to := "child", "parent"
			if step > 0 {
				from, to = to, from
			}
			of := EntityOf("Lineage")
			for ring, layer := start, step; len(ring) > 0; layer += step {
				rows, err := v.Entities(ctx, EntityQuery{Of: of, Fields: []*Field{of.Field("child"), of.Field("parent"), of.Field("relation"), of.Field("uid"), of.Field(to)},
					First: most, By: of.Field(from), In: ring}, most*most)
				if err != nil {
					return err
				}
				var fresh []string
				wanted := map[string]bool{}
				for _, r := range rows {
					if id := r.Values[4].(string); !known[id] && !wanted[id] {
						wanted[id], fresh = true, append(fresh, id)
					}
				}
				room := most - len(all)
				if layer*step > steps {
					room = 0
				}
				if len(fresh) > room {
					more, fresh = true, fresh[:room]
				}
				if ring, err = add(fresh, layer); err != nil {
					return err
				}
				for _, r := range rows {
					d := Descent{r.Values[0].(string), r.Values[1].(string), r.Values[2].(string), r.Values[3].(string)}
					if known[d.Child] && known[d.Parent] && !drawn[d] {
						drawn[d], edges = true, append(edges, d)
					}
				}
			}
		}
		return nil
	})
	return all, edges, more, err
}

// relatives are versions by their ids, in that order; those of hidden models are left out.
func (v *View) relatives(ctx context.Context, ids []string, layer int, hidden func(Shown) bool) ([]Relative, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	of := EntityOf("Version")
	rows, err := v.Entities(ctx, EntityQuery{Of: of, Fields: []*Field{of.Field("version"), of.Field("model"), of.Field("manifest")}, First: 1, By: of.Field("id"), In: ids}, len(ids))
	if err != nil {
		return nil, err
	}
	byID, models := map[string]Relative{}, []string{}
	manifests := map[string]string{}
	for _, r := range rows {
		byID[r.In] = Relative{ID: r.In, Version: r.Values[0].(string), Model: r.Values[1].(string), Layer: layer}
		manifests[r.In] = r.Values[2].(string)
		models = append(models, r.Values[1].(string))
	}
	shown, err := v.Shown(ctx, models)
	if err != nil {
		return nil, err
	}
	var out []Relative
	for _, id := range ids {
		r, ok := byID[id]
		if m, there := shown[r.Model]; ok && there && !hidden(m) && !hidden(Shown{Manifest: manifests[id]}) {
			r.Publisher, r.Name = m.Publisher, m.Name
			out = append(out, r)
		}
	}
	return out, nil
}
