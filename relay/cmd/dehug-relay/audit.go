package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/audit"
	"github.com/dehug/dehug/relay/httpapi"
	"github.com/dehug/dehug/relay/receipt"
)

// openAudit begins the audit log, or goes on with it. The signer is nil where the log is another key's: of another relay of the same database, or of one that
// was lost.
func (s *hubSettings) openAudit(ctx context.Context, h *httpapi.Hub, data string, log *slog.Logger) (note.Signer, error) {
	signer, key, err := s.auditSigner(ctx, h, data)
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "the audit log's key: %w", err).WithHint("--audit-key names its file")
	}
	rules, err := s.rules(h)
	if err != nil {
		return nil, err
	}
	if signer == nil {
		log.Error("the audit log is not signed here: its key is missing", slog.String("file", s.auditFile(data)))
		return nil, nil
	}
	head, err := h.Store.BeginAudit(ctx, signer.Name(), key, signer, rules)
	if err != nil {
		return nil, err
	}
	if head.Key != key {
		log.Error("the audit log is not signed here: it is another key's", slog.String("key", head.Key))
		return nil, nil
	}
	log.Info("audit log", slog.String("origin", head.Origin), slog.String("key", head.Key), slog.Int64("entries", head.Size))
	return signer, nil
}

func (s *hubSettings) auditFile(data string) string {
	if s.auditKey != "" {
		return s.auditKey
	}
	return filepath.Join(data, "audit.key")
}

// auditSigner reads the log's key, or makes one where there is neither key nor log. It is nil where there is only the log.
func (s *hubSettings) auditSigner(ctx context.Context, h *httpapi.Hub, data string) (note.Signer, string, error) {
	secret, err := os.ReadFile(s.auditFile(data))
	if errors.Is(err, fs.ErrNotExist) && s.auditKey == "" {
		switch _, err := h.Store.AuditHead(ctx); {
		case err == nil:
			return nil, "", nil
		case relay.ErrorCode(err) != relay.CodeNotFound:
			return nil, "", err
		}
		var text string
		if text, _, err = note.GenerateKey(rand.Reader, s.auditOrigin()); err != nil {
			return nil, "", err
		}
		secret = []byte(text + "\n")
		err = os.WriteFile(s.auditFile(data), secret, 0o600)
	}
	if err != nil {
		return nil, "", relay.FileError(err)
	}
	text := strings.TrimSpace(string(secret))
	signer, err := note.NewSigner(text)
	if err != nil {
		return nil, "", err
	}
	key, err := audit.PublicKey(text)
	return signer, key, err
}

// auditOrigin names a new log: after the site where people know that by a name, else so that no other log is called the same.
func (s *hubSettings) auditOrigin() string {
	if u, err := url.Parse(s.siteURL); err == nil && u.Host != "" {
		return u.Host + "/audit"
	}
	var b [8]byte
	rand.Read(b[:])
	return "localhost/" + hex.EncodeToString(b[:]) + "/audit"
}

// rules are what the operator set that others may want to have known: whose signatures count.
func (s *hubSettings) rules(h *httpapi.Hub) (string, error) {
	set := struct {
		Relay      string   `json:"relay,omitempty"`
		Operator   string   `json:"operator,omitempty"`
		Admins     []string `json:"admins"`
		Providers  []string `json:"providers"`
		Challenges string   `json:"challenges,omitempty"` // SHA-256: they name evaluators
		FreeDaily  int64    `json:"freeDaily"`
	}{Operator: s.operator, Admins: h.Admins, Providers: s.providers, FreeDaily: s.daily}
	if h.Jobs != nil {
		set.Relay = h.Jobs.Address().String()
	}
	if s.challenges != "" {
		text, err := json.Marshal(h.Challenges)
		if err != nil {
			return "", err
		}
		set.Challenges = fmt.Sprintf("%x", sha256.Sum256(text))
	}
	text, err := json.Marshal(set)
	return string(text), err
}

func newAudit() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Check a relay's log of what it decided",
		Long: `audit checks the log in which a relay writes what it decides about jobs, receipts, settlements,
payments, keys, and what its admins do, as hashes. See dehug-relay audit verify --help.`,
		Example: "  dehug-relay audit verify https://hub.example --since hub.checkpoint",
	}
	cmd.AddCommand(newAuditVerify())
	return cmd
}

