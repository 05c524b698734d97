package chain

import (
	"encoding/json"
	"math/big"
	"os"
	"strconv"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/relay/chain/contract"
)

// What is signed has the hash that viem gives it: contracts/toolchain/typed-data.mjs wrote the file.
func TestTypedDataOfViem(t *testing.T) {
	text, err := os.ReadFile("testdata/typed-data.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Lesson, PrimaryType string
		Domain              struct {
			Name, Version     string
			ChainID           uint64
			VerifyingContract common.Address
		}
		Message message
		Hash    common.Hash
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, v := range vectors {
		if v.PrimaryType == "JobReceipt" {
			continue // relay/receipt's
		}
		seen[v.PrimaryType] = true
		d := Domain{v.Domain.Name, v.Domain.Version, v.Domain.ChainID, v.Domain.VerifyingContract}
		m := v.Message
		var got common.Hash
		var own Domain // as our code makes it
		switch v.PrimaryType {
		case "OpenSession":
			own = UsageDomain(d.ChainID, d.Contract)
			got = d.OpenSession(contract.IUsageControllerSessionTerms{
				Payer: m.address("payer"), Operator: m.address("operator"), Plan: m.word("plan"), SessionKey: m.address("sessionKey"),
				Units: uint32(m.number("units")), End: uint32(m.number("end")), Salt: m.word("salt"),
			})
		case "Voucher":
			own = UsageDomain(d.ChainID, d.Contract)
			got = d.Voucher(m.word("session"), uint32(m.number("units")), m.word("transcript"))
		case "Order":
			own = OrdersDomain(d.ChainID, d.Contract)
			got = common.Hash(d.Order(contract.IJobOrdersOrderTerms{
				Payer: m.address("payer"), Provider: m.address("provider"), Relay: m.address("relay"), Arbiter: m.address("arbiter"),
				Plan: m.word("plan"), Version: m.word("version"), Units: uint32(m.number("units")), Pay: m.number("pay"),
				Bond: m.integer("bond"), Fee: m.integer("fee"), Job: m.word("job"), AcceptBy: uint32(m.number("acceptBy")),
				DeliverBy: uint32(m.number("deliverBy")), Review: uint32(m.number("review")), Ruling: uint32(m.number("ruling")),
				Salt: m.word("salt"),
			}))
		case "Receipt":
			own = OrdersDomain(d.ChainID, d.Contract)
			got = d.Receipt(m.word("order"), m.number("seq"), m.word("result"))
		case "Publish":
			own = RegistryDomain(d.ChainID, d.Contract)
			got = d.Publish(m.sub("publication").publication(), m.permission(), m.integer("nonce"))
		case "PublishVersion":
			own = RegistryDomain(d.ChainID, d.Contract)
			got = d.PublishVersion(m.word("model"), m.sub("release").release(), m.permission(), m.integer("nonce"))
		case "Deployment":
			own = d
			got = d.Document("Deployment(bytes32 document)", m.word("document"))
		default:
			t.Fatalf("no type %s here", v.PrimaryType)
		}
		if own != d {
			t.Errorf("%s: viem's domain is %+v, ours %+v", v.Lesson, d, own)
		}
		if got != v.Hash {
			t.Errorf("%s: got %s, viem has %s", v.Lesson, got, v.Hash)
		}
	}
	if len(seen) != 7 {
		t.Errorf("vectors of %d types: %v", len(seen), seen)
	}
}

// message is typed data as JSON has it: numbers are text. What is not there or malformed is the file's fault, so it panics.
type message map[string]any

func (m message) address(name string) common.Address { return common.HexToAddress(m[name].(string)) }
func (m message) word(name string) [32]byte          { return common.HexToHash(m[name].(string)) }
func (m message) sub(name string) message            { return m[name].(map[string]any) }

func (m message) number(name string) uint64 {
	n, err := strconv.ParseUint(m[name].(string), 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

func (m message) integer(name string) *big.Int {
	n, ok := new(big.Int).SetString(m[name].(string), 10)
	if !ok {
		panic(name + " is no number")
	}
	return n
}

func (m message) permission() contract.IModelRegistryPermission {
	return contract.IModelRegistryPermission{
		Owner: m.address("owner"), Relay: m.address("relay"), FeeToken: m.address("feeToken"), Fee: m.integer("fee"), Deadline: m.integer("deadline"),
	}
}

func (m message) release() contract.IModelRegistryRelease {
	r := contract.IModelRegistryRelease{
		Version: m["version"].(string), Manifest: m.word("manifest"), Root: m.word("root"), LicenseHash: m.word("licenseHash"),
	}
	for _, p := range m["parents"].([]any) {
		r.Parents = append(r.Parents, common.HexToHash(p.(string)))
	}
	return r
}

func (m message) publication() contract.IModelRegistryPublication {
	p := contract.IModelRegistryPublication{
		Name: m["name"].(string), Kind: uint8(m.number("kind")), Release: m.sub("release").release(),
		RoyaltyBps: uint16(m.number("royaltyBps")), Recovery: m.address("recovery"),
	}
	for i, r := range m["recipients"].([]any) {
		p.Recipients = append(p.Recipients, common.HexToAddress(r.(string)))
		part, err := strconv.ParseUint(m["parts"].([]any)[i].(string), 10, 32)
		if err != nil {
			panic(err)
		}
		p.Parts = append(p.Parts, uint32(part))
	}
	for _, o := range m["plans"].([]any) {
		o := message(o.(map[string]any))
		p.Plans = append(p.Plans, contract.PlanOffer{
			Token: o.address("token"), AuthorFee: o.integer("authorFee"), RelayFee: o.integer("relayFee"), ComputeCap: o.number("computeCap"),
			UnitKind: o.word("unitKind"), Transferable: o["transferable"].(bool), Period: uint32(o.number("period")), Quota: uint32(o.number("quota")),
		})
	}
	return p
}
