package backend

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/receipt"
)

// binaryTensors is the extension by which tensors travel as bytes, behind the JSON; binaryHeader says how long that is.
const (
	binaryTensors = "binary_tensor_data"
	binaryHeader  = "Inference-Header-Content-Length"
)

// meetInference asks what the server is called, and whether it has the model.
func (m *model) meetInference(ctx context.Context) error {
	var server struct {
		Name       string   `json:"name"`
		Version    string   `json:"version"`
		Extensions []string `json:"extensions"`
	}
	if err := m.meta(ctx, "/v2", &server); err != nil {
		return err
	}
	var has struct {
		Name     string `json:"name"`
		Platform string `json:"platform"`
	}
	if err := m.meta(ctx, m.inferencePath(), &has); err != nil {
		return err
	}
	if has.Name != m.Model {
		return failf(relay.JobModelUnavailable, "asked for model %q it describes %.80q", m.Model, has.Name)
	}
	m.binary = slices.Contains(server.Extensions, binaryTensors)
	m.name = name(OpenInference, server.Name, server.Version, has.Platform, m.Model, m.Version)
	return nil
}

func (m *model) inferencePath() string {
	path := "/v2/models/" + url.PathEscape(m.Model)
	if m.Version != "" {
		path += "/versions/" + url.PathEscape(m.Version)
	}
	return path
}

type inferTensor struct {
	Name string `json:"name"`
	receipt.TensorJSON
	Parameters map[string]any `json:"parameters,omitempty"`
}

type inferReply struct {
	Model   string `json:"model_name"`
	Version string `json:"model_version"`
	Outputs []struct {
		Name string `json:"name"`
		receipt.TensorJSON
		Parameters struct {
			Size *int64 `json:"binary_data_size"`
		} `json:"parameters"`
	} `json:"outputs"`
}

// infer asks a server of the Open Inference Protocol.
func (m *model) infer(ctx context.Context, q engine.Question) ([]receipt.Tensor, error) {
	ctx, stop := context.WithTimeoutCause(ctx, m.patience, errSlow)
	defer stop()
	var ask struct {
		Inputs     []inferTensor   `json:"inputs"`
		Parameters map[string]bool `json:"parameters,omitempty"`
	}
	var after []byte
	for _, t := range q.Inputs {
		in := inferTensor{Name: t.Name, TensorJSON: t.JSON(false)}
		if m.binary {
			in.Data, in.Base64, in.Parameters = nil, "", map[string]any{"binary_data_size": len(t.Data)}
			after = append(after, t.Data...)
		} else if in.Data == nil {
			return nil, failf(relay.JobUnsupported, "the server takes no %s", in.Datatype)
		}
		ask.Inputs = append(ask.Inputs, in)
	}
	var header []string
	if m.binary {
		ask.Parameters = map[string]bool{"binary_data_output": true}
	}
	body, err := json.Marshal(ask)
	if err != nil {
		return nil, failf(relay.JobInvalidInput, "%w", err)
	}
	if m.binary {
		header = []string{"Content-Type", "application/octet-stream", binaryHeader, strconv.Itoa(len(body))}
	}
	res, err := m.send(ctx, http.MethodPost, m.inferencePath()+"/infer", append(body, after...), header...)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	reply, err := m.readAll(ctx, res.Body)
	if err != nil {
		return nil, err
	}
	outputs, err := m.readInference(reply, res.Header.Get(binaryHeader))
	if err != nil {
		return nil, err
	}
	return outputs, nil
}

// readInference reads an answer; head says how much of it is JSON, "" for all.
func (m *model) readInference(reply []byte, head string) ([]receipt.Tensor, error) {
	var after []byte
	if head != "" {
		n, err := strconv.Atoi(head)
		if err != nil || n < 0 || n > len(reply) {
			return nil, failf(relay.JobBadResult, "%s is %.20q of %d bytes", binaryHeader, head, len(reply))
		}
		reply, after = reply[:n], reply[n:]
	}
	var got inferReply
	if err := json.Unmarshal(reply, &got); err != nil {
		return nil, failf(relay.JobBadResult, "the answer: %w", err)
	}
	if got.Model != m.Model || m.Version != "" && got.Version != m.Version {
		return nil, failf(relay.JobBadResult, "asked of %q it is %.80q, %.80q who answers", m.Model, got.Model, got.Version)
	}
	var outputs []receipt.Tensor
	for _, out := range got.Outputs {
		t := receipt.Tensor{Name: out.Name, Type: receipt.TypeOf(out.Datatype), Dims: out.Shape}
		switch size := out.Parameters.Size; {
		case t.Type == "":
			return nil, failf(relay.JobUnsupported, "output %.80q is of type %.20q", out.Name, out.Datatype)
		case size != nil:
			if *size < 0 || *size > int64(len(after)) {
				return nil, failf(relay.JobBadResult, "output %.80q has %d bytes, %d are there", out.Name, *size, len(after))
			}
			t.Data, after = after[:*size:*size], after[*size:]
		default:
			if err := t.ParseNumbers(out.Data); err != nil {
				return nil, failf(relay.JobBadResult, "%w", err)
			}
		}
		outputs = append(outputs, t)
	}
	if len(outputs) == 0 || len(after) > 0 {
		return nil, failf(relay.JobBadResult, "there are %d outputs, and %d bytes of none", len(outputs), len(after))
	}
	body, err := receipt.EncodeTensors(outputs) // in whose form they are signed
	if err != nil {
		return nil, failf(relay.JobBadResult, "%w", err)
	}
	if len(body) > wire.MaxBody {
		return nil, failf(relay.JobTooLarge, "the answer has %d bytes, at most %d are sent", len(body), wire.MaxBody)
	}
	return outputs, nil
}
