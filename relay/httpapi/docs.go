package httpapi

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/relay"
)

const docsPath = "/api/docs"

//go:embed docs.html
var docsHTML string

//go:embed docs.css
var docsCSS []byte

// meanings explains every code, in the order of their statuses.
var meanings = []struct {
	Code    relay.Code
	Meaning string
}{
	{relay.CodeInvalid, "What was sent is malformed. Sending it again will not help."},
	{relay.CodeUnauthorized, "Nobody is signed in, or the proof of who it is does not hold."},
	{relay.CodePayment, "Nobody is signed in, and the job is not paid: the header PAYMENT-REQUIRED says how it can be (x402), detail why what was sent is not taken."},
	{relay.CodeForbidden, "It is known who asks, and they may not."},
	{relay.CodeVoucherForged, "The voucher was not signed by the session's key."},
	{relay.CodeSessionForeign, "The session is for another relay, or its plan for another model or in another token."},
	{relay.CodeNotFound, "It is not here."},
	{relay.CodeConflict, "What is there already says otherwise."},
	{relay.CodeNoRoute, "By what routing says nobody who is there may do it: detail counts how many each condition excludes."},
	{relay.CodeQuota, "More than one account may have."},
	{relay.CodeVoucherReplayed, "The voucher paid for another request already."},
	{relay.CodeVoucherStale, "The voucher does not follow the newest one of its session: it says fewer or more units, or continues another transcript. The session says what is next."},
	{relay.CodeSessionSpent, "The voucher says more units than the session has locked."},
	{relay.CodeSessionEnded, "The session is over, or ends before the job might be done and its voucher redeemed."},
	{relay.CodeSessionPending, "The session was opened too recently for its worth: the chain may still undo it. Asking again helps."},
	{relay.CodeTooLarge, "Over a stated limit."},
	{relay.CodeRateLimited, "Too many requests. Retry-After says how many seconds to wait."},
	{relay.CodeDenied, "The operator does not serve it."},
	{relay.CodeInternal, "The relay's fault. The cause is in its log."},
	{relay.CodeUnverified, "Bytes, digest or signature disagree: evidence of damage or of a lie."},
	{relay.CodeUnavailable, "Something that is needed does not answer now. Asking again may help."},
	{relay.CodeNoSpace, "The relay's disk is full. Nothing was half done."},
}

// registerDocs serves a page made of the API's own document: plain HTML, nothing from elsewhere, no script.
func (h *Hub) registerDocs(mux *http.ServeMux, api huma.API) {
	page := template.Must(template.New("docs").Funcs(template.FuncMap{"schema": schemaText, "lower": strings.ToLower}).Parse(docsHTML))
	mux.HandleFunc("GET "+docsPath, func(w http.ResponseWriter, r *http.Request) {
		doc := api.OpenAPI()
		type operation struct {
			*huma.Operation
			Path, Method string
			Access       access
		}
		type group struct {
			Tag        string
			Operations []operation
		}
		var groups []*group
		for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
			item := doc.Paths[path]
			for _, o := range []struct {
				method string
				op     *huma.Operation
			}{{"GET", item.Get}, {"POST", item.Post}, {"PUT", item.Put}, {"DELETE", item.Delete}} {
				if o.op == nil {
					continue
				}
				i := slices.IndexFunc(groups, func(g *group) bool { return g.Tag == o.op.Tags[0] })
				if i < 0 {
					i = len(groups)
					groups = append(groups, &group{Tag: o.op.Tags[0]})
				}
				who, _ := o.op.Metadata["access"].(access)
				groups[i].Operations = append(groups[i].Operations, operation{o.op, path, o.method, who})
			}
		}
		var out bytes.Buffer
		err := page.Execute(&out, map[string]any{"Doc": doc, "Groups": groups, "Codes": meanings, "Status": status, "Schemas": doc.Components.Schemas.Map()})
		if err != nil {
			h.writeProblem(w, r, err)
			return
		}
		w.Header().Set("Content-Type", types[".html"])
		w.Header().Set("Cache-Control", cacheChecked)
		w.Write(out.Bytes())
	})
	mux.HandleFunc("GET "+docsPath+".css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", types[".css"])
		w.Header().Set("Cache-Control", cacheChecked)
		w.Write(docsCSS)
	})
}

// schemaText is a schema as JSON for people to read.
func schemaText(s *huma.Schema) (string, error) {
	b, err := json.MarshalIndent(s, "", "  ")
	return string(b), err
}
