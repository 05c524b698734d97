package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/spf13/cobra"
)

func conformanceCommand() *cobra.Command {
	var lists, filter, profile, oracle, export, operators string
	var update, verbose bool
	var threads int
	cmd := &cobra.Command{
		Use:   "conformance DATA",
		Short: "Run the ONNX backend test suite",
		Long: `Run the ONNX backend test cases in DATA (the folder onnx/backend/test/data of the
onnx Python package) through the compiler and wazero, with the suite's own rule:
exact shape and type, relative tolerance 1e-3, absolute 1e-7.

A case also fails when the compiler read an input that has no shape role (axes,
sizes, pads and the like have one), or when it computed a result of floats itself.
With --oracle the module that was compiled for the case's own inputs runs once more
on changed ones, and must agree with onnxruntime, which that command runs: what was
computed from the files' values would not.

--lists names a folder of four lists: cases.tsv (all cases and their groups),
passing.txt (these must pass), failing.tsv (why others do not) and oracle.tsv (where
onnxruntime could not be asked, and why). A case that is in no list, or has left its
list for a worse one, is an error; so is a table of operators (--operators) that is
not the one that follows from engine and cases. --update writes lists and table anew.

The last line reads "core P/T mainstream P/T all P/T".`,
		Example: `  dehug-run conformance .venv/lib/python3.11/site-packages/onnx/backend/test/data \
    --oracle '.venv/bin/python wasm/conformance/oracle.py'
  dehug-run conformance DATA --run test_conv -v     some cases, with reasons`,
		Args: exactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := (&compileFlags{profile: profile}).options()
			if err != nil {
				return err
			}
			list, err := readCases(filepath.Join(lists, "cases.tsv"))
			if err != nil {
				return err
			}
			s := &suite{data: args[0], o: o, oracle: oracle, threads: threads}
			if export != "" {
				if s.export, err = newExporter(export); err != nil {
					return err
				}
			}
			results, err := s.runAll(cmd.Context(), list, func(c backendCase) bool { return strings.Contains(c.name, filter) })
			if err != nil {
				return err
			}
			if s.export != nil {
				if err := s.export.close(); err != nil {
					return err
				}
			}
			w := cmd.OutOrStdout()
			var said error
			r := sortResults(list, results)
			if filter == "" {
				if update {
					said = r.write(lists, oracle != "")
				} else {
					said = r.compare(lists, oracle != "", w)
				}
				said = errors.Join(said, checkTable(cmd.Context(), args[0], r.passing, operators, update))
			}
			r.print(w, verbose)
			return said
		},
	}
	f := cmd.Flags()
	f.StringVar(&lists, "lists", "wasm/conformance", "folder of the lists")
	f.StringVar(&operators, "operators", "wasm/OPERATORS.tsv", "table of operators, versions and types, each with a case that shows it")
	f.StringVar(&oracle, "oracle", "", "command that runs onnxruntime on changed inputs (wasm/conformance/oracle.py)")
	f.StringVar(&export, "export", "", "write the passing cases into this folder, for e2e/conformance-page.ts to run in a browser")
	f.BoolVar(&update, "update", false, "rewrite the lists of passing and failing cases")
	f.StringVar(&filter, "run", "", "only cases whose name contains this text")
	f.StringVar(&profile, "profile", "wazero", "v8 or wazero")
	f.IntVar(&threads, "threads", 1, "divide every step that can be divided among so many goroutines")
	f.BoolVarP(&verbose, "verbose", "v", false, "print each failure's reason")
	return cmd
}

// lists are results by case, and counts of passed and all cases.
type lists struct {
	passing               []string
	failing, notes        map[string]string // reasons by case
	core, mainstream, all [2]int
}

func sortResults(list []backendCase, results []caseResult) lists {
	r := lists{failing: map[string]string{}, notes: map[string]string{}}
	for i, c := range list {
		if !results[i].asked {
			continue
		}
		ok := 0
		if err := results[i].err; err == nil {
			ok = 1
			r.passing = append(r.passing, c.id())
		} else {
			r.failing[c.id()] = reason(err)
		}
		if note := results[i].note; note != "" {
			r.notes[c.id()] = note
		}
		count := func(n *[2]int) { n[0] += ok; n[1]++ }
		count(&r.all)
		if c.core() {
			count(&r.core)
		}
		if c.mainstream() {
			count(&r.mainstream)
		}
	}
	sort.Strings(r.passing)
	return r
}

