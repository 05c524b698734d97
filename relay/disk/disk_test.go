package disk

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dehug/dehug/manifest"
	"github.com/dehug/dehug/relay"
)

func raw(data string) manifest.Block {
	return manifest.Block{CID: manifest.DigestOf([]byte(data)).RawCID(), Data: []byte(data)}
}

func open(t *testing.T, dir string) *Folder {
	t.Helper()
	f, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestBlocks(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	blocks := open(t, dir).Blocks()
	empty, hello := raw(""), raw("hello")
	node := manifest.Block{CID: manifest.MakeCID(manifest.DagPB, manifest.DigestOf([]byte("hello"))), Data: []byte("hello")}
	for _, b := range []manifest.Block{empty, hello, node, hello} {
		if err := blocks.Put(ctx, b); err != nil {
			t.Fatalf("Put(%s) = %v", b.CID, err)
		}
	}
	again := open(t, dir).Blocks() // another process
	for _, b := range []manifest.Block{empty, hello, node} {
		got, err := again.Get(ctx, b.CID)
		if err != nil || string(got) != string(b.Data) {
			t.Errorf("Get(%s) = %q, %v; want %q", b.CID, got, err, b.Data)
		}
		if size, err := again.Size(ctx, b.CID); err != nil || size != int64(len(b.Data)) {
			t.Errorf("Size(%s) = %d, %v; want %d", b.CID, size, err, len(b.Data))
		}
		if has, err := again.Has(ctx, b.CID); err != nil || !has {
			t.Errorf("Has(%s) = %v, %v; want true", b.CID, has, err)
		}
	}
	absent := raw("absent").CID
	if has, err := again.Has(ctx, absent); err != nil || has {
		t.Errorf("Has(absent) = %v, %v; want false", has, err)
	}
	if _, err := again.Get(ctx, absent); relay.ErrorCode(err) != relay.CodeNotFound {
		t.Errorf("Get(absent) = %v; want not_found", err)
	}
}

func TestRefuseBlock(t *testing.T) {
	tooLarge := raw(string(make([]byte, manifest.MaxBlock+1)))
	tests := []struct {
		name  string
		block manifest.Block
		want  relay.Code
	}{
		{"another block's CID", manifest.Block{CID: raw("a").CID, Data: []byte("b")}, relay.CodeUnverified},
		{"over 2 MiB", tooLarge, relay.CodeTooLarge},
		{"no CID", manifest.Block{CID: "", Data: []byte("a")}, relay.CodeInvalid},
		{"path for a CID", manifest.Block{CID: "../../etc/passwd", Data: []byte("a")}, relay.CodeInvalid},
		{"dag-cbor", manifest.Block{CID: "bafyreihyrpefhacm6kkp4ql6j6udakdit7g3dmkzfriqfykhjw6cad5lrm", Data: []byte("a")}, relay.CodeInvalid},
		{"CIDv0", manifest.Block{CID: "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn", Data: nil}, relay.CodeInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			err := open(t, dir).Blocks().Put(context.Background(), tt.block)
			if got := relay.ErrorCode(err); got != tt.want {
				t.Errorf("Put = %v (%s); want %s", err, got, tt.want)
			}
			if files := files(t, dir); len(files) != 0 {
				t.Errorf("it left %v behind", files)
			}
		})
	}
}

