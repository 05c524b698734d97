package route

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/dehug/dehug/relay"
)

// at is a provider's address, by its number.
func at(i int) string {
	w := Wishes{Only: []string{fmt.Sprintf("0x%040x", i+1)}}
	if err := w.Check(); err != nil {
		panic(err)
	}
	return w.Only[0]
}

func wishes(t testing.TB, text string) *Wishes {
	t.Helper()
	for i := range 4 {
		text = strings.ReplaceAll(text, fmt.Sprintf("p%d", i), at(i))
	}
	w, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("Parse(%s) = %v", text, err)
	}
	return w
}

var now = time.Unix(1_800_000_000, 0)

// Each condition excludes whom it should, and nobody else.
func TestConditions(t *testing.T) {
	four := []Candidate{
		{Provider: at(0), Facts: &Facts{Region: "eu-de", DataPolicy: KeepsNone, Machine: Machine{Cores: 8, MemoryGB: 64, GPUMemoryGB: 24}}, Price: 100, Warm: true},
		{Provider: at(1), Facts: &Facts{Region: "eu", DataPolicy: KeepsLogs, Machine: Machine{Cores: 4, MemoryGB: 8}}, Price: 50},
		{Provider: at(2), Facts: &Facts{Region: "europa", DataPolicy: Trains}, Price: 20, Warm: true},
		{Provider: at(3), Facts: &Facts{}, Banned: true},
	}
	for text, want := range map[string]string{
		`{}`:                   "ok ok ok banned",
		`{"only":["p0","p3"]}`: "ok not_in_only not_in_only banned",
		`{"ignore":["p0"]}`:    "ignored ok ok banned",
		`{"order":["p1"]}`:     "ok ok ok banned",
		`{"order":["p1"],"allow_fallbacks":false}`:                                      "not_in_order ok not_in_order banned",
		`{"max_price":50}`:                                                              "price ok ok banned",
		`{"require":{"region":["eu"]}}`:                                                 "ok ok region banned",
		`{"require":{"region":["eu-de","europa"]}}`:                                     "ok region ok banned",
		`{"require":{"data_policy":"none"}}`:                                            "ok data_policy data_policy banned",
		`{"require":{"data_policy":"logs"}}`:                                            "ok ok data_policy banned",
		`{"require":{"data_policy":"trains"}}`:                                          "ok ok ok banned",
		`{"require":{"warm":true}}`:                                                     "ok not_warm ok banned",
		`{"require":{"gpu_memory_gb":24}}`:                                              "ok hardware hardware banned",
		`{"require":{"cores":4,"memory_gb":8}}`:                                         "ok ok hardware banned",
		`{"sort":"price","require":{"warm":true,"region":["eu"]}}`:                      "ok not_warm region banned",
		`{"only":["p1"],"max_price":1,"require":{"data_policy":"none"}}`:                "not_in_only price not_in_only banned",
		`{"fallbacks":["bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"]}`: "ok ok ok banned",
	} {
		w := wishes(t, text)
		var got []string
		excluded := map[string]int{}
		for i := range four {
			reason := w.Excludes(&four[i], 1000)
			if reason == "" {
				reason = "ok"
			} else {
				excluded[reason]++
			}
			got = append(got, reason)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %s; want %s", text, strings.Join(got, " "), want)
		}
		if said := Why(excluded); !strings.Contains(said, "1 banned") {
			t.Errorf("%s: people are told %q", text, said)
		}
		if again, err := Parse([]byte(w.Text())); err != nil || again.Text() != w.Text() || w.Empty() != (text == `{}`) {
			t.Errorf("%s is kept as %q, and read as %+v, %v", text, w.Text(), again, err)
		}
	}
	if got := (*Wishes)(nil).Excludes(&four[0], 99); got != Price {
		t.Errorf("without wishes, who asks more than there is = %q", got)
	}
}

