package kernel

import (
	"math"
	"strconv"
)

// Number words a float for a script.
func Number(x float64) string { return strconv.FormatFloat(x, 'e', -1, 64) }

// coordinates says where output position c of a Resize lies in the input: s is
// the scale, w the input's extent, u = s·w, v the output's extent.
func coordinates(mode string, roi [2]float64) string {
	switch mode {
	case "half_pixel":
		return "c 0.5 + s / 0.5 -"
	case "pytorch_half_pixel":
		return "-0.5 c 0.5 + s / 0.5 - u 1.0 == ?"
	case "half_pixel_symmetric":
		return "w 0.5 * 1.0 v u / - * c 0.5 + s / + 0.5 -"
	case "align_corners":
		return "0.0 c w 1.0 - * u 1.0 - / u 1.0 == ?"
	case "tf_half_pixel_for_nn":
		return "c 0.5 + s /"
	case "tf_crop_and_resize":
		a, d := Number(roi[0]), Number(roi[1])+" "+Number(roi[0])+" -"
		return d + " w 1.0 - * 0.5 * c " + d + " * w 1.0 - * u 1.0 - / u 1.0 == ? " + a + " w 1.0 - * +"
	}
	return "c s /" // asymmetric
}

// cubic leaves the weight of a sample at distance t for the parameter a.
func cubic(a float64) string {
	n := Number
	return "t 2.0 < if { " + n(a) + " t * " + n(5*a) + " - t * " + n(8*a) + " + t * " + n(4*a) + " - =weight } else { 0.0 =weight } " +
		"t 1.0 <= if { " + n(a+2) + " t * " + n(a+3) + " - t * t * 1.0 + =weight } weight"
}

// ResizeAxis describes interpolation along one axis.
type ResizeAxis struct {
	Mode, Coordinates, Nearest string
	Scale                      string // words that leave the scale: numbers, in and out
	Taps                       int    // 1, 2 and 4; more to smooth while shrinking
	Cubic                      uint32 // bits of the parameter
	Antialias, ExcludeOutside  bool
	ROI                        [2]uint32 // bits
}

// TableEntry is the size of what ResizeTable writes for an output position: the
// first sample's position, whether the position lies outside (both i32), and an
// f64 weight for each tap.
func (r ResizeAxis) TableEntry() int { return 8 + 8*r.Taps }

func float(bits uint32) float64 { return float64(math.Float32frombits(bits)) }

// Table is the script that computes positions and weights, in f64.
func (r ResizeAxis) Table() string {
	first := 1 - r.Taps/2
	weight := "1.0 t - 0.0 max"
	switch {
	case r.Mode == "nearest":
		first, weight = 0, "1.0"
	case r.Mode == "cubic":
		weight = cubic(float(r.Cubic))
	}
	round := map[string]string{"round_prefer_floor": "r 0.5 >", "round_prefer_ceil": "r 0.5 >=", "ceil": "r 0.0 >", "floor": "0"}[r.Nearest]
	if r.Mode != "nearest" {
		round = "0"
	}
	t := "table in out | table =p in >d =w out >d =v " + r.Scale + " =s s w * =u " +
		"out for o { o >d =c " + coordinates(r.Coordinates, [2]float64{float(r.ROI[0]), float(r.ROI[1])}) +
		" =x x floor =f x f - =r f >i " + round + " + " + strconv.Itoa(first) + " + =k "
	if r.Antialias {
		t += "r 0.0 == if { 1.0 =r k 1 - =k } s 1.0 min =shrink "
	} else {
		t += "1.0 =shrink "
	}
	t += "p k !i p 4 + x 0.0 < x w 1.0 - > or !i p 8 + =q 0.0 =sum " +
		strconv.Itoa(r.Taps) + " for i { i " + strconv.Itoa(first) + " + >d r - shrink * abs =t " + weight + " =a "
	if r.ExcludeOutside {
		t += "k i + 0 < k i + in >= or if { 0.0 =a } "
	}
	t += "q a !d sum a + =sum q 8 + =q } "
	if r.Antialias || r.ExcludeOutside {
		t += "p 8 + =q " + strconv.Itoa(r.Taps) + " for i { q q @d sum / !d q 8 + =q } "
	}
	return t + "p " + strconv.Itoa(r.TableEntry()) + " + =p }"
}

