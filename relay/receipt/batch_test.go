package receipt

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"os"
	"testing"
)

// Every place of every small batch is proven by its path, and by nothing else.
func TestBatchProofs(t *testing.T) {
	var leaves []Hash
	for n := 1; n <= 33; n++ {
		leaves = append(leaves, sha256.Sum256([]byte{byte(n)}))
		root := Root(leaves)
		for i := range leaves {
			path := Prove(leaves, i)
			if err := CheckProof(leaves[i], i, n, path, root); err != nil {
				t.Fatal(err)
			}
			other := append([]Hash{}, path...)
			wrong := map[string]error{
				"another leaf":  CheckProof(sha256.Sum256(nil), i, n, path, root),
				"another place": CheckProof(leaves[i], i+1, n, path, root),
				"another count": CheckProof(leaves[i], i, 2*n+1, path, root),
				"more":          CheckProof(leaves[i], i, n, append(other, Hash{}), root),
				"below zero":    CheckProof(leaves[i], -1, n, path, root),
			}
			if n > 1 {
				wrong["less"] = CheckProof(leaves[i], i, n, path[1:], root)
				other[0][0]++
				wrong["another path"] = CheckProof(leaves[i], i, n, other[:len(path)], root)
			}
			for what, err := range wrong {
				if err == nil {
					t.Errorf("leaf %d of %d: %s is a proof", i, n, what)
				}
			}
		}
	}
}

// The file is read by the tests of web/src/receipt, too: one receipt at each place of batches of up to nine.
func TestProofVector(t *testing.T) {
	type proof struct {
		Receipts int    `json:"receipts"`
		Place    int    `json:"place"`
		Path     []Hash `json:"path"`
		Root     Hash   `json:"root"`
	}
	leaf, err := testEvidence(t).Receipt.Leaf()
	if err != nil {
		t.Fatal(err)
	}
	var all []proof
	for n := 1; n <= 9; n++ {
		for i := range n {
			leaves := make([]Hash, n)
			for k := range leaves {
				leaves[k] = Hash{byte(k)}
			}
			leaves[i] = leaf
			all = append(all, proof{n, i, Prove(leaves, i), Root(leaves)})
		}
	}
	const file = "testdata/proofs.json"
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	if text = append(text, '\n'); *update {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(file); err != nil || !bytes.Equal(kept, text) {
		t.Errorf("%s is not what is written now, %v: go test ./relay/receipt -update", file, err)
	}
}