func TestRefuseWishes(t *testing.T) {
	many := `"` + strings.Join(strings.Split(strings.Repeat("0x1563915e194D8CfBA1943570603F7606A3115508 ", MaxNames+reserved+1), " "), `","`) + `"`
	for name, text := range map[string]string{
		"unknown_field":    `{"zone":"eu"}`,
		"no_address":       `{"only":["my gpu"]}`,
		"twice":            `{"order":["0x1563915e194D8CfBA1943570603F7606A3115508","0x1563915e194D8CfBA1943570603F7606A3115508"]}`,
		"too_many":         `{"ignore":[` + many + `]}`,
		"price_below_zero": `{"max_price":-1}`,
		"price_too_high":   `{"max_price":1000000000001}`,
		"price_no_number":  `{"max_price":"1"}`,
		"region":           `{"require":{"region":["EU de"]}}`,
		"region_long":      `{"require":{"region":["` + strings.Repeat("a", MaxRegion+1) + `"]}}`,
		"policy":           `{"require":{"data_policy":"good"}}`,
		"hardware":         `{"require":{"cores":-1}}`,
		"hardware_huge":    `{"require":{"gpu_memory_gb":99999999}}`,
		"sort":             `{"sort":"luck"}`,
		"fallback_of_none": `{"allow_fallbacks":false}`,
		"no_model":         `{"fallbacks":["gpt"]}`,
		"two_of_them":      `{} {}`,
		"not_json":         `eu`,
		"deep":             strings.Repeat("[", 5000),
		"too_long":         `{"sort":"` + strings.Repeat(" ", MaxText) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			if w, err := Parse([]byte(text)); relay.ErrorCode(err) != relay.CodeInvalid {
				t.Errorf("Parse = %+v, %v; want invalid", w, err)
			}
		})
	}
	for name, f := range map[string]Facts{"region": {Region: "-eu"}, "policy": {DataPolicy: "x"}, "cores": {Machine: Machine{Cores: -1}}, "memory": {Machine: Machine{MemoryGB: MaxGB + 1}}} {
		if err := f.Check(); relay.ErrorCode(err) != relay.CodeInvalid {
			t.Errorf("a provider's %s = %v; want invalid", name, err)
		}
	}
}

// What clients of OpenRouter send means here what it means there, or is refused.
func TestPreferences(t *testing.T) {
	a := at(0)
	for text, want := range map[string]string{
		`{}`: "",
		`{"order":["` + a + `"],"allow_fallbacks":false}`:         `{"order":["` + a + `"],"allow_fallbacks":false}`,
		`{"only":["` + a + `"],"allow_fallbacks":false}`:          `{"only":["` + a + `"]}`,
		`{"data_collection":"deny"}`:                              `{"require":{"data_policy":"none"}}`,
		`{"data_collection":"allow","sort":"price"}`:              `{"sort":"price"}`,
		`{"zdr":true,"sort":{"by":"latency"}}`:                    `{"sort":"latency","require":{"data_policy":"none"}}`,
		`{"max_price":{"request":0.0015}}`:                        `{"max_price":1500}`,
		`{"max_price":{"request":"1"},"require_parameters":true}`: `{"max_price":1000000}`,
	} {
		if w, err := ParsePreferences([]byte(text)); err != nil || w.Text() != want {
			t.Errorf("%s = %s, %v; want %s", text, w.Text(), err, want)
		}
	}
	for _, text := range []string{`{"order":["openai"]}`, `{"quantizations":["int4"]}`, `{"data_collection":"maybe"}`, `{"max_price":{"prompt":1}}`, `{"max_price":{"request":-1}}`, `{"max_price":{"request":1e300}}`,
		`{"max_price":{"request":true}}`, `{"sort":"throughput"}`, `{"sort":{"by":""}}`, `{"sort":1}`, `[]`, `{"max_price":1}`} {
		if w, err := ParsePreferences([]byte(text)); relay.ErrorCode(err) != relay.CodeInvalid {
			t.Errorf("%s = %+v, %v; want invalid", text, w, err)
		}
	}
}

// known is a memory of a provider that took so long, and failed so often in a row.
func known(seconds float64, fails int, ago time.Duration) *Memory {
	m := &Memory{}
	for range 10 {
		m.Note(time.Duration(seconds*float64(time.Second)), "", now.Add(-ago))
	}
	for range fails {
		m.Note(0, relay.JobProviderFailed, now.Add(-ago))
	}
	return m
}

