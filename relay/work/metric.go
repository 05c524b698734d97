package work

import (
	"encoding/binary"
	"fmt"
	"math/big"
	"math/bits"
	"strings"

	"github.com/dehug/dehug/relay/receipt"
	"github.com/dehug/dehug/relay/spec"
)

// Metrics are found without rounding: what bits stand for are whole numbers times a power of two, and so are sums and products of these. No
// floating-point arithmetic is done, so the value is the same wherever it is found.

// number is an element's value: m × 2^e, negative or not. m is odd, or 0 with e = 0: so equal values are equal structs.
type number struct {
	negative bool
	m        uint64
	e        int
}

// cosineDigits is where an item's cosine is cut off.
const cosineDigits = 12

// least is the smallest exponent that a number has: that of f64.
const least = -1074

func (n number) reduced() number {
	if n.m == 0 {
		return number{}
	}
	z := bits.TrailingZeros64(n.m)
	n.m >>= z
	n.e += z
	return n
}

// value reads an element. What stands for no number is an error.
func value(typ string, b []byte) (number, error) {
	le := binary.LittleEndian
	signed := func(v int64) (number, error) {
		if v < 0 {
			return number{true, -uint64(v), 0}.reduced(), nil
		}
		return number{false, uint64(v), 0}.reduced(), nil
	}
	switch typ {
	case "bool", "u8":
		return number{m: uint64(b[0])}.reduced(), nil
	case "u16":
		return number{m: uint64(le.Uint16(b))}.reduced(), nil
	case "u32":
		return number{m: uint64(le.Uint32(b))}.reduced(), nil
	case "u64":
		return number{m: le.Uint64(b)}.reduced(), nil
	case "i8":
		return signed(int64(int8(b[0])))
	case "i16":
		return signed(int64(int16(le.Uint16(b))))
	case "i32":
		return signed(int64(int32(le.Uint32(b))))
	case "i64":
		return signed(int64(le.Uint64(b)))
	case "f16":
		return float(uint64(le.Uint16(b)), 5, 10)
	case "bf16":
		return float(uint64(le.Uint16(b)), 8, 7)
	case "f32":
		return float(uint64(le.Uint32(b)), 8, 23)
	case "f64":
		return float(le.Uint64(b), 11, 52)
	}
	return number{}, fmt.Errorf("there is no metric of %s", typ)
}

// float reads an IEEE 754 number by how many bits its exponent and its fraction have.
func float(b uint64, exponent, fraction uint) (number, error) {
	n := number{negative: b>>(exponent+fraction)&1 == 1, m: b & (1<<fraction - 1)}
	e := int(b >> fraction & (1<<exponent - 1))
	bias := 1<<(exponent-1) - 1
	switch e {
	case 1<<exponent - 1:
		if n.m != 0 {
			return n, fmt.Errorf("NaN")
		}
		return n, fmt.Errorf("an infinity")
	case 0:
		e = 1
	default:
		n.m |= 1 << fraction
	}
	n.e = e - bias - int(fraction)
	return n.reduced(), nil
}

// big is the number times 2^−least: whole.
func (n number) big() *big.Int {
	v := new(big.Int).SetUint64(n.m)
	v.Lsh(v, uint(n.e-least))
	if n.negative {
		v.Neg(v)
	}
	return v
}

// less compares.
func (n number) less(o number) bool {
	if n.negative != o.negative {
		return n.negative
	}
	if n.negative {
		n, o = o, n
	}
	nl, ol := bits.Len64(n.m)+n.e, bits.Len64(o.m)+o.e
	switch {
	case n.m == 0 || o.m == 0:
		return n.m == 0 && o.m != 0
	case nl != ol:
		return nl < ol
	}
	return n.m<<bits.LeadingZeros64(n.m) < o.m<<bits.LeadingZeros64(o.m)
}

// metric adds up what items give.
type metric struct {
	name     string
	items    int64
	matched  int64
	elements int64
	sum      *big.Int // times 2^−least, twice where it is of products; of cosines times 10^cosineDigits
}

func newMetric(name string) *metric { return &metric{name: name, sum: new(big.Int)} }

