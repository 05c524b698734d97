package httpapi

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/route"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/store"
)

const (
	// maxPredictionBody is room for tensors of 16 MiB in base64.
	maxPredictionBody = 24 << 20
	// predictionTimeout is for such a body on a slow line.
	predictionTimeout = 60 * time.Second
	// maxWait is how long a request may wait for its answer.
	maxWait = 60 * time.Second
)

// Prediction is a job as its account sees it: the object of Replicate's API, with tensors.
type Prediction struct {
	ID        string                        `json:"id"`
	Version   string                        `json:"version" doc:"CID of the model's manifest."`
	Mode      string                        `json:"mode" doc:"strict, fast, served; of a job by specification its kind, of a training training/COMMAND; order: it was ordered on chain, and its specification says the rest."`
	Status    string                        `json:"status" enum:"starting,processing,succeeded,failed,canceled"`
	Output    map[string]receipt.TensorJSON `json:"output,omitempty" doc:"Once it has succeeded, for a day."`
	Job       *SpecifiedJob                 `json:"job,omitempty" doc:"Of one that was created by a specification (createJob)."`
	Code      string                        `json:"code,omitempty" doc:"Why it failed, for programs."`
	Error     string                        `json:"error,omitempty" doc:"Why it failed, for people."`
	Salt      string                        `json:"salt,omitempty" doc:"What the receipt's request hash is salted with. Whoever is to replay the run needs it."`
	Attempts  int64                         `json:"attempts" doc:"How often it was tried."`
	Created   time.Time                     `json:"created_at"`
	Started   *time.Time                    `json:"started_at,omitempty"`
	Completed *time.Time                    `json:"completed_at,omitempty"`
	Webhook   string                        `json:"webhook,omitempty" doc:"That is told of it."`
	Deadline  time.Time                     `json:"deadline" doc:"When it fails if nobody has done it."`
	Session   string                        `json:"session,omitempty" doc:"Which one pays."`
	Routing   *route.Choice                 `json:"routing,omitempty" doc:"Who does it, or did, and why; once somebody does. Not in lists and events."`
	Order     *OrderView                    `json:"order,omitempty" doc:"Of one that was ordered on chain: how far that is."`
	Payment   *PaymentView                  `json:"payment,omitempty" doc:"Of one that was paid by x402, when it is created."`
	URLs      PredictionURLs                `json:"urls"`
}

// PredictionURLs are where to go on.
type PredictionURLs struct {
	Get     string `json:"get"`
	Cancel  string `json:"cancel"`
	Stream  string `json:"stream" doc:"Server-sent events."`
	Receipt string `json:"receipt,omitempty" doc:"Once it has succeeded."`
}

// ModelOffer is what providers ask for a model.
type ModelOffer struct {
	Version   string `json:"version" doc:"CID of the model's manifest."`
	Mode      string `json:"mode"`
	Providers int    `json:"providers"`
	Capacity  int    `json:"capacity" doc:"How many jobs they take at once."`
	Free      int    `json:"free" doc:"How many of these places are free."`
	Cheapest  int64  `json:"cheapest" doc:"What the cheapest asks for an inference, in the smallest unit of a dollar."`
	Costly    int64  `json:"costly" doc:"What the dearest asks."`
	Author    int64  `json:"author,omitempty" doc:"What the operator pays the author beside, where the operator pays. Given with version alone."`

	Hardware []string `json:"hardware" nullable:"false" doc:"As the providers say."`
	Median   int64    `json:"median_ms,omitempty" doc:"Milliseconds that half of the jobs lately took at most, from being given to a provider to its answer. Not there while none was done."`
	// Backends are hashed into receipts.
	Backends []string `json:"backends,omitempty" doc:"In mode served: what the servers are called. A receipt's plan is the SHA-256 of one of these."`
	API      string   `json:"api,omitempty" enum:"open-inference,openai" doc:"How those are asked, beside by tensors: openai at /v1."`
	// Each is bounded: the counts above are of all.
	Each []OfferProvider `json:"each" nullable:"false" doc:"The providers one by one, 64 at most."`
}

