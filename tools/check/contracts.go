package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// contracts sees that a failing test would be noticed, runs the Solidity tests, and holds contracts/abi and contracts/code to the
// sources.
func contracts(ctx context.Context, r *report) error {
	// The solver takes a third as long as all else, and needs nothing but the sources and one core.
	proof := make(chan error, 1)
	go func() { proof <- command(ctx, nil, "node", "contracts/toolchain/prove.mjs") }()

	fmt.Println("two tests, of which one is made to fail:")
	planted := &report{}
	if err := forgeTest(ctx, planted, "FOUNDRY_PROFILE=planted"); err != nil {
		return err
	}
	var saw []string
	for _, x := range planted.results {
		saw = append(saw, x.name+" "+string(x.outcome))
	}
	slices.Sort(saw)
	var err error
	if want := []string{"test_fails() FAIL", "test_holds() pass"}; !slices.Equal(saw, want) {
		err = fmt.Errorf("got %v, want %v", saw, want)
	}
	r.check("contracts", "a planted failing test is seen to fail", err)

	profile := "FOUNDRY_PROFILE=default"
	if os.Getenv(testAll) == "1" {
		profile = "FOUNDRY_PROFILE=all" // more runs, deeper
	}
	if err := forgeTest(ctx, r, profile); err != nil {
		return err
	}
	r.check("contracts", "abi/ and code/ are those of the sources", compiled(ctx))
	r.check("contracts", "gas is as committed, and below its bars", command(ctx, nil, "node", "contracts/toolchain/gas.mjs", "--check"))
	r.check("contracts", "EAS is on Base what it is here", command(ctx, nil, "node", "contracts/toolchain/eas.mjs"))
	r.check("contracts", "Go is held to hashes of typed data that viem makes", command(ctx, nil, "node", "contracts/toolchain/typed-data.mjs", "--check"))
	r.check("contracts", "viem works with the devnet", devnet(ctx))
	r.check("contracts", "the arithmetic is proven, and with a planted fault it is not", <-proof)
	r.check("contracts", "every test is in a tree, and every case of a tree is a test", trees())
	return nil
}

// foundry is a binary of Foundry from this platform's npm package. The package's own command is a script that ends with 0 whatever
// happens.
func foundry(tool string) (string, error) {
	path, err := filepath.Abs(fmt.Sprintf("contracts/node_modules/@foundry-rs/%s-%s-%s/bin/%s", tool, runtime.GOOS, runtime.GOARCH, tool))
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("no %s for %s/%s: %w", tool, runtime.GOOS, runtime.GOARCH, err)
	}
	return path, nil
}

// forgeTest builds and runs the tests of a profile, prints one line a contract, and adds each test to the report.
func forgeTest(ctx context.Context, r *report, env ...string) error {
	bin, err := foundry("forge")
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, bin, "test", "--json")
	cmd.Dir = "contracts" // paths in foundry.toml are relative to where forge runs
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, runErr := cmd.Output()
	n, err := r.forge(out)
	if err != nil {
		os.Stdout.Write(out) // what the compiler said
		return errors.Join(runErr, err)
	}
	if n == 0 {
		return errors.Join(runErr, errors.New("forge ran no test"))
	}
	return nil
}

// forge adds what `forge test --json` wrote, and returns how many tests there were.
func (r *report) forge(out []byte) (int, error) {
	// Above the results may stand a line that says that nothing had to be compiled.
	if start := bytes.Index(out, []byte("\n{")); start >= 0 && !bytes.HasPrefix(out, []byte("{")) {
		out = out[start:]
	}
	var suites map[string]struct {
		Duration string
		Results  map[string]struct {
			Status, Reason string
			Counterexample json.RawMessage
		} `json:"test_results"`
	}
	if err := json.Unmarshal(out, &suites); err != nil {
		return 0, fmt.Errorf("forge test: %w", err)
	}
	n := 0
	for _, name := range slices.Sorted(maps.Keys(suites)) {
		s := suites[name]
		suite := "contracts/" + strings.TrimPrefix(name, "test/")
		bad := 0
		for _, test := range slices.Sorted(maps.Keys(s.Results)) {
			t := s.Results[test]
			o, ok := map[string]outcome{"Success": passed, "Skipped": skipped}[t.Status]
			if !ok {
				o = failed
				bad++
				fmt.Printf("%s %s: %s %s\n", suite, test, t.Reason, t.Counterexample)
			}
			r.add(result{suite: suite, name: test, outcome: o, reason: t.Reason})
			n++
		}
		fmt.Printf("%s  %-60s %3d tests  %s\n", map[bool]string{true: "ok  ", false: "FAIL"}[bad == 0], suite, len(s.Results), s.Duration)
	}
	return n, nil
}

