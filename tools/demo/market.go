package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/dehug/dehug/manifest"
)

// Accounts of the chain, by what they do. 0 deployed it; the other authors are named with their models.
const (
	faceAuthor = 1
	forkAuthor = 5
	buyer      = 6
	operator   = 7 // stands for another relay that sells use, and for who evaluates for the challenge
	newcomer   = 9 // whose key pages give to who has no wallet
	payer      = 0 // pays for what others sign; it is there, and has ETH. It is the relay's key as well
	curator    = 2 // of the model that was made from the first
)

// workers are accounts of providers, and what they ask for a run.
var workers = []struct {
	account int
	pay     string
}{{3, "3000"}, {8, "2500"}}

// market is the chain, and the process that publishes and buys there.
type market struct {
	Accounts []struct{ Address, Key string } `json:"accounts"`

	season challenge

	in   io.WriteCloser
	out  *bufio.Scanner
	wait func() error
}

// openMarket starts the chain, keeps its accounts' keys in files, and starts the process that speaks to it.
func (d *demo) openMarket(ctx context.Context, relay, address string) error {
	log := filepath.Join(d.data, "chain.log")
	if err := d.children.start(ctx, "http://"+address+"/", log, relay, "devnet", "--json", "--listen", address); err != nil {
		return err
	}
	line, err := firstLine(ctx, log)
	if err != nil {
		return err
	}
	d.market = &market{}
	if err := json.Unmarshal(line, d.market); err != nil || len(d.market.Accounts) < 10 {
		return fmt.Errorf("dehug-relay devnet: got %.200q: %w", line, err)
	}
	for i, a := range d.market.Accounts {
		if err := os.WriteFile(d.key(i), []byte(strings.TrimPrefix(a.Key, "0x")+"\n"), 0o600); err != nil {
			return err
		}
	}
	// It ends with its input, which ends with us.
	cmd := exec.CommandContext(ctx, "node", filepath.Join("tools", "demo", "market.mjs"), string(line))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	d.market.in, d.market.out, d.market.wait = in, bufio.NewScanner(out), cmd.Wait
	d.market.out.Buffer(nil, 4<<20) // a picture is in what was asked
	return nil
}

// close ends the process.
func (m *market) close() {
	m.in.Close()
	m.wait()
}

// firstLine waits for a log to have one.
func firstLine(ctx context.Context, log string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for {
		text, err := os.ReadFile(log)
		if err != nil {
			return nil, err
		}
		if line, _, ended := bytes.Cut(text, []byte("\n")); ended {
			return line, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s stays empty: %w", log, ctx.Err())
		case <-time.After(pollTime):
		}
	}
}

// address is an account's, in the letter case that manifests have.
func (m *market) address(account int) string {
	var a manifest.Address
	digits, _ := strings.CutPrefix(m.Accounts[account].Address, "0x")
	if _, err := hex.Decode(a[:], []byte(digits)); err != nil {
		panic("demo: the devnet's accounts have addresses")
	}
	return a.String()
}

// key is the file with an account's key.
func (d *demo) key(account int) string {
	return filepath.Join(d.data, fmt.Sprintf("account-%d.key", account))
}

// answer is what it says.
type answer struct {
	Version, Error, Prediction string
	Request, Receipt           json.RawMessage
	Steps                      []string
}

// ask has the process do one thing.
func (m *market) ask(ctx context.Context, what string, request any) (answer answer, err error) {
	if err := ctx.Err(); err != nil {
		return answer, err
	}
	line, err := json.Marshal(map[string]any{what: request})
	if err != nil {
		return answer, err
	}
	if _, err := m.in.Write(append(line, '\n')); err != nil {
		return answer, err
	}
	if !m.out.Scan() {
		return answer, errors.Join(errors.New("tools/demo/market.mjs ended"), m.out.Err())
	}
	if err := json.Unmarshal(m.out.Bytes(), &answer); err != nil {
		return answer, err
	}
	if answer.Error != "" {
		return answer, fmt.Errorf("%s on chain: %s", what, answer.Error)
	}
	return answer, nil
}

// publish registers a version, and sells use of a new model where price, of a unit in millionths of a dollar, is given. It returns the
// version's id.
func (m *market) publish(ctx context.Context, account int, manifest, gateway, price string) (string, error) {
	a, err := m.ask(ctx, "publish", map[string]any{"account": account, "manifest": manifest, "gateway": gateway, "plan": price})
	return a.Version, err
}

