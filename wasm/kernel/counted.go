package kernel

import "strconv"

// Scripts of operators whose results have an extent that the data decide. They
// write it to cell, as an i64.

// NonZero is the script of NonZero; test turns an element's bits into a truth.
func NonZero(rank int, test string) string {
	body := "x @x " + test + " if { k 8 * dst + =y "
	for d := range rank {
		body += "y i" + strconv.Itoa(d) + " >l !l y row + =y "
	}
	return "src dst cell all" + Names(rank, "n") + " | src =x 0 =count all for i { count x @x " + test + " + =count x elem + =x } " +
		"cell count >l !l count 8 * =row src =x 0 =k" + Loops(rank, body+"k 1 + =k } x elem + =x")
}

const (
	// ScriptCompress copies the runs of each outer row whose condition holds.
	ScriptCompress = `src condition dst cell outer extent run length |
		extent length min =m
		0 =count m for i { count condition i + @b not not + =count } cell count >l !l
		src =x dst =y
		outer for o {
			m for i { condition i + @b if { y x i run * + run copy y run + =y } }
			x extent run * + =x
		}`

	// ScriptUnique finds the different slices of src [outer, extent, inner]. first
	// lists where each appears first; owner, of each slice, is the first one
	// equal to it; place is where that one comes in the result. With sorted,
	// slices are ordered by their elements, compared one by one. The time grows
	// with extent times the number of different slices.
	ScriptUnique = `src first owner place number dst indices inverse counts cell outer extent inner sorted |
		0 =count
		extent for i {
			0 =p 1 =go 0 =same
			count 0 > while {
				first p 4 * + @i =j
				0 =e 0 =order outer inner * 0 > while {
					e inner / extent * =base e inner % =rest
					src base i + inner * rest + elem * + @n =a
					src base j + inner * rest + elem * + @n =b
					a b > a b < - =order e 1 + =e
					order 0 == e outer inner * < and
				}
				order 0 == if { 1 =same 0 =go } else { sorted order 0 < and if { 0 =go } else { p 1 + =p } }
				go p count < and
			}
			same if { first p 4 * + @i =j owner i 4 * + j !i number j 4 * + number j 4 * + @i 1 + !i } else {
				first p 1 + 4 * + first p 4 * + count p - 4 * copy
				first p 4 * + i !i owner i 4 * + i !i number i 4 * + 1 !i count 1 + =count
			}
		}
		cell count >l !l
		count for p {
			first p 4 * + @i =j
			place j 4 * + p !i
			outer for o { dst o count * p + inner * elem * + src o extent * j + inner * elem * + inner elem * copy }
			indices if { indices p 8 * + j >l !l }
			counts if { counts p 8 * + number j 4 * + @i >l !l }
		}
		inverse if { extent for i { inverse i 8 * + place owner i 4 * + @i 4 * + @i >l !l } }`
)

// NonMaxSuppression is the script of NonMaxSuppression, computed in f32: of the
// boxes left with a score above the threshold the one with the highest (of
// equals the first) is kept unless it overlaps one that is kept.
func NonMaxSuppression(center bool) string {
	corners := func(box, name string) string {
		at := func(i int) string { return box + " " + strconv.Itoa(4*i) + " + @f " }
		t := ""
		for i, axis := range []string{"y", "x"} {
			a, b := at(i), at(i+2)
			if center { // x, y, width, height
				half := at(3-i) + "0.5 >f * "
				a, b = at(1-i)+half+"- ", at(1-i)+half+"+ "
				t += a + "=" + name + axis + "0 " + b + "=" + name + axis + "1 "
				continue
			}
			t += a + b + "min =" + name + axis + "0 " + a + b + "max =" + name + axis + "1 "
		}
		return t
	}
	return `boxes scores most iou least dst cell used batches classes count |
		dst =y 0 =all
		0.0 >f =limit iou if { iou @f =limit }
		0 =room most if { most @l 0 >l max count >l min >i =room }
		batches for b { classes for c {
			used 0 count fill
			y =begin 0 =kept 1 =more
			room 0 > while {
				-1 =best 0.0 >f =high
				count for i { used i + @b not if {
					scores b classes * c + count * i + 4 * + @f =s
					1 =ok least if { s least @f > =ok }
					ok best 0 < s high > or and if { i =best s =high }
				} }
				best 0 < if { 0 =more } else {
					used best + 1 !b
					boxes b count * best + 16 * + =pa ` + corners("pa", "a") + `
					0 =hit begin =q
					kept for j {
						boxes b count * q 16 + @l >i + 16 * + =pb ` + corners("pb", "b") + `
						ax1 bx1 min ax0 bx0 max - =w ay1 by1 min ay0 by0 max - =h
						w 0.0 >f > h 0.0 >f > and if {
							w h * =cut ax1 ax0 - ay1 ay0 - * =aa bx1 bx0 - by1 by0 - * =ab aa ab + cut - =whole
							cut 0.0 >f > aa 0.0 >f > and ab 0.0 >f > and whole 0.0 >f > and cut whole / limit > and if { 1 =hit }
						}
						q 24 + =q
					}
					hit not if {
						y b >l !l y 8 + c >l !l y 16 + best >l !l
						y 24 + =y kept 1 + =kept all 1 + =all
					}
				}
				more kept room < and
			}
		} }
		cell all >l !l`
}
