package receipt

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
)

// TensorJSON is a tensor in a request or reply. Type and shape are those of the Open Inference Protocol.
type TensorJSON struct {
	Datatype string          `json:"datatype" enum:"BOOL,UINT8,UINT16,UINT32,UINT64,INT8,INT16,INT32,INT64,FP16,FP32,FP64,BF16"`
	Shape    []int64         `json:"shape" maxItems:"16" nullable:"false"`
	Data     json.RawMessage `json:"data,omitempty" doc:"Numbers, flat in row-major order, or nested. NaN and infinities are strings."`
	Base64   string          `json:"base64,omitempty" doc:"Instead of data: the elements' bytes, little-endian. FP16 and BF16 have only this."`
}

// Tensor reads one. Whether it has as much data as its shape says, EncodeTensors finds out.
func (j *TensorJSON) Tensor(name string) (Tensor, error) {
	t := Tensor{Name: name, Type: TypeOf(j.Datatype), Dims: j.Shape}
	if j.Data != nil && j.Base64 != "" {
		return t, invalid(fmt.Errorf("tensor %q has both data and base64", name))
	}
	if j.Data == nil {
		return t, t.ParseBase64(j.Base64)
	}
	return t, t.ParseNumbers(j.Data)
}

// JSON writes a tensor, in numbers where its type has some.
func (t *Tensor) JSON(asBase64 bool) TensorJSON {
	j := TensorJSON{Datatype: Datatype(t.Type), Shape: t.Dims}
	if !asBase64 {
		if numbers, ok := t.Numbers(); ok {
			j.Data = numbers
			return j
		}
	}
	j.Base64 = t.Base64()
	return j
}

// datatypes are how the Open Inference Protocol names types.
var datatypes = map[string]string{
	"f32": "FP32", "u8": "UINT8", "i8": "INT8", "u16": "UINT16", "i16": "INT16", "i32": "INT32", "i64": "INT64", "bool": "BOOL",
	"f16": "FP16", "f64": "FP64", "u32": "UINT32", "u64": "UINT64", "bf16": "BF16",
}

// Datatype is the name that the Open Inference Protocol gives a type: FP32 for f32.
func Datatype(typ string) string { return datatypes[typ] }

// TypeOf is the inverse of Datatype; "" for a name that there is not.
func TypeOf(datatype string) string {
	for typ, name := range datatypes {
		if name == datatype {
			return typ
		}
	}
	return ""
}

// Numbers writes a tensor's elements as one flat JSON array, in the shortest digits that read back to the same bits. What JSON has no number
// for is "NaN", "Infinity", "-Infinity". There are none of half precision: false.
func (t *Tensor) Numbers() (json.RawMessage, bool) {
	le := binary.LittleEndian
	size := int(TypeSize(t.Type))
	out := make([]byte, 0, 2+len(t.Data)*2)
	out = append(out, '[')
	for at := 0; at < len(t.Data); at += size {
		if at > 0 {
			out = append(out, ',')
		}
		b := t.Data[at:]
		switch t.Type {
		case "f32":
			out = appendFloat(out, float64(math.Float32frombits(le.Uint32(b))), 32)
		case "f64":
			out = appendFloat(out, math.Float64frombits(le.Uint64(b)), 64)
		case "bool":
			out = strconv.AppendBool(out, b[0] != 0)
		case "u8":
			out = strconv.AppendUint(out, uint64(b[0]), 10)
		case "i8":
			out = strconv.AppendInt(out, int64(int8(b[0])), 10)
		case "u16":
			out = strconv.AppendUint(out, uint64(le.Uint16(b)), 10)
		case "i16":
			out = strconv.AppendInt(out, int64(int16(le.Uint16(b))), 10)
		case "u32":
			out = strconv.AppendUint(out, uint64(le.Uint32(b)), 10)
		case "i32":
			out = strconv.AppendInt(out, int64(int32(le.Uint32(b))), 10)
		case "u64":
			out = strconv.AppendUint(out, le.Uint64(b), 10)
		case "i64":
			out = strconv.AppendInt(out, int64(le.Uint64(b)), 10)
		default:
			return nil, false
		}
	}
	return append(out, ']'), true
}

func appendFloat(out []byte, v float64, bits int) []byte {
	switch {
	case math.IsNaN(v):
		return append(out, `"NaN"`...)
	case math.IsInf(v, 1):
		return append(out, `"Infinity"`...)
	case math.IsInf(v, -1):
		return append(out, `"-Infinity"`...)
	}
	return strconv.AppendFloat(out, v, 'g', -1, bits)
}

// Base64 is a tensor's bytes as text.
func (t *Tensor) Base64() string { return base64.StdEncoding.EncodeToString(t.Data) }

// ParseBase64 sets a tensor's bytes.
func (t *Tensor) ParseBase64(text string) (err error) {
	if t.Data, err = base64.StdEncoding.DecodeString(text); err != nil {
		return invalid(fmt.Errorf("tensor %q: %w", t.Name, err))
	}
	return nil
}

// ParseNumbers sets a tensor's bytes to the numbers of a JSON array, flat or nested as the Open Inference Protocol allows. Each is
// the nearest that the type has; integers must fit.
func (t *Tensor) ParseNumbers(text json.RawMessage) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	t.Data = []byte{}
	for depth := 0; ; {
		token, err := dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return invalid(fmt.Errorf("tensor %q: %w", t.Name, err))
		}
		if d, ok := token.(json.Delim); ok {
			switch d {
			case '[':
				depth++
			case ']':
				depth--
			default:
				return invalid(fmt.Errorf("tensor %q: its data are numbers, not an object", t.Name))
			}
			if depth > MaxRank {
				return invalid(fmt.Errorf("tensor %q: lists in lists, %d deep", t.Name, depth))
			}
			continue
		}
		if depth == 0 {
			return invalid(fmt.Errorf("tensor %q: its data are a list", t.Name))
		}
		if t.Data, err = t.appendElement(t.Data, token); err != nil {
			return invalid(fmt.Errorf("tensor %q: %w", t.Name, err))
		}
	}
}

func (t *Tensor) appendElement(to []byte, token json.Token) ([]byte, error) {
	le := binary.LittleEndian
	text := ""
	switch v := token.(type) {
	case bool:
		if t.Type != "bool" {
			return nil, fmt.Errorf("%t is no %s", v, t.Type)
		}
		if v {
			return append(to, 1), nil
		}
		return append(to, 0), nil
	case json.Number:
		text = v.String()
	case string:
		if v != "NaN" && v != "Infinity" && v != "-Infinity" {
			return nil, fmt.Errorf("%.40q is no number", v)
		}
		text = v
	default:
		return nil, fmt.Errorf("%v is no %s", v, t.Type)
	}
	size := int(TypeSize(t.Type))
	switch t.Type {
	case "f32", "f64":
		v, err := strconv.ParseFloat(text, size*8)
		if err != nil {
			return nil, err
		}
		if size == 4 {
			return le.AppendUint32(to, math.Float32bits(float32(v))), nil
		}
		return le.AppendUint64(to, math.Float64bits(v)), nil
	case "u8", "u16", "u32", "u64":
		v, err := strconv.ParseUint(text, 10, size*8)
		if err != nil {
			return nil, err
		}
		return append(to, le.AppendUint64(nil, v)[:size]...), nil
	case "i8", "i16", "i32", "i64":
		v, err := strconv.ParseInt(text, 10, size*8)
		if err != nil {
			return nil, err
		}
		return append(to, le.AppendUint64(nil, uint64(v))[:size]...), nil
	}
	return nil, fmt.Errorf("%s has no form in JSON numbers: send base64", t.Type)
}
