package manifest

// An Address is an Ethereum account. Its text is EIP-55: 0x and 40 hex digits
// whose letter case is a checksum.
type Address [20]byte

func (a Address) String() string {
	out := []byte("0x" + toHex(a[:]))
	sum := keccak256(out[2:])
	for i, c := range out[2:] {
		if nibble := sum[i/2] >> (4 * (1 - i%2)) & 15; c >= 'a' && nibble >= 8 {
			out[2+i] = c - 'a' + 'A'
		}
	}
	return string(out)
}

// ParseAddress reads an address in its EIP-55 form; other letter case is refused.
func ParseAddress(s string) (Address, error) {
	var a Address
	if len(s) == 42 && s[:2] == "0x" {
		if fromHex(a[:], asciiLower(s[2:])) && a.String() == s {
			return a, nil
		}
	}
	return Address{}, refuse(ErrValue, "", "an address is 0x and 40 hex digits in EIP-55 case, not "+quote(s))
}

// ParsePastedAddress reads an address as people paste it: all in lower case,
// or in its EIP-55 form, whose checksum must then be right. Documents keep to
// ParseAddress.
func ParsePastedAddress(s string) (Address, error) {
	var a Address
	if len(s) == 42 && s[:2] == "0x" && fromHex(a[:], s[2:]) {
		return a, nil
	}
	return ParseAddress(s)
}
