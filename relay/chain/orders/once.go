package orders

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/ethclient"

	"github.com/dehug/dehug/relay/chain/send"
	"github.com/dehug/dehug/relay/receipt"
)

// patience is how long a transaction may take that a node knows of, before another one is tried in its place.
const patience = 2 * time.Minute

// once sends no second transaction for a step of an order while the first one may still be mined.
type once struct {
	client *ethclient.Client
	log    *slog.Logger

	mu   sync.Mutex
	sent map[string]sentTx // by order and step
}

type sentTx struct {
	hash common.Hash
	at   time.Time
}

func newOnce(client *ethclient.Client, log *slog.Logger) *once {
	return &once{client: client, log: log, sent: map[string]sentTx{}}
}

// send has do send a transaction, unless one for that step is under way.
func (o *once) send(ctx context.Context, order receipt.Hash, step string, do func() (common.Hash, error)) error {
	key := string(order[:]) + step
	o.mu.Lock()
	last, known := o.sent[key]
	for key, tx := range o.sent {
		if time.Since(tx.at) > patience {
			delete(o.sent, key)
		}
	}
	o.mu.Unlock()
	if known && time.Since(last.at) < patience {
		_, pending, err := o.client.TransactionByHash(ctx, last.hash)
		if err == nil && pending {
			return nil
		}
		if err != nil && !errors.Is(err, ethereum.NotFound) { // else the chain went back, and forgot it
			return send.Unavailable(err)
		}
	}
	hash, err := do()
	if err != nil {
		return err
	}
	o.mu.Lock()
	o.sent[key] = sentTx{hash, time.Now()}
	o.mu.Unlock()
	o.log.InfoContext(ctx, "sent", slog.String("what", step), slog.String("order", common.Hash(order).Hex()), slog.String("tx", hash.Hex()))
	return nil
}