// Who is chosen, of those who may, and why.
func TestChoose(t *testing.T) {
	idle := func(i int, price int64, m *Memory) Candidate {
		return Candidate{Provider: at(i), Facts: &Facts{}, Price: price, Capacity: 2, Memory: m}
	}
	for name, c := range map[string]struct {
		wishes string
		last   int // had it before; -1 for nobody
		all    []Candidate
		want   int
		why    string
	}{
		"the quicker":                      {`{}`, -1, []Candidate{idle(0, 5, known(2, 0, 0)), idle(1, 5, known(1, 0, 0))}, 1, Best},
		"the cheaper":                      {`{}`, -1, []Candidate{idle(0, 9, known(1, 0, 0)), idle(1, 5, known(1, 0, 0))}, 1, Best},
		"quicker, though a little dearer":  {`{}`, -1, []Candidate{idle(0, 5, known(4, 0, 0)), idle(1, 6, known(1, 0, 0))}, 1, Best},
		"who does not fail":                {`{}`, -1, []Candidate{idle(0, 5, known(1, 3, time.Hour)), idle(1, 5, known(1.2, 0, 0))}, 1, Best},
		"named":                            {`{"order":["p0"]}`, -1, []Candidate{idle(0, 900, known(20, 0, 0)), idle(1, 5, known(1, 0, 0))}, 0, ByOrder},
		"named, the second is there":       {`{"order":["p3","p0"]}`, -1, []Candidate{idle(1, 5, nil), idle(0, 900, known(20, 0, 0))}, 1, ByOrder},
		"named, and failed a moment ago":   {`{"order":["p0"]}`, -1, []Candidate{idle(0, 5, known(1, 1, 0)), idle(1, 5, known(9, 0, 0))}, 1, Best},
		"named alone, failed a moment ago": {`{"order":["p0"],"allow_fallbacks":false}`, -1, []Candidate{idle(0, 5, known(1, 1, 0)), idle(1, 5, nil)}, 0, LastResort},
		"by price":                         {`{"sort":"price"}`, -1, []Candidate{idle(0, 4, known(20, 0, 0)), idle(1, 5, known(1, 0, 0))}, 0, BySort},
		"by latency":                       {`{"sort":"latency"}`, -1, []Candidate{idle(0, 4, known(20, 0, 0)), idle(1, 500, known(1, 0, 0))}, 1, BySort},
		"by success":                       {`{"sort":"success"}`, -1, []Candidate{idle(0, 4, known(1, 2, time.Hour)), idle(1, 500, known(9, 0, 0))}, 1, BySort},
		"in an outage, nobody else":        {`{}`, -1, []Candidate{idle(0, 5, known(1, 5, 0))}, 0, LastResort},
		"had it before":                    {`{}`, 0, []Candidate{idle(0, 5, known(1, 0, 0)), idle(1, 5, known(9, 0, 0))}, 1, Best},
		"had it before, nobody else":       {`{}`, 0, []Candidate{idle(0, 5, known(1, 0, 0))}, 0, LastResort},
		"had it before, or failed others":  {`{}`, 0, []Candidate{idle(0, 5, known(1, 0, 0)), idle(1, 5, known(9, 2, 0))}, 1, LastResort},
		"new, has one already":             {`{}`, -1, []Candidate{{Provider: at(0), Facts: &Facts{}, Capacity: 9, Busy: 1}, idle(1, 0, known(9, 0, 0))}, 1, Best},
		"busy":                             {`{}`, -1, []Candidate{{Provider: at(0), Facts: &Facts{}, Capacity: 2, Busy: 2, Memory: known(1, 0, 0)}, idle(1, 5, known(9, 0, 0))}, 1, Best},
		"less busy":                        {`{}`, -1, []Candidate{{Provider: at(0), Facts: &Facts{}, Capacity: 4, Busy: 3, Memory: known(1, 0, 0)}, {Provider: at(1), Facts: &Facts{}, Capacity: 4, Busy: 1, Memory: known(1, 0, 0)}}, 1, Best},
		"checks found otherwise":           {`{}`, -1, []Candidate{{Provider: at(0), Facts: &Facts{}, Capacity: 4, Trust: 0.5, Memory: known(1, 0, 0)}, {Provider: at(1), Facts: &Facts{}, Capacity: 4, Trust: 1, Memory: known(1.5, 0, 0)}}, 1, Best},
		"nobody may":                       {`{"max_price":1}`, -1, []Candidate{idle(0, 5, nil)}, -1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			last := ""
			if c.last >= 0 {
				last = at(c.last)
			}
			w := wishes(t, c.wishes)
			explored := 0
			const rounds = 400
			for seed := range uint64(rounds) {
				got, choice := Choose(rand.New(rand.NewPCG(seed, 1)), now, w, 1000, last, c.all)
				if choice.Why == Exploring && c.why == Best {
					explored++
					continue
				}
				if got != c.want || choice.Why != c.why || got >= 0 && choice.Provider != c.all[got].Provider || choice.Considered != len(c.all) {
					t.Fatalf("Choose = %d, %+v; want %d, %s", got, choice, c.want, c.why)
				}
				n := 0
				for _, excluded := range choice.Excluded {
					n += excluded
				}
				if n >= max(len(c.all), 1) && got >= 0 {
					t.Fatalf("all are excluded, and one is chosen: %+v", choice)
				}
			}
			if explored > rounds/5 {
				t.Errorf("%d of %d went to anybody", explored, rounds)
			}
		})
	}
}

