package store

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/internal/postgres"
)

// publication is one of a model with a few words.
func publication(t testing.TB, owner, name, version string, change func(p *Publication)) Publication {
	t.Helper()
	address, err := manifest.ParseAddress(owner)
	if err != nil {
		t.Fatal(err)
	}
	cid := manifest.DigestOf([]byte(owner + name + version)).RawCID()
	p := Publication{Owner: owner,
		Release:  relay.Release{Release: cid, Manifest: cid, Kind: "model", Name: name, Version: version, Bytes: 1000, Created: "2026-01-01T00:00:00Z"},
		Manifest: &manifest.Manifest{Name: name, License: manifest.License{SPDX: "MIT"}, Runtime: &manifest.Runtime{Format: "onnx"}, Authors: []manifest.Author{{Address: address}}}}
	if change != nil {
		change(&p)
	}
	return p
}

func publishAll(t testing.TB, s *Store, all ...Publication) {
	t.Helper()
	for i, p := range all {
		if err := s.Publish(ctx, p, start.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPublish(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		publishAll(t, s, publication(t, alice, "m", "1.9.0", nil), publication(t, alice, "m", "1.10.0", nil), publication(t, alice, "m", "1.2.0", nil), publication(t, bob, "m", "1.0.0", nil))
		m, err := s.Model(ctx, alice, "m")
		if err != nil || m.Version != "1.10.0" || !Time(m.Updated).Equal(start.Add(2*time.Second)) || !Time(m.Created).Equal(start) {
			t.Errorf("Model = %+v, %v; want it to show 1.10.0", m, err)
		}
		v, err := s.Versions(ctx, m.ID, 0, 10)
		var names []string
		for _, x := range v {
			names = append(names, x.Version)
		}
		if got := strings.Join(names, " "); err != nil || got != "1.2.0 1.10.0 1.9.0" {
			t.Errorf("Versions = %s, %v; want those added last first", got, err)
		}
		if v, err = s.Versions(ctx, m.ID, v[0].ID, 1); err != nil || len(v) != 1 || v[0].Version != "1.10.0" {
			t.Errorf("the second page of Versions = %+v, %v", v, err)
		}
		if n, err := s.Usage(ctx, alice); n != 3000 || err != nil {
			t.Errorf("Usage = %d, %v; want 3000", n, err)
		}

		again := publication(t, alice, "m", "1.9.0", nil)
		if err := s.Publish(ctx, again, start.Add(time.Hour)); err != nil {
			t.Errorf("Publish of the same again = %v", err)
		}
		if m, err := s.Model(ctx, alice, "m"); err != nil || !Time(m.Updated).Equal(start.Add(2*time.Second)) {
			t.Errorf("publishing the same again changed %+v, %v", m, err)
		}
		again.Release.Manifest = manifest.DigestOf(nil).RawCID()
		wantCode(t, "Publish of another release of a version", s.Publish(ctx, again, start), relay.CodeConflict)
		wantCode(t, "MayPublish of it", s.MayPublish(ctx, alice, again.Release), relay.CodeConflict)
		_, err = s.Model(ctx, bob, "none")
		wantCode(t, "Model of none", err, relay.CodeNotFound)
		_, err = s.Version(ctx, m.ID, "2.0.0")
		wantCode(t, "Version of none", err, relay.CodeNotFound)
	})
}

// The chain is read every block, a folder every few seconds: its manifest is often known before its release is.
func TestPublishAfterTheChain(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		listed := func(owner, version string) Publication {
			return publication(t, owner, "m", version, func(p *Publication) {
				p.Release.Manifest = manifest.DigestOf([]byte(version)).RawCID()
				p.Release.Release, p.Chain = "", "0x"+version+owner
			})
		}
		publishAll(t, s, listed(alice, "1.0.0"), listed(alice, "1.1.0"), listed(bob, "1.1.0"))
		here := listed(alice, "1.1.0")
		here.Chain, here.Card, here.Release.Release, here.Release.Envelope, here.Release.Signer = "", "Finds zebras.", "bafyrelease", "bafyenvelope", alice
		publishAll(t, s, here)
		for _, owner := range []string{alice, bob} {
			m, err := s.Model(ctx, owner, "m")
			if err != nil || m.Release != "bafyrelease" {
				t.Errorf("%s shows release %q, %v; want the one that came", owner, m.Release, err)
			}
			v, err := s.Version(ctx, m.ID, "1.1.0")
			if err != nil || v.Release != "bafyrelease" || v.Envelope != "bafyenvelope" || v.Signer != alice || (v.Chain == "") != (owner == alice) {
				t.Errorf("%s has %+v, %v; want release, signatures, and that of alice kept without the chain", owner, v, err)
			}
			if v, err := s.Version(ctx, m.ID, "1.0.0"); owner == alice && (err != nil || v.Release != "" || v.Chain == "") {
				t.Errorf("another version became %+v, %v", v, err)
			}
		}
		if found, err := s.Search(ctx, Query{Text: "zebras", Limit: 10}); err != nil || len(found.Models) != 1 || found.Models[0].Release != "bafyrelease" {
			t.Errorf("Search by its card = %+v, %v", found, err)
		}
		// The other way round: the chain lists what is here already, in another's name.
		carol := listed("0x"+strings.Repeat("33", 20), "1.1.0")
		carol.Release.Release, carol.Release.Envelope = here.Release.Release, here.Release.Envelope // as the index finds them
		publishAll(t, s, carol, listed(alice, "1.1.0"))
		if m, err := s.Model(ctx, alice, "m"); err != nil || m.Release != "bafyrelease" {
			t.Errorf("the chain's listing took the release away: %+v, %v", m, err)
		}
	})
}

