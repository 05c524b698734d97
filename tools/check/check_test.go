package main

import (
	"slices"
	"strings"
	"testing"
)

func TestGoCollector(t *testing.T) {
	const p = `"Package":"github.com/dehug/dehug/manifest"`
	tests := []struct {
		name, input string
		want        []result
	}{
		{"a test and its cases",
			`{"Action":"pass",` + p + `,"Test":"TestA/one"}
			{"Action":"pass",` + p + `,"Test":"TestA/two"}
			{"Action":"pass",` + p + `,"Test":"TestA"}
			{"Action":"pass",` + p + `}`,
			[]result{{"manifest", "TestA/one", passed, ""}, {"manifest", "TestA/two", passed, ""}}},
		{"a failure outside of its cases",
			`{"Action":"pass",` + p + `,"Test":"TestA/one"}
			{"Action":"fail",` + p + `,"Test":"TestA"}
			{"Action":"fail",` + p + `}`,
			[]result{{"manifest", "TestA/one", passed, ""}, {"manifest", "TestA", failed, ""}}},
		{"a skip says why",
			`{"Action":"output",` + p + `,"Test":"TestA","Output":"    a_test.go:7: not here: no model\n"}
			{"Action":"skip",` + p + `,"Test":"TestA"}
			{"Action":"pass",` + p + `}`,
			[]result{{"manifest", "TestA", skipped, "(not here: no model)"}}},
		{"a package that does not build",
			`{"Action":"fail",` + p + `}`,
			[]result{{"manifest", "builds and runs", failed, ""}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &report{}
			c := goCollector{report: r, output: map[string][]string{}, tests: map[string][]event{}}
			if err := c.read(strings.NewReader(test.input)); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(r.results, test.want) {
				t.Errorf("%s\n got %v\nwant %v", test.input, r.results, test.want)
			}
		})
	}
}

// Every line of the table has to be held by a test that passed, and by none that failed.
func TestRefusals(t *testing.T) {
	const cyclic = "hostile ONNX: cyclic"
	tests := []struct {
		name    string
		results []result
		missing bool // the line is reported as covered by nothing
	}{
		{"covered", []result{{"wasm/graph", "TestRefuseModel/cycle", passed, ""}}, false},
		{"not covered", []result{{"wasm/graph", "TestOther", passed, ""}}, true},
		{"only skipped", []result{{"wasm/graph", "TestRefuseModel/cycle", skipped, ""}}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &report{results: slices.Clone(test.results)}
			if err := r.refusals(); err != nil {
				t.Fatal(err)
			}
			got := slices.ContainsFunc(r.results, func(x result) bool { return x.name == cyclic && x.outcome == failed })
			if got != test.missing {
				t.Errorf("%v: %q missing: got %v, want %v", test.results, cyclic, got, test.missing)
			}
		})
	}
}

func TestForge(t *testing.T) {
	const results = `{"test/A.t.sol:ATest":{"duration":"1ms","test_results":{
		"test_a()":{"status":"Success","reason":null},
		"testFuzz_b(uint256)":{"status":"Failure","reason":"Got(1, 2)","counterexample":{"Single":{}}},
		"test_c()":{"status":"Skipped","reason":"no fork"}}}}`
	want := []result{{"contracts/A.t.sol:ATest", "testFuzz_b(uint256)", failed, "Got(1, 2)"},
		{"contracts/A.t.sol:ATest", "test_a()", passed, ""}, {"contracts/A.t.sol:ATest", "test_c()", skipped, "no fork"}}
	for _, before := range []string{"", "No files changed, compilation skipped\n"} {
		r := &report{}
		if n, err := r.forge([]byte(before + results)); n != 3 || err != nil {
			t.Fatalf("got %d tests, %v", n, err)
		}
		if !slices.Equal(r.results, want) {
			t.Errorf("got %v\nwant %v", r.results, want)
		}
	}
	if _, err := (&report{}).forge([]byte("Error: Compiler run failed")); err == nil {
		t.Error("what the compiler said was taken for results")
	}
}

func TestTestNames(t *testing.T) {
	got := testNames("├── it pays   test_pays\n└── any   testFuzz_any and invariant_x", named)
	if want := []string{"test_pays", "testFuzz_any", "invariant_x"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	got = testNames("function test_a() external {\n function testFuzz_b(uint256 x)\n function helper()", declared)
	if want := []string{"test_a", "testFuzz_b"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestTimeRanOut(t *testing.T) {
	for _, test := range []struct {
		name, said string
		want       bool
	}{
		{"the fuzzer's own deadline", "fuzz: elapsed: 15s, execs: 4 (0/sec)\n--- FAIL: FuzzA (15.02s)\n    context deadline exceeded\nFAIL\nexit status 1\n", true},
		{"a find", "--- FAIL: FuzzA (3.02s)\n    --- FAIL: FuzzA (0.00s)\n        a_test.go:3: wrong\n\n    Failing input written to testdata/fuzz/FuzzA/1\nFAIL\n", false},
		{"a deadline of the test's", "--- FAIL: FuzzA (3.02s)\n    context deadline exceeded\n    Failing input written to testdata/fuzz/FuzzA/1\nFAIL\n", false},
		{"does not build", "FAIL\ta [build failed]\n", false},
	} {
		if got := timeRanOut(test.said); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