// A provider that fails is left alone for longer each time, and one that comes back gets one job at a time.
func TestOutage(t *testing.T) {
	m := known(1, 0, 0)
	var waits []time.Duration
	for range 9 {
		m.Note(0, relay.JobProviderLost, now)
		waits = append(waits, m.Until.Sub(now))
	}
	if want := "[1s 2s 4s 8s 16s 32s 1m0s 1m0s 1m0s]"; fmt.Sprint(waits) != want {
		t.Errorf("left alone for %v; want %s", waits, want)
	}
	was := *m
	m.Note(0, relay.JobInvalidInput, now)
	if m.Failures != was.Failures || m.Tried != was.Tried {
		t.Error("the job's own fault is held against its provider")
	}
	all := []Candidate{{Provider: at(0), Facts: &Facts{}, Capacity: 8, Memory: m}, {Provider: at(1), Facts: &Facts{}, Capacity: 8, Memory: known(60, 0, 0)}}
	given := 0
	for seed := range uint64(1000) {
		if got, _ := Choose(rand.New(rand.NewPCG(seed, 2)), now.Add(2*maxShun), nil, 0, "", all); got == 0 {
			given++
		}
		all[0].Busy = 1
		if got, choice := Choose(rand.New(rand.NewPCG(seed, 3)), now.Add(2*maxShun), nil, 0, "", all); got == 0 {
			t.Fatalf("it has one already, and gets another: %+v", choice)
		}
		all[0].Busy = 0
		if got, _ := Choose(rand.New(rand.NewPCG(seed, 4)), now, nil, 0, "", all); got == 0 {
			t.Fatal("it failed a moment ago, and gets a job")
		}
	}
	if given == 0 {
		t.Error("it is never tried again")
	}
	m.Note(time.Second, "", now)
	if m.Failures != 0 || now.Before(m.Until) {
		t.Errorf("after it did one it is %+v", m)
	}
}

// Whatever wishes say, what is kept of them is read as the same; nothing crashes.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"order":["0x1563915e194D8CfBA1943570603F7606A3115508"],"require":{"region":["eu"],"data_policy":"none","cores":2},"max_price":5,"sort":"price"}`))
	f.Add([]byte(`{"only":[],"sort":{"by":"price"},"max_price":{"request":1}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if w, err := Parse(text); err == nil {
			again, err := Parse([]byte(w.Text()))
			if err != nil || again.Text() != w.Text() {
				t.Errorf("%q is kept as %q, which is read as %+v, %v", text, w.Text(), again, err)
			}
		}
		if w, err := ParsePreferences(text); err == nil {
			if _, err := Parse([]byte(w.Text())); err != nil {
				t.Errorf("%q is kept as %q, which is not read: %v", text, w.Text(), err)
			}
		}
	})
}
