package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// module is our import path; in the table "./x" stands for module + "/x".
const module = "github.com/dehug/dehug"

// An arrow says what some packages must not import. Patterns are those of import paths: "x/..." is x and all below,
// ".../x/..." all that is below an x.
type arrow struct {
	Rule   string   // the sentence in ARCHITECTURE.md
	From   []string // packages that the rule binds: go list patterns
	Except []string // of these not
	Target string   // GOOS/GOARCH to look at the imports of; "" is the machine's own
	Direct bool     // only what the packages' own files import, not what that imports in turn
	Forbid []string
	Only   []string // when not empty: everything except these is forbidden
}

// server is what must never reach a browser: it is megabytes, or a network stack that a page already has.
var server = []string{
	"./relay/...", "./web/...", "./tools/...", "./wasm/run/...", "./wasm/cmd/dehug-run/...",
	"./manifest/ethsig/...", // pages recover signatures with a JavaScript library of a twentieth of its size
	"github.com/tetratelabs/wazero/...", "github.com/ipfs/boxo/...", "github.com/ethereum/...",
	"github.com/libp2p/...", "github.com/decred/...", "github.com/prometheus/...", "golang.org/x/net/...", "golang.org/x/text/...",
	"net/...", "crypto/tls/...", "os/exec/...",
}

// heavy is standard packages that a page pays for in download: each costs more than what we would use of it.
var heavy = []string{
	"encoding/json/...", "regexp/...", "text/template/...", "html/template/...", "log/slog/...", "math/big/...",
	"encoding/xml/...", "go/...", "fmt", "crypto/...", "google.golang.org/protobuf/...",
	"fmt", "encoding/hex", "google.golang.org/protobuf/...", // fmt and reflect: internal/say, internal/sha256 and wire.go do without
	"crypto/...", "os", // the FIPS 140 module: internal/sha256
}

var browserPackages = []string{"./manifest/...", "./wasm/..."}

// notInBrowser is what lies among them and is not built for it. Internal packages that something built for it imports
// are found through their importers.
var notInBrowser = []string{"./wasm/run/...", "./wasm/cmd/dehug-run/...", "./manifest/ethsig/...", ".../internal/..."}

var arrows = []arrow{{
	Rule:   "nothing built for the browser imports a server's packages",
	From:   browserPackages,
	Except: notInBrowser,
	Target: "js/wasm",
	Forbid: server,
}, {
	Rule:   "nothing built for the browser imports what weighs more than it gives",
	From:   browserPackages,
	Except: notInBrowser,
	Target: "js/wasm",
	Forbid: heavy,
}, {
	Rule:   "manifest does no I/O and knows none of the other rooms",
	From:   []string{"./manifest/..."},
	Except: []string{"./manifest/internal/...", "./manifest/ethsig/..."},
	Direct: true,
	Forbid: []string{"./wasm/...", "./relay/...", "os/...", "io/fs", "net/...", "syscall/...", "time", "log/...", "path/filepath"},
}, {
	Rule:   "wasm knows manifest, never relay",
	From:   []string{"./wasm/..."},
	Forbid: []string{"./relay/...", "./web/...", "./tools/..."},
}, {
	Rule:   "relay's rooms know the engine's front door, never its insides",
	From:   []string{"./relay/..."},
	Direct: true,
	Forbid: []string{"./wasm/onnx", "./wasm/graph", "./wasm/opt", "./wasm/lower", "./wasm/kernel", "./wasm/emit", "./wasm/cmd/...", "./tools/..."},
}, {
	Rule:   "emit knows WebAssembly and nothing else",
	From:   []string{"./wasm/emit"},
	Direct: true,
	Only:   []string{"strconv"},
}, {
	Rule:   "onnx knows bytes, not what an operator means",
	From:   []string{"./wasm/onnx"},
	Direct: true,
	Forbid: []string{"./wasm/...", "./manifest/..."},
}, {
	Rule:   "graph does not know where it came from beyond onnx, nor where it goes",
	From:   []string{"./wasm/graph"},
	Direct: true,
	Forbid: []string{"./wasm/opt", "./wasm/lower", "./wasm/kernel", "./wasm/emit", "./wasm/stream", "./manifest/..."},
}, {
	Rule:   "opt turns graphs into graphs",
	From:   []string{"./wasm/opt"},
	Direct: true,
	Forbid: []string{"./wasm/onnx", "./wasm/lower", "./wasm/kernel", "./wasm/emit", "./wasm/stream", "./manifest/..."},
}, {
	Rule:   "stream hands on checked bytes; it knows no model",
	From:   []string{"./wasm/stream"},
	Direct: true,
	Forbid: []string{"./wasm/onnx", "./wasm/graph", "./wasm/opt", "./wasm/lower", "./wasm/kernel", "./wasm/emit"},
}, {
	Rule:   "only cmd/dehug-wasm imports syscall/js",
	From:   []string{"./..."},
	Except: []string{"./wasm/cmd/dehug-wasm"},
	Target: "js/wasm",
	Direct: true,
	Forbid: []string{"syscall/js"},
}, {
	Rule:   "only wasm/run knows wazero",
	From:   []string{"./..."},
	Except: []string{"./wasm/run", "./wasm/cmd/dehug-run"},
	Direct: true,
	Forbid: []string{"github.com/tetratelabs/wazero/..."},
}, {
	Rule:   "only relay/gateway knows boxo",
	From:   []string{"./..."},
	Except: []string{"./relay/gateway"},
	Direct: true,
	Forbid: []string{"github.com/ipfs/boxo/..."},
}, {
	Rule:   "only relay/chain knows go-ethereum, and joins it to the relay's binary",
	From:   []string{"./..."},
	Except: []string{"./relay/chain/...", "./relay/cmd/dehug-relay"},
	Direct: true,
	Forbid: []string{"github.com/ethereum/..."},
}, {
	Rule:   "only relay/chain/devnet is a node",
	From:   []string{"./relay/..."},
	Except: []string{"./relay/chain/devnet"},
	Direct: true,
	Forbid: []string{"github.com/ethereum/go-ethereum/node/...", "github.com/ethereum/go-ethereum/eth/..."},
}, {
	Rule:   "only relay/store, and what shows tests a database, speaks SQL",
	From:   []string{"./..."},
	Except: []string{"./relay/store/...", "./relay/internal/postgres", "./relay/internal/powerloss", "./relay/internal/rows"},
	Direct: true,
	Forbid: []string{"database/sql/...", "github.com/ncruces/...", "github.com/jackc/...", "github.com/pressly/goose/..."},
}, {
	Rule:   "only relay/httpapi knows what makes the API of handlers",
	From:   []string{"./..."},
	Except: []string{"./relay/httpapi"},
	Direct: true,
	Forbid: []string{"github.com/danielgtaylor/huma/..."},
}, {
	Rule:   "only the relay's binary carries the site",
	From:   []string{"./..."},
	Except: []string{"./relay/cmd/dehug-relay"},
	Direct: true,
	Forbid: []string{"./web/..."},
}}

