// Package deploy puts DeHug's contracts on a chain, and says where they are in a file that is signed.
//
//	d, err := deploy.Run(ctx, client, key, network, admin, nil)
//	text, err := d.Sign(key)
//
// It is the same for a chain of one's own and for Base. Contracts never change and have no proxies: another version is another
// deployment. A run that was interrupted is not resumed: contracts that know each other expect each other where the next
// transactions of the deployer would put them, so the next run begins anew, and what stands there already stays unused.
package deploy

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/dehug/dehug/contracts"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay/chain/contract"
)

// A Client speaks to a chain's node. go-ethereum's ethclient is one.
type Client interface {
	bind.ContractBackend
	ChainID(context.Context) (*big.Int, error)
	TransactionReceipt(context.Context, common.Hash) (*types.Receipt, error)
}

// EvaluationSchema is what an evaluation of a version says to EAS. Values are text, as in a manifest: a number as it was reported,
// not rounded to what a binary one can be. Evidence is a digest of what the evaluator has to show for it.
const EvaluationSchema = "bytes32 version,string task,string dataset,string metric,string value,bytes32 evidence"

// Names of schemas in a deployment.
const (
	Evaluation = "evaluation"
	Lineage    = "lineage"
)

// adminRole is the AccessManager's own: it gives all others.
const adminRole = 0

// Run deploys everything and returns where it is. The key pays, and has no power over anything in the end, unless it is the
// admin. Each step is told to say, if that is not nil. A deployment that is returned along with an error is done, but the chain does
// not say what was expected of it.
func Run(ctx context.Context, client Client, key *ethsig.Key, network Network, admin common.Address, say func(string)) (*Deployment, error) {
	if admin == (common.Address{}) {
		return nil, errors.New("deploy: nobody would be admin")
	}
	if say == nil {
		say = func(string) {}
	}
	id, err := client.ChainID(ctx)
	if err != nil {
		return nil, fmt.Errorf("deploy: chain id: %w", err)
	}
	if !id.IsUint64() || id.Uint64() != network.ChainID {
		return nil, fmt.Errorf("deploy: the node's chain is %s, that of %s is %d", id, network.Name, network.ChainID)
	}
	head, err := client.HeaderByNumber(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("deploy: newest block: %w", err)
	}
	r := &runner{
		client: client, key: key, say: say,
		out: &Deployment{
			Schema: Schema, Network: network.Name, ChainID: network.ChainID, Block: head.Number.Uint64(), BlockHash: head.Hash(),
			Admin: admin, Deployer: common.Address(key.Address()),
			Contracts: map[string]Contract{}, Schemas: map[string]AttestationSchema{},
		},
	}
	if err := r.run(ctx, network); err != nil {
		return nil, fmt.Errorf("deploy: %w", err)
	}
	return r.out, Check(ctx, client, r.out)
}

// runner holds what the steps of a run share.
type runner struct {
	client Client
	key    *ethsig.Key
	say    func(string)
	out    *Deployment
}

// A creation is a contract to create, and the arguments of its constructor.
type creation struct {
	name string
	args []byte
}

