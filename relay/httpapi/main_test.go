package httpapi

import (
	"fmt"
	"os"
	"testing"

	"github.com/dehug/dehug/relay/internal/leak"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(jobRole); role != "" {
		if err := actJob(role); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(leak.Run(m))
}
