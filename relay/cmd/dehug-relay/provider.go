package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/manifest/ethsig"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/backend"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/provider"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
)

func newProvider() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "provider",
		Short: "Run models for the people of a relay",
		Long: `provider dials a relay, signs in with a key, and runs what it is asked to: models that you
name, fetched from gateways with every chunk verified, by the built-in engine. For each job it
signs a receipt. What it computes in strict mode anybody can replay, bit for bit.

Who asks may say who may answer: --region, --data-policy and --gpu-memory say what you are,
and you answer for that by your name. A region's parts are joined by "-", the largest first:
eu-de is also eu. A policy is none (nothing is kept of what you are asked), logs (it is kept
for a while) or trains (it may become part of a model).

The relay's operator has to take your account (serve --provider). The site's gateway is a
source when no other is named. Ctrl-C finishes what runs, then ends.

With --backends it also offers models that other servers run: those that speak the Open
Inference Protocol (Triton, KServe, MLServer) or the OpenAI-compatible API (vLLM, llama.cpp).
Nobody can replay these; receipts name the server by a hash and are "signed". The file is

  [{"manifest": "bafkrei…", "pay": 250, "kind": "open-inference",
    "url": "http://127.0.0.1:8000", "model": "iris", "version": "v1"},
   {"manifest": "bafkrei…", "pay": 900, "kind": "openai",
    "url": "http://127.0.0.1:8001", "model": "smollm2", "tokenEnv": "VLLM_KEY"}]

where version, pay, tokenEnv (the variable with that server's key) and seconds (to wait for
an answer, or for the next piece of one) may be left out.`,
		Example: `  dehug-relay keygen provider.key
  dehug-relay provider --relay https://hub.example --key provider.key --model bafkrei… \
    --source https://blocks.example
  dehug-relay provider --relay http://127.0.0.1:8080 --key provider.key --model bafkrei…=250 \
    --source http://127.0.0.1:8081
  dehug-relay provider --relay https://hub.example --key provider.key --model bafkrei… \
    --price 250 --region eu-de --data-policy none
  dehug-relay provider --relay https://hub.example --relay https://other.example \
    --key provider.key --backends backends.json --capacity 16`,
		Args: cobra.NoArgs,
	}
	data := dataFlag(cmd)
	flags := cmd.Flags()
	at := flags.StringSlice("relay", []string{"http://" + siteAddress}, "`URL` of the relay's site; may be repeated: the jobs at once are shared among all")
	keyFile := flags.String("key", "", "`FILE` with the key of your account (required)")
	models := flags.StringSlice("model", nil, "`CID[=AMOUNT]` of a manifest, and what you ask for an inference, in the smallest unit of a dollar; may be repeated")
	price := flags.Int64("price", 0, "`AMOUNT` that you ask for an inference of a model for which --model names none, in the smallest unit of a dollar")
	var about route.Facts
	flags.StringVar(&about.Region, "region", "", "`NAME` of where you are, such as eu-de; nowhere in particular when not given")
	flags.StringVar(&about.DataPolicy, "data-policy", "", "`POLICY` for what you are asked: none, logs or trains; nothing is said when not given")
	flags.IntVar(&about.MemoryGB, "memory", memoryGB(), "`GB` of memory that the machine has")
	flags.IntVar(&about.GPUMemoryGB, "gpu-memory", 0, "`GB` of memory that its largest GPU has; 0 for none")
	hardware := flags.String("hardware", "", "`TEXT` that says for people what you run on; system and cores when not given")
	backends := flags.String("backends", "", "`FILE` with a JSON list of models that other servers of yours run (see below)")
	from := flags.StringSlice("source", []string{"http://" + gatewayAddress}, "`URL` of a gateway to fetch models from; may be repeated")
	capacity := flags.Int("capacity", runtime.NumCPU(), "how many `jobs` to take at once")
	keep := flags.Int("keep", 4, "how many `models` to keep in memory")
	logs := logFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, err := logs.open(cmd)
		if err != nil {
			return err
		}
		if *keyFile == "" || len(*models) == 0 && *backends == "" {
			return relay.Errorf(relay.CodeInvalid, "provider needs a key, and a model or backends").WithHint("usage: %s", cmd.UseLine())
		}
		if *capacity < 1 || *capacity > wire.MaxCapacity {
			return relay.Errorf(relay.CodeInvalid, "--capacity %d is not between 1 and %d", *capacity, wire.MaxCapacity)
		}
		if about.Cores = runtime.NumCPU(); *hardware == "" {
			*hardware = runtime.GOOS + "/" + runtime.GOARCH + ", " + strconv.Itoa(about.Cores) + " cores"
		}
		if err := about.Check(); err != nil {
			return err
		}
		if *price < 0 {
			return relay.Errorf(relay.CodeInvalid, "--price: %d is no amount", *price)
		}
		key, err := ethsig.LoadKey(*keyFile)
		if err != nil {
			return relay.Errorf(relay.CodeInvalid, "--key: %w", err).WithHint("make one with `dehug-relay keygen`")
		}
		if _, err := sources(*from); err != nil {
			return err
		}
		built, err := engine.Open(filepath.Join(*data, "provider"), *from, *keep)
		if err != nil {
			return err
		}
		defer built.Close()
		served, err := openBackends(cmd.Context(), *backends)
		if err != nil {
			return err
		}
		defer served.Close()
		var offers []wire.Offer
		for _, text := range *models {
			name, amount, priced := strings.Cut(text, "=")
			cid, err := manifest.ParseCID(name)
			if err != nil {
				return relay.Errorf(relay.CodeInvalid, "--model: %w", err).WithHint("give the CID of a manifest, bafkrei…")
			}
			pay := *price
			if priced {
				if pay, err = strconv.ParseInt(amount, 10, 64); err != nil || pay < 0 {
					return relay.Errorf(relay.CodeInvalid, "--model: %q is no amount", amount).WithHint("give a whole number of the dollar's smallest unit")
				}
			}
			log.Info("opening", "model", name)
			if err := built.Load(cmd.Context(), cid, receipt.Strict); err != nil {
				return relay.Errorf(relay.CodeUnavailable, "model %s: %w", name, err)
			}
			// Each mode is a program of its own. Where all have room none goes, and those in strict mode are there from the beginning.
			warm := 2*len(*models) <= *keep
			offers = append(offers, wire.Offer{Manifest: cid, Mode: receipt.Strict, Pay: pay, Warm: warm}, wire.Offer{Manifest: cid, Mode: receipt.Fast, Pay: pay})
		}
		offers = append(offers, served.Offers()...)
		return provideAll(cmd.Context(), *at, provider.Config{Key: key, Offers: offers, Capacity: *capacity, Backend: &shared{built, served, make(chan struct{}, *capacity)}, Log: log,
			Hardware: *hardware, About: about})
	}
	return cmd
}

