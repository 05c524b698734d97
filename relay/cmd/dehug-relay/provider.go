package main

import (
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/provider"
	"github.com/dehug/dehug/relay/receipt"
)

func newProvider() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "provider",
		Short: "Run models for the people of a relay",
		Long: `provider dials a relay, signs in with a key, and runs what it is asked to: models that you
name, fetched from gateways with every chunk verified, by the built-in engine. For each job it
signs a receipt. What it computes in strict mode anybody can replay, bit for bit.

The relay's operator has to take your account (serve --provider). The site's gateway is a
source when no other is named. Ctrl-C finishes what runs, then ends.`,
		Example: `  dehug-relay keygen provider.key
  dehug-relay provider --relay https://hub.example --key provider.key --model bafkrei… \
    --source https://blocks.example
  dehug-relay provider --relay http://127.0.0.1:8080 --key provider.key --model bafkrei…=250 \
    --source http://127.0.0.1:8081`,
		Args: cobra.NoArgs,
	}
	data := dataFlag(cmd)
	flags := cmd.Flags()
	at := flags.String("relay", "http://"+siteAddress, "`URL` of the relay's site")
	keyFile := flags.String("key", "", "`FILE` with the key of your account (required)")
	models := flags.StringSlice("model", nil, "`CID[=AMOUNT]` of a manifest, and what you ask for an inference, in the smallest unit of a dollar (required); may be repeated")
	from := flags.StringSlice("source", []string{"http://" + gatewayAddress}, "`URL` of a gateway to fetch models from; may be repeated")
	capacity := flags.Int("capacity", runtime.NumCPU(), "how many `jobs` to take at once")
	keep := flags.Int("keep", 4, "how many `models` to keep in memory")
	logs := logFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, err := logs.open(cmd)
		if err != nil {
			return err
		}
		if *keyFile == "" || len(*models) == 0 {
			return relay.Errorf(relay.CodeInvalid, "provider needs a key and a model").WithHint("usage: %s", cmd.UseLine())
		}
		if *capacity < 1 || *capacity > wire.MaxCapacity {
			return relay.Errorf(relay.CodeInvalid, "--capacity %d is not between 1 and %d", *capacity, wire.MaxCapacity)
		}
		key, err := ethsig.LoadKey(*keyFile)
		if err != nil {
			return relay.Errorf(relay.CodeInvalid, "--key: %w", err).WithHint("make one with `dehug-relay keygen`")
		}
		if _, err := sources(*from); err != nil {
			return err
		}
		backend, err := engine.Open(filepath.Join(*data, "provider"), *from, *keep)
		if err != nil {
			return err
		}
		defer backend.Close()
		var offers []wire.Offer
		for _, text := range *models {
			name, amount, priced := strings.Cut(text, "=")
			cid, err := manifest.ParseCID(name)
			if err != nil {
				return relay.Errorf(relay.CodeInvalid, "--model: %w", err).WithHint("give the CID of a manifest, bafkrei…")
			}
			pay := int64(0)
			if priced {
				if pay, err = strconv.ParseInt(amount, 10, 64); err != nil || pay < 0 {
					return relay.Errorf(relay.CodeInvalid, "--model: %q is no amount", amount).WithHint("give a whole number of the dollar's smallest unit")
				}
			}
			log.Info("opening", "model", name)
			if err := backend.Load(cmd.Context(), cid, receipt.Strict); err != nil {
				return relay.Errorf(relay.CodeUnavailable, "model %s: %w", name, err)
			}
			for _, mode := range []string{receipt.Strict, receipt.Fast} {
				offers = append(offers, wire.Offer{Manifest: cid, Mode: mode, Pay: pay})
			}
		}
		return provider.Run(cmd.Context(), provider.Config{Relay: *at, Key: key, Offers: offers, Capacity: *capacity, Backend: backend, Log: log,
			Hardware: runtime.GOOS + "/" + runtime.GOARCH + ", " + strconv.Itoa(runtime.NumCPU()) + " cores"})
	}
	return cmd
}
