package kernel

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/dehug/dehug/wasm/emit"
)

// poison fills memory before a run: no kernel may take it for zero.
const poison = 0xa5

// guard is the number of bytes around each output that must stay as they are.
const guard = 64

// scene is one module under test: operands in memory, steps, and the bytes
// that the steps must leave behind.
type scene struct {
	*Builder
	slots   bool // extents and addresses come from memory, not from the code
	next    uint32
	steps   []*emit.Func
	regions []region
}

// region is a piece of memory with its expected content.
type region struct {
	Addr uint32 `json:"addr"`
	Type string `json:"type"` // f32 and f64 treat all NaNs alike; anything else is plain bytes
	Want []byte `json:"want"`
	Mask []byte `json:"mask"` // zero where the content is unspecified
	// Tolerance, when not zero, is how far an f32 may be away.
	Tolerance float64 `json:"tolerance"`
}

func newScene(p Profile, slots bool) *scene {
	return &scene{Builder: NewBuilder(emit.NewModule(), p, false), slots: slots, next: 4096}
}

// room reserves n bytes.
func (s *scene) room(n int) uint32 {
	s.next = (s.next + guard + 15) &^ 15
	at := s.next
	s.next += uint32(n) + guard
	return at
}

// put places bytes in memory.
func (s *scene) put(b []byte) uint32 {
	at := s.room(len(b))
	s.M.Data(at, b)
	return at
}

// int is an operand, in the scene's manner.
func (s *scene) int(v int) Int {
	if !s.slots {
		return Const(int64(v))
	}
	return Slot(s.put(binary.LittleEndian.AppendUint32(nil, uint32(v))))
}

func (s *scene) ints(vs ...int) []Int {
	is := make([]Int, len(vs))
	for i, v := range vs {
		is[i] = s.int(v)
	}
	return is
}

func (s *scene) step(f *emit.Func) { s.steps = append(s.steps, f) }

// expect says what must lie at an address, and that nothing around it changed.
// A nil mask compares every byte.
func (s *scene) expect(addr uint32, typ string, want, mask []byte) {
	if mask == nil {
		mask = ones(len(want))
	}
	around := make([]byte, guard)
	for i := range around {
		around[i] = poison
	}
	s.regions = append(s.regions, region{Addr: addr, Type: typ, Want: want, Mask: mask},
		region{Addr: addr - guard, Type: "bytes", Want: around, Mask: ones(guard)},
		region{Addr: addr + uint32(len(want)), Type: "bytes", Want: around, Mask: ones(guard)})
}

func ones(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = 1
	}
	return b
}

func (s *scene) pages() uint32 { return s.next/emit.PageSize + 1 }

func (s *scene) module() []byte {
	s.M.ImportMemory("dehug", "memory", s.pages(), s.pages())
	run := s.M.Func("run", nil, nil)
	for _, f := range s.steps {
		run.Call(f)
	}
	s.M.Export("run", run)
	return s.M.Bytes()
}

// provider is a module that exports a memory of some pages.
func provider(pages uint32) []byte {
	leb := binary.AppendUvarint(nil, uint64(pages))
	limits := append([]byte{1, 1}, append(leb, leb...)...)
	b := append([]byte("\x00asm\x01\x00\x00\x00\x05"), byte(len(limits)))
	b = append(b, limits...)
	return append(b, "\x07\x0a\x01\x06memory\x02\x00"...)
}

// runWazero instantiates the module and returns the memory, poisoned before
// its data segments are placed.
func runWazero(ctx context.Context, rt wazero.Runtime, binary []byte, pages uint32) (api.Memory, func(), error) {
	host, err := rt.InstantiateWithConfig(ctx, provider(pages), wazero.NewModuleConfig().WithName("dehug"))
	if err != nil {
		return nil, nil, err
	}
	mem := host.Memory()
	all, _ := mem.Read(0, mem.Size())
	for i := range all {
		all[i] = poison
	}
	mod, err := rt.InstantiateWithConfig(ctx, binary, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		host.Close(ctx)
		return nil, nil, err
	}
	done := func() { mod.Close(ctx); host.Close(ctx) }
	if _, err := mod.ExportedFunction("run").Call(ctx); err != nil {
		done()
		return nil, nil, err
	}
	return mem, done, nil
}

// compare returns a description of the first difference, or "".
func (s *scene) compare(mem api.Memory) string {
	for _, r := range s.regions {
		got, ok := mem.Read(r.Addr, uint32(len(r.Want)))
		if !ok {
			return "output lies outside the memory"
		}
		want := canonical(r.Want, r.Type)
		got = canonical(got, r.Type)
		for i := range want {
			if r.Mask[i] != 0 && got[i] != want[i] {
				word := i &^ 3
				if word+4 > len(want) {
					return fmt.Sprintf("byte %d of region %#x: got %#x, want %#x", i, r.Addr, got[i], want[i])
				}
				return fmt.Sprintf("word %d of %s region %#x: got %08x, want %08x", word/4, r.Type, r.Addr,
					binary.LittleEndian.Uint32(got[word:]), binary.LittleEndian.Uint32(want[word:]))
			}
		}
	}
	return ""
}

