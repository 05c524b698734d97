package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/chain/pay"
	"github.com/dehug/dehug/relay/deny"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/httpapi"
	"github.com/dehug/dehug/relay/pin"
	"github.com/dehug/dehug/relay/siwe"
	"github.com/dehug/dehug/relay/store"
	"github.com/dehug/dehug/relay/upload"
)

// networkOfDaily stands for accountsOfNetwork times what is paid for an account: anybody can make as many accounts as they like.
const (
	networkOfDaily    = -1
	accountsOfNetwork = 10
)

// usualChain is Base.
const usualChain = 8453

// hubSettings are the flags of what people sign in to.
type hubSettings struct {
	database, siteURL, rpc string
	chain                  uint64
	quota                  int64
	proxies, admins        []string
	pins, pinTokens        []string
	deployment, signer     string // of the contracts to follow
	challenges             string
	poll                   time.Duration
	testWallet             string // a key
	publishKey, publishFee string
	providers              []string
	daily                  int64
	dailyNetwork           int64
	dailyModel, dailyAll   int64
	relayKey, operator     string
	auditKey               string
	safeAbove              int64
	safeDepth              uint64
	settleSize             int
	settleEvery            time.Duration
	lease, drain           time.Duration
	longTime               time.Duration
	attest                 bool
	webhookAllow           []string
	checkShare             int
	checkDaily, replays    int64
	checkEngine            bool
	closeChecks            func() error    // their engine; nil for none
	checkSources           []string        // gateways
	ended                  func(store.Job) // is told of jobs that end
}

func hubFlags(cmd *cobra.Command) *hubSettings {
	s := &hubSettings{}
	flags := cmd.Flags()
	flags.StringVar(&s.database, "database", "", "`address` of the database: sqlite:FILE or postgres://…; hub.db in the data folder when not given")
	flags.StringVar(&s.siteURL, "site-url", "", "`URL` by which people reach the site, when it is not its address; with https")
	flags.StringVar(&s.rpc, "rpc", "", "`URL` of an Ethereum node: to follow contracts, and for wallets that are contracts to sign in")
	flags.StringVar(&s.deployment, "deployment", "", "`FILE` that says where contracts are, to list what they say; devnet: ask the node, which is one; needs --rpc")
	flags.StringVar(&s.signer, "deployment-signer", "", "`ADDRESS` that has to have signed that file")
	flags.StringVar(&s.challenges, "challenges", "", "`FILE` with challenges, a JSON list as /api/v1/challenges shows them")
	flags.DurationVar(&s.poll, "poll", usualPoll, "how often the node is asked for a new block")
	flags.StringVar(&s.testWallet, "test-wallet", "", "`KEY` of an account that pages may use as a wallet; of a development chain only: everybody gets it")
	flags.StringVar(&s.publishKey, "publish-key", "", "`FILE` with the key of an account that pays for what others sign and have published on chain; needs --deployment")
	flags.StringVar(&s.publishFee, "publish-fee", "0", "`AMOUNT` that they pay for it, in the smallest unit of the deployment's dollar, out of an allowance to the registry")
	flags.Uint64Var(&s.chain, "chain-id", usualChain, "`number` of the chain that people sign in for; the node's, when there is one")
	flags.Int64Var(&s.quota, "account-quota", upload.DefaultQuota, "`bytes` that one account may publish and have under way")
	flags.StringSliceVar(&s.admins, "admin", nil, "`ADDRESS` of an account that reads reports and decides what is not served; may be repeated")
	flags.StringSliceVar(&s.providers, "provider", nil, "`ADDRESS` of an account whose providers run models for people here; any: everybody's; may be repeated")
	flags.Int64Var(&s.daily, "free-daily", 0, "`AMOUNT` that you pay a day for what each account has run, in the smallest unit of a dollar")
	flags.Int64Var(&s.dailyNetwork, "free-network", networkOfDaily, "`AMOUNT` that you pay a day for all accounts of one network (an IPv4 address, an IPv6 /64) together, but not for this machine's; ten times --free-daily when not given, 0 for no limit")
	flags.Int64Var(&s.dailyModel, "free-model", 0, "`AMOUNT` that you pay a day for each model, all accounts together; 0 for no limit")
	flags.Int64Var(&s.dailyAll, "free-total", 0, "`AMOUNT` that you pay a day in all; 0 for no limit. Jobs that it pays for are then counted one after another")
	flags.IntVar(&s.checkShare, "check-share", 20, "how many `ANSWERS` of a thousand are given again by another provider, or by this relay, and compared; more of a provider's whose answers differed")
	flags.Int64Var(&s.checkDaily, "check-daily", 0, "`AMOUNT` that you pay providers a day for giving answers again, in the smallest unit of a dollar; with 0 and without --check-engine nothing is compared")
	flags.BoolVar(&s.checkEngine, "check-engine", false, "have this relay give answers again itself, in strict and fast mode, where nobody else may")
	flags.Int64Var(&s.replays, "free-replays", 3, "how many `RUNS` in strict mode an account may have replayed a day for nothing")
	flags.DurationVar(&s.lease, "job-lease", 5*time.Second, "how long a relay that was killed keeps its jobs from others, and from itself")
	flags.DurationVar(&s.longTime, "long-jobs", 24*time.Hour, "how long an evaluation, a validation or a training may take at most, where its specification allows that; a run of a model takes an hour at most. What is ordered on chain has the order's time")
	flags.DurationVar(&s.drain, "drain", drainTimeout, "how long jobs that run may go on once the relay is told to end (SIGTERM): meanwhile it takes no more, and says so")
	flags.StringVar(&s.relayKey, "relay-key", "", "`FILE` with the key that countersigns receipts; relay.key in the data folder when not given, made where it is missing")
	flags.StringVar(&s.auditKey, "audit-key", "", "`FILE` with the key that signs the audit log, the same for all relays of a database; audit.key in the data folder when not given, made with the log")
	flags.StringVar(&s.operator, "operator", "", "`ADDRESS` that people's sessions are for, whose signer the relay's key is; the relay's key's own when not given")
	flags.Int64Var(&s.safeAbove, "safe-above", 10_000_000, "`AMOUNT` up to which a session is taken before the chain can no longer undo it, in the smallest unit of a dollar")
	flags.Uint64Var(&s.safeDepth, "safe-depth", 0, "`blocks` on top of one for it to count as safe, beside what the node says of it")
	flags.IntVar(&s.settleSize, "settle-size", pay.UsualSize, "`number` of receipts for which vouchers are redeemed at once; the relay's key pays for gas")
	flags.DurationVar(&s.settleEvery, "settle-every", pay.UsualEvery, "how old the oldest receipt is when they are redeemed in any case")
	flags.BoolVar(&s.attest, "attest", false, "attest evaluations on chain (EAS) whose askers want that, and all that are ordered there, by the relay's key, which pays for gas")
	flags.StringSliceVar(&s.webhookAllow, "webhook-allow", nil, "`NETWORK` that webhooks may reach though it is not public, such as 127.0.0.0/8, and by http; may be repeated")
	flags.StringSliceVar(&s.pins, "pin", nil, "`NAME=URL` of a service that is to keep what is published here: of the IPFS Pinning Service API; may be repeated")
	flags.StringSliceVar(&s.pinTokens, "pin-token", nil, "`NAME=TOKEN` for that service; better by DEHUG_PIN_TOKEN")
	flags.StringSliceVar(&s.proxies, "proxy", nil, "`NETWORK` of a proxy in front, such as 10.0.0.0/8, whose X-Forwarded-For is believed; may be repeated")
	return s
}

