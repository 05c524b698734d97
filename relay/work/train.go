package work

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/publish"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/wasm/run"
)

// Command is a program that trainings may have run. It is started without a shell, in a folder of its own, with these variables and no others:
//
//	DEHUG_JOB      file with the job's specification
//	DEHUG_MODEL    folder with the files of the model, DEHUG_DATASET with those of the data set: not to be written to
//	DEHUG_OUTPUT   folder for the new model's files, one of them .onnx
//	DEHUG_SEED     the job's seed
//	DEHUG_PARAM_X  the job's parameter x, with _ for what is no letter or digit
//	PATH, HOME, TMPDIR, LANG
//
// What it writes to its standard output and error is shown, line by line; a line "progress 3 50" says how far it is.
type Command struct {
	Args []string // the program, with its path, and its arguments
	Env  []string // more variables, as the provider sets them
}

const (
	// maxLine is how many bytes of a line are shown, maxLines how many of them.
	maxLine  = 1000
	maxLines = 10_000
	// lookEvery is how soon is seen that the output is too large.
	lookEvery = 100 * time.Millisecond
	// pipeWait is how long what a command started may hold its output open, once it ended.
	pipeWait = 2 * time.Second
	// commandPath is where programs find others, unless the provider says another PATH.
	commandPath = "/usr/local/bin:/usr/bin:/bin"
)

// train has a command make a model, and makes a release of that.
func (w *Worker) train(ctx context.Context, job *spec.Job, doc []byte, d *Done, r *spec.Result, watch Watch) error {
	t := job.Training
	command, allowed := w.Commands[t.Command]
	if !allowed || len(command.Args) == 0 {
		return failure(relay.JobUnsupported, "%w: %s", errNoTraining, t.Command)
	}
	if watch.Block == nil {
		return failure(relay.JobUnsupported, "there is nobody to take what the training makes")
	}
	model, base, err := w.Engine.Release(ctx, job.Model, engine.MaxMemory)
	if err != nil {
		return err
	}
	dataset, _, err := w.Engine.Release(ctx, t.Dataset, maxFile)
	if err != nil {
		return err
	}
	local := func(err error) error { return failure(relay.JobProviderFailed, "%w", err) }
	if err := os.MkdirAll(w.Dir, 0o755); err != nil {
		return local(err)
	}
	dir, err := os.MkdirTemp(w.Dir, "training-")
	if err != nil {
		return local(err)
	}
	defer remove(dir)
	if dir, err = filepath.Abs(dir); err != nil {
		return local(err)
	}
	in, out := filepath.Join(dir, "input"), filepath.Join(dir, "output")
	for _, f := range []string{in, out, filepath.Join(dir, "tmp")} {
		if err := os.Mkdir(f, 0o755); err != nil {
			return local(err)
		}
	}
	for name, from := range map[string]string{"model": model, "dataset": dataset} {
		if err := copyFolder(filepath.Join(in, name), from); err != nil {
			return local(err)
		}
	}
	if err := os.WriteFile(filepath.Join(in, "job.json"), doc, 0o444); err != nil {
		return local(err)
	}
	if err := os.Chmod(in, 0o555); err != nil {
		return local(err)
	}
	env := []string{"PATH=" + commandPath, "HOME=" + dir, "TMPDIR=" + filepath.Join(dir, "tmp"), "LANG=C.UTF-8", "DEHUG_JOB=" + filepath.Join(in, "job.json"), "DEHUG_MODEL=" + filepath.Join(in, "model"),
		"DEHUG_DATASET=" + filepath.Join(in, "dataset"), "DEHUG_OUTPUT=" + out, "DEHUG_SEED=" + strconv.FormatInt(t.Seed, 10)}
	for _, p := range t.Parameters {
		env = append(env, "DEHUG_PARAM_"+variable(p.Name)+"="+p.Value)
	}
	if err := execute(ctx, command, dir, append(env, command.Env...), out, job.Limits.Bytes, watch); err != nil {
		return err
	}
	m := t.Publish.Manifest()
	m.Tags, m.Task = base.Tags, base.Task
	if m.Runtime, err = runtimeOf(ctx, out); err != nil {
		return err
	}
	res, err := publish.Pack(ctx, taker(watch.Block), out, m)
	if relay.ErrorCode(err) == relay.CodeInvalid || relay.ErrorCode(err) == relay.CodeNotFound || relay.ErrorCode(err) == relay.CodeTooLarge {
		return failure(relay.JobInvalidInput, "what the command made is no release: %w", err)
	}
	if err != nil {
		return local(err)
	}
	d.Plan = spec.CommandPlan(t.Command)
	r.Training = &spec.TrainingResult{Manifest: res.Release.Manifest, Release: res.Release.Release, Bytes: res.Release.Bytes}
	return nil
}