// add takes an item's output and target.
func (m *metric) add(outType string, out []byte, targetType string, target []byte) error {
	o, err := values(outType, out)
	if err != nil {
		return fmt.Errorf("the output has %w", err)
	}
	t, err := values(targetType, target)
	if err != nil {
		return fmt.Errorf("the target has %w", err)
	}
	m.items++
	if m.name == spec.Accuracy {
		if len(t) != 1 || len(o) == 0 {
			return fmt.Errorf("accuracy is of an output and a target of one element, not of %d and %d", len(o), len(t))
		}
		best := 0
		for i := range o {
			if o[best].less(o[i]) {
				best = i
			}
		}
		if (number{m: uint64(best)}).reduced() == t[0] {
			m.matched++
		}
		return nil
	}
	if len(o) != len(t) || len(o) == 0 {
		return fmt.Errorf("%s compares as many elements, not %d with %d", m.name, len(o), len(t))
	}
	m.elements += int64(len(o))
	switch m.name {
	case spec.ExactMatch:
		for i := range o {
			if o[i] != t[i] {
				return nil
			}
		}
		m.matched++
	case spec.SquareError, spec.AbsError:
		for i := range o {
			d := o[i].big()
			d.Sub(d, t[i].big())
			if m.name == spec.SquareError {
				d.Mul(d, d)
			}
			m.sum.Add(m.sum, d.Abs(d))
		}
	case spec.Cosine:
		ot, oo, tt := new(big.Int), new(big.Int), new(big.Int)
		for i := range o {
			a, b := o[i].big(), t[i].big()
			p := new(big.Int)
			ot.Add(ot, p.Mul(a, b))
			oo.Add(oo, a.Mul(a, a))
			tt.Add(tt, b.Mul(b, b))
		}
		if norms := oo.Mul(oo, tt); norms.Sign() > 0 { // all scales cancel
			negative := ot.Sign() < 0
			ot.Mul(ot, ot)
			ot.Mul(ot, pow10(2*cosineDigits))
			ot.Sqrt(ot.Quo(ot, norms))
			if negative {
				ot.Neg(ot)
			}
			m.sum.Add(m.sum, ot)
		}
	}
	return nil
}

func values(typ string, data []byte) ([]number, error) {
	size := int(receipt.TypeSize(typ))
	list := make([]number, 0, len(data)/size)
	for at := 0; at+size <= len(data); at += size {
		n, err := value(typ, data[at:])
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

// value is the metric of all items so far, rounded to spec.Decimals.
func (m *metric) value() (string, error) {
	num, den := new(big.Int), big.NewInt(m.items)
	switch m.name {
	case spec.Accuracy, spec.ExactMatch:
		num.SetInt64(m.matched)
	case spec.SquareError:
		num.Set(m.sum)
		den.SetInt64(m.elements)
		den.Lsh(den, 2*-least)
	case spec.AbsError:
		num.Set(m.sum)
		den.SetInt64(m.elements)
		den.Lsh(den, -least)
	case spec.Cosine:
		num.Set(m.sum)
		den.Mul(den, pow10(cosineDigits))
	}
	text := decimal(num, den)
	if len(text) > maxValue {
		return "", fmt.Errorf("%s is %.20s…, larger than a result says", m.name, text)
	}
	return text, nil
}

// maxValue is how many characters a decimal of a manifest has.
const maxValue = 32

// decimal is num/den rounded to spec.Decimals, to nearest, ties to even.
func decimal(num, den *big.Int) string {
	negative := num.Sign() < 0
	n := new(big.Int).Abs(num)
	n.Mul(n, pow10(spec.Decimals))
	q, r := new(big.Int).QuoRem(n, den, new(big.Int))
	if c := r.Lsh(r, 1).Cmp(den); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	text := q.String()
	if len(text) <= spec.Decimals {
		text = strings.Repeat("0", spec.Decimals+1-len(text)) + text
	}
	whole, fraction := text[:len(text)-spec.Decimals], strings.TrimRight(text[len(text)-spec.Decimals:], "0")
	text = whole
	if fraction != "" {
		text += "." + fraction
	}
	if negative && q.Sign() > 0 {
		text = "-" + text
	}
	return text
}

func pow10(n int64) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil) }