// canonical copies b with every NaN of the type replaced by one.
func canonical(b []byte, typ string) []byte {
	b = append([]byte(nil), b...)
	switch typ {
	case "f32":
		for i := 0; i+4 <= len(b); i += 4 {
			if f := math.Float32frombits(binary.LittleEndian.Uint32(b[i:])); f != f {
				binary.LittleEndian.PutUint32(b[i:], canonNaN32)
			}
		}
	case "f64":
		for i := 0; i+8 <= len(b); i += 8 {
			if f := math.Float64frombits(binary.LittleEndian.Uint64(b[i:])); f != f {
				binary.LittleEndian.PutUint64(b[i:], canonNaN64)
			}
		}
	}
	return b
}

// checker runs scenes on every engine. Those for V8 are collected and run by
// one Node process when the test ends.
type checker struct {
	t        *testing.T
	ctx      context.Context
	engines  map[string]wazero.Runtime
	dir      string
	nodeList []nodeCase
}

type nodeCase struct {
	Name    string   `json:"name"`
	Module  string   `json:"module"`
	Pages   uint32   `json:"pages"`
	Poison  int      `json:"poison"`
	Regions []region `json:"regions"`
}

func newChecker(t *testing.T) *checker {
	ctx := context.Background()
	c := &checker{t: t, ctx: ctx, dir: t.TempDir(), engines: map[string]wazero.Runtime{
		"compiler":    wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigCompiler()),
		"interpreter": wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter()),
	}}
	t.Cleanup(func() {
		for _, rt := range c.engines {
			rt.Close(ctx)
		}
	})
	return c
}

// check builds a scene for each profile and manner of extents, and runs it.
func (c *checker) check(name string, build func(s *scene)) {
	c.t.Helper()
	for _, p := range []Profile{V8, Wazero} {
		for _, slots := range []bool{false, true} {
			full := fmt.Sprintf("%s/%s/slots=%t", name, p, slots)
			s := newScene(p, slots)
			build(s)
			module := s.module()
			for engine, rt := range c.engines {
				if got := c.difference(rt, s, module); got != "" {
					c.t.Errorf("%s on wazero's %s: %s", full, engine, got)
				}
			}
			c.queue(full, s, module)
		}
	}
}

// queue writes a scene down for Node.
func (c *checker) queue(name string, s *scene, module []byte) {
	c.t.Helper()
	file := fmt.Sprintf("%d.wasm", len(c.nodeList))
	if err := os.WriteFile(filepath.Join(c.dir, file), module, 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.nodeList = append(c.nodeList, nodeCase{name, file, s.pages(), poison, s.regions})
}

// difference runs a scene and says how the outcome differs from the expected one.
func (c *checker) difference(rt wazero.Runtime, s *scene, module []byte) string {
	mem, done, err := runWazero(c.ctx, rt, module, s.pages())
	if err != nil {
		return err.Error()
	}
	defer done()
	return s.compare(mem)
}

// node runs all scenes so far in Node.
func (c *checker) node() {
	c.t.Helper()
	if got := c.nodeDifferences(); got != "" {
		c.t.Errorf("in Node:\n%s", got)
	}
}

func (c *checker) nodeDifferences(flags ...string) string {
	c.t.Helper()
	list, err := json.Marshal(c.nodeList)
	if err != nil {
		c.t.Fatal(err)
	}
	path := filepath.Join(c.dir, "cases.json")
	if err := os.WriteFile(path, list, 0o600); err != nil {
		c.t.Fatal(err)
	}
	script, err := filepath.Abs(filepath.Join("testdata", "run.mjs"))
	if err != nil {
		c.t.Fatal(err)
	}
	out, err := exec.Command("node", append(flags, script, path)...).CombinedOutput()
	if err != nil {
		c.t.Fatalf("node: %v\n%s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) > 10 {
		lines = append(lines[:10], fmt.Sprintf("and %d more", len(lines)-10))
	}
	return strings.Join(lines, "\n")
}

// random is the tests' source of numbers, the same in every run.
func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 17)) }

var specials32 = []float32{
	0, float32(math.Copysign(0, -1)), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN()),
	math.SmallestNonzeroFloat32, -math.SmallestNonzeroFloat32 * 1000, math.MaxFloat32, -math.MaxFloat32, 1, -1,
	math.Float32frombits(0xffc12345), // a NaN with a sign and a payload
}

