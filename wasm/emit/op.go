package emit

// Op is an instruction without immediates (or whose immediates a Func method
// appends). Values below 0x100 are single bytes; above, the prefix is in bits
// 16–23 and the LEB128 sub-opcode below.
type Op uint32

// Numeric and parametric instructions, WebAssembly core specification 5.4.
const (
	Drop              Op = 0x1a
	Select            Op = 0x1b
	I32Eqz            Op = 0x45
	I32Eq             Op = 0x46
	I32Ne             Op = 0x47
	I32LtS            Op = 0x48
	I32LtU            Op = 0x49
	I32GtS            Op = 0x4a
	I32GtU            Op = 0x4b
	I32LeS            Op = 0x4c
	I32LeU            Op = 0x4d
	I32GeS            Op = 0x4e
	I32GeU            Op = 0x4f
	I64Eqz            Op = 0x50
	I64Eq             Op = 0x51
	I64Ne             Op = 0x52
	I64LtS            Op = 0x53
	I64LtU            Op = 0x54
	I64GtS            Op = 0x55
	I64GtU            Op = 0x56
	I64LeS            Op = 0x57
	I64LeU            Op = 0x58
	I64GeS            Op = 0x59
	I64GeU            Op = 0x5a
	F32Eq             Op = 0x5b
	F32Ne             Op = 0x5c
	F32Lt             Op = 0x5d
	F32Gt             Op = 0x5e
	F32Le             Op = 0x5f
	F32Ge             Op = 0x60
	F64Eq             Op = 0x61
	F64Ne             Op = 0x62
	F64Lt             Op = 0x63
	F64Gt             Op = 0x64
	F64Le             Op = 0x65
	F64Ge             Op = 0x66
	I32Clz            Op = 0x67
	I32Ctz            Op = 0x68
	I32Popcnt         Op = 0x69
	I32Add            Op = 0x6a
	I32Sub            Op = 0x6b
	I32Mul            Op = 0x6c
	I32DivS           Op = 0x6d
	I32DivU           Op = 0x6e
	I32RemS           Op = 0x6f
	I32RemU           Op = 0x70
	I32And            Op = 0x71
	I32Or             Op = 0x72
	I32Xor            Op = 0x73
	I32Shl            Op = 0x74
	I32ShrS           Op = 0x75
	I32ShrU           Op = 0x76
	I32Rotl           Op = 0x77
	I32Rotr           Op = 0x78
	I64Clz            Op = 0x79
	I64Ctz            Op = 0x7a
	I64Popcnt         Op = 0x7b
	I64Add            Op = 0x7c
	I64Sub            Op = 0x7d
	I64Mul            Op = 0x7e
	I64DivS           Op = 0x7f
	I64DivU           Op = 0x80
	I64RemS           Op = 0x81
	I64RemU           Op = 0x82
	I64And            Op = 0x83
	I64Or             Op = 0x84
	I64Xor            Op = 0x85
	I64Shl            Op = 0x86
	I64ShrS           Op = 0x87
	I64ShrU           Op = 0x88
	F32Abs            Op = 0x8b
	F32Neg            Op = 0x8c
	F32Ceil           Op = 0x8d
	F32Floor          Op = 0x8e
	F32Trunc          Op = 0x8f
	F32Nearest        Op = 0x90
	F32Sqrt           Op = 0x91
	F32Add            Op = 0x92
	F32Sub            Op = 0x93
	F32Mul            Op = 0x94
	F32Div            Op = 0x95
	F32Min            Op = 0x96
	F32Max            Op = 0x97
	F32Copysign       Op = 0x98
	F64Abs            Op = 0x99
	F64Neg            Op = 0x9a
	F64Ceil           Op = 0x9b
	F64Floor          Op = 0x9c
	F64Trunc          Op = 0x9d
	F64Nearest        Op = 0x9e
	F64Sqrt           Op = 0x9f
	F64Add            Op = 0xa0
	F64Sub            Op = 0xa1
	F64Mul            Op = 0xa2
	F64Div            Op = 0xa3
	F64Min            Op = 0xa4
	F64Max            Op = 0xa5
	F64Copysign       Op = 0xa6
	I32WrapI64        Op = 0xa7
	F32ConvertI32S    Op = 0xb2
	F32ConvertI32U    Op = 0xb3
	F32ConvertI64S    Op = 0xb4
	F32ConvertI64U    Op = 0xb5
	F32DemoteF64      Op = 0xb6
	F64ConvertI32S    Op = 0xb7
	F64ConvertI32U    Op = 0xb8
	F64ConvertI64S    Op = 0xb9
	F64ConvertI64U    Op = 0xba
	F64PromoteF32     Op = 0xbb
	I64ExtendI32S     Op = 0xac
	I64ExtendI32U     Op = 0xad
	I32ReinterpretF32 Op = 0xbc
	I64ReinterpretF64 Op = 0xbd
	F32ReinterpretI32 Op = 0xbe
	F64ReinterpretI64 Op = 0xbf
	I32Extend8S       Op = 0xc0
	I32Extend16S      Op = 0xc1
	I64Extend8S       Op = 0xc2
	I64Extend16S      Op = 0xc3
	I64Extend32S      Op = 0xc4
)

