package httpapi

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/jobs/wire"
	"github.com/dehug/dehug/relay/openai"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/store"
)

// openAIPrefix is where clients of that API look for everything.
const openAIPrefix = "/v1"

// chatID makes a prediction's id one of a chat completion.
const chatID = "chatcmpl-"

type chatRequest struct {
	Key string `header:"Idempotency-Key" maxLength:"200" doc:"The same request with the same key is answered once."`
	PaymentHeaders
	Routed
	RawBody []byte `contentType:"application/json"`
}

// Resolve is called by huma once the body was read.
func (*chatRequest) Resolve(c huma.Context) []error {
	mayWait(c)
	return nil
}

type openAIModel struct {
	ID      string `json:"id" doc:"CID of the model's manifest."`
	Object  string `json:"object" enum:"model"`
	Created int64  `json:"created"`
	OwnedBy string `json:"owned_by"`
}

type openAIModels struct {
	Object string        `json:"object" enum:"list"`
	Data   []openAIModel `json:"data" nullable:"false"`
}

// registerOpenAI adds the OpenAI-compatible API, on top of predictions.
func (h *Hub) registerOpenAI(api huma.API) {
	if h.Jobs == nil {
		return
	}
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: openAIPrefix + path, Summary: summary, Tags: []string{"OpenAI-compatible"}, Errors: errors}
	}
	answer := map[string]*huma.Response{"200": {Description: "As the OpenAI API has it", Headers: map[string]*huma.Param{predictionHeader: {Schema: &huma.Schema{Type: huma.TypeString}}},
		Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject}}}}}
	ask := func(id, path, summary, description string, handler func(context.Context, *chatRequest) (*huma.StreamResponse, error)) {
		o := op(id, http.MethodPost, path, summary, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusServiceUnavailable)
		o.MaxBodyBytes, o.BodyReadTimeout, o.Metadata = openai.MaxRequest+1, predictionTimeout, map[string]any{"limit": "predictions"}
		o.Description, o.Responses = description, answer
		o.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject}}}}
		o.SkipValidateBody = true // package openai does
		h.takesPayment(&o)
		register(h, api, runs, o, handler)
	}
	ask("chatCompletions", "/chat/completions", "Have a model answer a chat", "By a provider's server, in mode served, at what providers ask now; model is the CID of a manifest. With stream, server-sent events. "+
		"Who hangs up before the end cancels it. "+aboutRouting+predictionHeader+" names the prediction, whose receipt is under /api/v1/receipts; what is streamed is signed as a whole, at the end.", h.chat)
	ask("createEmbeddings", "/embeddings", "Have texts embedded", "By a provider's server, in mode served, at what providers ask now; model is the CID of a manifest. "+aboutRouting, h.embeddings)
	register(h, api, public, op("listOpenAIModels", http.MethodGet, "/models", "Models that providers answer for here"), func(context.Context, *struct{}) (*reply[openAIModels], error) {
		return &reply[openAIModels]{openAIModels{Object: "list", Data: h.openAIModels()}}, nil
	})
	register(h, api, public, op("getOpenAIModel", http.MethodGet, "/models/{model}", "Whether providers answer for a model here", http.StatusNotFound), func(_ context.Context, in *inferModel) (*reply[openAIModel], error) {
		for _, m := range h.openAIModels() {
			if m.ID == in.Model {
				return &reply[openAIModel]{m}, nil
			}
		}
		return nil, relay.Errorf(relay.CodeNotFound, "no provider answers for this model")
	})
}

// aboutRouting documents fields that no client library of this API knows.
const aboutRouting = "dehug says who answers, as routing of a prediction; provider and models do as clients of OpenRouter write them, as far as that means something here. "

// predictionHeader names the prediction that an answer is of.
const predictionHeader = "Dehug-Prediction"

func (h *Hub) openAIModels() []openAIModel {
	list := []openAIModel{}
	for _, o := range h.Jobs.Offers() {
		if o.API == wire.OpenAI {
			list = append(list, openAIModel{ID: o.Manifest, Object: "model", OwnedBy: "providers"})
		}
	}
	return list
}

