package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/chain/follow"
	"github.com/dehug/dehug/relay/chain/index"
	"github.com/dehug/dehug/relay/internal/leak"
	"github.com/dehug/dehug/relay/internal/postgres"
	"github.com/dehug/dehug/relay/internal/rows"
	"github.com/dehug/dehug/relay/store"
)

// asRelay makes this program the relay: tests start it as a process of its own, to kill it.
const asRelay = "DEHUG_TEST_AS_RELAY"

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(asRelay) != "":
		misbehave()
		main()
	case os.Getenv(asProvider) != "":
		provideBadly()
		return
	}
	code := leak.Run(postgres.Tests{M: m})
	_ = os.RemoveAll(built.dir) // "" where nothing was
	os.Exit(code)
}

// market does on a chain what people do: publishes, sells, redeems, moves, yanks.
type market struct {
	t     *testing.T
	chain *devnet.Chain
	rng   *rand.Rand
	made  []made // what was published, though the chain may have taken it back
}

type made struct {
	by   devnet.Account
	name string
}

// act is one thing that somebody does. On a chain that goes back, what it rests on may be gone: then it is not done.
func (m *market) act() {
	all := devnet.Accounts()
	by := all[1+m.rng.IntN(4)]
	registry, controller, nft := contract.NewModelRegistry(), contract.NewUsageController(), contract.NewModelNFT()
	d := m.chain.Deployment()
	at, dollar := d.Address("ModelRegistry"), d.Address("Dollar")
	send := func(to common.Address, data []byte) {
		ctx, stop := context.WithTimeout(m.t.Context(), 20*time.Second)
		defer stop()
		_, _ = deploy.Send(ctx, m.chain.Client(), by.Signer(), to, nil, data)
	}
	var model chain.ModelID
	what := 0
	if len(m.made) > 0 {
		which := m.made[m.rng.IntN(len(m.made))]
		model = chain.NewModelID(d.ChainID, at, which.by.Address, which.name)
		if what = m.rng.IntN(6); what < 3 && m.rng.IntN(4) > 0 {
			by = which.by
		}
	}
	switch what {
	case 0:
		m.made = append(m.made, made{by, fmt.Sprintf("m%d", len(m.made))})
		send(at, registry.PackPublish(contract.IModelRegistryPublication{Name: m.made[len(m.made)-1].name, Recipients: []common.Address{by.Address}, Parts: []uint32{1_000_000},
			Release: contract.IModelRegistryRelease{Version: "1.0.0", Manifest: [32]byte{byte(len(m.made))}, Root: [32]byte{byte(1 + len(m.made)%5)}},
			Plans:   []contract.PlanOffer{{Token: dollar, AuthorFee: big.NewInt(6), RelayFee: big.NewInt(1), ComputeCap: 3, UnitKind: [32]byte{'j'}, Transferable: true}}}))
	case 1:
		send(at, registry.PackPublishVersion(model, contract.IModelRegistryRelease{Version: fmt.Sprintf("1.%d.0", m.rng.IntN(9)), Manifest: [32]byte{byte(len(m.made))}, Root: [32]byte{1}}))
	case 2:
		send(d.Address("ModelNFT"), nft.PackTransferFrom(by.Address, all[1+m.rng.IntN(4)].Address, new(big.Int).SetBytes(model[:])))
	default:
		// Use that is bought, locked in a session and redeemed by the payer itself.
		bound := registry.Instance(m.chain.Client(), at)
		got, err := bind.Call(bound, &bind.CallOpts{Context: m.t.Context()}, registry.PackModelOf(model), registry.UnpackModelOf)
		if err != nil || got.Splitter == (common.Address{}) {
			return
		}
		plan := chain.NewPlanID(contract.PlanTerms{Model: model, Token: dollar, Payee: got.Splitter, AuthorFee: big.NewInt(6), RelayFee: big.NewInt(1), ComputeCap: 3,
			UnitKind: [32]byte{'j'}, Transferable: true})
		send(dollar, contract.NewDollar().PackApprove(d.Address("UsageController"), big.NewInt(1_000_000)))
		salt := [32]byte{byte(m.rng.IntN(256)), byte(m.rng.IntN(256))}
		head, err := m.chain.Client().HeaderByNumber(m.t.Context(), nil)
		if err != nil {
			return
		}
		send(d.Address("UsageController"), controller.PackOpenSessionPaying(contract.IUsageControllerSessionTerms{Payer: by.Address, Operator: by.Address, Plan: plan,
			SessionKey: by.Address, Units: 10, End: uint32(head.Time) + 3600, Salt: salt}))
		number := chain.SessionNumber(by.Address, salt)
		session := chain.NewSessionID(plan, by.Address, number)
		units := uint32(1 + m.rng.IntN(10))
		digest := chain.UsageDomain(d.ChainID, d.Address("UsageController")).Voucher(session, units, [32]byte{})
		vouchers, err := chain.Voucher{Session: number, Units: units, Signature: by.Signer().Sign(digest), Pays: []chain.Pay{{Amount: 2}}}.Append(nil)
		if err != nil {
			m.t.Fatal(err)
		}
		send(d.Address("UsageController"), controller.PackRedeem([]contract.IUsageControllerBatch{{Plan: plan, Operator: by.Address,
			Providers: []common.Address{by.Address}, Vouchers: vouchers}}))
	}
}