// run is the whole deployment, from top to bottom.
func (r *runner) run(ctx context.Context, network Network) error {
	var (
		authority  = contract.NewAccessManager()
		schemas    = contract.NewSchemaRegistry()
		eas        = contract.NewEAS()
		controller = contract.NewUsageController()
		pass       = contract.NewUsagePass()
		nft        = contract.NewModelNFT()
		registry   = contract.NewModelRegistry()
		orders     = contract.NewJobOrders()
		lineage    = contract.NewLineageResolver()
		deployer   = r.out.Deployer
	)
	if err := r.place(ctx, "Dollar", network.Dollar, nil); err != nil {
		return err
	}
	if err := r.place(ctx, "SchemaRegistry", network.SchemaRegistry, nil); err != nil {
		return err
	}
	if err := r.place(ctx, "EAS", network.EAS, eas.PackConstructor(r.out.Address("SchemaRegistry"))); err != nil {
		return err
	}
	for _, c := range []creation{
		{"AccessManager", authority.PackConstructor(deployer)},
		{"RevenueSplitterFactory", nil},
	} {
		if err := r.create(ctx, c.name, c.args); err != nil {
			return err
		}
	}

	// Contracts that know each other know where the next ones will be.
	nonce, err := r.client.PendingNonceAt(ctx, deployer)
	if err != nil {
		return err
	}
	there := func(ahead uint64) common.Address { return crypto.CreateAddress(deployer, nonce+ahead) }
	for _, c := range []creation{
		{"UsageController", controller.PackConstructor(there(1), r.out.Address("AccessManager"))},
		{"UsagePass", pass.PackConstructor(there(3), there(0))},
		{"ModelNFT", nft.PackConstructor(there(3), r.out.Address("AccessManager"))},
		{"ModelRegistry", registry.PackConstructor(there(2), there(1), r.out.Address("RevenueSplitterFactory"))},
	} {
		if err := r.create(ctx, c.name, c.args); err != nil {
			return err
		}
	}
	for i, name := range []string{"UsageController", "UsagePass", "ModelNFT", "ModelRegistry"} {
		if at := r.out.Address(name); at != there(uint64(i)) {
			return fmt.Errorf("%s is at %s, and others expect it at %s: something else was sent by %s meanwhile", name, at, there(uint64(i)), deployer)
		}
	}
	for _, c := range []creation{
		{"JobOrders", orders.PackConstructor(there(3), there(1), there(0), r.out.Address("AccessManager"))},
		{"LineageResolver", lineage.PackConstructor(r.out.Address("EAS"), there(3))},
	} {
		if err := r.create(ctx, c.name, c.args); err != nil {
			return err
		}
	}

	if err := r.send(ctx, "allow plans in the dollar", "UsageController", controller.PackSetToken(r.out.Address("Dollar"), true)); err != nil {
		return err
	}
	if r.out.Admin != deployer {
		if err := r.send(ctx, "make "+r.out.Admin.Hex()+" admin", "AccessManager", authority.PackGrantRole(adminRole, r.out.Admin, 0)); err != nil {
			return err
		}
		if err := r.send(ctx, "give up the deployer's role", "AccessManager", authority.PackRenounceRole(adminRole, deployer)); err != nil {
			return err
		}
	}

	at := lineage.Instance(r.client, r.out.Address("LineageResolver"))
	lineageSchema, err := bind.Call(at, &bind.CallOpts{Context: ctx}, lineage.PackSchema(), lineage.UnpackSchema)
	if err != nil {
		return fmt.Errorf("schema of the LineageResolver: %w", err)
	}
	r.out.Schemas[Evaluation] = newAttestationSchema(EvaluationSchema, common.Address{})
	r.out.Schemas[Lineage] = newAttestationSchema(lineageSchema, r.out.Address("LineageResolver"))
	for _, name := range []string{Evaluation, Lineage} {
		s := r.out.Schemas[name]
		there, err := schemaOf(ctx, r.client, r.out, s.UID)
		if err != nil {
			return err
		}
		if there.Uid == s.UID {
			r.say("schema of " + name + ": is registered")
			continue
		}
		err = r.send(ctx, "register the schema of "+name, "SchemaRegistry", schemas.PackRegister(s.Schema, s.Resolver, s.Revocable))
		if err != nil {
			return err
		}
	}
	return nil
}

// place notes where a contract that is not ours is on this network, or deploys it where it is not.
func (r *runner) place(ctx context.Context, name string, at common.Address, args []byte) error {
	if at == (common.Address{}) {
		return r.create(ctx, name, args)
	}
	r.say(name + ": is there, " + at.Hex())
	return r.note(ctx, name, at)
}