func TestSearch(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		publishAll(t, s,
			publication(t, alice, "face-detector", "1.0.0", func(p *Publication) {
				p.Release.Task, p.Release.Title, p.Manifest.Title, p.Manifest.Tags = "face-detection", "Faces", "Faces", []string{"vision", "mobile"}
			}),
			publication(t, alice, "landmarks", "1.0.0", func(p *Publication) {
				p.Manifest.License.SPDX, p.Release.Bytes, p.Card = "Apache-2.0", 20e6, "Finds eyes in a **face**; café-tested. ÜBER"
			}),
			publication(t, bob, "speech", "1.0.0", func(p *Publication) {
				p.Release.Task, p.Release.Bytes, p.Manifest.Summary = "voice-activity", 2e9, "Hears people; drop table models; \"quoted\" AND NOT * (x"
			}))
		tests := []struct {
			name string
			q    Query
			want string // names, best first
		}{
			{"everything, newest first", Query{}, "speech landmarks face-detector"},
			{"a word in name and card: the name counts more", Query{Text: "face"}, "face-detector landmarks"},
			{"all words", Query{Text: "face eyes"}, "landmarks"},
			{"the beginning of the last word", Query{Text: "detector fac"}, "face-detector"},
			{"not the beginning of others", Query{Text: "det face"}, ""},
			{"tags", Query{Text: "mobile"}, "face-detector"},
			{"task", Query{Text: "voice"}, "speech"},
			{"an author", Query{Text: bob}, "speech"},
			{"case and accents", Query{Text: "CAFE uber"}, "landmarks"},
			{"accents in the question", Query{Text: "Fäce"}, "face-detector landmarks"},
			{"syntax means nothing", Query{Text: `quoted" AND NOT * (x`}, "speech"},
			{"only syntax", Query{Text: `"*(:&|!`}, "speech landmarks face-detector"},
			{"nothing", Query{Text: "elephant"}, ""},
			{"owner", Query{Owner: alice}, "landmarks face-detector"},
			{"task as a facet", Query{Task: "face-detection"}, "face-detector"},
			{"license", Query{License: "Apache-2.0"}, "landmarks"},
			{"size", Query{Size: "medium"}, "landmarks"},
			{"size without limit", Query{Size: "huge"}, "speech"},
			{"text and facets", Query{Text: "face", License: "MIT", Format: "onnx", Kind: "model", Size: "small"}, "face-detector"},
		}
		for _, tt := range tests {
			for _, limit := range []int{1, 2, 100} { // pages say together what one says
				var got []string
				q := tt.q
				q.Limit = limit
				for {
					found, err := s.Search(ctx, q)
					if err != nil {
						t.Fatalf("%s: %v", tt.name, err)
					}
					for _, m := range found.Models {
						got = append(got, m.Name)
					}
					if q.Cursor = found.Next; q.Cursor == "" {
						break
					}
				}
				if got := strings.Join(got, " "); got != tt.want {
					t.Errorf("%s, %d a page: %q; want %q", tt.name, limit, got, tt.want)
				}
			}
		}
		facets, err := s.Facets(ctx, Query{Text: "face"})
		want := []Facet{{"kind", "model", 2}, {"task", "face-detection", 1}, {"license", "Apache-2.0", 1}, {"license", "MIT", 1}, {"format", "onnx", 2}, {"size", "medium", 1}, {"size", "small", 1}}
		if err != nil || !slices.Equal(facets, want) {
			t.Errorf("Facets = %v, %v; want %v", facets, err, want)
		}
		for _, cursor := range []string{"x", "u1_", "u_1", "u1_1_1", "i1_1", "unan_1", "1_1"} {
			_, err := s.Search(ctx, Query{Cursor: cursor, Limit: 1})
			wantCode(t, "Search with cursor "+cursor, err, relay.CodeInvalid)
		}

		// A new version's words take the place of the old one's.
		publishAll(t, s, publication(t, bob, "speech", "2.0.0", func(p *Publication) { p.Manifest.Summary = "Understands" }))
		if found, err := s.Search(ctx, Query{Text: "hears", Limit: 1}); err != nil || len(found.Models) > 0 {
			t.Errorf("the old version's words find %v, %v", found.Models, err)
		}
		if found, err := s.Search(ctx, Query{Text: "understands", Limit: 1}); err != nil || len(found.Models) != 1 || found.Models[0].Version != "2.0.0" {
			t.Errorf("the new version's words find %v, %v", found.Models, err)
		}
	})
}

