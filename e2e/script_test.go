// Package e2e tests the whole system as people use it: real processes, real sockets, real files. Each *.txtar here is
// one script, with the files it needs; this file gives the scripts their words.
package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// programs are built once and put on the scripts' PATH.
var programs = map[string]string{
	"dehug-relay": "github.com/dehug/dehug/relay/cmd/dehug-relay",
	"faultgw":     "github.com/dehug/dehug/e2e/faultgw",
}

// patience is how long a process may take to say its first line or to end. Nothing is judged by being faster.
const patience = time.Minute

var (
	bin        string // folder of the programs
	buildFlags []string
)

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if bin, err = os.MkdirTemp("", "dehug-e2e-"); err != nil {
			panic(err)
		}
		defer os.RemoveAll(bin)
		for name, pkg := range programs {
			args := slices.Concat([]string{"build", "-o", filepath.Join(bin, name)}, buildFlags, []string{pkg})
			if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
				fmt.Fprintf(os.Stderr, "building %s: %v\n%s", name, err, out)
				return 1
			}
		}
		return m.Run()
	}())
}

// Scripts whose names begin with "refuse" show what happens on bad input.
func TestScripts(t *testing.T) {
	runScripts(t, func(name string) bool { return !strings.HasPrefix(name, "refuse") })
}

func TestRefuseScripts(t *testing.T) {
	runScripts(t, func(name string) bool { return strings.HasPrefix(name, "refuse") })
}

func runScripts(t *testing.T, want func(name string) bool) {
	all, err := filepath.Glob("*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Files:               slices.DeleteFunc(all, func(name string) bool { return !want(name) }),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("DEHUG_DATA", filepath.Join(env.WorkDir, "data"))
			env.Setenv("NO_COLOR", "1")
			model, err := filepath.Abs("../relay/precompile/testdata/tiny.onnx")
			env.Setenv("TINY_ONNX", model)
			if err != nil {
				return err
			}
			env.Values[processes{}] = map[string]*process{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status, "capture": capture, "flip": flip, "start": start, "stop": stop, "http": request, "log": logLines,
		},
	})
}

// status N PROGRAM ARGS… runs a program that has to end with exit status N.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N PROGRAM ARGS…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if want, _ := strconv.Atoi(args[0]); got != want {
		ts.Fatalf("exit status %d; want %d", got, want)
	}
}

// capture VAR REGEXP sets VAR to the first group of REGEXP in the last command's stdout.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture VAR REGEXP")
	}
	re, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	m := re.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(m) != 2 {
		ts.Fatalf("%s finds nothing in stdout", args[1])
	}
	ts.Setenv(args[0], m[1])
}

// flip PATTERN flips one bit in the middle of the one file that the glob pattern names.
func flip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: flip PATTERN")
	}
	files, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(files) != 1 {
		ts.Fatalf("%s names %d files; want one", args[0], len(files))
	}
	data, err := os.ReadFile(files[0])
	ts.Check(err)
	data[len(data)/2] ^= 1
	ts.Check(os.WriteFile(files[0], data, 0o644))
}

type processes struct{}

// process is a server that a script started.
type process struct {
	cmd    *exec.Cmd
	out    *os.File // what it wrote to stdout and stderr
	errors *os.File
	ended  chan error
}

// start VAR PROGRAM ARGS… starts a server and sets VAR to the address it prints first, without the last slash.
func start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start VAR PROGRAM ARGS…")
	}
	p := &process{ended: make(chan error, 1)}
	var err error
	p.out, err = os.Create(ts.MkAbs(args[0] + ".out"))
	ts.Check(err)
	p.errors, err = os.Create(ts.MkAbs(args[0] + ".err"))
	ts.Check(err)
	p.cmd = exec.Command(filepath.Join(bin, args[1]), args[2:]...)
	p.cmd.Dir = ts.Getenv("WORK")
	p.cmd.Env = append(os.Environ(), "DEHUG_DATA="+ts.Getenv("DEHUG_DATA"), "HOME="+ts.Getenv("WORK"))
	p.cmd.Stderr = p.errors
	stdout, err := p.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(p.cmd.Start())
	ts.Defer(func() {
		p.cmd.Process.Kill()
		p.out.Close()
		p.errors.Close()
	})
	first := make(chan string, 1)
	go func() {
		r := bufio.NewReader(stdout)
		line, _ := r.ReadString('\n')
		io.WriteString(p.out, line)
		first <- line
		io.Copy(p.out, r)
		p.ended <- p.cmd.Wait()
	}()
	select {
	case line := <-first:
		var event struct{ URL string }
		if json.Unmarshal([]byte(line), &event) == nil {
			line = event.URL
		}
		url := strings.TrimSuffix(strings.TrimSpace(line), "/")
		if !strings.HasPrefix(url, "http://") {
			ts.Fatalf("%s printed %q first; want its address\n%s", args[1], line, ts.ReadFile(args[0]+".err"))
		}
		ts.Setenv(args[0], url)
	case <-time.After(patience):
		ts.Fatalf("%s says nothing", args[1])
	}
	ts.Value(processes{}).(map[string]*process)[args[0]] = p
}

// stop VAR sends the server that start named VAR a SIGTERM. It has to end well. What it wrote becomes the output.
func stop(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: stop VAR")
	}
	p := ts.Value(processes{}).(map[string]*process)[args[0]]
	if p == nil {
		ts.Fatalf("nothing was started as %s", args[0])
	}
	ts.Check(p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-p.ended:
		if err != nil {
			ts.Fatalf("%s ended with %v\n%s", args[0], err, ts.ReadFile(args[0]+".err"))
		}
	case <-time.After(patience):
		ts.Fatalf("%s does not end", args[0])
	}
	fmt.Fprint(ts.Stdout(), ts.ReadFile(args[0]+".out"))
	fmt.Fprint(ts.Stderr(), ts.ReadFile(args[0]+".err"))
}

// log VAR REGEXP waits until the server that start named VAR has printed a line that matches.
func logLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: log VAR REGEXP")
	}
	re, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	for end := time.Now().Add(patience); !re.MatchString(ts.ReadFile(args[0] + ".out")); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("%s never printed %s, but\n%s", args[0], args[1], ts.ReadFile(args[0]+".out"))
		}
	}
}

// http METHOD URL [HEADER: VALUE]… makes a request. Stdout is the status and headers, a line each, then the body.
func request(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: http METHOD URL ['HEADER: VALUE']…")
	}
	req, err := http.NewRequest(args[0], args[1], nil)
	ts.Check(err)
	for _, h := range args[2:] {
		key, value, _ := strings.Cut(h, ": ")
		req.Header.Set(key, value)
	}
	res, err := (&http.Client{Timeout: patience}).Do(req)
	ts.Check(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ts.Check(err)
	out := ts.Stdout()
	fmt.Fprintf(out, "%d\n", res.StatusCode)
	for _, key := range slices.Sorted(maps.Keys(res.Header)) {
		fmt.Fprintf(out, "%s: %s\n", key, strings.Join(res.Header[key], ", "))
	}
	fmt.Fprintf(out, "\n%s", body)
}
