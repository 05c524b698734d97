package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/work"
)

func newVerifyReceipt() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify-receipt FILE|URL",
		Short: "Check a receipt's signatures, and replay the run that it is about",
		Long: `verify-receipt checks who signed a receipt, fetches the model that it names, runs it again on
the input, in strict mode, and compares the result's hash bit for bit with the one that the
provider signed.

The input is the request as it was sent: a JSON file with "input", or the "spec" of a job by
specification, and "salt" unless --salt gives it. Without --request only the signatures are
checked. A file of evidence that somebody made of a mismatch, here or in a browser, brings its
request along: it is checked, and with --source replayed, like the receipt in it.

It ends with 0 when all of it holds, and with 3 when something is not what it says. Then, with
--key, evidence of that, signed by you, is written to a file: whoever has it can replay the run.`,
		Example: `  dehug-relay verify-receipt receipt.json --request request.json --source https://blocks.example
  dehug-relay verify-receipt https://hub.example/api/v1/receipts/0198… --bearer dhk_… \
    --request request.json --source https://blocks.example
  dehug-relay verify-receipt evidence.json --source https://blocks.example`,
		Args: oneArg("FILE or URL"),
	}
	data := dataFlag(cmd)
	flags := cmd.Flags()
	requestFile := flags.String("request", "", "`FILE` with the request: {\"input\": …, \"salt\": …}")
	salt := flags.String("salt", "", "the request's `SALT`, where the file has none")
	from := flags.StringSlice("source", nil, "`URL` of a gateway to fetch the model from; may be repeated")
	bearer := flags.String("bearer", "", "`KEY` for the relay that has the receipt; better by DEHUG_BEARER")
	keyFile := flags.String("key", "", "`FILE` with your key, to sign evidence with")
	proof := flags.String("proof", "", "`FILE|URL` with the proof that it is in a settlement, as the relay gives it: …/receipts/ID/proof")
	against := flags.String("against", "", "`FILE|URL` with another receipt of the same provider: two results for one question are written to --contradiction")
	contradicts := flags.String("contradiction", "contradiction.json", "`FILE` to write two receipts to that contradict each other")
	evidence := flags.String("evidence", "evidence.json", "`FILE` to write evidence to")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		text, err := readDocument(cmd.Context(), args[0], *bearer, receipt.MaxEvidence)
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		claim, about, err := parseReceiptFile(text)
		if err != nil {
			return err
		}
		r := about.Receipt
		fmt.Fprintf(out, "signed by provider %s\n", r.Provider)
		if r.RelaySignature != "" {
			fmt.Fprintf(out, "countersigned by relay %s\n", r.Relay)
		}
		if *proof != "" {
			if err := checkProof(cmd.Context(), out, r, *proof, *bearer); err != nil {
				return err
			}
		}
		if *against != "" {
			if err := checkAgainst(cmd.Context(), out, r, *against, *bearer, *contradicts); err != nil {
				return err
			}
		}
		if claim {
			fmt.Fprintf(out, "evidence against it by %s, with %s\n", about.By, about.Program)
		}
		if *requestFile == "" && (!claim || len(*from) == 0) {
			return nil
		}
		if r.Assurance != receipt.Replayable || r.Mode != receipt.Strict && !spec.Replayable(r.Mode) {
			return relay.Errorf(relay.CodeInvalid, "the receipt is %s, of mode %s: only strict mode gives the same bits again", r.Assurance, r.Mode)
		}
		if !claim {
			if err := readRequest(*requestFile, *salt, about); err != nil {
				return err
			}
		}
		inputs, err := receipt.DecodeTensors(about.Input)
		if err != nil {
			return err
		}
		if receipt.RequestHash(about.Salt, about.Input) != r.Request {
			return relay.Errorf(relay.CodeUnverified, "the receipt is about another request").WithHint("is it this input, and this salt?")
		}
		e, err := openEngine(*data, *from)
		if err != nil {
			return err
		}
		defer e.Close()
		again := e.Run
		if spec.IsMode(r.Mode) {
			again = (&work.Worker{Engine: e}).Run
		}
		answer, err := again(cmd.Context(), engine.Question{Manifest: r.Manifest, Mode: r.Mode, Inputs: inputs})
		if err != nil {
			return relay.Errorf(relay.CodeInternal, "replaying: %w", err)
		}
		about.Plan = answer.Plan
		if about.Output, err = receipt.EncodeTensors(answer.Outputs); err != nil {
			return err
		}
		var found string
		switch hash := receipt.Hash(receipt.ResultHash(about.Output)); {
		case answer.Plan != r.Plan:
			found = fmt.Sprintf("the plan is %x here and %x in the receipt", answer.Plan, r.Plan)
		case hash != r.Result:
			found = fmt.Sprintf("the result is %x here and %x in the receipt", hash, r.Result)
		default:
			fmt.Fprintf(out, "replayed: the same %d bytes, sha256 %x\n", len(about.Output), hash)
			return nil
		}
		if *keyFile != "" {
			if err := writeEvidence(*evidence, *keyFile, about); err != nil {
				return err
			}
			fmt.Fprintln(cmd.ErrOrStderr(), "dehug: evidence is in "+*evidence)
		}
		return relay.Errorf(relay.CodeUnverified, "%s", found).WithHint("the provider signed what this program does not compute; another version of it has other plans")
	}
	return cmd
}