// While the chain is down the site is read as before, by a relay that was started since, too: also by one that pays for others.
func TestChainDown(t *testing.T) {
	c, err := devnet.Start(t.Context(), devnet.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	dir, at := t.TempDir(), c.URL() // which it has no more once it is closed
	text, err := json.Marshal(c.Deployment())
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "key")
	if err := os.WriteFile(filepath.Join(dir, "deployment.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if status := run(t.Context(), []string{"keygen", key}, io.Discard, io.Discard); status != 0 {
		t.Fatalf("keygen = %d", status)
	}
	start := func() (site string, stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		stdout, out := io.Pipe()
		said := &bytes.Buffer{}
		ended := make(chan int, 1)
		go func() {
			ended <- run(ctx, []string{"serve", "--data", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0", "--rpc", at,
				"--deployment", filepath.Join(dir, "deployment.json"), "--poll", "5ms", "--publish-key", key}, out, said)
			out.Close()
		}()
		line, err := bufio.NewReader(stdout).ReadString('\n')
		if err != nil {
			t.Fatalf("serve ended with %d: %s", <-ended, said)
		}
		return strings.TrimSpace(line) + "api/v1/", func() { cancel(); <-ended }
	}
	get := func(address string) (status int, body string) {
		t.Helper()
		res, err := http.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(text)
	}
	m := &market{t: t, chain: c, rng: rand.New(rand.NewPCG(7, 7))}
	m.act()
	model := "models/" + m.made[0].by.Address.Hex() + "/" + m.made[0].name
	api, stop := start()
	for status := 0; status != 200; status, _ = get(api + model) {
		time.Sleep(5 * time.Millisecond)
	}
	read := func() {
		t.Helper()
		for _, path := range []string{"models", "chain", model} {
			if status, body := get(api + path); status != 200 || path == "chain" && !strings.Contains(body, "ModelRegistry") {
				t.Errorf("GET %s = %d %s", path, status, body)
			}
		}
	}
	read()
	c.Close()
	read()
	stop()
	api, stop = start()
	defer stop()
	read()
}

// A relay that follows a chain is killed at random moments while the chain grows and goes back, and started again; when it has caught up
// in the end, its tables are those of somebody who read the chain once.
func TestKilledRelay(t *testing.T) {
	runs := 4
	if os.Getenv("DEHUG_TEST_ALL") == "1" {
		runs = 200
	}
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			dir := t.TempDir()
			url := func(name string) string {
				if kind == "sqlite" {
					return "sqlite:" + filepath.Join(dir, name)
				}
				return postgres.URL(t)
			}
			c, err := devnet.Start(t.Context(), devnet.Config{Listen: "127.0.0.1:0", Start: time.Unix(2_000_000_000, 0)})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			m := &market{t: t, chain: c, rng: rand.New(rand.NewPCG(7, 7))}
			database := url("hub.db")
			start := func(impatient bool) (*exec.Cmd, string, *bytes.Buffer) {
				cmd := exec.Command(os.Args[0], "serve", "--data", filepath.Join(dir, "data"), "--database", database, "--listen", "127.0.0.1:0", "--gateway-listen", "127.0.0.1:0",
					"--rpc", c.URL(), "--deployment", "devnet", "--poll", "5ms")
				cmd.Env = append(os.Environ(), asRelay+"=1")
				said := &bytes.Buffer{}
				cmd.Stderr = said
				out, err := cmd.StdoutPipe()
				if err != nil {
					t.Fatal(err)
				}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				if impatient {
					return cmd, "", said // which may be before it has opened anything
				}
				address := make([]byte, 100) // of the site, which the first line says
				n, err := out.Read(address)
				if err != nil {
					t.Fatalf("%v: %s", err, said)
				}
				return cmd, strings.TrimSpace(string(address[:n])), said
			}
			base, reorgs := c.Height(), 0
			for range runs {
				cmd, _, said := start(m.rng.IntN(4) == 0)
				moment := time.Duration(m.rng.IntN(150)) * time.Millisecond
				for begun := time.Now(); time.Since(begun) < moment; {
					m.act()
					if have := c.Height() - base; have > 3 && m.rng.IntN(4) == 0 {
						if err := c.Reorg(1+uint64(m.rng.IntN(int(min(have-1, 8)))), m.rng.IntN(2) == 0); err != nil {
							t.Fatal(err)
						}
						reorgs++
					}
				}
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				cmd.Wait()
				if cmd.ProcessState.Exited() {
					t.Fatalf("the relay ended by itself: %s", said)
				}
			}
			m.act()

			// The last one catches up.
			cmd, site, said := start(false)
			defer func() { cmd.Process.Kill(); cmd.Wait() }()
			head, err := c.Client().HeaderByNumber(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for begun := time.Now(); ; time.Sleep(5 * time.Millisecond) {
				var at struct{ Hash string }
				if res, err := http.Get(site + "api/v1/chain"); err == nil {
					err = json.NewDecoder(res.Body).Decode(&at)
					res.Body.Close()
					if err == nil && at.Hash == head.Hash().Hex() {
						break
					}
				}
				if time.Since(begun) > 2*time.Minute {
					t.Fatalf("the relay is at %s, the chain at %s: %s", at.Hash, head.Hash(), said)
				}
			}
			cmd.Process.Kill()
			cmd.Wait()

			again := url("again.db")
			s, err := store.Open(t.Context(), again)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			d := c.Deployment()
			if _, err := index.Open(t.Context(), d, index.Config{Store: s, RPC: c.Client().Client(), Log: slog.New(slog.DiscardHandler)}); err != nil {
				t.Fatal(err)
			}
			decoder, err := follow.NewDecoder(d)
			if err != nil {
				t.Fatal(err)
			}
			f := follow.New(follow.Node{RPC: c.Client().Client()}, index.NewSink(s, d), decoder, follow.Base(d))
			for more := true; more; {
				if more, err = f.Next(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			got, want := rows.OfChain(t, database), rows.OfChain(t, again)
			rows.Same(t, "after the last kill", got, want)
			t.Logf("%d kills, %d blocks, %d reorganisations; %d models, %d transfers, %d sessions, %d payments", runs, c.Height()-base, reorgs,
				len(want["models"]), len(want["transfers"]), len(want["sessions"]), len(want["payments"]))
		})
	}
}
