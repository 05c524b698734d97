package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/openai"
	"github.com/dehug/dehug/relay/receipt"
)

// chatter answers a chat by the words of its last message, one a part, and embeds texts by their lengths. "fail" it fails at, after a word;
// "wait" it waits at until its line is over, and says so; at
// "pause" it says so and goes on once somebody heard it.
type chatter struct{ waited chan struct{} }

func (c chatter) Run(ctx context.Context, q engine.Question) (*engine.Answer, error) {
	plan := receipt.BackendPlan("openai test echo")
	if q.Inputs[0].Name == openai.EmbeddingsInput {
		return &engine.Answer{Plan: plan, Outputs: []receipt.Tensor{{Name: openai.EmbeddingName, Type: "f32", Dims: []int64{2, 2}, Data: []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0x40, 0, 0, 0xc0, 0x3f}},
			{Name: openai.TokensName, Type: "i64", Dims: []int64{1}, Data: []byte{5, 0, 0, 0, 0, 0, 0, 0}}}}, nil
	}
	var asked struct {
		Messages []struct{ Content string }
	}
	if err := json.Unmarshal(q.Inputs[0].Data, &asked); err != nil {
		return nil, &engine.Failure{Code: relay.JobInvalidInput, Err: err}
	}
	var sum openai.Sum
	say := func(text string, end *string) {
		chunk := openai.Chunk{Choices: []openai.ChunkChoice{{Delta: openai.Delta{Content: &text}, FinishReason: end}}}
		if err := sum.Add(&chunk); err != nil {
			panic(err)
		}
		part, _ := json.Marshal(chunk)
		q.Part(part)
	}
	for word := range strings.SplitSeq(asked.Messages[len(asked.Messages)-1].Content, " ") {
		switch word {
		case "fail":
			return nil, &engine.Failure{Code: relay.JobProviderFailed, Err: fmt.Errorf("as it was told")}
		case "wait":
			<-ctx.Done()
			c.waited <- struct{}{}
			return nil, ctx.Err()
		case "pause":
			c.waited <- struct{}{}
		}
		say(word+" ", nil)
	}
	end := "stop"
	say("", &end)
	if err := sum.Add(&openai.Chunk{Usage: &openai.Usage{Prompt: 1, Completion: 2, Total: 3}}); err != nil {
		panic(err)
	}
	whole, err := sum.Completion()
	if err != nil {
		return nil, err
	}
	out, err := whole.Tensors()
	return &engine.Answer{Plan: plan, Outputs: out}, err
}

