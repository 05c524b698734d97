package httpapi

import (
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/graphql"
)

// query asks in GraphQL and returns the reply as its clients see it.
func (h *hub) query(text string, variables any) string {
	h.t.Helper()
	body, err := json.Marshal(map[string]any{"query": text, "variables": variables})
	if err != nil {
		h.t.Fatal(err)
	}
	w := h.ask("POST", "/api/graphql", string(body))
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/json" {
		h.t.Fatalf("%s = %d %s %s", text, w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	return strings.TrimSpace(w.Body.String())
}

// queries are held against the schema by graphql-js, too: web/src/relay/graphql.test.ts reads these files.
var queries = map[string]struct {
	text      string
	variables map[string]any
}{
	"models": {text: `query Models($first: Int!, $owner: ID) {
  _meta { block { number hash timestamp } deployment hasIndexingErrors }
  models(first: $first, orderBy: blockNumber, orderDirection: desc, where: { owner: $owner, kind_in: ["model"] }) {
    __typename id name royaltyBps score payers splitter blockNumber logIndex transactionHash timestamp
    publisher { id }
    owner { id owns(orderBy: name) { name } }
    versions(orderBy: blockNumber, orderDirection: desc) { ...version parents { relation parent { version model { name } } } children { child { ...version } } evaluations { metric value attester { id } } }
    aliases { name version { version } }
    plans { authorFee relayFee computeCap unitKind transferable period token { symbol decimals } }
    payments(first: 1) { id source units author relay compute payer { id } plan { id } }
    transfers(orderDirection: desc) { from to timestamp }
    shares { recipient parts }
  }
}
fragment version on Version { id version manifest root licenseHash state reason yanked owner { id } }`,
		variables: map[string]any{"first": 10}},
	"single": {text: `{
  model(id: "` + id("1") + `") { name }
  none: model(id: "` + id("0") + `") { name }
  payment(id: "12-0-0") { units session: ref }
  lineages(where: { child_: { version: "2.0.0" } }) { id uid }
  account(id: "0x0000000000000000000000000000000000000001") { id owns { id } }
  evaluation(id: "` + id("d") + `") { dataset version { id } }
  session(id: "` + id("8") + `") { units payments { id } operator { credits { amount receiver } } }
  yanks { reason version { yanked } }
}`},
	"where": {text: `{
  none: payments(where: { compute_gt: "340282366920938463463374607431768211456" }) { id }
  one: payments(where: { compute_gte: "340282366920938463463374607431768211456", units_lt: 21, author_in: ["12000"] }) { id }
  either: models(where: { or: [{ name_starts_with: "gre" }, { and: [{ name_contains: "op" }, { name_ends_with: "py" }] }] }) { name }
  after: transfers(where: { id_gt: "11-1" }) { id }
  these: transfers(where: { id_in: ["10-2", "12-3"] }) { id }
  not: models(where: { name_not: "greeter", royaltyBps_lt: 1 }) { name }
}`},
	"where-mine": {text: `query ($me: ID!) { models(where: { publisher: $me }) { name } versions(where: { model_: { publisher: $me }, yanked: false }) { version } }`},
}

// withChain is a hub with a model that was uploaded and is on chain, as onChain has it.
func withChain(t *testing.T) (h *hub, doc manifest.CID, owner string) {
	t.Helper()
	h = withUploads(t)
	m := makeRelease(t)
	if w := h.ask("POST", "/api/v1/uploads/tar", string(m.tar), "Cookie", h.signIn(testKey(t, "1")), "Content-Type", "application/x-tar"); w.Code != 201 {
		t.Fatalf("POST of an archive = %d %s", w.Code, w.Body)
	}
	owner, _ = onChain(t, h, m.Manifest)
	return h, m.Manifest, owner
}

func TestGraphQLGolden(t *testing.T) {
	h, _, owner := withChain(t)
	compare(t, "testdata/schema.graphql", []byte(graphql.Schema))
	if w := h.ask("GET", "/api/graphql/schema", ""); w.Code != 200 || w.Body.String() != graphql.Schema {
		t.Errorf("GET /api/graphql/schema = %d %s", w.Code, w.Body)
	}
	for name, q := range queries {
		if name == "where-mine" {
			q.variables = map[string]any{"me": strings.ToLower(owner)}
		}
		reply := h.query(q.text, q.variables)
		text, err := json.MarshalIndent(map[string]any{"query": q.text, "variables": q.variables, "reply": json.RawMessage(reply)}, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		compare(t, filepath.Join("testdata", "graphql-"+name+".json"), append(text, '\n'))
		parameters := url.Values{"query": {q.text}}
		if q.variables != nil {
			v, _ := json.Marshal(q.variables)
			parameters.Set("variables", string(v))
		}
		if got := strings.TrimSpace(h.ask("GET", "/api/graphql?"+parameters.Encode(), "").Body.String()); got != reply {
			t.Errorf("%s by GET: %s; want %s", name, got, reply)
		}
	}
}

// What REST says of a model and what GraphQL does are the same rows.
func TestGraphQLSameAsREST(t *testing.T) {
	h, _, owner := withChain(t)
	var rest ModelDetail
	if err := json.Unmarshal(h.ask("GET", "/api/v1/models/"+owner+"/greeter", "").Body.Bytes(), &rest); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Data struct {
			Model struct {
				ID, Splitter string
				RoyaltyBps   int64
				Score        float64
				Owner        struct{ ID string }
				Versions     []struct {
					ID, Manifest, Root, LicenseHash, State, Version string
					Yanked                                          bool
					Children                                        []struct{ Child struct{ ID string } }
					Evaluations                                     []struct{ ID, Value string }
				}
				Plans []struct{ ID, AuthorFee, ComputeCap string }
			}
		}
	}
	if err := json.Unmarshal([]byte(h.query(`query($id: ID!) { model(id: $id) { id splitter royaltyBps score owner { id } plans { id authorFee computeCap }
		versions { id manifest root licenseHash state version yanked children { child { id } } evaluations { id value } } } }`, map[string]any{"id": rest.OnChain.ID})), &got); err != nil {
		t.Fatal(err)
	}
	m, c := got.Data.Model, rest.OnChain
	if m.ID != c.ID || m.Splitter != c.Splitter || m.RoyaltyBps != c.RoyaltyBps || m.Owner.ID != c.Owner || m.Score != c.Use.Score || len(m.Versions) != len(c.Versions) || len(m.Plans) != len(c.Plans) {
		t.Fatalf("got %+v\nwant %+v", m, c)
	}
	for i, v := range m.Versions {
		w := c.Versions[i]
		if v.ID != w.ID || v.Manifest != w.Manifest || v.Root != w.Root || v.LicenseHash != w.LicenseHash || v.State != w.State || v.Version != w.Version || v.Yanked != w.Yanked ||
			len(v.Children) != len(w.Children) || v.Children[0].Child.ID != w.Children[0].ID || v.Evaluations[0].ID != w.Evaluations[0].UID || v.Evaluations[0].Value != w.Evaluations[0].Value {
			t.Errorf("got %+v\nwant %+v", v, w)
		}
	}
	if p, w := m.Plans[0], c.Plans[0]; p.ID != w.ID || p.AuthorFee != w.AuthorFee || p.ComputeCap != w.ComputeCap {
		t.Errorf("got %+v\nwant %+v", p, w)
	}
}

// What REST does not serve is not here either, and neither is what tells of it.
func TestGraphQLDenied(t *testing.T) {
	h, doc, owner := withChain(t)
	const all = `{ models { name } versions { id } plans { id } payments { id } sessions { id } lineages { id } transfers { model { id } } evaluations { id } yanks { reason } account(id: "0x0000000000000000000000000000000000000001") { id } }`
	everything := h.query(all, nil)
	if !strings.Contains(everything, "greeter") || !strings.Contains(everything, "copy") {
		t.Fatalf("%s = %s", all, everything)
	}
	const want = `{"data":{"models":[{"name":"copy"}],"versions":[{"id":"0x7777777777777777777777777777777777777777777777777777777777777777"}],"plans":[],"payments":[],"sessions":[],"lineages":[],` +
		`"transfers":[{"model":{"id":"0x6666666666666666666666666666666666666666666666666666666666666666"}}],"evaluations":[],"yanks":[{"reason":"wrong license"}],"account":{"id":"0x0000000000000000000000000000000000000001"}}}`
	h.Denied = func(cid manifest.CID) bool { return cid == doc }
	if got := h.query(all, nil); got != want {
		t.Errorf("a manifest is denied: %s\nwant %s", got, want)
	}
	if got := h.query(`{ model(id: "`+id("1")+`") { name } version(id: "`+id("2")+`") { version } payment(id: "12-0-0") { id } }`, nil); got != `{"data":{"model":null,"version":null,"payment":null}}` {
		t.Errorf("by id: %s", got)
	}
	h.Denied = nil
	h.deniedAccounts.Store(&map[string]bool{owner: true})
	if got := h.query(all, nil); got != want {
		t.Errorf("an account is denied: %s\nwant %s", got, want)
	}
}

func TestRefuseGraphQL(t *testing.T) {
	h, _, _ := withChain(t)
	deep := strings.Repeat("owner { owns { ", 5) + "name" + strings.Repeat(" } }", 5)
	var doubling strings.Builder
	for i := range 30 { // each is twice the next one
		doubling.WriteString("fragment f" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + " on Model { ")
		next := "...f" + string(rune('a'+(i+1)%26)) + string(rune('a'+(i+1)/26))
		doubling.WriteString("x: owner { a: owns { " + next + " } b: owns { " + next + " } } }\n")
	}
	doubling.WriteString("fragment fea on Model { name }")
	for name, tt := range map[string]struct{ query, want string }{
		"syntax":        {"{ models { ", "Expected Name"},
		"no field":      {"{ models { nme } }", "Cannot query field"},
		"mutation":      {`mutation { publish }`, "mutation"},
		"old block":     {"{ models(block: { number: 11 }) { name } }", "what was so at block 11 is not kept"},
		"future block":  {"{ models(block: { number: 13 }) { name } }", "block 13 was not read yet: 12 is the newest"},
		"future, gte":   {"{ models(block: { number_gte: 13 }) { name } }", "block 13 was not read yet"},
		"other hash":    {`{ _meta(block: { hash: "0x12" }) { deployment } }`, "is not kept"},
		"deep":          {"{ models { " + deep + " } }", "more than 8 deep"},
		"aliases":       {"{ " + strings.Repeat("x", 1) + ": models { name } " + aliases(60, "models { name }") + " }", "more than 50 lists"},
		"fields":        {"{ models { " + aliases(600, "name") + " } }", "more than 500 fields"},
		"tokens":        {"{ models { " + aliases(2000, "name") + " } }", "limit"},
		"bytes":         {"{ models { name } } #" + strings.Repeat("x", 40_000), "32768 are the most"},
		"doubling":      {"{ models { ...faa } }\n" + doubling.String(), "more than"},
		"cycle":         {"{ models { ...a } } fragment a on Model { ...b } fragment b on Model { ...a }", "in each other"},
		"first":         {"{ models(first: 1001) { name } }", "first has to be from 1 to 1000"},
		"first, none":   {"{ models(first: 0) { name } }", "first has to be"},
		"skip":          {"{ models(skip: 5001) { name } }", "skip has to be from 0 to 5000"},
		"null":          {"{ models(where: { name: null }) { name } }", "ever null"},
		"wrong id":      {`{ payment(id: "0x12") { id } }`, "is not the id of a Payment"},
		"wrong part":    {`{ payment(id: "1-x-2") { id } }`, "is not the id of a Payment"},
		"wrong account": {`{ account(id: "0x12") { id } }`, "id: "},
		"amount":        {`{ payments(where: { author_gt: "1e3" }) { id } }`, "is no amount"},
		"no number":     {`{ payments(where: { units_gt: "many" }) { id } }`, "no whole number"},
		"zero":          {"{ models(where: { name: \"\\u0000\" }) { name } }", "zero in it"},
		"conditions":    {`{ models(where: { name_in: [` + strings.Repeat(`"x",`, 300) + `] }) { name } }`, "more than 200 conditions"},
		"introspection": {"{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }", "introspection depth"},
		"which":         {"query A { models { name } } query B { models { name } }", "no operation of the name"},
		"huge int":      {"{ models(first: 99999999999999999999) { name } }", "32-bit"},
		"huge BigInt":   {"{ payments(where: { author: 99999999999999999999 }) { id } }", "Expected value"},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.query(tt.query, nil)
			if !strings.HasPrefix(got, `{"errors":[{`) || !strings.Contains(got, tt.want) || len(got) > 10_000 || strings.Contains(got, "internal") {
				t.Errorf("%.200s\n got %.500s\nwant an error with %q", tt.query, got, tt.want)
			}
		})
	}
	for name, tt := range map[string]struct {
		method, path, body, media string
		code                      int
	}{
		"no query":      {"GET", "/api/graphql", "", "", 400},
		"no JSON":       {"POST", "/api/graphql", "{", "application/json", 400},
		"other media":   {"POST", "/api/graphql", "{ models { name } }", "application/graphql", 400},
		"many":          {"POST", "/api/graphql", `[{"query": "{ models { name } }"}]`, "application/json", 400},
		"much":          {"POST", "/api/graphql", `{"query": "` + strings.Repeat("x", 70_000) + `"}`, "application/json", 413},
		"no variables":  {"GET", "/api/graphql?query=%7B__typename%7D&variables=x", "", "", 400},
		"another place": {"DELETE", "/api/graphql", "", "", 404},
	} {
		if w := h.ask(tt.method, tt.path, tt.body, "Content-Type", tt.media); w.Code != tt.code {
			t.Errorf("%s = %d %s; want %d", name, w.Code, w.Body, tt.code)
		}
	}
	h = newHub(t)
	h.Limits.Queries, h.rates.limits.Queries = 1, 1
	h.query("{ __typename }", nil)
	if w := h.ask("GET", "/api/graphql?query=%7B__typename%7D", ""); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("one query too many = %d %v", w.Code, w.Header())
	}
}

