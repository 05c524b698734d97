package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
)

// Every way to ask takes who may answer, in the form that its clients know, and says who did and why.
func TestRoutingGolden(t *testing.T) {
	h := withJobs(t, withUploads(t))
	cid, other := manifest.DigestOf([]byte("a chatter")).RawCID(), manifest.DigestOf([]byte("another")).RawCID()
	serve(t, h, chatter{}, wire.Offer{Manifest: cid, Mode: receipt.Served, Pay: 3, Backend: "openai test echo", API: wire.OpenAI})
	cookie := h.signIn(testKey(t, "1"))
	post := func(path, body string, header ...string) *httptest.ResponseRecorder {
		return h.ask("POST", path, body, append([]string{"Cookie", cookie}, header...)...)
	}
	provider := testKey(t, "2").Address().String()
	chat := func(model manifest.CID, more string) string {
		return fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":"a"}]%s}`, model, more)
	}
	predict := func(routing string) string {
		return fmt.Sprintf(`{"version":%q,"mode":"served","input":{"chat":{"datatype":"UINT8","shape":[2],"data":[123,125]}},"routing":%s}`, cid, routing)
	}
	h.golden("routing-refused", "POST", "/api/v1/predictions", post("/api/v1/predictions", predict(`{"require":{"region":["us"],"data_policy":"none"}}`)), 409)
	h.golden("routing-invalid", "POST", "/api/v1/predictions", post("/api/v1/predictions", predict(`{"only":["my gpu"]}`)), 400)
	infer := func(more string) string {
		return `{"inputs":[{"name":"chat","datatype":"UINT8","shape":[2],"data":[123,125]}]` + more + `}`
	}
	for name, c := range map[string]struct {
		path, body string
		header     []string
		status     int
		want       string // in the reply
	}{
		"chat, dehug":                    {"/v1/chat/completions", chat(cid, `,"dehug":{"require":{"region":["eu"]}}`), nil, 200, `"content":"a "`},
		"chat, dehug, nobody may":        {"/v1/chat/completions", chat(cid, `,"dehug":{"max_price":2}`), nil, 409, "of 1 that offer this model none may do it: 1 above the price"},
		"chat, header":                   {"/v1/chat/completions", chat(cid, ""), []string{routingHeader, `{"require":{"gpu_memory_gb":24}}`}, 409, "1 without that hardware"},
		"chat, provider":                 {"/v1/chat/completions", chat(cid, `,"provider":{"order":["`+provider+`"],"data_collection":"deny"}`), nil, 200, `"content":"a "`},
		"chat, provider, nobody may":     {"/v1/chat/completions", chat(cid, `,"provider":{"ignore":["`+provider+`"]}`), nil, 409, "1 ignored"},
		"chat, provider, another's word": {"/v1/chat/completions", chat(cid, `,"provider":{"quantizations":["int4"]}`), nil, 400, "provider: "},
		"chat, said twice":               {"/v1/chat/completions", chat(cid, `,"provider":{"sort":"price"},"dehug":{"sort":"price"}`), nil, 400, "said twice"},
		"chat, models":                   {"/v1/chat/completions", chat(other, fmt.Sprintf(`,"models":[%q,%q]`, other, cid)), nil, 200, fmt.Sprintf(`"model":%q`, cid)},
		"chat, models, nobody may":       {"/v1/chat/completions", chat(other, `,"models":["gpt"]`), nil, 400, "fallbacks"},
		"embeddings":                     {"/v1/embeddings", fmt.Sprintf(`{"model":%q,"input":["a","b"],"dehug":{"only":[%q]}}`, cid, at(t, "3")), nil, 409, "not among those that only names"},
		"infer, parameter":               {"/v2/models/" + string(cid) + "/infer", infer(`,"parameters":{"routing":{"max_price":1}}`), nil, 409, "above the price"},
		"infer, parameter as text":       {"/v2/models/" + string(cid) + "/infer", infer(`,"parameters":{"routing":"{\"max_price\":1}"}`), nil, 409, "above the price"},
		"infer, header":                  {"/v2/models/" + string(cid) + "/infer", infer(""), []string{routingHeader, `{"max_price":1}`}, 409, "above the price"},
		"infer, said twice":              {"/v2/models/" + string(cid) + "/infer", infer(`,"parameters":{"routing":{"sort":"price"}}`), []string{routingHeader, `{"sort":"price"}`}, 400, "said twice"},
		"infer, malformed":               {"/v2/models/" + string(cid) + "/infer", infer(`,"parameters":{"routing":5}`), nil, 400, "routing"},
		"batch":                          {"/api/v1/predictions/batch", fmt.Sprintf(`{"version":%q,"mode":"served","inputs":[{"x":{"datatype":"UINT8","shape":[1],"data":[1]}}],"routing":{"max_price":1}}`, cid), nil, 201, `"code":"no_route"`},
	} {
		t.Run(name, func(t *testing.T) {
			w := post(c.path, c.body, c.header...)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
				t.Fatalf("%d %s; want %d with %q", w.Code, w.Body, c.status, c.want)
			}
			if id := w.Header().Get(predictionHeader); c.status == 200 {
				var p Prediction
				if err := json.Unmarshal(h.ask("GET", "/api/v1/predictions/"+id, "", "Cookie", cookie).Body.Bytes(), &p); err != nil || p.Routing == nil || p.Routing.Provider != provider || p.Routing.Considered != 1 {
					t.Errorf("prediction %+v, %v; want it to say who and why", p, err)
				}
				if strings.Contains(name, "order") && p.Routing.Why != route.ByOrder {
					t.Errorf("why = %+v", p.Routing)
				}
			}
		})
	}
}

func at(t testing.TB, digit string) string { return testKey(t, digit).Address().String() }
