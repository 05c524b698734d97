package say_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/dehug/dehug/internal/say"
)

type level int

func (l level) String() string { return "level " + fmt.Sprint(int(l)) }

func TestErrorfIsFmts(t *testing.T) {
	for _, c := range []struct {
		format string
		args   []any
	}{
		{"plain", nil},
		{"100 %% of %s", []any{"it"}},
		{"%d %d %d %d %d %d", []any{1, int32(-2), int64(3), uint8(4), uint32(5), uint64(6)}},
		{"%q and %s", []any{"a\"b\x00", level(3)}},
		{"%v %v %v", []any{[]int64{1, 2}, []int64{}, true}},
		{"node %d: %w", []any{7, io.EOF}},
		{"%w: %w", []any{io.EOF, io.ErrUnexpectedEOF}},
		{"%v", []any{error(nil)}},
	} {
		got, want := say.Errorf(c.format, c.args...), fmt.Errorf(c.format, c.args...)
		if got.Error() != want.Error() {
			t.Errorf("%q: got %q, want %q", c.format, got, want)
		}
		for _, target := range []error{io.EOF, io.ErrUnexpectedEOF} {
			if errors.Is(got, target) != errors.Is(want, target) {
				t.Errorf("%q: errors.Is(%v) is %v, want %v", c.format, target, errors.Is(got, target), errors.Is(want, target))
			}
		}
	}
}
