// Package wire is how relay and provider speak: messages in WebSocket frames, each a header in JSON and a body of bytes.
//
// The provider dials. The relay says hello with a nonce; the provider signs in, saying what it offers; the relay welcomes it. Then the relay
// sends jobs, never more at once than the provider's capacity, and cancels; the provider sends progress and parts of answers, and for each job one
// result or failure, which it sends again after a break until the relay has said what became of it. A fence tells an attempt from
// earlier ones at the same job.
package wire

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/coder/websocket"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
)

const (
	// Path is where a relay takes providers.
	Path = "/api/v1/providers/connect"
	// Protocol is the WebSocket subprotocol. Another version has another name.
	Protocol = "dehug-provider.v0"
	// MaxBody is how many bytes of tensors go with a message; MaxFrame bounds a message.
	MaxBody  = 16 << 20
	maxHead  = 64 << 10
	MaxFrame = 4 + maxHead + MaxBody
	// MaxOffers is how many models a provider offers on one line.
	MaxOffers = 256
	// MaxCapacity is how many jobs it takes at once on one line.
	MaxCapacity = 1024
	// MaxPart is how many bytes a part of an answer has, MaxParts how many parts an answer.
	MaxPart  = 64 << 10
	MaxParts = 1 << 30
	// MaxBackend is how long a backend's name is.
	MaxBackend = 500
	// MaxDetail is how many bytes a failure's text has.
	MaxDetail = 500
	// PingEvery is how soon a line that is dead is found, about: by either end, for each may be behind something that keeps its half open.
	PingEvery = 15 * time.Second
	// ReadTimeout is for one message, from its first byte: who sends it slower than 150 kB/s, or a byte now and then, is gone.
	ReadTimeout = 2 * time.Minute
	// WriteTimeout is for one message: who does not read for so long is gone.
	WriteTimeout = 30 * time.Second
)

// Kinds of messages.
const (
	Hello    = "hello"    // relay: Nonce, Relay
	SignIn   = "signin"   // provider: Provider, Signature, Offers, Capacity, Hardware, About, Orders
	Welcome  = "welcome"  // relay
	Job      = "job"      // relay: Task, Fence; the body is the input, of an order its specification
	Cancel   = "cancel"   // relay: ID, Fence
	Progress = "progress" // provider: ID, Fence, Done, Of
	Part     = "part"     // provider: ID, Fence, Number; the body is JSON: of an answer, before its result
	Block    = "block"    // provider: ID, Fence; the body is a block of what a training made, before its result
	Result   = "result"   // provider: ID, Fence, Receipt; the body is the output, of an order what came of its job, the result's document among it
	Fail     = "fail"     // provider: ID, Fence, Code, Detail
	Settled  = "settled"  // relay, of result and fail: ID, Fence, Detail; the provider may forget them
	Drain    = "drain"    // either: no new jobs; those that run are finished
)

// How a server is asked that a provider has.
const (
	OpenInference = "open-inference"
	OpenAI        = "openai"
)

// Message is one of any kind; which fields count, the kinds say.
type Message struct {
	Kind      string          `json:"kind"`
	Nonce     string          `json:"nonce,omitempty"`
	Relay     receipt.Address `json:"relay,omitzero"`
	Provider  receipt.Address `json:"provider,omitzero"`
	Signature string          `json:"signature,omitempty"`
	Offers    []Offer         `json:"offers,omitempty"`
	Capacity  int             `json:"capacity,omitempty"`
	Hardware  string          `json:"hardware,omitempty"` // for people
	About     route.Facts     `json:"about,omitzero"`
	Orders    bool            `json:"orders,omitempty"` // whether it does what is ordered on chain

	ID      string           `json:"id,omitempty"`
	Fence   int64            `json:"fence,omitempty"`
	Task    *Task            `json:"task,omitempty"`
	Done    int              `json:"done,omitempty"`
	Of      int              `json:"of,omitempty"`
	Number  int64            `json:"number,omitempty"` // from 1, each one more
	CID     manifest.CID     `json:"cid,omitempty"`    // of a block
	Receipt *receipt.Receipt `json:"receipt,omitempty"`
	Code    relay.JobCode    `json:"code,omitempty"`
	Detail  string           `json:"detail,omitempty"`

	Body []byte `json:"-"`
}

