package remote

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

var (
	body = []byte("hello")
	cid  = manifest.DigestOf(body).RawCID()
)

func gateway(t *testing.T, h http.HandlerFunc) *Gateway {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	g, err := New(srv.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGet(t *testing.T) {
	var asked, accept string
	g := gateway(t, func(w http.ResponseWriter, r *http.Request) {
		asked, accept = r.RequestURI, r.Header.Get("Accept")
		w.Write(body)
	})
	got, err := g.Get(context.Background(), cid)
	if err != nil || string(got) != string(body) {
		t.Errorf("Get = %q, %v; want %q", got, err, body)
	}
	if want := "/ipfs/" + string(cid) + "?format=raw"; asked != want || accept != "application/vnd.ipld.raw" {
		t.Errorf("asked %s as %s; want %s as a raw block", asked, accept, want)
	}
}

func TestRefuseSource(t *testing.T) {
	tests := []struct {
		name   string
		answer http.HandlerFunc
		want   relay.Code
	}{
		{"flips a bit", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hellp") }, relay.CodeUnverified},
		{"truncates", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hel") }, relay.CodeUnverified},
		{"answers HTML", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<!doctype html>") }, relay.CodeUnverified},
		{"never ends", func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 2*manifest.MaxBlock)) }, relay.CodeUnverified},
		{"breaks off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5")
			io.WriteString(w, "hel")
		}, relay.CodeInternal},
		{"does not have it", http.NotFound, relay.CodeNotFound},
		{"fails", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, relay.CodeInternal},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := gateway(t, tt.answer)
			got, err := g.Get(context.Background(), cid)
			if code := relay.ErrorCode(err); code != tt.want || got != nil {
				t.Errorf("Get = %q, %v (%s); want %s", got, err, code, tt.want)
			}
			if err != nil && !strings.Contains(err.Error(), g.String()) && tt.want != relay.CodeInternal {
				t.Errorf("%q does not name the gateway", err)
			}
		})
	}
}

func TestRefuseAddress(t *testing.T) {
	for _, address := range []string{"", "gateway.example", "ftp://gateway.example", "http://", "://", "file:///etc/passwd"} {
		if _, err := New(address); relay.ErrorCode(err) != relay.CodeInvalid || relay.ErrorHint(err) == "" {
			t.Errorf("New(%q) = %v; want invalid with a hint", address, err)
		}
	}
}

func TestAny(t *testing.T) {
	honest := gateway(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(body) })
	liar := gateway(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "lie") })
	bare := gateway(t, http.NotFound)
	tests := []struct {
		name    string
		sources Any
		want    relay.Code
	}{
		{"a liar first", Any{liar, honest}, ""},
		{"one that lacks it first", Any{bare, honest}, ""},
		{"only liars", Any{liar, liar}, relay.CodeUnverified},
		{"a liar and one that lacks it", Any{liar, bare}, relay.CodeUnverified},
		{"none has it", Any{bare, bare}, relay.CodeNotFound},
		{"no source", nil, relay.CodeNotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.sources.Get(context.Background(), cid)
			if code := relay.ErrorCode(err); code != tt.want || (err == nil) != (string(got) == string(body)) {
				t.Errorf("Get = %q, %v (%q); want %q", got, err, code, tt.want)
			}
		})
	}
}
