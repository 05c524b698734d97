package chain

import (
	"encoding/binary"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/dehug/dehug/relay/chain/contract"
)

// A Domain says for which contract on which chain something is signed (EIP-712).
type Domain struct {
	Name, Version string
	ChainID       uint64
	Contract      common.Address
}

// RegistryDomain is what publications are signed for.
func RegistryDomain(chainID uint64, registry common.Address) Domain {
	return Domain{"DeHug Registry", "1", chainID, registry}
}

// UsageDomain is what sessions and vouchers are signed for.
func UsageDomain(chainID uint64, controller common.Address) Domain {
	return Domain{"DeHug Usage", "1", chainID, controller}
}

// OrdersDomain is what orders and receipts of their items are signed for.
func OrdersDomain(chainID uint64, orders common.Address) Domain {
	return Domain{"DeHug Orders", "1", chainID, orders}
}

// Types as EIP-712 writes them: a type, then those that it mentions, by name.
const (
	domainType = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"

	openType    = "OpenSession(address payer,address operator,bytes32 plan,address sessionKey,uint32 units,uint32 end,bytes32 salt)"
	voucherType = "Voucher(bytes32 session,uint32 units,bytes32 transcript)"

	orderType   = "Order(address payer,address provider,address relay,address arbiter,bytes32 plan,bytes32 version,uint32 units,uint64 pay,uint96 bond,uint96 fee,bytes32 job,uint32 acceptBy,uint32 deliverBy,uint32 review,uint32 ruling,bytes32 salt)"
	receiptType = "Receipt(bytes32 order,uint64 seq,bytes32 result)"

	transferType = "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"

	permissionFields = "address owner,address relay,address feeToken,uint256 fee,uint256 deadline,uint256 nonce,"
	offerType        = "PlanOffer(address token,uint96 authorFee,uint96 relayFee,uint64 computeCap,bytes32 unitKind,bool transferable,uint32 period,uint32 quota)"
	releaseType      = "Release(string version,bytes32 manifest,bytes32 root,bytes32 licenseHash,bytes32[] parents)"
	publicationType  = "Publication(string name,uint8 kind,Release release,address[] recipients,uint32[] parts,uint16 royaltyBps,address recovery,PlanOffer[] plans)"
	publishType      = "Publish(" + permissionFields + "Publication publication)"
	versionType      = "PublishVersion(" + permissionFields + "bytes32 model,Release release)"
)

// Separator tells domains apart: contracts say theirs.
func (d Domain) Separator() common.Hash {
	return hashStruct(domainType, hashText(d.Name), hashText(d.Version), number(d.ChainID), address(d.Contract))
}

// Digest is what is signed for a struct with that hash.
func (d Domain) Digest(structHash common.Hash) common.Hash {
	domain := d.Separator()
	return crypto.Keccak256Hash([]byte{0x19, 0x01}, domain[:], structHash[:])
}

// OpenSession is what a payer signs to lock units in a session.
func (d Domain) OpenSession(t contract.IUsageControllerSessionTerms) common.Hash {
	return d.Digest(hashStruct(openType, address(t.Payer), address(t.Operator), t.Plan, address(t.SessionKey),
		number(t.Units), number(t.End), t.Salt))
}

// Voucher is what a session's key signs: so many units by now, for jobs of that transcript.
func (d Domain) Voucher(session SessionID, units uint32, transcript [32]byte) common.Hash {
	return d.Digest(hashStruct(voucherType, session, number(units), transcript))
}

// A Transfer is one of a token's that its owner authorizes (ERC-3009), between two moments in seconds.
type Transfer struct {
	From, To                common.Address
	Value                   int64
	ValidAfter, ValidBefore int64
	Nonce                   [32]byte
}

// Transfer is what the owner of a token signs.
func (d Domain) Transfer(t Transfer) common.Hash {
	return d.Digest(hashStruct(transferType, address(t.From), address(t.To), number(uint64(t.Value)), number(uint64(t.ValidAfter)), number(uint64(t.ValidBefore)), t.Nonce))
}

