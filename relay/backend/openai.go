package backend

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/openai"
	"github.com/dehug/dehug/relay/receipt"
)

// meetOpenAI asks whether the server has the model.
func (m *model) meetOpenAI(ctx context.Context) error {
	var has struct {
		Data []struct {
			ID      string `json:"id"`
			OwnedBy string `json:"owned_by"`
		} `json:"data"`
	}
	if err := m.meta(ctx, "/v1/models", &has); err != nil {
		return err
	}
	for _, one := range has.Data {
		if one.ID == m.Model {
			m.name = name(OpenAI, one.OwnedBy, m.Model)
			return nil
		}
	}
	return failf(relay.JobModelUnavailable, "it has no model %q", m.Model)
}

// complete asks an OpenAI-compatible server.
func (m *model) complete(ctx context.Context, q engine.Question) ([]receipt.Tensor, error) {
	if len(q.Inputs) != 1 || q.Inputs[0].Type != "u8" {
		return nil, failf(relay.JobInvalidInput, "it takes one tensor of UINT8, %s or %s", openai.ChatInput, openai.EmbeddingsInput)
	}
	in := q.Inputs[0]
	switch in.Name {
	case openai.ChatInput:
		asked, err := openai.Chat(in.Data)
		if err != nil {
			return nil, failf(relay.JobInvalidInput, "%w", err)
		}
		return m.chat(ctx, asked[0].Data, q.Part)
	case openai.EmbeddingsInput:
		asked, n, err := openai.Embeddings(in.Data)
		if err != nil {
			return nil, failf(relay.JobInvalidInput, "%w", err)
		}
		return m.embed(ctx, asked[0].Data, n)
	}
	return nil, failf(relay.JobInvalidInput, "it takes %s or %s, not %.80q", openai.ChatInput, openai.EmbeddingsInput, in.Name)
}

// with adds fields to a request, which is an object that was checked.
func with(request []byte, fields map[string]any) ([]byte, error) {
	var all map[string]any
	dec := json.NewDecoder(bytes.NewReader(request))
	dec.UseNumber()
	if err := dec.Decode(&all); err != nil {
		return nil, failf(relay.JobInvalidInput, "%w", err)
	}
	for name, value := range fields {
		all[name] = value
	}
	return json.Marshal(all)
}

// chat has an answer said piece by piece.
func (m *model) chat(ctx context.Context, request []byte, part func([]byte)) ([]receipt.Tensor, error) {
	body, err := with(request, map[string]any{"model": m.Model, "stream": true, "stream_options": map[string]bool{"include_usage": true}})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	slow := time.AfterFunc(m.patience, func() { stop(errSlow) }) // for the first piece, then for each
	defer slow.Stop()
	res, err := m.send(ctx, http.MethodPost, "/v1/chat/completions", body, "Accept", "text/event-stream")
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if kind := res.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		return nil, failf(relay.JobBadResult, "the server answers with %.80q, not with events", kind)
	}
	var sum openai.Sum
	lines, size := bufio.NewReaderSize(res.Body, wire.MaxPart), 0
	for {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return nil, failf(relay.JobTooLarge, "a piece of the answer has more than %d bytes", wire.MaxPart)
		}
		if size += len(line); size > maxReply {
			return nil, failf(relay.JobTooLarge, "the answer has more than %d bytes", maxReply)
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = errors.New("the answer ended in the middle")
			}
			return nil, m.broken(ctx, err)
		}
		data, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("data:"))
		if !ok {
			continue // other fields and comments say nothing to us
		}
		if data = bytes.TrimSpace(data); bytes.Equal(data, []byte("[DONE]")) {
			break
		}
		var chunk struct {
			openai.Chunk
			Error json.RawMessage `json:"error"`
		}
		if err := json.Unmarshal(data, &chunk); err != nil {
			return nil, failf(relay.JobBadResult, "a piece of the answer: %w", err)
		}
		if chunk.Error != nil {
			return nil, failf(relay.JobProviderFailed, "the server says %.*s", maxText, chunk.Error)
		}
		if err := sum.Add(&chunk.Chunk); err != nil {
			return nil, failf(relay.JobBadResult, "a piece of the answer: %w", err)
		}
		slow.Reset(m.patience)
		if len(chunk.Choices) > 0 && part != nil {
			text, err := json.Marshal(openai.Chunk{Choices: chunk.Choices})
			if err != nil {
				return nil, failf(relay.JobBadResult, "a piece of the answer: %w", err)
			}
			if len(text) > wire.MaxPart {
				return nil, failf(relay.JobTooLarge, "a piece of the answer has %d bytes", len(text))
			}
			slow.Stop() // the line to the relay may be slow, which is not the server's fault
			part(text)
			slow.Reset(m.patience)
		}
	}
	whole, err := sum.Completion()
	if err != nil {
		return nil, failf(relay.JobBadResult, "%w", err)
	}
	out, err := whole.Tensors()
	if err != nil {
		return nil, failf(relay.JobBadResult, "%w", err)
	}
	if len(out[0].Data) > wire.MaxBody/2 {
		return nil, failf(relay.JobTooLarge, "the answer has %d bytes", len(out[0].Data))
	}
	return out, nil
}

