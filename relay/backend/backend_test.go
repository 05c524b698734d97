package backend

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/openai"
	"github.com/dehug/dehug/relay/receipt"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var cid = manifest.DigestOf([]byte("iris")).RawCID()

// server answers about itself, and to questions by answer.
func server(t testing.TB, kind string, extensions string, answer http.HandlerFunc) *Served {
	t.Helper()
	mux := http.NewServeMux()
	text := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, s) }
	}
	mux.HandleFunc("GET /v2", text(`{"name":"a server","version":"1.2","extensions":[`+extensions+`]}`))
	mux.HandleFunc("GET /v2/models/iris/versions/v1", text(`{"name":"iris","platform":"sklearn"}`))
	mux.HandleFunc("POST /v2/models/iris/versions/v1/infer", answer)
	mux.HandleFunc("GET /v1/models", text(`{"data":[{"id":"other"},{"id":"iris","owned_by":"me"}]}`))
	mux.HandleFunc("POST /v1/chat/completions", answer)
	mux.HandleFunc("POST /v1/embeddings", answer)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	configs, err := Parse(fmt.Appendf(nil, `[{"manifest":%q,"pay":7,"kind":%q,"url":%q,"model":"iris","version":"v1","seconds":2}]`, cid, kind, s.URL+"/"))
	if err != nil {
		t.Fatal(err)
	}
	served, err := Open(t.Context(), configs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(served.Close)
	return served
}

func ask(t testing.TB, s *Served, inputs ...receipt.Tensor) (*engine.Answer, []string, error) {
	t.Helper()
	var parts []string
	a, err := s.Run(t.Context(), engine.Question{Manifest: cid, Mode: receipt.Served, Inputs: inputs, Part: func(text []byte) { parts = append(parts, string(text)) }})
	return a, parts, err
}

func codeOf(err error) relay.JobCode {
	if f, ok := errors.AsType[*engine.Failure](err); ok {
		return f.Code
	}
	return ""
}

var four = receipt.Tensor{Name: "x", Type: "f32", Dims: []int64{1, 1}, Data: []byte{0, 0, 0x80, 0x40}}

// A server of the Open Inference Protocol, with numbers in JSON and with bytes behind it.
func TestInference(t *testing.T) {
	for _, extension := range []string{"", `"binary_tensor_data"`} {
		s := server(t, OpenInference, extension, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if n := r.Header.Get(binaryHeader); n == "" {
				if string(body) != `{"inputs":[{"name":"x","datatype":"FP32","shape":[1,1],"data":[4]}]}` {
					t.Errorf("the server is asked %s", body)
				}
				io.WriteString(w, `{"model_name":"iris","model_version":"v1","outputs":[{"name":"y","datatype":"INT64","shape":[2,1],"data":[[1],[-2]]}]}`)
			} else {
				head, err := strconv.Atoi(n)
				if err != nil || string(body[head:]) != string(four.Data) || !strings.Contains(string(body[:head]), `"binary_data_size":4`) {
					t.Errorf("the server is asked %s %q", n, body)
				}
				reply := `{"model_name":"iris","model_version":"v1","outputs":[{"name":"y","datatype":"INT64","shape":[2,1],"parameters":{"binary_data_size":16}}]}`
				w.Header().Set(binaryHeader, fmt.Sprint(len(reply)))
				w.Write(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64([]byte(reply), 1), math.MaxUint64-1))
			}
		})
		a, _, err := ask(t, s, four)
		if err != nil {
			t.Fatal(err)
		}
		numbers, _ := a.Outputs[0].Numbers()
		if o := s.Offers()[0]; string(numbers) != "[1,-2]" || o.Backend != "open-inference a-server 1.2 sklearn iris v1" || a.Plan != receipt.BackendPlan(o.Backend) || o.Pay != 7 || o.Mode != receipt.Served {
			t.Errorf("the answer is %s by %+v", numbers, o)
		}
	}
}