// Saturating conversions.
const (
	I32TruncSatF32S Op = 0xfc<<16 | 0
	I32TruncSatF32U Op = 0xfc<<16 | 1
	I32TruncSatF64S Op = 0xfc<<16 | 2
	I32TruncSatF64U Op = 0xfc<<16 | 3
	I64TruncSatF32S Op = 0xfc<<16 | 4
	I64TruncSatF32U Op = 0xfc<<16 | 5
	I64TruncSatF64S Op = 0xfc<<16 | 6
	I64TruncSatF64U Op = 0xfc<<16 | 7
)

// Vector instructions.
const (
	opV128Const               Op = 0xfd<<16 | 0x0c
	opI8x16Shuffle            Op = 0xfd<<16 | 0x0d
	I8x16Swizzle              Op = 0xfd<<16 | 0x0e
	I8x16Splat                Op = 0xfd<<16 | 0x0f
	I16x8Splat                Op = 0xfd<<16 | 0x10
	I32x4Splat                Op = 0xfd<<16 | 0x11
	I64x2Splat                Op = 0xfd<<16 | 0x12
	F32x4Splat                Op = 0xfd<<16 | 0x13
	F64x2Splat                Op = 0xfd<<16 | 0x14
	I8x16Eq                   Op = 0xfd<<16 | 0x23
	I8x16Ne                   Op = 0xfd<<16 | 0x24
	I8x16LtS                  Op = 0xfd<<16 | 0x25
	I8x16LtU                  Op = 0xfd<<16 | 0x26
	I8x16GtS                  Op = 0xfd<<16 | 0x27
	I8x16GtU                  Op = 0xfd<<16 | 0x28
	I8x16LeS                  Op = 0xfd<<16 | 0x29
	I8x16LeU                  Op = 0xfd<<16 | 0x2a
	I8x16GeS                  Op = 0xfd<<16 | 0x2b
	I8x16GeU                  Op = 0xfd<<16 | 0x2c
	I16x8Eq                   Op = 0xfd<<16 | 0x2d
	I16x8Ne                   Op = 0xfd<<16 | 0x2e
	I16x8LtS                  Op = 0xfd<<16 | 0x2f
	I16x8LtU                  Op = 0xfd<<16 | 0x30
	I16x8GtS                  Op = 0xfd<<16 | 0x31
	I16x8GtU                  Op = 0xfd<<16 | 0x32
	I16x8LeS                  Op = 0xfd<<16 | 0x33
	I16x8LeU                  Op = 0xfd<<16 | 0x34
	I16x8GeS                  Op = 0xfd<<16 | 0x35
	I16x8GeU                  Op = 0xfd<<16 | 0x36
	I32x4Eq                   Op = 0xfd<<16 | 0x37
	I32x4Ne                   Op = 0xfd<<16 | 0x38
	I32x4LtS                  Op = 0xfd<<16 | 0x39
	I32x4LtU                  Op = 0xfd<<16 | 0x3a
	I32x4GtS                  Op = 0xfd<<16 | 0x3b
	I32x4GtU                  Op = 0xfd<<16 | 0x3c
	I32x4LeS                  Op = 0xfd<<16 | 0x3d
	I32x4LeU                  Op = 0xfd<<16 | 0x3e
	I32x4GeS                  Op = 0xfd<<16 | 0x3f
	I32x4GeU                  Op = 0xfd<<16 | 0x40
	F32x4Eq                   Op = 0xfd<<16 | 0x41
	F32x4Ne                   Op = 0xfd<<16 | 0x42
	F32x4Lt                   Op = 0xfd<<16 | 0x43
	F32x4Gt                   Op = 0xfd<<16 | 0x44
	F32x4Le                   Op = 0xfd<<16 | 0x45
	F32x4Ge                   Op = 0xfd<<16 | 0x46
	F64x2Eq                   Op = 0xfd<<16 | 0x47
	F64x2Ne                   Op = 0xfd<<16 | 0x48
	F64x2Lt                   Op = 0xfd<<16 | 0x49
	F64x2Gt                   Op = 0xfd<<16 | 0x4a
	F64x2Le                   Op = 0xfd<<16 | 0x4b
	F64x2Ge                   Op = 0xfd<<16 | 0x4c
	V128Not                   Op = 0xfd<<16 | 0x4d
	V128And                   Op = 0xfd<<16 | 0x4e
	V128Andnot                Op = 0xfd<<16 | 0x4f
	V128Or                    Op = 0xfd<<16 | 0x50
	V128Xor                   Op = 0xfd<<16 | 0x51
	V128Bitselect             Op = 0xfd<<16 | 0x52
	V128AnyTrue               Op = 0xfd<<16 | 0x53
	F32x4DemoteF64x2Zero      Op = 0xfd<<16 | 0x5e
	F64x2PromoteLowF32x4      Op = 0xfd<<16 | 0x5f
	I8x16Abs                  Op = 0xfd<<16 | 0x60
	I8x16Neg                  Op = 0xfd<<16 | 0x61
	I8x16Popcnt               Op = 0xfd<<16 | 0x62
	I8x16AllTrue              Op = 0xfd<<16 | 0x63
	I8x16Bitmask              Op = 0xfd<<16 | 0x64
	I8x16NarrowI16x8S         Op = 0xfd<<16 | 0x65
	I8x16NarrowI16x8U         Op = 0xfd<<16 | 0x66
	I8x16Shl                  Op = 0xfd<<16 | 0x6b
	I8x16ShrS                 Op = 0xfd<<16 | 0x6c
	I8x16ShrU                 Op = 0xfd<<16 | 0x6d
	I8x16Add                  Op = 0xfd<<16 | 0x6e
	I8x16AddSatS              Op = 0xfd<<16 | 0x6f
	I8x16AddSatU              Op = 0xfd<<16 | 0x70
	I8x16Sub                  Op = 0xfd<<16 | 0x71
	I8x16MinS                 Op = 0xfd<<16 | 0x76
	I8x16MinU                 Op = 0xfd<<16 | 0x77
	I8x16MaxS                 Op = 0xfd<<16 | 0x78
	I8x16MaxU                 Op = 0xfd<<16 | 0x79
	I8x16AvgrU                Op = 0xfd<<16 | 0x7b
	F32x4Ceil                 Op = 0xfd<<16 | 0x67
	F32x4Floor                Op = 0xfd<<16 | 0x68
	F32x4Trunc                Op = 0xfd<<16 | 0x69
	F32x4Nearest              Op = 0xfd<<16 | 0x6a
	F64x2Ceil                 Op = 0xfd<<16 | 0x74
	F64x2Floor                Op = 0xfd<<16 | 0x75
	F64x2Trunc                Op = 0xfd<<16 | 0x7a
	F64x2Nearest              Op = 0xfd<<16 | 0x94
	I16x8ExtaddPairwiseI8x16S Op = 0xfd<<16 | 0x7c
	I16x8ExtaddPairwiseI8x16U Op = 0xfd<<16 | 0x7d
	I32x4ExtaddPairwiseI16x8S Op = 0xfd<<16 | 0x7e
	I32x4ExtaddPairwiseI16x8U Op = 0xfd<<16 | 0x7f
	I16x8Abs                  Op = 0xfd<<16 | 0x80
	I16x8Neg                  Op = 0xfd<<16 | 0x81
	I16x8AllTrue              Op = 0xfd<<16 | 0x83
	I16x8Bitmask              Op = 0xfd<<16 | 0x84
	I16x8NarrowI32x4S         Op = 0xfd<<16 | 0x85
	I16x8NarrowI32x4U         Op = 0xfd<<16 | 0x86
	I16x8ExtendLowI8x16S      Op = 0xfd<<16 | 0x87
	I16x8ExtendHighI8x16S     Op = 0xfd<<16 | 0x88
	I16x8ExtendLowI8x16U      Op = 0xfd<<16 | 0x89
	I16x8ExtendHighI8x16U     Op = 0xfd<<16 | 0x8a
	I16x8Shl                  Op = 0xfd<<16 | 0x8b
	I16x8ShrS                 Op = 0xfd<<16 | 0x8c
	I16x8ShrU                 Op = 0xfd<<16 | 0x8d
	I16x8Add                  Op = 0xfd<<16 | 0x8e
	I16x8Sub                  Op = 0xfd<<16 | 0x91
	I16x8Mul                  Op = 0xfd<<16 | 0x95
	I16x8MinS                 Op = 0xfd<<16 | 0x96
	I16x8MinU                 Op = 0xfd<<16 | 0x97
	I16x8MaxS                 Op = 0xfd<<16 | 0x98
	I16x8MaxU                 Op = 0xfd<<16 | 0x99
	I32x4Abs                  Op = 0xfd<<16 | 0xa0
	I32x4Neg                  Op = 0xfd<<16 | 0xa1
	I32x4AllTrue              Op = 0xfd<<16 | 0xa3
	I32x4Bitmask              Op = 0xfd<<16 | 0xa4
	I32x4ExtendLowI16x8S      Op = 0xfd<<16 | 0xa7
	I32x4ExtendHighI16x8S     Op = 0xfd<<16 | 0xa8
	I32x4ExtendLowI16x8U      Op = 0xfd<<16 | 0xa9
	I32x4ExtendHighI16x8U     Op = 0xfd<<16 | 0xaa
	I32x4Shl                  Op = 0xfd<<16 | 0xab
	I32x4ShrS                 Op = 0xfd<<16 | 0xac
	I32x4ShrU                 Op = 0xfd<<16 | 0xad
	I32x4Add                  Op = 0xfd<<16 | 0xae
	I32x4Sub                  Op = 0xfd<<16 | 0xb1
	I32x4Mul                  Op = 0xfd<<16 | 0xb5
	I32x4MinS                 Op = 0xfd<<16 | 0xb6
	I32x4MinU                 Op = 0xfd<<16 | 0xb7
	I32x4MaxS                 Op = 0xfd<<16 | 0xb8
	I32x4MaxU                 Op = 0xfd<<16 | 0xb9
	I32x4DotI16x8S            Op = 0xfd<<16 | 0xba
	I64x2Abs                  Op = 0xfd<<16 | 0xc0
	I64x2Neg                  Op = 0xfd<<16 | 0xc1
	I64x2AllTrue              Op = 0xfd<<16 | 0xc3
	I64x2Bitmask              Op = 0xfd<<16 | 0xc4
	I64x2ExtendLowI32x4S      Op = 0xfd<<16 | 0xc7
	I64x2ExtendHighI32x4S     Op = 0xfd<<16 | 0xc8
	I64x2ExtendLowI32x4U      Op = 0xfd<<16 | 0xc9
	I64x2ExtendHighI32x4U     Op = 0xfd<<16 | 0xca
	I64x2Shl                  Op = 0xfd<<16 | 0xcb
	I64x2ShrS                 Op = 0xfd<<16 | 0xcc
	I64x2ShrU                 Op = 0xfd<<16 | 0xcd
	I64x2Add                  Op = 0xfd<<16 | 0xce
	I64x2Sub                  Op = 0xfd<<16 | 0xd1
	I64x2Mul                  Op = 0xfd<<16 | 0xd5
	I64x2Eq                   Op = 0xfd<<16 | 0xd6
	I64x2Ne                   Op = 0xfd<<16 | 0xd7
	I64x2LtS                  Op = 0xfd<<16 | 0xd8
	I64x2GtS                  Op = 0xfd<<16 | 0xd9
	I64x2LeS                  Op = 0xfd<<16 | 0xda
	I64x2GeS                  Op = 0xfd<<16 | 0xdb
	F32x4Abs                  Op = 0xfd<<16 | 0xe0
	F32x4Neg                  Op = 0xfd<<16 | 0xe1
	F32x4Sqrt                 Op = 0xfd<<16 | 0xe3
	F32x4Add                  Op = 0xfd<<16 | 0xe4
	F32x4Sub                  Op = 0xfd<<16 | 0xe5
	F32x4Mul                  Op = 0xfd<<16 | 0xe6
	F32x4Div                  Op = 0xfd<<16 | 0xe7
	F32x4Min                  Op = 0xfd<<16 | 0xe8
	F32x4Max                  Op = 0xfd<<16 | 0xe9
	F32x4Pmin                 Op = 0xfd<<16 | 0xea
	F32x4Pmax                 Op = 0xfd<<16 | 0xeb
	F64x2Abs                  Op = 0xfd<<16 | 0xec
	F64x2Neg                  Op = 0xfd<<16 | 0xed
	F64x2Sqrt                 Op = 0xfd<<16 | 0xef
	F64x2Add                  Op = 0xfd<<16 | 0xf0
	F64x2Sub                  Op = 0xfd<<16 | 0xf1
	F64x2Mul                  Op = 0xfd<<16 | 0xf2
	F64x2Div                  Op = 0xfd<<16 | 0xf3
	F64x2Min                  Op = 0xfd<<16 | 0xf4
	F64x2Max                  Op = 0xfd<<16 | 0xf5
	F64x2Pmin                 Op = 0xfd<<16 | 0xf6
	F64x2Pmax                 Op = 0xfd<<16 | 0xf7
	I32x4TruncSatF32x4S       Op = 0xfd<<16 | 0xf8
	I32x4TruncSatF32x4U       Op = 0xfd<<16 | 0xf9
	F32x4ConvertI32x4S        Op = 0xfd<<16 | 0xfa
	F32x4ConvertI32x4U        Op = 0xfd<<16 | 0xfb
	I32x4TruncSatF64x2SZero   Op = 0xfd<<16 | 0xfc
	I32x4TruncSatF64x2UZero   Op = 0xfd<<16 | 0xfd
	F64x2ConvertLowI32x4S     Op = 0xfd<<16 | 0xfe
	F64x2ConvertLowI32x4U     Op = 0xfd<<16 | 0xff
)

