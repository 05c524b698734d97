// Package openai is what requests and answers of the OpenAI-compatible API say, for both sides that speak it: the relay to clients, a
// provider to its backend. In between they are tensors, as all questions and answers are: bytes of JSON in a tensor of u8, embeddings as they are.
//
//	tensors, err := openai.Chat(request)             // what a client sent, checked, in one form
//	completion, err := openai.ReadCompletion(tensors) // what came of it
//
// It does no I/O. What it does not know it refuses or leaves out, so that neither side passes on what it has not understood.
package openai

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/receipt"
)

// Names of tensors, in questions and answers.
const (
	ChatInput       = "chat"       // u8: a request for a chat completion
	EmbeddingsInput = "embeddings" // u8: a request for embeddings
	CompletionName  = "completion" // u8: a Completion
	EmbeddingName   = "embedding"  // f32 [inputs, width]
	TokensName      = "tokens"     // i64 [1]: how many went in
)

const (
	// MaxRequest bounds a request's JSON, MaxMessages its messages, MaxInputs what is embedded at once, MaxChoices the answers.
	MaxRequest  = 1 << 20
	MaxMessages = 1000
	MaxInputs   = 256
	MaxChoices  = 8
)

// chatFields are those that go to the backend, ignored those that clients send and that mean nothing here.
var (
	chatFields = []string{"messages", "temperature", "top_p", "max_tokens", "max_completion_tokens", "stop", "seed", "n", "presence_penalty", "frequency_penalty", "logit_bias",
		"response_format", "tools", "tool_choice", "parallel_tool_calls", "reasoning_effort"}
	embeddingFields = []string{"input", "dimensions"}
	ignored         = []string{"model", "stream", "stream_options", "user", "metadata", "store", "service_tier", "encoding_format", "safety_identifier", "prompt_cache_key",
		"dehug", "provider", "models"} // these three say who answers
)

// Chat brings a request for a chat completion into its one form, as what a model is asked.
func Chat(request []byte) ([]receipt.Tensor, error) {
	fields, err := pick(request, chatFields)
	if err != nil {
		return nil, err
	}
	var known struct {
		Messages []struct {
			Role    string          `json:"role"`
			Content json.RawMessage `json:"content"`
		} `json:"messages"`
		N *int `json:"n"`
	}
	if err := json.Unmarshal(request, &known); err != nil {
		return nil, invalid("%w", err)
	}
	if len(known.Messages) == 0 || len(known.Messages) > MaxMessages {
		return nil, invalid("messages: there are %d, 1 to %d are taken", len(known.Messages), MaxMessages)
	}
	if known.N != nil && (*known.N < 1 || *known.N > MaxChoices) {
		return nil, invalid("n: %d is not between 1 and %d", *known.N, MaxChoices)
	}
	for i, m := range known.Messages {
		if !slices.Contains([]string{"system", "developer", "user", "assistant", "tool"}, m.Role) {
			return nil, invalid("messages[%d]: there is no role %.20q", i, m.Role)
		}
		if err := onlyText(m.Content); err != nil {
			return nil, invalid("messages[%d]: %w", i, err)
		}
	}
	return asTensor(ChatInput, fields)
}

// onlyText tells whether content is text: what is named by an address would be fetched by the backend, from inside of its network.
func onlyText(content json.RawMessage) error {
	if len(content) == 0 || content[0] != '[' {
		var text *string
		if len(content) > 0 && json.Unmarshal(content, &text) != nil {
			return fmt.Errorf("content is text, or a list of parts")
		}
		return nil
	}
	var parts []struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(content, &parts); err != nil {
		return err
	}
	for _, p := range parts {
		if p.Type != "text" && p.Type != "refusal" {
			return fmt.Errorf("content of type %.20q is not taken, only text", p.Type)
		}
	}
	return nil
}

// Embeddings brings a request for embeddings into its one form, as what a model is asked, and says how many there will be.
func Embeddings(request []byte) ([]receipt.Tensor, int, error) {
	fields, err := pick(request, embeddingFields)
	if err != nil {
		return nil, 0, err
	}
	n, err := countInputs(fields["input"])
	if err != nil {
		return nil, 0, err
	}
	list, err := asTensor(EmbeddingsInput, fields)
	return list, n, err
}

