package manifest

import (
	"bytes"
	"strconv"
)

// A Doc reads or writes another document than a manifest in the manifest's canonical form: fields are visited in sorted order, and
// there are objects, lists and strings, nothing else.
type Doc struct{ c *codec }

// DecodeDocument reads a document of a schema by the description of its fields: one Object. What was read is encoded again by the same
// description, and has to give the same bytes.
func DecodeDocument(doc []byte, schema string, most int, fields func(Doc)) error {
	if len(doc) > most {
		return refuse(ErrTooLarge, "", strconv.Itoa(len(doc))+" bytes, at most "+strconv.Itoa(most))
	}
	if err := decode(doc, schema, func(c *codec) { fields(Doc{c}) }); err != nil {
		return err
	}
	if again := EncodeDocument(fields); !bytes.Equal(again, doc) {
		return notSame(again, doc)
	}
	return nil
}

// EncodeDocument writes one by its description.
func EncodeDocument(fields func(Doc)) []byte { return encode(func(c *codec) { fields(Doc{c}) }) }

// Reading tells which it is.
func (d Doc) Reading() bool { return !d.c.writing }

// Object visits an object: the whole document, or what a field or an item is.
func (d Doc) Object(fields func()) { d.c.object(fields) }

// Field visits a field that has a value of its own. One that is not required is written where it is filled.
func (d Doc) Field(name string, required, filled bool, value func()) {
	d.c.field(name, required, filled, value)
}

// List visits a list of at most limit items, of which there are have when writing.
func (d Doc) List(name string, required bool, limit, have int, item func(i int)) {
	d.c.list(name, required, limit, have, item)
}

// Text visits a required string.
func (d Doc) Text(name string, s *string) { d.c.text(name, s) }

// OptText visits a string that is left out where it is empty.
func (d Doc) OptText(name string, s *string) { d.c.optText(name, s) }

// Integer visits a required integer from 0 on, which is written as a string.
func (d Doc) Integer(name string, n *int64) { d.c.integer(name, n) }

// OptInteger visits one that is left out where it is 0.
func (d Doc) OptInteger(name string, n *int64) {
	d.c.field(name, false, *n != 0, func() {
		d.c.parsedValue(strconv.FormatInt(*n, 10), func(s string) (err error) { *n, err = parseInteger(s); return })
	})
}

// IntegerItem visits an item of a list that is an integer.
func (d Doc) IntegerItem(n *int64) {
	d.c.parsedValue(strconv.FormatInt(*n, 10), func(s string) (err error) { *n, err = parseInteger(s); return })
}

// Digest visits a required digest.
func (d Doc) Digest(name string, digest *Digest) { d.c.digest(name, digest) }

// OptDigest visits one that may be nil.
func (d Doc) OptDigest(name string, digest **Digest) { d.c.optDigest(name, digest) }

// CID visits a required CID.
func (d Doc) CID(name string, id *CID) { d.c.cid(name, id) }

// CIDItem visits an item of a list that is a CID.
func (d Doc) CIDItem(id *CID) {
	d.c.parsedValue(string(*id), func(s string) (err error) { *id, err = ParseCID(s); return })
}

// License, Author and Parent visit what a manifest has too.
func (d Doc) License(l *License) { l.fields(d.c) }

// Author visits one.
func (d Doc) Author(a *Author) { a.fields(d.c) }

// Parent visits one.
func (d Doc) Parent(p *Parent) { p.fields(d.c) }

// CheckDescription refuses name, version, title, summary, license, authors, parents and creation time of a manifest that has no files yet by
// the rules that hold for one that has.
func (m *Manifest) CheckDescription() error {
	switch {
	case !isSemver(m.Version):
		return refuse(ErrValue, "version", quote(m.Version)+" is not a semantic version")
	case !isTimestamp(m.Created):
		return refuse(ErrValue, "created", quote(m.Created)+" is not of the form 2006-01-02T15:04:05Z")
	}
	for _, err := range []error{checkSlug("name", m.Name), checkText("title", m.Title, 0, maxTitle, false), checkText("summary", m.Summary, 0, maxSummary, true),
		m.License.check(), checkAuthors(m.Authors), checkParents(m.Parents)} {
		if err != nil {
			return err
		}
	}
	return nil
}

// CheckSlug refuses what is not 1 to 64 of a-z and 0-9 with single . _ - between, as names, tags and metrics are. at is where it stands.
func CheckSlug(at, s string) error { return checkSlug(at, s) }

// CheckText refuses text of other than atLeast to atMost bytes, and what can look like something else on screen.
func CheckText(at, s string, atLeast, atMost int, multiline bool) error {
	return checkText(at, s, atLeast, atMost, multiline)
}

// CheckDecimal refuses what is not a decimal in its shortest form.
func CheckDecimal(at, s string) error {
	if !isDecimal(s) {
		return refuse(ErrValue, at, quote(s)+" is not a decimal")
	}
	return nil
}

// Refuse is an error of this package's about a document's place.
func Refuse(reason *Error, place, detail string) error { return refuse(reason, place, detail) }