// What a server may say instead of an answer, and what the job is told.
func TestRefuseInference(t *testing.T) {
	reply := func(outputs string) string {
		return `{"model_name":"iris","model_version":"v1","outputs":[` + outputs + `]}`
	}
	for name, c := range map[string]struct {
		status int
		header string
		body   string
		want   relay.JobCode
	}{
		"malformed":            {200, "", `{"model_name":"iris",`, relay.JobBadResult},
		"NaN as Python has it": {200, "", reply(`{"name":"y","datatype":"FP32","shape":[1],"data":[NaN]}`), relay.JobBadResult},
		"NaN":                  {200, "", reply(`{"name":"y","datatype":"FP32","shape":[1],"data":["NaN"]}`), relay.JobBadResult},
		"infinity is a number": {200, "", reply(`{"name":"y","datatype":"FP32","shape":[1],"data":["Infinity"]}`), ""},
		"another model":        {200, "", strings.Replace(reply(`{"name":"y","datatype":"FP32","shape":[1],"data":[1]}`), "iris", "rose", 1), relay.JobBadResult},
		"another version":      {200, "", strings.Replace(reply(`{"name":"y","datatype":"FP32","shape":[1],"data":[1]}`), "v1", "v2", 1), relay.JobBadResult},
		"too few":              {200, "", reply(`{"name":"y","datatype":"FP32","shape":[2],"data":[1]}`), relay.JobBadResult},
		"a lying shape":        {200, "", reply(`{"name":"y","datatype":"FP32","shape":[9223372036854775807,4],"data":[1]}`), relay.JobBadResult},
		"twice":                {200, "", reply(`{"name":"y","datatype":"FP32","shape":[1],"data":[1]},{"name":"y","datatype":"FP32","shape":[1],"data":[1]}`), relay.JobBadResult},
		"nothing":              {200, "", reply(""), relay.JobBadResult},
		"strings":              {200, "", reply(`{"name":"y","datatype":"BYTES","shape":[1],"data":["x"]}`), relay.JobUnsupported},
		"a lying header":       {200, "99999", reply(`{"name":"y","datatype":"FP32","shape":[1],"data":[1]}`), relay.JobBadResult},
		"bytes not there":      {200, "", reply(`{"name":"y","datatype":"FP32","shape":[1],"parameters":{"binary_data_size":4}}`), relay.JobBadResult},
		"too large":            {200, "", reply(strings.Repeat(" ", maxReply)), relay.JobTooLarge},
		"a result too large":   {200, "200", fmt.Sprintf("%-200s", reply(`{"name":"y","datatype":"UINT8","shape":[17000000],"parameters":{"binary_data_size":17000000}}`)) + strings.Repeat("x", 17_000_000), relay.JobTooLarge},
		"a bad question":       {400, "", `{"error":"no such input"}`, relay.JobInvalidInput},
		"busy":                 {503, "", "", relay.JobProviderBusy},
		"too many":             {429, "", "", relay.JobProviderBusy},
		"gone":                 {404, "", "", relay.JobModelUnavailable},
		"broken":               {500, "", strings.Repeat("x", 1<<20), relay.JobProviderFailed},
		"elsewhere":            {307, "", "", relay.JobProviderFailed},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(t, OpenInference, "", func(w http.ResponseWriter, _ *http.Request) {
				if c.header != "" {
					w.Header().Set(binaryHeader, c.header)
				}
				w.Header().Set("Location", "/v2")
				w.WriteHeader(c.status)
				io.WriteString(w, c.body)
			})
			_, _, err := ask(t, s, four)
			if codeOf(err) != c.want || (err == nil) != (c.want == "") {
				t.Errorf("%.200v is %q; want %q", err, codeOf(err), c.want)
			}
			if err != nil && len(err.Error()) > 1000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
}

// A server that does not go on is given up, and one is left alone when nobody wants its answer any more.
func TestSlowServer(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	stuck := func(say string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			io.WriteString(w, say)
			w.(http.Flusher).Flush()
			select {
			case <-release:
			case <-r.Context().Done():
			}
		}
	}
	first := `data: {"choices":[{"index":0,"delta":{"content":"a"}}]}` + "\n\n"
	for name, c := range map[string]struct {
		kind, say string
		input     receipt.Tensor
	}{
		"open-inference":      {OpenInference, `{"model_name"`, four},
		"chat, silent":        {OpenAI, ":\n", chatOf("hi")},
		"chat, in the middle": {OpenAI, first, chatOf("hi")},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(t, c.kind, "", stuck(c.say))
			for _, m := range s.models {
				m.patience = 100 * time.Millisecond
			}
			if _, _, err := ask(t, s, c.input); codeOf(err) != relay.JobProviderFailed || !errors.Is(err, errSlow) {
				t.Errorf("%v is %q; want provider_failed for being slow", err, codeOf(err))
			}
			ctx, stop := context.WithCancel(t.Context())
			time.AfterFunc(10*time.Millisecond, stop)
			if _, err := s.Run(ctx, engine.Question{Manifest: cid, Mode: receipt.Served, Inputs: []receipt.Tensor{c.input}}); !errors.Is(err, context.Canceled) {
				t.Errorf("after cancel: %v", err)
			}
		})
	}
}

