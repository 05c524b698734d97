package kernel

import "strconv"

// Loops wraps body in loops over the axes n0, n1, … with counters i0, i1, ….
func Loops(rank int, body string) string {
	head := ""
	for i := range rank {
		k := strconv.Itoa(i)
		head += " n" + k + " for i" + k + " {"
		body += " }"
	}
	return head + " " + body
}

// Offset is the sum of the counters times the strides s0, s1, ….
func Offset(rank int, s string) string {
	t := "0"
	for i := range rank {
		k := strconv.Itoa(i)
		t += " i" + k + " " + s + k + " * +"
	}
	return t
}

// Names lists s0, s1, ….
func Names(rank int, s string) string {
	t := ""
	for i := range rank {
		t += " " + s + strconv.Itoa(i)
	}
	return t
}

// Tuple is the offset that a tuple of indices at p picks among axes of extents
// e0, e1, … and strides t0, t1, …; it steps over the tuple.
func Tuple(count int) string {
	t := "0"
	for i := range count {
		k := strconv.Itoa(i)
		t += " p @k e" + k + " norm t" + k + " * + p 8 + =p"
	}
	return t
}

// Scripts of operators that move elements. Tensors are dense and row-major. An
// index out of range is taken to the nearest that is not, so that no memory
// beside the tensors is touched.
const (
	// ScriptGather copies runs of bytes: for each of the outer rows, the runs that n
	// indices of some bytes pick out of extent many.
	ScriptGather = `src index dst outer n extent run bytes |
		src =x dst =y
		outer for o {
			index =p
			n for j {
				y x p @k extent norm run * + run copy
				y run + =y p bytes + =p
			}
			x extent run * + =x
		}`

	// ScriptTrilu keeps what lies on and beyond the k-th diagonal: j − i ≥ k when
	// upper, else j − i ≤ k.
	ScriptTrilu = `src diagonal dst outer rows cols upper |
		src =x dst =y
		0 =k
		diagonal if { diagonal @l rows cols + =n n >l min 0 n - >l max >i =k }
		outer for o { rows for i { cols for j {
			x @x =v j i - k - =d
			y v v v xor d 0 >= d 0 <= upper ? ? !x
			x elem + =x y elem + =y
		} } }`

	// ScriptOneHot writes values[1] where the index along an axis of some depth
	// is the element's, values[0] elsewhere.
	ScriptOneHot = `index values dst outer depth inner bytes |
		dst =y
		outer for o { depth for d { inner for i {
			o inner * i + bytes * index + @k =k
			y values elem + @x values @x k k depth + k 0 >= ? d == ? !x
			y elem + =y
		} } }`

	// ScriptReverse reverses the first lengths[b] rows of each batch.
	ScriptReverse = `src lengths dst batches times run batch time |
		batches for b {
			lengths b 8 * + @l >i =n
			times for t {
				b batch * =o
				dst o + t time * + src o + n 1 - t - t t n < ? time * + run copy
			}
		}`

	// ScriptUpdate writes new rows into a cache, from the position that is given
	// for each batch on; in a circle if extent is reached and circular is set.
	ScriptUpdate = `update positions dst batches outer rows extent run circular |
		update =u
		batches for b {
			0 =first
			positions if { positions b 8 * + @l >i =first }
			outer for o { rows for r {
				first r + =at
				circular if { at extent % =at }
				b outer * o + extent * at 0 max extent 1 - min + run * dst + u run copy
				u run + =u
			} }
		}`
)