func newAuditVerify() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify URL",
		Short: "Check that a relay's audit log is what it was, with entries after that",
		Long: `verify reads the audit log of the relay whose site is at URL: an append-only tree
(RFC 6962) whose root the relay signs. It checks the signature, and all entries that are new.

With --since it keeps what the relay signed in a file, and checks the next time that the
log still has all that it had: a relay that changed, left out or told others something else
is found, and both signed checkpoints are the evidence. Run it daily, and compare
checkpoints with others.

With --receipt it checks that the log has a receipt that you were given.

It ends with 0 when all of it holds, and with 3 when the relay does not keep to what it signed.`,
		Example: `  dehug-relay audit verify https://hub.example --since hub.checkpoint
  dehug-relay audit verify https://hub.example --receipt receipt.json`,
		Args: oneArg("URL"),
	}
	flags := cmd.Flags()
	since := flags.String("since", "", "`FILE` with what the relay signed when you looked last; made where it is missing, and written anew")
	key := flags.String("log-key", "", "`KEY` that has to sign the log, as …/api/v1/audit gives it; whichever does when not given")
	receiptFile := flags.String("receipt", "", "`FILE` with a receipt that the log is to have")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		out := cmd.OutOrStdout()
		address, err := auditURL(args[0])
		if err != nil {
			return err
		}
		var before []byte
		if *since != "" {
			if before, err = os.ReadFile(*since); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return relay.FileError(err)
			}
		}
		log := &audit.Log{URL: address, Key: *key}
		signed, c, err := log.Look(cmd.Context(), before)
		if fork, ok := errors.AsType[*audit.Fork](err); ok {
			failed := relay.Errorf(relay.CodeUnverified, "%w", fork)
			if *since == "" {
				return failed
			}
			if err := os.WriteFile(*since+".fork", signed, 0o644); err != nil {
				return errors.Join(failed, err)
			}
			return failed.WithHint("what it signed is in %s and %s.fork: together they show it to anybody", *since, *since)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s has %d entries, root %s, signed by %s\n", c.Origin, c.N, c.Hash, log.Key)
		first := int64(0)
		if before != nil {
			first = log.Before.N
			fmt.Fprintf(out, "it has all %d entries that it had\n", first)
		}
		for n := first; n < c.N; n++ {
			if _, err := log.Entry(n); err != nil {
				return err
			}
		}
		fmt.Fprintf(out, "%d new entries are those that were signed\n", c.N-first)
		if *receiptFile != "" {
			if err := auditReceipt(cmd, log, signed, *receiptFile); err != nil {
				return err
			}
		}
		if *since != "" { // last: what did not hold is looked at again
			if err := os.WriteFile(*since, signed, 0o644); err != nil {
				return relay.FileError(err)
			}
		}
		return nil
	}
	return cmd
}

const (
	// findTries and findEvery are how long is waited for a receipt to be in the log.
	findTries = 10
	findEvery = 500 * time.Millisecond
)

// auditReceipt finds a receipt in a log that was signed so.
func auditReceipt(cmd *cobra.Command, log *audit.Log, signed []byte, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return relay.FileError(err)
	}
	r, err := receipt.Parse(text)
	if err != nil {
		return err
	}
	leaf, err := r.Leaf()
	if err != nil {
		return err
	}
	at, err := log.Find(leaf)
	for range findTries { // it is written down with the job, and put into the log a moment after that
		if code := relay.ErrorCode(err); code != relay.CodeNotFound && code != relay.CodeUnavailable {
			break
		}
		select {
		case <-cmd.Context().Done():
			return cmd.Context().Err()
		case <-time.After(findEvery):
		}
		if _, _, err = log.Look(cmd.Context(), signed); err == nil {
			at, err = log.Find(leaf)
		}
	}
	if err == nil {
		fmt.Fprintf(cmd.OutOrStdout(), "the receipt of job %s is entry %d\n", r.Job, at)
	}
	return err
}

// auditURL is where the audit log of a site is.
func auditURL(site string) (string, error) {
	u, err := url.Parse(site)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return "", relay.Errorf(relay.CodeInvalid, "%q is no address of a relay's", site).WithHint("give the site's, such as https://hub.example")
	}
	if site = strings.TrimRight(site, "/"); strings.HasSuffix(u.Path, "/audit") {
		return site, nil
	}
	return site + "/api/v1/audit", nil
}