// ask makes a prediction of a question.
func (h *Hub) ask(ctx context.Context, model string, in *chatRequest, who *whoAnswers, path string, question []receipt.Tensor) (asked, error) {
	r := jobs.Request{Mode: receipt.Served, MaxPrice: -1, Key: in.Key}
	var err error
	if r.Routing, err = who.wishes(in.Routed, model); err != nil {
		return asked{}, err
	}
	if r.Tensors, err = receipt.EncodeTensors(question); err != nil {
		return asked{}, err
	}
	known, err := h.pays(ctx, &r, in.PaymentHeaders, model, openAIPrefix+path)
	if err != nil {
		return asked{}, err
	}
	if known == nil {
		var job store.Job
		if job, _, err = h.Jobs.Create(ctx, r); err != nil {
			return asked{}, err
		}
		known = &job
	}
	return asked{r, *known}, nil
}

// asked is a prediction of a question, with what it was asked for.
type asked struct {
	by jobs.Request
	store.Job
}

// whole waits for a prediction and for its payment, and gives what came of it, with the header of the latter.
func (h *Hub) whole(ctx context.Context, a asked) (settled string, tensors []receipt.Tensor, err error) {
	if settled, err = h.paidFor(ctx, a.by, &a.Job); err == nil {
		tensors, err = h.answered(ctx, a.Job)
	}
	return settled, tensors, err
}

// answered waits for a prediction, and gives what came of it. Who does not wait for it cancels it.
func (h *Hub) answered(ctx context.Context, job store.Job) ([]receipt.Tensor, error) {
	job, err := h.Jobs.Wait(ctx, job.Account, job.ID)
	if err != nil {
		return nil, err
	}
	if !relay.JobState(job.State).Ended() && ctx.Err() != nil {
		if _, err := h.Jobs.Cancel(context.WithoutCancel(ctx), job.Account, job.ID); err != nil {
			return nil, err
		}
		return nil, relay.Errorf(relay.CodeUnavailable, "nobody waits any more")
	}
	if err := ended(job); err != nil {
		return nil, err
	}
	body, err := h.Store.JobOutput(ctx, job.ID)
	if err != nil {
		return nil, err
	}
	return receipt.DecodeTensors(body)
}

// ended is nil for a prediction that succeeded, else why there is no answer.
func ended(job store.Job) error {
	switch relay.JobState(job.State) {
	case relay.JobSucceeded:
		return nil
	case relay.JobFailed:
		code := relay.CodeUnavailable
		if c := relay.JobCode(job.Code); c == relay.JobInvalidInput || c == relay.JobUnsupported || c == relay.JobTooLarge {
			code = relay.CodeInvalid
		}
		return relay.Errorf(code, "%s: %s", job.Code, job.Detail).WithHint("prediction %s says more", job.ID)
	}
	return relay.Errorf(relay.CodeUnavailable, "there is no answer yet").WithHint("prediction %s is %s", job.ID, job.State)
}

func (h *Hub) chat(ctx context.Context, in *chatRequest) (*huma.StreamResponse, error) {
	var how struct {
		whoAnswers
		Model  string `json:"model"`
		Stream bool   `json:"stream"`
		With   struct {
			Usage bool `json:"include_usage"`
		} `json:"stream_options"`
	}
	question, err := openai.Chat(in.RawBody)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(in.RawBody, &how); err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "%w", err)
	}
	job, err := h.ask(ctx, how.Model, in, &how.whoAnswers, "/chat/completions", question)
	if err != nil {
		return nil, err
	}
	if how.Stream {
		return &huma.StreamResponse{Body: func(c huma.Context) {
			mayWait(c)
			c.SetHeader("Content-Type", eventStream)
			c.SetHeader("Cache-Control", cacheNever)
			c.SetHeader(predictionHeader, job.ID)
			w, flush := streamTo(c)
			s := &chatStream{w: w, flush: flush, job: job.Job, usage: how.With.Usage, alone: job.by.Payment != nil}
			flush()
			h.streamChat(c.Context(), s)
		}}, nil
	}
	settled, tensors, err := h.whole(ctx, job)
	if err != nil {
		return nil, err
	}
	whole, err := openai.ReadCompletion(tensors)
	if err != nil {
		return nil, err
	}
	return sendJSON(job.Job, settled, chatCompletion{chatHead{chatID + job.ID, "chat.completion", job.Created / 1e6, job.Manifest}, *whole}), nil
}