// memoryGB is how much memory this machine has, 0 where that is not known.
func memoryGB() int {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0
	}
	var kB int
	if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kB); err != nil {
		return 0
	}
	return kB >> 20
}

// openBackends opens those that a file names, none for "".
func openBackends(ctx context.Context, name string) (*backend.Served, error) {
	if name == "" {
		return backend.Open(ctx, nil)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, relay.FileError(err)
	}
	configs, err := backend.Parse(text)
	if err != nil {
		return nil, err
	}
	return backend.Open(ctx, configs)
}

// provideAll works for several relays. It ends when ctx does, or when one of them cannot be worked for.
func provideAll(ctx context.Context, relays []string, c provider.Config) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, len(relays))
	for _, at := range relays {
		go func() {
			one := c
			one.Relay, one.Log = at, c.Log.With(slog.String("at", at))
			ended <- provider.Run(ctx, one)
			stop()
		}()
	}
	var err error
	for range relays {
		err = errors.Join(err, <-ended)
	}
	return err
}

// shared gives each question to the engine or to a server, of all relays together no more at once than there is room for.
type shared struct {
	built  *engine.Engine
	served *backend.Served
	room   chan struct{}
}

func (s *shared) Run(ctx context.Context, q engine.Question) (*engine.Answer, error) {
	select {
	case s.room <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.room }()
	if q.Mode == receipt.Served {
		return s.served.Run(ctx, q)
	}
	return s.built.Run(ctx, q)
}
