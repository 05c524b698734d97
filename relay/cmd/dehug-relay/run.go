package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/purse"
	"github.com/dehug/dehug/relay/receipt"
)

// maxInputFile is the most bytes of an input: a relay takes no more.
const maxInputFile = 24 << 20

// walletFlags say whose sessions, and with which relay.
type walletFlags struct{ data, site, key, rpc *string }

func addWalletFlags(cmd *cobra.Command) walletFlags {
	f := cmd.Flags()
	return walletFlags{dataFlag(cmd), f.String("relay", "http://"+siteAddress, "`URL` of the relay's site"), f.String("key", "", "`FILE` with the key of your account (required)"),
		f.String("rpc", "", "`URL` of an Ethereum node: to open, close and withdraw")}
}

func (w walletFlags) open() (*purse.Purse, *ethsig.Key, error) {
	if *w.key == "" {
		return nil, nil, relay.Errorf(relay.CodeInvalid, "whose account pays is missing").WithHint("give --key FILE; make one with `dehug-relay keygen`")
	}
	key, err := ethsig.LoadKey(*w.key)
	if err != nil {
		return nil, nil, relay.Errorf(relay.CodeInvalid, "--key: %w", err).WithHint("make one with `dehug-relay keygen`")
	}
	p, err := purse.Open(filepath.Join(*w.data, "sessions"), *w.site, key)
	return p, key, err
}

func newRun() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run CID",
		Short: "Have a relay's providers run a model, paid by its operator or out of a session",
		Long: `run has a provider of a relay's run the model whose manifest has this CID, and prints what came
of it: JSON, by the names of the model's outputs. The input is the same, in a file or on stdin.

With --session you pay: out of a session that is open, else out of one that it opens first, which
takes --rpc, and dollars and some ETH in your account. A session locks units of one of the model's
plans for this relay; each run is signed for with a key of the session's own, kept in the data
folder. Never is more signed for than the answers that came back and the runs under way, and one,
whatever the relay says, and though this program is killed. Ctrl-C cancels the run.

Without --session the relay's operator pays, as far as they do.`,
		Example: `  dehug-relay run bafkrei… --input x.json --relay https://hub.example --key wallet.key
  dehug-relay run bafkrei… --input x.json --key wallet.key --session --units 20 \
    --rpc https://node.example
  echo '{"x": {"datatype": "FP32", "shape": [1, 4], "data": [1, 2, 3, 4]}}' |
    dehug-relay run bafkrei… --key wallet.key`,
		Args: oneArg("CID"),
	}
	wallet := addWalletFlags(cmd)
	flags := cmd.Flags()
	input := flags.String("input", "-", "`FILE` with the input; -: stdin")
	mode := flags.String("mode", receipt.Strict, "`mode`: strict, fast, served")
	pays := flags.Bool("session", false, "pay out of a session, and open one where there is none")
	plan := flags.String("plan", "", "`ID` of the plan of a new session; the cheapest by the run when not given")
	units := flags.Uint32("units", 10, "`number` of units that a new session locks; a subscription's are its plan's quota")
	days := flags.Int("days", 30, "`days` that a new session lasts; a subscription lasts its period")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cid, err := manifest.ParseCID(args[0])
		if err != nil {
			return relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("give the CID of a manifest, bafkrei…")
		}
		p, key, err := wallet.open()
		if err != nil {
			return err
		}
		r := purse.Request{Version: string(cid), Mode: *mode}
		if r.Input, err = readInput(cmd.InOrStdin(), *input); err != nil {
			return err
		}
		ctx, term := cmd.Context(), newTerminal(cmd.ErrOrStderr())
		var run *purse.Run
		if *pays {
			t, err := p.Terms(ctx)
			if err != nil {
				return err
			}
			n := newSession{plan: *plan, units: *units, days: *days, rpc: *wallet.rpc, key: key, term: term}
			kept, s, err := n.find(ctx, p, t, string(cid))
			if err != nil {
				return err
			}
			term.line("session %s: %d of %d units left, until %s", kept.Session, s.Left, s.Units, s.Ends.Local().Format(time.DateTime))
			if run, err = p.Pay(ctx, kept, t, r); err != nil {
				return err
			}
		} else if run, err = p.Free(ctx, r); err != nil {
			return err
		}
		done, err := run.Wait(ctx)
		if err != nil {
			return err
		}
		if done.Status != string(relay.JobSucceeded) {
			return relay.Errorf(relay.CodeUnavailable, "the run %s: %s %s", done.Status, done.Code, done.Error).WithHint("it cost nothing")
		}
		term.line("receipt: %s%s", p.Site(), done.URLs.Receipt)
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s\n", done.Output)
		return err
	}
	return cmd
}

func readInput(stdin io.Reader, name string) (in map[string]receipt.TensorJSON, err error) {
	from := stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, relay.FileError(err)
		}
		defer f.Close()
		from = f
	}
	text, err := io.ReadAll(io.LimitReader(from, maxInputFile+1))
	if err != nil {
		return nil, relay.FileError(err)
	}
	if len(text) > maxInputFile {
		return nil, relay.Errorf(relay.CodeTooLarge, "the input has more than %d bytes", maxInputFile)
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "the input is no JSON of tensors: %w", err).WithHint(`such as {"x": {"datatype": "FP32", "shape": [1, 4], "data": [1, 2, 3, 4]}}`)
	}
	return in, nil
}

// jobMargin is how long before a session's end a run is begun at the latest, beside the relay's own margin: as long as a run may take.
const jobMargin = 10 * time.Minute

// find finds a session that can pay for a run of a model, or opens one.
func (n *newSession) find(ctx context.Context, p *purse.Purse, t purse.Terms, version string) (*purse.Kept, purse.Session, error) {
	plans, err := p.Plans(ctx, version)
	if err != nil {
		return nil, purse.Session{}, err
	}
	all, err := p.All()
	if err != nil {
		return nil, purse.Session{}, err
	}
	good := func(s purse.Session) bool {
		return s.Left > 0 && (s.State == "open" || s.State == "pending") && time.Until(s.Ends) > jobMargin+time.Duration(t.Margin)*time.Second
	}
	for _, kept := range all {
		if planOf(plans, kept.Plan) == nil || n.plan != "" && kept.Plan != n.plan {
			continue
		}
		s, err := p.Session(ctx, kept.Session)
		if relay.ErrorCode(err) == relay.CodeNotFound {
			continue // it never came to the chain, or the relay has not read of it yet
		}
		if err != nil {
			return nil, s, err
		}
		if good(s) {
			return kept, s, nil
		}
	}
	kept, err := n.open(ctx, p, t, plans)
	if err != nil {
		return nil, purse.Session{}, err
	}
	for {
		s, err := p.Session(ctx, kept.Session)
		if err == nil && s.State != "pending" {
			return kept, s, nil
		}
		if err != nil && relay.ErrorCode(err) != relay.CodeNotFound {
			return nil, s, err
		}
		select {
		case <-ctx.Done():
			return nil, s, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}
