// Package route decides which provider does a job: who may, by what the payer says, and who of those is given it, by how they did before.
//
//	wishes, err := route.Parse(json)
//	at, choice := route.Choose(rng, now, wishes, candidates, last)
//
// It does no I/O, knows no clock and no chance of its own: the same candidates with the same rng give the same choice. Who is connected,
// and what is remembered of whom, package jobs knows.
package route

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

const (
	// MaxNames bounds each list of providers, regions and versions that a payer names.
	MaxNames = 32
	// reserved is room for those who gave an answer that somebody else is to give again.
	reserved = 2
	// MaxText bounds wishes in JSON.
	MaxText = 8 << 10
	// MaxPrice is the highest that is an amount here.
	MaxPrice = 1_000_000_000_000
	// MaxRegion is how long a region's name is, MaxCores and MaxGB what a machine has at most, as far as is believed.
	MaxRegion = 32
	MaxCores  = 1 << 16
	MaxGB     = 1 << 20
)

// What a provider says that it does with what it is asked.
const (
	KeepsNone = "none"   // it is gone when the answer is
	KeepsLogs = "logs"   // it is kept for a while, and not used otherwise
	Trains    = "trains" // it may become part of a model
)

// strictness orders these: a provider that says nothing may do anything.
var strictness = map[string]int{KeepsNone: 2, KeepsLogs: 1, Trains: 0, "": 0}

// What may be sorted by instead of by all of it.
const (
	SortPrice   = "price"
	SortLatency = "latency"
	SortSuccess = "success"
)

// Machine is the hardware of a provider, as it says.
type Machine struct {
	Cores       int `json:"cores,omitempty" minimum:"0" maximum:"65536" doc:"Of the processor."`
	MemoryGB    int `json:"memory_gb,omitempty" minimum:"0" maximum:"1048576" doc:"In units of 2^30 bytes."`
	GPUMemoryGB int `json:"gpu_memory_gb,omitempty" minimum:"0" maximum:"1048576" doc:"Of the largest GPU, in units of 2^30 bytes; 0 is for none."`
}

// Facts are what a provider says of itself. Nobody can check them; it answers for them by its name.
type Facts struct {
	Region     string `json:"region,omitempty"`      // parts joined by "-", the largest first: eu-de
	DataPolicy string `json:"data_policy,omitempty"` // none, logs or trains; "" says nothing
	Machine
}

var regionForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Check refuses what no provider says.
func (f *Facts) Check() error {
	if f.Region != "" && !isRegion(f.Region) {
		return relay.Errorf(relay.CodeInvalid, "%.40q is no region", f.Region).WithHint("a region is small letters and digits, its parts joined by \"-\", the largest first: eu-de")
	}
	if _, known := strictness[f.DataPolicy]; !known {
		return relay.Errorf(relay.CodeInvalid, "%.40q is no data policy", f.DataPolicy).WithHint("none, logs or trains")
	}
	return f.Machine.check()
}

func isRegion(name string) bool { return len(name) <= MaxRegion && regionForm.MatchString(name) }

func (m *Machine) check() error {
	if m.Cores < 0 || m.Cores > MaxCores || m.MemoryGB < 0 || m.MemoryGB > MaxGB || m.GPUMemoryGB < 0 || m.GPUMemoryGB > MaxGB {
		return relay.Errorf(relay.CodeInvalid, "%d cores with %d GB, and a GPU with %d GB, are no machine", m.Cores, m.MemoryGB, m.GPUMemoryGB)
	}
	return nil
}

// Require is what a provider has to say of itself.
type Require struct {
	Region     []string `json:"region,omitempty" maxItems:"32" doc:"One of these, or a part of one: eu is also eu-de."`
	Warm       bool     `json:"warm,omitempty" doc:"It has the model in memory."`
	DataPolicy string   `json:"data_policy,omitempty" enum:"none,logs,trains" doc:"What it does with what it is asked, at most. none: nothing is kept. logs: it is kept for a while. A provider that says nothing counts as trains."`
	Machine
}

