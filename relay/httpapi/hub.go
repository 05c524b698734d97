package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/outward"
	"github.com/dehug/dehug/relay/siwe"
	"github.com/dehug/dehug/relay/store"
	"github.com/dehug/dehug/relay/upload"
)

// Hub is what the API under /api/v1 is made of. Store and Origins are needed.
type Hub struct {
	Store *store.Store
	// Origins by which people reach the site, the one to show first: https://hub.example. A sign-in message is for
	// one of them. The session's cookie is for https alone where the first one is.
	Origins []string
	ChainID uint64        // that a sign-in message has to name
	Wallets siwe.Verifier // says who signed
	Limits  Limits
	// Proxies are in front of the relay: what they say of whom they ask for is believed (X-Forwarded-For).
	Proxies []netip.Prefix
	Uploads *upload.Uploads // nil for a relay that takes none
	Blocks  relay.Source    // where manifests are
	Bringer Bringer         // nil for a relay that brings nothing to the chain
	Jobs    *jobs.Queue     // nil for a relay that has nothing run by providers
	Paid    Paid            // nil for a relay that takes no sessions
	Exact   Exact           // nil for a relay that takes no payment for single jobs
	Orders  Orders          // nil for a relay that does no orders
	Chain   *ChainConfig    // nil for a relay that follows none
	Attests bool            // evaluations, on that chain
	// Webhooks says what may be told of predictions.
	Webhooks outward.Policy
	// Challenges are the operator's.
	Challenges []Challenge
	// Denied tells whether the operator does not serve a CID. May be nil.
	Denied func(manifest.CID) bool
	// Admins are accounts that decide what is served: in the letter case of EIP-55.
	Admins []string
	// Hold is told what they deny, for Denied and the gateway. May be nil.
	Hold func([]manifest.CID)

	log    *slog.Logger
	now    func() time.Time
	secret func() string
	rates  rates
	turns  turns // of searches

	deniedAccounts atomic.Pointer[map[string]bool]
	deniedLock     sync.Mutex
	deniedNames    []string       // CIDs, as they were read last
	hidden         []store.Denial // by which models were left out of counts last
	hiddenAt       time.Time
}

// Version of the API, not of the program. It changes when a client has to.
const apiVersion = "1.0.0"

const apiPrefix = "/api/v1"

// handler makes the API. What holds for every request is here: cross-site requests are refused, replies that were seen
// are not sent again.
func (h *Hub) handler(log *slog.Logger) (http.Handler, error) {
	for _, origin := range h.Origins {
		u, err := url.Parse(origin)
		if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin || u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())) {
			return nil, relay.Errorf(relay.CodeInvalid, "%q is not the address of a site that people can sign in to", origin).
				WithHint("give scheme and host, such as https://hub.example; http is for this machine alone")
		}
	}
	h.log = log
	if h.now == nil {
		h.now, h.secret = time.Now, newSecret
	}
	h.Limits.fill()
	h.rates.limits, h.rates.now = h.Limits, h.now
	h.turns = newTurns()

	mux := http.NewServeMux()
	h.api(mux)
	nothing := func(w http.ResponseWriter, r *http.Request) {
		h.writeProblem(w, r, relay.Errorf(relay.CodeNotFound, "there is nothing at %s", r.URL.Path).WithHint("%s lists what there is", docsPath))
	}
	mux.HandleFunc("/api/", nothing)
	mux.HandleFunc(inferencePrefix+"/", nothing)
	mux.HandleFunc(openAIPrefix+"/", nothing)
	// Browsers say where a request comes from; one that changes something and comes from another origin is refused.
	// Programs do not say, and send no cookies.
	same := http.NewCrossOriginProtection()
	same.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.writeProblem(w, r, relay.Errorf(relay.CodeForbidden, "this request comes from a page of another site"))
	}))
	all := http.NewServeMux()
	all.Handle("/", withETag(mux))
	if h.Jobs != nil {
		all.Handle("GET "+wire.Path, h.Jobs)
	}
	return same.Handler(all), nil
}

// api registers every operation. Its document is written by what the handlers take and give.
func (h *Hub) api(mux *http.ServeMux) huma.API {
	huma.NewErrorWithContext = func(_ huma.Context, status int, message string, errs ...error) huma.StatusError {
		return problemOf(status, message, errs)
	}
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return problemOf(status, message, errs)
	}
	config := huma.DefaultConfig("DeHug relay", apiVersion)
	config.Info.Description = "What a relay's site and programs ask of it. Blocks of models are read from its gateway, which is another origin."
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "/api/openapi", "", ""
	config.CreateHooks = nil // no $schema in replies: the document is there for that
	config.RejectUnknownQueryParameters = true
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: h.cookieName(), Description: "A browser that signed in. Cookies are sent by pages of this site only."},
		"key":     {Type: "http", Scheme: "bearer", Description: "A key, for programs. It may do what its scopes say."},
	}
	api := humago.New(mux, config)
	api.UseMiddleware(h.limit(api), h.authenticate(api))
	h.registerAccount(api)
	h.registerUploads(api)
	h.registerModels(api)
	h.registerPublications(api)
	h.registerChain(api)
	h.registerCare(api)
	h.registerRanking(api)
	h.registerGraphQL(mux)
	h.registerPredictions(api)
	h.registerAllowance(api)
	h.registerReceipts(api)
	h.registerProvider(api)
	h.registerInference(api)
	h.registerUsage(api)
	h.registerOpenAI(api)
	h.registerSettlements(api)
	h.registerOrders(api)
	h.registerWebhooks(api)
	h.registerBatches(api)
	h.registerAudit(mux, api)
	h.registerDocs(mux, api)
	return api
}

// access says who may call an operation.
type access string

const (
	public  access = ""        // anybody
	session access = "session" // a browser that is signed in
	admin   access = "admin"   // the like, of an admin
	read    access = "read"    // that, or a key with this scope
	uploads access = "upload"  // the like
	runs    access = "run"     // the like
)

// scopes that a key may have.
var scopes = []string{string(read), string(uploads), string(runs)}

// register adds an operation. Its handler returns errors of package relay.
func register[I, O any](h *Hub, api huma.API, who access, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	if !strings.HasPrefix(op.Path, inferencePrefix) && !strings.HasPrefix(op.Path, openAIPrefix) {
		op.Path = apiPrefix + op.Path
	}
	if op.Metadata == nil {
		op.Metadata = map[string]any{}
	}
	op.Metadata["access"] = who
	if who != public {
		op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden)
		op.Security = []map[string][]string{{"session": {}}}
		if who != session && who != admin {
			op.Security = append(op.Security, map[string][]string{"key": {string(who)}})
		}
	}
	op.Errors = append(op.Errors, http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusInternalServerError)
	slices.Sort(op.Errors)
	op.Errors = slices.Compact(op.Errors)
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			p := h.problem(ctx, op.OperationID, err).at(op.Path)
			if errors.Is(err, jobs.ErrDraining) {
				return nil, huma.ErrorWithHeaders(p, http.Header{"Retry-After": {retryAfterDrain}})
			}
			if e, ok := errors.AsType[huma.HeadersError](err); ok {
				return nil, huma.ErrorWithHeaders(p, e.GetHeaders())
			}
			return nil, p
		}
		return out, nil
	})
}

// newSecret is 256 bits that nobody can guess, in letters that a URL and a header may hold.
func newSecret() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