// Trending lists begin with those that rank, the best first; pages say together what one says.
func TestTrending(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		var rankings []Ranking
		for i := range 9 {
			name := fmt.Sprint("m", i)
			publishAll(t, s, publication(t, alice, name, "1.0.0", nil))
			if i%2 == 0 {
				r := Ranking{Owner: alice, Name: name}
				r.Model, r.Score, r.Payers = name, 1/float64(3+i*7%5), 1
				rankings = append(rankings, r)
			}
		}
		want := "m0 m8 m6 m4 m2" // then those without a score
		for range 2 {            // the second time nothing changes
			if err := s.SetRankings(ctx, rankings); err != nil {
				t.Fatal(err)
			}
			for _, limit := range []int{1, 2, 100} {
				var got []string
				q := Query{Sort: SortTrending, Limit: limit}
				for {
					found, err := s.Search(ctx, q)
					if err != nil {
						t.Fatal(err)
					}
					for _, m := range found.Models {
						got = append(got, m.Name)
					}
					if q.Cursor = found.Next; q.Cursor == "" {
						break
					}
				}
				if got := strings.Join(got, " "); len(got) != 9*3-1 || !strings.HasPrefix(got, want) {
					t.Errorf("%d a page: %s; want %s …", limit, got, want)
				}
			}
		}
		if err := s.SetRankings(ctx, nil); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Ranking(ctx, "m0"); err != nil || r.Score != 0 {
			t.Errorf("after all are gone: %+v, %v", r, err)
		}
		found, err := s.Search(ctx, Query{Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Search(ctx, Query{Sort: SortTrending, Cursor: found.Next, Limit: 2})
		wantCode(t, "Search with another list's cursor", err, relay.CodeInvalid)
	})
}

// A word that all have does not sort them: those made last come first, each once.
func TestSearchCommonWord(t *testing.T) {
	eachStore(t, func(t *testing.T, s *Store) {
		fill(t, s, 25)
		q := Query{Text: "model", Limit: 7}
		seen := map[string]bool{}
		last := int64(math.MaxInt64)
		for {
			found, err := s.Search(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range found.Models {
				if seen[m.Name] || m.ID >= last {
					t.Fatalf("%s comes twice, or not in order", m.Name)
				}
				seen[m.Name], last = true, m.ID
			}
			if q.Cursor = found.Next; q.Cursor == "" {
				break
			}
		}
		if len(seen) != 25 {
			t.Errorf("%d found; want %d", len(seen), 25)
		}
	})
}

// Words of a text are the same however it is written, and no text is too odd for either database.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"Face-Detector v1.2", "café ÜBER", "東京タワー", "\xff\x00", strings.Repeat("a", 1000), "1e5 -3.14 a/b c:d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range words(text) {
			if again := words(w); len(again) != 1 && len(again) != 0 {
				t.Errorf("%q has the word %q, which is %q", text, w, again)
			}
			if strings.ContainsAny(w, " \"'&|!:*()\x00") || len([]rune(w)) > maxWord {
				t.Errorf("%q has the word %q", text, w)
			}
		}
	})
}