// Wishes are what a payer says about who may do a job. The zero value lets anybody.
type Wishes struct {
	Order          []string `json:"order,omitempty" maxItems:"32" doc:"Providers by address: the first of these that is free and did not just fail."`
	AllowFallbacks *bool    `json:"allow_fallbacks,omitempty" doc:"Whether others than those of order may do it when none of these can; true when not given."`
	Only           []string `json:"only,omitempty" maxItems:"32" doc:"Providers by address: nobody else."`
	Ignore         []string `json:"ignore,omitempty" maxItems:"32" doc:"Providers by address: not these."`
	MaxPrice       *int64   `json:"max_price,omitempty" minimum:"0" maximum:"1000000000000" doc:"What a provider may ask for a unit, in the smallest unit of a dollar."`
	Sort           string   `json:"sort,omitempty" enum:"price,latency,success" doc:"The best by this alone: by all of it, and a few at random, when not given."`
	Require        Require  `json:"require,omitzero" doc:"What providers have to say of themselves."`
	Fallbacks      []string `json:"fallbacks,omitempty" maxItems:"32" doc:"CIDs of manifests of other models, or versions: the first one for which somebody may do it, when nobody may for the one that is asked. Decided once, when it is asked."`
}

// Empty tells whether anybody may.
func (w *Wishes) Empty() bool {
	return w == nil || len(w.Order)+len(w.Only)+len(w.Ignore)+len(w.Fallbacks)+len(w.Require.Region) == 0 && w.MaxPrice == nil && w.Sort == "" && !w.Require.Warm &&
		w.Require.DataPolicy == "" && w.Require.Machine == Machine{}
}

// onlyOrder tells whether those of order alone may.
func (w *Wishes) onlyOrder() bool {
	return len(w.Order) > 0 && w.AllowFallbacks != nil && !*w.AllowFallbacks
}

// Check refuses wishes that make no sense, and brings names into their one form.
func (w *Wishes) Check() error {
	for name, list := range map[string][]string{"order": w.Order, "only": w.Only, "ignore": w.Ignore} {
		most := MaxNames
		if name == "ignore" {
			most += reserved
		}
		if len(list) > most {
			return relay.Errorf(relay.CodeInvalid, "routing: %s names %d providers, at most %d are taken", name, len(list), MaxNames)
		}
		for i, text := range list {
			address, err := manifest.ParseAddress(text)
			if err != nil {
				return relay.Errorf(relay.CodeInvalid, "routing: %s: %w", name, err).WithHint("providers are named by their addresses")
			}
			if list[i] = address.String(); slices.Contains(list[:i], list[i]) {
				return relay.Errorf(relay.CodeInvalid, "routing: %s names %s twice", name, list[i])
			}
		}
	}
	if w.MaxPrice != nil && (*w.MaxPrice < 0 || *w.MaxPrice > MaxPrice) {
		return relay.Errorf(relay.CodeInvalid, "routing: max_price: %d is no amount", *w.MaxPrice)
	}
	if !slices.Contains([]string{"", SortPrice, SortLatency, SortSuccess}, w.Sort) {
		return relay.Errorf(relay.CodeInvalid, "routing: nothing is sorted by %.40q", w.Sort).WithHint("price, latency or success")
	}
	if w.AllowFallbacks != nil && len(w.Order) == 0 {
		if !*w.AllowFallbacks {
			return relay.Errorf(relay.CodeInvalid, "routing: nobody is named in whose place others may not do it").WithHint("give order, or leave allow_fallbacks out")
		}
		w.AllowFallbacks = nil
	}
	r := &w.Require
	if len(r.Region) > MaxNames || slices.ContainsFunc(r.Region, func(name string) bool { return !isRegion(name) }) {
		return relay.Errorf(relay.CodeInvalid, "routing: %.100q are no regions", r.Region).WithHint("a region is small letters and digits, its parts joined by \"-\", the largest first: eu-de")
	}
	if _, known := strictness[r.DataPolicy]; !known {
		return relay.Errorf(relay.CodeInvalid, "routing: %.40q is no data policy", r.DataPolicy).WithHint("none, logs or trains")
	}
	if err := r.Machine.check(); err != nil {
		return relay.Errorf(relay.CodeInvalid, "routing: %w", err)
	}
	if len(w.Fallbacks) > MaxNames {
		return relay.Errorf(relay.CodeInvalid, "routing: fallbacks names %d models, at most %d are taken", len(w.Fallbacks), MaxNames)
	}
	for i, text := range w.Fallbacks {
		if _, err := manifest.ParseCID(text); err != nil {
			return relay.Errorf(relay.CodeInvalid, "routing: fallbacks: %w", err).WithHint("models are named by the CIDs of their manifests")
		}
		if slices.Contains(w.Fallbacks[:i], text) {
			return relay.Errorf(relay.CodeInvalid, "routing: fallbacks names %s twice", text)
		}
	}
	return nil
}

