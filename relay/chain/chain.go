// Package chain knows what DeHug's contracts know: names of things, what is signed, how vouchers are packed.
//
//	model := chain.NewModelID(chainID, registry, publisher, "tiny-faces")
//	digest := chain.UsageDomain(chainID, controller).Voucher(session, 17, transcript)
//
// It talks to no chain. Package contract packs calls and unpacks events, package deploy puts contracts on a chain, package devnet is
// a chain of one's own.
package chain

import (
	"encoding/binary"

	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/relay/chain/contract"
)

// Names of things. Anybody can compute them from what they name.
type (
	// ModelID names a model or data set. As a number it is the id of its NFT.
	ModelID [32]byte
	// VersionID names a version of a model.
	VersionID [32]byte
	// PlanID names a plan. As a number it is the id of its passes.
	PlanID [32]byte
	// SessionID names a session.
	SessionID [32]byte
	// OrderID names an order; see Domain.Order.
	OrderID [32]byte
)

// NewModelID names the model that publisher first published under that name in a registry.
func NewModelID(chainID uint64, registry, publisher common.Address, name string) ModelID {
	return ModelID(hashWords([][32]byte{number(chainID), address(registry), address(publisher), hashText(name)}))
}

// NewVersionID names the version of a model with this number and manifest.
func NewVersionID(chainID uint64, registry common.Address, model ModelID, semver string, manifest [32]byte) VersionID {
	return VersionID(hashWords([][32]byte{number(chainID), address(registry), model, hashText(semver), manifest}))
}

// NewPlanID names the plan of these terms.
func NewPlanID(t contract.PlanTerms) PlanID {
	return PlanID(hashWords([][32]byte{t.Model, address(t.Token), address(t.Payee), integer(t.AuthorFee), integer(t.RelayFee),
		number(t.ComputeCap), t.UnitKind, boolean(t.Transferable), number(t.Period), number(t.Quota)}))
}

// SessionNumber tells a payer's sessions apart.
func SessionNumber(payer common.Address, salt [32]byte) uint64 {
	h := hashWords([][32]byte{address(payer), salt})
	return binary.BigEndian.Uint64(h[:8])
}

// NewSessionID names a session of a plan with an operator.
func NewSessionID(plan PlanID, operator common.Address, session uint64) SessionID {
	return SessionID(hashWords([][32]byte{plan, address(operator), number(session)}))
}