// A damaged disk must show, and publishing again must mend it.
func TestRefuseDamagedBlock(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	blocks := open(t, dir).Blocks()
	b := raw("hello")
	if err := blocks.Put(ctx, b); err != nil {
		t.Fatal(err)
	}
	path := files(t, dir)[0]
	for _, damage := range []string{"hellp", "", string(make([]byte, manifest.MaxBlock+9))} {
		if err := os.WriteFile(path, []byte(damage), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := blocks.Get(ctx, b.CID)
		if relay.ErrorCode(err) == "" || relay.ErrorCode(err) == relay.CodeNotFound || got != nil {
			t.Errorf("Get of a block with %d wrong bytes = %q, %v; want unverified", len(damage), got, err)
		}
		if relay.ErrorHint(err) == "" {
			t.Errorf("Get = %v, without a hint", err)
		}
		if err := blocks.Put(ctx, b); err != nil {
			t.Fatal(err)
		}
		if got, err := blocks.Get(ctx, b.CID); err != nil || string(got) != "hello" {
			t.Errorf("after Put, Get = %q, %v; want it mended", got, err)
		}
	}
}

// Several processes work in one folder; each opens it anew while others write.
func TestManyWriters(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	var data []manifest.Block
	for i := range 40 {
		data = append(data, raw(string(rune('a'+i))))
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			f, err := Open(dir)
			if err != nil {
				t.Error(err)
				return
			}
			for _, b := range data {
				if err := f.Blocks().Put(ctx, b); err != nil {
					t.Error(err)
				}
				if _, err := f.Blocks().Get(ctx, b.CID); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := files(t, dir); len(got) != len(data) {
		t.Errorf("%d files for %d blocks", len(got), len(data))
	}
}

// A full disk says so, and leaves nothing half written.
func TestRefuseOnFullDisk(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	f := open(t, dir)
	b := raw("hello")
	write := writeAll
	defer func() { writeAll = write }()
	writeAll = func(file *os.File, data []byte) error {
		return errors.Join(write(file, data[:len(data)/2]), &os.PathError{Op: "write", Path: file.Name(), Err: syscall.ENOSPC})
	}
	for name, blocks := range map[string]relay.Blocks{"blocks": f.Blocks(), "stage": f.Stage("id")} {
		err := blocks.Put(ctx, b)
		if relay.ErrorCode(err) != relay.CodeNoSpace || relay.ErrorHint(err) == "" {
			t.Errorf("Put to %s on a full disk = %v; want no_space with a hint", name, err)
		}
		if has, err := blocks.Has(ctx, b.CID); has || err != nil {
			t.Errorf("Has after that = %v, %v", has, err)
		}
	}
	if got := files(t, dir); len(got) > 0 {
		t.Errorf("files stayed: %v", got)
	}
	writeAll = write
	if err := f.Blocks().Put(ctx, b); err != nil {
		t.Errorf("Put when there is room again = %v", err)
	}
}

func TestStage(t *testing.T) {
	ctx := context.Background()
	f := open(t, t.TempDir())
	s, b, c := f.Stage("id"), raw("hello"), raw("bye")
	if list, err := s.List(); len(list) > 0 || err != nil {
		t.Errorf("List of nothing = %v, %v", list, err)
	}
	for _, x := range []manifest.Block{b, c} {
		if err := s.Put(ctx, x); err != nil {
			t.Fatal(err)
		}
	}
	if list, err := s.List(); len(list) != 2 || list[b.CID] != 5 || err != nil {
		t.Errorf("List = %v, %v", list, err)
	}
	if has, _ := f.Blocks().Has(ctx, b.CID); has {
		t.Error("what is staged is among the folder's blocks")
	}
	for range 2 {
		if err := s.Keep(b.CID); err != nil {
			t.Errorf("Keep = %v", err)
		}
	}
	if err := s.Keep(raw("other").CID); relay.ErrorCode(err) != relay.CodeNotFound {
		t.Errorf("Keep of what is nowhere = %v", err)
	}
	if ids, err := f.Stages(); len(ids) != 1 || ids[0] != "id" || err != nil {
		t.Errorf("Stages = %v, %v", ids, err)
	}
	if err := s.Remove(); err != nil {
		t.Fatal(err)
	}
	if got, err := f.Blocks().Get(ctx, b.CID); string(got) != "hello" || err != nil {
		t.Errorf("a kept block = %q, %v", got, err)
	}
	if has, _ := s.Has(ctx, c.CID); has {
		t.Error("Remove left a block")
	}
}

func TestSweep(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	old, fresh := filepath.Join(dir, tmpDir, "new-old"), filepath.Join(dir, tmpDir, "new-fresh")
	for _, name := range []string{old, fresh} {
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	past := time.Now().Add(-2 * staleAfter)
	if err := os.Chtimes(old, past, past); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
	if _, err := os.Stat(old); err == nil {
		t.Error("a dead process's file is still there")
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error("a file that may still be written was removed")
	}
}

func TestReleases(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir)
	if err := os.WriteFile(filepath.Join(dir, releasesDir, "notes.json"), []byte("not ours"), 0o644); err != nil {
		t.Fatal(err)
	}
	cid := func(s string) manifest.CID { return manifest.MakeCID(manifest.DagPB, manifest.DigestOf([]byte(s))) }
	for _, r := range []relay.Release{
		{Release: cid("1"), Name: "old", Created: "2026-01-01T00:00:00Z"},
		{Release: cid("2"), Name: "new", Created: "2026-02-01T00:00:00Z"},
		{Release: cid("3"), Name: "also-new", Version: "1.10.0", Created: "2026-02-01T00:00:00Z"},
		{Release: cid("4"), Name: "also-new", Version: "1.9.0", Created: "2026-02-01T00:00:00Z"}, // in the same second: a script did it
		{Release: cid("5"), Name: "also-new", Version: "1.10.0-rc.1", Created: "2026-02-01T00:00:00Z"},
		{Release: cid("2"), Name: "new", Created: "2026-02-01T00:00:00Z"}, // published twice, listed once
	} {
		if err := f.AddRelease(r); err != nil {
			t.Fatal(err)
		}
	}
	got, err := f.Releases(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, r := range got {
		names = append(names, r.Name+" "+r.Version)
	}
	if want := []string{"also-new 1.10.0", "also-new 1.10.0-rc.1", "also-new 1.9.0", "new ", "old "}; !slices.Equal(names, want) {
		t.Errorf("Releases = %v; want %v", names, want)
	}
	if err := f.AddRelease(relay.Release{Release: "../x"}); relay.ErrorCode(err) != relay.CodeInvalid {
		t.Errorf("AddRelease of a path = %v; want invalid", err)
	}
}

func TestRefuseFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file); err == nil || relay.ErrorHint(err) == "" {
		t.Errorf("Open of a file = %v; want an error with a hint", err)
	}
}

// files lists the regular files below dir.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
