package httpapi

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
)

// A report is made, read and resolved; a version, a CID and an account are denied and allowed again.
func TestCareGolden(t *testing.T) {
	h := withUploads(t)
	m := makeRelease(t)
	author, reporter, adminKey := testKey(t, "1"), testKey(t, "2"), testKey(t, "9")
	h.Admins = []string{adminKey.Address().String()}
	var held []manifest.CID
	h.Hold = func(cids []manifest.CID) { held = cids }
	h.Denied = func(cid manifest.CID) bool { return slices.Contains(held, cid) }
	owner := author.Address().String()
	authors := h.signIn(author)
	if w := h.ask("POST", "/api/v1/uploads/tar", string(m.tar), "Cookie", authors, "Content-Type", "application/x-tar"); w.Code != 201 {
		t.Fatalf("POST of an archive = %d %s", w.Code, w.Body)
	}
	cookie := ""
	step := func(name, method, path, body string, want int, out any) {
		t.Helper()
		w := h.ask(method, path, body, "Cookie", cookie)
		h.golden(name, method, path, w, want)
		if out != nil {
			if err := json.Unmarshal(w.Body.Bytes(), out); err != nil {
				t.Error(err)
			}
		}
		h.at = h.at.Add(time.Second)
	}
	report := `{"owner":"` + owner + `","name":"greeter","reason":"malware","detail":"it bites","version":"`
	step("report-unknown", "POST", "/api/v1/reports", report+`2.0.0"}`, 404, nil)
	cookie = h.signIn(reporter)
	var made ReportReceipt
	step("report", "POST", "/api/v1/reports", report+`1.0.0"}`, 201, &made)
	step("reports-not-for-all", "GET", "/api/v1/admin/reports", "", 403, nil)
	if w := h.ask("POST", "/api/v1/admin/denials", `{"kind":"account","what":"`+owner+`","reason":"x"}`, "Cookie", cookie); w.Code != 403 {
		t.Errorf("somebody denies an account: %d", w.Code)
	}
	if w := h.ask("GET", "/api/v1/admin/deeds", ""); w.Code != 401 {
		t.Errorf("nobody reads deeds: %d", w.Code)
	}
	cookie = ""
	if w := h.ask("POST", "/api/v1/reports", report+`"}`); w.Code != 201 {
		t.Errorf("a report by nobody = %d %s", w.Code, w.Body)
	}
	h.at = h.at.Add(time.Second)
	cookie = h.signIn(adminKey)
	step("admin", "GET", "/api/v1/account", "", 200, nil)
	step("reports", "GET", "/api/v1/admin/reports", "", 200, nil)
	step("report-resolved", "POST", "/api/v1/admin/reports/"+made.ID+"/resolution", `{"note":"it does bite"}`, 200, nil)
	step("report-resolved-twice", "POST", "/api/v1/admin/reports/"+made.ID+"/resolution", `{"note":"x"}`, 409, nil)
	step("reports-resolved", "GET", "/api/v1/admin/reports?state=resolved", "", 200, nil)

	at := "/api/v1/models/" + owner + "/greeter"
	for _, d := range []struct{ kind, what string }{{"version", owner + "/greeter/1.0.0"}, {"cid", string(m.Manifest)}, {"account", owner}} {
		if d.kind == "version" {
			step("denial", "POST", "/api/v1/admin/denials", `{"kind":"version","what":"`+d.what+`","reason":"it bites"}`, 201, nil)
			step("denial-twice", "POST", "/api/v1/admin/denials", `{"kind":"version","what":"`+d.what+`","reason":"it bites"}`, 409, nil)
			step("denials", "GET", "/api/v1/admin/denials", "", 200, nil)
		} else if w := h.ask("POST", "/api/v1/admin/denials", `{"kind":"`+d.kind+`","what":"`+d.what+`","reason":"x"}`, "Cookie", cookie); w.Code != 201 {
			t.Fatalf("denying a %s = %d %s", d.kind, w.Code, w.Body)
		}
		if !slices.Contains(held, m.Manifest) || d.kind != "cid" && !slices.Contains(held, m.Release.Release) {
			t.Errorf("of a %s %v are held from the gateway", d.kind, held)
		}
		for path, want := range map[string]int{at: 451, at + "/versions/1.0.0": 451, at + "/versions/1.0.0/diff/1.0.0": 451, at + "/versions": 200, "/api/v1/models": 200, "/api/v1/models?q=greeter": 200} {
			if w := h.ask("GET", path, ""); w.Code != want || strings.Contains(w.Body.String(), string(m.Manifest)) {
				t.Errorf("with its %s denied, GET %s = %d %s", d.kind, path, w.Code, w.Body)
			}
		}
		if w := h.ask("GET", "/api/v1/models?facets=true", ""); strings.Contains(w.Body.String(), `"count"`) {
			t.Errorf("with its %s denied, it is counted: %s", d.kind, w.Body)
		}
		if d.kind == "account" {
			for _, up := range [][2]string{{"/api/v1/uploads", `{"bytes":5}`}, {"/api/v1/uploads/tar", string(m.tar)}} {
				kind := "application/json"
				if up[0] != "/api/v1/uploads" {
					kind = "application/x-tar"
				}
				if w := h.ask("POST", up[0], up[1], "Cookie", authors, "Content-Type", kind); w.Code != 451 {
					t.Errorf("a denied account uploads: %d %s", w.Code, w.Body)
				}
			}
		}
		h.at = h.at.Add(time.Second)
		if w := h.ask("DELETE", "/api/v1/admin/denials?kind="+d.kind+"&what="+url.QueryEscape(d.what)+"&note=sorry", "", "Cookie", cookie); w.Code != 204 {
			t.Errorf("allowing a %s = %d %s", d.kind, w.Code, w.Body)
		}
		if w := h.ask("GET", at, ""); w.Code != 200 || len(held) > 0 {
			t.Errorf("after allowing a %s: %d, %v", d.kind, w.Code, held)
		}
		if w := h.ask("GET", "/api/v1/models?facets=true", ""); !strings.Contains(w.Body.String(), `"count":1`) {
			t.Errorf("after allowing a %s, it is not counted: %s", d.kind, w.Body)
		}
		h.at = h.at.Add(time.Second)
	}
	step("deeds", "GET", "/api/v1/admin/deeds?limit=3", "", 200, nil)
	for _, bad := range []string{`{"kind":"cid","what":"bafy","reason":"x"}`, `{"kind":"version","what":"a/b","reason":"x"}`, `{"kind":"account","what":"0x1","reason":"x"}`} {
		if w := h.ask("POST", "/api/v1/admin/denials", bad, "Cookie", cookie); w.Code != 400 {
			t.Errorf("%s = %d %s", bad, w.Code, w.Body)
		}
	}
	for range 10 {
		h.ask("POST", "/api/v1/reports", report+`"}`)
	}
	if w := h.ask("POST", "/api/v1/reports", report+`"}`); w.Code != 429 {
		t.Errorf("too many reports = %d", w.Code)
	}
}
