package httpapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// ReportInfo is what somebody says is wrong with a model.
type ReportInfo struct {
	ID       string     `json:"id"`
	Owner    string     `json:"owner"`
	Name     string     `json:"name"`
	Version  string     `json:"version,omitempty" doc:"Not there when it is about the whole model."`
	Reporter string     `json:"reporter,omitempty" doc:"The account that reports; not there when nobody was signed in."`
	Reason   string     `json:"reason" enum:"malware,illegal,license,impersonation,spam,broken,other"`
	Detail   string     `json:"detail"`
	Created  time.Time  `json:"created"`
	State    string     `json:"state" enum:"open,resolved"`
	Note     string     `json:"note,omitempty" doc:"What the admin says who resolved it."`
	Resolver string     `json:"resolver,omitempty"`
	Resolved *time.Time `json:"resolved,omitempty"`
}

// ReportReceipt is what the reporter gets.
type ReportReceipt struct {
	ID string `json:"id"`
}

// DenialInfo is something that the relay's admins do not have served.
type DenialInfo struct {
	Kind    string    `json:"kind" enum:"cid,version,account"`
	What    string    `json:"what" doc:"A CID; owner/name/version; an address."`
	Reason  string    `json:"reason"`
	Admin   string    `json:"admin"`
	Created time.Time `json:"created"`
}

// DeedInfo is something that an admin did.
type DeedInfo struct {
	ID      string    `json:"id"`
	Admin   string    `json:"admin"`
	At      time.Time `json:"at"`
	Action  string    `json:"action" doc:"denied, allowed, resolved, unbanned; more may come."`
	Subject string    `json:"subject"`
	Note    string    `json:"note"`
}

func (h *Hub) registerCare(api huma.API) {
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"care"}, Errors: errors}
	}
	report := op("reportModel", http.MethodPost, "/reports", "Say what is wrong with a model", http.StatusNotFound)
	report.DefaultStatus = http.StatusCreated
	report.Metadata = map[string]any{"limit": "reports", "caller": true}
	report.Description = "The relay's admins read it. Nobody has to be signed in."
	register(h, api, public, report, h.report)
	register(h, api, admin, op("listReports", http.MethodGet, "/admin/reports", "What people reported, newest first"), h.listReports)
	register(h, api, admin, op("resolveReport", http.MethodPost, "/admin/reports/{id}/resolution", "Resolve a report", http.StatusNotFound, http.StatusConflict), h.resolveReport)
	register(h, api, admin, op("listDenials", http.MethodGet, "/admin/denials", "What is not served, newest first"), h.listDenials)
	deny := op("deny", http.MethodPost, "/admin/denials", "Do not serve a CID, a version or what an account published", http.StatusConflict)
	deny.DefaultStatus = http.StatusCreated
	deny.Description = "Counts for the gateway, the lists, searches, uploads and pins. Of a version or an account the manifests, envelopes and release directories are kept back; chunks that others may have too are denied by their own CIDs. The operator's deny-list files stay as they are."
	register(h, api, admin, deny, h.deny)
	register(h, api, admin, op("allow", http.MethodDelete, "/admin/denials", "Serve it again", http.StatusNotFound), h.allow)
	register(h, api, admin, op("listDeeds", http.MethodGet, "/admin/deeds", "What admins did, newest first"), h.listDeeds)
}

type reportRequest struct {
	Body struct {
		Owner   string `json:"owner" maxLength:"42"`
		Name    string `json:"name" maxLength:"200"`
		Version string `json:"version,omitempty" maxLength:"200" doc:"Left out: all of the model."`
		Reason  string `json:"reason" enum:"malware,illegal,license,impersonation,spam,broken,other"`
		Detail  string `json:"detail,omitempty" maxLength:"2000" doc:"In the reporter's words."`
	}
}