// Apply is the script that interpolates along the middle one of three axes:
// each sum over taps in order, in f64.
func (r ResizeAxis) Apply(extrapolate bool, value uint32) string {
	t := "src table dst outer out in inner | src =x dst =y outer for o { table =p out for j { p @i =k "
	if r.Mode == "nearest" {
		t += "x k in clamp inner * elem * + =from inner 1 == if { y from @x !x } else { y from inner elem * copy } y inner elem * + =y "
		if extrapolate {
			panic("kernel: extrapolation of the nearest")
		}
	} else {
		body := "0.0 =sum p 8 + =q k =m " + strconv.Itoa(r.Taps) +
			" for t { sum q @d x m in clamp inner * i + elem * + @n * + =sum q 8 + =q m 1 + =m } "
		if extrapolate {
			body += "p 4 + @i if { " + Number(float(value)) + " =sum } "
		}
		t += "inner for i { " + body + "y sum !n y elem + =y } "
	}
	return t + "p " + strconv.Itoa(r.TableEntry()) + " + =p } x in inner * elem * + =x }"
}

// GridSample is the script for some spatial axes, computed in f64.
func GridSample(spatial int, mode, padding string, alignCorners bool) string {
	taps, first, weight := 2, 0, "1.0 t -"
	switch mode {
	case "nearest":
		taps, weight = 1, "1.0"
	case "cubic":
		taps, first, weight = 4, -1, cubic(-0.75)
	}
	t := "src grid dst batches channels points plane" + Names(spatial, "n") + " | src =x grid =g dst =y batches for b { points for p { "
	loop, end := "", ""
	for d := range spatial {
		k := strconv.Itoa(d)
		low, high := "-0.5", "n"+k+" >d 0.5 -"
		at := "g " + strconv.Itoa(spatial-1-d) + " elem * + @n 1.0 + "
		if alignCorners {
			low, high = "0.0", "n"+k+" >d 1.0 -"
			t += at + "0.5 * n" + k + " >d 1.0 - * "
		} else {
			t += at + "n" + k + " >d * 1.0 - 0.5 * "
		}
		if mode == "nearest" {
			t += "near "
		}
		t += "=v "
		switch padding {
		case "border":
			t += "v " + low + " < v " + high + " > or if { v 0.0 max n" + k + " >d 1.0 - min =v } "
		case "reflection":
			t += low + " " + high + " v reflect =v "
		}
		t += "v floor =f v f - =r" + k + " f >i " + strconv.Itoa(first) + " + =k" + k + " "
		inner := strconv.Itoa(taps) + " for t" + k + " { t" + k + " " + strconv.Itoa(first) + " + >d r" + k + " - abs =t " + weight + " =w" + k +
			" k" + k + " t" + k + " + =m"
		switch padding {
		case "zeros":
			inner += " m 0 >= m n" + k + " < and =in" + k
		case "reflection":
			inner += " " + low + " " + high + " m >d reflect >i =m"
		}
		loop += inner + " m n" + k + " clamp =m" + k + " "
		end += "} "
	}
	offset, product, inside := "0", "1.0", "1"
	for d := range spatial {
		k := strconv.Itoa(d)
		offset += " n" + k + " * m" + k + " +"
		product += " w" + k + " *"
		inside += " in" + k + " and"
	}
	sum := "sum " + product + " x c plane * + " + offset + " elem * + @n * + =sum "
	if padding == "zeros" {
		sum = inside + " if { " + sum + "} "
	}
	return t + "channels for c { 0.0 =sum " + loop + sum + end + "y c points * p + elem * + sum !n } g " + strconv.Itoa(spatial) +
		" elem * + =g } x channels plane * + =x y channels points * elem * + =y }"
}

// AffineGrid is the script for some spatial axes, computed in f64.
func AffineGrid(spatial int, alignCorners bool) string {
	t := "theta dst batches" + Names(spatial, "n") + " | theta =h dst =y batches for b {"
	body := ""
	for d := range spatial {
		k := strconv.Itoa(d)
		if alignCorners {
			body += "i" + k + " 2 * >d n" + k + " 1 - 1 max >d / 1.0 - =c" + k + " "
		} else {
			body += "i" + k + " 2 * 1 + >d n" + k + " >d / 1.0 - =c" + k + " "
		}
	}
	for j := range spatial {
		row := j * (spatial + 1)
		body += "y 0.0 "
		for m := range spatial {
			body += "h " + strconv.Itoa(row+m) + " elem * + @n c" + strconv.Itoa(spatial-1-m) + " * + "
		}
		body += "h " + strconv.Itoa(row+spatial) + " elem * + @n + !n y elem + =y "
	}
	return t + Loops(spatial, body) + " h " + strconv.Itoa(spatial*(spatial+1)) + " elem * + =h }"
}

