package metrics

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay/internal/postgres"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/store"
)

func TestMain(m *testing.M) {
	code := postgres.Run(m)
	if err := goleak.Find(); err != nil && code == 0 {
		println(err.Error())
		code = 1
	}
	os.Exit(code)
}

const alice = "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"

// What was done is counted, what is there is shown, and the dashboard asks for nothing that is not there.
func TestScrape(t *testing.T) {
	urls := map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "hub.db")}
	if os.Getenv("DEHUG_TEST_ALL") == "1" { // starting one takes longer than all else here
		urls["postgres"] = postgres.URL(t)
	}
	for name, url := range urls {
		t.Run(name, func(t *testing.T) { scrape(t, url) })
	}
}

func scrape(t *testing.T, url string) {
	s, err := store.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	now := time.Now()
	if err := s.CreateNonce(t.Context(), "n", now, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if err := s.SignIn(t.Context(), "n", store.Session{ID: "1", Token: []byte("x"), Address: alice, Created: now.UnixMicro(), Seen: now.UnixMicro(), Expires: now.Add(time.Hour).UnixMicro()}); err != nil {
		t.Fatal(err)
	}
	key, err := ethsig.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	m := New(s, slog.New(slog.DiscardHandler))
	q, err := jobs.Start(t.Context(), jobs.Config{Store: s, Key: key, Daily: 1000, Ended: m.Ended, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	m.Watch(q)
	create := func() string {
		job, _, err := q.Create(t.Context(), jobs.Request{Account: alice, Manifest: "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", Mode: "strict", MaxPrice: 7})
		if err != nil {
			t.Fatal(err)
		}
		return job.ID
	}
	gone := create()
	create()
	for range 2 { // it stays pending until its turn comes, when it is found out; the second time it has ended already
		if _, err := q.Cancel(t.Context(), alice, gone); err != nil {
			t.Fatal(err)
		}
	}
	m.Ended(store.Job{State: "succeeded", Created: 1_000_000, Started: 1_500_000, Ended: 4_000_000})
	m.Told("start", false)
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	text := w.Body.String()
	for _, want := range []string{
		`dehug_jobs_ended_total{code="",state="canceled"} 1`, `dehug_jobs_ended_total{code="",state="succeeded"} 1`, `dehug_job_seconds_bucket{part="wait",le="0.5"} 1`, `dehug_job_seconds_sum{part="all"} 3`,
		`dehug_jobs_open{state="starting"} 1`, `dehug_jobs_open{state="processing"} 0`, `dehug_jobs_pending 2`, `dehug_relays 1`, `dehug_ledger_balance{kind="held"} 7`, `dehug_ledger_balance{kind="free"} -7`,
		`dehug_settlement_lag_seconds 0`, `dehug_webhooks_open 0`, `dehug_webhook_tries_total{event="start",result="failed"} 1`, `dehug_providers 0`, `dehug_provider_places{state="free"} 0`, `dehug_scrape_failed 0`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("%s is not there:\n%s", want, regexp.MustCompile(`(?m)^(go_|process_|#).*\n`).ReplaceAllString(text, ""))
		}
	}
	if strings.Contains(text, alice) {
		t.Error("metrics name an account")
	}
	dashboard, err := os.ReadFile("dashboard.json")
	if err != nil || !json.Valid(dashboard) {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile(`\b(dehug_\w+|process_\w+)`).FindAllString(string(dashboard), -1) {
		if base := strings.TrimSuffix(name, "_bucket"); !strings.Contains(text, "# TYPE "+base+" ") && name != "dehug" {
			t.Errorf("the dashboard asks for %s, which is not there", name)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := q.Close(ctx); err != nil {
		t.Fatal(err)
	}
}