// Vector instructions with a lane immediate, for Func.Lane.
const (
	I8x16ExtractLaneS Op = 0xfd<<16 | 0x15
	I8x16ExtractLaneU Op = 0xfd<<16 | 0x16
	I8x16ReplaceLane  Op = 0xfd<<16 | 0x17
	I16x8ExtractLaneS Op = 0xfd<<16 | 0x18
	I16x8ExtractLaneU Op = 0xfd<<16 | 0x19
	I16x8ReplaceLane  Op = 0xfd<<16 | 0x1a
	I32x4ExtractLane  Op = 0xfd<<16 | 0x1b
	I32x4ReplaceLane  Op = 0xfd<<16 | 0x1c
	I64x2ExtractLane  Op = 0xfd<<16 | 0x1d
	I64x2ReplaceLane  Op = 0xfd<<16 | 0x1e
	F32x4ExtractLane  Op = 0xfd<<16 | 0x1f
	F32x4ReplaceLane  Op = 0xfd<<16 | 0x20
	F64x2ExtractLane  Op = 0xfd<<16 | 0x21
	F64x2ReplaceLane  Op = 0xfd<<16 | 0x22
)

// Relaxed vector instructions: results may differ between engines, so only the
// fast mode uses them.
const (
	I8x16RelaxedSwizzle           Op = 0xfd<<16 | 0x100
	I32x4RelaxedTruncF32x4S       Op = 0xfd<<16 | 0x101
	F32x4RelaxedMadd              Op = 0xfd<<16 | 0x105
	F32x4RelaxedNmadd             Op = 0xfd<<16 | 0x106
	F64x2RelaxedMadd              Op = 0xfd<<16 | 0x107
	F64x2RelaxedNmadd             Op = 0xfd<<16 | 0x108
	F32x4RelaxedMin               Op = 0xfd<<16 | 0x10d
	F32x4RelaxedMax               Op = 0xfd<<16 | 0x10e
	I16x8RelaxedDotI8x16I7x16S    Op = 0xfd<<16 | 0x112
	I32x4RelaxedDotI8x16I7x16AddS Op = 0xfd<<16 | 0x113
)