// RoiAlign is the script of RoiAlign, computed in f64: samples of a bin in
// order of rows and columns.
func RoiAlign(scale uint32, sampling int, halfPixel, mean bool) string {
	offset, least := "", "1.0 max"
	if halfPixel {
		offset, least = "0.5 -", ""
	}
	t := "src rois batch dst count channels height width rows cols | dst =y count for n { rois n 4 * elem * + =q "
	for i, name := range []string{"x0", "y0", "x1", "y1"} {
		t += "q " + strconv.Itoa(i) + " elem * + @n " + Number(float(scale)) + " * " + offset + " =" + name + " "
	}
	t += "y1 y0 - " + least + " rows >d / =bh x1 x0 - " + least + " cols >d / =bw "
	if sampling > 0 {
		t += strconv.Itoa(sampling) + " =gh gh =gw "
	} else {
		t += "bh ceil >i =gh bw ceil >i =gw "
	}
	axis := func(v, extent, low, high, part string) string {
		return v + " 0.0 max =" + v + " " + v + " >i =" + low + " " + low + " " + extent + " 1 - >= if { " + extent + " 1 - =" + low + " " + low + " >d =" + v + " " +
			low + " =" + high + " } else { " + low + " 1 + =" + high + " } " + v + " " + low + " >d - =" + part + " "
	}
	corner := func(w, row, col string) string {
		return w + " plane " + row + " width * " + col + " + elem * + @n *"
	}
	t += `batch n 8 * + @l >i =which channels for c { src which channels * c + height width * * elem * + =plane
		rows for i { cols for j { 0.0 =sum 0 =some gh for sy { gw for sx {
		y0 i >d bh * + sy >d 0.5 + bh * gh >d / + =v x0 j >d bw * + sx >d 0.5 + bw * gw >d / + =u
		0.0 =a 0.0 =b 0.0 =d 0.0 =e
		v -1.0 < v height >d > or u -1.0 < or u width >d > or not if { ` +
		axis("v", "height", "r0", "r1", "ly") + axis("u", "width", "k0", "k1", "lx") +
		corner("1.0 ly - 1.0 lx - *", "r0", "k0") + " =a " + corner("1.0 ly - lx *", "r0", "k1") + " =b " +
		corner("ly 1.0 lx - *", "r1", "k0") + " =d " + corner("ly lx *", "r1", "k1") + " =e } "
	if mean {
		t += "sum a b + d + e + + =sum } } sum gh gw * 1 max >d / =sum "
	} else {
		t += "a b max d max e max =a sum a max a some ? =sum 1 =some } } "
	}
	return t + "y sum !n y elem + =y } } } }"
}

// Col2Im is the script of Col2Im for some axes: columns are added in order.
func Col2Im(axes int) string {
	inside, at := "1", "0"
	pos, open, end := "", "", ""
	for d := range axes {
		k := strconv.Itoa(d)
		open += "b" + k + " for j" + k + " { "
		pos += "i" + k + " s" + k + " * j" + k + " d" + k + " * + p" + k + " - =q" + k + " "
		inside += " q" + k + " 0 >= and q" + k + " h" + k + " < and"
		at += " h" + k + " * q" + k + " +"
		end += "} "
	}
	return "src dst planes plane" + Names(axes, "n") + Names(axes, "b") + Names(axes, "s") + Names(axes, "d") + Names(axes, "p") + Names(axes, "h") +
		" | src =x dst =y planes for c { " + open + Loops(axes, pos+inside+" if { y "+at+" elem * + =at at at @n x @n + !n } x elem + =x") + " " + end + "y plane + =y }"
}

// MaxUnpool is the script of MaxUnpool: n are the extents that indices count
// in, h those of the result.
func MaxUnpool(rank int) string {
	t, at, inside := "src index dst count"+Names(rank, "n")+Names(rank, "h")+" | src =x index =p count for i { p @l >i =k ", "0", "k 0 >="
	for d := rank - 1; d >= 0; d-- {
		k := strconv.Itoa(d)
		t += "k n" + k + " % =q" + k + " k n" + k + " / =k "
		inside += " q" + k + " h" + k + " < and q" + k + " 0 >= and"
	}
	for d := range rank {
		k := strconv.Itoa(d)
		at += " h" + k + " * q" + k + " +"
	}
	return t + inside + " k 0 == and if { dst " + at + " elem * + x @x !x } x elem + =x p 8 + =p }"
}

// Float words a float32.
func Float(bits uint32) string { return Number(float(bits)) }