// aliases asks for a field that often.
func aliases(n int, field string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("a" + strconv.Itoa(i) + ": " + field + " ")
	}
	return b.String()
}

func TestGraphQLWithoutChain(t *testing.T) {
	h := newHub(t)
	if got := h.query("{ _meta { deployment } models { name } }", nil); got != `{"data":{"_meta":null,"models":[]}}` {
		t.Error(got)
	}
	if got := h.query("{ models(block: { number: 1 }) { name } }", nil); !strings.Contains(got, "follows no chain") {
		t.Error(got)
	}
}

// The reference implementation builds the schema, finds that introspection tells of the same one, and takes queries and replies.
func TestGraphQLByReference(t *testing.T) {
	const script = "../../web/scripts/graphql-check.mjs"
	if _, err := os.Stat("../../web/node_modules/graphql"); err != nil {
		t.Skip("the web app's packages are not installed")
	}
	query, err := exec.Command("node", script, "--introspection").Output()
	if err != nil {
		t.Fatal(err)
	}
	introspection := filepath.Join(t.TempDir(), "introspection.json")
	if err := os.WriteFile(introspection, []byte(newHub(t).query(string(query), nil)), 0o600); err != nil {
		t.Fatal(err)
	}
	goldens, err := filepath.Glob("testdata/graphql-*.json")
	if err != nil || len(goldens) != len(queries) {
		t.Fatalf("%d golden queries, %v; want %d", len(goldens), err, len(queries))
	}
	if said, err := exec.Command("node", append([]string{script, "testdata/schema.graphql", introspection}, goldens...)...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}
