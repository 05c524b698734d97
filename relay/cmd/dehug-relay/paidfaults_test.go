package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain"
	"github.com/dehug/dehug/relay/chain/contract"
	"github.com/dehug/dehug/relay/chain/deploy"
	"github.com/dehug/dehug/relay/chain/devnet"
	"github.com/dehug/dehug/relay/httpapi"
	"github.com/dehug/dehug/relay/internal/cuttable"
	"github.com/dehug/dehug/relay/internal/history"
	"github.com/dehug/dehug/relay/internal/rows"
	"github.com/dehug/dehug/relay/receipt"
)

// What is done to a chain, to the node that a relay asks, and to settlements.
const (
	nodeCut           = "node's line cut"
	nodeStill         = "node still, then its line cut"
	blocksStop        = "no blocks for a while"
	replaced          = "operator's transaction replaced by another"
	reorgAnywhere     = "reorg"
	reorgSettlement   = "reorg under a settlement"
	reorgOpening      = "reorg under a session's opening"
	killedAtBuilt     = "relay killed with a settlement built"
	killedAtSent      = "relay killed with a settlement sent"
	powerLostAtMined  = "power lost with a settlement mined"
	powerLostAnywhere = "power lost while it settles"
)

var chainFaults = []string{nodeCut, nodeStill, blocksStop, replaced, reorgAnywhere, reorgSettlement, reorgOpening, killedAtBuilt, killedAtSent, powerLostAtMined, powerLostAnywhere}

const (
	// safeDepth is how many blocks there are on top of one that the chain will not undo: no reorg of these tests is deeper.
	safeDepth = 4
	// blockEvery is how often there is one.
	blockEvery = 100 * time.Millisecond
	// haltAtMost is how long there is none where something is to come first.
	haltAtMost = time.Second
	// patientFor is for how many blocks a wallet waits before it sends a transaction again.
	patientFor = 20
	// What a unit costs.
	authorFee, relayFee, computeCap = 600, 100, 300
	// Units of a session that is taken at once, and of one that is too dear for that.
	fewUnits, manyUnits = 20, 40
	// settleSize is for how many receipts vouchers are redeemed.
	settleSize = 25
)

// money is what of a world is about money: a chain, the line to its node, a model with a plan, and payers.
type money struct {
	w          *world
	chain      *devnet.Chain
	client     *ethclient.Client // without that line
	d          *deploy.Deployment
	node       *cuttable.Proxy
	deployment string // file
	operator   *ethsig.Key
	plan       chain.PlanID
	payee      common.Address
	payers     []*payer
	mining     sync.WaitGroup
	stop       chan struct{}

	mu     sync.Mutex
	stands time.Time                // until when there are no blocks
	wallet map[common.Hash]*pending // that are not safe yet: who sent them sends them again where the chain forgot them
}

// pending is a transaction of a wallet's.
type pending struct {
	*types.Transaction
	missed int // blocks in which it was not
}

// payer is an account, and a page of its in which sessions are spent.
type payer struct {
	m         *money
	account   devnet.Account
	bearer    string
	faithless bool // does not open again what the chain undid

	turn sync.Mutex // runs that begin follow one another

	mu     sync.Mutex
	now    *paidSession // nil before the first, and when another is to be opened
	opened []*paidSession
	undo   bool // the chain is to undo the next opening, once it is used
}

// paidSession is one, as its page knows it.
type paidSession struct {
	id      string
	terms   contract.IUsageControllerSessionTerms
	key     *ethsig.Key
	opening common.Hash
	results int64 // of runs that succeeded
	waiting int64 // runs that were signed for, of which no end is known
}