func chatOf(text string) receipt.Tensor {
	list, err := openai.Chat(fmt.Appendf(nil, `{"model":"m","stream":true,"messages":[{"role":"user","content":%q}],"max_tokens":5}`, text))
	if err != nil {
		panic(err)
	}
	return list[0]
}

// A chat is said piece by piece, and signed whole.
func TestChat(t *testing.T) {
	s := server(t, OpenAI, "", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) != `{"max_tokens":5,"messages":[{"content":"hi","role":"user"}],"model":"iris","stream":true,"stream_options":{"include_usage":true}}` {
			t.Errorf("the server is asked %s", body)
		}
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		for _, event := range []string{
			`{"id":"1","choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}`, `{"choices":[{"index":0,"delta":{"content":"He"},"logprobs":{}}]}`, `{"choices":[{"index":0,"delta":{"content":"y"}}]}`,
			`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{\""}}]}}]}`,
			`{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"a\":1}"}}]}}]}`,
			`{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}`, `{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}`, `[DONE]`,
		} {
			fmt.Fprintf(w, ": a comment\nevent: x\ndata: %s\r\n\r\n", event)
		}
	})
	a, parts, err := ask(t, s, chatOf("hi"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(a.Outputs[0].Data), `{"choices":[{"index":0,"message":{"role":"assistant","content":"Hey","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}`; got != want {
		t.Errorf("the whole is\n%s; want\n%s", got, want)
	}
	if len(parts) != 6 || parts[1] != `{"choices":[{"index":0,"delta":{"content":"He"},"finish_reason":null}]}` {
		t.Errorf("parts %q", parts)
	}
	if name := s.Offers()[0].Backend; name != "openai me iris" || a.Plan != receipt.BackendPlan(name) {
		t.Errorf("the backend is %q", name)
	}
	whole, err := openai.ReadCompletion(a.Outputs)
	if err != nil {
		t.Fatal(err)
	}
	var again openai.Sum
	if err := again.Add(whole.Chunk()); err != nil {
		t.Fatal(err)
	}
	if c, err := again.Completion(); err != nil || !slices.EqualFunc([]*openai.Completion{c}, []*openai.Completion{whole}, func(a, b *openai.Completion) bool {
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		return string(x) == string(y)
	}) {
		t.Errorf("as one part: %+v, %v", c, err)
	}
}

func TestRefuseChat(t *testing.T) {
	end := `data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}` + "\n\n"
	for name, c := range map[string]struct {
		status     int
		kind, body string
		want       relay.JobCode
	}{
		"whole":               {200, "", end + "data: [DONE]\n", ""},
		"no events":           {200, "application/json", `{"choices":[]}`, relay.JobBadResult},
		"cut":                 {200, "", end, relay.JobProviderFailed},
		"cut in a line":       {200, "", "data: {", relay.JobProviderFailed},
		"nothing":             {200, "", "data: [DONE]\n", relay.JobBadResult},
		"without an end":      {200, "", `data: {"choices":[{"index":0,"delta":{"content":"a"}}]}` + "\ndata: [DONE]\n", relay.JobBadResult},
		"malformed":           {200, "", "data: {\"choices\":\n", relay.JobBadResult},
		"choice out of range": {200, "", `data: {"choices":[{"index":-1,"delta":{}}]}` + "\n", relay.JobBadResult},
		"call out of range":   {200, "", `data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":7}]}}]}` + "\n", relay.JobBadResult},
		"an error":            {200, "", `data: {"error":{"message":"out of memory"}}` + "\n", relay.JobProviderFailed},
		"a piece too large":   {200, "", "data: " + strings.Repeat("x", 1<<17) + "\n", relay.JobTooLarge},
		"a piece that grows":  {200, "", `data: {"choices":[{"index":0,"delta":{"content":"` + strings.Repeat("<", 60<<10) + `"}}]}` + "\n", relay.JobTooLarge},
		"a bad question":      {400, "", "", relay.JobInvalidInput},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(t, OpenAI, "", func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/event-stream")
				if c.kind != "" {
					w.Header().Set("Content-Type", c.kind)
				}
				w.WriteHeader(c.status)
				io.WriteString(w, c.body)
			})
			if _, _, err := ask(t, s, chatOf("hi")); codeOf(err) != c.want || (err == nil) != (c.want == "") {
				t.Errorf("%.200v is %q; want %q", err, codeOf(err), c.want)
			}
		})
	}
}

