// Package metrics counts what a relay does, for Prometheus. dashboard.json beside it shows it in Grafana.
//
//	m := metrics.New(s)
//	q, err := jobs.Start(ctx, jobs.Config{Ended: m.Ended, …})
//	m.Watch(q)
//	private.Handle("/metrics", m)
//
// Names of people, models and providers are in none: those who read metrics are not those who may read that.
package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/dehug/dehug/relay/jobs"
	"github.com/dehug/dehug/relay/store"
)

const (
	// ledgerEvery is how often the ledger is summed at most: all of it is read for that.
	ledgerEvery = time.Minute
	// timeout is for what the database is asked for one scrape.
	timeout = 10 * time.Second
)

// Metrics answers scrapes.
type Metrics struct {
	http.Handler
	ended   *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	told    *prometheus.CounterVec

	store *store.Store
	log   *slog.Logger
	mu    sync.Mutex
	queue *jobs.Queue
	sums  map[string]int64 // of the ledger
	asOf  time.Time
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("dehug_"+name, help, labels, nil)
}

// What is read when it is asked for.
var (
	openJobs   = desc("jobs_open", "Jobs that have not ended, of all relays of the database.", "state")
	relays     = desc("relays", "Relays of the database that hold a lease.")
	balance    = desc("ledger_balance", "Sum of the ledger's accounts of a kind, in the smallest unit of a dollar. All kinds together are zero.", "kind")
	lag        = desc("settlement_lag_seconds", "Age of the oldest job that a session pays for and that no safe settlement has.")
	outbox     = desc("webhooks_open", "Webhooks that are yet to be told.")
	providers  = desc("providers", "Accounts whose providers are connected to this relay.")
	lines      = desc("provider_lines", "Connections of providers to this relay.")
	places     = desc("provider_places", "Jobs that providers of this relay take at once.", "state")
	pending    = desc("jobs_pending", "Jobs that this relay remembers to wait for a provider; some may have been canceled since.")
	running    = desc("jobs_running", "Jobs that providers of this relay have.")
	streams    = desc("streams", "Answers whose parts are kept in memory.")
	partBytes  = desc("stream_bytes", "Bytes of such parts.")
	unreadable = desc("scrape_failed", "1 when the database did not answer this scrape.")
)

// New counts for a relay of a store's.
func New(s *store.Store, log *slog.Logger) *Metrics {
	m := &Metrics{store: s, log: log,
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dehug_jobs_ended_total", Help: "Jobs that ended at this relay."}, []string{"state", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "dehug_job_seconds", Help: "Time from a job's creation to its first attempt (wait), and to its end (all), of jobs that succeeded.",
			Buckets: []float64{.002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30, 60, 300, 1800}}, []string{"part"}),
		told: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "dehug_webhook_tries_total", Help: "Tries to tell somebody of a job."}, []string{"event", "result"}),
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(m, m.ended, m.seconds, m.told, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.Handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError, MaxRequestsInFlight: 4})
	return m
}

// Watch says which queue the relay has.
func (m *Metrics) Watch(q *jobs.Queue) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.queue = q
}

// Ended counts a job that ended.
func (m *Metrics) Ended(job store.Job) {
	m.ended.WithLabelValues(job.State, job.Code).Inc()
	if job.State == "succeeded" {
		m.seconds.WithLabelValues("wait").Observe(max(0, float64(job.Started-job.Created)/1e6))
		m.seconds.WithLabelValues("all").Observe(max(0, float64(job.Ended-job.Created)/1e6))
	}
}

// Told counts a try to tell somebody.
func (m *Metrics) Told(event string, ok bool) {
	result := "failed"
	if ok {
		result = "told"
	}
	m.told.WithLabelValues(event, result).Inc()
}

// Describe is for Prometheus.
func (m *Metrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{openJobs, relays, balance, lag, outbox, providers, lines, places, pending, running, streams, partBytes, unreadable} {
		to <- d
	}
}

// Collect is for Prometheus.
func (m *Metrics) Collect(to chan<- prometheus.Metric) {
	say := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.queue != nil {
		s := m.queue.Stats()
		say(providers, float64(s.Providers))
		say(lines, float64(s.Lines))
		say(places, float64(s.Busy), "busy")
		say(places, float64(s.Capacity-s.Busy), "free")
		say(pending, float64(s.Pending))
		say(running, float64(s.Running))
		say(streams, float64(s.Streams))
		say(partBytes, float64(s.PartBytes))
	}
	failed := 0.0
	if err := m.read(say); err != nil {
		m.log.Error("reading metrics", slog.Any("error", err))
		failed = 1
	}
	say(unreadable, failed)
}

// read asks the database. m.mu is held.
func (m *Metrics) read(say func(*prometheus.Desc, float64, ...string)) error {
	ctx, stop := context.WithTimeout(context.Background(), timeout)
	defer stop()
	open, err := m.store.OpenJobs(ctx)
	if err != nil {
		return err
	}
	for _, state := range []string{"starting", "processing"} {
		say(openJobs, float64(open[state]), state)
	}
	beats, err := m.store.Relays(ctx)
	if err != nil {
		return err
	}
	say(relays, float64(len(beats)))
	messages, err := m.store.OpenMessages(ctx)
	if err != nil {
		return err
	}
	say(outbox, float64(messages))
	oldest, err := m.store.OldestUnsettled(ctx)
	if err != nil {
		return err
	}
	age := 0.0
	if !oldest.IsZero() {
		age = max(0, time.Since(oldest).Seconds())
	}
	say(lag, age)
	if time.Since(m.asOf) > ledgerEvery {
		if m.sums, err = m.store.LedgerKinds(ctx); err != nil {
			return err
		}
		m.asOf = time.Now()
	}
	for kind, sum := range m.sums {
		say(balance, float64(sum), kind)
	}
	return nil
}
