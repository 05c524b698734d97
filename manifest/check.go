package manifest

import (
	"strconv"
	"strings"
)

// MediaTypeONNX marks the entry file of a model for the onnx runtime.
const MediaTypeONNX = "application/onnx"

// Lengths in bytes, and the largest opset.
const (
	maxSlug       = 64 // names become parts of addresses
	maxVersion    = 64
	maxTitle      = 200  // one line of a list
	maxSummary    = 4096 // a screen; longer texts are a README among the files
	maxURI        = 2048 // what every browser and proxy takes
	maxSPDX       = 128
	maxMediaType  = 127 // RFC 6838 allows as much for one of its parts
	maxDecimal    = 32  // more digits than a float64 has
	maxLabel      = 200
	maxParamValue = 1024 // a list of class names that is longer is a file
	maxTensorName = 512  // exporters write long scopes into names
	maxOpset      = 1000 // far above any in sight; keeps it within an int32 everywhere
)

// check holds every rule about one manifest that its syntax does not.
func (m *Manifest) check() error {
	switch {
	case m.Schema != Schema:
		return refuse(ErrSchema, "schema", quote(m.Schema))
	case !oneOf(m.Kind, KindModel, KindDataset):
		return refuse(ErrValue, "kind", quote(m.Kind))
	case !isSemver(m.Version):
		return refuse(ErrValue, "version", quote(m.Version)+" is not a semantic version")
	case !isTimestamp(m.Created):
		return refuse(ErrValue, "created", quote(m.Created)+" is not of the form 2006-01-02T15:04:05Z")
	case m.Royalty < 0 || m.Royalty > MaxRoyalty:
		return refuse(ErrValue, "royalty", "0 to 1000 basis points")
	}
	if err := checkSlug("name", m.Name); err != nil {
		return err
	}
	if err := checkText("title", m.Title, 0, maxTitle, false); err != nil {
		return err
	}
	if err := checkText("summary", m.Summary, 0, maxSummary, true); err != nil {
		return err
	}
	if len(m.Tags) > MaxTags {
		return tooMany("tags", MaxTags)
	}
	for i, t := range m.Tags {
		at := "tags[" + strconv.Itoa(i) + "]"
		if err := checkSlug(at, t); err != nil {
			return err
		}
		if i > 0 && m.Tags[i-1] >= t {
			return refuse(ErrOrder, at, quote(t))
		}
	}
	if m.Task != nil {
		if err := m.Task.check(); err != nil {
			return err
		}
	}
	if err := m.License.check(); err != nil {
		return err
	}
	if err := checkAuthors(m.Authors); err != nil {
		return err
	}
	if err := checkParents(m.Parents); err != nil {
		return err
	}
	if err := checkEvals(m.Evals); err != nil {
		return err
	}
	if err := checkFiles(m.Files); err != nil {
		return err
	}
	root, err := Root(m.Files)
	if err != nil {
		return err
	}
	if root != m.Root {
		return refuse(ErrRoot, "root", "the files hash to "+root.String())
	}
	return m.checkRuntime()
}

func (m *Manifest) checkRuntime() error {
	switch {
	case m.Kind == KindDataset && m.Runtime != nil:
		return refuse(ErrValue, "runtime", "a data set has none")
	case m.Kind == KindDataset:
		return nil
	case m.Runtime == nil:
		return refuse(ErrMissingField, "runtime", "a model has one")
	case m.Runtime.Format != "onnx":
		return refuse(ErrValue, "runtime.format", quote(m.Runtime.Format))
	case m.Runtime.Opset < 1 || m.Runtime.Opset > maxOpset:
		return refuse(ErrValue, "runtime.opset", strconv.FormatInt(m.Runtime.Opset, 10))
	}
	_, err := m.Entry()
	return err
}

func (l *License) check() error {
	if !isName(l.SPDX, maxSPDX, "-.+") {
		return refuse(ErrValue, "license.spdx", quote(l.SPDX))
	}
	if strings.HasPrefix(l.SPDX, "LicenseRef-") && (l.URI == "" || l.SHA256 == nil) {
		return refuse(ErrMissingField, "license", l.SPDX+" needs uri and sha256 of its text")
	}
	if l.URI == "" {
		return nil
	}
	if err := checkText("license.uri", l.URI, 1, maxURI, false); err != nil {
		return err
	}
	if !strings.HasPrefix(l.URI, "https://") && !strings.HasPrefix(l.URI, "ipfs://") || strings.ContainsAny(l.URI, " \"<>\\^`{|}") {
		return refuse(ErrValue, "license.uri", quote(l.URI)+" is not an https or ipfs address")
	}
	return nil
}

