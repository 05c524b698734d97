// Package history keeps what happened while faults were made, and holds it against what a database says after: a line of JSON each.
//
//	h := history.New(file)
//	h.Add(history.Line{Event: history.Acknowledged, Key: key, Job: id})
//	…
//	verdict, err := history.Check(file, os.Stderr)
//
// Check knows nothing of the relay's code, only lines: what people asked and were told, and the rows of the tables as they are. Package
// check is the same as a program.
package history

import (
	"encoding/json"
	"io"
	"sync"
)

// What lines say.
const (
	Asked        = "asked"        // somebody asked for a job by a key of idempotency, and expects Output
	Acknowledged = "acknowledged" // and was told its id
	Seen         = "seen"         // somebody was told of a job's state, and its output if it succeeded
	Fault        = "fault"        // What was done
	Row          = "row"          // a row of a table, after all
	Signed       = "signed"       // somebody signed for so many Units of a Session, with the request of a key
	Refused      = "refused"      // and that was refused for good
	Chain        = "chain"        // something that a chain says, after all
)

// Line is one of them.
type Line struct {
	Event  string
	Key    string         `json:",omitempty"`
	Job    string         `json:",omitempty"`
	What   string         `json:",omitempty"` // kind of fault, state, table, or of what the chain says
	Output string         `json:",omitempty"`
	Row    map[string]any `json:",omitempty"` // by column

	World   string `json:",omitempty"` // whose database or chain that is
	Session string `json:",omitempty"`
	Units   int64  `json:",omitempty"`
}

// History is written as things happen, by many at once.
type History struct {
	mu  sync.Mutex
	out *json.Encoder
	err error
}

// New writes to out.
func New(out io.Writer) *History { return &History{out: json.NewEncoder(out)} }

// Add adds a line.
func (h *History) Add(l Line) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.out.Encode(l); err != nil && h.err == nil {
		h.err = err
	}
}

// Err is what went wrong with writing, if something did.
func (h *History) Err() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.err
}