type offersRequest struct {
	Version string `query:"version" maxLength:"100" doc:"CID of a model's manifest: only what is offered for that."`
}

// Encoded is what operations take whose replies have tensors.
type Encoded struct {
	Encoding string `query:"encoding" enum:"numbers,base64" default:"numbers" doc:"How tensors of the reply are written."`
}

func (e Encoded) base64() bool { return e.Encoding == "base64" }

type predictionRequest struct {
	Encoded
	attest *store.AttestedVersion // of a job by specification
	Key    string                 `header:"Idempotency-Key" maxLength:"200" doc:"The same request with the same key makes one prediction, however often it is sent."`
	Prefer string                 `header:"Prefer" maxLength:"100" doc:"wait, or wait=SECONDS: answer when it has ended, or after that."`
	// Payment is read where nobody is signed in.
	Payment string `header:"PAYMENT-SIGNATURE" maxLength:"8192" doc:"x402, version 2: pays for this prediction alone, and nobody has to be signed in. Without it, and with nobody signed in, 402 says in PAYMENT-REQUIRED what it costs."`
	Body    struct {
		Version  string                        `json:"version" maxLength:"100" doc:"CID of the model's manifest."`
		Input    map[string]receipt.TensorJSON `json:"input" doc:"By name of the model's input."`
		Mode     string                        `json:"mode,omitempty" enum:"strict,fast,served" default:"strict" doc:"strict can be replayed, bit for bit; served is run by another server that the provider has, and is signed only."`
		Salt     string                        `json:"salt,omitempty" pattern:"^0x[0-9a-f]{64}$" doc:"Chosen by the relay when not given."`
		MaxPrice *int64                        `json:"max_price,omitempty" minimum:"0" maximum:"1000000000000" doc:"Of the provider's part, in the smallest unit of a dollar. What providers ask now when not given."`
		Routing  *route.Wishes                 `json:"routing,omitempty" doc:"Who may do it. Where nobody who is there may, it is refused (no_route), and the refusal says why; where those who may have no time, it waits for them."`
		Webhook  string                        `json:"webhook,omitempty" maxLength:"2000" doc:"An address that is told of it, by Standard Webhooks: the prediction, signed with your secret (/api/v1/webhooks/secret)."`
		Events   []string                      `json:"webhook_events_filter,omitempty" maxItems:"3" enum:"start,output,completed" doc:"Of what it is told; of all when not given. output: once there is one."`
		Timeout  int                           `json:"timeout,omitempty" minimum:"1" maximum:"3600" doc:"Seconds. Ten minutes when not given."`
		Voucher  *Voucher                      `json:"voucher,omitempty" doc:"Has a session pay for it. The salt has to be given then. max_price bounds the provider's part, which the plan does too."`
	}
}

// Resolve is called by huma once the body was read.
func (*predictionRequest) Resolve(c huma.Context) []error {
	mayWait(c)
	return nil
}

// mayWait takes the time off in which a request has to arrive: net/http would end what takes longer to answer.
func mayWait(c huma.Context) { _ = c.SetReadDeadline(time.Time{}) } // a connection that knows no deadlines just has none

// PredictionID names a prediction.
type PredictionID struct {
	Encoded
	ID string `path:"id" maxLength:"64"`
}

type streamRequest struct {
	PredictionID
	Last string `header:"Last-Event-ID" maxLength:"20" doc:"Go on after this event."`
}

type createdPrediction struct {
	Status   int
	Location string `header:"Location"`
	Settled  string `header:"PAYMENT-RESPONSE" doc:"x402: what became of the payment."`
	Body     Prediction
}

