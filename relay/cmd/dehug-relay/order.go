package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/big"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/orders"
	"github.com/dehug/dehug/relay/chain/purse"
	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
)

// orderCommand is what all commands about orders have.
type orderCommand struct {
	rpc, deployment, signer, key, hub string
}

func newOrder() *cobra.Command {
	c := &orderCommand{}
	cmd := &cobra.Command{
		Use:   "order",
		Short: "Order large jobs on chain, and see them through",
		Long: `order opens orders on chain: a job by specification (dehug/job/v0), for one provider, for
a price that the contract holds until the job is done. No relay is asked: the one that is named in
the order sees it on chain. What an order asks, and what comes of it, anybody can read.

An order is open until the provider accepts it, with a bond; then it is delivered, and you have
the review to look at that. If nobody says anything then, all is paid. Whoever settles an order
whose time is over pays for gas, and nothing else.`,
		Example: `  dehug-relay order open job.json --provider 0x… --relay 0x… --plan 0x… \
    --version 0x… --pay 250 --bond 1000 --key payer.key --hub https://hub.example
  dehug-relay order show 0x… --rpc https://node.example --deployment deployment.json
  dehug-relay order release 0x… --key payer.key
  dehug-relay order publish 0x… --key payer.key --hub https://hub.example \
    --source https://blocks.example   # what a training made
  dehug-relay order slash contradiction.json --key anybody.key`,
	}
	flags := cmd.PersistentFlags()
	flags.StringVar(&c.rpc, "rpc", "", "`URL` of an Ethereum node")
	flags.StringVar(&c.deployment, "deployment", "", "`FILE` that says where contracts are; devnet: ask the node, which is one")
	flags.StringVar(&c.signer, "deployment-signer", "", "`ADDRESS` that has to have signed that file")
	flags.StringVar(&c.key, "key", "", "`FILE` with your key, for what is sent")
	flags.StringVar(&c.hub, "hub", "", "`URL` of the relay's site: to give it the specification, and to say what it does about the order")
	nameVariables(flags)
	act := func(use, short string, packed func(orders.Terms) []byte) *cobra.Command {
		sub := &cobra.Command{Use: use + " ID", Short: short, Args: oneArg("ID")}
		sub.RunE = func(cmd *cobra.Command, args []string) error {
			id, err := orderID(args[0])
			if err != nil {
				return err
			}
			return c.send(cmd, func(ctx context.Context, book *orders.Book, s *send.Sender) (common.Hash, error) {
				t, err := book.Find(ctx, id)
				if err != nil {
					return common.Hash{}, err
				}
				return book.Send(ctx, s, packed(t))
			})
		}
		return sub
	}
	dispute := act("dispute", "Ask the arbiter, for a fee: what was delivered is not what was ordered", nil)
	reason := dispute.Flags().String("reason", "", "`FILE` with what you say; its SHA-256 goes on chain")
	dispute.RunE = func(cmd *cobra.Command, args []string) error {
		id, err := orderID(args[0])
		if err != nil {
			return err
		}
		text, err := os.ReadFile(*reason)
		if err != nil {
			return relay.FileError(err)
		}
		return c.send(cmd, func(ctx context.Context, book *orders.Book, s *send.Sender) (common.Hash, error) {
			t, err := book.Find(ctx, id)
			if err != nil {
				return common.Hash{}, err
			}
			if err := approve(ctx, book, s, t.Fee); err != nil {
				return common.Hash{}, err
			}
			return book.Send(ctx, s, orders.PackDispute(t, receipt.Hash(manifest.DigestOf(text))))
		})
	}
	cmd.AddCommand(c.open(), c.show(), c.list(), c.publish(), dispute, c.slash(),
		act("release", "Pay all of what was delivered, before the review is over", orders.PackRelease),
		act("cancel", "Take back an order that nobody accepted", orders.PackCancel),
		act("settle", "End an order whose time is over; anybody may", orders.PackSettle))
	return cmd
}

func orderID(text string) (id receipt.Hash, err error) {
	if err := id.UnmarshalText([]byte(text)); err != nil {
		return id, relay.Errorf(relay.CodeInvalid, "an order's id: %w", err)
	}
	return id, nil
}

// enter opens the chain, whose id it says, and the key.
func (c *orderCommand) enter(ctx context.Context) (book *orders.Book, id uint64, key *ethsig.Key, err error) {
	if book, id, err = openBook(ctx, c.rpc, c.deployment, c.signer); err != nil {
		return nil, 0, nil, err
	}
	if c.key == "" {
		return nil, 0, nil, relay.Errorf(relay.CodeInvalid, "nobody signs").WithHint("name a file with --key")
	}
	if key, err = ethsig.LoadKey(c.key); err != nil {
		return nil, 0, nil, relay.Errorf(relay.CodeInvalid, "--key: %w", err).WithHint("make one with `dehug-relay keygen`")
	}
	return book, id, key, nil
}

