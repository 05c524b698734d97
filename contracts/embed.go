// Package contracts is what the Solidity compiler made of this folder, for Go: the code that creates contracts.
//
// `make contracts` writes abi/ and code/ and holds them to the sources. Go code calls contracts through relay/chain/contract,
// which is generated from abi/.
package contracts

import (
	"embed"
	"encoding/hex"
	"fmt"
	"strings"
)

//go:embed code/*.hex
var code embed.FS

// Code is the code that creates a contract, without its constructor's arguments.
func Code(name string) ([]byte, error) {
	text, err := code.ReadFile("code/" + name + ".hex")
	if err != nil {
		return nil, fmt.Errorf("contracts: no code of %s: %w", name, err)
	}
	return hex.DecodeString(strings.TrimSpace(string(text)))
}