// Parse reads wishes in JSON. Nil is for none, and for those that let anybody.
func Parse(text []byte) (*Wishes, error) {
	if len(text) == 0 || bytes.Equal(text, []byte("null")) {
		return nil, nil
	}
	if len(text) > MaxText {
		return nil, relay.Errorf(relay.CodeInvalid, "routing has %d bytes, at most %d are taken", len(text), MaxText)
	}
	var w Wishes
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields() // what is not known cannot be honoured
	if err := dec.Decode(&w); err != nil || dec.More() {
		return nil, relay.Errorf(relay.CodeInvalid, "routing: %w", cmp.Or(err, fmt.Errorf("there is more than one"))).
			WithHint("it has order, allow_fallbacks, only, ignore, max_price, sort, require and fallbacks")
	}
	if err := w.Check(); err != nil {
		return nil, err
	}
	if w.Empty() {
		return nil, nil
	}
	return &w, nil
}

// Text is how wishes are kept and hashed: "" for those that let anybody. Parse reads it.
func (w *Wishes) Text() string {
	if w.Empty() {
		return ""
	}
	text, err := json.Marshal(w)
	if err != nil {
		panic("route: wishes are always written: " + err.Error())
	}
	return string(text)
}

// ParsePreferences reads the provider field of requests to the OpenAI-compatible API as clients of OpenRouter write it. Its prices are dollars.
// What has no meaning here and would narrow the choice is refused: nobody who relied on it is served otherwise.
func ParsePreferences(text []byte) (*Wishes, error) {
	var p struct {
		Order             []string        `json:"order"`
		AllowFallbacks    *bool           `json:"allow_fallbacks"`
		Only              []string        `json:"only"`
		Ignore            []string        `json:"ignore"`
		DataCollection    string          `json:"data_collection"`
		ZDR               bool            `json:"zdr"`
		Sort              json.RawMessage `json:"sort"`
		RequireParameters bool            `json:"require_parameters"` // parameters that are not taken are refused here in any case
		MaxPrice          map[string]any  `json:"max_price"`
	}
	invalid := func(format string, args ...any) (*Wishes, error) {
		return nil, relay.Errorf(relay.CodeInvalid, "provider: "+format, args...).WithHint("it takes order, allow_fallbacks, only, ignore, data_collection, zdr, sort (price or latency) and max_price with request; routing has more")
	}
	if len(text) > MaxText {
		return invalid("it has %d bytes, at most %d are taken", len(text), MaxText)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return invalid("%w", err)
	}
	w := &Wishes{Order: p.Order, Only: p.Only, Ignore: p.Ignore, AllowFallbacks: p.AllowFallbacks}
	if len(w.Order) == 0 && p.AllowFallbacks != nil && !*p.AllowFallbacks {
		w.AllowFallbacks = nil // with only, it says nothing more
	}
	switch p.DataCollection {
	case "", "allow":
	case "deny":
		w.Require.DataPolicy = KeepsNone
	default:
		return invalid("data_collection %.40q is neither allow nor deny", p.DataCollection)
	}
	if p.ZDR {
		w.Require.DataPolicy = KeepsNone
	}
	if len(p.Sort) > 0 && string(p.Sort) != "null" && json.Unmarshal(p.Sort, &w.Sort) != nil {
		var by struct {
			By string `json:"by"`
		}
		if err := json.Unmarshal(p.Sort, &by); err != nil || by.By == "" {
			return invalid("sort: nothing is sorted by %.40s", p.Sort)
		}
		w.Sort = by.By
	}
	for name, value := range p.MaxPrice {
		dollars, err := 0.0, error(nil)
		switch v := value.(type) {
		case float64:
			dollars = v
		case string:
			err = json.Unmarshal([]byte(v), &dollars)
		default:
			err = fmt.Errorf("it is no number")
		}
		if units := math.Floor(dollars * 1e6); name != "request" || err != nil || !(units >= 0 && units <= MaxPrice) {
			return invalid("max_price: %.20q of %v is no bound here: a request has one price", name, value)
		} else {
			amount := int64(units)
			w.MaxPrice = &amount
		}
	}
	if err := w.Check(); err != nil {
		return nil, err
	}
	if w.Empty() {
		return nil, nil
	}
	return w, nil
}

