package kernel

// library has the functions of the expression language, one on a line:
//
//	lanes name parameters… = body
//
// "any" is for all lanes. Functions that f64 lanes have and f32 lanes lack make
// the whole expression compute in f64. Where no other is named the
// polynomials and the splitting of arguments are those of FreeBSD's msun (f64
// exp, log, sin, cos, atan; f32 log) and Cephes (f32 exp, tanh), erf on f32 is
// the rational function of Eigen:
//
//   - exp: x = n·ln 2 + r; 2ⁿ is multiplied in two steps, so that subnormal
//     results are rounded once. f32: at most one unit in the last place off.
//   - logistic: 1/(1+exp(−x)), with exp as above but for what subnormal results
//     need: 0 below −88.7 and where the result would be subnormal. A third fewer
//     instructions than sigmoid, which keeps those.
//   - log: x = 2ᵏ·(1+f) with 1+f between √½ and √2, s = f/(2+f).
//   - sin, cos: the quarter turn n and the rest r = x − n·π/2, with π/2 in three
//     parts; beyond 2³⁰ the rest loses accuracy, as the parts end there.
//   - atan: 1/x where |x| > 1, then half the angle, then a polynomial.
//   - expm1 and log1p correct exp(x)−1 and log(1+x) for what rounding u = exp(x)
//     and u = 1+x lost (Kahan).
//   - gelutanh: x/2·(1 + tanh u) is x·sigmoid(2u).
//   - whole: the nearest integer where that is within 2⁻³⁹ of x.
//   - pow: exp(y·log|x|), sign and special cases as IEEE 754's pow.
const library = `
any relu x = x 0 pmax
f32 logistic x = x #c2b16666 pmax #42ae0000 pmin =x x #bfb8aa3b mul #4b400000 add =k k #4b400000 sub =n x n #3f318000 mul add n #b95e8083 mul add =s poly s #b9506967 #3ab743ce #bc088908 #3d2aa9c1 #be2aaaaa #3f000000 ; s s mul mul s sub 1 add k pow2 mul 1 add =e 1 e div
any logistic x = x sigmoid
any sigmoid x = x abs neg exp =e e 1 x 0 lt sel 1 e add div
any leaky x a = x a mul x x 0 lt sel
any sign x = x 0 gt 1 and x 0 lt -1 and or x x x eq sel
u8 sign x = x 0 ne 1 and
u16 sign x = x 0 ne 1 and
u32 sign x = x 0 ne 1 and
u64 sign x = x 0 ne 1 and
any clamp x a b = x a max b min
any hardsigmoid x a b = x a mul b add 0 pmax 1 pmin
any mish x = x 30 pmin exp =e e e 2 add mul =n x n n 2 add div mul
any swish x a = x a x mul sigmoid mul
f32 gelu x = 1/2 x mul 1 x #3f3504f3 mul erf add mul
f64 gelu x = 1/2 x mul 1 x #3fe6a09e667f3bcd mul erf add mul
f32 gelutanh x = x x x x x mul mul #3d372713 mul add #3fcc422a mul sigmoid mul
f64 gelutanh x = x x x x x mul mul #3fa6e4e26d4801f7 mul add #3ff9884533d43651 mul sigmoid mul
any shrink x l b = x b add x b sub 0 x l gt sel x l neg lt sel
f32 copysign x y = x y #7fffffff sel
f64 copysign x y = x y #7fffffffffffffff sel
u8 abs x = x
u16 abs x = x
u32 abs x = x
u64 abs x = x
i64 min x y = x y x y lt sel
i64 max x y = y x x y lt sel
u64 min x y = x y x y lt sel
u64 max x y = y x x y lt sel
u64 lt x y = x #8000000000000000 xor y #8000000000000000 xor i.lt
u64 gt x y = y x lt
u64 le x y = y x lt not
u64 ge x y = x y lt not
f32 exp x = x #42b20000 pmin #c2d00000 pmax =x x #3fb8aa3b mul #4b400000 add =k k #4b400000 sub =n x n #3f318000 mul sub n #b95e8083 mul sub =r poly r #39506967 #3ab743ce #3c088908 #3d2aa9c1 #3e2aaaaa #3f000000 ; r r mul mul r add 1 add k #4b400000 i.sub =n n i.sar:1 =k k pow2 mul n k i.sub pow2 mul
f32 pow2 n = n i.shl:23 #3f800000 i.add
f32 log x = x #00800000 lt =s x #4c000000 mul x s sel =m m #3f800000 #3f3504f3 i.sub i.add =i i i.shr:23 #4b000000 or #4b00007f sub s 25 and sub =k i #007fffff and #3f3504f3 i.add 1 sub =f f f 2 add div =s s s mul =z z z mul =w w poly w #3e789e26 #3eccce13 ; mul z poly w #3e91e9ee #3f2aaaaa ; mul add =r 1/2 f mul f mul =h s h r add mul k #3717f7d1 mul add h sub f add k #3f317180 mul add x logspecial
f32 logspecial r x = r #ff800000 x sqrt x 0 eq sel x 0 gt x #7f800000 lt and sel
f32 tanh x = x x mul =z x z x mul poly z #bbbaf0ea #3ca9134e #bd5c1e2d #3e088393 #beaaaa99 ; mul add 1 2 x abs =a a a add exp 1 add div sub x copysign a #3f200000 lt sel
f32 erf x = x 4 pmin -4 pmax =c c c mul =z poly z #af95df0b #32edffee #b60cff51 #b86ec2d2 #ba40ac63 #bb41a1f6 #bc83dbd4 ; poly z #b77460cd #b95fbd29 #badc924e #bbf19bf8 #bc69b6a7 ; div c mul
f64 exp x = x 710 pmin -746 pmax =x x #3ff71547652b82fe mul #4338000000000000 add =k k #4338000000000000 sub =n x n #3fe62e42fee00000 mul sub =h n #3dea39ef35793c76 mul =l h l sub =r r r mul =t r t poly t #3e66376972bea4d0 #bebbbd41c5d26bf1 #3f11566aaf25de2c #bf66c16c16bebd93 #3fc555555555553e ; mul sub =c 1 h r c mul 2 c sub div l sub add add k #4338000000000000 i.sub =n n i.sar:1 =k k pow2 mul n k i.sub pow2 mul
f64 pow2 n = n i.shl:52 #3ff0000000000000 i.add
f64 log x = x #0010000000000000 lt =s x #4350000000000000 mul x s sel =m m #3ff0000000000000 #3fe6a09e00000000 i.sub i.add =i i i.shr:52 #4330000000000000 or #43300000000003ff sub s 54 and sub =k i #000fffffffffffff and #3fe6a09e00000000 i.add 1 sub =f f f 2 add div =s s s mul =z z z mul =w w poly w #3fc39a09d078c69f #3fcc71c51d8e78af #3fd999999997fa04 ; mul z poly w #3fc2f112df3e5244 #3fc7466496cb03de #3fd2492494229359 #3fe5555555555593 ; mul add =r 1/2 f mul f mul =h s h r add mul k #3dea39ef35793c76 mul add h sub f add k #3fe62e42fee00000 mul add x logspecial
f64 logspecial r x = r #fff0000000000000 x sqrt x 0 eq sel x 0 gt x #7ff0000000000000 lt and sel
f64 log1p x = x 1 add =u u log x u 1 sub sub u div add x x #7ff0000000000000 lt sel
f64 expm1 x = x exp =u u 1 sub =m m x mul u log div =r x m r m -1 eq m #7ff0000000000000 eq or sel u 1 eq sel
f64 tanh x = x abs 22 min =a a a add expm1 =e e e 2 add div x copysign
f64 sinh x = x abs expm1 =e e #7fefffffffffffff pmin =m e m m 1 add div add 1/2 mul x copysign
f64 cosh x = x abs exp =e e 1 e div add 1/2 mul
f64 asinh x = x abs =a a a mul =q a q 1 1 q add sqrt add div add log1p a log #3fe62e42fefa39ef add a #41b0000000000000 lt sel x copysign
f64 acosh x = x 1 sub =t t t t mul t t add add sqrt add log1p x log #3fe62e42fefa39ef add x abs #41b0000000000000 lt sel
f64 atanh x = x abs =a a a add 1 a sub div log1p 1/2 mul x copysign
f64 circle x o = x #3fe45f306dc9c883 mul #4338000000000000 add =k k #4338000000000000 sub =n x n #3ff921fb54400000 mul sub n #3dd0b4611a600000 mul sub n #3ba3198a2e000000 mul sub =r r r mul =z z z mul poly z #bda8fae9be8838d4 #3e21ee9ebdb4b1c4 #be927e4f809c52ad #3efa01a019cb1590 #bf56c16c16c15177 #3fa555555555554c ; mul 1 1/2 z mul sub add =c r r z mul poly z #3de5d93a5acfd57c #be5ae5e68a2b9ceb #3ec71de357b1fe7d #bf2a01a019c161d5 #3f8111111110f8a6 #bfc5555555555549 ; mul add =s k o i.add =k c s #0000000000000000 k #0000000000000001 and i.sub sel k #0000000000000002 and i.shl:62 xor
f64 sin x = x #0000000000000000 circle
f64 cos x = x #0000000000000001 circle
f64 tan x = x sin x cos div
f64 atan x = x abs =a a 1 gt =i 1 a div a i sel =t t 1 1 t t mul add sqrt add div =h h h mul =z h h z mul poly z #3f90ad3ae322da11 #bfa2b4442c6a6c2f #3fa97b4b24760deb #bfadde2d52defd9a #3fb10d66a0d03d51 #bfb3b0f2af749a6d #3fb745cdc54c206e #bfbc71c6fe231671 #3fc24924920083ff #bfc999999998ebc4 #3fd555555555550d ; mul sub =p p p add =p #3ff921fb54442d18 p sub p i sel x copysign
f64 asin x = x 1 x sub 1 x add mul sqrt div atan
f64 acos x = 1 x sub 1 x add div sqrt atan 2 mul
f64 pow x y = x abs =a 1 y a log mul exp a 1 eq sel =r y floor y eq =i y 1/2 mul =h i h floor h eq andnot =odd #7ff8000000000000 r odd x #8000000000000000 and and or x 0 lt a #7ff0000000000000 lt and i andnot sel =r 1 r x 1 eq y 0 eq or sel
f64 whole x = x nearest x x x nearest sub abs x abs #3d80000000000000 mul le sel
f64 elu x a = x expm1 a mul x x 0 lt sel
f64 celu x a = x a div expm1 a mul x x 0 lt sel
f64 selu x a g = x expm1 a mul x x 0 lt sel g mul
f64 erf x = #3ff0000000000000 x copysign x erfsum x x mul neg exp mul #3ff20dd750429b6d mul x abs 6 lt not x x eq and sel
f64 softplus x = x abs neg exp log1p x 0 pmax add
`