// send opens the chain with the key, sends something, and waits until it is in a block.
func (c *orderCommand) send(cmd *cobra.Command, do func(context.Context, *orders.Book, *send.Sender) (common.Hash, error)) error {
	ctx := cmd.Context()
	book, id, key, err := c.enter(ctx)
	if err != nil {
		return err
	}
	hash, err := do(ctx, book, send.New(book.Client(), id, key))
	if err != nil {
		return err
	}
	if err := book.Wait(ctx, hash); err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "dehug: done by transaction %s\n", hash)
	return nil
}

// approve lets the contract take so much, if it may not yet.
func approve(ctx context.Context, book *orders.Book, s *send.Sender, amount *big.Int) error {
	if amount.Sign() == 0 {
		return nil
	}
	allowed, err := book.Allowance(ctx, s.Address())
	if err != nil || allowed.Cmp(amount) >= 0 {
		return err
	}
	hash, err := book.Approve(ctx, s, amount)
	if err != nil {
		return err
	}
	return book.Wait(ctx, hash)
}

func (c *orderCommand) open() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "open SPECIFICATION",
		Short: "Order a job, and pay for it: prints the order's id",
		Long: `open checks a job's specification, opens an order for it, and prints the order's id. What
it costs is units × (the plan's fees + pay), taken out of your account, and an allowance is
given first if there is none. With --hub the specification, and the files of --block that it
names, are given to the relay; else put them, as IPFS blocks, where its sources have them.`,
		Args: oneArg("SPECIFICATION"),
	}
	flags := cmd.Flags()
	provider := flags.String("provider", "", "`ADDRESS` of who is to do it (required)")
	at := flags.String("relay", "", "`ADDRESS` that the relay's sessions and orders are for (required)")
	arbiter := flags.String("arbiter", "", "`ADDRESS` of who decides when you dispute; nobody when not given: then what is delivered is paid")
	plan := flags.String("plan", "", "`ID` of the model's plan (required)")
	version := flags.String("version", "", "`ID` of the model's version on chain (required)")
	units := flags.Uint32("units", 1, "how many of the plan's units the job has")
	pay := flags.Uint64("pay", 0, "`AMOUNT` for the provider, for a unit, in the smallest unit of a dollar")
	bond := flags.Uint64("bond", 0, "`AMOUNT` that the provider loses when it does not deliver")
	fee := flags.Uint64("fee", 0, "`AMOUNT` for the arbiter's decision, at most the bond")
	accept := flags.Duration("accept-within", time.Hour, "`how long` the provider may take to accept")
	deliver := flags.Duration("deliver-within", 24*time.Hour, "`how long` it may take to deliver, from now on")
	review := flags.Duration("review", 24*time.Hour, "`how long` you have to look at the result: a day to 90")
	ruling := flags.Duration("ruling", 24*time.Hour, "`how long` the arbiter has to decide: a day to 90")
	blocks := flags.StringSlice("block", nil, "`FILE` with a block that the specification names; may be repeated")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		doc, err := os.ReadFile(args[0])
		if err != nil {
			return relay.FileError(err)
		}
		job, err := spec.Parse(doc)
		if err != nil {
			return relay.Errorf(relay.CodeInvalid, "%s: %w", args[0], err).WithHint("relay/spec/SPEC.md says what a specification is; its one form has no white space")
		}
		t := orders.Terms{Units: *units, Pay: *pay, Bond: new(big.Int).SetUint64(*bond), Fee: new(big.Int).SetUint64(*fee), Job: common.Hash(spec.Digest(doc)), Review: uint32(review.Seconds())}
		rand.Read(t.Salt[:])
		for flag, into := range map[string]*common.Address{*provider: &t.Provider, *at: &t.Relay} {
			address, err := manifest.ParsePastedAddress(flag)
			if err != nil {
				return relay.Errorf(relay.CodeInvalid, "--provider and --relay are addresses, not %q", flag)
			}
			*into = common.Address(address)
		}
		if *arbiter != "" {
			address, err := manifest.ParsePastedAddress(*arbiter)
			if err != nil {
				return relay.Errorf(relay.CodeInvalid, "--arbiter: %q is no address", *arbiter)
			}
			t.Arbiter, t.Ruling = common.Address(address), uint32(ruling.Seconds())
		}
		for flag, into := range map[string]*common.Hash{*plan: &t.Plan, *version: &t.Version} {
			id, err := orderID(flag)
			if err != nil {
				return relay.Errorf(relay.CodeInvalid, "--plan and --version are ids on chain, not %q", flag).WithHint("the model's page has them, and /api/v1/models/OWNER/NAME")
			}
			*into = common.Hash(id)
		}
		var id receipt.Hash
		err = c.send(cmd, func(ctx context.Context, book *orders.Book, s *send.Sender) (common.Hash, error) {
			if t.Payer = s.Address(); !job.MayPublish(t.Payer.Hex()) {
				return common.Hash{}, relay.Errorf(relay.CodeInvalid, "%s: training.publish.authors: %s is not among them", args[0], t.Payer).WithHint("name yourself: only an author may publish what comes of it")
			}
			now, err := book.Now(ctx)
			if err != nil {
				return common.Hash{}, err
			}
			end := now.Add(max(*accept, *deliver)).Unix()
			if end > math.MaxUint32 {
				return common.Hash{}, relay.Errorf(relay.CodeInvalid, "--deliver-within %s is too long", *deliver)
			}
			t.AcceptBy, t.DeliverBy = uint32(now.Add(*accept).Unix()), uint32(now.Add(*deliver).Unix())
			id = book.ID(t)
			in, price, err := book.Price(ctx, t)
			if err != nil {
				return common.Hash{}, err
			}
			if in != book.Dollar() {
				return common.Hash{}, relay.Errorf(relay.CodeInvalid, "the plan is paid in token %s", in).WithHint("choose one in dollars, %s", book.Dollar())
			}
			if err := approve(ctx, book, s, price); err != nil {
				return common.Hash{}, err
			}
			return book.Send(ctx, s, orders.PackOpen(t))
		})
		if err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), common.Hash(id).Hex())
		if c.hub == "" {
			fmt.Fprintf(cmd.ErrOrStderr(), "dehug: the specification is block %s: put it where the relay's sources have it\n", spec.Digest(doc).RawCID())
		} else {
			if err := c.put(cmd.Context(), id, doc); err != nil {
				return err
			}
			for _, name := range *blocks {
				data, err := os.ReadFile(name)
				if err != nil {
					return relay.FileError(err)
				}
				if err := c.put(cmd.Context(), id, data); err != nil {
					return err
				}
			}
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "dehug: watch it with `dehug-relay order show %s`\n", common.Hash(id).Hex())
		return nil
	}
	return cmd
}