func TestEmbeddings(t *testing.T) {
	input, n, err := openai.Embeddings([]byte(`{"model":"m","input":["a","b"],"encoding_format":"base64"}`))
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	for name, c := range map[string]struct {
		body string
		want relay.JobCode
	}{
		"in any order":       {`{"data":[{"index":1,"embedding":[3,4]},{"index":0,"embedding":[1,2.5]}],"usage":{"prompt_tokens":9}}`, ""},
		"too few":            {`{"data":[{"index":0,"embedding":[1]}]}`, relay.JobBadResult},
		"twice":              {`{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}`, relay.JobBadResult},
		"out of range":       {`{"data":[{"index":0,"embedding":[1]},{"index":2,"embedding":[1]}]}`, relay.JobBadResult},
		"of two widths":      {`{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}]}`, relay.JobBadResult},
		"empty":              {`{"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[]}]}`, relay.JobBadResult},
		"NaN":                {`{"data":[{"index":0,"embedding":["NaN"]},{"index":1,"embedding":[1]}]}`, relay.JobBadResult},
		"too large a number": {`{"data":[{"index":0,"embedding":[1e39]},{"index":1,"embedding":[1]}]}`, relay.JobBadResult},
		"text":               {`{"data":[{"index":0,"embedding":"AAAA"},{"index":1,"embedding":[1]}]}`, relay.JobBadResult},
		"malformed":          {`{`, relay.JobBadResult},
	} {
		t.Run(name, func(t *testing.T) {
			s := server(t, OpenAI, "", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, c.body) })
			a, _, err := ask(t, s, input...)
			if codeOf(err) != c.want || (err == nil) != (c.want == "") {
				t.Errorf("%v is %q; want %q", err, codeOf(err), c.want)
			}
			if err == nil {
				if numbers, _ := a.Outputs[0].Numbers(); string(numbers) != "[1,2.5,3,4]" || !slices.Equal(a.Outputs[0].Dims, []int64{2, 2}) || a.Outputs[1].Data[0] != 9 {
					t.Errorf("the answer is %s %v", numbers, a.Outputs)
				}
			}
		})
	}
}

