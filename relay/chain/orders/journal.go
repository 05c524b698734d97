package orders

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/receipt"
)

// journal is a folder with a file for each order that a provider has at stake, and one for each block of a result.
type journal struct {
	dir string
	mu  sync.Mutex // so that no block goes that another entry comes to have
}

// entry is what a provider must not forget of an order.
type entry struct {
	Order     receipt.Hash   `json:"order"`
	Terms     Terms          `json:"terms"`
	Result    receipt.Hash   `json:"result"` // of its document: there is one for ever; zero before
	Plan      receipt.Hash   `json:"plan"`
	Assurance string         `json:"assurance,omitempty"`
	Blocks    []manifest.CID `json:"blocks,omitempty"`
	Made      time.Time      `json:"made,omitzero"`
	Taken     bool           `json:"taken,omitempty"` // by a relay
}

// done tells whether there is a result.
func (e *entry) done() bool { return e.Result != receipt.Hash{} }

func openJournal(dir string) (*journal, error) {
	if err := os.MkdirAll(filepath.Join(dir, "blocks"), 0o700); err != nil {
		return nil, relay.FileError(err)
	}
	return &journal{dir: dir}, nil
}

func (j *journal) file(order receipt.Hash) string {
	return filepath.Join(j.dir, common.Hash(order).Hex()+".json")
}

// answer is the file with the tensors that go with the result.
func (j *journal) answer(order receipt.Hash) string {
	return filepath.Join(j.dir, common.Hash(order).Hex()+".answer")
}

func (j *journal) block(cid manifest.CID) string { return filepath.Join(j.dir, "blocks", string(cid)) }

// load is nil for an order that there is nothing of.
func (j *journal) load(order receipt.Hash) (*entry, error) {
	text, err := os.ReadFile(j.file(order))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, relay.FileError(err)
	}
	e := &entry{}
	if err := json.Unmarshal(text, e); err != nil || e.Order != order || e.Terms.Bond == nil || e.Terms.Fee == nil {
		return nil, relay.Errorf(relay.CodeUnverified, "%s is damaged: %w", j.file(order), err).WithHint("what was signed for this order is not known any more: do not sign for it again")
	}
	return e, nil
}

// done keeps an entry that has a result now, with all that goes with that.
func (j *journal) done(e *entry, tensors []byte, blocks []manifest.Block) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, b := range blocks {
		if err := write(j.block(b.CID), b.Data); err != nil {
			return err
		}
		e.Blocks = append(e.Blocks, b.CID)
	}
	if err := write(j.answer(e.Order), tensors); err != nil {
		return err
	}
	return j.save(e)
}

// save keeps an entry; it is on the disk when save returns.
func (j *journal) save(e *entry) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return write(j.file(e.Order), text)
}

// answered reads what done kept.
func (j *journal) answered(e *entry) (tensors []byte, list []manifest.Block, err error) {
	if tensors, err = os.ReadFile(j.answer(e.Order)); err != nil {
		return nil, nil, relay.FileError(err)
	}
	for _, cid := range e.Blocks {
		data, err := os.ReadFile(j.block(cid))
		if err != nil {
			return nil, nil, relay.FileError(err)
		}
		list = append(list, manifest.Block{CID: cid, Data: data})
	}
	return tensors, list, nil
}

// remove forgets an order. Blocks stay that another one's result has.
func (j *journal) remove(order receipt.Hash) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	e, err := j.load(order)
	if err != nil || e == nil {
		return err
	}
	if err := os.Remove(j.file(order)); err != nil {
		return relay.FileError(err)
	}
	_ = os.Remove(j.answer(order)) // there may be none
	others := map[manifest.CID]bool{}
	ids, err := j.list()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if other, err := j.load(id); err == nil && other != nil {
			for _, cid := range other.Blocks {
				others[cid] = true
			}
		}
	}
	for _, cid := range e.Blocks {
		if !others[cid] {
			_ = os.Remove(j.block(cid)) // it may be gone
		}
	}
	return nil
}

func (j *journal) list() ([]receipt.Hash, error) {
	files, err := os.ReadDir(j.dir)
	if err != nil {
		return nil, relay.FileError(err)
	}
	var ids []receipt.Hash
	for _, f := range files {
		var id receipt.Hash
		if name, ok := strings.CutSuffix(f.Name(), ".json"); ok && id.UnmarshalText([]byte(name)) == nil {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// write has a file with that content, or the one that was there before, whenever the machine stops.
func write(name string, data []byte) error {
	dir := filepath.Dir(name)
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return relay.FileError(err)
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // it may be gone
		return relay.FileError(err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return relay.FileError(err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return relay.FileError(err)
	}
	return nil
}