type chatHead struct {
	ID      string `json:"id"`
	Object  string `json:"object"`
	Created int64  `json:"created"`
	Model   string `json:"model"`
}

type chatCompletion struct {
	chatHead
	openai.Completion
}

// sendJSON answers with what no schema of ours describes.
func sendJSON(job store.Job, settled string, body any) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", "application/json")
		c.SetHeader("Cache-Control", cacheNever)
		c.SetHeader(predictionHeader, job.ID)
		if settled != "" {
			c.SetHeader("PAYMENT-RESPONSE", settled)
		}
		if err := json.NewEncoder(c.BodyWriter()).Encode(body); err != nil {
			return // whoever asked is gone
		}
	}}
}

// chatStream is a chat completion that is streamed.
type chatStream struct {
	w     io.Writer
	flush func()
	job   store.Job
	usage bool
	alone bool           // it is paid for by itself: the last part that says something waits for that
	held  []openai.Chunk // from that part on
}

// next says a chunk, or keeps it until it is not the last any more.
func (s *chatStream) next(c openai.Chunk) (err error) {
	if !s.alone {
		return s.say(c.Choices, nil)
	}
	if c.Says() {
		err = s.rest()
	}
	s.held = append(s.held, c)
	return err
}

// rest says what was kept.
func (s *chatStream) rest() error {
	for _, c := range s.held {
		if err := s.say(c.Choices, nil); err != nil {
			return err
		}
	}
	s.held = s.held[:0]
	return nil
}

type chatChunk struct {
	chatHead
	Choices []openai.ChunkChoice `json:"choices"`
	Usage   *openai.Usage        `json:"usage,omitempty"`
}

func (s *chatStream) say(choices []openai.ChunkChoice, usage *openai.Usage) error {
	return s.event(chatChunk{chatHead{chatID + s.job.ID, "chat.completion.chunk", s.job.Created / 1e6, s.job.Manifest}, choices, usage})
}

func (s *chatStream) event(data any) error {
	text, err := json.Marshal(data)
	if err == nil {
		_, err = fmt.Fprintf(s.w, "data: %s\n\n", text)
	}
	return err
}

// fail ends a stream with an error, as clients of this API read it.
func (s *chatStream) fail(code, message string) {
	_ = s.event(map[string]openAIError{"error": {message, "server_error", code}}) // it may be gone
	s.flush()
}

// streamChat says an answer as it comes. Whoever hangs up cancels it: there is nobody else who would read it.
func (h *Hub) streamChat(ctx context.Context, s *chatStream) {
	f := h.follow(s.job.Account, s.job.ID)
	defer f.close()
	over := false
	defer func() {
		if !over {
			if _, err := h.Jobs.Cancel(context.WithoutCancel(ctx), s.job.Account, s.job.ID); err != nil && relay.ErrorCode(err) != relay.CodeConflict { // it goes on, and is paid for
				h.log.Warn("a chat that nobody reads goes on", "job", s.job.ID, "error", err)
			}
		}
	}()
	var fence, number int64
	for {
		done, err := f.look(ctx)
		if err != nil {
			return
		}
		of, first, parts := f.watch.Parts(fence, number)
		if of != fence {
			fence, number = of, 0
		}
		if first > number+1 && of != 0 { // this API has no word for a gap
			s.fail("lost", fmt.Sprintf("parts %d to %d were lost: this line is too slow", number+1, first-1))
			return
		}
		for _, part := range parts {
			number++
			var chunk openai.Chunk
			if err := json.Unmarshal(part, &chunk); err != nil {
				s.fail(string(relay.JobBadResult), "a part of the answer is none")
				return
			}
			if s.next(chunk) != nil {
				return
			}
		}
		if len(parts) > 0 {
			s.flush()
		}
		if done {
			over = true
			h.endChat(ctx, s, f.job, number > 0)
			return
		}
		more, quiet := f.wait(ctx)
		if !more {
			return
		}
		if quiet {
			if _, err := fmt.Fprint(s.w, ":\n\n"); err != nil {
				return
			}
			s.flush()
		}
	}
}

