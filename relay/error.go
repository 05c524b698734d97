package relay

import (
	"errors"
	"fmt"
	"io/fs"
)

// Code names a class of failure, for machines. HTTP statuses and exit codes are derived from it.
type Code string

const (
	CodeInvalid    Code = "invalid"    // what was given is malformed; giving it again will not help
	CodeNotFound   Code = "not_found"  // a file, block or release that is not there
	CodeTooLarge   Code = "too_large"  // over a stated limit
	CodeUnverified Code = "unverified" // bytes, digest or signature disagree: evidence of damage or a lie
	CodeInternal   Code = "internal"   // our fault, or the machine's; the cause is in the log

	CodeUnauthorized Code = "unauthorized" // nobody is signed in, or the proof of who it is does not hold
	CodeForbidden    Code = "forbidden"    // it is known who asks, and they may not
	CodeConflict     Code = "conflict"     // what is there already says otherwise
	CodeQuota        Code = "quota"        // more than one account may have
	CodeRateLimited  Code = "rate_limited" // too many requests: wait, then ask again
	CodeDenied       Code = "denied"       // the operator does not serve it
	CodeNoSpace      Code = "no_space"     // a disk is full
	CodeNoRoute      Code = "no_route"     // nobody who is there may do it, by what was said about who may
	CodeUnavailable  Code = "unavailable"  // something that is needed does not answer now; asking again may help

	CodeVoucherForged   Code = "voucher_forged"   // not signed by the session's key
	CodeVoucherReplayed Code = "voucher_replayed" // it paid for another request already
	CodeVoucherStale    Code = "voucher_stale"    // it does not follow the newest one: lower, higher, or of another transcript
	CodeSessionSpent    Code = "session_spent"    // more units than are locked
	CodeSessionEnded    Code = "session_ended"    // it ends before the job might, and the voucher be redeemed
	CodeSessionPending  Code = "session_pending"  // its opening may still be undone
	CodePayment         Code = "payment_required" // nobody pays yet: the reply says how
	CodeSessionForeign  Code = "session_foreign"  // it is for another relay, model or token
)

// Error carries a code for machines, a sentence for people and, where we know one, what to do next.
// Err is the cause; it is logged and shown by the command line, never sent over HTTP.
type Error struct {
	Code    Code
	Message string // lower case, no full stop: place, then cause
	Hint    string // what to do; may be empty
	Err     error
}

// Errorf makes an Error whose cause is the operand of %w, if there is one.
func Errorf(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), Err: errors.Unwrap(err)}
}

// FileError wraps what the file system said: not_found where there is no such file, else internal.
func FileError(err error) *Error {
	if errors.Is(err, fs.ErrNotExist) {
		return Errorf(CodeNotFound, "%w", err)
	}
	return Errorf(CodeInternal, "%w", err)
}

// WithHint sets what the person should do and returns e.
func (e *Error) WithHint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

func (e *Error) Error() string { return e.Message }
func (e *Error) Unwrap() error { return e.Err }

// ErrorCode is the code of the outermost Error in err's chain, CodeInternal when there is none, "" for nil.
func ErrorCode(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}

// ErrorHint is the first hint found in err's chain, or "".
func ErrorHint(err error) string {
	for err != nil {
		e, ok := errors.AsType[*Error](err)
		if !ok {
			return ""
		}
		if e.Hint != "" {
			return e.Hint
		}
		err = e.Err
	}
	return ""
}