// open opens the database and says what the API is made of. Close its Store when done.
func (s *hubSettings) open(cmd *cobra.Command, log *slog.Logger, data string, folder *disk.Folder, denied *deny.Lists, site net.Listener) (*httpapi.Hub, error) {
	ctx := cmd.Context()
	h := &httpapi.Hub{ChainID: s.chain, Origins: s.origins(site), Blocks: folder.Blocks(), Denied: func(name manifest.CID) bool {
		c, err := cid.Decode(string(name))
		return err == nil && denied.Find(c, "") != nil
	}}
	h.Hold = func(names []manifest.CID) {
		var held []cid.Cid
		for _, name := range names {
			if c, err := cid.Decode(string(name)); err == nil {
				held = append(held, c)
			}
		}
		denied.Hold(held)
	}
	for _, text := range s.admins {
		address, err := manifest.ParseAddress(text)
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "--admin: %w", err).WithHint("%s", manifest.HintOf(err))
		}
		h.Admins = append(h.Admins, address.String())
	}
	for _, text := range s.proxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "--proxy: %w", err).WithHint("give a network, such as 10.0.0.0/8 or 127.0.0.1/32")
		}
		h.Proxies = append(h.Proxies, p)
	}
	for _, text := range s.webhookAllow {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "--webhook-allow: %w", err).WithHint("give a network, such as 10.0.0.0/8 or 127.0.0.1/32")
		}
		h.Webhooks.Allow = append(h.Webhooks.Allow, p)
	}
	if s.rpc != "" {
		node := siwe.RPC{URL: s.rpc}
		h.Wallets.Chain = node
		switch id, err := node.ChainID(ctx); {
		case err != nil: // the site does without it for a while
			log.Warn("the node does not answer", slog.Any("error", err), slog.Uint64("chain", s.chain))
		case cmd.Flags().Changed("chain-id") && id != s.chain:
			return nil, relay.Errorf(relay.CodeInvalid, "the node follows chain %d, not %d", id, s.chain).
				WithHint("leave --chain-id out, or name a node of that chain with --rpc")
		default:
			h.ChainID = id
		}
	}
	address := s.database
	if address == "" {
		address = "sqlite:" + filepath.Join(data, "hub.db")
	}
	var err error
	if s.challenges != "" {
		text, err := os.ReadFile(s.challenges)
		if err != nil {
			return nil, relay.FileError(err)
		}
		if h.Challenges, err = httpapi.ParseChallenges(text); err != nil {
			return nil, err
		}
	}
	if h.Store, err = store.Open(ctx, address); err != nil {
		return nil, err
	}
	if err := h.ReadDenials(ctx); err != nil {
		return nil, errors.Join(err, h.Store.Close())
	}
	h.Uploads = upload.New(folder, h.Store, s.quota, time.Now, log)
	return h, nil
}