func (h *Hub) registerPredictions(api huma.API) {
	op := func(id, method, path, summary string, errors ...int) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"predictions"}, Errors: errors}
	}
	// Every page of a model asks: a relay that has no providers says so, and is no error.
	register(h, api, public, op("listOffers", http.MethodGet, "/offers", "What providers run now, and for how much"), h.listOffers)
	if h.Jobs == nil {
		return
	}
	create := op("createPrediction", http.MethodPost, "/predictions", "Have a model run by a provider", http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusServiceUnavailable)
	create.DefaultStatus = http.StatusCreated
	create.MaxBodyBytes, create.BodyReadTimeout, create.Metadata = maxPredictionBody, predictionTimeout, map[string]any{"limit": "predictions"}
	h.takesPayment(&create)
	create.Description = "It is kept when this is answered: it will end, be it in failure. 201 with its state, which is the last one when Prefer: wait was sent and it took no longer."
	register(h, api, runs, create, h.createPrediction)
	h.registerJobs(api, create.Errors)
	register(h, api, runs, op("listPredictions", http.MethodGet, "/predictions", "Predictions of this account, newest first"), h.listPredictions)
	register(h, api, runs, op("getPrediction", http.MethodGet, "/predictions/{id}", "How far a prediction is, and what came of it", http.StatusNotFound), h.getPrediction)
	register(h, api, runs, op("cancelPrediction", http.MethodPost, "/predictions/{id}/cancel", "End a prediction", http.StatusNotFound, http.StatusConflict), h.cancelPrediction)
	stream := op("streamPrediction", http.MethodGet, "/predictions/{id}/stream", "Watch a prediction", http.StatusNotFound)
	stream.Description = "Server-sent events: state, with the prediction, whenever it is another; progress, with how many of the model's steps have run; part, with a piece of the answer as its provider's backend says it, in JSON, signed by nobody; " +
		"lost, with the numbers of pieces that are not here any more. Their ids grow; Last-Event-ID goes on after one. The stream ends with the prediction. Once there was a part, a failure is final (stream_broken): the model is not asked again without you."
	stream.Responses = map[string]*huma.Response{"200": {Description: "Events", Content: map[string]*huma.MediaType{eventStream: {Schema: &huma.Schema{Type: huma.TypeString}}}}}
	register(h, api, runs, stream, h.streamPrediction)
}

func (h *Hub) createPrediction(ctx context.Context, in *predictionRequest) (*createdPrediction, error) {
	if callerOf(ctx).address == "" {
		return h.createPaid(ctx, in)
	}
	r := jobs.Request{Account: callerOf(ctx).address, Network: callerOf(ctx).network, Mode: in.Body.Mode, MaxPrice: -1, Time: time.Duration(in.Body.Timeout) * time.Second, Key: in.Key}
	if in.Body.MaxPrice != nil {
		r.MaxPrice = *in.Body.MaxPrice
	}
	r.Attest = in.attest
	var err error
	if r.Salt, err = saltOf(in.Body.Salt); err != nil {
		return nil, err
	}
	if r.Routing, err = checked(in.Body.Routing); err != nil {
		return nil, err
	}
	if in.Body.Voucher != nil {
		v, err := in.Body.Voucher.read()
		if err != nil {
			return nil, err
		}
		r.Voucher = &v
	}
	if r.Webhook = in.Body.Webhook; r.Webhook != "" {
		if err := h.Webhooks.URL(r.Webhook); err != nil {
			return nil, err
		}
		if r.Events = in.Body.Events; len(r.Events) == 0 {
			r.Events = []string{store.EventStart, store.EventOutput, store.EventCompleted}
		}
	}
	wait, err := preferredWait(in.Prefer)
	if err != nil {
		return nil, err
	}
	job, err := h.predict(ctx, r, in.Body.Version, in.Body.Input, wait)
	if err != nil {
		return nil, err
	}
	p, err := h.predictionOf(ctx, job, in.base64())
	return &createdPrediction{Status: http.StatusCreated, Location: p.URLs.Get, Body: p}, err
}

// saltOf reads the salt of a request, which is zero where the relay is to choose one.
func saltOf(text string) (salt receipt.Hash, err error) {
	if text == "" {
		return salt, nil
	}
	if err := salt.UnmarshalText([]byte(text)); err != nil {
		return salt, relay.Errorf(relay.CodeInvalid, "salt: %w", err)
	}
	return salt, nil
}

// encoded is an input in its canonical form.
func encoded(input map[string]receipt.TensorJSON) ([]byte, error) {
	var tensors []receipt.Tensor
	for name, t := range input {
		tensor, err := t.Tensor(name)
		if err != nil {
			return nil, err
		}
		tensors = append(tensors, tensor)
	}
	return receipt.EncodeTensors(tensors)
}