// taker keeps blocks by handing them on.
type taker func(manifest.Block) error

func (t taker) Put(_ context.Context, b manifest.Block) error { return t(b) }

// execute runs a command until it ends, is told to, or has written more than it may.
func execute(ctx context.Context, c Command, dir string, env []string, out string, most int64, watch Watch) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Dir, cmd.Env = dir, env
	alone(cmd)
	cmd.WaitDelay = pipeWait
	lines, said := io.Pipe()
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		return failure(relay.JobProviderFailed, "the command was not started: %w", err)
	}
	var last atomic.Pointer[string]
	read, looked := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		listen(lines, watch, &last)
	}()
	go func() {
		defer close(looked)
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			if size, err := sizeOf(out); err != nil || size > most {
				stop(failure(relay.JobTooLarge, "the output has more than the %d bytes that the job allows", most))
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	err := cmd.Wait()
	finish(cmd) // what it left behind
	_ = said.Close()
	<-read
	if size, sizeErr := sizeOf(out); context.Cause(ctx) == nil && (sizeErr != nil || size > most) {
		stop(failure(relay.JobTooLarge, "the output has %d bytes, the job allows %d", size, most))
	}
	cause := context.Cause(ctx)
	stop(nil)
	<-looked
	text := ""
	if s := last.Load(); s != nil {
		text = *s
	}
	exit, exited := errors.AsType[*exec.ExitError](err)
	switch {
	case cause != nil:
		return cause
	case exited && exit.Exited(): // it would end so again
		return failure(relay.JobInvalidInput, "the command ended with %d: %s", exit.ExitCode(), text)
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return failure(relay.JobProviderFailed, "the command: %w: %s", err, text)
	}
	return nil
}

// listen reads what a command says.
func listen(from io.Reader, watch Watch, last *atomic.Pointer[string]) {
	r := bufio.NewReaderSize(from, maxLine)
	for n := 0; ; {
		text, err := r.ReadSlice('\n')
		line := relay.Text(string(bytes.TrimRight(text, "\r\n")))
		for errors.Is(err, bufio.ErrBufferFull) { // the rest of a long one
			_, err = r.ReadSlice('\n')
		}
		var done, of int
		if k, _ := fmt.Sscanf(line, "progress %d %d", &done, &of); k == 2 && 0 <= done && done <= of {
			if watch.Progress != nil {
				watch.Progress(done, of)
			}
		} else if line != "" {
			last.Store(&line)
			if n++; n <= maxLines && watch.Line != nil {
				watch.Line(line)
			}
		}
		if err != nil {
			return
		}
	}
}

// sizeOf is how many bytes the files in a folder have.
func sizeOf(dir string) (total int64, err error) {
	files := 0
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // it was moved meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		if files++; files > 4*manifest.MaxFiles {
			return errors.New("too many files")
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			total += info.Size()
		}
		return nil
	})
	return total, err
}

// runtimeOf reads what the model needs that a folder has, if it is the only one: what else is wrong Pack says.
func runtimeOf(ctx context.Context, dir string) (*manifest.Runtime, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.onnx"))
	if err != nil || len(names) != 1 {
		return nil, failure(relay.JobInvalidInput, "the command left %d files .onnx in its output, not one", len(names))
	}
	info, err := os.Lstat(names[0])
	if err != nil || !info.Mode().IsRegular() {
		return nil, failure(relay.JobInvalidInput, "%s is no file", filepath.Base(names[0]))
	}
	file, err := os.Open(names[0])
	if err != nil {
		return nil, failure(relay.JobProviderFailed, "%w", err)
	}
	defer file.Close()
	found, err := run.Inspect(ctx, file, info.Size())
	if err != nil {
		return nil, failure(relay.JobInvalidInput, "the command made no model: %w", err)
	}
	return &manifest.Runtime{Format: "onnx", Opset: found.Opset}, nil
}

// copyFolder copies files, which then are not to be written to.
func copyFolder(to, from string) error {
	root, err := os.OpenRoot(from)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := os.CopyFS(to, root.FS()); err != nil {
		return err
	}
	return filepath.WalkDir(to, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(name, 0o555)
		}
		return os.Chmod(name, 0o444)
	})
}

// remove removes a folder, some of which is not to be written to.
func remove(dir string) {
	_ = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			_ = os.Chmod(name, 0o755)
		}
		return nil
	})
	_ = os.RemoveAll(dir) // it lies among the provider's own, where it does no harm
}

// variable is a parameter's name in the environment.
func variable(name string) string {
	b := []byte(name)
	for i, c := range b {
		switch {
		case 'a' <= c && c <= 'z':
			b[i] = c - 'a' + 'A'
		case '0' <= c && c <= '9':
		default:
			b[i] = '_'
		}
	}
	return string(b)
}