// keepers are the pinning services.
func (s *hubSettings) keepers() ([]pin.Keeper, error) {
	tokens := map[string]string{}
	for _, text := range s.pinTokens {
		name, token, _ := strings.Cut(text, "=")
		tokens[name] = token
	}
	var keepers []pin.Keeper
	for _, text := range s.pins {
		name, address, ok := strings.Cut(text, "=")
		u, err := url.Parse(address)
		if !ok || name == "" || err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return nil, relay.Errorf(relay.CodeInvalid, "--pin %q is not NAME=URL", text).WithHint("give a name of yours and the service's address, such as mine=https://api.pin.example/psa")
		}
		keepers = append(keepers, &pin.Service{Label: name, URL: address, Token: tokens[name]})
	}
	return keepers, nil
}

// pinEvery is how soon a service is asked for what was published.
const pinEvery = 15 * time.Second

// tendPins has releases kept elsewhere until ctx ends.
func tendPins(ctx context.Context, pins *pin.Pins) {
	for len(pins.Keepers) > 0 {
		if err := pins.Tend(ctx); err != nil && ctx.Err() == nil {
			pins.Log.Error("pins", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pinEvery):
		}
	}
}

const (
	// sweepEvery is how often uploads that nobody touches any more are looked for.
	sweepEvery = time.Hour
	// listEvery is how soon what `dehug-relay publish` puts into the folder is found by search.
	listEvery = 2 * time.Second
)

// tend does until ctx ends what nobody asks for: it goes on with uploads that a relay which ended left half published, removes
// stale ones, and lists what the operator published.
func tend(ctx context.Context, h *httpapi.Hub, folder *disk.Folder, log *slog.Logger) {
	if err := h.Store.Warm(ctx); err != nil && ctx.Err() == nil {
		log.Error("reading what is searched", slog.Any("error", err))
	}
	listed := map[manifest.CID]bool{}
	for swept := (time.Time{}); ; {
		if time.Since(swept) > sweepEvery {
			swept = time.Now()
			switch published, removed, err := h.Uploads.Sweep(ctx); {
			case err != nil && ctx.Err() == nil:
				log.Error("sweeping uploads", slog.Any("error", err))
			case published+removed > 0:
				log.Info("swept uploads", slog.Int("published", published), slog.Int("removed", removed))
			}
		}
		if err := h.ReadDenials(ctx); err != nil && ctx.Err() == nil {
			log.Error("reading what admins denied", slog.Any("error", err))
		}
		if err := listReleases(ctx, h, folder, listed, log); err != nil && ctx.Err() == nil {
			log.Error("listing releases", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(listEvery):
		}
	}
}

// listReleases adds to the index what is in the folder, under the name of who signed it. What was done is kept in listed.
func listReleases(ctx context.Context, h *httpapi.Hub, folder *disk.Folder, listed map[manifest.CID]bool, log *slog.Logger) error {
	releases, err := folder.Releases(ctx)
	if err != nil {
		return err
	}
	for _, r := range slices.Backward(releases) { // the newest last
		if listed[r.Release] {
			continue
		}
		listed[r.Release] = true
		if r.Signer == "" {
			log.Info("a release that nobody signed is not listed", slog.String("release", string(r.Release)))
			continue
		}
		if err := upload.List(ctx, h.Store, folder.Blocks(), r, time.Now()); err != nil {
			log.Warn("a release is not listed", slog.String("release", string(r.Release)), slog.Any("error", err))
		}
	}
	return nil
}

// origins are the site's addresses as browsers write them: the one given, or all names of this machine.
func (s *hubSettings) origins(site net.Listener) []string {
	if s.siteURL != "" {
		return []string{strings.TrimSuffix(s.siteURL, "/")}
	}
	base := baseURL(site)
	_, port, _ := net.SplitHostPort(site.Addr().String())
	return []string{base, "http://localhost:" + port}
}