// countInputs counts texts, or lists of tokens.
func countInputs(input json.RawMessage) (int, error) {
	var text string
	if json.Unmarshal(input, &text) == nil {
		return 1, nil
	}
	var tokens []uint32
	if json.Unmarshal(input, &tokens) == nil && len(tokens) > 0 {
		return 1, nil
	}
	var texts []string
	var lists [][]uint32
	n := 0
	if json.Unmarshal(input, &texts) == nil {
		n = len(texts)
	} else if json.Unmarshal(input, &lists) == nil {
		n = len(lists)
	}
	if n == 0 || n > MaxInputs {
		return 0, invalid("input: a text, or 1 to %d of them", MaxInputs)
	}
	return n, nil
}

// pick takes the fields that go to a backend, and refuses those that nobody here knows.
func pick(request []byte, wanted []string) (map[string]json.RawMessage, error) {
	if len(request) > MaxRequest {
		return nil, relay.Errorf(relay.CodeTooLarge, "the request has %d bytes, at most %d are taken", len(request), MaxRequest)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(request, &all); err != nil {
		return nil, invalid("%w", err)
	}
	for name, value := range all {
		switch {
		case bytes.Equal(bytes.TrimSpace(value), []byte("null")), slices.Contains(ignored, name):
			delete(all, name)
		case !slices.Contains(wanted, name):
			return nil, invalid("%.40q is not taken here", name).WithHint("it takes %s", strings.Join(wanted, ", "))
		}
	}
	return all, nil
}

// asTensor writes JSON in one form: compact, with sorted fields.
func asTensor(name string, value any) ([]receipt.Tensor, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, invalid("%w", err)
	}
	return []receipt.Tensor{{Name: name, Type: "u8", Dims: []int64{int64(len(text))}, Data: text}}, nil
}

// Completion is an answer to a chat, without what a server adds of its own.
type Completion struct {
	Choices []Choice `json:"choices"`
	Usage   *Usage   `json:"usage,omitempty"`
}

// Choice is one of the answers.
type Choice struct {
	Index        int     `json:"index"`
	Message      Message `json:"message"`
	FinishReason string  `json:"finish_reason"`
}

// Message is what the model says.
type Message struct {
	Role      string     `json:"role"`
	Content   *string    `json:"content"`
	Reasoning string     `json:"reasoning_content,omitempty"`
	Refusal   *string    `json:"refusal,omitempty"`
	ToolCalls []ToolCall `json:"tool_calls,omitempty"`
}

// ToolCall asks the client to call a function.
type ToolCall struct {
	Index    *int     `json:"index,omitempty"` // in chunks
	ID       string   `json:"id,omitempty"`
	Type     string   `json:"type,omitempty"`
	Function Function `json:"function"`
}

// Function is a call's; its arguments are JSON, as text, which a model wrote.
type Function struct {
	Name      string `json:"name,omitempty"`
	Arguments string `json:"arguments"`
}

// Usage counts tokens.
type Usage struct {
	Prompt     int64 `json:"prompt_tokens"`
	Completion int64 `json:"completion_tokens"`
	Total      int64 `json:"total_tokens"`
}

// Chunk is a part of an answer.
type Chunk struct {
	Choices []ChunkChoice `json:"choices"`
	Usage   *Usage        `json:"usage,omitempty"`
}

// ChunkChoice is what one of the answers goes on with.
type ChunkChoice struct {
	Index        int     `json:"index"`
	Delta        Delta   `json:"delta"`
	FinishReason *string `json:"finish_reason"`
}

// Delta is what is new.
type Delta struct {
	Role      string     `json:"role,omitempty"`
	Content   *string    `json:"content,omitempty"`
	Reasoning string     `json:"reasoning_content,omitempty"`
	Refusal   *string    `json:"refusal,omitempty"`
	ToolCalls []ToolCall `json:"tool_calls,omitempty"`
}

// Says tells whether a chunk has something of the answer in it, and not just how that begins or ends.
func (c *Chunk) Says() bool {
	return slices.ContainsFunc(c.Choices, func(choice ChunkChoice) bool {
		d := choice.Delta
		return d.Content != nil && *d.Content != "" || d.Reasoning != "" || d.Refusal != nil && *d.Refusal != "" || len(d.ToolCalls) > 0
	})
}

// maxCalls bounds the tool calls of one answer.
const maxCalls = 128

