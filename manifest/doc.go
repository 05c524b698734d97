// Package manifest reads, writes and checks DeHug manifests: the one document
// that says which bytes a released model or data set is made of, under which
// license, by whom. SPEC.md beside this file is the format.
//
// Most readers need two calls: [Parse] turns bytes into a [Manifest] or says
// why not, and [ParseLeafList] turns a file's leaf list into chunk hashes that
// may be trusted as far as the manifest is. Publishers need [HashFile],
// [Manifest.Encode] and [BuildRelease].
//
// The package does no I/O of its own, knows no chain and no gateway, and is
// built for the browser: signature recovery is passed in as a [Recoverer], and
// package ethsig holds the native one.
package manifest

//go:generate go run ./internal/vectorgen
