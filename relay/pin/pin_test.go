package pin

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/store"
)

// psa is a pinning service as its specification has it: ipfs.github.io/pinning-services-api-spec, version 1.
type psa struct {
	*httptest.Server
	mu     sync.Mutex
	pins   map[string]*pinStatus
	count  int
	broken int // how many requests are answered with 500 from now on
	asked  []string
}

func newPSA(t *testing.T) *psa {
	s := &psa{pins: map[string]*pinStatus{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /psa/pins", func(w http.ResponseWriter, r *http.Request) {
		cids, states := strings.Split(r.FormValue("cid"), ","), r.FormValue("status")
		if states == "" {
			states = "pinned"
		}
		results := []any{}
		for _, p := range s.pins {
			if (r.FormValue("cid") == "" || contains(cids, p.Pin.CID)) && contains(strings.Split(states, ","), p.Status) {
				results = append(results, s.object(p))
			}
		}
		answer(w, 200, map[string]any{"count": len(results), "results": results})
	})
	mux.HandleFunc("POST /psa/pins", func(w http.ResponseWriter, r *http.Request) {
		var in pinObject
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.Header.Get("Content-Type") != "application/json" {
			refuse(w, 400, "BAD_REQUEST", "no JSON")
			return
		}
		if _, err := manifest.ParseCID(in.CID); err != nil || len(in.Name) > 255 {
			refuse(w, 400, "BAD_REQUEST", "no such CID or name")
			return
		}
		s.count++
		p := &pinStatus{RequestID: fmt.Sprintf("r/%d", s.count), Status: Queued, Pin: in}
		s.pins[p.RequestID] = p
		answer(w, 202, s.object(p))
	})
	mux.HandleFunc("GET /psa/pins/{id}", func(w http.ResponseWriter, r *http.Request) {
		p := s.pins[r.PathValue("id")]
		if p == nil {
			refuse(w, 404, "NOT_FOUND", "the specified resource was not found")
			return
		}
		answer(w, 200, s.object(p))
	})
	mux.HandleFunc("DELETE /psa/pins/{id}", func(w http.ResponseWriter, r *http.Request) {
		if s.pins[r.PathValue("id")] == nil {
			refuse(w, 404, "NOT_FOUND", "the specified resource was not found")
			return
		}
		delete(s.pins, r.PathValue("id"))
		w.WriteHeader(202)
	})
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, r.Method)
		switch {
		case s.broken > 0:
			s.broken--
			http.Error(w, "<html>", 500)
		case r.Header.Get("Authorization") != "Bearer secret":
			refuse(w, 401, "UNAUTHORIZED", "access token is missing or invalid")
		default:
			mux.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (s *psa) object(p *pinStatus) map[string]any {
	return map[string]any{"requestid": p.RequestID, "status": p.Status, "created": "2026-01-02T03:04:05Z", "pin": p.Pin, "delegates": []string{"/dnsaddr/pin.example/p2p/12D3KooW"}, "info": p.Info}
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

func refuse(w http.ResponseWriter, status int, reason, details string) {
	answer(w, status, map[string]any{"error": map[string]string{"reason": reason, "details": details}})
}

// set changes what the service says of all pins.
func (s *psa) set(state string, info map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pins {
		p.Status, p.Info = state, info
	}
}

func TestPins(t *testing.T) {
	ctx := context.Background()
	s, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const owner = "0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"
	publish := func(version string) manifest.CID {
		t.Helper()
		cid := manifest.DigestOf([]byte(version)).RawCID()
		err := s.Publish(ctx, store.Publication{Owner: owner, Release: relay.Release{Release: cid, Manifest: cid, Kind: "model", Name: "m", Version: version},
			Manifest: &manifest.Manifest{Name: "m"}}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return cid
	}
	service := newPSA(t)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var denied manifest.CID
	pins := &Pins{Store: s, Keepers: []Keeper{&Service{Label: "example", URL: service.URL + "/psa/", Token: "secret"}}, Now: func() time.Time { return now },
		Denied: func(cid manifest.CID) bool { return cid == denied }, Log: slog.New(slog.DiscardHandler)}
	tend := func(cid manifest.CID, after time.Duration, want string) store.Pin {
		t.Helper()
		now = now.Add(after)
		if err := pins.Tend(ctx); err != nil {
			t.Fatal(err)
		}
		found, err := s.Pins(ctx, string(cid))
		if err != nil || len(found) != 1 || found[0].State != want {
			t.Fatalf("pins are %+v, %v; want one that is %s", found, err, want)
		}
		return found[0]
	}
	one := publish("1.0.0")
	service.broken = 2
	if p := tend(one, 0, Waiting); !strings.Contains(p.Detail, "500") {
		t.Errorf("the reason is %q", p.Detail)
	}
	tend(one, time.Second, Waiting) // not asked again so soon
	if len(service.asked) != 1 {
		t.Errorf("asked %v", service.asked)
	}
	tend(one, time.Minute, Waiting)
	tend(one, time.Hour, Queued)
	if service.pins["r/1"].Pin.Name != owner+"/m 1.0.0" {
		t.Errorf("the pin is called %q", service.pins["r/1"].Pin.Name)
	}
	service.set(Pinning, nil)
	tend(one, time.Hour, Pinning)
	service.set(Failed, map[string]string{"status_details": "no provider"})
	if p := tend(one, time.Hour, Failed); p.Detail != "no provider" {
		t.Errorf("the reason is %q", p.Detail)
	}
	tend(one, time.Hour, Queued) // asked anew
	service.set(Pinned, nil)
	tend(one, time.Hour, Pinned)
	n := len(service.asked)
	tend(one, time.Hour, Pinned)
	if len(service.asked) != n {
		t.Error("what is pinned is looked at every hour")
	}
	// A service that forgot is asked again.
	service.mu.Lock()
	clear(service.pins)
	service.mu.Unlock()
	tend(one, sureEvery, Queued)
	// Another relay on the same account, or a lost answer: there is a pin already.
	if err := s.SetPin(ctx, store.Pin{Release: string(one), Service: "example", State: Waiting, Due: 1}); err != nil {
		t.Fatal(err)
	}
	count := service.count
	if p := tend(one, 0, Queued); service.count != count || p.Request == "" {
		t.Errorf("a second pin was made, or %+v", p)
	}
	two := publish("2.0.0")
	tend(two, time.Second, Queued)
	denied = two
	tend(two, time.Hour, Dropped)
	if _, ok := service.pins["r/4"]; ok {
		t.Error("what is denied is still pinned")
	}
	pins.Keepers[0].(*Service).Token = "wrong"
	denied = ""
	if p := tend(two, sureEvery, Dropped); !strings.Contains(p.Detail, "UNAUTHORIZED") {
		t.Errorf("the reason is %q", p.Detail)
	}
}

// Whatever a service answers is an error and nothing worse.
func TestOddServices(t *testing.T) {
	for name, body := range map[string]string{"nothing": "", "no JSON": "<html>", "no status": `{"requestid":"x","status":"fine"}`, "a list": "[]", "long": strings.Repeat("a", 2<<20)} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(body)) }))
		s := &Service{URL: server.URL}
		if status, err := s.Look(context.Background(), "x"); err == nil {
			t.Errorf("%s: %+v", name, status)
		}
		server.Close()
		if _, err := s.Look(context.Background(), "x"); relay.ErrorCode(err) != relay.CodeUnavailable {
			t.Errorf("a service that is not there: %v", err)
		}
	}
}
