package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/publish"
)

func TestExitStatus(t *testing.T) {
	for code, want := range map[relay.Code]int{
		relay.CodeInvalid: 2, relay.CodeTooLarge: 2, relay.CodeUnverified: 3, relay.CodeNotFound: 4, relay.CodeInternal: 1,
	} {
		if got := exitStatus(relay.Errorf(code, "x")); got != want {
			t.Errorf("exitStatus(%s) = %d; want %d", code, got, want)
		}
	}
	if got := exitStatus(errors.New("x")); got != 1 {
		t.Errorf("exitStatus of an error without code = %d; want 1", got)
	}
}

// Every command explains itself: what it does, an example, and the variable of each flag.
func TestHelp(t *testing.T) {
	root := newRoot(new(bool))
	for _, cmd := range root.Commands() {
		var out bytes.Buffer
		if status := run(context.Background(), []string{cmd.Name(), "--help"}, &out, io.Discard); status != 0 {
			t.Errorf("%s --help ends with %d", cmd.Name(), status)
		}
		help := out.String()
		if cmd.Name() != "version" && (cmd.Long == "" || !strings.Contains(help, "Examples:\n  dehug-relay ")) {
			t.Errorf("%s --help does not teach:\n%s", cmd.Name(), help)
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" && !strings.Contains(help, "["+variable(f.Name)+"]") {
				t.Errorf("%s --help does not name %s", cmd.Name(), variable(f.Name))
			}
		})
		for line := range strings.SplitSeq(cmd.Long+"\n"+cmd.Example, "\n") {
			if len(line) > 100 {
				t.Errorf("%s --help: %q is too wide for a terminal", cmd.Name(), line)
			}
		}
	}
}

func TestEnvironment(t *testing.T) {
	t.Setenv("DEHUG_GATEWAY_LISTEN", "127.0.0.1:1")
	t.Setenv("DEHUG_SOURCE", "http://a.example,http://b.example")
	t.Setenv("DEHUG_JSON", "maybe")
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	listen := flags.String("listen", "usual", "")
	gateway := flags.String("gateway-listen", "usual", "")
	given := flags.String("source", "usual", "")
	if err := flags.Parse([]string{"--source", "flag"}); err != nil {
		t.Fatal(err)
	}
	if err := fromEnvironment(flags); err != nil {
		t.Fatal(err)
	}
	if *listen != "usual" || *gateway != "127.0.0.1:1" || *given != "flag" {
		t.Errorf("listen %q, gateway-listen %q, source %q; want usual, the variable's, the flag's", *listen, *gateway, *given)
	}
	if flags.Changed("listen") || !flags.Changed("gateway-listen") {
		t.Error("what a variable sets should count as given, and nothing else")
	}
	flags.Bool("json", false, "")
	if err := fromEnvironment(flags); relay.ErrorCode(err) != relay.CodeInvalid || !strings.Contains(err.Error(), "DEHUG_JSON") {
		t.Errorf("a bad variable = %v; want a refusal that names it", err)
	}
}

func TestListen(t *testing.T) {
	taken, err := listen("127.0.0.1:0", "listen", true)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	other, err := listen(taken.Addr().String(), "listen", false)
	if err != nil {
		t.Fatalf("the usual port is taken: %v; want a free one", err)
	}
	defer other.Close()
	if other.Addr().String() == taken.Addr().String() {
		t.Error("two listeners share an address")
	}
	if _, err := listen(taken.Addr().String(), "listen", true); err == nil || !strings.Contains(relay.ErrorHint(err), "--listen") {
		t.Errorf("a named port is taken: %v; want an error that says what to do", err)
	}
}

