// Command dehug-relay publishes, checks and serves models whose every byte can be checked by who receives it.
//
// Run it without arguments for help. Data goes to stdout, words to stderr, and the exit status says how it ended:
//
//	0  done
//	1  something failed that is not the input's fault: a disk, a network
//	2  the command line or the input is wrong; nothing was done
//	3  something is not what it says it is
//	4  something is not there
//	130  interrupted
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dehug/dehug/relay"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once whatever the first one is still waiting for
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program: arguments in, exit status out.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	begun := false
	root := newRoot(&begun)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "dehug: interrupted")
		return 130 // what a shell reports of a program that ended by SIGINT
	}
	// An error of ours has a code. One without, before a command began, is cobra's about the command line.
	if _, ours := errors.AsType[*relay.Error](err); !ours && !begun {
		err = usageError(err)
	}
	term := newTerminal(stderr)
	fmt.Fprintf(stderr, "dehug: %s %v\n", term.red("error:"), err)
	if hint := relay.ErrorHint(err); hint != "" {
		fmt.Fprintf(stderr, "dehug: %s %s\n", term.bold("hint:"), hint)
	}
	return exitStatus(err)
}

// exitStatus is the one place where a code becomes an exit status.
func exitStatus(err error) int {
	switch relay.ErrorCode(err) {
	case relay.CodeInvalid, relay.CodeTooLarge:
		return 2
	case relay.CodeUnverified:
		return 3
	case relay.CodeNotFound:
		return 4
	}
	return 1
}

func usageError(err error) *relay.Error {
	return relay.Errorf(relay.CodeInvalid, "%w", err).WithHint("`dehug-relay --help` lists the commands, `dehug-relay COMMAND --help` what one takes")
}

// newRoot makes the command tree. It sets begun once the command line is understood and a command runs.
func newRoot(begun *bool) *cobra.Command {
	root := &cobra.Command{
		Use:   "dehug-relay",
		Short: "Publish, check and serve models whose every byte can be checked",
		Long: `dehug-relay publishes, checks and serves models whose every byte can be checked by
the person who receives it.

Try it with a folder that holds an .onnx file and a model.json:

  dehug-relay keygen author.key
  dehug-relay publish DIR --key author.key
  dehug-relay serve

Every flag can also be set by a variable: --gateway-listen by DEHUG_GATEWAY_LISTEN.
A flag wins over its variable.

Exit status: 0 done; 1 a disk or network failed; 2 the command line or the input is
wrong; 3 something is not what it says it is; 4 something is not there; 130 interrupted.`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		*begun = true
		return fromEnvironment(cmd.Flags())
	}
	root.AddCommand(newServe(), newGateway(), newPublish(), newVerify(), newPull(), newMirror(), newExport(), newKeygen(), newProvider(), newVerifyReceipt(), newOrder(), newAudit(), newBackup(), newEvaluate(), newValidate(), newDevnet(), newDeploy(), newVersion())
	root.AddCommand(newRun(), newSessionCommand())
	for _, cmd := range root.Commands() {
		nameVariables(cmd.Flags())
		for _, sub := range cmd.Commands() {
			nameVariables(sub.Flags())
		}
	}
	return root
}