// predict makes a job of a request, and waits for it.
func (h *Hub) predict(ctx context.Context, r jobs.Request, version string, input map[string]receipt.TensorJSON, wait time.Duration) (jobs.Done, error) {
	var err error
	if r.Tensors, err = encoded(input); err != nil {
		return jobs.Done{}, err
	}
	if err := h.serves(&r, version); err != nil {
		return jobs.Done{}, err
	}
	return h.Jobs.Run(ctx, r, wait)
}

// serves has a request ask for a model, unless the operator does not serve that, or who asks.
func (h *Hub) serves(r *jobs.Request, version string) (err error) {
	if r.Manifest, err = parseCID(version); err != nil {
		return err
	}
	if h.deniedAccount(r.Account) || h.Denied != nil && h.Denied(r.Manifest) {
		return errDenied
	}
	return nil
}

// preferredWait reads Prefer: wait (RFC 7240).
func preferredWait(prefer string) (time.Duration, error) {
	for part := range strings.SplitSeq(prefer, ",") {
		name, value, given := strings.Cut(strings.TrimSpace(part), "=")
		if name != "wait" {
			continue // what is not known may be ignored
		}
		if !given {
			return maxWait, nil
		}
		seconds, err := strconv.Atoi(value)
		if err != nil || seconds < 0 {
			return 0, relay.Errorf(relay.CodeInvalid, "Prefer: wait=%q is no number of seconds", value)
		}
		return min(time.Duration(seconds)*time.Second, maxWait), nil
	}
	return 0, nil
}

// prediction is how a job looks.
func (h *Hub) prediction(ctx context.Context, job store.Job, asBase64 bool) (Prediction, error) {
	return h.predictionOf(ctx, jobs.Done{Job: job}, asBase64)
}

// predictionOf is the like, without reading again what is at hand.
func (h *Hub) predictionOf(ctx context.Context, job jobs.Done, asBase64 bool) (Prediction, error) {
	p := predictionWithout(job.Job)
	kept := func(body *[]byte, read func(context.Context, string) ([]byte, error)) (err error) {
		if *body == nil {
			*body, err = read(ctx, job.ID)
		}
		if relay.ErrorCode(err) == relay.CodeNotFound { // it was removed
			err = nil
		}
		return err
	}
	if err := kept(&job.Input, h.Store.JobInput); err != nil {
		return p, err
	}
	var err error
	if p.Routing, err = h.chosen(ctx, job); err != nil {
		return p, err
	}
	if len(job.Input) >= 32 {
		if spec.IsMode(job.Mode) || job.OrderID != "" {
			if p.Job = specified(job.Job, job.Input[32:]); p.Job != nil && p.Job.Kind == spec.Evaluation {
				var err error
				if p.Job.Attestation, err = h.attestation(ctx, job.ID); err != nil {
					return p, err
				}
			}
		}
		p.Salt = "0x" + hex.EncodeToString(job.Input[:32])
	}
	if job.OrderID != "" {
		switch o, err := h.Store.OrderNow(ctx, job.OrderID); {
		case err == nil:
			view, err := h.orderView(ctx, o)
			if err != nil {
				return p, err
			}
			p.Order = &view
		case relay.ErrorCode(err) != relay.CodeNotFound: // the chain took it back
			return p, err
		}
	}
	if relay.JobState(job.State) != relay.JobSucceeded {
		return p, nil
	}
	if err := kept(&job.Output, h.Store.JobOutput); err != nil || job.Output == nil {
		return p, err
	}
	tensors, err := receipt.DecodeTensors(job.Output)
	if err != nil {
		return p, relay.Errorf(relay.CodeInternal, "output of job %s: %w", job.ID, err)
	}
	if p.Job != nil {
		if tensors, err = p.Job.answered(tensors); err != nil {
			return p, relay.Errorf(relay.CodeInternal, "output of job %s: %w", job.ID, err)
		}
		if len(tensors) == 0 {
			return p, nil
		}
	}
	p.Output = map[string]receipt.TensorJSON{}
	for _, t := range tensors {
		p.Output[t.Name] = t.JSON(asBase64)
	}
	return p, nil
}

