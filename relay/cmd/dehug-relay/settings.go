package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dehug/dehug/relay"
	"github.com/dehug/dehug/relay/engine"
	"github.com/dehug/dehug/relay/remote"
)

// variable is the name of the environment variable that sets a flag.
func variable(flag string) string {
	return "DEHUG_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// nameVariables adds to each flag's help which variable sets it.
func nameVariables(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) { f.Usage += " [" + variable(f.Name) + "]" })
}

// fromEnvironment sets the flags that were not given from their variables. A flag set so counts as given.
func fromEnvironment(flags *pflag.FlagSet) error {
	var first error
	flags.VisitAll(func(f *pflag.Flag) {
		value, ok := os.LookupEnv(variable(f.Name))
		if !ok || f.Changed || f.Name == "help" || first != nil {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			first = relay.Errorf(relay.CodeInvalid, "%s: %w", variable(f.Name), err).
				WithHint("unset it, or set it to what --%s takes", f.Name)
		}
	})
	return first
}

// dataFlag adds --data, which every command that keeps or reads blocks has.
func dataFlag(cmd *cobra.Command) *string {
	return cmd.Flags().String("data", defaultData(), "data `folder` with blocks and releases")
}

// denyFlag adds --deny, which every command that serves blocks has.
func denyFlag(cmd *cobra.Command) *[]string {
	return cmd.Flags().StringSlice("deny", nil, "`FILE` of what is not served, in IPFS's compact denylist format; may be repeated; a change counts at once")
}

// defaultData is where data lies when nobody says: the XDG data folder, on every system, so that one sentence
// describes it.
func defaultData() string {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "dehug")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "dehug-data" // no home: a folder here is better than none
	}
	return filepath.Join(home, ".local", "share", "dehug")
}

// logging is how a server logs.
type logging struct{ level, format string }

func logFlags(cmd *cobra.Command) *logging {
	l := &logging{}
	cmd.Flags().StringVar(&l.level, "log-level", "info", "least `level` to log: debug, info, warn, error")
	cmd.Flags().StringVar(&l.format, "log-format", "text", "`format` of the log on stderr: text, json")
	return l
}

// open makes the logger, writing to the command's stderr.
func (l *logging) open(cmd *cobra.Command) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l.level)); err != nil {
		return nil, relay.Errorf(relay.CodeInvalid, "--log-level: %w", err).WithHint("use debug, info, warn or error")
	}
	opts := &slog.HandlerOptions{Level: level}
	switch l.format {
	case "text":
		return slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), opts)), nil
	}
	return nil, relay.Errorf(relay.CodeInvalid, "--log-format: no format %q", l.format).WithHint("use text or json")
}

// sources opens gateways by address, to be asked in the order given.
func sources(addresses []string) (remote.Any, error) {
	var all remote.Any
	for _, a := range addresses {
		g, err := remote.New(a)
		if err != nil {
			return nil, err
		}
		all = append(all, g)
	}
	return all, nil
}

// openEngine opens what does a job again here, with models that are fetched from gateways and kept with those of a provider.
func openEngine(data string, from []string) (*engine.Engine, error) {
	if len(from) == 0 {
		return nil, relay.Errorf(relay.CodeInvalid, "nowhere to fetch the model from").WithHint("give --source URL, the address of a gateway")
	}
	if _, err := sources(from); err != nil {
		return nil, err
	}
	return engine.Open(filepath.Join(data, "provider"), from, 1)
}

// oneArg checks that a command got its one argument, and names it where it did not.
func oneArg(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		problem := fmt.Sprintf("%s is missing", name)
		if len(args) > 1 {
			problem = fmt.Sprintf("one %s is wanted, not %d", name, len(args))
		}
		return relay.Errorf(relay.CodeInvalid, "%s: %s", cmd.CommandPath(), problem).
			WithHint("usage: %s", cmd.UseLine())
	}
}
