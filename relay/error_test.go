package relay

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"testing"
)

func TestError(t *testing.T) {
	inner := Errorf(CodeNotFound, "block x is not there").WithHint("look elsewhere")
	outer := Errorf(CodeUnverified, "file y: %w", inner)
	tests := []struct {
		name       string
		err        error
		code       Code
		text, hint string
	}{
		{"nil", nil, "", "", ""},
		{"of ours", inner, CodeNotFound, "block x is not there", "look elsewhere"},
		{"wrapped by another of ours", outer, CodeUnverified, "file y: block x is not there", "look elsewhere"},
		{"wrapped by fmt", fmt.Errorf("z: %w", outer), CodeUnverified, "z: file y: block x is not there", "look elsewhere"},
		{"among others", errors.Join(errors.New("a"), inner), CodeNotFound, "a\nblock x is not there", "look elsewhere"},
		{"of somebody else", errors.New("boom"), CodeInternal, "boom", ""},
		{"no such file", FileError(fs.ErrNotExist), CodeNotFound, "file does not exist", ""},
		{"no permission", FileError(os.ErrPermission), CodeInternal, "permission denied", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := ErrorCode(tt.err); got != tt.code {
				t.Errorf("code is %q; want %q", got, tt.code)
			}
			if got := ErrorHint(tt.err); got != tt.hint {
				t.Errorf("hint is %q; want %q", got, tt.hint)
			}
			if tt.err != nil && tt.err.Error() != tt.text {
				t.Errorf("it says %q; want %q", tt.err, tt.text)
			}
		})
	}
	if !errors.Is(FileError(fs.ErrNotExist), fs.ErrNotExist) {
		t.Error("the cause is lost")
	}
}
