// Package stream fetches releases from gateways that nobody has to trust, checks every block against the manifest and
// hands on only checked bytes.
//
//	release, err := stream.Open(ctx, ref, stream.Options{Sources: sources, Fetcher: f, Whole: true})
//	err = release.Chunks(ctx, order, window, hand) // each chunk, as it is verified
//
// A release is known by the hash of its manifest. Everything else follows: the manifest gives the hash of each file's
// leaf list, the leaf list gives the hash of each chunk, and each of these is one raw block that any trustless gateway
// serves (GET {source}/ipfs/{cid}?format=raw). Sources are told apart only by how well they serve. One that cannot be
// used (an error, a web page, half a block, silence, a byte now and then) is asked again later; one that sends a whole block with another
// hash lies, and is not asked again. A block that takes longer than nearly all did is asked of a second one as well.
//
// The package does no I/O: blocks come through a [Fetcher], which is net/http or a test. It keeps no bytes of its own either: a
// [Buffer] may live outside the Go heap. Pages have the same in TypeScript (web/src/engine), with a store, and with files on IPFS that
// were not published as releases.
package stream