// Reasons why a provider is not given a job. Those up to Hardware are conditions: while the provider is as it says, it never will be.
const (
	NotOnly   = "not_in_only"
	Ignored   = "ignored"
	NotOrder  = "not_in_order"
	Price     = "price"
	Region    = "region"
	Policy    = "data_policy"
	NotWarm   = "not_warm"
	Hardware  = "hardware"
	Banned    = "banned"
	Busy      = "busy"
	InOutage  = "outage"    // it failed a moment ago: others are asked first
	Probation = "probation" // it is new, or failed lately, and does one now
)

// said is each of them for people.
var said = map[string]string{NotOnly: "not among those that only names", Ignored: "ignored", NotOrder: "not among those that order names", Price: "above the price", Region: "not in the region",
	Policy: "without that data policy", NotWarm: "without the model in memory", Hardware: "without that hardware", Banned: "banned"}

// Excludes says by which condition a provider may not do a job, "" for one that may. most is what it may ask, beside max_price.
func (w *Wishes) Excludes(c *Candidate, most int64) string {
	if c.Banned {
		return Banned
	}
	if w == nil {
		if c.Price > most {
			return Price
		}
		return ""
	}
	r := &w.Require
	switch f := c.Facts; {
	case len(w.Only) > 0 && !slices.Contains(w.Only, c.Provider):
		return NotOnly
	case slices.Contains(w.Ignore, c.Provider):
		return Ignored
	case w.onlyOrder() && !slices.Contains(w.Order, c.Provider):
		return NotOrder
	case c.Price > most || w.MaxPrice != nil && c.Price > *w.MaxPrice:
		return Price
	case len(r.Region) > 0 && !slices.ContainsFunc(r.Region, func(region string) bool { return f.Region == region || strings.HasPrefix(f.Region, region+"-") }):
		return Region
	case r.DataPolicy != "" && strictness[f.DataPolicy] < strictness[r.DataPolicy]:
		return Policy
	case r.Warm && !c.Warm:
		return NotWarm
	case f.Cores < r.Cores || f.MemoryGB < r.MemoryGB || f.GPUMemoryGB < r.GPUMemoryGB:
		return Hardware
	}
	return ""
}

// Why tells people how many providers are excluded by which reason.
func Why(excluded map[string]int) string {
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(excluded)) {
		parts = append(parts, fmt.Sprintf("%d %s", excluded[reason], cmp.Or(said[reason], reason)))
	}
	return strings.Join(parts, ", ")
}