// MemOp is a load or store with its natural alignment (log2 of bytes).
type MemOp struct {
	op    Op
	align uint8
}

// Scalar loads and stores.
var (
	I32Load    = MemOp{0x28, 2}
	I64Load    = MemOp{0x29, 3}
	F32Load    = MemOp{0x2a, 2}
	F64Load    = MemOp{0x2b, 3}
	I32Load8S  = MemOp{0x2c, 0}
	I32Load8U  = MemOp{0x2d, 0}
	I32Load16S = MemOp{0x2e, 1}
	I32Load16U = MemOp{0x2f, 1}
	I64Load8S  = MemOp{0x30, 0}
	I64Load8U  = MemOp{0x31, 0}
	I64Load16S = MemOp{0x32, 1}
	I64Load16U = MemOp{0x33, 1}
	I64Load32S = MemOp{0x34, 2}
	I64Load32U = MemOp{0x35, 2}
	I32Store   = MemOp{0x36, 2}
	I64Store   = MemOp{0x37, 3}
	F32Store   = MemOp{0x38, 2}
	F64Store   = MemOp{0x39, 3}
	I32Store8  = MemOp{0x3a, 0}
	I32Store16 = MemOp{0x3b, 1}
	I64Store8  = MemOp{0x3c, 0}
	I64Store16 = MemOp{0x3d, 1}
	I64Store32 = MemOp{0x3e, 2}
)

