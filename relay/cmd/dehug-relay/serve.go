package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/pprof"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/relay/audit"
	"github.com/dehug/dehug/relay/deny"
	"github.com/dehug/dehug/relay/disk"
	"github.com/dehug/dehug/relay/gateway"
	"github.com/dehug/dehug/relay/httpapi"
	"github.com/dehug/dehug/relay/metrics"
	"github.com/dehug/dehug/relay/pin"
	"github.com/dehug/dehug/relay/webhook"
	"github.com/dehug/dehug/web"
)

// The usual addresses: this machine only.
const (
	siteAddress    = "127.0.0.1:8080"
	gatewayAddress = "127.0.0.1:8081"
)

func newServe() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the site and a trustless gateway over the data folder",
		Long: `serve answers two addresses: the site, which lists what was published, and an IPFS
trustless gateway on an origin of its own, from which pages stream the models.

The site has an API, described at /api/docs. People sign in with a wallet; accounts are
kept in a file of the data folder, or in a Postgres that several relays may share.

With --rpc and --deployment it follows the contracts that the file names, and lists what
is published there; manifests come from the data folder, else from each --source.

It prints the site's address on stdout once it answers, logs to stderr, and ends in
good order on Ctrl-C. Where a usual port is taken, it uses a free one; an address that
you name is never replaced.`,
		Example: `  dehug-relay serve
  dehug-relay serve --data ./data --listen 127.0.0.1:9000
  dehug-relay serve --source http://127.0.0.1:8082   # pages may stream from there as well
  dehug-relay serve --site-url https://hub.example --gateway-url https://blocks.example
  dehug-relay serve --rpc http://127.0.0.1:8545 --deployment devnet
  DEHUG_DATABASE=postgres://user:password@host/hub dehug-relay serve --rpc https://node.example`,
		Args: cobra.NoArgs,
	}
	data := dataFlag(cmd)
	flags := cmd.Flags()
	listenAt := flags.String("listen", siteAddress, "`address` of the site")
	gatewayAt := flags.String("gateway-listen", gatewayAddress, "`address` of the gateway")
	gatewayURL := flags.String("gateway-url", "", "`URL` by which pages reach the gateway, when it is not its address")
	privateAt := flags.String("private-listen", "", "`address` of metrics (/metrics, for Prometheus) and profiles (/debug/pprof), for you alone; none when not given")
	others := flags.StringSlice("source", nil, "`URL` of another gateway that pages may stream from; may be repeated")
	liar := flags.String("demo-fault-gateway", "", "`URL` of a gateway that damages blocks, for the page's switch that shows it caught")
	hub := hubFlags(cmd)
	denyFiles := denyFlag(cmd)
	logs := logFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, err := logs.open(cmd)
		if err != nil {
			return err
		}
		elsewhere, err := sources(*others)
		if err != nil {
			return err
		}
		folder, err := disk.Open(*data)
		if err != nil {
			return err
		}
		denied, err := deny.Open(log, *denyFiles...)
		if err != nil {
			return err
		}
		ipfs, err := gateway.New(folder.Blocks(), denied, log)
		if err != nil {
			return err
		}
		gatewayListener, err := listen(*gatewayAt, "gateway-listen", flags.Changed("gateway-listen"))
		if err != nil {
			return err
		}
		defer gatewayListener.Close()
		siteListener, err := listen(*listenAt, "listen", flags.Changed("listen"))
		if err != nil {
			return err
		}
		defer siteListener.Close()
		if *gatewayURL == "" {
			*gatewayURL = baseURL(gatewayListener)
		}
		api, err := hub.open(cmd, log, *data, folder, denied, siteListener)
		if err != nil {
			return err
		}
		defer api.Store.Close()
		keepers, err := hub.keepers()
		if err != nil {
			return err
		}
		chain, err := hub.openIndex(cmd.Context(), api, folder.Blocks(), elsewhere, log)
		if err != nil {
			return err
		}
		counts := metrics.New(api.Store, log)
		hub.ended = counts.Ended
		hub.checkSources = append([]string{baseURL(gatewayListener)}, *others...)
		if api.Jobs, err = hub.openJobs(cmd.Context(), api, chain, folder.Blocks(), *data, log); err != nil {
			return err
		}
		signer, err := hub.openAudit(cmd.Context(), api, *data, log)
		if err != nil {
			return err
		}
		site, err := httpapi.New(httpapi.Config{
			Site:         web.Dist(),
			Gateways:     append([]string{*gatewayURL}, *others...),
			Releases:     folder,
			FaultGateway: *liar,
			Hub:          api,
			Ready:        func(ctx context.Context) error { return errors.Join(folder.Check(), api.Store.Check(ctx)) },
			Log:          log,
		})
		if err != nil {
			return err
		}
		ctx, stop := context.WithCancel(cmd.Context())
		var tending sync.WaitGroup
		defer tending.Wait() // before the store is closed
		defer stop()
		tending.Go(func() { tend(ctx, api, folder, log) })
		if signer != nil {
			tending.Go(func() { audit.Grow(ctx, api.Store, signer, log) })
		}
		pulled := &pulls{store: api.Store, log: log}
		tending.Go(func() { pulled.tend(ctx) })
		tending.Go(func() {
			tendPins(ctx, &pin.Pins{Store: api.Store, Keepers: keepers, Denied: api.Denied, Now: time.Now, Log: log})
		})
		if chain != nil {
			tending.Go(func() { chain.Run(ctx) })
			if chain.settler != nil {
				tending.Go(func() { chain.settler.Run(ctx, hub.poll) })
			}
			if chain.attester != nil {
				tending.Go(func() { chain.attester.Run(ctx, hub.poll) })
			}
			if chain.desk != nil {
				tending.Go(func() { chain.desk.Run(ctx, hub.poll) })
			}
			if chain.orders != nil {
				tending.Go(func() { chain.orders.Run(ctx, api.Jobs, hub.poll) })
			}
		}
		if api.Jobs != nil {
			counts.Watch(api.Jobs)
			tending.Go(func() {
				(&webhook.Sender{Store: api.Store, Policy: api.Webhooks, Body: api.WebhookBody, Told: counts.Told, Log: log}).Run(ctx)
			})
			defer hub.closeJobs(api.Jobs, log)
		}
		// What runs is finished while the servers still answer: those who wait for it, and, with 503, those who bring more.
		serving, end := context.WithCancel(context.WithoutCancel(cmd.Context()))
		defer end()
		defer context.AfterFunc(cmd.Context(), func() {
			if api.Jobs != nil {
				log.Info("draining")
				hub.closeJobs(api.Jobs, log)
			}
			end()
		})()
		fmt.Fprintln(cmd.OutOrStdout(), baseURL(siteListener)+"/")
		servers := []server{{"site", siteListener, site}, {"gateway", gatewayListener, pulled.count(ipfs)}}
		if *privateAt != "" {
			ln, err := listen(*privateAt, "private-listen", true)
			if err != nil {
				return err
			}
			defer ln.Close()
			servers = append(servers, server{"private", ln, private(counts)})
		}
		return serveAll(serving, log, servers...)
	}
	return cmd
}

