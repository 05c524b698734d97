package deploy

import (
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/common"
)

// A Network is a chain, and what stands on it that is not ours. Zero addresses are of what is deployed along with ours.
type Network struct {
	Name    string
	ChainID uint64
	// Ethereum Attestation Service.
	EAS, SchemaRegistry common.Address
	// The dollar that plans may be in.
	Dollar common.Address
}

// Chains of the OP Stack have EAS from their first block on, at these addresses.
var (
	opEAS            = common.HexToAddress("0x4200000000000000000000000000000000000021")
	opSchemaRegistry = common.HexToAddress("0x4200000000000000000000000000000000000020")
)

// DevnetChainID is the one that development chains share. Its deployments need no signature: everybody has their keys.
const DevnetChainID = 31337

// Networks are those that can be deployed to by name.
var Networks = []Network{
	{"devnet", DevnetChainID, common.Address{}, common.Address{}, common.Address{}},
	{"base-sepolia", 84532, opEAS, opSchemaRegistry, common.HexToAddress("0x036CbD53842c5426634e7929541eC2318f3dCF7e")},
	{"base", 8453, opEAS, opSchemaRegistry, common.HexToAddress("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913")},
}

// NetworkNamed is one of Networks.
func NetworkNamed(name string) (Network, error) {
	i := slices.IndexFunc(Networks, func(n Network) bool { return n.Name == name })
	if i < 0 {
		return Network{}, fmt.Errorf("no network is named %q", name)
	}
	return Networks[i], nil
}