// Order is the id of an order of these terms, and what its payer signs.
func (d Domain) Order(t contract.IJobOrdersOrderTerms) OrderID {
	return OrderID(d.Digest(hashStruct(orderType, address(t.Payer), address(t.Provider), address(t.Relay), address(t.Arbiter),
		t.Plan, t.Version, number(t.Units), number(t.Pay), integer(t.Bond), integer(t.Fee), t.Job, number(t.AcceptBy),
		number(t.DeliverBy), number(t.Review), number(t.Ruling), t.Salt)))
}

// Receipt is what an order's receipt key signs for an item of the job, by its place.
func (d Domain) Receipt(order OrderID, seq uint64, result [32]byte) common.Hash {
	return d.Digest(hashStruct(receiptType, order, number(seq), result))
}

// Publish is what an owner signs to have a model published. The nonce is the registry's count of what the owner had brought so.
func (d Domain) Publish(p contract.IModelRegistryPublication, by contract.IModelRegistryPermission, nonce *big.Int) common.Hash {
	words := append(permission(by, nonce), hashPublication(p))
	return d.Digest(hashStruct(publishType+offerType+publicationType+releaseType, words...))
}

// PublishVersion is what an owner signs to have a version added.
func (d Domain) PublishVersion(model ModelID, r contract.IModelRegistryRelease, by contract.IModelRegistryPermission, nonce *big.Int) common.Hash {
	words := append(permission(by, nonce), model, hashRelease(r))
	return d.Digest(hashStruct(versionType+releaseType, words...))
}

func permission(p contract.IModelRegistryPermission, nonce *big.Int) [][32]byte {
	return [][32]byte{address(p.Owner), address(p.Relay), address(p.FeeToken), integer(p.Fee), integer(p.Deadline), integer(nonce)}
}

func hashPublication(p contract.IModelRegistryPublication) common.Hash {
	var offers, recipients, parts [][32]byte
	for _, o := range p.Plans {
		offers = append(offers, hashStruct(offerType, address(o.Token), integer(o.AuthorFee), integer(o.RelayFee),
			number(o.ComputeCap), o.UnitKind, boolean(o.Transferable), number(o.Period), number(o.Quota)))
	}
	for _, r := range p.Recipients {
		recipients = append(recipients, address(r))
	}
	for _, part := range p.Parts {
		parts = append(parts, number(part))
	}
	return hashStruct(publicationType+offerType+releaseType, hashText(p.Name), number(p.Kind), hashRelease(p.Release),
		hashWords(recipients), hashWords(parts), number(p.RoyaltyBps), address(p.Recovery), hashWords(offers))
}

func hashRelease(r contract.IModelRegistryRelease) common.Hash {
	return hashStruct(releaseType, hashText(r.Version), r.Manifest, r.Root, r.LicenseHash, hashWords(r.Parents))
}

// hashStruct hashes a struct's fields, each of which is a word: the value, or the hash of what is longer.
func hashStruct(typ string, fields ...[32]byte) common.Hash {
	return hashWords(append([][32]byte{hashText(typ)}, fields...))
}

// hashWords hashes words one after the other, as abi.encode has them.
func hashWords(words [][32]byte) common.Hash {
	all := make([]byte, 0, 32*len(words))
	for _, w := range words {
		all = append(all, w[:]...)
	}
	return crypto.Keccak256Hash(all)
}

func hashText(text string) common.Hash { return crypto.Keccak256Hash([]byte(text)) }

func number[N uint8 | uint16 | uint32 | uint64](n N) (word [32]byte) {
	binary.BigEndian.PutUint64(word[24:], uint64(n))
	return word
}

func integer(n *big.Int) (word [32]byte) {
	n.FillBytes(word[:])
	return word
}

func address(a common.Address) (word [32]byte) {
	copy(word[12:], a[:])
	return word
}

func boolean(b bool) (word [32]byte) {
	if b {
		word[31] = 1
	}
	return word
}

// Document is what is signed under a type with one field, a word.
func (d Domain) Document(typ string, word [32]byte) common.Hash {
	return d.Digest(hashStruct(typ, word))
}
