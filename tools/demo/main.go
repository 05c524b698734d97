// Command demo is `make demo`: it builds what is missing, publishes BlazeFace into a data folder, starts a chain and the
// processes of a hub, and prints the address of the page. While that is open it puts the model on chain, with a second
// version, one that somebody else made from it, some use, and entries in the season's challenge; then it has a provider run that one, paid by the test wallet, replays the run,
// and prints who got what; then it fetches and publishes the models of the other tasks.
// DEHUG_DEMO_TASKS=none leaves them out.
//
// The processes:
//
//   - a chain of its own with all contracts (`dehug-relay devnet`); it begins anew each time
//   - the relay: the site, and a gateway on an origin of its own
//   - a second, independent gateway with a data folder of its own, filled by `dehug-relay mirror`
//   - a gateway that lies, for the page's switch that shows how it is caught
//   - another site that embeds the one tag
//   - two providers with the built-in engine, once there is a model that they are paid for
//
// It says beforehand what it will fetch. Ctrl-C (or SIGTERM, or the end of whoever started it) ends all of them.
// Data and logs are in data/demo, or where DEHUG_DEMO_DATA says.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// usual ports of the site, its gateway, the second gateway, the liar, the other site and the chain. A free one is taken where
// one of these is in use.
var usual = []int{8080, 8081, 8082, 8083, 8084, 8545}

// parentCheck is how often we look whether whoever started us is still there. make dies of a second SIGINT without
// telling us.
const parentCheck = 500 * time.Millisecond

var errStopped = errors.New("stopped")

func main() {
	// SIGPIPE would end us, and nothing else, when whoever reads what we print has gone.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	defer stop()
	ctx, cancel := context.WithCancelCause(ctx)
	go watchParent(cancel)
	err := run(ctx)
	if err != nil && ctx.Err() == nil {
		fmt.Fprintln(os.Stderr, "demo: error:", err)
		os.Exit(1)
	}
	fmt.Println("\nall ended")
}

func watchParent(cancel context.CancelCauseFunc) {
	for parent := os.Getppid(); os.Getppid() == parent; {
		time.Sleep(parentCheck)
	}
	cancel(errStopped)
}

func run(ctx context.Context) error {
	if err := prepare(ctx); err != nil {
		return err
	}
	data := cmp.Or(os.Getenv("DEHUG_DEMO_DATA"), filepath.Join("data", "demo"))
	if err := os.MkdirAll(data, 0o755); err != nil {
		return err
	}
	d := demo{data: data}
	defer d.children.end()
	return d.run(ctx)
}

type demo struct {
	data     string // folder
	children children
	market   *market
}

// run starts everything and returns when ctx ends or one of the processes does.
func (d *demo) run(ctx context.Context) error {
	relay := filepath.Join("bin", "dehug-relay")
	first, second := filepath.Join(d.data, "relay"), filepath.Join(d.data, "gateway")

	at, err := freeAddresses(usual)
	if err != nil {
		return err
	}
	site, gateway, other, liar, elsewhere, chain := at[0], at[1], at[2], at[3], at[4], at[5]
	if err := d.openMarket(ctx, relay, chain); err != nil {
		return err
	}
	defer d.market.close()
	face, err := d.publish(ctx, relay, first, filepath.Join(".cache", "release", "blazeface"), faceAuthor)
	if err != nil {
		return err
	}
	challenges, err := d.openChallenge(time.Now())
	if err != nil {
		return err
	}
	release := face.Release
	block := "/ipfs/" + release + "?format=raw" // what a gateway is asked to see whether it is up

	// Accounts and index are of the chain, which begins anew; what was published stays in the folder.
	hub := filepath.Join(d.data, "hub.db")
	for _, name := range []string{hub, hub + "-wal", hub + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	err = d.serve(ctx, "relay", "http://"+site+"/healthz", relay, "serve", "--data", first, "--listen", site,
		"--gateway-listen", gateway, "--source", "http://"+other, "--demo-fault-gateway", "http://"+liar, "--database", "sqlite:"+hub,
		"--rpc", "http://"+chain, "--deployment", "devnet", "--poll", "250ms", "--test-wallet", d.market.Accounts[newcomer].Key, "--publish-key", d.key(payer),
		"--relay-key", d.key(payer), "--provider", "any", "--free-daily", "1000000", "--settle-size", "1", "--challenges", challenges)
	if err != nil {
		return err
	}
	if _, err := output(ctx, relay, "mirror", release, "--from", "http://"+gateway, "--data", second); err != nil {
		return err
	}
	err = d.serve(ctx, "gateway", "http://"+other+block, relay, "gateway", "--data", second, "--listen", other)
	if err != nil {
		return err
	}
	err = d.serve(ctx, "liar", "http://"+liar+block, filepath.Join("bin", "faultgw"), "-upstream", "http://"+other, "-listen", liar, "-mode", "flip")
	if err != nil {
		return err
	}
	_, port, _ := strings.Cut(elsewhere, ":")
	err = d.serve(ctx, "elsewhere", "http://"+elsewhere+"/", "node", filepath.Join("web", "embed-demo", "serve.mjs"), "http://"+site, port)
	if err != nil {
		return err
	}

	fmt.Printf(`
DeHug is running. Open

http://%s/

http://%s/demo streams a model from two gateways that it does not trust, %s and %s, checks every byte
and finds faces on this machine. http://%s/ is another site with the same tag in it.
The hub's chain is one of its own, at http://%s/: sign in with the test wallet, and publish; its money is worth nothing.
Logs are in %s. Ctrl-C ends everything.
`, site, site, gateway, other, elsewhere, chain, d.data)

	behind, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.sell(behind, relay, first, "http://"+site, "http://"+gateway, face)
		if os.Getenv("DEHUG_DEMO_TASKS") != "none" {
			d.more(behind, relay, first, "http://"+gateway, second)
		}
	}()
	defer func() { cancel(); <-done }()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case err := <-d.children.ended:
		return err
	}
}