// predictionWithout leaves out what is long.
func predictionWithout(job store.Job) Prediction {
	at := apiPrefix + "/predictions/" + job.ID
	p := Prediction{ID: job.ID, Webhook: job.Webhook, Version: job.Manifest, Mode: job.Mode, Status: job.State, Code: job.Code, Error: job.Detail, Attempts: job.Fence, Session: job.Session, Created: store.Time(job.Created),
		Deadline: store.Time(job.Deadline), URLs: PredictionURLs{Get: at, Cancel: at + "/cancel", Stream: at + "/stream"}}
	if job.Started != 0 {
		t := store.Time(job.Started)
		p.Started = &t
	}
	if job.Ended != 0 {
		t := store.Time(job.Ended)
		p.Completed = &t
	}
	if relay.JobState(job.State) == relay.JobSucceeded {
		p.URLs.Receipt = apiPrefix + "/receipts/" + job.ID
	}
	return p
}

func (h *Hub) listPredictions(ctx context.Context, in *Paging) (*reply[List[Prediction]], error) {
	found, err := h.Store.Jobs(ctx, callerOf(ctx).address, store.Page{Before: in.Cursor, Limit: in.Limit + 1})
	found, next := cut(found, in.Limit, func(j store.Job) string { return j.ID })
	list := List[Prediction]{Items: []Prediction{}, Next: next}
	for _, job := range found {
		list.Items = append(list.Items, predictionWithout(job))
	}
	return &reply[List[Prediction]]{list}, err
}

func (h *Hub) getPrediction(ctx context.Context, in *PredictionID) (*reply[Prediction], error) {
	job, err := h.Store.Job(ctx, callerOf(ctx).address, in.ID)
	if err != nil {
		return nil, err
	}
	p, err := h.prediction(ctx, job, in.base64())
	return &reply[Prediction]{p}, err
}

func (h *Hub) cancelPrediction(ctx context.Context, in *PredictionID) (*reply[Prediction], error) {
	job, err := h.Jobs.Cancel(ctx, callerOf(ctx).address, in.ID)
	if err != nil {
		return nil, err
	}
	p, err := h.prediction(ctx, job, in.base64())
	return &reply[Prediction]{p}, err
}

func (h *Hub) listOffers(ctx context.Context, in *offersRequest) (*reply[List[ModelOffer]], error) {
	list := List[ModelOffer]{Items: []ModelOffer{}}
	if h.Jobs == nil {
		return &reply[List[ModelOffer]]{list}, nil
	}
	sums, err := h.checkSums(ctx)
	if err != nil {
		return nil, err
	}
	for _, o := range h.Jobs.Offers() {
		if in.Version == "" || o.Manifest == in.Version {
			offer := ModelOffer{Version: o.Manifest, Mode: o.Mode, Providers: o.Providers, Capacity: o.Capacity, Free: o.Free, Cheapest: o.Cheapest, Costly: o.Costly,
				Hardware: append([]string{}, o.Hardware...), Backends: o.Backends, API: o.API, Each: offerProviders(o.Each, sums)}
			if in.Version != "" {
				var err error
				if offer.Author, err = h.Jobs.AuthorFee(ctx, o.Manifest); err != nil {
					return nil, err
				}
			}
			if o.Median > 0 {
				offer.Median = max(1, o.Median.Milliseconds())
			}
			list.Items = append(list.Items, offer)
		}
	}
	return &reply[List[ModelOffer]]{list}, nil
}

// Ids of events: of each attempt its beginning, its progress, the parts of its answer, then that it is tried again; the end is the last. So
// they grow whichever relay counts them.
const (
	attemptBit = 32
	partEvent  = 1 << 31
	retryEvent = 1<<attemptBit - 1
	lastEvent  = 1 << 62
)