// A challenge, as the relay reads it.
type challenge struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Text      string    `json:"text"`
	Task      string    `json:"task"`
	Dataset   string    `json:"dataset"`
	Metric    string    `json:"metric"`
	Better    string    `json:"better"`
	Evaluator string    `json:"evaluator"`
	Begins    time.Time `json:"begins"`
	Ends      time.Time `json:"ends"`
	Places    int       `json:"places"`
}

// seasonOf is the quarter of a year that a moment is in: its number, when it begins, and when the next one does.
func seasonOf(at time.Time) (quarter int, begins, ends time.Time) {
	year, month, _ := at.UTC().Date()
	quarter = (int(month) + 2) / 3
	begins = time.Date(year, time.Month(3*quarter-2), 1, 0, 0, 0, 0, time.UTC)
	return quarter, begins, begins.AddDate(0, 3, 0)
}

// openChallenge writes the season's challenge for the relay, and returns the file. Its metric is one that anybody can count again from a
// manifest, so that what is attested is true without data that the demo would have to fetch.
func (d *demo) openChallenge(now time.Time) (string, error) {
	quarter, begins, ends := seasonOf(now)
	d.market.season = challenge{
		ID: fmt.Sprintf("light-%d-q%d", begins.Year(), quarter), Title: fmt.Sprintf("Light models, quarter %d of %d", quarter, begins.Year()),
		Text: "What a page waits for is bytes. Which model does its work with the fewest?\nAny task counts. The evaluator adds up the ONNX files in a version's manifest, " +
			"and attests the sum on chain with the manifest's digest as evidence: count again.",
		Task: "any", Dataset: "the release's manifest", Metric: "bytes of ONNX files", Better: "lower",
		Evaluator: d.market.address(operator), Begins: begins, Ends: ends, Places: 3,
	}
	text, err := json.Marshal([]challenge{d.market.season})
	if err != nil {
		return "", err
	}
	file := filepath.Join(d.data, "challenges.json")
	return file, os.WriteFile(file, text, 0o644)
}

// enter has the evaluator attest what the challenge asks of a version.
func (m *market) enter(ctx context.Context, version, manifest, gateway string) error {
	_, err := m.ask(ctx, "evaluate", map[string]any{"version": version, "manifest": manifest, "gateway": gateway,
		"task": m.season.Task, "dataset": m.season.Dataset, "metric": m.season.Metric})
	return err
}

// use buys units of a version's model, and uses and pays them.
func (m *market) use(ctx context.Context, payer int, version string, units int) error {
	_, err := m.ask(ctx, "use", map[string]any{"payer": payer, "version": version, "units": units})
	return err
}

// carefulCard is what the author of the model that was made from the first says of it.
const carefulCard = `# Careful faces

BlazeFace with another threshold: a face is shown from 0.9 on, not from 0.75. It misses some that the original finds, and takes fewer other things for faces: for
counting people, not for finding all of them.

The ONNX file is that of the model it was made from, byte for byte; **Lineage** has it, with its card, which says what goes in and out. Run it as
you would run that one: on this page, by the tag under **Use**, or here by a provider, who is paid by the run. Of what is paid, shares go to the author of the
original and to a curator: **Ownership** has the split.

License: Apache-2.0, in LICENSE, as the original's.
`

// sell puts the first model on chain, a second version of it, one that somebody else made from that, and some use. What does not
// work is said: the site does without.
func (d *demo) sell(ctx context.Context, relay, data, site, gateway string, face published) {
	err := func() error {
		first, err := d.market.publish(ctx, faceAuthor, face.Manifest, gateway, "20000")
		if err != nil {
			return err
		}
		if err := d.market.enter(ctx, first, face.Manifest, gateway); err != nil {
			return err
		}
		if err := d.market.use(ctx, buyer, first, 40); err != nil {
			return err
		}
		second, _, err := d.variant(ctx, relay, data, gateway, faceAuthor, first, "", "", func(about map[string]any) {
			about["version"], about["created"] = "1.1.0", "2026-02-03T10:00:00Z"
			about["summary"] = about["summary"].(string) + " Misses fewer small faces."
			params(about)["score-threshold"] = 0.6
		})
		if err != nil {
			return err
		}
		careful, said, err := d.variant(ctx, relay, data, gateway, forkAuthor, second, "15000", carefulCard, func(about map[string]any) {
			about["name"], about["title"], about["created"] = "careful-faces", "Careful faces", "2026-02-10T10:00:00Z"
			about["summary"] = "BlazeFace that is surer of what it shows: for counting people, not for finding all of them."
			about["royalty"] = 250
			about["authors"] = []any{
				map[string]any{"address": d.market.address(forkAuthor), "role": "author", "share": 600_000},
				map[string]any{"address": d.market.address(faceAuthor), "role": "author", "share": 300_000},
				map[string]any{"address": d.market.address(curator), "role": "curator", "share": 100_000},
			}
			params(about)["score-threshold"] = 0.9
		})
		if err != nil {
			return err
		}
		if err := d.market.enter(ctx, careful, said.Manifest, gateway); err != nil {
			return err
		}
		return d.pay(ctx, relay, site, gateway, careful, said.Manifest)
	}()
	if err != nil && ctx.Err() == nil {
		fmt.Printf("without all of the market: %v\n", err)
	}
}