// endChat says how a chat ended, and all of it where nothing was said before: another relay had it.
func (h *Hub) endChat(ctx context.Context, s *chatStream, job store.Job, said bool) {
	if err := ended(job); err != nil {
		s.fail(job.Code, err.Error())
		return
	}
	if s.alone {
		settling, stop := context.WithTimeout(ctx, settleWait)
		p, err := h.Exact.Settle(settling, job.ID)
		stop()
		if err == nil {
			_, _ = fmt.Fprintf(s.w, ": PAYMENT-RESPONSE %s\n\n", h.response(p)) // headers went out long ago
			err = unsettled(p)
		}
		if err == nil {
			err = s.rest()
		}
		if err != nil {
			s.fail(string(relay.ErrorCode(err)), err.Error())
			return
		}
	}
	tensors, err := h.answered(ctx, job)
	if err == nil {
		var whole *openai.Completion
		if whole, err = openai.ReadCompletion(tensors); err == nil {
			if !said {
				err = s.say(whole.Chunk().Choices, nil)
			}
			if s.usage && whole.Usage != nil && err == nil {
				err = s.say([]openai.ChunkChoice{}, whole.Usage)
			}
		}
	}
	if err != nil {
		s.fail(string(relay.ErrorCode(err)), "the answer cannot be read")
		return
	}
	_, _ = fmt.Fprint(s.w, "data: [DONE]\n\n") // it may be gone
	s.flush()
}

type embeddingsReply struct {
	Object string          `json:"object"`
	Data   []embedding     `json:"data"`
	Model  string          `json:"model"`
	Usage  embeddingsUsage `json:"usage"`
}

type embedding struct {
	Object    string `json:"object"`
	Index     int    `json:"index"`
	Embedding any    `json:"embedding"` // numbers, or base64 of them as f32
}

type embeddingsUsage struct {
	Prompt int64 `json:"prompt_tokens"`
	Total  int64 `json:"total_tokens"`
}

func (h *Hub) embeddings(ctx context.Context, in *chatRequest) (*huma.StreamResponse, error) {
	var how struct {
		whoAnswers
		Model  string `json:"model"`
		Format string `json:"encoding_format"`
	}
	question, n, err := openai.Embeddings(in.RawBody)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(in.RawBody, &how); err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "%w", err)
	}
	if how.Format != "" && how.Format != "float" && how.Format != "base64" {
		return nil, relay.Errorf(relay.CodeInvalid, "encoding_format %.20q is neither float nor base64", how.Format)
	}
	job, err := h.ask(ctx, how.Model, in, &how.whoAnswers, "/embeddings", question)
	if err != nil {
		return nil, err
	}
	settled, tensors, err := h.whole(ctx, job)
	if err != nil {
		return nil, err
	}
	if len(tensors) != 2 || tensors[0].Name != openai.EmbeddingName || tensors[0].Type != "f32" || len(tensors[0].Dims) != 2 || tensors[0].Dims[0] != int64(n) ||
		tensors[1].Name != openai.TokensName || len(tensors[1].Data) != 8 {
		return nil, relay.Errorf(relay.CodeUnavailable, "the provider's answer is no list of %d embeddings", n)
	}
	used := int64(binary.LittleEndian.Uint64(tensors[1].Data))
	out := embeddingsReply{Object: "list", Data: []embedding{}, Model: job.Manifest, Usage: embeddingsUsage{used, used}}
	width := int(tensors[0].Dims[1]) * 4
	for i := range n {
		row := receipt.Tensor{Type: "f32", Data: tensors[0].Data[i*width : (i+1)*width]}
		e := embedding{Object: "embedding", Index: i}
		if how.Format == "base64" {
			e.Embedding = base64.StdEncoding.EncodeToString(row.Data)
		} else {
			e.Embedding, _ = row.Numbers() // f32 has some
		}
		out.Data = append(out.Data, e)
	}
	return sendJSON(job.Job, settled, out), nil
}
