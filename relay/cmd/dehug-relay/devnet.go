package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
)

// devnetAddress is where development chains are expected.
const devnetAddress = "127.0.0.1:8545"

func newDevnet() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "devnet",
		Short: "Run a chain of your own, with all contracts and test money on it",
		Long: `devnet is a chain inside this process: go-ethereum's node without peers, with every contract
deployed, the Ethereum Attestation Service, a test dollar (permit, EIP-3009; anybody may mint it),
and ten accounts that have ETH and dollars and for which eth_sendTransaction signs. It prints
where all that is and ends on Ctrl-C; nothing of it is kept.

It answers JSON-RPC by HTTP and WebSocket on one port, as any node does (eth, net, web3), to
pages of every origin. Where the usual port is taken it uses a free one. Beyond that:

  devnet_mine [BLOCKS]             make blocks, one if no number is given
  devnet_setAutomine [true|false]  a block as soon as a transaction arrives, or only when asked
  devnet_increaseTime [SECONDS]    one block that much later; the next ones follow it
  devnet_reorg [BLOCKS, DROP]      replace the newest blocks by one more; with true as second
                                   parameter their transactions are forgotten
  devnet_deployment []             what --json prints as "deployment"

Its rules are those of Base since Isthmus (Prague), its chain id 31337. Keys of the accounts are
those that every development chain has: never send them anything that is worth something.`,
		Example: `  dehug-relay devnet
  dehug-relay devnet --block-time 2s
  dehug-relay devnet --json | head -1 | jq -r .deployment.contracts.ModelRegistry.address
  curl -s -H 'content-type: application/json' http://127.0.0.1:8545 \
    -d '{"jsonrpc":"2.0","id":1,"method":"devnet_increaseTime","params":[86400]}'`,
		Args: cobra.NoArgs,
	}
	flags := cmd.Flags()
	listenAt := flags.String("listen", devnetAddress, "`address` for HTTP and WebSocket")
	blockTime := flags.Duration("block-time", 0, "how often a block is made, such as 2s; 0: as soon as a transaction arrives")
	startTime := flags.Int64("start-time", 0, "the first block's Unix `time`, 0 for now; one to come makes every run the same")
	asJSON := flags.Bool("json", false, "print one line of JSON instead of text")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *blockTime < 0 || *startTime < 0 {
			return relay.Errorf(relay.CodeInvalid, "--block-time and --start-time are not negative")
		}
		// The node opens the port itself; whether it is free is seen here, where the error has a hint.
		ln, err := listen(*listenAt, "listen", flags.Changed("listen"))
		if err != nil {
			return err
		}
		address := ln.Addr().(*net.TCPAddr)
		if err := ln.Close(); err != nil {
			return err
		}
		config := devnet.Config{Listen: address.String(), BlockTime: *blockTime}
		if *startTime > 0 {
			config.Start = time.Unix(*startTime, 0)
		}
		chain, err := devnet.Start(cmd.Context(), config)
		if err != nil {
			return err
		}
		defer chain.Close()
		if !address.IP.IsLoopback() {
			fmt.Fprintf(cmd.ErrOrStderr(), "dehug: %s is reachable from other machines, and everybody has its keys\n", address)
		}
		if *asJSON {
			err = json.NewEncoder(cmd.OutOrStdout()).Encode(struct {
				URL        string             `json:"url"`
				WebSocket  string             `json:"webSocket"`
				Accounts   []devnet.Account   `json:"accounts"`
				Deployment *deploy.Deployment `json:"deployment"`
			}{chain.URL(), chain.WebSocketURL(), devnet.Accounts(), chain.Deployment()})
		} else {
			err = describe(cmd.OutOrStdout(), chain, *blockTime)
		}
		if err != nil {
			return err
		}
		<-cmd.Context().Done()
		return nil
	}
	return cmd
}

// describe says what there is, for people.
func describe(w io.Writer, chain *devnet.Chain, blockTime time.Duration) error {
	blocks := "as soon as a transaction arrives"
	if blockTime > 0 {
		blocks = "every " + blockTime.String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "A chain of your own. Ctrl-C ends it, and nothing is kept.\n\n")
	fmt.Fprintf(&b, "  HTTP       %s\n  WebSocket  %s\n  chain id   %d\n  blocks     %s\n\nContracts\n\n",
		chain.URL(), chain.WebSocketURL(), devnet.ChainID, blocks)
	d := chain.Deployment()
	for _, name := range slices.Sorted(maps.Keys(d.Contracts)) {
		fmt.Fprintf(&b, "  %-23s %s\n", name, d.Address(name))
	}
	fmt.Fprintf(&b, "\nAttestation schemas\n\n")
	for _, name := range slices.Sorted(maps.Keys(d.Schemas)) {
		fmt.Fprintf(&b, "  %-23s %s\n", name, d.Schemas[name].UID)
	}
	fmt.Fprintf(&b, "\nAccounts and their keys, which everybody has; each with %d ETH and %d test dollars\n\n", devnet.Ether, devnet.Dollars)
	for _, a := range devnet.Accounts() {
		fmt.Fprintf(&b, "  %s  %s\n", a.Address, a.Key)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