// A client of the OpenAI API chats with a provider's server, whole and streamed, and embeds texts.
func TestOpenAI(t *testing.T) {
	h := withJobs(t, withUploads(t))
	site := httptest.NewServer(h)
	defer site.Close()
	cid := manifest.DigestOf([]byte("a chatter")).RawCID()
	back := chatter{make(chan struct{}, 1)}
	serve(t, h, back, wire.Offer{Manifest: cid, Mode: receipt.Served, Pay: 3, Backend: "openai test echo", API: wire.OpenAI})
	cookie := h.signIn(testKey(t, "1"))
	post := func(ctx context.Context, path, body string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(ctx, "POST", site.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Cookie", cookie)
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { res.Body.Close() })
		return res
	}
	read := func(res *http.Response) string {
		t.Helper()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		id := res.Header.Get(predictionHeader)
		return strings.NewReplacer("chatcmpl-"+id, "chatcmpl-ID", string(cid), "CID").Replace(moments.ReplaceAllString(createdAt.ReplaceAllString(string(text), `"created":1`), ""))
	}
	chat := func(text, more string) string {
		return fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":%q}]%s}`, cid, text, more)
	}
	head := `{"id":"chatcmpl-ID","object":"chat.completion.chunk","created":1,"model":"CID","choices":`
	for name, c := range map[string]struct {
		path, body, want string
		status           int
	}{
		"whole": {"/v1/chat/completions", chat("a b", ""), `{"id":"chatcmpl-ID","object":"chat.completion","created":1,"model":"CID","choices":[{"index":0,"message":{"role":"assistant","content":"a b "},"finish_reason":"stop"}],` +
			`"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}` + "\n", 200},
		"streamed": {"/v1/chat/completions", chat("a b", `,"stream":true,"stream_options":{"include_usage":true}`),
			"data: " + head + `[{"index":0,"delta":{"content":"a "},"finish_reason":null}]}` + "\n\n" +
				"data: " + head + `[{"index":0,"delta":{"content":"b "},"finish_reason":null}]}` + "\n\n" +
				"data: " + head + `[{"index":0,"delta":{"content":""},"finish_reason":"stop"}]}` + "\n\n" +
				"data: " + head + `[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}` + "\n\ndata: [DONE]\n\n", 200},
		"broken in the middle": {"/v1/chat/completions", chat("a fail", `,"stream":true`), "data: " + head + `[{"index":0,"delta":{"content":"a "},"finish_reason":null}]}` + "\n\n" +
			`data: {"error":{"message":"stream_broken: provider_failed: as it was told","type":"server_error","code":"stream_broken"}}` + "\n\n", 200},
		"embeddings":   {"/v1/embeddings", fmt.Sprintf(`{"model":%q,"input":["a","b"]}`, cid), `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1,0]},{"object":"embedding","index":1,"embedding":[2,1.5]}],"model":"CID","usage":{"prompt_tokens":5,"total_tokens":5}}` + "\n", 200},
		"in base64":    {"/v1/embeddings", fmt.Sprintf(`{"model":%q,"input":["a","b"],"encoding_format":"base64"}`, cid), `{"object":"list","data":[{"object":"embedding","index":0,"embedding":"AACAPwAAAAA="},{"object":"embedding","index":1,"embedding":"AAAAQAAAwD8="}],"model":"CID","usage":{"prompt_tokens":5,"total_tokens":5}}` + "\n", 200},
		"another kind": {"/v1/embeddings", fmt.Sprintf(`{"model":%q,"input":["a","b"],"encoding_format":"f16"}`, cid), `"error":{"message":"encoding_format \"f16\" is neither float nor base64","type":"invalid_request_error","code":"invalid"}`, 400},
		"too few":      {"/v1/embeddings", fmt.Sprintf(`{"model":%q,"input":"a"}`, cid), `"code":"unavailable"`, 503},
		"no messages":  {"/v1/chat/completions", fmt.Sprintf(`{"model":%q}`, cid), `"error":{"message":"messages: there are 0, 1 to 1000 are taken"`, 400},
		"not a model":  {"/v1/chat/completions", `{"model":"gpt","messages":[{"role":"user","content":"x"}]}`, `"type":"invalid_request_error"`, 400},
		"nobody":       {"/v1/chat/completions", strings.ReplaceAll(chat("x", ""), string(cid), string(manifest.DigestOf(nil).RawCID())), `"error":{"message":"no provider is there for this model"`, 409},
	} {
		t.Run(name, func(t *testing.T) {
			res := post(t.Context(), c.path, c.body)
			if got := read(res); res.StatusCode != c.status || got != c.want && (c.status == 200 || !strings.Contains(got, c.want)) {
				t.Errorf("%d\n%s; want %d\n%s", res.StatusCode, got, c.status, c.want)
			}
		})
	}
	if w := h.ask("POST", "/v1/chat/completions", chat("x", ""), "Content-Type", "application/json"); w.Code != 401 || !strings.Contains(w.Body.String(), `"error":{"message"`) {
		t.Errorf("by nobody: %d %s", w.Code, w.Body)
	}
	for path, want := range map[string]string{"/v1/models": `"id":"` + string(cid) + `"`, "/v1/models/" + string(cid): `"object":"model"`, "/v1/models/other": `"code":"not_found"`, "/v1/nothing": `"error":{`,
		"/api/v1/offers": `"backends":["openai test echo"],"api":"openai"`} {
		if w := h.ask("GET", path, ""); !strings.Contains(w.Body.String(), want) {
			t.Errorf("GET %s = %d %s; want %s", path, w.Code, w.Body, want)
		}
	}
	// Its receipt names the server, and says that nobody can replay it.
	res := post(t.Context(), "/v1/chat/completions", chat("a", ""))
	w := h.ask("GET", "/api/v1/receipts/"+res.Header.Get(predictionHeader), "", "Cookie", cookie)
	r, err := receipt.Parse(w.Body.Bytes())
	if err != nil || r.Assurance != receipt.Signed || r.Plan != receipt.BackendPlan("openai test echo") || r.Mode != receipt.Served || r.Pay != 3 {
		t.Errorf("receipt %+v, %v", r, err)
	}
	// Who hangs up cancels it, streamed or not, and pays nothing.
	for _, more := range []string{`,"stream":true`, ""} {
		ctx, hangUp := context.WithCancel(t.Context())
		if more != "" {
			res := post(ctx, "/v1/chat/completions", chat("a wait", more))
			if line, err := bufio.NewReader(res.Body).ReadString('\n'); err != nil || !strings.HasPrefix(line, "data: ") {
				t.Fatalf("%q %v", line, err)
			}
		} else {
			go func() {
				req, _ := http.NewRequestWithContext(ctx, "POST", site.URL+"/v1/chat/completions", strings.NewReader(chat("wait", "")))
				req.Header.Set("Cookie", cookie)
				if res, err := http.DefaultClient.Do(req); err == nil {
					res.Body.Close()
				}
			}()
			for open := 0; open == 0; time.Sleep(time.Millisecond) {
				for _, p := range listed(t, h, cookie) {
					if p.Status == "processing" {
						open++
					}
				}
			}
		}
		hangUp()
		<-back.waited
	}
	for _, p := range listed(t, h, cookie)[:2] {
		if p.Status != "canceled" {
			t.Errorf("after its reader hung up a prediction is %s", p.Status)
		}
	}
}

func listed(t *testing.T, h *hub, cookie string) []Prediction {
	t.Helper()
	var list List[Prediction]
	if err := json.Unmarshal(h.ask("GET", "/api/v1/predictions", "", "Cookie", cookie).Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	return list.Items
}
