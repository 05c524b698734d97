package contract

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi/abigen"
)

// used is what of contracts that are not ours is called or read; all the rest of their interfaces is left out.
var used = map[string][]string{
	"AccessManager":  {"ADMIN_ROLE", "grantRole", "renounceRole", "hasRole"},
	"Dollar":         {"mint", "approve", "allowance", "transfer", "balanceOf", "decimals", "Transfer"},
	"EAS":            {"attest", "revoke", "getAttestation", "getSchemaRegistry", "Attested", "Revoked"},
	"SchemaRegistry": {"register", "getSchema", "Registered"},
}

var update = flag.Bool("update", false, "write bindings.go anew")

// The bindings are what abigen makes of contracts/abi.
func TestBindings(t *testing.T) {
	files, err := filepath.Glob("../../../contracts/abi/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no interfaces of contracts: %v", err)
	}
	abis := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		abis[name] = only(t, text, used[name])
	}
	names := slices.Sorted(maps.Keys(abis))
	var texts []string
	for _, name := range names {
		texts = append(texts, abis[name])
	}
	// Creation code lies in contracts/code, once for each contract; bindings with it would hold it twice.
	want, err := abigen.BindV2(names, texts, make([]string, len(names)), "contract", map[string]string{}, map[string]string{})
	if err != nil {
		t.Fatal(err)
	}
	want = strings.ReplaceAll(prefixOutputs(want), `errors.New("Unknown error")`, `errors.New("unknown error")`) // as linters want it
	if *update {
		if err := os.WriteFile("bindings.go", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("bindings.go")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("bindings.go is not what abigen makes of contracts/abi: go generate ./relay/chain/contract writes it")
	}
}

// only leaves those members in an interface, and the constructor. No names stand for all.
func only(t *testing.T, abi []byte, names []string) string {
	t.Helper()
	var members []json.RawMessage
	if err := json.Unmarshal(abi, &members); err != nil {
		t.Fatal(err)
	}
	members = slices.DeleteFunc(members, func(m json.RawMessage) bool {
		var member struct{ Type, Name string }
		if err := json.Unmarshal(m, &member); err != nil {
			t.Fatal(err)
		}
		return names != nil && member.Type != "constructor" && !slices.Contains(names, member.Name)
	})
	text, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	section = regexp.MustCompile(`(?m)^// (\w+)MetaData contains all meta data`)
	output  = regexp.MustCompile(`\b[A-Z]\w*Output\b`)
)

// prefixOutputs puts the contract's name before that of structs of results, as abigen does for all other types: two contracts may
// have functions of one name.
func prefixOutputs(source string) string {
	var out strings.Builder
	from, prefix := 0, ""
	for _, m := range append(section.FindAllStringSubmatchIndex(source, -1), []int{len(source), len(source), len(source), len(source)}) {
		out.WriteString(output.ReplaceAllString(source[from:m[0]], prefix+"$0"))
		from, prefix = m[0], source[m[2]:m[3]]
	}
	return out.String()
}