// A relay that was told nothing has an API on which people of this machine can sign in.
func TestServeHub(t *testing.T) {
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"result":"0x7a69"}`) }))
	defer node.Close()
	data, model, key := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "key")
	for name, text := range map[string]string{"a.onnx": "weights", publish.AuthorFile: `{"name": "greeter", "version": "1.0.0", "license": {"spdx": "MIT"}, "runtime": {"format": "onnx", "opset": 17}}`} {
		if err := os.WriteFile(filepath.Join(model, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"keygen", key}, {"publish", model, "--key", key, "--data", data}} {
		if status := run(context.Background(), args, io.Discard, io.Discard); status != 0 {
			t.Fatalf("%v = %d", args, status)
		}
	}
	args := []string{"serve", "--data", data, "--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--rpc", node.URL}
	ctx, cancel := context.WithCancel(context.Background())
	stdout, out := io.Pipe()
	ended := make(chan int)
	go func() { ended <- run(ctx, args, out, io.Discard); out.Close() }()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(strings.TrimSpace(line)+"api/v1/nonces", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || res.StatusCode != 201 || !strings.Contains(string(body), `"chainId":31337`) || !strings.Contains(string(body), strings.TrimSuffix(strings.TrimSpace(line), "/")) {
		t.Errorf("POST /nonces = %d %s, %v; want the site's address and the node's chain", res.StatusCode, body, err)
	}
	// What the operator publishes while it runs, or has published before, is found.
	found := ""
	for !strings.Contains(found, `"name":"greeter"`) {
		select {
		case status := <-ended:
			t.Fatalf("serve ended with %d before it found the release; it found %s", status, found)
		case <-time.After(20 * time.Millisecond):
		}
		res, err := http.Get(strings.TrimSpace(line) + "api/v1/models?q=greet")
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		found = string(text)
	}
	cancel()
	if status := <-ended; status != 0 {
		t.Errorf("serve ended with %d", status)
	}
	if _, err := os.Stat(filepath.Join(data, "hub.db")); err != nil {
		t.Error(err)
	}
	var said bytes.Buffer
	if status := run(context.Background(), append(args, "--chain-id", "1"), io.Discard, &said); status != 2 || !strings.Contains(said.String(), "chain 31337") {
		t.Errorf("serve for another chain than the node's = %d, %s", status, said.String())
	}
	said.Reset()
	if status := run(context.Background(), append(args, "--site-url", "http://hub.example"), io.Discard, &said); status != 2 || !strings.Contains(said.String(), "https") {
		t.Errorf("serve by http to others = %d, %s", status, said.String())
	}
}

func TestBaseURL(t *testing.T) {
	for _, host := range []string{"127.0.0.1", "0.0.0.0"} {
		ln, err := net.Listen("tcp", host+":0")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		if got := baseURL(ln); !strings.HasPrefix(got, "http://127.0.0.1:") || strings.HasSuffix(got, "/") {
			t.Errorf("baseURL on %s = %s", host, got)
		}
	}
}

func TestOpenListenerIsAnnounced(t *testing.T) {
	ln, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	var out bytes.Buffer
	warnIfOpen(slog.New(slog.NewTextHandler(&out, nil)), server{"site", ln, nil})
	if !strings.Contains(out.String(), "reachable from other machines") {
		t.Errorf("the log says %q; want a warning", out.String())
	}
}

// A request that runs when the end comes is answered; serveAll returns after it.
func TestGracefulShutdown(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	h := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		<-ctx.Done()
		io.WriteString(w, "answered")
	})
	ended := make(chan error)
	go func() {
		ended <- serveAll(ctx, slog.New(slog.DiscardHandler), server{"test", ln, h})
	}()
	res, err := http.Get(baseURL(ln))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); string(body) != "answered" || err != nil {
		t.Errorf("the running request got %q, %v", body, err)
	}
	if err := <-ended; err != nil {
		t.Errorf("serveAll = %v", err)
	}
}

// deadlines records what patient asks of a connection.
type deadlines struct {
	http.ResponseWriter
	set   int
	piece int
}

func (d *deadlines) SetWriteDeadline(time.Time) error { d.set++; return nil }
func (d *deadlines) Write(b []byte) (int, error) {
	d.piece = max(d.piece, len(b))
	return d.ResponseWriter.Write(b)
}

func TestPatient(t *testing.T) {
	body := make([]byte, 3*writePiece+1)
	for i := range body {
		body[i] = byte(i)
	}
	rec := httptest.NewRecorder()
	d := &deadlines{ResponseWriter: rec}
	patient(slog.New(slog.DiscardHandler), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n, err := w.Write(body); n != len(body) || err != nil {
			t.Errorf("Write = %d, %v; want %d", n, err, len(body))
		}
	})).ServeHTTP(d, httptest.NewRequest("GET", "/", nil))
	if !bytes.Equal(rec.Body.Bytes(), body) || d.set != 5 || d.piece > writePiece {
		t.Errorf("%d bytes in pieces of up to %d with %d deadlines; want all, %d, 5", rec.Body.Len(), d.piece, d.set, writePiece)
	}

	// A connection is kept: a later reply without a body must not meet the deadline of an earlier one.
	d.set = 0
	patient(slog.New(slog.DiscardHandler), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotModified)
	})).ServeHTTP(d, httptest.NewRequest("GET", "/", nil))
	if d.set == 0 {
		t.Error("a reply without a body has the deadline of the one before it")
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.00 kB", 9994: "9.99 kB", 9996: "10 kB", 442005: "442 kB", 999_499: "999 kB", 999_500: "1.00 MB", 1 << 36: "69 GB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q; want %q", n, got, want)
		}
	}
}

func TestTerminal(t *testing.T) {
	var out bytes.Buffer
	term := newTerminal(&out)
	term.bar("x", 1, 2)
	term.line("%s", term.red("done"))
	if got := out.String(); got != "done\n" {
		t.Errorf("without a terminal it wrote %q; want the line alone", got)
	}
	out.Reset()
	term = &terminal{w: &out, tty: true}
	term.bar("model.onnx", 1, 2)
	term.line("done")
	if got, want := out.String(), clearLine+"[############............]  50%  2 B  model.onnx"+clearLine+"done\n"; got != want {
		t.Errorf("with one it wrote %q; want %q", got, want)
	}
	t.Setenv("NO_COLOR", "1")
	if newTerminal(os.Stderr).colour {
		t.Error("NO_COLOR does not turn colours off")
	}
}
