package work

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dehug/dehug/internal/npy"
	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
)

const (
	// maxFile is how large a file of a data set may be that is fetched.
	maxFile = 8 << 30
	// maxMember is how large an array of an archive may be, which is unpacked in memory.
	maxMember = 256 << 20
	// maxRun is how many bytes go into a run.
	maxRun = 64 << 20
)

// array is a file of a data set, read item by item.
type array struct {
	spec.Column
	npy.Header
	from  io.ReaderAt
	close func() error
	item  int64 // bytes
}

// open opens a column, whose file is fetched and verified.
func (w *Worker) open(ctx context.Context, dataset manifest.CID, c spec.Column) (*array, error) {
	file, err := w.Engine.File(ctx, dataset, c.File, maxFile)
	if err != nil {
		return nil, err
	}
	a, err := openArray(file, c)
	if err != nil {
		_ = file.Close() // was only read
		return nil, &engine.Failure{Code: relay.JobInvalidInput, Err: fmt.Errorf("%s %s: %w", c.File, c.Member, err)}
	}
	a.close = file.Close
	return a, nil
}

// openArray reads what array a file has.
func openArray(file *os.File, c spec.Column) (*array, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	a := &array{Column: c, from: file}
	size := info.Size()
	if c.Member != "" {
		packed, err := zip.NewReader(file, size)
		if err != nil {
			return nil, err
		}
		member, err := packed.Open(c.Member + ".npy")
		if err != nil {
			return nil, err
		}
		defer member.Close()
		data, err := io.ReadAll(io.LimitReader(member, maxMember+1))
		if err != nil {
			return nil, err
		}
		if len(data) > maxMember {
			return nil, fmt.Errorf("an array of an archive has at most %d bytes", maxMember)
		}
		a.from, size = bytesAt(data), int64(len(data))
	}
	head := make([]byte, min(size, npy.MaxHeader+12))
	if _, err := io.ReadFull(io.NewSectionReader(a.from, 0, size), head); err != nil {
		return nil, err
	}
	h, err := npy.Parse(head)
	if err != nil {
		return nil, err
	}
	if a.Header = *h; h.At+h.Bytes() != size {
		return nil, fmt.Errorf("an array of %v has %d bytes, not %d", h.Dims, h.Bytes(), size-h.At)
	}
	if len(h.Dims) == 0 {
		return nil, errors.New("an array without a first axis has no items")
	}
	a.item = h.Size
	for _, d := range h.Dims[1:] {
		a.item *= d
	}
	return a, nil
}

// bytesAt reads memory.
type bytesAt []byte

func (b bytesAt) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 || at > int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// items reads n items from one on, as a tensor: with a first axis that counts them, or, for one, without.
func (a *array) items(first, n int64, axis bool) (receipt.Tensor, error) {
	t := receipt.Tensor{Name: a.Tensor, Type: a.Type, Dims: append([]int64{}, a.Dims[1:]...), Data: make([]byte, n*a.item)}
	if axis {
		t.Dims = append([]int64{n}, t.Dims...)
	}
	_, err := io.ReadFull(io.NewSectionReader(a.from, a.At+first*a.item, n*a.item), t.Data)
	return t, err
}

// evaluate runs the model over the items, and holds what comes out against the targets.
func (w *Worker) evaluate(ctx context.Context, job *spec.Job, d *Done, r *spec.Result, watch Watch) error {
	e := job.Evaluation
	refuse := func(format string, args ...any) error { return failure(relay.JobInvalidInput, format, args...) }
	var columns []*array
	defer func() {
		for _, c := range columns {
			_ = c.close() // was only read
		}
	}()
	for _, c := range append(e.Inputs[:len(e.Inputs):len(e.Inputs)], e.Target) {
		a, err := w.open(ctx, e.Dataset, c)
		if err != nil {
			return err
		}
		columns = append(columns, a)
		if a.Dims[0] != columns[0].Dims[0] {
			return refuse("%s has %d items, %s %d", a.File, a.Dims[0], columns[0].File, columns[0].Dims[0])
		}
	}
	inputs, target := columns[:len(columns)-1], columns[len(columns)-1]
	total := target.Dims[0]
	count := e.Count
	if count == 0 {
		count = total - e.First
	}
	if count < 1 || count > spec.MaxItems || e.First > total-count {
		return refuse("%d items from %d on are not among %d", count, e.First, total)
	}
	batch := max(e.Batch, 1)
	runs := (count + batch - 1) / batch
	if runs > spec.MaxRuns {
		return refuse("%d runs, at most %d are made: raise batch, or choose fewer items", runs, spec.MaxRuns)
	}
	if runs*32 > job.Limits.Bytes {
		return failure(relay.JobTooLarge, "the list of runs has %d bytes, the job allows %d", runs*32, job.Limits.Bytes)
	}
	var bytes int64
	for _, c := range columns {
		if bytes += batch * c.item; bytes > maxRun {
			return failure(relay.JobTooLarge, "a run of %d items has more than %d bytes", batch, maxRun)
		}
	}
	m := newMetric(e.Metric)
	for i := int64(0); i < runs; i++ {
		first := e.First + i*batch
		n := min(batch, e.First+count-first)
		q := engine.Question{Manifest: job.Model, Mode: receipt.Strict}
		for _, a := range inputs {
			t, err := a.items(first, n, e.Batch > 0)
			if err != nil {
				return failure(relay.JobProviderFailed, "%s: %w", a.File, err)
			}
			q.Inputs = append(q.Inputs, t)
		}
		want, err := target.items(first, n, e.Batch > 0)
		if err != nil {
			return failure(relay.JobProviderFailed, "%s: %w", target.File, err)
		}
		answer, err := w.Engine.Run(ctx, q)
		if err != nil {
			return fmt.Errorf("item %d: %w", first, err)
		}
		if i == 0 {
			d.Plan = answer.Plan
		}
		body, err := receipt.EncodeTensors(answer.Outputs)
		if err != nil {
			return failure(relay.JobProviderFailed, "%w", err)
		}
		hash := receipt.ResultHash(body)
		d.Runs = append(d.Runs, hash[:]...)
		out := outputOf(answer.Outputs, e.Target.Tensor)
		switch {
		case out == nil:
			return refuse("the model has no output %q", e.Target.Tensor)
		case e.Batch > 0 && (len(out.Dims) == 0 || out.Dims[0] != n):
			return refuse("output %q has the shape %v, without an axis for %d items", out.Name, out.Dims, n)
		}
		size := int64(len(out.Data)) / n
		for k := range n {
			if err := m.add(out.Type, out.Data[k*size:(k+1)*size], want.Type, want.Data[k*target.item:(k+1)*target.item]); err != nil {
				return refuse("item %d: %w", first+k, err)
			}
		}
		if watch.Progress != nil {
			watch.Progress(int(i+1), int(runs))
		}
	}
	value, err := m.value()
	if err != nil {
		return refuse("%w", err)
	}
	r.Evaluation = &spec.EvaluationResult{Dataset: e.Dataset, Metric: e.Metric, Value: value, Count: count, Matched: m.matched, Runs: manifest.DigestOf(d.Runs).RawCID(), Root: spec.RunsRoot(d.Runs)}
	return nil
}

func outputOf(list []receipt.Tensor, name string) *receipt.Tensor {
	for i := range list {
		if list[i].Name == name {
			return &list[i]
		}
	}
	return nil
}