// Offer is a model that a provider runs, and what it asks for a unit, in the smallest unit of a dollar. In a mode of jobs by specification (package
// spec) it is for any model, and names none.
type Offer struct {
	Manifest manifest.CID `json:"manifest"`
	Mode     string       `json:"mode"`
	Pay      int64        `json:"pay"`
	// Backend is what the server is called that runs it, in mode served: receipts hash it. API is how that is asked, beside by tensors.
	Backend string `json:"backend,omitempty"`
	API     string `json:"api,omitempty"`
	// Warm is a model that the provider keeps in memory.
	Warm bool `json:"warm,omitempty"`
}

// Task is a job as its provider sees it. What is in it goes into the receipt as it is.
type Task struct {
	Manifest manifest.CID    `json:"manifest"`
	Mode     string          `json:"mode"`
	Salt     receipt.Hash    `json:"salt"`
	Request  receipt.Hash    `json:"request"` // of salt and body
	Payer    receipt.Address `json:"payer"`
	Session  receipt.Hash    `json:"session"`
	Units    int64           `json:"units"`
	Pay      int64           `json:"pay"`
	SettleBy int64           `json:"settleBy"` // Unix seconds; 0 when nothing is to be settled
	Millis   int64           `json:"millis"`   // until its deadline: clocks differ
	// SpotChecked tells that answers like this one are looked at by chance: their receipts say so.
	SpotChecked bool `json:"spotChecked,omitempty"`
	// Order has the terms of an order on chain, whose id Session is; nil of other jobs.
	Order json.RawMessage `json:"order,omitempty"`
}

// What a provider is told of a result, in the detail of Settled.
const (
	Taken   = "taken"
	Stale   = "stale" // the attempt was given up before
	Refused = "refused"
)

// SignInText is what a provider signs (EIP-191), so that no other relay, and nobody in between, can use it.
func SignInText(host string, relayKey receipt.Address, nonce string) string {
	return fmt.Sprintf("DeHug provider sign-in\nhost: %s\nrelay: %s\nnonce: %s", host, relayKey, nonce)
}

// Encode writes a message as a frame.
func Encode(m *Message) ([]byte, error) {
	head, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	if len(head) > maxHead || len(m.Body) > MaxBody {
		return nil, relay.Errorf(relay.CodeTooLarge, "a message has %d and %d bytes, at most %d and %d are sent", len(head), len(m.Body), maxHead, MaxBody)
	}
	frame := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(head)+len(m.Body)), uint32(len(head)))
	return append(append(frame, head...), m.Body...), nil
}

// Decode reads one. The body shares the frame's memory.
func Decode(frame []byte) (*Message, error) {
	if len(frame) < 4 {
		return nil, relay.Errorf(relay.CodeInvalid, "a frame of %d bytes is no message", len(frame))
	}
	n := binary.BigEndian.Uint32(frame)
	if n > maxHead || int(n) > len(frame)-4 || len(frame)-4-int(n) > MaxBody {
		return nil, relay.Errorf(relay.CodeInvalid, "a frame's header has %d of %d bytes", n, len(frame))
	}
	m := &Message{}
	if err := json.Unmarshal(frame[4:4+n], m); err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "a frame's header: %w", err)
	}
	m.Body = frame[4+n:]
	return m, nil
}

// Read waits for a message, however long until it begins.
func Read(ctx context.Context, ws *websocket.Conn) (*Message, error) {
	return ReadWithin(ctx, ws, ReadTimeout)
}

// ReadWithin waits for a message that, once it has begun, is whole after that long.
func ReadWithin(ctx context.Context, ws *websocket.Conn, most time.Duration) (*Message, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	typ, r, err := ws.Reader(ctx)
	if err != nil {
		return nil, err
	}
	slow := time.AfterFunc(most, func() { stop(relay.Errorf(relay.CodeUnavailable, "a message was sent too slowly")) })
	frame, err := io.ReadAll(r)
	slow.Stop()
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return nil, err
	}
	if typ != websocket.MessageBinary {
		return nil, relay.Errorf(relay.CodeInvalid, "a frame of text is no message")
	}
	return Decode(frame)
}

// Ping looks whether the other end is there. Somebody has to Read meanwhile.
func Ping(ctx context.Context, ws *websocket.Conn) error {
	ctx, stop := context.WithTimeout(ctx, PingEvery)
	defer stop()
	return ws.Ping(ctx)
}

// Write sends a message.
func Write(ctx context.Context, ws *websocket.Conn, m *Message) error {
	frame, err := Encode(m)
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, WriteTimeout)
	defer stop()
	return ws.Write(ctx, websocket.MessageBinary, frame)
}