// seenWithin is how long a relay may take to see an order that is on chain.
const seenWithin = 2 * time.Minute

// put gives the relay a block of an order's, once it has seen that.
func (c *orderCommand) put(ctx context.Context, id receipt.Hash, data []byte) error {
	ctx, stop := context.WithTimeout(ctx, seenWithin)
	defer stop()
	at := fmt.Sprintf("%s/api/v1/orders/%s/blocks/%s", strings.TrimRight(c.hub, "/"), common.Hash(id).Hex(), manifest.DigestOf(data).RawCID())
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodPut, at, bytes.NewReader(data))
		if err != nil {
			return relay.Errorf(relay.CodeInvalid, "--hub: %w", err)
		}
		req.Header.Set("Content-Type", "application/octet-stream")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return relay.Errorf(relay.CodeUnavailable, "the relay: %w", err)
		}
		text, _ := io.ReadAll(io.LimitReader(res.Body, 4096)) // what it says is for people
		res.Body.Close()
		switch res.StatusCode {
		case http.StatusNoContent:
			return nil
		case http.StatusNotFound:
		case http.StatusConflict:
			return nil // it had it before, and is further
		default:
			return relay.Errorf(relay.CodeUnavailable, "the relay did not take block %s: %s %s", manifest.DigestOf(data).RawCID(), res.Status, text)
		}
		select {
		case <-ctx.Done():
			return relay.Errorf(relay.CodeUnavailable, "the relay has not seen the order within %s", seenWithin).WithHint("does it follow this chain?")
		case <-time.After(500 * time.Millisecond):
		}
	}
}

