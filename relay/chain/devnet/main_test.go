package devnet

import (
	"os"
	"testing"

	"github.com/dehug/dehug/relay/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Run(m)) }
