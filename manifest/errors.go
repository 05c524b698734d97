package manifest

import "errors"

// An Error is one reason to refuse outside bytes. Every error of this package
// that is caused by its input wraps exactly one of the values below, so callers
// test with errors.Is and show Code, Error() and Hint.
type Error struct {
	Code string // stable, for machines: the same in Go, TypeScript, Python and the vectors
	Text string // what is wrong, lower case
	Hint string // what to do about it
}

func (e *Error) Error() string { return e.Text }

// The reasons. Codes are part of the format's test vectors and never change meaning.
var (
	ErrTooLarge      = &Error{"too-large", "larger than the format allows", "split the release, or shard the data set"}
	ErrSyntax        = &Error{"syntax", "not JSON of this format", "write the document with a DeHug tool, not by hand"}
	ErrNotCanonical  = &Error{"not-canonical", "not in canonical form (RFC 8785)", "sort keys, drop white space and empty fields, or re-encode with a DeHug tool"}
	ErrNumber        = &Error{"json-number", "JSON number where the format has only strings", "quote it: \"128\", not 128"}
	ErrDuplicateKey  = &Error{"duplicate-key", "key given twice", "keep one of them"}
	ErrUnknownField  = &Error{"unknown-field", "field this schema does not have", "remove it; a new field needs a new schema id"}
	ErrMissingField  = &Error{"missing-field", "required field is missing", "add it"}
	ErrSchema        = &Error{"schema", "schema this program does not know", "upgrade the program that reads it"}
	ErrInteger       = &Error{"integer", "not an integer of the form 0 or [1-9][0-9]* in range", "write it without sign, leading zeros or spaces"}
	ErrValue         = &Error{"value", "value not allowed here", "see the field's rule in manifest/SPEC.md"}
	ErrText          = &Error{"text", "text with characters not allowed here", "remove control, bidirectional and surrogate characters"}
	ErrPath          = &Error{"path", "path not allowed", "use segments of A-Z a-z 0-9 . _ + - joined by /, safe on every system"}
	ErrPathCollision = &Error{"path-collision", "path collides with another", "make paths differ in more than upper and lower case"}
	ErrOrder         = &Error{"order", "list not sorted or has a repeated entry", "sort it by bytes and drop repeats"}
	ErrNoFiles       = &Error{"no-files", "manifest without files", "list at least one file"}
	ErrRoot          = &Error{"root", "root does not match the files", "the manifest was changed after it was made: publish again"}
	ErrCID           = &Error{"cid", "not a CID of this format", "use CIDv1, base32, raw or dag-pb, sha2-256"}
	ErrHashMismatch  = &Error{"hash-mismatch", "hash does not match", "the source sent other bytes than were asked for: use another source"}
	ErrLength        = &Error{"length", "wrong length", "the source sent other bytes than were asked for: use another source"}
	ErrLeafList      = &Error{"leaf-list", "leaf list is not that of this file", "use another source; if all agree, the manifest is wrong"}
	ErrDerivedCID    = &Error{"derived-cid", "cid is not the one derived from the leaves", "the manifest is wrong: ask the author to publish again"}
	ErrProof         = &Error{"proof", "proof does not lead to the root", "ask for the proof again from another source"}
	ErrDirectory     = &Error{"directory", "not a release directory of this format", "pin the directory that dehug-relay publish printed"}
	ErrEnvelope      = &Error{"envelope", "envelope does not belong to this manifest", "use the envelope published with it"}
	ErrSignature     = &Error{"signature", "signature is not valid", "sign again, or drop it from the envelope"}
	ErrMalleable     = &Error{"malleable-signature", "signature is not in its one canonical form (low s, v 27 or 28)", "normalise it: s below half the group order"}
	ErrWrongSigner   = &Error{"wrong-signer", "signed by somebody else than it says", "do not trust it: the author named did not sign this"}
	ErrNotAuthor     = &Error{"not-author", "signer is not an author of the manifest", "drop the signature, or list the author"}
	ErrEntry         = &Error{"entry", "no single entry file", "give exactly one file the media type application/onnx"}
)

// CodeOf returns the code of the reason err wraps, or "" when there is none.
func CodeOf(err error) string {
	if e := reason(err); e != nil {
		return e.Code
	}
	return ""
}

// HintOf returns what a person can do about err, or "".
func HintOf(err error) string {
	if e := reason(err); e != nil {
		return e.Hint
	}
	return ""
}

func reason(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// refusal is a reason with its place and detail. It is not built with fmt, which
// would otherwise be this package's only use of it in the browser.
type refusal struct {
	place  string
	reason *Error
	detail string
}

func (r *refusal) Error() string {
	s := r.reason.Text
	if r.place != "" {
		s = r.place + ": " + s
	}
	if r.detail != "" {
		s += ": " + r.detail
	}
	return s
}

func (r *refusal) Unwrap() error { return r.reason }

// refuse is called in a hundred places; inlined, each call costs the browser some 140 bytes.
//
//go:noinline
func refuse(e *Error, place, detail string) error {
	return &refusal{place: place, reason: e, detail: detail}
}

// placed gives err's reason another place.
func placed(place string, err error) error {
	if r, ok := err.(*refusal); ok {
		return refuse(r.reason, place, r.detail)
	}
	return err
}