// floats returns n numbers, mostly ordinary; one in rare is special (0: none).
func floats(r *rand.Rand, n, rare int) []float32 {
	fs := make([]float32, n)
	for i := range fs {
		fs[i] = r.Float32()*4 - 2
		if rare > 0 && r.IntN(rare) == 0 {
			fs[i] = specials32[r.IntN(len(specials32))]
		}
	}
	return fs
}

func bytes32(fs []float32) []byte {
	var b []byte
	for _, f := range fs {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f))
	}
	return b
}

// picture is a batch of pictures in the reference's world: [n][d][y][x][c].
type picture struct {
	n, d, h, w, c int
	v             []float32
}

func newPicture(n, d, h, w, c int) picture {
	return picture{n, d, h, w, c, make([]float32, n*d*h*w*c)}
}

func randomPicture(r *rand.Rand, n, d, h, w, c, rare int) picture {
	return picture{n, d, h, w, c, floats(r, n*d*h*w*c, rare)}
}

func (p picture) at(n, z, y, x, c int) *float32 {
	return &p.v[((((n*p.d+z)*p.h+y)*p.w+x)*p.c + c)]
}

// image describes the picture to a kernel; dims are one set of operands so
// that equal extents can be seen to be equal.
func (s *scene) image(addr uint32, p picture, stride int, dims []Int) Image {
	m := Image{Addr: s.int(int(addr)), N: dims[0], H: dims[2], W: dims[3], C: p.c, Stride: stride}
	if p.d != 1 {
		m.D = dims[1]
	}
	return m
}

// putPicture places a picture in memory; the cells between channels and stride
// hold NaNs, so that a kernel that reads them is caught.
func (s *scene) putPicture(p picture, stride int) Image {
	return s.image(s.put(strided(p, stride)), p, stride, s.ints(p.n, p.d, p.h, p.w))
}

func strided(p picture, stride int) []byte {
	var b []byte
	for i := 0; i < len(p.v); i += p.c {
		b = append(b, bytes32(p.v[i:i+p.c])...)
		for range stride - p.c {
			b = binary.LittleEndian.AppendUint32(b, 0x7fc0beef)
		}
	}
	return b
}

// expectPicture reserves room for a picture and expects it there.
func (s *scene) expectPicture(p picture, stride int) Image {
	want := strided(p, stride)
	mask := make([]byte, len(want))
	for i := range mask {
		if i%(4*stride) < 4*p.c {
			mask[i] = 1
		}
	}
	at := s.room(len(want))
	s.expect(at, "f32", want, mask)
	return s.image(at, p, stride, s.ints(p.n, p.d, p.h, p.w))
}

// expectApart is expectPicture for rows between which others lie that must stay
// as they are.
func (s *scene) expectApart(p picture, stride, apart int) Image {
	rows, row := strided(p, stride), 4*stride*p.w
	at := s.room(len(rows) * apart)
	var want, mask []byte
	for i := 0; i < len(rows); i += row {
		want = append(want, rows[i:i+row]...)
		for j := range row {
			mask = append(mask, map[bool]byte{true: 1}[j%(4*stride) < 4*p.c])
		}
		for range (apart - 1) * row {
			want, mask = append(want, poison), append(mask, 1)
		}
	}
	s.expect(at, "f32", want, mask)
	return s.image(at, p, stride, s.ints(p.n, p.d, p.h, p.w))
}

// reference arithmetic: conversions keep Go from fusing a product and a sum.
func mulAdd(acc, x, y float32) float32 { return float32(acc + float32(x*y)) }

func refAct(x, y float32, a Act) float32 {
	switch a {
	case ActRelu:
		if x < 0 {
			return 0
		}
	case shortAct:
		return float32(float32(x*0.5) * y)
	case longAct:
		for range longActRounds {
			x = float32(float32(x*0.5) + y)
		}
	}
	return x
}

// Activations that are written out behind accumulators, and that are a pass of
// their own. Without a late residual y is x.
const shortAct Act = "x 1/2 mul y mul"

const longActRounds = 13

// tableAct has a factor and a summand for each channel.
const tableAct Act = "x z mul w add"

func tableFactor(channel int) float32  { return float32(channel)/4 - 1 }
func tableSummand(channel int) float32 { return float32(channel)/2 + 1 }

// refTable is tableAct.
func refTable(x float32, channel int) float32 {
	return mulAdd(tableSummand(channel), x, tableFactor(channel))
}

// table places what tableAct reads, if act is that.
func (s *scene) table(act Act, channels int) *Int {
	if act != tableAct {
		return nil
	}
	var z, w []float32
	for c := range roundUp(channels, 4) {
		z, w = append(z, tableFactor(c)), append(w, tableSummand(c))
	}
	at := s.int(int(s.put(bytes32(append(z, w...)))))
	return &at
}

var longAct = Act("x " + strings.Repeat("1/2 mul y add ", longActRounds))