// reason is an error's text without the list of all operators, which changes.
func reason(err error) string {
	s, _, _ := strings.Cut(err.Error(), ": rewrite the model with")
	s = strings.Join(strings.Fields(s), " ")
	const most = 200 // a line that a person reads
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// print prints how many cases fail for which reason, and the counts.
func (r *lists) print(w io.Writer, verbose bool) {
	count := map[string]int{}
	for _, name := range sortedKeys(r.failing) {
		if verbose {
			fmt.Fprintf(w, "FAIL %s: %s\n", name, r.failing[name])
		}
		count[coarse(r.failing[name])]++
	}
	var lines []string
	for why, n := range count {
		lines = append(lines, fmt.Sprintf("%5d %s", n, why))
	}
	sort.Sort(sort.Reverse(sort.StringSlice(lines)))
	for _, l := range lines {
		fmt.Fprintln(w, l)
	}
	fmt.Fprintf(w, "core %d/%d mainstream %d/%d all %d/%d\n", r.core[0], r.core[1], r.mainstream[0], r.mainstream[1], r.all[0], r.all[1])
}

// write writes the lists. What the oracle could not answer is known only when it was asked.
func (r *lists) write(dir string, asked bool) error {
	table := func(name, about string, rows map[string]string) error {
		text := "# " + about + "\n"
		for _, k := range sortedKeys(rows) {
			text += k + "\t" + rows[k] + "\n"
		}
		return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644)
	}
	err := os.WriteFile(filepath.Join(dir, "passing.txt"), []byte(strings.Join(r.passing, "\n")+"\n"), 0o644)
	err = errors.Join(err, table("failing.tsv", "Cases that do not pass, and what the engine says of them. Written by dehug-run conformance --update.", r.failing))
	if asked {
		err = errors.Join(err, table("oracle.tsv", "Cases whose changed inputs onnxruntime did not judge, who did, and why. Written by dehug-run conformance --update.", r.notes))
	}
	return err
}

// compare returns an error for every case that is not where the lists say, or better.
func (r *lists) compare(dir string, asked bool, w io.Writer) error {
	passing, err := readList(filepath.Join(dir, "passing.txt"))
	if err != nil {
		return err
	}
	failing, err := readList(filepath.Join(dir, "failing.tsv"))
	if err != nil {
		return err
	}
	notes, err := readList(filepath.Join(dir, "oracle.tsv"))
	if err != nil {
		return err
	}
	var wrong, better []string
	for _, name := range sortedKeys(r.failing) {
		switch why := r.failing[name]; {
		case has(passing, name):
			wrong = append(wrong, name+" passed before: "+why)
		case !has(failing, name):
			wrong = append(wrong, name+" fails and is in no list: "+why)
		}
	}
	for _, name := range r.passing {
		if has(failing, name) || !has(passing, name) {
			better = append(better, name)
		}
	}
	for _, name := range sortedKeys(r.notes) {
		if asked && !has(notes, name) && has(passing, name) {
			wrong = append(wrong, name+" was compared with onnxruntime before: "+r.notes[name])
		}
	}
	if len(better) > 0 {
		fmt.Fprintf(w, "%d cases pass that the lists do not expect to (--update takes them in): %s\n", len(better), strings.Join(better, " "))
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%d cases are worse than the lists say:\n  %s", len(wrong), strings.Join(wrong, "\n  "))
	}
	return nil
}

// checkTable returns an error when the table of operators is out of date, or has a
// row that no test shows. update writes it first; then wasm/testdata/operators/make.py makes cases for rows without, and a second update names them.
func checkTable(ctx context.Context, data string, passing []string, path string, update bool) error {
	tests, err := shownBySuite(data, passing)
	if err != nil {
		return err
	}
	own, untested, err := shownByTests(filepath.Join(filepath.Dir(path), "testdata"))
	if err != nil {
		return err
	}
	table, missing := operatorTable(ctx, append(tests, own...), untested)
	if update {
		return errors.Join(missing, os.WriteFile(path, table, 0o644))
	}
	b, err := os.ReadFile(path)
	if err == nil && !bytes.Equal(b, table) {
		err = fmt.Errorf("%s is out of date: write it anew with --update", path)
	}
	return errors.Join(missing, err)
}

// readList reads the first column of a list, with the rest of each line.
func readList(path string) (map[string]string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	rows := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if name, rest, _ := strings.Cut(strings.TrimSpace(line), "\t"); name != "" && name[0] != '#' {
			rows[name] = rest
		}
	}
	return rows, nil
}

func has(rows map[string]string, name string) bool {
	_, ok := rows[name]
	return ok
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// coarse shortens a reason so that like failures count together.
func coarse(reason string) string {
	for _, cut := range []string{"operator ", "panic:", "element type", "opset"} {
		if i := strings.Index(reason, cut); i >= 0 {
			return firstWords(reason[i:], 8)
		}
	}
	return firstWords(reason, 6)
}

func firstWords(s string, n int) string {
	f := strings.Fields(s)
	return strings.Join(f[:min(n, len(f))], " ")
}
