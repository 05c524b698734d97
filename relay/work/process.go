//go:build unix

package work

import (
	"os/exec"
	"syscall"
)

// alone gives a command a process group of its own, all of which ends when the command is to.
func alone(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}

// finish ends what a command that ended has started.
func finish(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // in most cases there is nobody
}