// Sum puts chunks together again.
type Sum struct {
	choices [MaxChoices]*sum
	usage   *Usage
}

type sum struct {
	content, reasoning, refusal strings.Builder
	said, refused               bool
	calls                       []ToolCall
	arguments                   []*strings.Builder
	finish                      string
}

// Add takes the next chunk.
func (s *Sum) Add(c *Chunk) error {
	if c.Usage != nil {
		if u := *c.Usage; u.Prompt < 0 || u.Completion < 0 || u.Total < 0 {
			return fmt.Errorf("it used %d + %d = %d tokens", u.Prompt, u.Completion, u.Total)
		}
		s.usage = c.Usage
	}
	for _, choice := range c.Choices {
		if choice.Index < 0 || choice.Index >= MaxChoices {
			return fmt.Errorf("choice %d is out of range", choice.Index)
		}
		to := s.choices[choice.Index]
		if to == nil {
			to = &sum{}
			s.choices[choice.Index] = to
		}
		d := choice.Delta
		if d.Content != nil {
			to.content.WriteString(*d.Content)
			to.said = true
		}
		if d.Refusal != nil {
			to.refusal.WriteString(*d.Refusal)
			to.refused = true
		}
		to.reasoning.WriteString(d.Reasoning)
		for _, call := range d.ToolCalls {
			at := len(to.calls) // a server that leaves the index out means one after the other
			if call.Index != nil {
				at = *call.Index
			}
			if at < 0 || at > len(to.calls) || at >= maxCalls {
				return fmt.Errorf("tool call %d comes after %d", at, len(to.calls))
			}
			if at == len(to.calls) {
				to.calls = append(to.calls, ToolCall{Type: "function"})
				to.arguments = append(to.arguments, &strings.Builder{})
			}
			if call.ID != "" {
				to.calls[at].ID = call.ID
			}
			to.calls[at].Function.Name += call.Function.Name
			to.arguments[at].WriteString(call.Function.Arguments)
		}
		if choice.FinishReason != nil {
			to.finish = *choice.FinishReason
		}
	}
	return nil
}

// Completion is the whole. It is none where an answer has no end.
func (s *Sum) Completion() (*Completion, error) {
	c := &Completion{Usage: s.usage}
	for i, from := range s.choices {
		if from == nil {
			continue
		}
		if from.finish == "" {
			return nil, fmt.Errorf("choice %d has no end", i)
		}
		m := Message{Role: "assistant", Reasoning: from.reasoning.String(), ToolCalls: from.calls}
		if text := from.content.String(); from.said && (text != "" || len(from.calls) == 0) {
			m.Content = &text
		}
		if text := from.refusal.String(); from.refused {
			m.Refusal = &text
		}
		for n := range m.ToolCalls {
			m.ToolCalls[n].Function.Arguments = from.arguments[n].String()
		}
		c.Choices = append(c.Choices, Choice{i, m, from.finish})
	}
	if len(c.Choices) == 0 {
		return nil, fmt.Errorf("there is no answer")
	}
	return c, nil
}

// Tensors is how a completion is signed.
func (c *Completion) Tensors() ([]receipt.Tensor, error) { return asTensor(CompletionName, c) }

// Chunk is the whole as one part, for whoever saw none.
func (c *Completion) Chunk() *Chunk {
	out := &Chunk{Usage: c.Usage}
	for _, choice := range c.Choices {
		m := choice.Message
		calls := slices.Clone(m.ToolCalls)
		for i := range calls {
			calls[i].Index = &i
		}
		out.Choices = append(out.Choices, ChunkChoice{choice.Index, Delta{m.Role, m.Content, m.Reasoning, m.Refusal, calls}, &choice.FinishReason})
	}
	return out
}

// ReadCompletion reads what Tensors made.
func ReadCompletion(tensors []receipt.Tensor) (*Completion, error) {
	c := &Completion{}
	if len(tensors) != 1 || tensors[0].Name != CompletionName || tensors[0].Type != "u8" {
		return nil, invalid("the answer is no chat completion")
	}
	if err := json.Unmarshal(tensors[0].Data, c); err != nil || len(c.Choices) == 0 {
		return nil, invalid("the answer is no chat completion: %w", err)
	}
	return c, nil
}

func invalid(format string, args ...any) *relay.Error {
	return relay.Errorf(relay.CodeInvalid, format, args...)
}