// embed has texts embedded.
func (m *model) embed(ctx context.Context, request []byte, n int) ([]receipt.Tensor, error) {
	body, err := with(request, map[string]any{"model": m.Model, "encoding_format": "float"})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithTimeoutCause(ctx, m.patience, errSlow)
	defer stop()
	res, err := m.send(ctx, http.MethodPost, "/v1/embeddings", body)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	reply, err := m.readAll(ctx, res.Body)
	if err != nil {
		return nil, err
	}
	return readEmbeddings(reply, n)
}

// readEmbeddings reads n embeddings, in any order, all of one width.
func readEmbeddings(reply []byte, n int) ([]receipt.Tensor, error) {
	var got struct {
		Data []struct {
			Index     int             `json:"index"`
			Embedding json.RawMessage `json:"embedding"`
		} `json:"data"`
		Usage openai.Usage `json:"usage"`
	}
	if err := json.Unmarshal(reply, &got); err != nil {
		return nil, failf(relay.JobBadResult, "the answer: %w", err)
	}
	if len(got.Data) != n {
		return nil, failf(relay.JobBadResult, "there are %d embeddings of %d texts", len(got.Data), n)
	}
	rows := make([][]byte, n)
	for _, e := range got.Data {
		t := receipt.Tensor{Name: openai.EmbeddingName, Type: "f32"}
		if err := t.ParseNumbers(e.Embedding); err != nil {
			return nil, failf(relay.JobBadResult, "%w", err)
		}
		if e.Index < 0 || e.Index >= n || rows[e.Index] != nil || len(t.Data) == 0 {
			return nil, failf(relay.JobBadResult, "embedding %d of %d is there twice, empty, or out of range", e.Index, n)
		}
		rows[e.Index] = t.Data
	}
	all := bytes.Join(rows, nil)
	width := len(rows[0])
	for _, row := range rows {
		if len(row) != width {
			return nil, failf(relay.JobBadResult, "embeddings are of %d and %d numbers", width/4, len(row)/4)
		}
	}
	if len(all) > wire.MaxBody/2 {
		return nil, failf(relay.JobTooLarge, "the answer has %d bytes", len(all))
	}
	return []receipt.Tensor{
		{Name: openai.EmbeddingName, Type: "f32", Dims: []int64{int64(n), int64(width / 4)}, Data: all},
		{Name: openai.TokensName, Type: "i64", Dims: []int64{1}, Data: binary.LittleEndian.AppendUint64(nil, uint64(max(got.Usage.Prompt, 0)))},
	}, nil
}
