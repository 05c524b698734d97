package httpapi

import (
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// schemathesis is pinned; nothing of the product uses it.
const schemathesis = "schemathesis==4.32.5"

// Requests that the document allows, and many that it does not, are answered without a fault of ours: by somebody who is signed in
// and decides what is served. Only in make test-all: it takes two minutes, and a tool from PyPI.
func TestSchemathesis(t *testing.T) {
	if os.Getenv("DEHUG_TEST_ALL") == "" {
		t.Skip("only with DEHUG_TEST_ALL=1")
	}
	h := withJobs(t, withUploads(t))
	key := testKey(t, "1")
	h.Admins = []string{key.Address().String()}
	for _, limit := range []*int{&h.rates.limits.Requests, &h.rates.limits.SignIns, &h.rates.limits.Blocks, &h.rates.limits.Publications, &h.rates.limits.Reports,
		&h.rates.limits.Queries, &h.rates.limits.Predictions} {
		*limit = 1 << 30
	}
	h.Limits = h.rates.limits
	cookie := h.signIn(key)
	m := makeRelease(t)
	if w := h.ask("POST", "/api/v1/uploads/tar", string(m.tar), "Cookie", cookie, "Content-Type", "application/x-tar"); w.Code != 201 {
		t.Fatalf("POST of an archive = %d %s", w.Code, w.Body)
	}
	onChain(t, h, m.Manifest)
	serveTiny(t, h)
	h.Hub.secret = newSecret // by several at a time
	tool := filepath.Join(python(t), "bin/schemathesis")
	h.log = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	server := httptest.NewServer(h)
	defer server.Close()
	dir := t.TempDir()
	_, token, _ := strings.Cut(cookie, "=")
	if err := os.WriteFile(filepath.Join(dir, "schemathesis.toml"), []byte("[auth.openapi.session]\napi_key = \""+token+"\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	schema, err := filepath.Abs("testdata/schema.graphql")
	if err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"operations": {server.URL + "/api/openapi.json", "--url", server.URL, "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
			"--phases", "coverage,fuzzing,stateful", "--max-time", "90",
			"--exclude-operation-id", "signOutEverywhere", "--exclude-operation-id", "signOut", "--exclude-operation-id", "uploadTar"},
		"graphql": {schema, "--url", server.URL + graphqlPath, "--checks", "not_a_server_error", "--phases", "fuzzing", "--max-time", "20"},
	} {
		t.Run(name, func(t *testing.T) {
			run := exec.CommandContext(t.Context(), tool, append([]string{"run", "--max-examples", "10", "--seed", "1", "--workers", "2", "--continue-on-failure", "--no-color", "--no-shrink",
				"--generation-database", "none"}, args...)...)
			run.Dir = dir
			said, err := run.CombinedOutput()
			// Its exit status is not asked: it also fails when the tool itself does, or when data that it needs is not there.
			if strings.Contains(string(said), "Failures:") || !strings.Contains(string(said), " passed") {
				t.Errorf("%v\n%s", err, said)
			}
			t.Logf("%s", said[strings.LastIndex(string(said), "SUMMARY")+1:])
		})
	}
}

// python is a virtual environment with the tool in it, made when it is not there.
func python(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../.cache/schemathesis")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []*exec.Cmd{exec.Command("python3", "-m", "venv", dir), exec.Command(filepath.Join(dir, "bin/pip"), "install", "--quiet", "--disable-pip-version-check", schemathesis)} {
		if _, err := os.Stat(filepath.Join(dir, "bin/schemathesis")); err == nil {
			break
		}
		if said, err := c.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
	}
	return dir
}
