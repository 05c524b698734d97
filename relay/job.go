package relay

// JobState is how far a job is. The last three are the end: a job has one of them once.
type JobState string

const (
	JobStarting   JobState = "starting"   // waits for a provider
	JobProcessing JobState = "processing" // has an attempt that runs
	JobSucceeded  JobState = "succeeded"
	JobFailed     JobState = "failed"
	JobCanceled   JobState = "canceled"
)

// Ended tells whether a job is over.
func (s JobState) Ended() bool { return s == JobSucceeded || s == JobFailed || s == JobCanceled }

// JobCode says why an attempt, or a job, failed.
type JobCode string

const (
	JobProviderLost     JobCode = "provider_lost"     // its line was cut before the result
	JobRelayLost        JobCode = "relay_lost"        // the relay that had it under way ended
	JobProviderBusy     JobCode = "provider_busy"     // it took no more
	JobProviderFailed   JobCode = "provider_failed"   // its fault or its machine's
	JobModelUnavailable JobCode = "model_unavailable" // it could not fetch the model
	JobBadResult        JobCode = "bad_result"        // what came back is not what was asked for, or not signed so
	JobInvalidInput     JobCode = "invalid_input"     // the model does not take it
	JobUnsupported      JobCode = "unsupported"       // the backend cannot run this model
	JobTooLarge         JobCode = "too_large"         // more memory, or a larger result, than there may be
	JobDeadline         JobCode = "deadline"          // nobody had done it in time
	JobStreamBroken     JobCode = "stream_broken"     // it failed after parts of its answer had gone out: whether to ask again is the asker's choice
	JobOrderRefused     JobCode = "order_refused"     // the provider does not take an order on these terms
	JobOrderEnded       JobCode = "order_ended"       // the order ended on chain before it was done
	JobOrderUndone      JobCode = "order_undone"      // the chain took the order back
)

// codes are all of them: whether another attempt may do better. The others are final: they lie in the job, and would fail everywhere.
var codes = map[JobCode]bool{
	JobProviderLost: true, JobRelayLost: true, JobProviderBusy: true, JobProviderFailed: true, JobModelUnavailable: true, JobBadResult: true,
	JobInvalidInput: false, JobUnsupported: false, JobTooLarge: false, JobDeadline: false, JobStreamBroken: false, JobOrderRefused: false, JobOrderEnded: false, JobOrderUndone: false,
}

// Known tells whether it is one of these, and not just what somebody sent.
func (c JobCode) Known() bool {
	_, known := codes[c]
	return known
}

// Retries tells whether a job that failed so is tried again: the one place that decides it, by codes and never by texts.
func (c JobCode) Retries() bool { return codes[c] }
