package httpapi

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/audit"
	"github.com/dehug/dehug/relay/store"
)

const auditPath = apiPrefix + "/audit"

// AuditView is what the audit log is.
type AuditView struct {
	audit.About
	Size       int64  `json:"size" doc:"Entries."`
	Checkpoint string `json:"checkpoint" doc:"What it signed last: name, size and root, as C2SP's tlog-checkpoint has it."`
}

// AuditedReceipt is where a receipt is in the audit log, and the proof.
type AuditedReceipt struct {
	audit.Placed
	Entry      string   `json:"entry" doc:"As it is hashed: JSON whose commit is the SHA-256 of \"dehug/audit/v0\", NUL, kind, NUL, the salt's bytes and the leaf in hexadecimal digits."`
	Proof      []string `json:"proof" doc:"Of RFC 6962, in base64, from the entry to the root that the checkpoint has."`
	Checkpoint string   `json:"checkpoint"`
}

// AuditConsistency proves that the audit log grew from what it was.
type AuditConsistency struct {
	Proof      []string `json:"proof" doc:"Of RFC 6962, in base64."`
	Checkpoint string   `json:"checkpoint"`
}

type auditedRequest struct {
	Leaf string `path:"leaf" minLength:"64" maxLength:"64" doc:"SHA-256 of a NUL, \"dehug/receipt/v0\" and the hash that was signed, in hexadecimal digits."`
}

type consistencyRequest struct {
	From int64 `query:"from" minimum:"1" required:"true" doc:"How many entries the log had."`
}

// registerAudit shows the audit log: by paths as C2SP's tlog-tiles has them, and by proofs for whoever does not read tiles.
func (h *Hub) registerAudit(mux *http.ServeMux, api huma.API) {
	op := func(id, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{"audit"}, Errors: []int{http.StatusNotFound}}
	}
	about := op("getAudit", "/audit", "The log of what this relay decided")
	about.Description = "A log of RFC 6962. Below this address are checkpoint, tile/L/N and tile/entries/N, as C2SP's tlog-tiles has them."
	register(h, api, public, about, h.getAudit)
	register(h, api, public, op("getAuditedReceipt", "/audit/receipts/{leaf}", "Where a receipt is in the audit log"), h.getAuditedReceipt)
	register(h, api, public, op("getAuditConsistency", "/audit/consistency", "That the audit log has what it had, and entries after that"), h.getAuditConsistency)
	plain := func(pattern string, answer func(w http.ResponseWriter, r *http.Request) ([]byte, error)) {
		mux.HandleFunc("GET "+auditPath+pattern, func(w http.ResponseWriter, r *http.Request) {
			err := h.count("requests", r.RemoteAddr, r.Header.Get("X-Forwarded-For"), w.Header().Set)
			var body []byte
			if err == nil {
				body, err = answer(w, r)
			}
			if err != nil {
				w.Header().Del("Cache-Control")
				h.writeProblem(w, r, err)
				return
			}
			w.Write(body)
		})
	}
	plain("/checkpoint", func(w http.ResponseWriter, r *http.Request) ([]byte, error) {
		w.Header().Set("Content-Type", types[".txt"])
		w.Header().Set("Cache-Control", cacheChecked)
		head, err := h.Store.AuditHead(r.Context())
		return head.Signed, err
	})
	plain("/tile/{path...}", func(w http.ResponseWriter, r *http.Request) ([]byte, error) {
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Cache-Control", cacheForever) // also of one that is not full: its path says how many there are
		tile, err := audit.ParsePath("tile/" + r.PathValue("path"))
		if err != nil {
			return nil, err
		}
		return h.Store.AuditTile(r.Context(), tile)
	})
}

func (h *Hub) getAudit(ctx context.Context, _ *struct{}) (*reply[AuditView], error) {
	head, err := h.Store.AuditHead(ctx)
	return &reply[AuditView]{AuditView{audit.About{Origin: head.Origin, Key: head.Key}, head.Size, string(head.Signed)}}, err
}

// signedAudit is the audit log as it was signed last.
func (h *Hub) signedAudit(ctx context.Context) (head store.AuditHead, c audit.Checkpoint, err error) {
	if head, err = h.Store.AuditHead(ctx); err != nil {
		return head, c, err
	}
	key, err := note.NewVerifier(head.Key)
	if err == nil {
		c, err = audit.OpenCheckpoint(head.Signed, key)
	}
	if err != nil {
		err = relay.Errorf(relay.CodeInternal, "the audit log's checkpoint: %w", err)
	}
	return head, c, err
}

func (h *Hub) getAuditedReceipt(ctx context.Context, in *auditedRequest) (*reply[AuditedReceipt], error) {
	leaf, err := hex.DecodeString(in.Leaf)
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "%q is no hash", in.Leaf)
	}
	index, salt, err := h.Store.AuditedReceipt(ctx, [32]byte(leaf))
	if err != nil {
		return nil, err
	}
	head, c, err := h.signedAudit(ctx) // after the entry: it has it
	if err != nil {
		return nil, err
	}
	entry, err := h.Store.AuditEntry(ctx, index)
	if err != nil {
		return nil, err
	}
	proof, err := tlog.ProveRecord(c.N, index, h.Store.AuditHashes(ctx))
	if err != nil {
		return nil, relay.Errorf(relay.CodeInternal, "audit: proof of entry %d: %w", index, err)
	}
	return &reply[AuditedReceipt]{AuditedReceipt{audit.Placed{Index: index, Salt: hex.EncodeToString(salt)}, string(entry), proofText(proof), string(head.Signed)}}, nil
}

func (h *Hub) getAuditConsistency(ctx context.Context, in *consistencyRequest) (*reply[AuditConsistency], error) {
	head, c, err := h.signedAudit(ctx)
	if err != nil {
		return nil, err
	}
	if in.From > c.N {
		return nil, relay.Errorf(relay.CodeNotFound, "the log has %s entries", strconv.FormatInt(c.N, 10))
	}
	proof, err := tlog.ProveTree(c.N, in.From, h.Store.AuditHashes(ctx))
	if err != nil {
		return nil, relay.Errorf(relay.CodeInternal, "audit: proof from %d entries: %w", in.From, err)
	}
	return &reply[AuditConsistency]{AuditConsistency{proofText(proof), string(head.Signed)}}, nil
}

func proofText(proof []tlog.Hash) []string {
	all := make([]string, len(proof))
	for i, hash := range proof {
		all[i] = base64.StdEncoding.EncodeToString(hash[:])
	}
	return all
}