func (c *orderCommand) show() *cobra.Command {
	cmd := &cobra.Command{Use: "show ID", Short: "Say how far an order is", Args: oneArg("ID")}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		id, err := orderID(args[0])
		if err != nil {
			return err
		}
		book, _, err := openBook(cmd.Context(), c.rpc, c.deployment, c.signer)
		if err != nil {
			return err
		}
		t, err := book.Find(cmd.Context(), id)
		if err != nil {
			return err
		}
		state, err := book.State(cmd.Context(), id)
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		fmt.Fprintf(out, "state      %s", state)
		if !state.Due.IsZero() {
			fmt.Fprintf(out, " until %s", state.Due.UTC().Format(time.RFC3339))
		}
		fmt.Fprintf(out, "\npayer      %s\nprovider   %s\nrelay      %s\n", t.Payer, t.Provider, t.Relay)
		if t.Arbiter != (common.Address{}) {
			fmt.Fprintf(out, "arbiter    %s, for %s\n", t.Arbiter, t.Fee)
		}
		fmt.Fprintf(out, "job        %s\nunits      %d, %d each for the provider\nbond       %s\n", manifest.Digest(t.Job).RawCID(), t.Units, t.Pay, t.Bond)
		result, err := book.Result(cmd.Context(), id)
		if err != nil {
			return err
		}
		if result != (receipt.Hash{}) {
			fmt.Fprintf(out, "result     %s\n", manifest.Digest(result).RawCID())
		}
		if c.hub == "" {
			return nil
		}
		r, err := c.atRelay(cmd.Context(), id)
		if err != nil {
			return err
		}
		if r != nil {
			fmt.Fprintf(out, "the relay  %s %s %s %s %s %s\n", r.State, r.Code, r.Prediction, r.Status, r.Failure, r.Reason)
		}
		return nil
	}
	return cmd
}

// orderRun is what a relay says that it does about an order.
type orderRun struct{ State, Code, Reason, Prediction, Status, Failure string }

// atRelay asks the relay what it does about an order; nil where it has not looked at it.
func (c *orderCommand) atRelay(ctx context.Context, id receipt.Hash) (*orderRun, error) {
	text, err := readDocument(ctx, fmt.Sprintf("%s/api/v1/orders/%s", strings.TrimRight(c.hub, "/"), common.Hash(id).Hex()), "", 64<<10)
	if err != nil {
		return nil, err
	}
	var view struct{ Run *orderRun }
	if err := json.Unmarshal(text, &view); err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "the relay's answer: %w", err)
	}
	return view.Run, nil
}

func (c *orderCommand) publish() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "publish ID",
		Short: "Publish what an ordered training made: at the relay, and on chain as a version of your model",
		Long: `publish takes the result whose digest was delivered on chain, has the relay publish the release
that it names (your upload there), and adds that to the model on chain, with the version that
was trained further as its parent. It prints the new version's id. Called again it goes on where
it ended. On chain only the model's owner may; of what was made of somebody else's model the
relay's page makes one of your own.`,
		Args: oneArg("ID"),
	}
	from := cmd.Flags().StringSlice("source", []string{"http://" + gatewayAddress}, "`URL` of the relay's gateway, which has the new manifest; may be repeated")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ctx := cmd.Context()
		id, err := orderID(args[0])
		if err != nil {
			return err
		}
		if c.hub == "" {
			return relay.Errorf(relay.CodeInvalid, "nowhere to find what was made").WithHint("name the relay's site with --hub")
		}
		blocks, err := sources(*from)
		if err != nil {
			return err
		}
		book, chainID, key, err := c.enter(ctx)
		if err != nil {
			return err
		}
		t, err := book.Find(ctx, id)
		if err != nil {
			return err
		}
		made, err := c.finish(ctx, book, key, blocks, id)
		if err != nil {
			return err
		}
		doc, err := blocks.Get(ctx, made.Manifest)
		if err != nil {
			return relay.Errorf(relay.ErrorCode(err), "the new manifest: %w", err).WithHint("name the relay's gateway with --source")
		}
		m, err := manifest.Parse(doc)
		if err != nil {
			return relay.Errorf(relay.CodeUnverified, "the new manifest: %w", err)
		}
		v, err := book.Successor(ctx, t.Version, m, made.Manifest.Digest())
		if err != nil {
			return err
		}
		if !v.Known {
			hash, err := book.Publish(ctx, send.New(book.Client(), chainID, key), v)
			if err == nil {
				err = book.Wait(ctx, hash)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "dehug: %s %s is on chain by transaction %s\n", m.Name, m.Version, hash)
		}
		fmt.Fprintln(cmd.OutOrStdout(), v.ID.Hex())
		return nil
	}
	return cmd
}

