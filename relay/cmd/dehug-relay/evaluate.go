package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/spec"
	"github.com/dehug/dehug/relay/work"
)

// The most that jobs on this machine may take, unless they say.
const (
	localBytes   = 1 << 30
	localSeconds = 24 * 3600
)

func newEvaluate() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "evaluate MODEL DATASET",
		Short: "Run a model over a data set, and say how well it does",
		Long: `evaluate fetches a model and a data set by the CIDs of their manifests, every chunk verified,
runs the model in strict mode over all items, and prints the result's document on stdout: the
same bytes, whoever does it and wherever. Their digest, and that of the job's document, go to
stderr: they are what a provider signed, what an order was delivered with, and what an
attestation names as its evidence. --job does a job that there is already.

The data set's files are arrays as NumPy writes them, whose first axis counts the items; of an
archive, name the array too: input=all.npz:pixels. Metrics: accuracy, exact_match,
mean_squared_error, mean_absolute_error, cosine. relay/spec/SPEC.md defines them, exactly.`,
		Example: `  dehug-relay evaluate bafkrei… bafkrei… --input x=pixels.npy --target y=digits.npy \
    --metric accuracy --source https://blocks.example
  dehug-relay evaluate --job bafkrei… --source https://blocks.example
  dehug-relay evaluate --job job.json --source https://blocks.example`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 && (len(args) != 0 || !cmd.Flags().Changed("job")) {
				return relay.Errorf(relay.CodeInvalid, "evaluate takes the CIDs of a model and of a data set, or --job").WithHint("usage: %s", cmd.UseLine())
			}
			return nil
		},
	}
	flags := cmd.Flags()
	inputs := flags.StringSlice("input", nil, "`TENSOR=FILE[:ARRAY]`: the file of the data set that has an input of the model's; may be repeated")
	target := flags.String("target", "", "`TENSOR=FILE[:ARRAY]`: the model's output that is compared, and the file that it is held against")
	metric := flags.String("metric", spec.Accuracy, "`METRIC` that is found")
	batch := flags.Int64("batch", 1, "how many `items` go into one run; 0 for one, without a first axis")
	first := flags.Int64("first", 0, "the first `item` that counts")
	count := flags.Int64("count", 0, "how many `items` count; 0 for all")
	do := localJob(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return do(func() (*spec.Job, error) {
			job := &spec.Job{Kind: spec.Evaluation, Evaluation: &spec.EvaluationJob{Metric: *metric, Batch: *batch, First: *first, Count: *count}}
			var err error
			if job.Model, err = cidOf(args[0]); err != nil {
				return nil, err
			}
			if job.Evaluation.Dataset, err = cidOf(args[1]); err != nil {
				return nil, err
			}
			for _, text := range *inputs {
				c, err := column("input", text)
				if err != nil {
					return nil, err
				}
				job.Evaluation.Inputs = append(job.Evaluation.Inputs, c)
			}
			slices.SortFunc(job.Evaluation.Inputs, func(a, b spec.Column) int { return strings.Compare(a.Tensor, b.Tensor) })
			job.Evaluation.Target, err = column("target", *target)
			return job, err
		})
	}
	return cmd
}

func newValidate() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "validate MODEL",
		Short: "Find out whether a model can be run",
		Long: `validate fetches a model by the CID of its manifest, every chunk verified, and tries it: is it
ONNX, are all of its operators supported, does it compile in strict mode, does it run on zeros.
It prints the result's document on stdout, which for a model that is valid is the same whoever
does it, and ends with 3 when the model is not.`,
		Example: `  dehug-relay validate bafkrei… --source https://blocks.example`,
		Args:    oneArg("the CID of a model"),
	}
	do := localJob(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return do(func() (*spec.Job, error) {
			model, err := cidOf(args[0])
			return &spec.Job{Kind: spec.Validation, Model: model}, err
		})
	}
	return cmd
}