func checkAuthors(authors []Author) error {
	if len(authors) == 0 {
		return refuse(ErrMissingField, "authors", "list at least one")
	}
	if len(authors) > MaxAuthors {
		return tooMany("authors", MaxAuthors)
	}
	var sum int64
	seen := make(map[Address]bool, len(authors))
	for i, a := range authors {
		at := "authors[" + strconv.Itoa(i) + "]"
		switch {
		case a.Address == Address{}:
			return refuse(ErrValue, at+".address", "the zero address belongs to nobody")
		case seen[a.Address]:
			return refuse(ErrOrder, at+".address", a.Address.String()+" is listed twice")
		case !oneOf(a.Role, "author", "curator", "evaluator"):
			return refuse(ErrValue, at+".role", quote(a.Role))
		case a.Share < 0 || a.Share > TotalShares:
			return refuse(ErrValue, at+".share", strconv.FormatInt(a.Share, 10))
		}
		seen[a.Address] = true
		sum += a.Share
	}
	if sum != TotalShares {
		return refuse(ErrValue, "authors", "shares add up to "+strconv.FormatInt(sum, 10)+", not 1000000")
	}
	return nil
}

func checkParents(parents []Parent) error {
	if len(parents) > MaxParents {
		return tooMany("parents", MaxParents)
	}
	seen := make(map[string]bool, len(parents))
	for i, p := range parents {
		at := "parents[" + strconv.Itoa(i) + "]"
		var key string
		switch {
		case p.ManifestDigest != nil && p.VersionID == nil:
			key = "m" + p.ManifestDigest.String()
		case p.VersionID != nil && p.ManifestDigest == nil:
			key = "v" + p.VersionID.String()
		default:
			return refuse(ErrValue, at, "exactly one of manifestDigest and versionId")
		}
		if seen[key] {
			return refuse(ErrOrder, at, "listed twice")
		}
		seen[key] = true
	}
	return nil
}

func checkEvals(evals []Eval) error {
	if len(evals) > MaxEvals {
		return tooMany("evals", MaxEvals)
	}
	for i, e := range evals {
		at := "evals[" + strconv.Itoa(i) + "]"
		if err := checkSlug(at+".task", e.Task); err != nil {
			return err
		}
		if err := checkSlug(at+".metric", e.Metric); err != nil {
			return err
		}
		if err := checkText(at+".dataset", e.Dataset, 1, maxLabel, false); err != nil {
			return err
		}
		if !isDecimal(e.Value) {
			return refuse(ErrValue, at+".value", quote(e.Value)+" is not a decimal")
		}
	}
	return nil
}

func checkFiles(files []File) error {
	if len(files) == 0 {
		return refuse(ErrNoFiles, "files", "")
	}
	if len(files) > MaxFiles {
		return tooMany("files", MaxFiles)
	}
	// Names that are taken, in lower case: true for a file, false for a folder.
	taken := make(map[string]bool, 2*len(files))
	for i, f := range files {
		at := "files[" + strconv.Itoa(i) + "]"
		if err := f.check(at); err != nil {
			return err
		}
		if i > 0 && files[i-1].Path > f.Path {
			return refuse(ErrOrder, at+".path", quote(f.Path))
		}
		low := asciiLower(f.Path)
		if _, ok := taken[low]; ok {
			return refuse(ErrPathCollision, at+".path", quote(f.Path))
		}
		taken[low] = true
		for j := strings.LastIndexByte(low, '/'); j > 0; j = strings.LastIndexByte(low[:j], '/') {
			if isFile, ok := taken[low[:j]]; isFile {
				return refuse(ErrPathCollision, at+".path", quote(f.Path)+" is below a file")
			} else if ok {
				break
			}
			taken[low[:j]] = false
		}
	}
	return nil
}

func (f *File) check(at string) error {
	if err := CheckPath(f.Path); err != nil {
		return placed(at+".path", err)
	}
	if err := checkSize(f.Size); err != nil {
		return placed(at+".size", err)
	}
	if !isMediaType(f.MediaType) {
		return refuse(ErrValue, at+".mediaType", quote(f.MediaType))
	}
	if f.Leaves.Codec() != Raw {
		return refuse(ErrCID, at+".leaves", "a leaf list is a raw block")
	}
	n := Leaves(f.Size)
	want := DagPB
	if n <= 1 {
		want = Raw
	}
	if f.CID.Codec() != want {
		return refuse(ErrDerivedCID, at+".cid", "one chunk or none: raw; more: dag-pb")
	}
	if n <= 1 { // then the cid says the only leaf, and all can be checked at once
		leaf := f.CID.Digest()
		if err := f.checkLeaves([]Digest{leaf}[:n]); err != nil {
			return placed(at, err)
		}
		if f.SHA256 != nil && *f.SHA256 != leaf {
			return refuse(ErrHashMismatch, at+".sha256", "a file of one chunk has the sha256 of that chunk")
		}
	}
	return nil
}