// Whatever is sent as a cursor, it is refused or a page is found after it; one that is taken says the same again.
func FuzzCursor(f *testing.F) {
	s := open(f, "sqlite:"+f.TempDir()+"/hub.db")
	publishAll(f, s, publication(f, alice, "first", "1.0.0", nil), publication(f, alice, "second", "1.0.0", nil))
	for _, c := range []string{"u1_1", "s1.5_a", "tNaN_z", "s-Inf_-1", "t0x1p-2_zz", "é_1", "u9223372036854775807_zzzzzzzzzzzz", "_"} {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		for _, q := range []Query{{}, {Sort: SortTrending}, {Text: "first"}} {
			q.Cursor, q.Limit = cursor, 1
			if _, err := s.search(ctx, q); err != nil && relay.ErrorCode(err) != relay.CodeInvalid {
				t.Errorf("%q of %+v: %v", cursor, q, err)
			}
		}
		by, at, id, err := parseCursor(cursor)
		if err != nil || cursor == "" {
			return
		}
		again := formatCursor(by, at, id)
		if by2, at2, id2, err := parseCursor(again); err != nil || by2 != by || id2 != id || fmt.Sprint(at2) != fmt.Sprint(at) {
			t.Errorf("%q is %s, which is %v %v %v, %v", cursor, again, by2, at2, id2, err)
		}
	})
}

// BenchmarkSearch is over 100 000 models; b.N searches with 20 results each.
func BenchmarkSearch(b *testing.B) {
	for _, url := range []string{"sqlite:" + b.TempDir() + "/hub.db", postgres.URL(b)} {
		kind, _, _ := strings.Cut(url, ":")
		s := open(b, url)
		fill(b, s, 100_000)
		for name, q := range map[string]Query{
			"home": {}, "rare": {Text: "w777"}, "common": {Text: "model"}, "two": {Text: "w3 w50"}, "prefix": {Text: "w1"}, "facet": {Task: "task7"},
		} {
			q.Limit = 20
			b.Run(kind+"/"+name, func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Search(ctx, q); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run(kind+"/facets-"+name, func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Facets(ctx, q); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// fill publishes n models of words that are as common as those of a language.
func fill(b testing.TB, s *Store, n int) {
	b.Helper()
	fillWith(b, s, n, func(i int) Publication {
		p := publication(b, alice, fmt.Sprintf("model-%d", i), "1.0.0", nil)
		var text []string
		for j := range 60 {
			text = append(text, fmt.Sprintf("w%d", (i*7919+j*104729)%(1+(i*31+j*17)%2000)))
		}
		p.Card, p.Release.Task, p.Manifest.License.SPDX, p.Release.Bytes = strings.Join(text, " "), fmt.Sprintf("task%d", i%20), fmt.Sprintf("L%d", i%9), int64(i)*10_000
		return p
	})
}

// fillWith puts models into the tables in one transaction.
func fillWith(b testing.TB, s *Store, n int, publication func(i int) Publication) {
	b.Helper()
	tx, err := s.write.Begin()
	if err != nil {
		b.Fatal(err)
	}
	defer tx.Rollback()
	for i := range n {
		p := publication(i)
		if _, err := tx.Exec(`INSERT INTO models (id, owner, name, created, updated, version, kind, title, summary, task, license, format, tags, bytes, manifest, release)
			VALUES ($1, $2, $3, $4, $5, '1.0.0', 'model', $6, $7, $8, $9, 'onnx', $10, $11, $12, $13)`, i+1, p.Owner, p.Manifest.Name, i, i, p.Manifest.Title, p.Manifest.Summary,
			p.Release.Task, p.Manifest.License.SPDX, strings.Join(p.Manifest.Tags, " "), p.Release.Bytes, string(p.Release.Manifest), string(p.Release.Release)); err != nil {
			b.Fatal(err)
		}
		if err := s.index(ctx, tx, int64(i+1), p); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	if _, err := s.write.Exec("ANALYZE"); err != nil {
		b.Fatal(err)
	}
}
