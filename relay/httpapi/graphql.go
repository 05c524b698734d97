package httpapi

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/graphql"
)

const graphqlPath = "/api/graphql"

// maxQueryBody is how many bytes a query may have with its variables.
const maxQueryBody = 64 << 10

// registerGraphQL serves what the chain said in the shape of a subgraph, which is no operation of the document: its schema is its own.
func (h *Hub) registerGraphQL(mux *http.ServeMux) {
	api := &graphql.API{Store: h.Store, Log: h.log, Hidden: h.hides}
	answer := func(w http.ResponseWriter, r *http.Request) {
		q, err := h.question(w, r)
		if err != nil {
			h.writeProblem(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", cacheChecked)
		w.Write(append(api.Answer(r.Context(), q), '\n'))
	}
	mux.HandleFunc("GET "+graphqlPath, answer)
	mux.HandleFunc("POST "+graphqlPath, answer)
	mux.HandleFunc("GET "+graphqlPath+"/schema", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", types[".txt"])
		w.Header().Set("Cache-Control", cacheChecked)
		io.WriteString(w, graphql.Schema)
	})
}

// question reads what is asked, as GraphQL over HTTP has it: a JSON object by POST, or parameters by GET.
func (h *Hub) question(w http.ResponseWriter, r *http.Request) (q graphql.Request, err error) {
	if err := h.count("queries", r.RemoteAddr, r.Header.Get("X-Forwarded-For"), w.Header().Set); err != nil {
		return q, err
	}
	variables := io.Reader(strings.NewReader(r.URL.Query().Get("variables")))
	var into any = &q.Variables
	if r.Method == http.MethodPost {
		if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "application/json" {
			return q, relay.Errorf(relay.CodeInvalid, "a query is sent as application/json").WithHint(`{"query": "{ models { name } }", "variables": {}}`)
		}
		variables, into = http.MaxBytesReader(w, r.Body, maxQueryBody), &q
	} else {
		q.Query, q.OperationName = r.URL.Query().Get("query"), r.URL.Query().Get("operationName")
	}
	decoder := json.NewDecoder(variables)
	decoder.UseNumber()
	switch err := decoder.Decode(into); {
	case err == io.EOF && r.Method == http.MethodGet: // no variables
	case err != nil:
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return q, relay.Errorf(relay.CodeTooLarge, "more than %d bytes", maxQueryBody)
		}
		return q, relay.Errorf(relay.CodeInvalid, "not the JSON of a query: %w", err)
	}
	if q.Query == "" {
		return q, relay.Errorf(relay.CodeInvalid, "there is no query").WithHint("%s/schema is what may be asked", graphqlPath)
	}
	return q, nil
}
