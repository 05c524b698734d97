package orders

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/receipt"
)

const (
	// usualPatience is how long a transaction may take that a node knows of, before another one that pays more takes its place.
	usualPatience = 2 * time.Minute
	// forgetAfter is when one is forgotten about which nobody asks any more.
	forgetAfter = time.Hour
)

// once sends no second transaction for a step of an order while the first one may still be mined.
type once struct {
	client   *ethclient.Client
	log      *slog.Logger
	patience time.Duration

	mu   sync.Mutex
	sent map[string]sentTx // by order and step
}

type sentTx struct {
	hash common.Hash
	at   time.Time
}

func newOnce(client *ethclient.Client, log *slog.Logger) *once {
	return &once{client: client, log: log, patience: usualPatience, sent: map[string]sentTx{}}
}

// send has do send a transaction, unless one for that step is under way. What do is given is a transaction whose place it is to take, nil for none.
func (o *once) send(ctx context.Context, order receipt.Hash, step string, do func(replaces *types.Transaction) (common.Hash, error)) error {
	key := string(order[:]) + step
	o.mu.Lock()
	last, known := o.sent[key]
	for key, tx := range o.sent {
		if time.Since(tx.at) > forgetAfter {
			delete(o.sent, key)
		}
	}
	o.mu.Unlock()
	var replaces *types.Transaction
	if known {
		tx, pending, err := o.client.TransactionByHash(ctx, last.hash)
		if err != nil && !errors.Is(err, ethereum.NotFound) { // else the chain went back, and forgot it
			return send.Unavailable(err)
		}
		if err == nil && pending {
			waits, err := o.waits(ctx, tx)
			switch late := time.Since(last.at) > o.patience; {
			case err != nil:
				return err
			case waits: // another one is sent for the nonce that is missing
			case !late:
				return nil
			default:
				replaces = tx
			}
		}
	}
	hash, err := do(replaces)
	if err != nil {
		return err
	}
	o.mu.Lock()
	o.sent[key] = sentTx{hash, time.Now()}
	o.mu.Unlock()
	o.log.InfoContext(ctx, "sent", slog.String("what", step), slog.String("order", common.Hash(order).Hex()), slog.String("tx", hash.Hex()))
	return nil
}

// waits tells whether a transaction can never be mined as things are: the node forgot one before it of the same account, when the chain went back or its pool
// was full, after it had said what the next nonce is.
func (o *once) waits(ctx context.Context, tx *types.Transaction) (bool, error) {
	from, err := types.Sender(types.LatestSignerForChainID(tx.ChainId()), tx)
	if err != nil {
		return false, err
	}
	next, err := o.client.PendingNonceAt(ctx, from)
	return tx.Nonce() > next, send.Unavailable(err)
}