// private is for the operator alone.
func private(counts http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", counts)
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	return mux
}

func newGateway() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "gateway",
		Short: "Serve only a trustless gateway over a data folder",
		Long: `gateway answers block requests from a data folder and nothing else: a second, independent
source for the pages of any relay. Fill its folder with ` + "`dehug-relay mirror`" + `.`,
		Example: `  dehug-relay mirror bafybei… --from http://127.0.0.1:8081 --data ./copy
  dehug-relay gateway --data ./copy --listen 127.0.0.1:8082
  curl -s 'http://127.0.0.1:8082/ipfs/bafkrei…?format=raw' | sha256sum`,
		Args: cobra.NoArgs,
	}
	data := dataFlag(cmd)
	listenAt := cmd.Flags().String("listen", gatewayAddress, "`address` of the gateway")
	denyFiles := denyFlag(cmd)
	logs := logFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, err := logs.open(cmd)
		if err != nil {
			return err
		}
		folder, err := disk.Open(*data)
		if err != nil {
			return err
		}
		denied, err := deny.Open(log, *denyFiles...)
		if err != nil {
			return err
		}
		ipfs, err := gateway.New(folder.Blocks(), denied, log)
		if err != nil {
			return err
		}
		ln, err := listen(*listenAt, "listen", cmd.Flags().Changed("listen"))
		if err != nil {
			return err
		}
		defer ln.Close()
		fmt.Fprintln(cmd.OutOrStdout(), baseURL(ln)+"/")
		return serveAll(cmd.Context(), log, server{"gateway", ln, ipfs})
	}
	return cmd
}