// newMoney begins a chain with a model that has a plan.
func newMoney(t *testing.T, w *world) *money {
	t.Helper()
	c, err := devnet.Start(t.Context(), devnet.Config{Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	m := &money{w: w, chain: c, client: c.Client(), d: c.Deployment(), deployment: w.file("deployment.json"), stop: make(chan struct{}), wallet: map[common.Hash]*pending{}}
	if m.node, err = cuttable.Listen(strings.TrimPrefix(c.URL(), "http://")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.node.Close)
	var text json.RawMessage
	if err := m.client.Client().CallContext(t.Context(), &text, "devnet_deployment"); err != nil {
		t.Fatal(err)
	}
	if m.operator, err = ethsig.NewKey(); err == nil {
		if err = os.WriteFile(m.deployment, text, 0o600); err == nil {
			err = m.operator.Save(w.file("operator.key"))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	all := devnet.Accounts()
	author, dollar := all[1], m.d.Address("Dollar")
	gas, err := m.transaction(all[0].Signer(), common.Address(m.operator.Address()), big.NewInt(1e18), nil)
	if err == nil {
		err = m.client.SendTransaction(t.Context(), gas) // mined before what comes next is
	}
	if err != nil {
		t.Fatal(err)
	}
	offer := contract.PlanOffer{Token: dollar, AuthorFee: big.NewInt(authorFee), RelayFee: big.NewInt(relayFee), ComputeCap: computeCap, UnitKind: [32]byte{'j', 'o', 'b'}}
	registry := contract.NewModelRegistry()
	m.send(author, m.d.Address("ModelRegistry"), registry.PackPublish(contract.IModelRegistryPublication{Name: "echo",
		Release:    contract.IModelRegistryRelease{Version: "1.0.0", Manifest: manifest.Digest(echoModel.Digest()), Root: [32]byte{1}, LicenseHash: [32]byte{1}},
		Recipients: []common.Address{author.Address}, Parts: []uint32{1_000_000}, Plans: []contract.PlanOffer{offer}}))
	id := chain.NewModelID(m.d.ChainID, m.d.Address("ModelRegistry"), author.Address, "echo")
	published, err := bind.Call(registry.Instance(m.client, m.d.Address("ModelRegistry")), &bind.CallOpts{Context: t.Context()}, registry.PackModelOf(id), registry.UnpackModelOf)
	if err != nil {
		t.Fatal(err)
	}
	m.payee = published.Splitter
	m.plan = chain.NewPlanID(contract.PlanTerms{Model: id, Token: dollar, Payee: m.payee, AuthorFee: offer.AuthorFee, RelayFee: offer.RelayFee, ComputeCap: offer.ComputeCap, UnitKind: offer.UnitKind})
	for i, account := range all[2:5] {
		m.payers = append(m.payers, &payer{m: m, account: account, faithless: i == 0})
		m.send(account, dollar, contract.NewDollar().PackApprove(m.d.Address("UsageController"), big.NewInt(1e12)))
	}
	if err := c.SetAutomine(false); err != nil {
		t.Fatal(err)
	}
	m.mining.Go(m.mine)
	t.Cleanup(m.close)
	return m
}

func (m *money) close() {
	select {
	case <-m.stop:
	default:
		close(m.stop)
	}
	m.mining.Wait()
}

// flags are the relay's.
func (m *money) flags() []string {
	return []string{"--rpc", "http://" + m.node.Address(), "--chain-id", fmt.Sprint(m.d.ChainID), "--deployment", m.deployment, "--relay-key", m.w.file("operator.key"), "--poll", "100ms",
		"--settle-size", fmt.Sprint(settleSize), "--settle-every", "500ms", "--safe-depth", fmt.Sprint(safeDepth), "--safe-above", fmt.Sprint(fewUnits * (authorFee + relayFee + computeCap))}
}

// send has a transaction mined, of an account that has nothing else under way.
func (m *money) send(by devnet.Account, to common.Address, data []byte) {
	m.w.t.Helper()
	if _, err := deploy.Send(m.w.t.Context(), m.client, by.Signer(), to, nil, data); err != nil {
		m.w.t.Fatal(err)
	}
}

// mine makes blocks, and sends again what wallets wait for.
func (m *money) mine() {
	for {
		select {
		case <-m.stop:
			return
		case <-time.After(blockEvery):
		}
		m.mu.Lock()
		for hash, tx := range m.wallet {
			switch r, err := m.client.TransactionReceipt(m.w.t.Context(), hash); {
			case err != nil:
				if tx.missed%patientFor == 0 {
					_ = m.client.SendTransaction(m.w.t.Context(), tx.Transaction) // it may have it
				}
				tx.missed++
			case r.BlockNumber.Uint64()+safeDepth <= m.chain.Height():
				delete(m.wallet, hash)
			}
		}
		if time.Now().After(m.stands) {
			if err := m.chain.Mine(1); err != nil {
				m.w.t.Error(err)
			}
		}
		m.mu.Unlock()
	}
}

// reorg replaces some blocks.
func (m *money) reorg() { m.replace(1+m.w.rng.IntN(safeDepth), m.w.rng.IntN(3) > 0) }

// replace replaces blocks; what was in them may be forgotten, and faithless payers forget it too.
func (m *money) replace(blocks int, forgotten bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.chain.Reorg(uint64(blocks), forgotten); err != nil {
		m.w.t.Error(err)
	}
	if !forgotten {
		return
	}
	for _, p := range m.payers {
		p.mu.Lock()
		if s := p.now; p.faithless && s != nil && m.wallet[s.opening] != nil {
			if _, err := m.client.TransactionReceipt(m.w.t.Context(), s.opening); err != nil {
				p.now = nil
				delete(m.wallet, s.opening)
			}
		}
		p.mu.Unlock()
	}
}

// transaction signs one with a key, to pay well for gas.
func (m *money) transaction(key *ethsig.Key, to common.Address, value *big.Int, data []byte) (*types.Transaction, error) {
	nonce, err := m.client.NonceAt(m.w.t.Context(), common.Address(key.Address()), nil)
	if err != nil {
		return nil, err
	}
	tx := types.NewTx(&types.DynamicFeeTx{ChainID: new(big.Int).SetUint64(m.d.ChainID), Nonce: nonce, GasTipCap: big.NewInt(1e10), GasFeeCap: big.NewInt(1e11), Gas: 500_000, To: &to, Value: value, Data: data})
	signer := types.LatestSignerForChainID(tx.ChainId())
	signature := key.Sign(signer.Hash(tx))
	signature[64] -= 27
	return tx.WithSignature(signer, signature[:])
}

// session is the payer's that pays next: one is opened where there is none. p.turn is held.
func (p *payer) session() (*paidSession, error) {
	p.mu.Lock()
	s := p.now
	p.mu.Unlock()
	if s != nil {
		return s, nil
	}
	m := p.m
	for { // the one before is safe, or gone: there is one of these transactions at a time
		m.mu.Lock()
		busy := slices.ContainsFunc(p.opened, func(s *paidSession) bool { return m.wallet[s.opening] != nil })
		m.mu.Unlock()
		if !busy {
			break
		}
		if m.w.ctx.Err() != nil {
			return nil, m.w.ctx.Err()
		}
		time.Sleep(blockEvery)
	}
	key, err := ethsig.NewKey()
	if err != nil {
		return nil, err
	}
	head, err := m.client.HeaderByNumber(m.w.t.Context(), nil)
	if err != nil {
		return nil, err
	}
	units := uint32(fewUnits)
	p.mu.Lock()
	undo := p.undo
	p.mu.Unlock()
	if len(p.opened)%3 == 2 && !undo {
		units = manyUnits
	}
	s = &paidSession{key: key, terms: contract.IUsageControllerSessionTerms{Payer: p.account.Address, Operator: common.Address(m.operator.Address()), Plan: m.plan, SessionKey: common.Address(key.Address()),
		Units: units, End: uint32(max(int64(head.Time), time.Now().Unix())) + 100_000, Salt: [32]byte{byte(len(p.opened)), byte(len(p.opened) >> 8)}}}
	s.id = common.Hash(chain.NewSessionID(m.plan, s.terms.Operator, chain.SessionNumber(s.terms.Payer, s.terms.Salt))).Hex()
	if err := p.sign(s); err != nil || !undo {
		return s, err
	}
	m.soon(func() bool { _, err := m.client.TransactionReceipt(m.w.t.Context(), s.opening); return err == nil })
	m.halt(haltAtMost)
	return s, nil
}

// sign has a session opened.
func (p *payer) sign(s *paidSession) error {
	m := p.m
	m.mu.Lock()
	defer m.mu.Unlock()
	tx, err := m.transaction(p.account.Signer(), m.d.Address("UsageController"), nil, contract.NewUsageController().PackOpenSessionPaying(s.terms))
	if err != nil {
		return err
	}
	s.opening = tx.Hash()
	m.wallet[s.opening] = &pending{Transaction: tx}
	p.mu.Lock()
	p.now, p.opened = s, append(p.opened, s)
	p.mu.Unlock()
	return nil
}

// used undoes the opening of a session that was used just now, if that is to be.
func (p *payer) used() {
	p.mu.Lock()
	undo := p.undo
	p.undo = false
	p.mu.Unlock()
	if undo {
		if rand.IntN(2) == 0 { // a settlement may have it by then
			p.m.halt(2 * haltAtMost)
			p.m.comesTo("sent")
		}
		p.m.replace(safeDepth, true)
		p.m.halt(0)
		p.m.w.did(reorgOpening)
	}
}

// finished forgets a session that is used up.
func (p *payer) finished(s *paidSession) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.now == s {
		p.now = nil
	}
}

// ask has a job done and pays for it, as a page does: it counts what came back, and signs for no more than that and what is waited for.
func (m *money) ask(i int, patience time.Duration) {
	w, p := m.w, m.payers[i/4%len(m.payers)]
	key := fmt.Sprintf("%s-%06d", w.name, i)
	w.h.Add(history.Line{Event: history.Asked, Key: key, Output: key})
	tensor := receipt.Tensor{Name: "x", Type: "u8", Dims: []int64{int64(len(key))}, Data: []byte(key)}
	s, id := p.begin(key, tensor)
	if id == "" {
		return
	}
	w.h.Add(history.Line{Event: history.Acknowledged, Key: key, Job: id})
	var is prediction
	if i%64 == 12 && w.as(p.bearer, "POST", "/predictions/"+id+"/cancel?encoding=base64", "", "", &is) != "" {
		return
	}
	for since := time.Now(); !relay.JobState(is.Status).Ended(); {
		if time.Since(since) > patience {
			return // the checker will see
		}
		time.Sleep(20 * time.Millisecond)
		is = prediction{}
		if w.as(p.bearer, "GET", "/predictions/"+id+"?encoding=base64", "", "", &is) != "" {
			return
		}
	}
	if err := tensor.ParseBase64(is.Output["x"].Base64); err != nil {
		w.t.Error(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	w.h.Add(history.Line{Event: history.Seen, Job: id, What: is.Status, Output: string(tensor.Data)})
	s.waiting--
	if is.Status == string(relay.JobSucceeded) {
		s.results++
	}
}

// begin signs for a run and asks for it, until it is told the job's id: "" where the world ends before.
func (p *payer) begin(key string, tensor receipt.Tensor) (*paidSession, string) {
	p.turn.Lock()
	defer p.turn.Unlock()
	m, w := p.m, p.m.w
	body, err := receipt.EncodeTensors([]receipt.Tensor{tensor})
	if err != nil {
		w.t.Error(err)
		return nil, ""
	}
	salt := [32]byte(manifest.DigestOf([]byte(key)))
	for asked := 0; w.ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		s, err := p.session()
		if err != nil {
			if w.ctx.Err() == nil {
				w.t.Error(err)
			}
			return nil, ""
		}
		var view httpapi.UsageSession
		if w.as(p.bearer, "GET", "/usage/sessions/"+s.id, "", "", &view) != "" || view.State != "open" {
			continue // the relay does not see it, or not yet
		}
		if view.Left == 0 {
			p.finished(s)
			continue
		}
		after, err := hex.DecodeString(view.Next.After[2:])
		if err != nil {
			w.t.Error(err)
			return nil, ""
		}
		transcript := relay.NextTranscript([32]byte(after), receipt.RequestHash(salt, body), 1)
		p.mu.Lock()
		if most := s.results + s.waiting + 1; view.Next.Units > most {
			p.mu.Unlock()
			if asked++; asked > 100 {
				w.t.Errorf("%s: the relay asks for unit %d, and its page signs for %d at most", s.id, view.Next.Units, most)
				return nil, ""
			}
			continue // one failed since
		}
		s.waiting++
		w.h.Add(history.Line{Event: history.Signed, Key: key, Session: s.id, Units: view.Next.Units})
		p.mu.Unlock()
		signature := s.key.Sign(chain.UsageDomain(m.d.ChainID, m.d.Address("UsageController")).Voucher(chain.SessionID(common.HexToHash(s.id)), uint32(view.Next.Units), transcript))
		request := fmt.Sprintf(`{"version":%q,"max_price":%d,"salt":"0x%x","input":{"x":{"datatype":"UINT8","shape":[%d],"base64":%q}},"voucher":{"session":%q,"units":%d,"transcript":"0x%x","signature":"0x%x"}}`,
			echoModel, 2*faultPay, salt, len(tensor.Data), tensor.Base64(), s.id, view.Next.Units, transcript, signature[:])
		var made prediction
		switch code := w.as(p.bearer, "POST", "/predictions?encoding=base64", key, request, &made); code {
		case "":
			p.used()
			return s, made.ID
		case string(relay.CodeVoucherStale), string(relay.CodeSessionSpent), string(relay.CodeNotFound): // an earlier run failed meanwhile, or the chain went back over the session
			p.mu.Lock()
			s.waiting--
			w.h.Add(history.Line{Event: history.Refused, Key: key, Session: s.id, What: code})
			p.mu.Unlock()
		default:
			return nil, "" // it was told, or the world ended
		}
	}
	return nil, ""
}

// prediction is what of one is read here.
type prediction struct {
	ID, Status string
	Output     map[string]struct{ Base64 string }
}

// as asks by somebody's key until it is answered, and returns the code of a refusal: "" for none.
func (w *world) as(bearer, method, path, key, body string, into any) (code string) {
	for w.ctx.Err() == nil {
		req, err := http.NewRequestWithContext(w.ctx, method, "http://"+w.net.Address()+"/api/v1"+path, strings.NewReader(body))
		if err != nil {
			w.t.Error(err)
			return "failed"
		}
		req.Header.Set("Authorization", bearer)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.1", rand.IntN(250), rand.IntN(250)))
		if key != "" {
			req.Header.Set("Idempotency-Key", key)
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			text, readErr := io.ReadAll(res.Body)
			res.Body.Close()
			if readErr == nil && res.StatusCode < 300 && json.Unmarshal(text, into) == nil {
				return ""
			}
			var said httpapi.Problem
			if readErr == nil && res.StatusCode < 500 && json.Unmarshal(text, &said) == nil {
				switch relay.Code(said.Code) {
				case relay.CodeNotFound, relay.CodeVoucherStale, relay.CodeSessionSpent:
					return said.Code
				case relay.CodeConflict, relay.CodeSessionPending, relay.CodeRateLimited, relay.CodeUnavailable:
				default:
					w.t.Errorf("%s %s: %s %s", method, path, res.Status, text)
					return said.Code
				}
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	return "ended"
}

// soon waits a while for something that most likely comes to be.
func (m *money) soon(is func() bool) {
	for since := time.Now(); time.Since(since) < time.Second && m.w.ctx.Err() == nil && !is(); {
		time.Sleep(3 * time.Millisecond)
	}
}

// comesTo waits a while for a settlement to be in a state.
func (m *money) comesTo(state string) {
	m.soon(func() bool {
		var list httpapi.List[httpapi.SettlementView]
		return m.w.as(m.w.bearer, "GET", "/settlements?limit=1", "", "", &list) == "" && len(list.Items) > 0 && list.Items[0].State == state
	})
}

// halt stops blocks for so long.
func (m *money) halt(d time.Duration) {
	m.mu.Lock()
	m.stands = time.Now().Add(d)
	m.mu.Unlock()
}

// fail makes a fault that is about money.
func (m *money) fail(what string) {
	w := m.w
	switch what {
	case nodeCut:
		m.node.Cut()
	case nodeStill:
		m.node.Still(time.Duration(100+w.rng.IntN(300)) * time.Millisecond)
	case blocksStop:
		m.halt(time.Duration(200+w.rng.IntN(400)) * time.Millisecond)
	case replaced:
		m.halt(haltAtMost)
		m.comesTo("sent")
		tx, err := m.transaction(m.operator, m.d.Address("Dollar"), nil, contract.NewDollar().PackApprove(common.Address{1}, big.NewInt(1)))
		if err == nil {
			err = m.client.SendTransaction(w.ctx, tx)
		}
		m.halt(0)
		if err != nil {
			w.t.Error(err)
		}
	case reorgAnywhere:
		m.reorg()
	case reorgSettlement:
		m.comesTo([]string{"sent", "mined"}[w.rng.IntN(2)])
		time.Sleep(time.Duration(w.rng.IntN(150)) * time.Millisecond)
		m.reorg()
	case reorgOpening:
		p := m.payers[w.rng.IntN(len(m.payers))]
		p.mu.Lock()
		p.now, p.undo = nil, true // the next run opens another
		p.mu.Unlock()
		return // it says when it was done
	case killedAtBuilt, killedAtSent, powerLostAtMined:
		m.comesTo(map[string]string{killedAtBuilt: "built", killedAtSent: "sent", powerLostAtMined: "mined"}[what])
		w.restart(what == powerLostAtMined, 0)
	case powerLostAnywhere:
		m.comesTo([]string{"built", "sent", "mined", "safe"}[w.rng.IntN(4)])
		time.Sleep(time.Duration(w.rng.IntN(60)) * time.Millisecond)
		w.restart(true, 0)
	}
	w.did(what)
}

// settle waits until all is settled that can be, and then until the relay has given up the rest.
func (m *money) settle() {
	db := rows.Open(m.w.t, "sqlite:"+m.w.file("hub.db"))
	defer db.Close()
	none := func(what, query string) {
		m.w.t.Helper()
		for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
			var n int
			if err := db.QueryRow(query).Scan(&n); err == nil && n == 0 {
				return
			} else if time.Now().After(end) {
				m.w.t.Errorf("%s: %d, %v", what, n, err)
				return
			}
		}
	}
	const due = "SELECT (SELECT COUNT(*) FROM settlements WHERE open = 1) + (SELECT COUNT(*) FROM vouchers v JOIN jobs j ON j.id = v.job AND j.state = 'succeeded' WHERE v.open = 1"
	none("receipts that are not settled", due+" AND EXISTS (SELECT 1 FROM chain_sessions s WHERE s.id = v.session))")
	m.mu.Lock()
	if err := m.chain.IncreaseTime(80 * time.Hour); err != nil { // all sessions are over, and those that are not there do not come back
		m.w.t.Error(err)
	}
	m.mu.Unlock()
	none("receipts of sessions that the chain undid", due+")")
}

// tell ends sessions, has everybody withdraw, and notes what the chain says of all that.
func (m *money) tell() {
	m.close()
	t, w := m.w.t, m.w
	say := func(what string, row map[string]any) {
		w.h.Add(history.Line{Event: history.Chain, World: w.name, What: what, Row: row})
	}
	dollar, at := m.d.Address("Dollar"), m.d.Address("UsageController")
	till, token := contract.NewUsageController(), contract.NewDollar()
	ask := func(to common.Address, data []byte) int64 {
		t.Helper()
		answer, err := m.client.CallContract(t.Context(), ethereum.CallMsg{To: &to, Data: data}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return new(big.Int).SetBytes(answer).Int64()
	}
	if err := m.chain.SetAutomine(true); err != nil {
		t.Fatal(err)
	}
	logs := func() []types.Log {
		t.Helper()
		all, err := m.client.FilterLogs(t.Context(), ethereum.FilterQuery{Addresses: []common.Address{at}})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	sessions := map[uint64]string{} // by number
	parties := map[common.Address]bool{}
	say("relay", map[string]any{"account": m.operator.Address().String()})
	for _, l := range logs() {
		if e, err := till.UnpackSessionOpenedEvent(&l); err == nil {
			sessions[e.Number] = common.Hash(e.Session).Hex()
			say("opened", map[string]any{"session": sessions[e.Number], "payer": e.Payer.Hex(), "units": e.Units, "author": authorFee, "relay": relayFee, "compute": computeCap})
		} else if e, err := till.UnpackRedeemedEvent(&l); err == nil {
			items, err := chain.ParseRedeemed(e.Items)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range items {
				say("redeemed", map[string]any{"session": sessions[i.Session], "units": i.Units, "pay": i.Pay})
			}
		} else if e, err := till.UnpackCreditedEvent(&l); err == nil {
			parties[e.Account] = true
		}
	}
	for who := range parties {
		say("credit", map[string]any{"account": who.Hex(), "amount": ask(at, till.PackCreditOf(dollar, who))})
	}
	say("held", map[string]any{"amount": ask(dollar, token.PackBalanceOf(at))})
	anybody := devnet.Accounts()[9]
	for _, p := range m.payers {
		parties[p.account.Address] = true
		for _, s := range p.opened {
			number := chain.SessionNumber(s.terms.Payer, s.terms.Salt)
			if sessions[number] != "" {
				m.send(anybody, at, till.PackClose(contract.IUsageControllerSessionRef{Plan: m.plan, Operator: s.terms.Operator, Number: number}, false))
			}
		}
	}
	for who := range parties {
		if ask(at, till.PackCreditOf(dollar, who)) > 0 {
			m.send(anybody, at, till.PackWithdraw(dollar, who, who))
		}
	}
	for _, l := range logs() {
		if e, err := till.UnpackCreditedEvent(&l); err == nil {
			say("credited", map[string]any{"account": e.Account.Hex(), "amount": e.Amount})
		} else if e, err := till.UnpackWithdrawnEvent(&l); err == nil {
			say("withdrawn", map[string]any{"account": e.Account.Hex(), "amount": e.Amount})
		}
	}
	say("left", map[string]any{"amount": ask(dollar, token.PackBalanceOf(at))})
}
