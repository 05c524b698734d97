package run

import (
	"context"
	"errors"
	"fmt"
)

// maxVariants is how many modules for particular sizes a Program keeps.
const maxVariants = 2

// Program runs a model with all sizes: where its module cannot serve those that
// come, it has another one compiled for them. It is used by one goroutine at a time.
type Program struct {
	compile func(ctx context.Context, symbols map[string]int64) ([]byte, error)
	engine  *Engine
	files   Files
	general *variant
	special []*variant // the newest last
}

// variant is a module with an instance.
type variant struct {
	model   *Model
	inst    *Instance
	symbols []int64 // that it was compiled for, in the general module's order
}

// Open makes a Program. compile returns a module in which some open extents have
// the values given (wasm.Options.Symbols); it is called with none first.
func (e *Engine) Open(ctx context.Context, files Files, compile func(ctx context.Context, symbols map[string]int64) ([]byte, error)) (*Program, error) {
	p := &Program{compile: compile, engine: e, files: files}
	var err error
	p.general, err = p.variant(ctx, nil)
	return p, err
}

// Instance is the instance of the general module.
func (p *Program) Instance() *Instance { return p.general.inst }

// Model is the general module.
func (p *Program) Model() *Model { return p.general.model }

func (p *Program) variant(ctx context.Context, symbols []int64) (*variant, error) {
	given := map[string]int64{}
	for k, v := range symbols {
		given[p.general.model.Info.Symbols[k]] = v
	}
	module, err := p.compile(ctx, given)
	if err != nil {
		return nil, err
	}
	v := &variant{symbols: symbols}
	if v.model, err = p.engine.Compile(ctx, module); err != nil {
		return nil, err
	}
	if v.inst, err = v.model.Instantiate(ctx); err != nil {
		v.model.Close(ctx)
		return nil, err
	}
	if err := v.inst.Fill(ctx, p.files); err != nil {
		v.close(ctx)
		return nil, err
	}
	return v, nil
}

func (v *variant) close(ctx context.Context) error {
	return errors.Join(v.inst.Close(ctx), v.model.Close(ctx))
}

// Run is Instance.Run for the module that serves the inputs' sizes. A model with
// states has one module only.
func (p *Program) Run(ctx context.Context, inputs map[string]Tensor) (map[string]Tensor, *Instance, error) {
	symbols, err := p.general.inst.symbols(inputs)
	if err != nil {
		return nil, nil, err
	}
	for _, v := range p.special {
		if equal(v.symbols, symbols) {
			out, err := v.inst.Run(ctx, inputs)
			return out, v.inst, err
		}
	}
	out, err := p.general.inst.Run(ctx, inputs)
	other := errors.Is(err, Status(2)) || errors.Is(err, Status(21))
	if !other || len(symbols) == 0 || len(p.general.model.Info.States) > 0 {
		return out, p.general.inst, err
	}
	v, failed := p.variant(ctx, symbols)
	if failed != nil {
		return nil, nil, fmt.Errorf("%w; compiled for %v: %w", err, symbols, failed)
	}
	if p.special = append(p.special, v); len(p.special) > maxVariants {
		if err := p.special[0].close(ctx); err != nil {
			return nil, nil, err
		}
		p.special = p.special[1:]
	}
	out, err = v.inst.Run(ctx, inputs)
	return out, v.inst, err
}

// Close frees all instances and modules.
func (p *Program) Close(ctx context.Context) error {
	err := p.general.close(ctx)
	for _, v := range p.special {
		err = errors.Join(err, v.close(ctx))
	}
	return err
}