func params(about map[string]any) map[string]any {
	return about["task"].(map[string]any)["params"].(map[string]any)
}

// variant publishes the first model with another authoring file, and another card where one is given, made from the version with the id parent.
func (d *demo) variant(ctx context.Context, relay, data, gateway string, author int, parent, price, card string, change func(map[string]any)) (version string, said published, err error) {
	source := filepath.Join(".cache", "release", "blazeface")
	text, err := os.ReadFile(filepath.Join(source, "model.json"))
	if err != nil {
		return "", said, err
	}
	var about map[string]any
	if err := json.Unmarshal(text, &about); err != nil {
		return "", said, err
	}
	about["parents"] = []any{map[string]any{"versionId": strings.TrimPrefix(parent, "0x")}}
	change(about)
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(about); err != nil {
		return "", said, err
	}
	folder, err := os.MkdirTemp(d.data, "variant-")
	if err != nil {
		return "", said, err
	}
	defer os.RemoveAll(folder)
	if err := os.CopyFS(folder, os.DirFS(source)); err != nil {
		return "", said, err
	}
	if err := os.WriteFile(filepath.Join(folder, "model.json"), b.Bytes(), 0o644); err != nil {
		return "", said, err
	}
	if card != "" {
		if err := os.WriteFile(filepath.Join(folder, "README.md"), []byte(card), 0o644); err != nil {
			return "", said, err
		}
	}
	said, err = d.publish(ctx, relay, data, folder, author)
	if err != nil {
		return "", said, err
	}
	version, err = d.market.publish(ctx, author, said.Manifest, gateway, price)
	return version, said, err
}

// pay has two providers run the model that was made from the first, and shows the way of the money: the test wallet buys, locks and runs; whoever
// has the request replays the run; the relay settles; author, curator and provider withdraw.
func (d *demo) pay(ctx context.Context, relay, site, gateway, version, manifest string) error {
	var accounts []int
	for _, w := range workers {
		name := fmt.Sprintf("provider-%d", w.account)
		if err := d.serve(ctx, name, site+"/healthz", relay, "provider", "--relay", site, "--key", d.key(w.account), "--model", manifest+"="+w.pay, "--source", gateway,
			"--data", filepath.Join(d.data, name), "--capacity", "1"); err != nil {
			return err
		}
		accounts = append(accounts, w.account)
	}
	ran, err := d.market.ask(ctx, "run", map[string]any{"payer": newcomer, "version": version, "manifest": manifest, "site": site})
	if err != nil {
		return err
	}
	fmt.Println("\nA run by a provider, paid by the test wallet:")
	say := func(steps ...string) {
		for _, step := range steps {
			fmt.Println("  " + step)
		}
	}
	say(ran.Steps...)
	receipt, request := filepath.Join(d.data, "receipt.json"), filepath.Join(d.data, "request.json")
	for file, text := range map[string][]byte{receipt: ran.Receipt, request: ran.Request} {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
	}
	verified, err := output(ctx, relay, "verify-receipt", receipt, "--request", request, "--source", gateway, "--data", filepath.Join(d.data, "auditor"))
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(verified)), "\n")
	say("verify-receipt: " + lines[len(lines)-1])
	settled, err := d.market.ask(ctx, "withdraw", map[string]any{"payer": newcomer, "version": version, "site": site, "prediction": ran.Prediction, "accounts": accounts})
	if err != nil {
		return err
	}
	say(settled.Steps...)
	return nil
}
