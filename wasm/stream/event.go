package stream

import (
	"strconv"
	"time"

	"github.com/dehug/dehug/manifest"
)

// An Event is something that happened: a [ManifestEvent], a [ChunkEvent] or a [SourceEvent].
type Event interface{ event() }

// A ManifestEvent comes once, when manifest and signature have been checked.
type ManifestEvent struct{ Release *Release }

// A ChunkEvent comes whenever a chunk changes state. All chunks begin as waiting, without an event.
type ChunkEvent struct {
	File         string // manifest path
	Index, Count int
	Size         int // bytes
	State        ChunkState
	Source       string    // base URL
	Bytes        int       // arrived so far
	Evidence     *Evidence // with ChunkRejected
}

// A SourceEvent comes whenever a source changes state, and each time it misbehaves.
type SourceEvent struct {
	Source, Label string
	State         SourceState
	Evidence      *Evidence // with every state but SourceOK
}

func (ManifestEvent) event() {}
func (ChunkEvent) event()    {}
func (SourceEvent) event()   {}

// ChunkState says where a chunk is on its way.
type ChunkState string

const (
	ChunkRequested ChunkState = "requested"
	ChunkArriving  ChunkState = "arriving" // some bytes are here, unchecked
	ChunkVerified  ChunkState = "verified" // final
	ChunkRejected  ChunkState = "rejected" // what came is not this chunk
)

// SourceState says how a source last did.
type SourceState string

const (
	SourceOK       SourceState = "ok"
	SourceSlow     SourceState = "slow"     // asked us to wait
	SourceUnusable SourceState = "unusable" // an error, a web page, half a block, silence; will be asked again later
	SourceLying    SourceState = "lying"
	SourceBanned   SourceState = "banned" // follows lying; also told at once of a source banned before
)

// Verdict says what to think of an answer.
type Verdict string

const (
	VerdictLying    Verdict = "lying"
	VerdictUnusable Verdict = "unusable"
	VerdictSlow     Verdict = "slow"
)

// Evidence is what a source did when it was asked for a block. With the CID anyone can ask again and see.
type Evidence struct {
	Source, Label string
	Verdict       Verdict
	What          string // what was asked for, for people: "chunk 3 of model.onnx"
	Reason        string // a clause that follows the source's name: "sent 524288 bytes of 1048576"
	CID           manifest.CID
	Expected      manifest.Digest
	Got           manifest.Digest // zero when the answer was not worth hashing
	Bytes         int64           // that came
	ExpectedBytes int64           // -1 when not known beforehand
	Status        int             // HTTP status; 0 without an answer

	retryAfter time.Duration // with VerdictSlow
}

// missing reports whether the source says that it does not have the block.
func (e Evidence) missing() bool { return e.Status == 404 || e.Status == 410 }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