// eventOf numbers a job's state.
func eventOf(job store.Job) int64 {
	switch state := relay.JobState(job.State); {
	case state.Ended():
		return lastEvent
	case state == relay.JobStarting && job.Fence > 0:
		return job.Fence<<attemptBit | retryEvent
	}
	return job.Fence << attemptBit
}

const eventStream = "text/event-stream"

// lostParts says that parts of an answer are not here any more: the reader was too slow, or away for too long. The prediction's output
// has them once it has succeeded.
type lostParts struct {
	From int64 `json:"from"`
	To   int64 `json:"to,omitempty"` // none: all that were left
}

// streamTo is where a stream is written, and what has it sent.
func streamTo(c huma.Context) (w io.Writer, flush func()) {
	w, flush = c.BodyWriter(), func() {}
	if rw, ok := w.(http.ResponseWriter); ok {
		control := http.NewResponseController(rw)
		flush = func() { _ = control.Flush() } // where it cannot, it comes later
	}
	return w, flush
}

func (h *Hub) streamPrediction(ctx context.Context, in *streamRequest) (*huma.StreamResponse, error) {
	account := callerOf(ctx).address
	if _, err := h.Store.Job(ctx, account, in.ID); err != nil {
		return nil, err
	}
	last := int64(-1)
	if in.Last != "" {
		n, err := strconv.ParseInt(in.Last, 10, 64)
		if err != nil {
			return nil, relay.Errorf(relay.CodeInvalid, "Last-Event-ID %q is none of ours", in.Last)
		}
		last = n
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		mayWait(c)
		c.SetHeader("Content-Type", eventStream)
		c.SetHeader("Cache-Control", cacheNever)
		w, flush := streamTo(c)
		say := func(id int64, event string, data any) error {
			text, err := json.Marshal(data)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(w, "id: %d\nevent: %s\ndata: %s\n\n", id, event, text)
			flush()
			return err
		}
		if _, err := fmt.Fprint(w, ":\n\n"); err != nil { // so that it begins, though nothing may happen for a while
			return
		}
		flush()
		f := h.follow(account, in.ID)
		defer f.close()
		var fence, number int64 // of the last part that was sent
		if part := last & retryEvent; last < lastEvent && part >= partEvent && part < retryEvent {
			fence, number = last>>attemptBit, part-partEvent
		}
		resumes := fence > 0
		_, err := h.Store.ExactPayment(c.Context(), in.ID)
		sealed := err == nil // paid for by itself: its answer waits for that
		for {
			ended, err := f.look(c.Context())
			if err != nil {
				return
			}
			job, watch := f.job, f.watch
			if id := eventOf(job); !ended && id > last {
				if say(id, "state", predictionWithout(job)) != nil {
					return
				}
				last = id
			}
			if of, done, steps := watch.Progress(); of == job.Fence && of > 0 && !ended {
				if id := of<<attemptBit | int64(min(done, partEvent-1)); id > last {
					if say(id, "progress", map[string]int{"done": done, "of": steps}) != nil {
						return
					}
					last = id
				}
			}
			of, first, parts := watch.Parts(fence, number)
			if sealed {
				of, parts, resumes = 0, nil, false
			}
			if of != 0 && of != fence {
				fence, number = of, 0
			}
			if first > number+1 || of == 0 && resumes && ended {
				if say(fence<<attemptBit|partEvent|max(first-1, number), "lost", lostParts{number + 1, max(first-1, 0)}) != nil {
					return
				}
			}
			for i, part := range parts {
				number = first + int64(i)
				last = fence<<attemptBit | partEvent | number
				if _, err := fmt.Fprintf(w, "id: %d\nevent: part\ndata: %s\n\n", last, part); err != nil {
					return
				}
			}
			if resumes = resumes && of == 0; len(parts) > 0 {
				flush()
			}
			if ended {
				if last < lastEvent {
					if p, err := h.prediction(c.Context(), job, in.base64()); err == nil {
						_ = say(lastEvent, "state", p) // it may be gone
					}
				}
				return
			}
			more, quiet := f.wait(c.Context())
			if !more {
				return
			}
			if quiet {
				if _, err := fmt.Fprint(w, ":\n\n"); err != nil {
					return
				}
				flush()
			}
		}
	}}, nil
}
