package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/siwe"
)

func newVerifyReceipt() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify-receipt FILE|URL",
		Short: "Check a receipt's signatures, and replay the run that it is about",
		Long: `verify-receipt checks who signed a receipt, fetches the model that it names, runs it again on
the input, in strict mode, and compares the result's hash bit for bit with the one that the
provider signed.

The input is the request as it was sent: a JSON file with "input", and "salt" unless --salt
gives it. Without --request only the signatures are checked.

It ends with 0 when all of it holds, and with 3 when something is not what it says. Then, with
--key, a statement of that, signed by you, is written to a file.`,
		Example: `  dehug-relay verify-receipt receipt.json --request request.json --source https://blocks.example
  dehug-relay verify-receipt https://hub.example/api/v1/receipts/0198… --bearer dhk_… \
    --request request.json --source https://blocks.example`,
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
	evidence := flags.String("evidence", "evidence.json", "`FILE` to write evidence to")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		text, err := readDocument(cmd.Context(), args[0], *bearer, receipt.MaxReceipt)
		if err != nil {
			return err
		}
		r, err := receipt.Parse(text)
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		fmt.Fprintf(out, "signed by provider %s\n", r.Provider)
		if r.RelaySignature != "" {
			fmt.Fprintf(out, "countersigned by relay %s\n", r.Relay)
		}
		if *proof != "" {
			if err := checkProof(cmd.Context(), out, r, *proof, *bearer); err != nil {
				return err
			}
		}
		if *requestFile == "" {
			return nil
		}
		if r.Assurance != receipt.Replayable || r.Mode != receipt.Strict {
			return relay.Errorf(relay.CodeInvalid, "the receipt is %s, of mode %s: only strict mode gives the same bits again", r.Assurance, r.Mode)
		}
		inputs, salted, err := readRequest(*requestFile, *salt)
		if err != nil {
			return err
		}
		body, err := receipt.EncodeTensors(inputs)
		if err != nil {
			return err
		}
		if receipt.RequestHash(salted, body) != r.Request {
			return relay.Errorf(relay.CodeUnverified, "the receipt is about another request").WithHint("is it this input, and this salt?")
		}
		if len(*from) == 0 {
			return relay.Errorf(relay.CodeInvalid, "nowhere to fetch the model from").WithHint("give --source URL, the address of a gateway")
		}
		if _, err := sources(*from); err != nil {
			return err
		}
		e, err := engine.Open(filepath.Join(*data, "provider"), *from, 1)
		if err != nil {
			return err
		}
		defer e.Close()
		answer, err := e.Run(cmd.Context(), engine.Question{Manifest: r.Manifest, Mode: r.Mode, Inputs: inputs})
		if err != nil {
			return relay.Errorf(relay.CodeInternal, "replaying: %w", err)
		}
		result, err := receipt.EncodeTensors(answer.Outputs)
		if err != nil {
			return err
		}
		var found string
		switch hash := receipt.Hash(receipt.ResultHash(result)); {
		case answer.Plan != r.Plan:
			found = fmt.Sprintf("the plan is %x here and %x in the receipt", answer.Plan, r.Plan)
		case hash != r.Result:
			found = fmt.Sprintf("the result is %x here and %x in the receipt", hash, r.Result)
		default:
			fmt.Fprintf(out, "replayed: the same %d bytes, sha256 %x\n", len(result), hash)
			return nil
		}
		if *keyFile != "" {
			if err := writeEvidence(*evidence, *keyFile, r, salted, body, answer.Plan, result); err != nil {
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

// readRequest reads tensors and salt out of a request as it was sent.
func readRequest(name, salt string) (tensors []receipt.Tensor, salted [32]byte, err error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, salted, relay.FileError(err)
	}
	var request struct {
		Input map[string]receipt.TensorJSON
		Salt  string
	}
	if err := json.Unmarshal(text, &request); err != nil {
		return nil, salted, relay.Errorf(relay.CodeInvalid, "%s: %w", name, err)
	}
	if salt == "" {
		salt = request.Salt
	}
	var hash receipt.Hash
	if err := hash.UnmarshalText([]byte(salt)); err != nil {
		return nil, salted, relay.Errorf(relay.CodeInvalid, "salt: %w", err).WithHint("the prediction says which it is")
	}
	for name, t := range request.Input {
		tensor, err := t.Tensor(name)
		if err != nil {
			return nil, salted, err
		}
		tensors = append(tensors, tensor)
	}
	return tensors, hash, nil
}

// evidence is what somebody says who replayed a run and got something else. Everything that is needed to do it again is in it.
type evidence struct {
	Receipt   *receipt.Receipt `json:"receipt"`
	Salt      receipt.Hash     `json:"salt"`
	Input     []byte           `json:"input"`  // tensors in canonical form
	Plan      receipt.Hash     `json:"plan"`   // found
	Output    []byte           `json:"output"` // found
	Program   string           `json:"program"`
	By        string           `json:"by"`
	Signature string           `json:"signature"` // EIP-191, of all above as JSON without it
}

func writeEvidence(file, keyFile string, r *receipt.Receipt, salt [32]byte, input []byte, plan receipt.Hash, output []byte) error {
	key, err := ethsig.LoadKey(keyFile)
	if err != nil {
		return relay.Errorf(relay.CodeInvalid, "--key: %w", err)
	}
	e := evidence{Receipt: r, Salt: salt, Input: input, Plan: plan, Output: output, Program: relay.Build(), By: key.Address().String()}
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	signature := key.Sign(siwe.Hash(string(text)))
	e.Signature = "0x" + hex.EncodeToString(signature[:])
	var pretty bytes.Buffer
	if text, err = json.Marshal(e); err == nil {
		err = json.Indent(&pretty, text, "", "  ")
	}
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, append(pretty.Bytes(), '\n'), 0o644); err != nil {
		return relay.FileError(err)
	}
	return nil
}