// maxProof is how many bytes a proof has at most, with all that is said of the settlement.
const maxProof = 16 << 10

// checkProof tells whether a receipt is in a settlement. That this is on chain, the transaction has to show.
func checkProof(ctx context.Context, out io.Writer, r *receipt.Receipt, from, bearer string) error {
	text, err := readDocument(ctx, from, bearer, maxProof)
	if err != nil {
		return err
	}
	var p struct {
		Settlement struct {
			ID, State, Transaction string
			Receipts               int
			Root                   receipt.Hash
		}
		Place int
		Path  []receipt.Hash
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return relay.Errorf(relay.CodeInvalid, "%s: %w", from, err)
	}
	leaf, err := r.Leaf()
	if err != nil {
		return err
	}
	if err := receipt.CheckProof(leaf, p.Place, p.Settlement.Receipts, p.Path, p.Settlement.Root); err != nil {
		return err
	}
	fmt.Fprintf(out, "in settlement %s, at place %d of %d under root %x, %s", p.Settlement.ID, p.Place, p.Settlement.Receipts, p.Settlement.Root, p.Settlement.State)
	if p.Settlement.Transaction != "" {
		fmt.Fprintf(out, " by transaction %s", p.Settlement.Transaction)
	}
	fmt.Fprintln(out)
	return nil
}

// readDocument reads what is in a file or at an address.
func readDocument(ctx context.Context, from, bearer string, most int64) ([]byte, error) {
	if !strings.HasPrefix(from, "http://") && !strings.HasPrefix(from, "https://") {
		text, err := os.ReadFile(from)
		if err != nil {
			return nil, relay.FileError(err)
		}
		return text, nil
	}
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "%w", err)
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, relay.Errorf(relay.CodeUnavailable, "%w", err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, most+1))
	if err != nil {
		return nil, relay.Errorf(relay.CodeUnavailable, "%w", err)
	}
	if res.StatusCode != http.StatusOK {
		return nil, relay.Errorf(relay.CodeNotFound, "%s: %s", from, res.Status).WithHint("receipts are for payer and provider: --bearer with a key that may run")
	}
	return text, nil
}

// parseReceiptFile reads a receipt, or evidence that a replay of one gave something else. claim tells which it is.
func parseReceiptFile(text []byte) (claim bool, about *receipt.Evidence, err error) {
	var shape struct{ Receipt json.RawMessage }
	if json.Unmarshal(text, &shape) == nil && shape.Receipt != nil {
		about, err = receipt.ParseEvidence(text)
		return true, about, err
	}
	r, err := receipt.Parse(text)
	return false, &receipt.Evidence{Receipt: r}, err
}

// readRequest reads input and salt out of a request as it was sent.
func readRequest(name, salt string, into *receipt.Evidence) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return relay.FileError(err)
	}
	var request struct {
		Input map[string]receipt.TensorJSON
		Spec  json.RawMessage // of a job by specification, instead of an input
		Salt  string
	}
	if err := json.Unmarshal(text, &request); err != nil {
		return relay.Errorf(relay.CodeInvalid, "%s: %w", name, err)
	}
	if salt == "" {
		salt = request.Salt
	}
	if err := into.Salt.UnmarshalText([]byte(salt)); err != nil {
		return relay.Errorf(relay.CodeInvalid, "salt: %w", err).WithHint("the prediction says which it is")
	}
	var tensors []receipt.Tensor
	for name, t := range request.Input {
		tensor, err := t.Tensor(name)
		if err != nil {
			return err
		}
		tensors = append(tensors, tensor)
	}
	if request.Spec != nil {
		doc, err := spec.Canonical(request.Spec)
		if err != nil {
			return relay.Errorf(relay.CodeInvalid, "%s: spec: %w", name, err)
		}
		tensors = append(tensors, spec.Question(doc)...)
	}
	into.Input, err = receipt.EncodeTensors(tensors)
	return err
}

func writeEvidence(file, keyFile string, e *receipt.Evidence) error {
	key, err := ethsig.LoadKey(keyFile)
	if err != nil {
		return relay.Errorf(relay.CodeInvalid, "--key: %w", err)
	}
	e.Program = "dehug-relay " + relay.Build()
	if err := e.Sign(key); err != nil {
		return err
	}
	text, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
		return relay.FileError(err)
	}
	return nil
}