func (h *Hub) report(ctx context.Context, in *reportRequest) (*reply[ReportReceipt], error) {
	b := in.Body
	m, err := h.Store.Model(ctx, b.Owner, b.Name)
	if err == nil && b.Version != "" {
		_, err = h.Store.Version(ctx, m.ID, b.Version)
	}
	if relay.ErrorCode(err) == relay.CodeNotFound && b.Version == "" {
		_, err = h.Store.ChainModelByName(ctx, b.Owner, b.Name)
	}
	if err != nil {
		return nil, err
	}
	now := h.now()
	r := store.Report{ID: store.NewID(now), Owner: b.Owner, Name: b.Name, Version: b.Version, Reporter: callerOf(ctx).address, Reason: b.Reason, Detail: b.Detail, Created: now.UnixMicro()}
	return &reply[ReportReceipt]{ReportReceipt{r.ID}}, h.Store.AddReport(ctx, r)
}

type reportsRequest struct {
	Paging
	State string `query:"state" enum:"open,resolved" default:"open"`
}

func (h *Hub) listReports(ctx context.Context, in *reportsRequest) (*reply[List[ReportInfo]], error) {
	found, err := h.Store.Reports(ctx, in.State, store.Page{Before: in.Cursor, Limit: in.Limit + 1})
	found, next := cut(found, in.Limit, func(r store.Report) string { return r.ID })
	list := List[ReportInfo]{Items: []ReportInfo{}, Next: next}
	for _, r := range found {
		list.Items = append(list.Items, reportInfo(r))
	}
	return &reply[List[ReportInfo]]{list}, err
}

func reportInfo(r store.Report) ReportInfo {
	return ReportInfo{ID: r.ID, Owner: r.Owner, Name: r.Name, Version: r.Version, Reporter: r.Reporter, Reason: r.Reason, Detail: r.Detail,
		Created: store.Time(r.Created), State: r.State, Note: r.Note, Resolver: r.Resolver, Resolved: optional(r.Resolved)}
}

type resolution struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Note string `json:"note" minLength:"1" maxLength:"2000" doc:"What was done about it."`
	}
}

func (h *Hub) resolveReport(ctx context.Context, in *resolution) (*reply[ReportInfo], error) {
	r, err := h.Store.ResolveReport(ctx, in.ID, callerOf(ctx).address, in.Body.Note, h.now())
	return &reply[ReportInfo]{reportInfo(r)}, err
}

func (h *Hub) listDenials(ctx context.Context, _ *struct{}) (*reply[List[DenialInfo]], error) {
	denials, _, err := h.Store.Denials(ctx)
	list := List[DenialInfo]{Items: []DenialInfo{}}
	for _, d := range denials {
		list.Items = append(list.Items, DenialInfo{Kind: d.Kind, What: d.What, Reason: d.Reason, Admin: d.Admin, Created: store.Time(d.Created)})
	}
	return &reply[List[DenialInfo]]{list}, err
}

type denyRequest struct {
	Body struct {
		Kind   string `json:"kind" enum:"cid,version,account"`
		What   string `json:"what" maxLength:"500" doc:"A CID; owner/name/version; an address."`
		Reason string `json:"reason" minLength:"1" maxLength:"2000"`
	}
}

func (h *Hub) deny(ctx context.Context, in *denyRequest) (*reply[DenialInfo], error) {
	what, err := denied(in.Body.Kind, in.Body.What)
	if err != nil {
		return nil, err
	}
	d := store.Denial{Kind: in.Body.Kind, What: what, Reason: in.Body.Reason, Admin: callerOf(ctx).address, Created: h.now().UnixMicro()}
	if err := h.Store.Deny(ctx, d); err != nil {
		return nil, err
	}
	return &reply[DenialInfo]{DenialInfo{d.Kind, d.What, d.Reason, d.Admin, store.Time(d.Created)}}, h.ReadDenials(ctx)
}

// denied is what is to be denied, as it is kept.
func denied(kind, what string) (string, error) {
	switch kind {
	case store.DenyCID:
		cid, err := parseCID(what)
		return string(cid), err
	case store.DenyAccount:
		address, err := manifest.ParseAddress(what)
		if err != nil {
			return "", relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("%s", manifest.HintOf(err))
		}
		return address.String(), nil
	}
	owner, rest, _ := strings.Cut(what, "/")
	name, version, _ := strings.Cut(rest, "/")
	address, err := manifest.ParseAddress(owner)
	if err != nil || name == "" || version == "" {
		return "", relay.Errorf(relay.CodeInvalid, "%q is not owner/name/version", what)
	}
	return address.String() + "/" + name + "/" + version, nil
}

