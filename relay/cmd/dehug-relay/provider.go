package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

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
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/work"
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
an answer, or for the next piece of one) may be left out.

With --kind it also does jobs by specification, for any model: inference, evaluation (a model
over a data set), validation. With --allow-command it does trainings: the program is started
without a shell, in a folder of its own, with DEHUG_JOB, DEHUG_MODEL, DEHUG_DATASET and
DEHUG_OUTPUT in an environment that is otherwise clean, and killed with all that it started
when the job is canceled, takes too long or writes too much. It runs as you: allow only what
you would run on anybody's data, and give it a user, or a container, of its own.

With --rpc and --deployment it also does what is ordered on chain in the name of its account:
what the order says is looked up there, the bond is paid out of that account (which pays for gas,
too), and what was done is delivered and, when the order has ended, withdrawn.`,
		Example: `  dehug-relay keygen provider.key
  dehug-relay provider --relay https://hub.example --key provider.key --model bafkrei… \
    --source https://blocks.example
  dehug-relay provider --relay http://127.0.0.1:8080 --key provider.key --model bafkrei…=250 \
    --source http://127.0.0.1:8081
  dehug-relay provider --relay https://hub.example --key provider.key --model bafkrei… \
    --price 250 --region eu-de --data-policy none
  dehug-relay provider --relay https://hub.example --relay https://other.example \
    --key provider.key --backends backends.json --capacity 16
  dehug-relay provider --relay https://hub.example --key provider.key \
    --source https://blocks.example --kind evaluation=500 --kind training=90000 \
    --allow-command 'finetune=/usr/bin/python3 /srv/finetune.py'
  dehug-relay provider --relay https://hub.example --key provider.key --model bafkrei…=250 \
    --rpc https://node.example --deployment deployment.json --max-bond 5000000`,
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
	kinds := flags.StringSlice("kind", nil, "`KIND[=AMOUNT]` of jobs by specification that you do, and what you ask for one: inference, evaluation, validation, training; may be repeated")
	commands := flags.StringArray("allow-command", nil, "`NAME=PROGRAM ARGS…` that trainings may have run; may be repeated")
	from := flags.StringSlice("source", []string{"http://" + gatewayAddress}, "`URL` of a gateway to fetch models from; may be repeated")
	capacity := flags.Int("capacity", runtime.NumCPU(), "how many `jobs` to take at once")
	keep := flags.Int("keep", 4, "how many `models` to keep in memory")
	ordered := orderFlags(cmd)
	logs := logFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		log, err := logs.open(cmd)
		if err != nil {
			return err
		}
		if *keyFile == "" || len(*models) == 0 && *backends == "" && len(*kinds) == 0 {
			return relay.Errorf(relay.CodeInvalid, "provider needs a key, and a model, backends or a kind of jobs").WithHint("usage: %s", cmd.UseLine())
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
			name, pay, err := priced("model", text, *price)
			if err != nil {
				return err
			}
			cid, err := manifest.ParseCID(name)
			if err != nil {
				return relay.Errorf(relay.CodeInvalid, "--model: %w", err).WithHint("give the CID of a manifest, bafkrei…")
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
		worker := &work.Worker{Engine: built, Dir: filepath.Join(*data, "trainings")}
		if worker.Commands, err = allowed(*commands); err != nil {
			return err
		}
		bySpec, err := kindOffers(*kinds, worker.Commands)
		if err != nil {
			return err
		}
		offers = append(offers, bySpec...)
		room := make(chan struct{}, *capacity)
		keeper, err := ordered.open(cmd.Context(), filepath.Join(*data, "provider", "orders"), key, &ordering{worker, offers, room}, log)
		if err != nil {
			return err
		}
		config := provider.Config{Key: key, Offers: offers, Capacity: *capacity, Backend: &shared{built, served, worker, room}, Log: log,
			Hardware: *hardware, About: about}
		if keeper != nil {
			config.Orders = keeper
			ctx, stop := context.WithCancel(context.WithoutCancel(cmd.Context()))
			var keeping sync.WaitGroup
			keeping.Go(func() { keeper.Run(ctx) })
			defer keeping.Wait()
			defer stop() // after what runs has finished, and may have been delivered
		}
		return provideAll(cmd.Context(), *at, config)
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

// priced reads NAME[=AMOUNT]. Where no amount is given it is usual.
func priced(flag, text string, usual int64) (name string, pay int64, err error) {
	name, amount, given := strings.Cut(text, "=")
	if pay = usual; given {
		if pay, err = strconv.ParseInt(amount, 10, 64); err != nil || pay < 0 {
			return "", 0, relay.Errorf(relay.CodeInvalid, "--%s: %q is no amount", flag, amount).WithHint("give a whole number of the dollar's smallest unit")
		}
	}
	return name, pay, nil
}

// allowed reads which commands trainings may have run.
func allowed(list []string) (map[string]work.Command, error) {
	all := map[string]work.Command{}
	for _, text := range list {
		name, line, _ := strings.Cut(text, "=")
		args := strings.Fields(line)
		if err := manifest.CheckSlug("--allow-command", name); err != nil || len(args) == 0 {
			return nil, relay.Errorf(relay.CodeInvalid, "--allow-command: %q names no command", text).WithHint("such as 'finetune=/usr/bin/python3 /srv/finetune.py'")
		}
		path, err := exec.LookPath(args[0])
		if err == nil {
			path, err = filepath.Abs(path) // it is started elsewhere
		}
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "--allow-command: %w", err)
		}
		args[0] = path
		all[name] = work.Command{Args: args}
	}
	return all, nil
}

// kindOffers are those of jobs by specification.
func kindOffers(kinds []string, commands map[string]work.Command) (offers []wire.Offer, err error) {
	trains := false
	for _, text := range kinds {
		kind, pay, err := priced("kind", text, 0)
		if err != nil {
			return nil, err
		}
		switch kind {
		case spec.Training:
			trains = true
			for _, name := range slices.Sorted(maps.Keys(commands)) {
				offers = append(offers, wire.Offer{Mode: (&spec.Job{Training: &spec.TrainingJob{Command: name}}).Mode(), Pay: pay})
			}
		case spec.Inference:
			for _, mode := range []string{receipt.Strict, receipt.Fast} {
				offers = append(offers, wire.Offer{Mode: (&spec.Job{Kind: kind, Inference: &spec.InferenceJob{Mode: mode}}).Mode(), Pay: pay})
			}
		case spec.Evaluation, spec.Validation:
			offers = append(offers, wire.Offer{Mode: kind, Pay: pay})
		default:
			return nil, relay.Errorf(relay.CodeInvalid, "--kind: there is no %q", kind).WithHint("inference, evaluation, validation or training")
		}
	}
	if trains != (len(commands) > 0) {
		return nil, relay.Errorf(relay.CodeInvalid, "--kind training and --allow-command go together")
	}
	return offers, nil
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
	worker *work.Worker
	room   chan struct{}
}

func (s *shared) Run(ctx context.Context, q engine.Question) (*engine.Answer, error) {
	select {
	case s.room <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-s.room }()
	switch {
	case q.Mode == receipt.Served:
		return s.served.Run(ctx, q)
	case spec.IsMode(q.Mode):
		return s.worker.Run(ctx, q)
	}
	return s.built.Run(ctx, q)
}
