package httpapi

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
)

func TestModelsGolden(t *testing.T) {
	h := withUploads(t)
	step := func(name, path string, want int) {
		t.Helper()
		h.golden(name, "GET", path, h.ask("GET", path, ""), want)
	}
	step("models-none", "/api/v1/models?facets=true", 200)
	m := makeRelease(t)
	cookie := h.signIn(testKey(t, "1"))
	if w := h.ask("POST", "/api/v1/uploads/tar", string(m.tar), "Cookie", cookie, "Content-Type", "application/x-tar"); w.Code != 201 {
		t.Fatalf("POST of an archive = %d %s", w.Code, w.Body)
	}
	at := "/api/v1/models/" + testKey(t, "1").Address().String() + "/greeter"
	step("models", "/api/v1/models?q=greet&license=MIT&facets=true", 200)
	step("model", at, 200)
	step("versions", at+"/versions", 200)
	step("version", at+"/versions/1.0.0", 200)
	step("model-unknown", at+"x", 404)
	step("version-unknown", at+"/versions/2.0.0", 404)
	step("cursor-unknown", "/api/v1/models?cursor=x", 400)
	step("size-unknown", "/api/v1/models?size=tiny", 422)

	second := makeVersion(t, "1.1.0", map[string]string{"greeter.onnx": "other weights", "CARD.md": "# Greeter\nIt greets.", "extra.bin": "\x80\x02cposix\nsystem\nq\x00."})
	if w := h.ask("POST", "/api/v1/uploads/tar", string(second.tar), "Cookie", cookie, "Content-Type", "application/x-tar"); w.Code != 201 {
		t.Fatalf("POST of an archive = %d %s", w.Code, w.Body)
	}
	step("version-warned", at+"/versions/1.1.0", 200)
	step("diff", at+"/versions/1.0.0/diff/1.1.0", 200)
	if err := h.Store.AddPulls(t.Context(), map[string]int64{string(m.Manifest): 2, "none": 5}); err != nil {
		t.Fatal(err)
	}
	step("model-pulled", at, 200)

	// Card and author lead to it as well, and what is denied is not shown.
	for _, q := range []string{"says+hello", strings.ToLower(testKey(t, "1").Address().String()), "tiny"} {
		var found ModelList
		if err := json.Unmarshal(h.ask("GET", "/api/v1/models?q="+q, "").Body.Bytes(), &found); err != nil || len(found.Items) != 1 {
			t.Errorf("q=%s finds %d, %v; want 1", q, len(found.Items), err)
		}
	}
	h.Denied = func(cid manifest.CID) bool { return cid == m.Manifest || cid == second.Manifest }
	step("model-denied", at, 451)
	step("version-denied", at+"/versions/1.0.0", 451)
	for _, path := range []string{"/api/v1/models", at + "/versions"} {
		if w := h.ask("GET", path, ""); w.Code != 200 || strings.Contains(w.Body.String(), string(m.Manifest)) {
			t.Errorf("GET %s with it denied = %d %s", path, w.Code, w.Body)
		}
	}
}