// Vector loads and stores.
var (
	V128Load        = MemOp{0xfd<<16 | 0x0, 4}
	V128Load8x8S    = MemOp{0xfd<<16 | 0x1, 3}
	V128Load8x8U    = MemOp{0xfd<<16 | 0x2, 3}
	V128Load16x4S   = MemOp{0xfd<<16 | 0x3, 3}
	V128Load16x4U   = MemOp{0xfd<<16 | 0x4, 3}
	V128Load32x2S   = MemOp{0xfd<<16 | 0x5, 3}
	V128Load32x2U   = MemOp{0xfd<<16 | 0x6, 3}
	V128Load8Splat  = MemOp{0xfd<<16 | 0x7, 0}
	V128Load16Splat = MemOp{0xfd<<16 | 0x8, 1}
	V128Load32Splat = MemOp{0xfd<<16 | 0x9, 2}
	V128Load64Splat = MemOp{0xfd<<16 | 0xa, 3}
	V128Store       = MemOp{0xfd<<16 | 0xb, 4}
	V128Load32Zero  = MemOp{0xfd<<16 | 0x5c, 2}
	V128Load64Zero  = MemOp{0xfd<<16 | 0x5d, 3}
	V128Load8Lane   = MemOp{0xfd<<16 | 0x54, 0}
	V128Load16Lane  = MemOp{0xfd<<16 | 0x55, 1}
	V128Load32Lane  = MemOp{0xfd<<16 | 0x56, 2}
	V128Load64Lane  = MemOp{0xfd<<16 | 0x57, 3}
	V128Store8Lane  = MemOp{0xfd<<16 | 0x58, 0}
	V128Store16Lane = MemOp{0xfd<<16 | 0x59, 1}
	V128Store32Lane = MemOp{0xfd<<16 | 0x5a, 2}
	V128Store64Lane = MemOp{0xfd<<16 | 0x5b, 3}
)
