package stream

// ParseNode tells what a block says: where its bytes are, how many links it has and how long the file is.
func ParseNode(block []byte) (from, to, links int, size int64, err error) {
	n, err := parseNode(block)
	return n.from, n.to, len(n.links), n.size, err
}
