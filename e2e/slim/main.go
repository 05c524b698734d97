// Command slim strains what Go's runtime does with the tables that tools/size/slim.mjs rewrites: it walks, grows and
// scans stacks, with the garbage collector always at work, and panics in every way. What it prints is always the same.
// With an argument it ends by dying in the way that the argument names.
package main

import (
	"errors"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

type node struct {
	left, right *node
	text        string
	value       func() int
}

func grow(depth int) *node {
	if depth == 0 {
		return nil
	}
	return &node{grow(depth - 1), grow(depth - 1), strings.Repeat("x", depth), func() int { return depth }}
}

func (n *node) sum() int {
	if n == nil {
		return 0
	}
	return len(n.text) + n.value() + n.left.sum() + n.right.sum()
}

// dive has an open-coded defer, a stack object, and pointers into the stacks of its callers.
func dive(depth int, above *[64]int) int {
	var here [64]int
	here[depth%64] = depth
	if depth == 0 {
		runtime.GC()
		return above[0]
	}
	defer func() { above[63]++ }()
	return dive(depth-1, &here) + here[depth%64] + above[depth%64]
}

//go:noinline
func noMap() map[string]int { return nil }

type small struct{ a int }

func (s small) method() int { return s.a }

func caught(name string, f func()) {
	defer func() {
		switch r := recover().(type) {
		case error:
			println(name+":", r.Error())
		case string:
			println(name+":", r)
		default:
			println(name + ": nothing to recover")
		}
	}()
	f()
}

// through is inlined into the function that calls it, and tell never is.
func through() { tell() }

func tell() { _ = recover() }

func main() {
	debug.SetGCPercent(1)
	sum := 0
	for range 8 {
		sum += grow(9).sum()
	}
	println("trees:", sum)

	depths := make(chan int)
	for i := range 100 {
		go func() {
			var top [64]int
			depths <- dive(400+i, &top)
		}()
	}
	sum = 0
	for range 100 {
		sum += <-depths
	}
	println("stacks:", sum)
	for runtime.NumGoroutine() > 1 { // those that have answered need a turn to end
		runtime.Gosched()
	}
	println("goroutines:", runtime.NumGoroutine())

	list, index := []int{1, 2, 3}, 7
	caught("index", func() { list[index] = 1 })
	caught("slice", func() { list = list[index:] })
	caught("map", func() { noMap()["a"] = 1 })
	caught("words", func() { panic("own words") })
	caught("error", func() { panic(errors.New("an error")) })
	caught("nil", func() { var s *small; var i interface{ method() int } = s; i.method() })
	caught("type", func() { var v any = index; _ = v.(string) })
	caught("twice", func() { defer func() { panic("the second") }(); panic("the first") })
	caught("deferred", func() { defer func() { func() { _ = recover() }() }(); panic("recovered where it counts") })

	caught("afar", func() { defer func() { through() }(); panic("recovered only by who was deferred") })

	if len(os.Args) > 1 {
		switch os.Args[1] {
		case "panic":
			panic(errors.New("the last words"))
		case "nil":
			var n *node
			println(n.text)
		case "deadlock":
			<-make(chan int)
		}
	}
}
