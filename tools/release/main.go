// Command release puts together what a release is made of: what its author says of it, from models/NAME, and files of
// packages, from .cache/models, which it has fetch-models bring. They go to .cache/release/NAME, ready for
// `dehug-relay publish`:
//
//	go run ./tools/release blazeface ocr
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// A recipe says what goes into a release beside models/NAME.
type recipe struct {
	pins  []string // of tools/fetch-models/pins.json
	files []string // below .cache/models
}

var recipes = map[string]recipe{
	"blazeface": {
		[]string{"blazeface"},
		[]string{"blazeface/face_detection_front_128x128_barracuda.onnx", "blazeface/LICENSE"},
	},
	"file-type": {
		[]string{"magika"},
		[]string{"magika/model.onnx", "magika/config.min.json", "magika/content_types_kb.min.json"},
	},
	"image-classification": {
		[]string{"lcnet"},
		[]string{"lcnet/model.onnx", "lcnet/LICENSE"},
	},
	"ocr": {
		[]string{"ppocr"},
		[]string{"ppocr/det.onnx", "ppocr/rec.onnx", "ppocr/characters.txt"},
	},
	"text-embedding": {
		[]string{"minilm", "bert-vocabulary"},
		[]string{"minilm/model.onnx", "minilm/vocabulary.json"},
	},
	"voice-activity": {
		[]string{"silero"},
		[]string{"silero/v5.onnx"},
	},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "release: error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, names []string) error {
	for _, name := range names {
		r, ok := recipes[name]
		if !ok {
			return fmt.Errorf("nothing is called %q; there is: %s", name, strings.Join(slices.Sorted(maps.Keys(recipes)), ", "))
		}
		if err := r.make(ctx, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (r recipe) make(ctx context.Context, name string) error {
	if err := r.fetch(ctx); err != nil {
		return err
	}
	into := filepath.Join(".cache", "release", name)
	if err := os.MkdirAll(filepath.Dir(into), 0o755); err != nil {
		return err
	}
	// A folder of our own first: whoever publishes meanwhile sees all of a release or the one before.
	tmp, err := os.MkdirTemp(filepath.Dir(into), ".making-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	written, err := os.ReadDir(filepath.Join("models", name))
	if err != nil {
		return err
	}
	for _, entry := range written {
		if err := copyFile(filepath.Join(tmp, entry.Name()), filepath.Join("models", name, entry.Name())); err != nil {
			return err
		}
	}
	for _, file := range r.files {
		to, from := filepath.Join(tmp, filepath.Base(file)), filepath.Join(".cache", "models", filepath.FromSlash(file))
		if os.Link(from, to) == nil {
			continue // models are large, and nobody writes into them
		}
		if err := copyFile(to, from); err != nil {
			return err
		}
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(into); err != nil {
		return err
	}
	return os.Rename(tmp, into)
}

// fetch runs fetch-models as a program built beforehand: `go run` would not pass an interrupt on.
func (r recipe) fetch(ctx context.Context) error {
	program := filepath.Join("bin", "fetch-models")
	for _, args := range [][]string{{"go", "build", "-o", program, "./tools/fetch-models"}, append([]string{program}, r.pins...)} {
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(args[0]), err)
		}
	}
	return nil
}

func copyFile(to, from string) error {
	body, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, body, 0o644)
}