type allowRequest struct {
	Kind string `query:"kind" required:"true" enum:"cid,version,account"`
	What string `query:"what" required:"true" maxLength:"500"`
	Note string `query:"note" maxLength:"2000" doc:"Why."`
}

func (h *Hub) allow(ctx context.Context, in *allowRequest) (*struct{}, error) {
	what, err := denied(in.Kind, in.What)
	if err != nil {
		return nil, err
	}
	if err := h.Store.Allow(ctx, in.Kind, what, callerOf(ctx).address, in.Note, h.now()); err != nil {
		return nil, err
	}
	return nil, h.ReadDenials(ctx)
}

func (h *Hub) listDeeds(ctx context.Context, in *Paging) (*reply[List[DeedInfo]], error) {
	found, err := h.Store.Deeds(ctx, store.Page{Before: in.Cursor, Limit: in.Limit + 1})
	found, next := cut(found, in.Limit, func(d store.Deed) string { return d.ID })
	list := List[DeedInfo]{Items: []DeedInfo{}, Next: next}
	for _, d := range found {
		list.Items = append(list.Items, DeedInfo{ID: d.ID, Admin: d.Admin, At: store.Time(d.At), Action: d.Action, Subject: d.Subject, Note: d.Note})
	}
	return &reply[List[DeedInfo]]{list}, err
}

// ReadDenials makes what admins denied count, here and by Hold. Call it now and then: another relay may have changed it, or a denied
// account may have published.
func (h *Hub) ReadDenials(ctx context.Context) error {
	denials, names, err := h.Store.Denials(ctx)
	if err != nil {
		return err
	}
	accounts := map[string]bool{}
	for _, d := range denials {
		if d.Kind == store.DenyAccount {
			accounts[d.What] = true
		}
	}
	h.deniedAccounts.Store(&accounts)
	if err := h.pinsDue(ctx, names); err != nil {
		return err
	}
	if h.Hold != nil {
		cids := make([]manifest.CID, len(names))
		for i, name := range names {
			cids[i] = manifest.CID(name)
		}
		h.Hold(cids)
	}
	return h.hide(ctx, denials)
}

// hideEvery is how late models are left out of counts that a file of the operator's denies, or that were published since: all are looked at.
const hideEvery = time.Minute

// hide leaves models that are not served out of what is counted.
func (h *Hub) hide(ctx context.Context, denials []store.Denial) error {
	h.deniedLock.Lock()
	defer h.deniedLock.Unlock()
	if slices.Equal(denials, h.hidden) && time.Since(h.hiddenAt) < hideEvery {
		return nil
	}
	if err := h.Store.Hide(ctx, h.hides); err != nil {
		return err
	}
	h.hidden, h.hiddenAt = denials, time.Now()
	return nil
}

// pinsDue has pinning services asked about what was denied or allowed since it was called last.
func (h *Hub) pinsDue(ctx context.Context, names []string) error {
	h.deniedLock.Lock()
	defer h.deniedLock.Unlock()
	for _, lists := range [][2][]string{{names, h.deniedNames}, {h.deniedNames, names}} {
		for _, name := range lists[0] {
			if !slices.Contains(lists[1], name) {
				if err := h.Store.PinsDueNow(ctx, name, h.now()); err != nil {
					return err
				}
			}
		}
	}
	h.deniedNames = names
	return nil
}

// deniedAccount tells whether what an account published is not served.
func (h *Hub) deniedAccount(address string) bool {
	accounts := h.deniedAccounts.Load()
	return accounts != nil && (*accounts)[address]
}

// hides tells whether what is known by these is not served.
func (h *Hub) hides(s store.Shown) bool {
	return h.deniedAccount(s.Publisher) || h.denied(s.Manifest, s.Release)
}

// isAdmin tells whether an account decides what is served.
func (h *Hub) isAdmin(address string) bool { return slices.Contains(h.Admins, address) }
