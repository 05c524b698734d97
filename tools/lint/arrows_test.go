package main

import (
	"slices"
	"strings"
	"testing"
)

func TestArrowBreaks(t *testing.T) {
	imports := map[string][]string{
		module + "/wasm":        {"fmt", module + "/wasm/lower"},
		module + "/wasm/lower":  {"strconv", "example.org/codec"},
		"example.org/codec":     {"encoding/json"},
		module + "/wasm/stream": {"net/http", "network"},
		"net/http":              {"net"},
	}
	tests := []struct {
		name string
		arrow
		from string
		want []string // chains, joined
	}{
		{"kept", arrow{Forbid: []string{"os/..."}}, "./wasm", nil},
		{"direct", arrow{Forbid: []string{"net/..."}}, "./wasm/stream", []string{"./wasm/stream net/http"}},
		{"through others", arrow{Forbid: []string{"encoding/json"}}, "./wasm",
			[]string{"./wasm ./wasm/lower example.org/codec encoding/json"}},
		{"only its own imports", arrow{Direct: true, Forbid: []string{"encoding/json"}}, "./wasm", nil},
		{"one of our rooms", arrow{Direct: true, Forbid: []string{"./wasm/..."}}, "./wasm", []string{"./wasm ./wasm/lower"}},
		{"only these", arrow{Direct: true, Only: []string{"strconv"}}, "./wasm/lower", []string{"./wasm/lower example.org/codec"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, chain := range test.breaks(full(test.from), imports) {
				got = append(got, short(strings.Join(chain, " ")))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%s:\n got %q\nwant %q", test.from, got, test.want)
			}
		})
	}
}

// A table whose patterns match nothing would keep every arrow.
func TestArrowsFindTheirPackages(t *testing.T) {
	for _, a := range arrows {
		packages, err := list(a.Target, a.From)
		if err != nil {
			t.Fatal(err)
		}
		bound := slices.ContainsFunc(packages, func(p listed) bool { return !p.DepOnly && !matches(p.ImportPath, a.Except) })
		if !bound {
			t.Errorf("%q binds no package: from %q except %q", a.Rule, a.From, a.Except)
		}
	}
}
