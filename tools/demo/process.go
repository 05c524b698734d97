package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	startTime = 20 * time.Second // for a server to answer; a slow machine's first start takes two
	endTime   = 5 * time.Second  // for a server to end in good order
	pollTime  = 50 * time.Millisecond
)

// children are the processes that run as long as the demo does.
type children struct {
	running []*child
	ended   chan error // gets the error of a process that ended by itself
	once    sync.Once
}

type child struct {
	cmd  *exec.Cmd
	done chan struct{}
}

// start runs a program with its output in a log file and returns when url answers 200.
func (c *children) start(ctx context.Context, url, log, program string, args ...string) error {
	c.once.Do(func() { c.ended = make(chan error, 1) })
	out, err := os.Create(log)
	if err != nil {
		return err
	}
	defer out.Close() // the child has its own
	name := strings.TrimSpace(filepath.Base(program) + " " + args[0])
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p := &child{cmd, make(chan struct{})}
	c.running = append(c.running, p)
	go func() {
		err := cmd.Wait()
		close(p.done)
		said, _ := os.ReadFile(log)
		select {
		case c.ended <- fmt.Errorf("%s ended: %v\n%s", name, err, tail(said)):
		default: // one reason is enough
		}
	}()

	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	for !answers(ctx, url) {
		select {
		case err := <-c.ended:
			return err
		case <-ctx.Done():
			return fmt.Errorf("%s: no answer at %s: %w (its log is %s)", name, url, ctx.Err(), log)
		case <-time.After(pollTime):
		}
	}
	return nil
}

// end stops the processes, the last started first, and returns when all are gone.
func (c *children) end() {
	for i := len(c.running) - 1; i >= 0; i-- {
		p := c.running[i]
		if err := p.cmd.Process.Signal(syscall.SIGTERM); errors.Is(err, os.ErrProcessDone) {
			continue
		}
		select {
		case <-p.done:
		case <-time.After(endTime):
			p.cmd.Process.Kill()
			<-p.done
		}
	}
}

func answers(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// output runs a program to its end and returns what it wrote to standard output; on failure what it said is the error.
func output(ctx context.Context, program string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // some have children of their own to end
	cmd.WaitDelay = endTime
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), args[0], err, tail(said.Bytes()))
	}
	return out, nil
}

func tail(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}

// freeAddresses returns a loopback address for each port, with a free port where the wanted one is in use.
func freeAddresses(wanted []int) ([]string, error) {
	addresses := make([]string, len(wanted))
	for i, port := range wanted {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			l, err = net.Listen("tcp", "127.0.0.1:0")
		}
		if err != nil {
			return nil, err
		}
		defer l.Close() // at the end of the function: held together, no port is given twice
		addresses[i] = l.Addr().String()
	}
	return addresses, nil
}