// What a client may not ask: above all nothing that a backend would fetch from inside of its network.
func TestRefuseQuestions(t *testing.T) {
	s := server(t, OpenAI, "", func(http.ResponseWriter, *http.Request) { t.Error("the server was asked") })
	for _, text := range []string{
		`{`, `[]`, `{}`, `{"messages":[]}`, `{"messages":[{"role":"root","content":"x"}]}`, `{"messages":[{"role":"user","content":7}]}`, `{"messages":[{"role":"user","content":"x"}],"n":1000}`,
		`{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://169.254.169.254/"}}]}]}`, `{"messages":[{"role":"user","content":"x"}],"grammar":"root ::= x"}`,
		`{"messages":[{"role":"user","content":"x"}],"n":{}}`,
	} {
		if _, err := openai.Chat([]byte(text)); relay.ErrorCode(err) != relay.CodeInvalid {
			t.Errorf("Chat(%s) = %v; want invalid", text, err)
		}
		if _, _, err := ask(t, s, receipt.Tensor{Name: openai.ChatInput, Type: "u8", Dims: []int64{int64(len(text))}, Data: []byte(text)}); codeOf(err) != relay.JobInvalidInput {
			t.Errorf("%s, as a tensor: %v; want invalid_input", text, err)
		}
	}
	for _, text := range []string{`{}`, `{"input":[]}`, `{"input":7}`, `{"input":[1.5]}`, `{"input":"x","file":"/etc/passwd"}`, `{"input":[` + strings.Repeat(`"x",`, openai.MaxInputs) + `"x"]}`} {
		if _, _, err := openai.Embeddings([]byte(text)); relay.ErrorCode(err) != relay.CodeInvalid {
			t.Errorf("Embeddings(%.100s) = %v; want invalid", text, err)
		}
	}
	if _, _, err := ask(t, s, four); codeOf(err) != relay.JobInvalidInput {
		t.Errorf("a tensor of numbers: %v; want invalid_input", err)
	}
	if _, err := s.Run(t.Context(), engine.Question{Manifest: cid, Mode: receipt.Strict}); codeOf(err) != relay.JobUnsupported {
		t.Errorf("in strict mode: %v; want unsupported", err)
	}
}

func TestParse(t *testing.T) {
	for _, text := range []string{``, `{}`, `[{"kind":"x"}]`, `[{"manifest":"x"}]`,
		fmt.Sprintf(`[{"manifest":%q,"kind":"grpc","url":"http://x","model":"m"}]`, cid), fmt.Sprintf(`[{"manifest":%q,"kind":"openai","url":"file:///x","model":"m"}]`, cid),
		fmt.Sprintf(`[{"manifest":%q,"kind":"openai","url":"http://x"}]`, cid), fmt.Sprintf(`[{"manifest":%q,"kind":"openai","url":"http://x","model":"m","pay":-1}]`, cid),
		fmt.Sprintf(`[{"manifest":%q,"kind":"openai","url":"http://x","model":"m","token":"secret"}]`, cid)} {
		if _, err := Parse([]byte(text)); relay.ErrorCode(err) != relay.CodeInvalid {
			t.Errorf("Parse(%s) = %v; want invalid", text, err)
		}
	}
}

// Whatever a server says is read within bounds.
func FuzzReply(f *testing.F) {
	f.Add([]byte(`{"model_name":"iris","outputs":[{"name":"y","datatype":"FP32","shape":[1],"data":[1]}]}`), "")
	f.Add([]byte(`{"model_name":"iris","outputs":[{"name":"y","datatype":"FP32","shape":[1],"parameters":{"binary_data_size":4}}]}abcd`), "99")
	f.Add([]byte(`{"data":[{"index":0,"embedding":[1]}]}`), "")
	f.Add([]byte(`{"choices":[{"index":0,"delta":{"content":"a","tool_calls":[{"function":{}}]},"finish_reason":"stop"}]}`), "")
	f.Fuzz(func(t *testing.T, reply []byte, head string) {
		m := &model{Config: Config{Model: "iris"}}
		if list, err := m.readInference(reply, head); err == nil {
			if _, err := receipt.EncodeTensors(list); err != nil {
				t.Errorf("an answer that cannot be signed: %v", err)
			}
		}
		if list, err := readEmbeddings(reply, 1); err == nil {
			if _, err := receipt.EncodeTensors(list); err != nil {
				t.Errorf("embeddings that cannot be signed: %v", err)
			}
		}
		var chunk openai.Chunk
		var sum openai.Sum
		if json.Unmarshal(reply, &chunk) == nil && sum.Add(&chunk) == nil {
			if whole, err := sum.Completion(); err == nil {
				list, err := whole.Tensors()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := openai.ReadCompletion(list); err != nil {
					t.Error(err)
				}
			}
		}
		if list, err := openai.Chat(reply); err == nil {
			if again, err := openai.Chat(list[0].Data); err != nil || string(again[0].Data) != string(list[0].Data) {
				t.Errorf("%s becomes %v, %v: not one form", list[0].Data, again, err)
			}
		}
	})
}