// beside are contracts that are not ours and stand on a chain beside ours: their artifacts, by name.
var beside = map[string]string{
	"AccessManager":  "contracts/.build/out/AccessManager.sol/AccessManager.json",
	"Dollar":         "contracts/.build/out/Tokens.sol/Dollar.json", // for chains without USDC
	"EAS":            "contracts/node_modules/@ethereum-attestation-service/eas-contracts/artifacts/contracts/EAS.sol/EAS.json",
	"SchemaRegistry": "contracts/node_modules/@ethereum-attestation-service/eas-contracts/artifacts/contracts/SchemaRegistry.sol/SchemaRegistry.json",
}

// compiled writes contracts/abi/NAME.json and contracts/code/NAME.hex for each contract that is deployed, and the Go bindings that
// follow from them. It is an error when a committed file was another: relay and web are made from these files.
func compiled(ctx context.Context) error {
	artifacts := maps.Clone(beside)
	sources, err := filepath.Glob("contracts/src/*.sol")
	if err != nil {
		return err
	}
	for _, source := range sources {
		name := strings.TrimSuffix(filepath.Base(source), ".sol")
		artifacts[name] = filepath.Join("contracts/.build/out", name+".sol", name+".json")
	}
	want := map[string][]byte{}
	for name, path := range artifacts {
		abi, code, err := readArtifact(path)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		want["contracts/abi/"+name+".json"] = abi
		want["contracts/code/"+name+".hex"] = code
	}
	var changed []string
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if old, err := os.ReadFile(path); err != nil || !bytes.Equal(old, want[path]) {
			changed = append(changed, path)
			if err := os.WriteFile(path, want[path], 0o644); err != nil {
				return err
			}
		}
	}
	for _, pattern := range []string{"contracts/abi/*.json", "contracts/code/*.hex"} {
		have, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		for _, path := range have {
			if want[path] == nil {
				changed = append(changed, path+" (of no contract)")
			}
		}
	}
	if len(changed) == 0 {
		return nil // bindings are held to abi/ by a Go test
	}
	err = command(ctx, nil, "go", "generate", "./relay/chain/contract")
	return errors.Join(err, fmt.Errorf("written anew, to be committed: %s, and relay/chain/contract", strings.Join(changed, ", ")))
}

// readArtifact takes the ABI, indented, and the code that creates a contract, in hex, out of what forge or Hardhat wrote.
func readArtifact(path string) (abi, code []byte, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	var artifact struct {
		ABI      json.RawMessage
		Bytecode json.RawMessage
	}
	if err := json.Unmarshal(text, &artifact); err != nil {
		return nil, nil, err
	}
	var hex struct{ Object string } // forge's; Hardhat has the text itself
	if json.Unmarshal(artifact.Bytecode, &hex) != nil {
		if err := json.Unmarshal(artifact.Bytecode, &hex.Object); err != nil {
			return nil, nil, err
		}
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, artifact.ABI, "", "  "); err != nil {
		return nil, nil, err
	}
	pretty.WriteByte('\n')
	return pretty.Bytes(), []byte(strings.TrimPrefix(hex.Object, "0x") + "\n"), nil
}

// devnet builds the relay, starts its chain and uses that by a client that is not ours.
func devnet(ctx context.Context) error {
	if err := command(ctx, nil, "go", "build", "-o", "bin/", "./relay/cmd/dehug-relay"); err != nil {
		return err
	}
	return command(ctx, nil, "node", "contracts/toolchain/devnet.mjs", "bin/dehug-relay")
}

// trees compares the cases of contracts/test/NAME.tree with the tests of contracts/test/NAME.t.sol, both ways.
func trees() error {
	files, err := filepath.Glob("contracts/test/*.t.sol")
	if err != nil {
		return err
	}
	var problems []string
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		tree := strings.TrimSuffix(file, ".t.sol") + ".tree"
		cases, err := os.ReadFile(tree)
		if err != nil {
			return err
		}
		tests, inTree := testNames(string(source), declared), testNames(string(cases), named)
		for _, t := range tests {
			if !slices.Contains(inTree, t) {
				problems = append(problems, fmt.Sprintf("%s has no case %s", tree, t))
			}
		}
		for _, t := range inTree {
			if !slices.Contains(tests, t) {
				problems = append(problems, fmt.Sprintf("%s has no test %s", file, t))
			}
		}
	}
	if len(problems) > 0 {
		return errors.New(strings.Join(problems, "; "))
	}
	return nil
}

// Tests as forge knows them, where a contract declares them and where a tree names them.
var (
	declared = regexp.MustCompile(`function ((?:test_|testFuzz_|invariant_)\w+)`)
	named    = regexp.MustCompile(`\b((?:test_|testFuzz_|invariant_)\w+)`)
)

func testNames(text string, pattern *regexp.Regexp) (names []string) {
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	return names
}