// serve starts one process, with its log in the data folder, and returns when url answers.
func (d *demo) serve(ctx context.Context, name, url, program string, args ...string) error {
	return d.children.start(ctx, url, filepath.Join(d.data, name+".log"), program, args...)
}

// tasks are what is published once the page is up, the smallest first. Names are those of tools/release.
var tasks = []struct {
	name, what string
	author     int
	price      string
	payers     []int // who buy use of it
}{
	{"voice-activity", "speech in recordings, Silero VAD, 2 MB", 2, "5000", []int{3}},
	{"file-type", "kinds of files, Magika, 3 MB", 3, "", nil},
	{"image-classification", "which way up a page is, PP-LCNet, 7 MB", 4, "20000", []int{buyer, 3}},
	{"ocr", "text in pictures, PP-OCRv4, 16 MB", 4, "50000", []int{buyer, 2, 3}},
	{"text-embedding", "sentences, MiniLM, 23 MB", 5, "10000", []int{buyer, 2}},
}

// more fetches and publishes the models of the other tasks. One that cannot be had is said and left out: the page does
// without.
func (d *demo) more(ctx context.Context, relay, data, gateway, mirror string) {
	for _, task := range tasks {
		err := func() error {
			if _, err := output(ctx, filepath.Join("bin", "release"), task.name); err != nil {
				return err
			}
			said, err := d.publish(ctx, relay, data, filepath.Join(".cache", "release", task.name), task.author)
			if err != nil {
				return err
			}
			version, err := d.market.publish(ctx, task.author, said.Manifest, gateway, task.price)
			if err != nil {
				return err
			}
			if err := d.market.enter(ctx, version, said.Manifest, gateway); err != nil {
				return err
			}
			for _, payer := range task.payers {
				if err := d.market.use(ctx, payer, version, 25); err != nil {
					return err
				}
			}
			_, err = output(ctx, relay, "mirror", said.Release, "--from", gateway, "--data", mirror)
			return err
		}()
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			fmt.Printf("without %s (%s): %v\n", task.name, task.what, err)
		default:
			fmt.Printf("also on the page: %s (%s)\n", task.name, task.what)
		}
	}
}

// published is what `dehug-relay publish --json` says.
type published struct{ Release, Manifest string }

// publish makes a release in the data folder of another folder, signed by an account of the chain, which is its author. The
// same account and files give the same release again.
func (d *demo) publish(ctx context.Context, relay, data, folder string, author int) (published, error) {
	out, err := output(ctx, relay, "publish", folder, "--key", d.key(author), "--data", data, "--json", "--precompile")
	if err != nil {
		return published{}, err
	}
	var said published
	if err := json.Unmarshal(out, &said); err != nil || said.Release == "" {
		return published{}, fmt.Errorf("dehug-relay publish: got %q, want JSON with a release", out)
	}
	return said, nil
}
