package stream

import (
	"context"
	"errors"
	"strings"

	"github.com/dehug/dehug/manifest"
)

// Code names a class of failure, for machines. The words are those of the relay and of web/src/engine/errors.ts.
type Code string

const (
	CodeInvalid     Code = "invalid"      // what was given is malformed; giving it again will not help
	CodeNotFound    Code = "not_found"    // the release has no such file, or no source has such a block
	CodeTooLarge    Code = "too_large"    // over a stated limit, decided before the first byte of the model
	CodeUnverified  Code = "unverified"   // bytes, digest or signature disagree: damage or a lie
	CodeWrongSigner Code = "wrong_signer" // not signed, or signed by somebody else than was asked for
	CodeUnreachable Code = "unreachable"  // no source answered in a usable way
	CodeUnsupported Code = "unsupported"  // the model asks for what the engine does not do; said by those who compile
	CodeAborted     Code = "aborted"      // the caller gave up
)

// Error carries a code for machines, a sentence for people and, where we know one, what to do next.
type Error struct {
	Code     Code
	Message  string     // lower case, no full stop: place, then cause
	Hint     string     // what to do; may be empty
	Verdicts []Evidence // what each source did, when no source sent a block
	Err      error      // the cause; may be nil
}

func (e *Error) Error() string { return e.Message }
func (e *Error) Unwrap() error { return e.Err }

// refused turns an error of package manifest into ours, with its place before it.
func refused(code Code, place string, err error) error {
	return &Error{Code: code, Message: place + ": " + err.Error(), Hint: manifest.HintOf(err), Err: err}
}

// aborted says that ctx has ended. The cause is kept, so that errors.Is finds context.Canceled.
func aborted(ctx context.Context) error {
	return &Error{Code: CodeAborted, Message: "the work was cancelled", Err: context.Cause(ctx)}
}

// noSource says that nobody sent a block, and why each did not. Nobody is left out: a reader must see
// whether all of them failed or all of them lied.
func noSource(what string, verdicts []Evidence) error {
	lied, missing := 0, 0
	var list []string
	for _, v := range verdicts {
		if v.Verdict == VerdictLying {
			lied++
		}
		if v.missing() {
			missing++
		}
		list = append(list, v.Label+" "+v.Reason)
	}
	e := &Error{
		Code:     CodeUnreachable,
		Message:  what + ": no source sent it: " + strings.Join(list, "; "),
		Hint:     "check the connection, or add another source",
		Verdicts: verdicts,
	}
	switch {
	case lied == len(verdicts):
		e.Code = CodeUnverified
		e.Message = what + ": every source lied: " + strings.Join(list, "; ")
		e.Hint = "nothing of what they sent was used; add a source that you have reason to trust"
	case lied > 0:
		e.Code = CodeUnverified
		e.Hint = "nothing of what the lying sources sent was used; add another source, or try again later"
	case missing == len(verdicts):
		e.Code = CodeNotFound
		e.Message = what + ": no source has it: " + strings.Join(list, "; ")
		e.Hint = "check the reference, or add a source that keeps this release"
	}
	return e
}

// CodeOf is the code of the first Error in err's chain, or "".
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
