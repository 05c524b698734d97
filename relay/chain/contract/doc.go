// Package contract calls DeHug's contracts, and those that stand beside them, from Go: it packs calls and unpacks results, events and
// errors. It sends nothing itself: go-ethereum's bind package does, over any client.
//
//	registry := contract.NewModelRegistry()
//	bound := registry.Instance(client, address)
//	model, err := bind.Call(bound, nil, registry.PackModelId(publisher, name), registry.UnpackModelId)
//
// bindings.go is written by go-ethereum's abigen (version 2) from contracts/abi, and a test holds it to that.
package contract

//go:generate go test -run TestBindings -update .