// finish has the relay publish what a training made that was delivered for an order: the result is a block of the digest that is on chain.
func (c *orderCommand) finish(ctx context.Context, book *orders.Book, key *ethsig.Key, blocks relay.Source, id receipt.Hash) (*spec.TrainingResult, error) {
	delivered, err := book.Result(ctx, id)
	if err != nil {
		return nil, err
	}
	if delivered == (receipt.Hash{}) {
		return nil, relay.Errorf(relay.CodeConflict, "nothing was delivered for the order").WithHint("`dehug-relay order show` says how far it is")
	}
	doc, err := blocks.Get(ctx, manifest.Digest(delivered).RawCID())
	if err != nil {
		return nil, relay.Errorf(relay.ErrorCode(err), "what was delivered: %w", err).WithHint("name the relay's gateway with --source")
	}
	result, err := spec.ParseResult(doc)
	if err != nil {
		return nil, relay.Errorf(relay.CodeUnverified, "what was delivered: %w", err)
	}
	if result.Training == nil {
		return nil, relay.Errorf(relay.CodeInvalid, "the order is of kind %s: only a training makes what can be published", result.Kind)
	}
	r, err := c.atRelay(ctx, id)
	if err != nil {
		return nil, err
	}
	if r == nil || r.Prediction == "" {
		return nil, relay.Errorf(relay.CodeNotFound, "the relay did nothing for the order").WithHint("--hub is to name the one that the order is for")
	}
	client, err := purse.NewClient(c.hub, key)
	if err != nil {
		return nil, err
	}
	return result.Training, client.Finish(ctx, r.Prediction, result.Training.Manifest) // the upload has the prediction's id
}

func (c *orderCommand) list() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List orders of a payer, of a provider, or all, as the chain says them", Args: cobra.NoArgs}
	payer := cmd.Flags().String("payer", "", "`ADDRESS`: only this account's")
	provider := cmd.Flags().String("provider", "", "`ADDRESS`: only those for this account to do")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		var of [2]*common.Address
		for i, text := range []string{*payer, *provider} {
			if text == "" {
				continue
			}
			address, err := manifest.ParsePastedAddress(text)
			if err != nil {
				return relay.Errorf(relay.CodeInvalid, "%q is no address", text)
			}
			of[i] = new(common.Address)
			*of[i] = common.Address(address)
		}
		book, _, err := openBook(cmd.Context(), c.rpc, c.deployment, c.signer)
		if err != nil {
			return err
		}
		all, err := book.List(cmd.Context(), of[0], of[1])
		if err != nil {
			return err
		}
		for _, t := range all {
			id := book.ID(t)
			state, err := book.State(cmd.Context(), id)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s  %-9s  payer %s  provider %s  %d units\n", common.Hash(id).Hex(), state, t.Payer, t.Provider, t.Units)
		}
		return nil
	}
	return cmd
}

// contradiction is two receipts of one provider that cannot both be true.
type contradiction struct {
	Receipts []receipt.Receipt `json:"receipts"`
}

func (c *orderCommand) slash() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "slash FILE",
		Short: "Show the contract two results that a provider signed for one order: its payer gets money and bond",
		Long: `slash takes a file with two receipts, as verify-receipt --against writes it. Anybody may do
it, as long as the order has not ended; whoever does gets nothing for it but pays for gas.`,
		Args: oneArg("FILE"),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		text, err := os.ReadFile(args[0])
		if err != nil {
			return relay.FileError(err)
		}
		var found contradiction
		if err := json.Unmarshal(text, &found); err != nil || len(found.Receipts) != 2 {
			return relay.Errorf(relay.CodeInvalid, "%s is not two receipts", args[0]).WithHint("`dehug-relay verify-receipt ONE --against OTHER` writes such a file")
		}
		return c.send(cmd, func(ctx context.Context, book *orders.Book, s *send.Sender) (common.Hash, error) {
			return book.Slash(ctx, s, found.Receipts[0], found.Receipts[1])
		})
	}
	return cmd
}

// checkAgainst looks whether another receipt contradicts one, and writes both to a file if so.
func checkAgainst(ctx context.Context, out io.Writer, r *receipt.Receipt, from, bearer, file string) error {
	text, err := readDocument(ctx, from, bearer, receipt.MaxReceipt)
	if err != nil {
		return err
	}
	other, err := receipt.Parse(text)
	if err != nil {
		return err
	}
	if !r.Contradicts(other) {
		fmt.Fprintln(out, "it does not contradict the other one")
		return nil
	}
	text, err = json.MarshalIndent(contradiction{[]receipt.Receipt{*r, *other}}, "", "  ")
	if err == nil {
		err = os.WriteFile(file, append(text, '\n'), 0o644)
	}
	if err != nil {
		return relay.FileError(err)
	}
	hint := "both are in " + file
	if r.Mode == receipt.Order {
		hint += ": `dehug-relay order slash` shows them to the contract"
	}
	return relay.Errorf(relay.CodeUnverified, "%s signed two results for one question", r.Provider).WithHint("%s", hint)
}