// localJob adds the flags of jobs that are done here, and returns what does one.
func localJob(cmd *cobra.Command) func(make func() (*spec.Job, error)) error {
	data := dataFlag(cmd)
	flags := cmd.Flags()
	from := flags.StringSlice("source", nil, "`URL` of a gateway (required); may be repeated")
	given := flags.String("job", "", "`FILE|CID` of a job's document, instead of one made of what else is said")
	keep := flags.String("job-out", "", "`FILE` to write the job's document to, for others")
	quiet := flags.Bool("quiet", false, "no progress on stderr")
	seconds := flags.Int64("seconds", localSeconds, "how many `seconds` the job says that it may take, at most")
	bytes := flags.Int64("bytes", localBytes, "how many `bytes` the job says that may come out, at most")
	return func(make func() (*spec.Job, error)) error {
		e, err := openEngine(*data, *from)
		if err != nil {
			return err
		}
		defer e.Close()
		doc, err := jobDocument(cmd.Context(), e, *given, func() ([]byte, error) {
			job, err := make()
			if err != nil {
				return nil, err
			}
			job.Limits = spec.Limits{Bytes: *bytes, Seconds: *seconds}
			return job.Encode()
		})
		if err != nil {
			return err
		}
		if *keep != "" {
			if err := os.WriteFile(*keep, doc, 0o644); err != nil {
				return relay.FileError(err)
			}
		}
		term := newTerminal(cmd.ErrOrStderr())
		watch := work.Watch{}
		if !*quiet {
			watch.Progress = func(done, of int) { term.bar("items", int64(done), int64(of)) }
		}
		done, err := (&work.Worker{Engine: e}).Do(cmd.Context(), doc, watch)
		if err != nil {
			return relay.Errorf(relay.CodeInvalid, "%w", err)
		}
		result, err := spec.ParseResult(done.Result)
		if err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s\n", done.Result)
		fmt.Fprintf(cmd.ErrOrStderr(), "job    %s\nresult %s\nplan   %s\n", spec.Digest(doc), spec.Digest(done.Result), result.Plan)
		switch {
		case result.Evaluation != nil:
			fmt.Fprintf(cmd.ErrOrStderr(), "%s %s of %d items\n", result.Evaluation.Metric, result.Evaluation.Value, result.Evaluation.Count)
		case result.Validation != nil && !result.Validation.Valid:
			return relay.Errorf(relay.CodeUnverified, "%s: %s", result.Validation.Stage, result.Validation.Reason)
		}
		return nil
	}
}

// jobDocument finds the document of a job that is named, or makes one.
func jobDocument(ctx context.Context, e *engine.Engine, named string, make func() ([]byte, error)) ([]byte, error) {
	if named == "" {
		doc, err := make()
		if err != nil && manifest.CodeOf(err) != "" {
			return nil, relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("%s", manifest.HintOf(err))
		}
		return doc, err
	}
	doc, err := os.ReadFile(named)
	if err != nil {
		cid, wrong := manifest.ParseCID(named)
		if wrong != nil {
			return nil, relay.FileError(err)
		}
		if doc, err = e.Block(ctx, cid); err != nil {
			return nil, relay.Errorf(relay.CodeNotFound, "%w", err)
		}
	} else if doc, err = spec.Canonical(doc); err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "%s: %w", named, err)
	}
	return doc, nil
}

func cidOf(text string) (manifest.CID, error) {
	cid, err := manifest.ParseCID(text)
	if err != nil {
		return "", relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("give the CID of a manifest, bafkrei…")
	}
	return cid, nil
}

// column reads TENSOR=FILE[:ARRAY].
func column(flag, text string) (spec.Column, error) {
	tensor, file, ok := strings.Cut(text, "=")
	if !ok {
		return spec.Column{}, relay.Errorf(relay.CodeInvalid, "--%s: %q is not TENSOR=FILE", flag, text).WithHint("such as x=pixels.npy, or x=all.npz:pixels")
	}
	file, member, _ := strings.Cut(file, ":")
	return spec.Column{Tensor: tensor, File: file, Member: member}, nil
}