func checkSize(size int64) error {
	if size < 0 || size > MaxFileSize {
		return refuse(ErrTooLarge, "size", strconv.FormatInt(size, 10)+" bytes, at most 64 GiB")
	}
	return nil
}

func tooMany(at string, limit int) error {
	return refuse(ErrTooLarge, at, "at most "+strconv.Itoa(limit)+" entries")
}

func oneOf(s string, set ...string) bool {
	for _, v := range set {
		if s == v {
			return true
		}
	}
	return false
}

// isName tells whether s is 1 to limit letters, digits and bytes of also,
// beginning with a letter or digit.
func isName(s string, limit int, also string) bool {
	if s == "" || len(s) > limit || !isAlnum(s[0]) {
		return false
	}
	for i := 1; i < len(s); i++ {
		if !isAlnum(s[i]) && strings.IndexByte(also, s[i]) < 0 {
			return false
		}
	}
	return true
}

// checkSlug wants lower-case letters and digits, with single . _ - between them.
func checkSlug(at, s string) error {
	ok := isName(s, maxSlug, "._-") && asciiLower(s) == s && isAlnum(s[len(s)-1])
	for i := 1; ok && i < len(s); i++ {
		ok = isAlnum(s[i]) || isAlnum(s[i-1])
	}
	if !ok {
		return refuse(ErrValue, at, quote(s)+" is not 1 to 64 of a-z 0-9 with single . _ - between")
	}
	return nil
}

// checkText refuses what can make text look like something else on screen.
func checkText(at, s string, atLeast, atMost int, multiline bool) error {
	if len(s) < atLeast || len(s) > atMost {
		return refuse(ErrValue, at, strconv.Itoa(len(s))+" bytes, at most "+strconv.Itoa(atMost))
	}
	for _, r := range s {
		switch {
		case r == '\n' && multiline:
		case r < 0x20, 0x7F <= r && r < 0xA0, // control
			r == 0x061C, r == 0x200E, r == 0x200F, // marks of direction
			0x202A <= r && r <= 0x202E, 0x2066 <= r && r <= 0x2069, // overrides and isolates
			r == 0x2028, r == 0x2029, r == 0xFEFF, r == 0xFFFD:
			return refuse(ErrText, at, "U+"+strconv.FormatInt(int64(r), 16))
		}
	}
	return nil
}

// isDecimal tells whether s is a decimal in its shortest form: "0", "-1", "0.75".
func isDecimal(s string) bool {
	if s == "" || len(s) > maxDecimal || s == "-0" {
		return false
	}
	whole, frac, dot := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if !isNumeric(whole) || dot && (!isDigits(frac) || frac[len(frac)-1] == '0') {
		return false
	}
	return true
}

// isNumeric: 0 or [1-9][0-9]*.
func isNumeric(s string) bool { return isDigits(s) && (s[0] != '0' || len(s) == 1) }

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// isSemver follows the grammar of semver.org 2.0.0.
func isSemver(s string) bool {
	if len(s) > maxVersion {
		return false
	}
	s, build, hasBuild := strings.Cut(s, "+")
	core, pre, hasPre := strings.Cut(s, "-")
	parts := strings.Split(core, ".")
	if len(parts) != 3 || hasBuild && !isIdents(build, false) || hasPre && !isIdents(pre, true) {
		return false
	}
	return isNumeric(parts[0]) && isNumeric(parts[1]) && isNumeric(parts[2])
}

func isIdents(s string, pre bool) bool {
	for id := range strings.SplitSeq(s, ".") {
		if id == "" || pre && isDigits(id) && !isNumeric(id) {
			return false
		}
		for i := 0; i < len(id); i++ {
			if !isAlnum(id[i]) && id[i] != '-' {
				return false
			}
		}
	}
	return true
}

// isTimestamp wants UTC to the second; package time would be larger than the rest.
func isTimestamp(s string) bool {
	const form = "0000-00-00T00:00:00Z"
	if len(s) != len(form) {
		return false
	}
	for i := 0; i < len(form); i++ {
		if form[i] == '0' && (s[i] < '0' || s[i] > '9') || form[i] != '0' && s[i] != form[i] {
			return false
		}
	}
	num := func(from, to int) int { n, _ := strconv.Atoi(s[from:to]); return n }
	year, month, day := num(0, 4), num(5, 7), num(8, 10)
	days := [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days[2] = 29
	}
	return month >= 1 && month <= 12 && day >= 1 && day <= days[month] &&
		num(11, 13) < 24 && num(14, 16) < 60 && num(17, 19) < 60
}

// isMediaType wants type/subtype in lower case, without parameters.
func isMediaType(s string) bool {
	kind, sub, ok := strings.Cut(s, "/")
	return ok && len(s) <= maxMediaType && asciiLower(s) == s &&
		isName(kind, maxMediaType, "!#$&-^_.+") && isName(sub, maxMediaType, "!#$&-^_.+")
}