// create deploys a contract.
func (r *runner) create(ctx context.Context, name string, args []byte) error {
	code, err := contracts.Code(name)
	if err != nil {
		return err
	}
	opts, err := transactor(ctx, r.client, r.key)
	if err != nil {
		return err
	}
	_, tx, err := bind.DeployContract(opts, code, r.client, args)
	if err != nil {
		return fmt.Errorf("create %s: %w", name, err)
	}
	receipt, err := wait(ctx, r.client, tx)
	if err != nil {
		return fmt.Errorf("create %s: %w", name, err)
	}
	r.say(name + ": " + receipt.ContractAddress.Hex())
	if err := r.reached(ctx, receipt.BlockNumber); err != nil {
		return err
	}
	return r.note(ctx, name, receipt.ContractAddress)
}

// note adds a contract to the deployment.
func (r *runner) note(ctx context.Context, name string, at common.Address) error {
	code, err := r.client.CodeAt(ctx, at, nil)
	if err != nil {
		return fmt.Errorf("code of %s: %w", name, err)
	}
	if len(code) == 0 {
		return fmt.Errorf("%s is not at %s: there is no code", name, at)
	}
	r.out.Contracts[name] = Contract{at, crypto.Keccak256Hash(code)}
	return nil
}

// reached waits until the node has come as far as a block. Behind one address there may be many nodes, and the one that has a receipt need
// not be the one that is asked next.
func (r *runner) reached(ctx context.Context, block *big.Int) error {
	for start, pause := time.Now(), time.Millisecond; ; pause = min(2*pause, longest) {
		head, err := r.client.HeaderByNumber(ctx, nil)
		if err == nil && head.Number.Cmp(block) >= 0 {
			return nil
		}
		if time.Since(start) > patience {
			return errors.Join(fmt.Errorf("the node does not come as far as block %d", block), err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// send calls a function of a contract.
func (r *runner) send(ctx context.Context, what, name string, data []byte) error {
	receipt, err := Send(ctx, r.client, r.key, r.out.Address(name), nil, data)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	r.say(what)
	return r.reached(ctx, receipt.BlockNumber)
}

// Send sends a transaction with value (nil for none) and data, and returns its receipt once it is in a block. It is an error when it
// reverts.
func Send(ctx context.Context, client Client, key *ethsig.Key, to common.Address, value *big.Int, data []byte) (*types.Receipt, error) {
	opts, err := transactor(ctx, client, key)
	if err != nil {
		return nil, err
	}
	opts.Value = value
	bound := bind.NewBoundContract(to, abi.ABI{}, client, client, client) // data is packed already
	tx, err := bind.Transact(bound, opts, data)
	if err != nil {
		return nil, err
	}
	return wait(ctx, client, tx)
}

// Check compares a deployment with what is on the chain: that the block is there, code, roles, tokens, schemas.
func Check(ctx context.Context, client Client, d *Deployment) error {
	id, err := client.ChainID(ctx)
	if err != nil {
		return fmt.Errorf("check: chain id: %w", err)
	}
	if !id.IsUint64() || id.Uint64() != d.ChainID {
		return fmt.Errorf("check: the node's chain is %s, not %d: %w", id, d.ChainID, ErrMismatch)
	}
	header, err := client.HeaderByNumber(ctx, new(big.Int).SetUint64(d.Block))
	if err != nil && !errors.Is(err, ethereum.NotFound) {
		return fmt.Errorf("check: block %d: %w", d.Block, err)
	}
	if err != nil || header.Hash() != d.BlockHash {
		return fmt.Errorf("check: block %d is another than %s: %w", d.Block, d.BlockHash, ErrMismatch)
	}
	for name, c := range d.Contracts {
		code, err := client.CodeAt(ctx, c.Address, nil)
		if err != nil {
			return fmt.Errorf("check: code of %s: %w", name, err)
		}
		if got := crypto.Keccak256Hash(code); got != c.CodeHash {
			return fmt.Errorf("check: code of %s at %s has the hash %s, not %s: %w", name, c.Address, got, c.CodeHash, ErrMismatch)
		}
	}
	call := &bind.CallOpts{Context: ctx}
	controller := contract.NewUsageController()
	allowed, err := bind.Call(controller.Instance(client, d.Address("UsageController")), call, controller.PackIsAllowed(d.Address("Dollar")), controller.UnpackIsAllowed)
	if err != nil {
		return fmt.Errorf("check: tokens: %w", err)
	}
	if !allowed {
		return fmt.Errorf("check: plans may not be in the dollar, %s: %w", d.Address("Dollar"), ErrMismatch)
	}
	authority := contract.NewAccessManager()
	for _, who := range []struct {
		account common.Address
		isAdmin bool
	}{{d.Admin, true}, {d.Deployer, d.Deployer == d.Admin}} {
		has, err := bind.Call(authority.Instance(client, d.Address("AccessManager")), call, authority.PackHasRole(adminRole, who.account), authority.UnpackHasRole)
		if err != nil {
			return fmt.Errorf("check: roles: %w", err)
		}
		if has.IsMember != who.isAdmin {
			return fmt.Errorf("check: %s is admin: %t, not %t: %w", who.account, has.IsMember, who.isAdmin, ErrMismatch)
		}
	}
	for name, s := range d.Schemas {
		there, err := schemaOf(ctx, client, d, s.UID)
		if err != nil {
			return fmt.Errorf("check: %w", err)
		}
		if there.Uid != s.UID || there.Schema != s.Schema || there.Resolver != s.Resolver || there.Revocable != s.Revocable {
			return fmt.Errorf("check: schema of %s, %s: %w", name, s.UID, ErrMismatch)
		}
	}
	return nil
}

// schemaOf asks EAS for a schema; its id is zero when there is none.
func schemaOf(ctx context.Context, client Client, d *Deployment, uid common.Hash) (contract.SchemaRecord, error) {
	schemas := contract.NewSchemaRegistry()
	at := schemas.Instance(client, d.Address("SchemaRegistry"))
	there, err := bind.Call(at, &bind.CallOpts{Context: ctx}, schemas.PackGetSchema(uid), schemas.UnpackGetSchema)
	if err != nil {
		return there, fmt.Errorf("schema %s: %w", uid, err)
	}
	return there, nil
}

// transactor signs transactions with a key of ours.
func transactor(ctx context.Context, client Client, key *ethsig.Key) (*bind.TransactOpts, error) {
	chainID, err := client.ChainID(ctx)
	if err != nil {
		return nil, fmt.Errorf("chain id: %w", err)
	}
	signer := types.LatestSignerForChainID(chainID)
	return &bind.TransactOpts{
		Context: ctx,
		From:    common.Address(key.Address()),
		Signer: func(_ common.Address, tx *types.Transaction) (*types.Transaction, error) {
			signature := key.Sign(signer.Hash(tx))
			signature[64] -= 27
			return tx.WithSignature(signer, signature[:])
		},
	}, nil
}

// How long a node may fail to answer before a transaction is given up, and how long at most between two questions: blocks of
// Base come every two seconds.
const (
	patience = time.Minute
	longest  = time.Second
)

// wait returns a transaction's receipt once it is in a block. It is an error when it reverted.
func wait(ctx context.Context, client Client, tx *types.Transaction) (*types.Receipt, error) {
	answered := time.Now()
	for pause := time.Millisecond; ; pause = min(2*pause, longest) {
		receipt, err := client.TransactionReceipt(ctx, tx.Hash())
		switch {
		case err == nil && receipt.Status != types.ReceiptStatusSuccessful:
			return nil, fmt.Errorf("transaction %s reverted", tx.Hash())
		case err == nil:
			return receipt, nil
		case errors.Is(err, ethereum.NotFound):
			answered = time.Now()
		case time.Since(answered) > patience: // nodes may be busy, or still indexing
			return nil, fmt.Errorf("receipt of %s: %w", tx.Hash(), err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}
