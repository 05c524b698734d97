package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/node"
)

func newDeploy() *cobra.Command {
	var names []string
	for _, n := range deploy.Networks {
		names = append(names, n.Name)
	}
	cmd := &cobra.Command{
		Use:   "deploy FILE",
		Short: "Deploy the contracts and write a signed file of where they are, or check such a file",
		Long: `deploy creates every contract on a chain, allows plans in its dollar, gives the admin the
roles, registers the schemas of evaluations and of lineage with the Ethereum Attestation Service,
compares all that with the chain, and writes FILE: addresses, hashes of code, chain and block,
signed by the key. The key pays for about 24 million gas, and has no power over anything
afterwards unless it is the admin. Contracts never change: deploying again makes others. A run
that was interrupted is not resumed; begin anew.

With --check it deploys nothing: it reads FILE, sees that it is signed (and by whom it should be,
with --signer), and compares it with the chain.`,
		Example: `  dehug-relay deploy base-sepolia.json --network base-sepolia --rpc https://rpc.example \
    --key deployer.key --admin 0x5afe…
  dehug-relay deploy base-sepolia.json --check --rpc https://rpc.example
  anvil --chain-id 84532 &  # a rehearsal: a chain of your own that says it is Base Sepolia`,
		Args: oneArg("FILE"),
	}
	flags := cmd.Flags()
	name := flags.String("network", "", "`name` of the chain: "+strings.Join(names, ", "))
	url := flags.String("rpc", "", "`URL` of a node of that chain")
	keyFile := flags.String("key", "", "`file` with the key that pays and signs, as keygen writes one")
	admin := flags.String("admin", "", "`address` that gets the roles: a wallet of several people")
	check := flags.Bool("check", false, "deploy nothing: compare FILE with the chain")
	signer := flags.String("signer", "", "with --check: `address` that must have signed")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if *url == "" {
			return relay.Errorf(relay.CodeInvalid, "--rpc is missing").WithHint("name a node of the chain: --rpc https://…")
		}
		dialled, err := node.Dial(*url, 0)
		if err != nil {
			return err
		}
		client := ethclient.NewClient(dialled)
		if *check {
			return checkDeployment(cmd, client, args[0], *signer)
		}
		network, err := deploy.NetworkNamed(*name)
		if err != nil {
			return relay.Errorf(relay.CodeInvalid, "--network: %w", err).WithHint("there are %s", strings.Join(names, ", "))
		}
		if !common.IsHexAddress(*admin) {
			return relay.Errorf(relay.CodeInvalid, "--admin: %q is no address", *admin).WithHint("who may allow tokens and pause new sessions: --admin 0x…")
		}
		key, err := ethsig.LoadKey(*keyFile)
		if err != nil {
			return relay.FileError(err).WithHint("make a key with `dehug-relay keygen FILE`, and send its address some ETH")
		}
		// The file is opened before anything is paid for.
		f, err := os.OpenFile(args[0], os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("deploy replaces no file: name a new one")
		}
		if err != nil {
			return relay.FileError(err)
		}
		term := newTerminal(cmd.ErrOrStderr())
		d, err := deploy.Run(cmd.Context(), client, key, network, common.HexToAddress(*admin), func(step string) { term.line("%s", step) })
		if d == nil {
			return errors.Join(err, f.Close(), os.Remove(args[0]))
		}
		// It is paid for, so it is written down whatever the comparison said.
		text, signErr := d.Sign(key)
		_, writeErr := f.Write(text)
		if err := errors.Join(err, signErr, writeErr, f.Close()); err != nil {
			return err
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), d.Address("ModelRegistry"))
		return err
	}
	return cmd
}

// checkDeployment compares a file with the chain, and says who signed it.
func checkDeployment(cmd *cobra.Command, client deploy.Client, path, wanted string) error {
	info, err := os.Stat(path)
	if err != nil {
		return relay.FileError(err)
	}
	if info.Size() > deploy.MaxFile {
		return relay.Errorf(relay.CodeTooLarge, "%s has %d bytes, a deployment file at most %d", path, info.Size(), deploy.MaxFile)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return relay.FileError(err)
	}
	d, signer, err := deploy.Parse(text)
	switch {
	case errors.Is(err, deploy.ErrSignature):
		return relay.Errorf(relay.CodeUnverified, "%s: %w", path, err)
	case err != nil:
		return relay.Errorf(relay.CodeInvalid, "%s: %w", path, err)
	}
	if wanted != "" && (!common.IsHexAddress(wanted) || common.HexToAddress(wanted) != signer) {
		return relay.Errorf(relay.CodeUnverified, "%s is signed by %s, not by %s", path, signer, wanted)
	}
	if err := deploy.Check(cmd.Context(), client, d); err != nil {
		code := relay.CodeInternal
		if errors.Is(err, deploy.ErrMismatch) {
			code = relay.CodeUnverified
		}
		return relay.Errorf(code, "%s: %w", path, err)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s, chain %d, block %d: as the file says, signed by %s\n", d.Network, d.ChainID, d.Block, signer)
	return err
}