// check returns one line for each import that breaks the rule.
func (a arrow) check() ([]string, error) {
	packages, err := list(a.Target, a.From)
	if err != nil {
		return nil, err
	}
	imports := map[string][]string{}
	for _, p := range packages {
		imports[p.ImportPath] = p.Imports
	}
	var finds []string
	for _, p := range packages {
		if p.DepOnly || matches(p.ImportPath, a.Except) {
			continue
		}
		for _, chain := range a.breaks(p.ImportPath, imports) {
			finds = append(finds, fmt.Sprintf("arrow broken: %s: %s", a.Rule, short(strings.Join(chain, " → "))))
		}
	}
	return finds, nil
}

// breaks walks the imports of from and returns the shortest chain to each forbidden one. It does not look behind
// those: one find is enough for each.
func (a arrow) breaks(from string, imports map[string][]string) (chains [][]string) {
	seen := map[string]bool{from: true}
	for queue := [][]string{{from}}; len(queue) > 0; queue = queue[1:] {
		chain := queue[0]
		for _, next := range imports[chain[len(chain)-1]] {
			if seen[next] {
				continue
			}
			seen[next] = true
			longer := append(slices.Clone(chain), next)
			switch {
			case a.forbids(next):
				chains = append(chains, longer)
			case !a.Direct:
				queue = append(queue, longer)
			}
		}
	}
	return chains
}

func (a arrow) forbids(path string) bool {
	return len(a.Only) > 0 && !matches(path, a.Only) || matches(path, a.Forbid)
}

func matches(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		pattern = full(pattern)
		if inside, ok := strings.CutPrefix(pattern, "..."); ok {
			return strings.Contains(path+"/", strings.TrimSuffix(inside, "..."))
		}
		if below, ok := strings.CutSuffix(pattern, "/..."); ok {
			return path == below || strings.HasPrefix(path, below+"/")
		}
		return path == pattern
	})
}

// full turns "./x" into the import path that it stands for; short is its inverse.
func full(pattern string) string {
	if rest, ok := strings.CutPrefix(pattern, "./"); ok {
		return module + "/" + rest
	}
	return pattern
}

func short(path string) string { return strings.ReplaceAll(path, module+"/", "./") }

type listed struct {
	ImportPath string
	Imports    []string
	DepOnly    bool // a dependency of what was asked for
}

// list asks the go command for packages and all they import, as built for target. Packages with no file for the
// target have no imports there, so -e keeps them from being an error.
func list(target string, patterns []string) ([]listed, error) {
	args := []string{"list", "-e", "-deps", "-json=ImportPath,Imports,DepOnly", "--"}
	for _, p := range patterns {
		args = append(args, full(p))
	}
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if goos, goarch, ok := strings.Cut(target, "/"); ok {
		cmd.Env = append(cmd.Env, "GOOS="+goos, "GOARCH="+goarch)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, &stderr)
	}
	var packages []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages, nil
		}
		if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		packages = append(packages, p)
	}
}
